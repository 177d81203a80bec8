import assert from "node:assert/strict";
import * as path from "node:path";
import ts from "typescript";
import { explain } from "../../cli/explain";
import { terminalOf } from "../../cli/report/terminal";
import { causes } from "../../core/causes";
import { rules } from "../../policies/rules/index.generated";

/** What circulates about "0x904, extended error 0x7", line by line in our own words, and the cause that answers it. */
const advice: readonly (readonly [says: string, cause: string])[] = [
    ["start the client without saved credentials", "client-cache"],
    ["connect with /restrictedAdmin to get around CredSSP", "restricted-admin"],
    ["make the client use RDP's own security layer, because the server is too old for TLS", "security-layer"],
    ["the host's firewall blocks 3389", "firewall-or-port-blocked"],
    ["a firewall between the two blocks 3389", "firewall-or-port-blocked"],
    ["allow mstsc.exe through the firewall of the client", "firewall-or-port-blocked"],
    ["switch the firewall off, or make exceptions", "firewall-or-port-blocked"],
    ["0x204 would mean wrong credentials", "firewall-or-port-blocked"],
    ["the listener is on a custom port", "custom-port"],
    ["the router does not forward the port", "nat-forwarding"],
    ["the cloud's security groups", "security-groups"],
    ["the provider filters the port", "routing-or-isp"],
    ["routing: ask the network's administrators", "routing-or-isp"],
    ["the user's session hangs, disconnected or active", "stuck-session"],
    ["the network is Public instead of Private", "public-network-profile"],
    ["Remote Desktop Services hang: restart-service termserv", "service-stopped"],
    ["switch Remote Desktop on in System Properties", "service-stopped"],
    ["DNS leads to another host: flush the cache, mend the record, use the address", "dns-wrong-host"],
    ["CredSSP or TLS do not fit: align the policies", "credssp-tls-mismatch"],
    ["a fragile connection or an outdated system", "unpatched"],
    ["update client and server", "unpatched"],
    ["switch NLA off to test", "nla"],
    ["verify the licences", "licensing"],
    ["too many sessions: log idle ones off, or raise the limit", "session-cap"],
    ["the server lacks resources and takes no more sockets", "reboot"],
    ["reboot, or restart the machine from the portal", "reboot"],
    ["switch antivirus off, or make an exception", "antivirus"],
    ["switch the VPN off, reconnect, or update its client", "vpn"],
    ["rename MachineKeys so that Windows makes a new key", "machinekeys"],
    ["the host's certificate is past its date: delete it", "expired-certificate"],
    ["renew or replace the certificate", "expired-certificate"],
    ["NTUSER.DAT is damaged: authentication works, the session is not made", "corrupt-profile"],
    ["the gateway gets no channel to the host", "rd-gateway"],
    ["the names in the gateway's certificate", "certificate-names"],
    ["pass TLS through", "tls-passthrough"],
    ["reinstall the client, clear cached credentials, make a new .rdp file", "client-cache"],
    ["packet loss: another path, or other hardware", "packet-loss"],
    ["the account that a jump host logs on with has another password", "pam-credentials"],
];

/** What the user must be warned of, because it circulates and makes things worse. */
const unsafe = ["nla", "security-layer", "machinekeys", "restricted-admin", "antivirus", "firewall-or-port-blocked", "credssp-tls-mismatch", "service-stopped", "reboot"];

const plain = terminalOf({ color: false, toFile: true }, {}, {});
const root = path.resolve(__dirname, "../..");

/** Names of a component's arguments, by cloud, as its Args interface declares them. */
function argumentsOf(component: string): readonly (readonly [cloud: string, names: ReadonlySet<string>])[] {
    return ["azure", "aws"].map((cloud) => {
        const file = path.join(root, "components", cloud, `${component.replace("Rdp", "rdp-").toLowerCase()}.ts`);
        const source = ts.createSourceFile(file, ts.sys.readFile(file) ?? "", ts.ScriptTarget.Latest);
        const names = source.statements.filter(ts.isInterfaceDeclaration).filter((i) => i.name.text === `${component}Args`).flatMap((i) => i.members.map((m) => m.name!.getText(source)));
        return [cloud, new Set(names)];
    });
}

describe("causes", () => {
    for (const [says, cause] of advice) {
        it(`"${says}" has the row ${cause}`, () => assert.ok(causes.some((c) => c.id === cause)));
    }

    it("no row is about something that nobody says", () => {
        assert.deepEqual(causes.map((c) => c.id).filter((id) => !advice.some(([, cause]) => cause === id)), []);
    });

    for (const cause of causes) {
        it(`${cause.id} is guarded by something that exists`, () => {
            const named = [...cause.guard.matchAll(/`(Rdp[A-Z][a-z]+)(?:\.(\w+))?`/g)];
            for (const [, component, argument] of named) {
                for (const [cloud, names] of argumentsOf(component!)) {
                    assert.ok(names.size > 0, `${component} is no component on ${cloud}`);
                    assert.ok(argument === undefined || names.has(argument), `${component} takes no ${argument} on ${cloud}`);
                }
            }
            const judged = rules.some((r) => r.causes.includes(cause.id));
            assert.ok(named.length > 0 || judged || /^(?:Client side|In the guest)/.test(cause.guard), "no component, no rule, and nothing to do by hand");
            const told = explain([cause.id], rules, plain).replace(/\s+/g, " ");
            assert.ok(told.includes(cause.guard) && told.includes(cause.what) && told.includes(cause.tell), told);
        });
    }

    for (const id of unsafe) {
        it(`${id} warns of the advice that circulates, and says what instead`, () => {
            const warning = causes.find((c) => c.id === id)!.unsafe!;
            assert.ok(warning.split(/[.;] /).length > 1, warning);
            assert.ok(explain([id], rules, plain).replace(/\s+/g, " ").includes(warning));
        });
    }
});
