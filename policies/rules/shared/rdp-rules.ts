import { Known, isKnown, knownOr } from "../../../core/known";
import { FilterRule } from "../../../core/net/filter-model";
import { PortSet } from "../../../core/net/port-set";

export const rdpPort = 3389;

/** More ports than this in one rule, and the rule is not about a service but about a network. */
const wide = 1000;

/** An allowing rule whose ports name this one on purpose: alone, in a list, or in a small range. */
export function namesPort(rule: FilterRule, port: number): boolean {
    return isKnown(rule.ports) && rule.ports.value.contains(port) && rule.ports.value.size < wide && knownOr(rule.allow, false);
}

export function allowsProtocol(rule: FilterRule, protocol: "tcp" | "udp"): boolean {
    const p = knownOr<string, string>(rule.protocol as Known<string>, "");
    return p === protocol || p === "any";
}

/** The single port of a rule that opens just one; else undefined. */
export function singlePort(rule: FilterRule): number | undefined {
    const ports = knownOr(rule.ports, PortSet.all);
    return ports.size === 1 ? ports.ranges()[0]![0] : undefined;
}

/** Where a rule stands, for a finding. */
export function standing(rule: FilterRule): { urn: string; property?: string } {
    return { urn: rule.origin.urn, ...(rule.origin.property === undefined ? {} : { property: rule.origin.property }) };
}
