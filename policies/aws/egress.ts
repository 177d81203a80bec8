import { Known, isKnown } from "../../core/known";
import { admit } from "../../core/net/admit";
import { AddressBounds } from "../../core/net/bounds";
import { FilterRule } from "../../core/net/filter-model";
import { Hop } from "../../core/net/path-model";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { PackOptions } from "../rule";
import { fixedHop, outsideHop } from "./hops";
import { Launch, Nic } from "./launch";
import { Targets } from "./links";
import { rangesOf } from "./members";
import { Groups, SecurityGroups } from "./security-groups";

/** The groups of an endpoint (Instance Connect, Client VPN) must let it out to the host: replies need no rule, its own connections do. */
export function egressHop(groups: SecurityGroups, options: PackOptions, endpoint: { readonly resource: Resource; readonly name: string }, own: Targets, launch: Launch, nic: Nic, port: Known<number>): Hop {
    const { resource } = endpoint;
    const name = `${endpoint.name}, egress`;
    const origin: Origin = { urn: resource.urn, property: "securityGroupIds", text: "" };
    if (own.all.some((g) => groups.isOutside(g)) || !own.certain) {
        return outsideHop("filter", name, { ...origin, text: own.why ?? "the egress rules of a security group of another stack are not known" }, options);
    }
    const rules = own.all.flatMap((g) => groups.resolved(g, "egress", { host: new Set([resource.urn]), port, sourceGroups: groupKeys(nic.groups) }));
    const verdict = isKnown(port) ? verdictOf(rules, rangesOf(nic.subnets, launch.host.name), port.value) : "unknown";
    const text = verdict === "open" ? `the security groups of ${resource.name} let it out to ${launch.host.name}` : `the security groups of ${resource.name} (${own.all.map((t) => t.name).join(", ")}) have no egress rule for tcp ${isKnown(port) ? port.value : "(not known)"} to ${launch.host.name}`;
    return fixedHop("filter", name, verdict, { ...origin, text });
}

export function groupKeys(groups: Groups): Set<string> {
    return new Set(groups.targets.all.map((t) => t.key));
}

/** Whether rules admit one port for all of some addresses. */
export function verdictOf(rules: readonly FilterRule[], addresses: AddressBounds, port: number): "open" | "closed" | "unknown" {
    const nowhere = { urn: "", text: "" };
    const admission = admit({ order: "any-allow", rules, otherwise: { allow: false, origin: nowhere } }, { clients: addresses.most, protocol: "tcp", port });
    if (admission.closed.length === 0 && admission.unknown.length === 0) {
        return "open";
    }
    return admission.open.length === 0 && admission.unknown.length === 0 ? "closed" : "unknown";
}
