import { Host } from "../../core/host";
import { isKnown } from "../../core/known";
import { FilterRule } from "../../core/net/filter-model";
import { Hop } from "../../core/net/path-model";
import { Finding, HostRule } from "../rule";
import { allowRdp, azurePublicVm } from "./shared/example-stacks";
import { allowsProtocol, namesPort, singlePort, standing } from "./shared/rdp-rules";

/** Ports that nothing well known uses and that a slip of the hand makes of 3389. */
const slips: ReadonlySet<number> = new Set([33389, 3398, 3839, 33890, 3289, 3388, 3390, 339, 389, 8933, 9833, 13389]);
/** Of these, ports that people also choose on purpose (LDAP, a second listener). */
const chosen: ReadonlySet<number> = new Set([389, 3390, 13389, 33890]);

const rule: HostRule = {
    id: "RDP110",
    name: "rdp-rule-typo",
    title: "A rule that is meant for Remote Desktop can work",
    severity: "medium",
    effect: "breaks",
    symptom: "0x204",
    causes: ["custom-port", "firewall-or-port-blocked"],
    why:
        "A rule for 33389 or 3398, one with source and destination port swapped, or one for UDP alone, looks like access and is none: the client shows 0x204. " +
        "A session begins with TCP on the listener's port (rdp-domain §7.3, §2.5).",
    remedy: "Write an inbound TCP rule for the listener's port.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => filtersOf(host).flatMap((hop) => mistakes(host, hop)),
    examples: [
        { name: "port-33389", expect: "violation", says: "33389", resources: azurePublicVm({ nicRules: [allowRdp({ destinationPortRange: "33389" })] }) },
        { name: "port-3398", expect: "violation", says: "3398", resources: azurePublicVm({ nicRules: [allowRdp({ name: "desks", destinationPortRange: "3398" })] }) },
        { name: "source-and-destination-swapped", expect: "violation", says: "source port 3389", resources: azurePublicVm({ nicRules: [allowRdp({ sourcePortRange: "3389", destinationPortRange: "*" })] }) },
        { name: "udp-only", expect: "violation", says: "UDP", resources: azurePublicVm({ nicRules: [allowRdp({ protocol: "Udp" })] }) },
        { name: "replies-of-a-web-site", expect: "compliant", resources: azurePublicVm({ nicRules: [allowRdp({ name: "https", sourcePortRange: "443", destinationPortRange: "*" })] }) },
        { name: "ldap", expect: "compliant", resources: azurePublicVm({ declared: false, nicRules: [allowRdp({ name: "ldap", destinationPortRange: "389" })] }) },
        {
            name: "second-listener-on-purpose",
            expect: "compliant",
            resources: azurePublicVm({ nicRules: [allowRdp(), allowRdp({ name: "second", priority: 310, destinationPortRange: "33389" })] }),
        },
        {
            name: "the-port-of-the-listener",
            expect: "compliant",
            resources: azurePublicVm({ nicRules: [allowRdp({ destinationPortRange: "33890" })] }).map((r) =>
                r.name === "vm" ? { ...r, inputs: { ...r.inputs, tags: { "rdp-ready:clients": "203.0.113.0/24", "rdp-ready:port": "33890" } } } : r,
            ),
        },
    ],
};

function filtersOf(host: Host): Hop[] {
    const all = host.paths.flatMap((p) => p.hops.filter((h) => h.kind === "filter" && h.gate.type === "filter"));
    return [...new Map(all.map((h) => [`${h.name} ${h.origin.urn}`, h])).values()];
}

/** A filter that names the listener's port has its rule; others beside it are on purpose. */
function mistakes(host: Host, hop: Hop): Finding[] {
    if (hop.gate.type !== "filter" || !isKnown(host.port)) {
        return [];
    }
    const port = host.port.value;
    const { rules } = hop.gate.filter;
    if (rules.some((r) => namesPort(r, port) && allowsProtocol(r, "tcp"))) {
        return [];
    }
    return rules.flatMap((r) => {
        const wrong = mistake(r, port);
        return wrong === undefined
            ? []
            : [
                  {
                      ...standing(r),
                      outcome: "violation" as const,
                      message: `A rule for Remote Desktop on ${host.name} must admit TCP ${port}: "${r.origin.text}" ${wrong.what}, so the client sees 0x204.`,
                      fix: wrong.fix,
                  },
              ];
    });
}

function mistake(r: FilterRule, port: number): { what: string; fix: string } | undefined {
    const single = singlePort(r);
    if (single === port && namesPort(r, port) && allowsProtocol(r, "udp")) {
        return { what: "is for UDP alone", fix: "protocol Tcp, or a rule for both" };
    }
    if (swapped(r, port)) {
        return { what: `asks for source port ${port}, which no client uses`, fix: `any source port, and ${port} as the destination port` };
    }
    const named = /rdp|remote.?desktop/i.test(r.origin.text);
    return single !== undefined && slips.has(single) && namesPort(r, single) && allowsProtocol(r, "tcp") && (!chosen.has(single) || named)
        ? { what: `is for port ${single}`, fix: String(port) }
        : undefined;
}

/** The listener's port as the only source port, for every destination: `source-port-any` names the mistake where both are the port. */
function swapped(r: FilterRule, port: number): boolean {
    const all = isKnown(r.ports) && r.ports.value.size >= 1000;
    return all && isKnown(r.allow) && r.allow.value && isKnown(r.sourcePorts) && r.sourcePorts.value.size === 1 && r.sourcePorts.value.contains(port) && allowsProtocol(r, "tcp");
}

export default rule;
