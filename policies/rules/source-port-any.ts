import { DeclaredFilter } from "../../core/host";
import { isKnown, knownOr } from "../../core/known";
import { admit } from "../../core/net/admit";
import { FilterRule } from "../../core/net/filter-model";
import { PortSet } from "../../core/net/port-set";
import { FilterRuleRule, PropertyEdit } from "../rule";
import { nsgWith } from "./shared/example-stacks";

const rule: FilterRuleRule = {
    id: "RDP109",
    name: "source-port-any",
    title: "Rules that allow RDP do not ask for a source port",
    severity: "high",
    effect: "breaks",
    symptom: "0x204",
    causes: ["firewall-or-port-blocked", "custom-port"],
    why:
        "The source port of a connection is the client's own, chosen at random (Windows takes 49152-65535). A rule that allows 3389 only from source port 3389 " +
        "therefore admits nobody, and the client shows 0x204 (Microsoft: network-security-groups-overview).",
    remedy: 'Write sourcePortRange "*"; the port of the listener belongs into destinationPortRange.',
    defaultLevel: "mandatory",
    scope: "filter",
    check: (filter) =>
        filter.filter.rules.filter((r) => isMistaken(filter, r)).map((r) => {
            const port = knownOr(r.sourcePorts, PortSet.all).toString();
            const harmless = isHarmless(filter, r);
            return {
                outcome: "violation",
                urn: r.origin.urn,
                ...(r.origin.property === undefined ? {} : { property: r.origin.property }),
                ...(harmless === undefined ? {} : { effect: "weakens", symptom: "none", atMost: "advisory" }),
                message: `A rule that allows RDP must accept any source port: "${r.origin.text}" asks for source port ${port}, which no client uses, so ${harmless ?? "the client sees 0x204"}.`,
                fix: 'sourcePortRange "*"',
            };
        }),
    fix: (filter) =>
        filter.filter.rules.filter((r) => isMistaken(filter, r)).flatMap((r): PropertyEdit[] => {
            const ports = knownOr(r.sourcePorts, PortSet.all);
            const property = r.origin.property === undefined ? "sourcePortRange" : `${r.origin.property}.sourcePortRange`;
            return ports.size === 1 ? [{ property, before: ports.toString(), after: "*" }] : [];
        }),
    examples: [
        { name: "source-port-3389", expect: "violation", says: "source port 3389", resources: nsgWith({ sourcePortRange: "3389" }) },
        { name: "source-port-3389-as-a-number", expect: "violation", says: "source port 3389", resources: nsgWith({ sourcePortRange: 3389 }) },
        { name: "any-source-port", expect: "compliant", resources: nsgWith({ sourcePortRange: "*" }) },
        { name: "client-ports-of-windows", expect: "compliant", resources: nsgWith({ sourcePortRange: "1024-65535" }) },
        { name: "source-port-of-another-service", expect: "compliant", resources: nsgWith({ sourcePortRange: "53", destinationPortRange: "53", protocol: "Udp" }) },
        { name: "a-deny-with-a-source-port", expect: "compliant", resources: nsgWith({ sourcePortRange: "3389", access: "Deny" }) },
        { name: "outbound-replies", expect: "compliant", resources: nsgWith({ sourcePortRange: "3389", destinationPortRange: "*", direction: "Outbound" }) },
    ],
};

/** Client ports that Windows and every other system choose from. */
const clientPorts = PortSet.range(49152, 65535);

/** An inbound rule that allows 3389 but not from the ports that clients use. A rule for every port is not about RDP. */
function isMistaken(filter: DeclaredFilter, r: FilterRule): boolean {
    return (
        filter.direction === "in" &&
        knownOr(r.allow, false) &&
        isKnown(r.ports) &&
        r.ports.value.contains(3389) &&
        r.ports.value.size < 1000 &&
        isKnown(r.sourcePorts) &&
        !r.sourcePorts.value.overlaps(clientPorts)
    );
}

/** Why the mistake stops nobody: UDP only speeds a session up, and another rule may admit the same clients. */
function isHarmless(filter: DeclaredFilter, r: FilterRule): string | undefined {
    if (knownOr(r.protocol, "any") === "udp") {
        return "sessions run over TCP alone";
    }
    const { closed, unknown } = admit(filter.filter, { clients: r.sources.least, protocol: "tcp", port: 3389 });
    return closed.length === 0 && unknown.length === 0 && !r.sources.least.isEmpty ? "only another rule lets the client in" : undefined;
}

export default rule;
