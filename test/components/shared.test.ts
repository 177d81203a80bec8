import assert from "node:assert/strict";
import fc from "fast-check";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../../components/azure/image";
import { computerName } from "../../components/azure/names";
import { allowRules } from "../../components/azure/security-rules";
import { checkClients, ClientOptions } from "../../components/shared/clients";
import { checkGuest } from "../../components/shared/guest";
import { isPlain } from "../../components/shared/plain";
import { checkChoice } from "../../components/shared/refusal";
import { intentTags, splitIntoTags, tagValueLimit } from "../../components/shared/tags";

const subject = { component: "RdpHost", name: "web" };
const careful: ClientOptions = { allowWholeInternet: false };

function refusal(f: () => unknown): pulumi.InputPropertyError {
    try {
        f();
    } catch (error) {
        assert.ok(pulumi.InputPropertyError.isInstance(error), String(error));
        return error;
    }
    throw new assert.AssertionError({ message: "nothing was refused" });
}

describe("clients", () => {
    const refused: { trap: string; clients: string[]; options?: ClientOptions; property?: string; says: RegExp }[] = [
        { trap: "empty-list", clients: [], property: "clients", says: /^RdpHost 'web': clients is empty.*clients: \["203\.0\.113\.0\/24"\]/ },
        { trap: "not-an-address", clients: ["203.0.113.0/24", "office"], property: "clients[1]", says: /"office" is not an address/ },
        { trap: "prefix-too-long", clients: ["203.0.113.0/33"], says: /0 to 32/ },
        { trap: "host-bits", clients: ["203.0.113.7/24"], says: /write 203\.0\.113\.0\/24 for the network, or 203\.0\.113\.7\/32/ },
        { trap: "whole-internet", clients: ["0.0.0.0/0"], says: /whole Internet.*allowWholeInternet: true/ },
        { trap: "whole-ipv6-internet", clients: ["::/0"], says: /whole Internet/ },
        { trap: "all-unicast-ipv6", clients: ["2000::/3"], says: /whole Internet/ },
        { trap: "two-halves", clients: ["0.0.0.0/1", "128.0.0.0/1"], says: /as good as the whole Internet/ },
        { trap: "one-half", clients: ["128.0.0.0/1"], says: /as good as the whole Internet/ },
        { trap: "every-eighth", clients: Array.from({ length: 256 }, (_, i) => `${i}.0.0.0/8`), property: "clients", says: /together cover the whole Internet/ },
        { trap: "ipv6-to-ipv4-address", clients: ["2001:db8::/48"], options: { ...careful, byPublicAddress: true }, says: /public address is IPv4/ },
        { trap: "private-to-public-address", clients: ["10.0.0.0/8"], options: { ...careful, byPublicAddress: true }, says: /Internet does not route/ },
    ];
    for (const { trap, clients, options, property, says } of refused) {
        it(`refuses ${trap}`, () => {
            const error = refusal(() => checkClients(subject, clients, options ?? careful));
            assert.match(error.message, says);
            assert.equal(error.propertyPath, property ?? "clients[0]");
        });
    }

    it("takes networks and addresses of both families, each once, as CIDRs", () => {
        const clients = ["203.0.113.0/24", "198.51.100.7", "203.0.113.0/24", "2001:db8::/48", "10.0.0.0/8"];
        assert.deepEqual(checkClients(subject, clients, careful), ["203.0.113.0/24", "198.51.100.7/32", "2001:db8::/48", "10.0.0.0/8"]);
    });

    it("takes the whole Internet from those who say so", () => {
        assert.deepEqual(checkClients(subject, ["0.0.0.0/0"], { allowWholeInternet: true, byPublicAddress: true }), ["0.0.0.0/0"]);
    });
});

describe("intent tags", () => {
    const cidr = fc.tuple(fc.ipV4(), fc.integer({ min: 8, max: 32 })).map(([address, prefix]) => `${address}/${prefix}`);

    it("lose nothing and fit", () => {
        fc.assert(
            fc.property(fc.array(cidr, { minLength: 1, maxLength: 200 }), (clients) => {
                const tags = splitIntoTags("rdp-ready:clients", clients);
                const keys = Object.keys(tags);
                assert.deepEqual(keys, keys.map((_, i) => (i === 0 ? "rdp-ready:clients" : `rdp-ready:clients-${i + 1}`)));
                assert.ok(Object.values(tags).every((v) => v.length <= tagValueLimit && v === v.trim()));
                assert.equal(Object.values(tags).join(" "), clients.join(" "));
            }),
        );
    });

    it("waste no tag", () => {
        fc.assert(
            fc.property(fc.array(cidr, { minLength: 2, maxLength: 200 }), (clients) => {
                const values = Object.values(splitIntoTags("t", clients));
                for (let i = 1; i < values.length; i++) {
                    assert.ok(values[i - 1]!.length + 1 + values[i]!.split(" ")[0]!.length > tagValueLimit);
                }
            }),
        );
    });

    it("name port and path", () => {
        assert.deepEqual(intentTags(["203.0.113.0/24"], 13389), { "rdp-ready:clients": "203.0.113.0/24", "rdp-ready:port": "13389", "rdp-ready:path": "public-address" });
    });
});

describe("guest arguments", () => {
    const clients = ["203.0.113.0/24"];

    it("have safe defaults", () => {
        const state = checkGuest(subject, { clients });
        assert.equal(state.port, 3389);
        assert.equal(state.nla, true);
        assert.equal(state.securityLayer, 2);
        assert.deepEqual(state.firewallRemoteAddresses, clients);
        assert.equal(state.transport, "leave");
        assert.equal(state.recovery, true);
        assert.equal(state.licensing, undefined);
        assert.equal(state.staleSessionHours, 0, "none, and an earlier one is removed");
    });

    it("reach the guest", () => {
        const state = checkGuest(subject, { clients, port: 13389, udp: false, keepAlive: 3, securityLayer: "negotiate", credSsp: "force-updated", networkProfile: "leave", sessionLimits: { idleMinutes: 60 }, singleSession: false, maxSessions: 5, staleSessions: { logOffAfterHours: 72 }, licensing: { mode: "perUser", servers: ["lic.example.com"] }, recovery: false });
        assert.equal(state.port, 13389);
        assert.equal(state.transport, "tcp");
        assert.equal(state.keepAliveMinutes, 3);
        assert.equal(state.securityLayer, 1);
        assert.equal(state.credSsp, "force-updated");
        assert.equal(state.networkProfile, "leave");
        assert.deepEqual(state.sessionLimits, { idleMinutes: 60, disconnectedMinutes: 480, totalMinutes: 0, singleSession: false, maxSessions: 5 });
        assert.equal(state.staleSessionHours, 72);
        assert.deepEqual(state.licensing, { mode: "per-user", servers: ["lic.example.com"] });
        assert.equal(state.recovery, false);
    });

    it("admit the whole Internet in the guest as well, where that was asked for", () => {
        const state = checkGuest(subject, { clients: ["0.0.0.0/0"], allowWholeInternet: true });
        assert.deepEqual(state.firewallRemoteAddresses, ["0.0.0.0/1", "128.0.0.0/1"]);
    });

    const refused: { trap: string; args: Omit<Parameters<typeof checkGuest>[1], "clients">; property: string; says: RegExp }[] = [
        { trap: "port-0", args: { port: 0 }, property: "port", says: /^RdpHost 'web': port must be .*1 to 65535.*it is 0/ },
        { trap: "port-70000", args: { port: 70000 }, property: "port", says: /70000/ },
        { trap: "nla-off", args: { nla: false }, property: "nla", says: /must be true.*0x904/ },
        { trap: "rdp-security-layer", args: { securityLayer: "rdp" }, property: "securityLayer", says: /^RdpHost 'web': securityLayer must be "tls" or "negotiate": it is "rdp", .*so clients connect and are dropped/ },
        { trap: "unknown-security-layer", args: { securityLayer: "ssl" }, property: "securityLayer", says: /"tls", "negotiate"/ },
        { trap: "vulnerable-credssp", args: { credSsp: "vulnerable" }, property: "credSsp", says: /"mitigated" or "force-updated"/ },
        { trap: "public-network", args: { networkProfile: "public" }, property: "networkProfile", says: /"private" or "leave"/ },
        { trap: "keep-alive-0", args: { keepAlive: 0 }, property: "keepAlive", says: /^RdpHost 'web': keepAlive must be/ },
        { trap: "one-session", args: { maxSessions: 1 }, property: "maxSessions", says: /^RdpHost 'web': maxSessions must be at least 2/ },
        { trap: "limit-that-ends-work", args: { sessionLimits: { idleMinutes: 2 } }, property: "sessionLimits.idleMinutes", says: /2 would end sessions in which people still work/ },
        { trap: "clean-up-by-minutes", args: { staleSessions: { logOffAfterHours: 0.5 } }, property: "staleSessions.logOffAfterHours", says: /whole hours from 1 to 720.*it is 0\.5/ },
        { trap: "licences-without-server", args: { licensing: { mode: "perDevice", servers: [] } }, property: "licensing.servers", says: /at least one licence server/ },
        { trap: "licences-by-core", args: { licensing: { mode: "perCore", servers: ["lic"] } }, property: "licensing.mode", says: /"perDevice", "perUser"/ },
    ];
    for (const { trap, args, property, says } of refused) {
        it(`refuse ${trap}`, () => {
            const error = refusal(() => checkGuest(subject, { clients, ...args }));
            assert.match(error.message, says);
            assert.equal(error.propertyPath, property);
        });
    }
});

describe("helpers", () => {
    it("tell plain values from those that are not known yet", () => {
        assert.ok(isPlain({ a: [1, "b", { c: null, d: undefined }] }));
        assert.ok(!isPlain({ a: [pulumi.output(1)] }));
        assert.ok(!isPlain([Promise.resolve(1)]));
    });

    it("take choices in any case", () => {
        assert.equal(checkChoice(subject, "securityLayer", "TLS", ["tls", "negotiate"]), "tls");
    });

    it("make computer names that Windows accepts", () => {
        for (const name of ["web", "remote-desktop-host-for-finance", "12345", "büro", "-", "a_b.c"]) {
            assert.match(computerName(name), /^(?!\d+$)[A-Za-z0-9]([A-Za-z0-9-]{0,13}[A-Za-z0-9])?$/, name);
        }
    });

    it("complete an image", () => {
        assert.deepEqual(Object.keys(imageReference(undefined)), ["publisher", "offer", "sku", "version"]);
        assert.deepEqual(imageReference({ sku: "2025-datacenter-azure-edition" }), {
            publisher: "MicrosoftWindowsServer",
            offer: "WindowsServer",
            sku: "2025-datacenter-azure-edition",
            version: "latest",
        });
        assert.deepEqual(imageReference({ id: "/galleries/g/images/i" }), { id: "/galleries/g/images/i" });
    });

    it("write one NSG rule for each protocol and address family", () => {
        const rules = allowRules(["203.0.113.0/24", "198.51.100.0/24", "2001:db8::/48"], 3389, true);
        assert.deepEqual(
            rules.map((r) => [r.name, r.priority, r.protocol, r.sourceAddressPrefix ?? r.sourceAddressPrefixes]),
            [
                ["allow-rdp-tcp", 300, "Tcp", ["203.0.113.0/24", "198.51.100.0/24"]],
                ["allow-rdp-udp", 310, "Udp", ["203.0.113.0/24", "198.51.100.0/24"]],
                ["allow-rdp-tcp-ipv6", 320, "Tcp", "2001:db8::/48"],
                ["allow-rdp-udp-ipv6", 330, "Udp", "2001:db8::/48"],
            ],
        );
        assert.deepEqual(allowRules(["203.0.113.0/24"], 3389, false).map((r) => r.protocol), ["Tcp"]);
    });
});
