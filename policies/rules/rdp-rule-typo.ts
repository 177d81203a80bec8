import { AddressSet } from "../../core/net/address-set";
import { admit } from "../../core/net/admit";
import { DeclaredFilter } from "../../core/host";
import { isKnown } from "../../core/known";
import { FilterRule } from "../../core/net/filter-model";
import { Finding, FilterRuleRule } from "../rule";
import { allowRdp, nsgWith, nsgWithRules, securityGroupWith } from "./shared/example-stacks";
import { allowsProtocol, namesPort, rdpPort, singlePort, standing } from "./shared/rdp-rules";

/** Ports that nothing well known uses and that a slip of the hand makes of 3389. */
const slips: ReadonlySet<number> = new Set([33389, 3398, 3839, 3398, 33890, 33899, 3289, 3388, 3390, 339, 389, 8933, 9833, 13389]);
/** Of these, ports that people also choose on purpose (LDAP, a second listener). */
const chosen: ReadonlySet<number> = new Set([389, 3390, 13389, 33890]);

const rule: FilterRuleRule = {
    id: "RDP110",
    name: "rdp-rule-typo",
    title: "A rule that is meant for Remote Desktop can work",
    severity: "medium",
    effect: "breaks",
    symptom: "0x204",
    causes: ["custom-port", "firewall-or-port-blocked"],
    why:
        "A rule for 33389 or 3398, an outbound rule for 3389, or one for UDP alone looks like access and is none: the client shows 0x204. " +
        "A session begins with TCP, inbound, on the listener's port (rdp-domain §7.3, §2.5).",
    remedy: "Write an inbound TCP rule for the listener's port.",
    defaultLevel: "advisory",
    scope: "filter",
    check: (filter): Finding[] => (admitsRdp(filter) ? [] : filter.filter.rules.flatMap((r) => mistake(filter, r))),
    examples: [
        { name: "port-33389", expect: "violation", says: "33389", resources: nsgWith({ name: "allow-rdp", destinationPortRange: "33389" }) },
        { name: "port-3398", expect: "violation", says: "3398", resources: securityGroupWith({ fromPort: 3398, toPort: 3398 }) },
        { name: "outbound-only", expect: "violation", says: "outbound", resources: nsgWith({ direction: "Outbound" }) },
        { name: "udp-only", expect: "violation", says: "UDP", resources: nsgWith({ protocol: "Udp" }) },
        { name: "ldap", expect: "compliant", resources: securityGroupWith({ fromPort: 389, toPort: 389 }) },
        { name: "second-listener-on-purpose", expect: "compliant", resources: nsgWithRules([allowRdp(), allowRdp({ name: "second", priority: 310, destinationPortRange: "33389" })]) },
        { name: "bastion-outbound", expect: "compliant", resources: nsgWith({ direction: "Outbound", name: "to-hosts", destinationPortRanges: ["22", "3389"], destinationPortRange: undefined }) },
    ],
};

/** A filter that admits somebody to 3389 already has its rule; others beside it are on purpose. */
function admitsRdp(filter: DeclaredFilter): boolean {
    const { open, unknown } = admit(filter.filter, { clients: AddressSet.all, protocol: "tcp", port: rdpPort });
    return filter.direction === "in" && open.length + unknown.length > 0;
}

function mistake(filter: DeclaredFilter, r: FilterRule): Finding[] {
    const port = singlePort(r);
    const said = (what: string, fix: string): Finding[] => [
        { ...standing(r), outcome: "violation", message: `A rule for Remote Desktop must admit TCP ${rdpPort} inbound: "${r.origin.text}" ${what}, so the client sees 0x204.`, fix },
    ];
    if (filter.direction === "out") {
        // A subnet of jump hosts or of Bastion rightly lists 3389 among others; a rule called after RDP does not.
        return port === rdpPort && namesPort(r, rdpPort) && /rdp/i.test(r.origin.text) && isKnown(r.protocol) && r.protocol.value === "tcp"
            ? said("is an outbound rule", "direction Inbound")
            : [];
    }
    if (port === rdpPort && namesPort(r, rdpPort) && allowsProtocol(r, "udp") && !allowsProtocol(r, "tcp") && filter.filter.rules.every((x) => !allowsProtocol(x, "tcp") || singlePort(x) !== rdpPort)) {
        return said("is for UDP alone", "protocol Tcp, or a rule for both");
    }
    const mine = port !== undefined && slips.has(port) && namesPort(r, port) && allowsProtocol(r, "tcp");
    return mine && (!chosen.has(port) || /rdp|remote.?desktop/i.test(r.origin.text)) ? said(`is for port ${port}`, String(rdpPort)) : [];
}

export default rule;
