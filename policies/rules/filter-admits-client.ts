import { listenerPort } from "../../core/guest/hops";
import { Host } from "../../core/host";
import { Known, isKnown, known } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { admit } from "../../core/net/admit";
import { admittedBy } from "../../core/net/evaluate";
import { Client, Hop, PathVerdict } from "../../core/net/path-model";
import { describeShare } from "../../core/net/share";
import { Finding, HostRule } from "../rule";
import { allowRdp, azurePublicVm, ec2Public } from "./shared/example-stacks";
import { Stopped, names, placed, shown, stopped } from "./shared/reach";

const rule: HostRule = {
    id: "RDP101",
    name: "filter-admits-client",
    title: "Every filter on the path admits the clients that are meant to reach the host",
    severity: "high",
    effect: "breaks",
    symptom: "0x204",
    causes: ["firewall-or-port-blocked", "security-groups"],
    why:
        "Packets that an NSG, security group, network ACL or the Windows firewall drops never reach the listener: the client shows 0x204, or 0x108 after a time-out. " +
        "Azure evaluates the subnet's NSG and then the NIC's, each by priority with the first match deciding, and both must allow; " +
        "AWS takes the union of all security groups and an ordered network ACL (Microsoft: network-security-group-how-it-works; AWS: VPC user guide).",
    remedy: "Admit the client's addresses to the port at the filter that is named, or correct the addresses that the host declares.",
    defaultLevel: "mandatory",
    scope: "host",
    check: (host) => stopped(host).flatMap((s) => judge(host, s)),
    examples: [
        {
            name: "nic-allows-subnet-denies",
            expect: "violation",
            says: "203.0.113.0/24",
            resources: azurePublicVm({ nicRules: [allow(300, "203.0.113.0/24")], subnetRules: [allow(300, "198.51.100.0/24")] }),
        },
        {
            name: "allow-shadowed-by-deny",
            expect: "violation",
            says: "deny-all",
            resources: azurePublicVm({
                nicRules: [{ ...allow(100, "*"), name: "deny-all", access: "Deny" }, allow(300, "203.0.113.0/24")],
            }),
        },
        { name: "half-of-the-client", expect: "violation", says: "203.0.113.0/25 of 203.0.113.0/24", resources: azurePublicVm({ nicRules: [allow(300, "203.0.113.0/25")] }) },
        { name: "port-range-that-includes-3389", expect: "compliant", resources: azurePublicVm({ nicRules: [{ ...allow(300, "203.0.113.0/24"), destinationPortRange: "3000-4000" }] }) },
        { name: "security-group-misses-the-client", expect: "violation", says: "203.0.113.0/24", resources: ec2Public({ ingress: "198.51.100.0/24" }) },
        { name: "security-group-admits-the-client", expect: "compliant", resources: ec2Public({ ingress: "203.0.113.0/24" }) },
        {
            name: "source-is-computed",
            expect: "unknown",
            says: "not known",
            resources: azurePublicVm({ nicRules: [allow(300, "04da6b54-80e4-46f7-96ec-b56ff0331ba9")] }),
        },
    ],
};

function allow(priority: number, source: string): Record<string, unknown> {
    return allowRdp({ priority, sourceAddressPrefix: source });
}

function judge(host: Host, { verdict, clients, best, hop, piece }: Stopped): Finding[] {
    if (best === undefined || hop === undefined || piece === undefined || !isMine(host, hop, best)) {
        return [];
    }
    const { decidedBy, symptom } = piece;
    const where = placed(host, decidedBy);
    if (verdict === "unknown") {
        const message = `${hop.name} must admit ${names(clients)} to ${host.name}: "${decidedBy.text}" decides, and ${piece.why ?? "it is not known yet"}.`;
        return [{ ...where, outcome: "unknown", symptom, message }];
    }
    const message = `${hop.name} must admit ${names(clients)} to ${host.name}: ${gettingIn(clients, best)}, because "${decidedBy.text}" decides, so the client sees ${shown(symptom)}.`;
    return [{ ...where, outcome: "violation", symptom, message, fix: whatToWrite(hop, clients, best) }];
}

function gettingIn(clients: readonly Client[], best: PathVerdict): string {
    if (clients.length > 1) {
        return "they do not get in";
    }
    const share = describeShare(clients[0]!, admittedBy(best));
    return share.startsWith("none of") ? "it does not get in" : `only ${share.replace(/^only /, "")} gets in`;
}

/**
 * The cloud's filters, and a Windows firewall that admits some but not this client. One that admits nobody is the fault of a
 * script, which `guest-firewall-admits` names, unless it blocks a port that only the host's declaration names.
 */
function isMine(host: Host, hop: Hop, verdict: PathVerdict): boolean {
    if (hop.kind !== "guest-firewall" || hop.gate.type !== "filter") {
        return hop.kind === "filter";
    }
    const { port } = arriving(verdict);
    const ofScripts = listenerPort(host.carriers) ?? known(3389);
    const onlyDeclared = isKnown(port) && isKnown(ofScripts) && port.value !== ofScripts.value;
    return onlyDeclared || admit(hop.gate.filter, { clients: AddressSet.all, protocol: "tcp", port }).open.length > 0;
}

function whatToWrite(hop: Hop, clients: readonly Client[], verdict: PathVerdict): string {
    const arrived = arriving(verdict);
    const port = isKnown(arrived.port) ? arrived.port.value : 3389;
    const { addresses } = verdict.deciding;
    // A client that nobody named is no reason to name everybody.
    const who = arrived.from !== undefined ? arrived.from : addresses.coversInternet || addresses.toCidrs().length > 8 ? "the clients" : clients.length === 1 ? addresses.describe() : names(clients);
    if (hop.kind === "guest-firewall") {
        return `Set-NetFirewallRule -RemoteAddress with ${who} for the rule of port ${port}`;
    }
    if (/replies|egress/i.test(hop.name)) {
        return `at ${hop.name}, allow outbound tcp 1024-65535 to ${who}`;
    }
    const ordered = hop.gate.type === "filter" && hop.gate.filter.order === "first-match";
    return `at ${hop.name}, allow tcp ${port} from ${who}${ordered ? ", before any rule that denies it" : ""}`;
}

/** What a connection looks like where it is stopped: forwarders on the way change its port, and some open one of their own. */
function arriving({ path, deciding }: PathVerdict): { readonly port: Known<number>; readonly from?: string } {
    const passed = path.hops.slice(0, deciding.hop).flatMap(({ gate, name }) => (gate.type === "forward" ? [{ gate, name }] : []));
    const own = passed.findLast(({ gate }) => gate.sourcesBecome !== undefined);
    const sources = own?.gate.sourcesBecome;
    const from = sources === undefined ? undefined : sources.least.equals(sources.most) ? sources.most.describe() : `the addresses of ${own!.name}`;
    return { port: passed.at(-1)?.gate.toPort ?? path.port, ...(from === undefined ? {} : { from }) };
}

export default rule;
