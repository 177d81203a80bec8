import assert from "node:assert/strict";
import { desiredState, DesiredStateArgs, DesiredStateError, settingsOf } from "../../../core/guest/desired";

const clients = ["203.0.113.0/24"];
const make = (args: Partial<DesiredStateArgs>) => desiredState({ firewallRemoteAddresses: clients, ...args });

describe("desired state", () => {
    it("has safe defaults", () => {
        assert.deepEqual(make({}), {
            port: 3389,
            nla: true,
            securityLayer: 2,
            credSsp: "mitigated",
            encryptionLevel: "high",
            networkProfile: "private",
            sessionLimits: { idleMinutes: 0, disconnectedMinutes: 480, totalMinutes: 0, singleSession: true, maxSessions: undefined },
            staleSessionHours: undefined,
            keepAliveMinutes: 1,
            transport: "leave",
            licensing: undefined,
            recovery: true,
            firewallRemoteAddresses: clients,
            tls12: "on",
        });
    });

    it("is not changed by being made again from itself", () => {
        const once = make({ port: 3390, licensing: { mode: "per-user", servers: ["lic"] }, sessionLimits: { maxSessions: 5 } });
        const { licensing, ...rest } = once;
        assert.deepEqual(desiredState({ ...rest, licensing: licensing! }), once);
    });

    const refused: [string, Partial<DesiredStateArgs>, string, RegExp][] = [
        ["NLA off", { nla: false }, "nla", /must be true/],
        ["RDP's own security layer", { securityLayer: 0 }, "securityLayer", /must be 2 \(TLS\)/],
        ["a security layer that does not exist", { securityLayer: 3 }, "securityLayer", /it is 3/],
        ["vulnerable CredSSP", { credSsp: "vulnerable" }, "credSsp", /"mitigated" or "force-updated"/],
        ["low encryption", { encryptionLevel: "low" }, "encryptionLevel", /low encryption is not valid/],
        ["a Public network", { networkProfile: "public" }, "networkProfile", /"private" or "leave"/],
        ["UDP alone", { transport: "udp" }, "transport", /needs TCP/],
        ["TLS 1.2 off", { tls12: "off" }, "tls12", /0x904/],
        ["port 0", { port: 0 }, "port", /1 to 65535.*it is 0/],
        ["port 70000", { port: 70000 }, "port", /1 to 65535.*it is 70000/],
        ["a port that is no number", { port: Number.NaN }, "port", /it is NaN/],
        ["half a port", { port: 3389.5 }, "port", /3389\.5/],
        ["a cap of one session", { sessionLimits: { maxSessions: 1 } }, "sessionLimits.maxSessions", /at least 2/],
        ["an idle limit under five minutes", { sessionLimits: { idleMinutes: 1 } }, "sessionLimits.idleMinutes", /0 for no limit/],
        ["a limit below zero", { sessionLimits: { totalMinutes: -5 } }, "sessionLimits.totalMinutes", /it is -5/],
        ["stale sessions by the minute", { staleSessionHours: 0.25 }, "staleSessionHours", /whole hours from 1 to 720.*it is 0\.25/],
        ["stale sessions after two months", { staleSessionHours: 1440 }, "staleSessionHours", /it is 1440/],
        ["keep-alive of zero", { keepAliveMinutes: 0 }, "keepAliveMinutes", /whole minutes from 1/],
        ["nobody", { firewallRemoteAddresses: [] }, "firewallRemoteAddresses", /lets nobody in/],
        ["the whole Internet", { firewallRemoteAddresses: ["0.0.0.0/0"] }, "firewallRemoteAddresses", /not the whole Internet/],
        ["the whole IPv6 Internet", { firewallRemoteAddresses: ["::/0"] }, "firewallRemoteAddresses", /not the whole Internet/],
        ["a name for an address", { firewallRemoteAddresses: ["office"] }, "firewallRemoteAddresses", /"office" is not an address/],
        ["a licence without a server", { licensing: { mode: "per-user", servers: [] } }, "licensing.servers", /at least one/],
        ["a licence server with a quote", { licensing: { mode: "per-user", servers: ["a'; calc"] } }, "licensing.servers", /host names/],
        ["an unknown licensing mode", { licensing: { mode: "free", servers: ["a"] } }, "licensing.mode", /per-device/],
    ];
    for (const [what, args, property, message] of refused) {
        it(`refuses ${what}`, () => {
            assert.throws(
                () => make(args),
                (error: unknown) => error instanceof DesiredStateError && error.property === property && error.message.startsWith(`${property} `) && message.test(error.message),
            );
        });
    }

    it("says what to write where addresses are missing altogether", () => {
        // A caller in JavaScript.
        const args = JSON.parse("{}") as DesiredStateArgs;
        assert.throws(() => desiredState(args), /firewallRemoteAddresses must list the clients/);
    });

    it("writes addresses as networks, each once", () => {
        assert.deepEqual(make({ firewallRemoteAddresses: ["203.0.113.77/24", "203.0.113.0/24", "198.51.100.7", "192.0.2.4-192.0.2.7", "2001:DB8::/32", "localsubnet"] }).firewallRemoteAddresses, [
            "203.0.113.0/24",
            "198.51.100.7/32",
            "192.0.2.4/30",
            "2001:db8::/32",
            "LocalSubnet",
        ]);
    });
});

describe("settingsOf", () => {
    it("turns minutes into milliseconds and takes the limit from the listener instead of the account", () => {
        const values = settingsOf(make({ sessionLimits: { idleMinutes: 30, disconnectedMinutes: 0 } }));
        assert.deepEqual(
            ["max-idle-time", "inherit-max-idle-time", "max-disconnection-time", "inherit-max-disconnection-time"].map((id) => values.get(id)),
            [1_800_000, 0, 0, 1],
        );
    });

    it("leaves out what is left alone", () => {
        const values = settingsOf(make({ networkProfile: "leave", tls12: "leave", recovery: false }));
        for (const id of ["network-category", "unidentified-networks-category", "tls12-server-enabled", "service-termservice-recovery", "select-transport", "licensing-mode", "license-servers"]) {
            assert.equal(values.has(id), false, id);
        }
    });

    it("carries the choices", () => {
        const values = settingsOf(
            make({ port: 3390, securityLayer: 1, credSsp: "force-updated", encryptionLevel: "fips", transport: "tcp", keepAliveMinutes: 2, sessionLimits: { maxSessions: 2, singleSession: false }, licensing: { mode: "per-user", servers: ["a", "b"] } }),
        );
        const expected = { port: 3390, "security-layer": 1, "credssp-oracle": 0, "min-encryption-level": 4, "select-transport": 1, "keep-alive-interval": 2, "max-instance-count": 2, "single-session-per-user": 0, "licensing-mode": 4, "license-servers": "a,b" };
        assert.deepEqual(Object.fromEntries(Object.keys(expected).map((id) => [id, values.get(id)])), expected);
    });
});
