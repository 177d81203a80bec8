import { Known, isKnown, known, unknown } from "../../core/known";
import { AddressBounds, unionBounds, unknownAddresses } from "../../core/net/bounds";
import { FilterRule } from "../../core/net/filter-model";
import { PortSet } from "../../core/net/port-set";
import { privateAddresses } from "../../core/net/well-known";
import { DeclaredFilter } from "../../core/host";
import { Resource } from "../resource";
import { elementsOf, isPresent, membersOf, readBoolean } from "../value";
import { Property, authored, textOf } from "./properties";
import { describeAddresses, describeTraffic, readCidrs, readPorts, readProtocol } from "./traffic";

export type Direction = "ingress" | "egress";

/** One rule of a security group as its author wrote it; sources that other resources decide are still properties. */
export interface GroupRule {
    readonly direction: Direction;
    /** With the CIDRs as sources. */
    readonly rule: FilterRule;
    /** Groups whose members are meant. */
    readonly groups: readonly Property[];
    readonly self: Known<boolean>;
    readonly prefixLists: readonly Property[];
}

/** The inline rules of a security group. The list may be unknown as a whole: then it is one rule that may be anything. */
export function inlineRules(group: Resource, direction: Direction): GroupRule[] {
    const list = authored(group, direction);
    const elements = elementsOf(list);
    if (!isKnown(elements)) {
        return [anything(group, direction, `the ${direction} rules of security group ${group.name} are not known: ${elements.reason}`)];
    }
    return elements.value.map((element, i) => {
        const m = membersOf(element);
        return ruleFrom(group, `${direction}[${i}]`, `security group ${group.name}, ${direction}[${i}]`, direction, {
            protocol: m["protocol"],
            from: m["fromPort"],
            to: m["toPort"],
            cidrs: [m["cidrBlocks"], m["ipv6CidrBlocks"]],
            groups: [{ name: "securityGroups", value: m["securityGroups"] }],
            self: m["self"],
            prefixLists: [{ name: "prefixListIds", value: m["prefixListIds"] }],
        });
    });
}

/** The rule that a standalone resource declares, of any of the three types. */
export function standaloneRule(r: Resource): GroupRule {
    const p = (name: string): unknown => authored(r, name);
    if (/:SecurityGroupRule$/.test(r.type)) {
        const direction: Direction = textOf(p("type")) === "egress" ? "egress" : "ingress";
        return ruleFrom(r, "", `rule ${r.name}`, direction, {
            protocol: p("protocol"),
            from: p("fromPort"),
            to: p("toPort"),
            cidrs: [p("cidrBlocks"), p("ipv6CidrBlocks")],
            groups: [{ name: "sourceSecurityGroupId", value: p("sourceSecurityGroupId") }],
            self: p("self"),
            prefixLists: [{ name: "prefixListIds", value: p("prefixListIds") }],
        });
    }
    return ruleFrom(r, "", `rule ${r.name}`, /:SecurityGroupEgressRule$/.test(r.type) ? "egress" : "ingress", {
        protocol: p("ipProtocol"),
        from: p("fromPort"),
        to: p("toPort"),
        cidrs: [p("cidrIpv4"), p("cidrIpv6")],
        groups: [{ name: "referencedSecurityGroupId", value: p("referencedSecurityGroupId") }],
        self: undefined,
        prefixLists: [{ name: "prefixListId", value: p("prefixListId") }],
    });
}

interface Written {
    readonly protocol: unknown;
    readonly from: unknown;
    readonly to: unknown;
    readonly cidrs: readonly unknown[];
    readonly groups: readonly { readonly name: string; readonly value: unknown }[];
    readonly self: unknown;
    readonly prefixLists: readonly { readonly name: string; readonly value: unknown }[];
}

function ruleFrom(from: Resource, path: string, where: string, direction: Direction, w: Written): GroupRule {
    const protocol = readProtocol(w.protocol);
    const ports = readPorts(protocol, w.from, w.to);
    const sources = readCidrs(...w.cidrs);
    const self = isPresent(w.self) ? readBoolean(w.self) : known(false);
    const named = (list: Written["groups"]): Property[] =>
        list.filter((l) => isPresent(l.value) && l.value !== "" && !(Array.isArray(l.value) && l.value.length === 0)).map((l) => ({ from, path: path === "" ? l.name : `${path}.${l.name}`, value: l.value }));
    const [groups, prefixLists] = [named(w.groups), named(w.prefixLists)];
    const others = [
        ...(sources.most.isEmpty ? [] : [describeAddresses(sources)]),
        ...(groups.length > 0 ? ["members of another security group"] : []),
        ...(isKnown(self) && !self.value ? [] : ["members of the group itself"]),
        ...(prefixLists.length > 0 ? ["a prefix list"] : []),
    ];
    const text = `${where}: ${describeTraffic(protocol, ports)} ${direction === "ingress" ? "from" : "to"} ${others.length === 0 ? "nobody" : others.join(", ")}`;
    return {
        direction,
        groups,
        self,
        prefixLists,
        rule: {
            allow: known(true),
            protocol,
            sources,
            sourcePorts: known(PortSet.all),
            ports,
            coversHost: known(true),
            origin: { urn: from.urn, ...(path === "" ? {} : { property: path }), text },
        },
    };
}

/** Stands for rules that are not known. */
export function anything(from: Resource, direction: Direction, why: string): GroupRule {
    return { direction, groups: [], self: known(false), prefixLists: [], rule: unknownRule({ urn: from.urn, property: direction, text: why }, why) };
}

export function unknownRule(origin: FilterRule["origin"], why: string): FilterRule {
    return { allow: unknown(why), protocol: known("any"), sources: unknownAddresses(why), sourcePorts: known(PortSet.all), ports: known(PortSet.all), coversHost: known(true), origin };
}

/** The rules that one resource declares, before anything is linked: for rules that judge single resources. */
export function declaredGroupFilters(r: Resource): DeclaredFilter[] {
    const declared = (direction: Direction, rules: readonly GroupRule[]): DeclaredFilter => ({
        urn: r.urn,
        type: r.type,
        name: r.name,
        cloud: "aws",
        kind: "security-group",
        direction: direction === "ingress" ? "in" : "out",
        filter: {
            order: "any-allow",
            rules: rules.map((g) => ({ ...g.rule, sources: unlinkedSources(g) })),
            otherwise: { allow: false, origin: { urn: r.urn, property: direction, text: `security group ${r.name} has no other ${direction} rule` } },
        },
    });
    if (/SecurityGroup(Ingress|Egress)?Rule$/.test(r.type)) {
        const rule = standaloneRule(r);
        return [declared(rule.direction, [rule])];
    }
    return (["ingress", "egress"] as const).filter((d) => isPresent(authored(r, d))).map((d) => declared(d, inlineRules(r, d)));
}

function unlinkedSources(g: GroupRule): AddressBounds {
    return unionBounds([
        g.rule.sources,
        ...(g.groups.length > 0 || !isKnown(g.self) || g.self.value ? [unknownAddresses("the members of a security group have private addresses", privateAddresses)] : []),
        ...(g.prefixLists.length > 0 ? [unknownAddresses("what a prefix list holds stands elsewhere")] : []),
    ]);
}
