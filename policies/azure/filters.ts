import { DeclaredFilter } from "../../core/host";
import { Known, isKnown, known, knownOr, unknown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { unknownAddresses } from "../../core/net/bounds";
import { Filter, FilterRule } from "../../core/net/filter-model";
import { Hop } from "../../core/net/path-model";
import { PortSet } from "../../core/net/port-set";
import { foreignVnet, serviceTag } from "../../core/net/tags";
import { Resource } from "../resource";
import { elementsOf, membersOf, read } from "../value";
import { Estate, kindOf, propsOf } from "./estate";
import { Alternative, anyOf, fixedHop, outsideHop, shortId } from "./hops";
import { Named, PartKind, Reference, References, keyOf, partsOf, pathIn, resolveAll, theTarget } from "./links";
import { NsgRule, Place, RuleContext, bindOutbound, bindRule, readRule } from "./security-rules";

export const nsgNamed: Named = { kind: "network:NetworkSecurityGroup" };
export const asgNamed: Named = { kind: "network:ApplicationSecurityGroup" };
const standaloneRules: PartKind = { kind: "network:SecurityRule", property: "networkSecurityGroupName", ownerKind: nsgNamed.kind };

/** What an NSG is looked at for: a host behind it, and connections to one port. */
export interface FilterContext extends RuleContext {
    readonly port: Known<number>;
    /** Rules that others put before those of the NSG (just-in-time access, network manager). */
    readonly before: readonly FilterRule[];
}

/**
 * All rules of an NSG, inline and standalone. After a refresh the inline list holds the standalone ones as well; a name stands
 * for one rule only.
 */
function rulesOf(estate: Estate, nsg: Resource): readonly NsgRule[] {
    const parts = partsOf(estate, nsg, standaloneRules);
    const standalone = parts.map((part): NsgRule => {
        const rule = readRule(part.resource, "", propsOf(part.resource), nsg.name, part.resource.name);
        return part.doubt === undefined ? rule : { ...rule, doubt: part.doubt };
    });
    const names = new Set(parts.flatMap(({ resource }) => [nameOf(resource.outputs), nameOf(resource.inputs)]).filter((n) => n !== undefined));
    const inline = inlineRules(nsg).filter(({ name }) => name === undefined || !names.has(name));
    return byPriority([...inline.map(({ rule }) => rule), ...standalone]);
}

function inlineRules(nsg: Resource): { readonly name: string | undefined; readonly rule: NsgRule }[] {
    const list = elementsOf(propsOf(nsg)["securityRules"]);
    if (!isKnown(list)) {
        return [{ name: undefined, rule: unreadableRule(nsg, "securityRules", list.reason) }];
    }
    return list.value.map((member, i) => {
        const path = `securityRules[${i}]`;
        const k = read(member);
        const props = membersOf(member);
        return isKnown(k)
            ? { name: nameOf(props), rule: readRule(nsg, path, props, nsg.name, `number ${i + 1}`) }
            : { name: undefined, rule: unreadableRule(nsg, path, k.reason) };
    });
}

function nameOf(props: Readonly<Record<string, unknown>>): string | undefined {
    const name = [props["name"], props["securityRuleName"]].find((n) => typeof n === "string");
    return typeof name === "string" ? name.toLowerCase() : undefined;
}

function unreadableRule(nsg: Resource, path: string, reason: string): NsgRule {
    const not = unknown(reason);
    return {
        direction: known("in"),
        priority: not,
        allow: not,
        protocol: not,
        sources: () => unknownAddresses(reason),
        destinations: [],
        destinationGroups: undefined,
        sourcePorts: not,
        ports: not,
        origin: { urn: nsg.urn, property: path, text: `NSG ${nsg.name}, ${path}: ${reason}` },
        holder: nsg,
        path,
    };
}

/** A rule whose priority is not known comes first: as one that may match there or not at all, it stands for every place. */
function byPriority(rules: readonly NsgRule[]): NsgRule[] {
    return [...rules].sort((a, b) => knownOr(a.priority, 0) - knownOr(b.priority, 0));
}

/** The NSG as connections to the host meet it. */
export function inboundFilter(estate: Estate, nsg: Resource, context: FilterContext): Filter {
    const rules = estate
        .once(rulesOf, nsg)
        .filter((r) => !isKnown(r.direction) || r.direction.value === "in")
        .map((r) => bindRule(r, context));
    return { order: "first-match", rules: [...context.before, ...rules, ...defaultRules(nsg, context)], otherwise: denyAll(nsg) };
}

/** The NSG as connections that the host makes meet it: `sources` of its rules are what they go to. */
export function outboundFilter(estate: Estate, nsg: Resource, context: RuleContext): Filter {
    const rules = estate
        .once(rulesOf, nsg)
        .filter((r) => !isKnown(r.direction) || r.direction.value === "out")
        .map((r) => bindOutbound(r, context));
    const defaults = ([["AllowVnetOutBound", 65000, "VirtualNetwork"], ["AllowInternetOutBound", 65001, "Internet"]] as const).map(([name, priority, tag]) => defaultRule(nsg, context, name, priority, tag, "to"));
    return { order: "first-match", rules: [...rules, ...defaults], otherwise: denyAll(nsg, "DenyAllOutBound") };
}

/** 65000 and 65001; 65500 is the filter's `otherwise` (rdp-domain §7.1). */
function defaultRules(nsg: Resource, context: RuleContext): FilterRule[] {
    return [defaultRule(nsg, context, "AllowVnetInBound", 65000, "VirtualNetwork", "from"), defaultRule(nsg, context, "AllowAzureLoadBalancerInBound", 65001, "AzureLoadBalancer", "from")];
}

function defaultRule(nsg: Resource, context: RuleContext, name: string, priority: number, tag: string, side: "from" | "to"): FilterRule {
    return {
        allow: known(true),
        protocol: known("any"),
        sources: serviceTag(tag, context.vnet),
        sourcePorts: known(PortSet.all),
        ports: known(PortSet.all),
        coversHost: known(true),
        origin: { urn: nsg.urn, text: `NSG ${nsg.name}, default rule ${name} (priority ${priority}): allow * * ${side} ${tag}` },
    };
}

function denyAll(nsg: Resource, name = "DenyAllInBound"): Filter["otherwise"] {
    return { allow: false, origin: { urn: nsg.urn, property: "securityRules", text: `NSG ${nsg.name}, default rule ${name} (priority 65500): no rule before it allows the connection` } };
}

/** The hop of the NSG on one level; undefined where there is none, which lets everything through. */
export function nsgHop(estate: Estate, reference: Reference, level: "subnet" | "NIC", at: { urn: string; property: string }, context: FilterContext): Hop | undefined {
    const name = (nsg: string): string => `NSG ${nsg} (${level})`;
    if (reference.foreign !== undefined) {
        return fixedHop("filter", name(reference.foreign.name), "unknown", { urn: reference.foreign.urn, text: `NSG ${reference.foreign.name} is a ${reference.foreign.type}, which is not modelled` });
    }
    if (reference.outside !== undefined) {
        const nsg = shortId(reference.outside);
        return outsideHop(estate, "filter", name(nsg), { ...at, text: `NSG ${nsg} of another stack lets the connection through` });
    }
    const one = theTarget(reference, `the NSG of the ${level}`);
    if (isKnown(one)) {
        return one.value === undefined
            ? undefined
            : { kind: "filter", name: name(one.value.name), origin: { urn: one.value.resource.urn, text: name(one.value.name) }, gate: { type: "filter", filter: inboundFilter(estate, one.value.resource, context) } };
    }
    const alternatives = reference.candidates.map((t): Alternative => ({ name: `NSG ${t.name}`, filter: inboundFilter(estate, t.resource, context) }));
    const filter = anyOf(alternatives, context.port, { ...at, text: one.reason }, one.reason);
    return filter === undefined
        ? fixedHop("filter", name("(not known)"), "unknown", { ...at, text: one.reason })
        : { kind: "filter", name: name(alternatives.map((a) => a.name.slice(4)).join(" or ")), origin: { ...at, text: one.reason }, gate: { type: "filter", filter } };
}

/** The application security groups that a rule names. */
export function groupsOf(estate: Estate, groups: unknown, rule: Place, side: "source" | "destination"): References {
    return resolveAll(estate, rule.holder, pathIn(rule, `${side}ApplicationSecurityGroups`), groups, asgNamed, `the ${side} application security group of the rule`);
}

/** Whether a host that has joined `own` is in one of the groups that a rule names. */
export function joinedAny(estate: Estate, own: References, groups: unknown, rule: Place): Known<boolean> {
    const named = groupsOf(estate, groups, rule, "destination");
    const mine = new Set([...own.sure.map(keyOf), ...own.outside.map((id) => id.toLowerCase())]);
    if ([...named.sure.map(keyOf), ...named.outside.map((id) => id.toLowerCase())].some((key) => mine.has(key))) {
        return known(true);
    }
    const why = named.why ?? own.why;
    if (why === undefined) {
        return known(false);
    }
    // What is not known may be anything, or one of the candidates.
    const anything = [named, own].some((r) => r.why !== undefined && r.maybe.length === 0);
    const possible = new Set([...mine, ...own.maybe.map(keyOf)]);
    return anything || [...named.sure, ...named.maybe].some((t) => possible.has(keyOf(t))) ? unknown(why) : known(false);
}

/** The rules that one NSG or standalone rule declares, for the rules that judge them one by one. */
export function declaredFilters(resource: Resource): DeclaredFilter[] {
    const kind = kindOf(resource);
    const rules =
        kind === nsgNamed.kind
            ? inlineRules(resource).map(({ rule }) => rule)
            : kind === standaloneRules.kind
              ? [readRule(resource, "", propsOf(resource), ownerName(resource), resource.name)]
              : [];
    const sorted = byPriority(rules);
    return (["in", "out"] as const).flatMap((direction): DeclaredFilter[] => {
        const mine = sorted.filter((r) => (isKnown(r.direction) ? r.direction.value === direction : direction === "in"));
        return mine.length === 0
            ? []
            : [
                  {
                      urn: resource.urn,
                      type: resource.type,
                      name: resource.name,
                      cloud: "azure",
                      kind: "nsg",
                      direction,
                      filter: { order: "first-match", rules: mine.map((r) => bindRule(r, anyHost)), otherwise: denyAll(resource) },
                  },
              ];
    });
}

function ownerName(rule: Resource): string {
    const name = propsOf(rule)["networkSecurityGroupName"];
    return isKnown(read(name)) && typeof name === "string" ? name : "(not known)";
}

const notLinked = "it depends on the host, which this resource alone does not tell";

/** A rule looked at by itself may cover any host. */
const anyHost: RuleContext = {
    vnet: foreignVnet,
    address: unknown(notLinked),
    within: unknownAddresses(notLinked, AddressSet.all),
    joined: () => unknown(notLinked),
    members: () => unknownAddresses(notLinked),
};

