import { Known, isKnown, known, knownOr, mapKnown, unknown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { AddressBounds, exactly, unionBounds, unknownAddresses } from "../../core/net/bounds";
import { FilterRule } from "../../core/net/filter-model";
import { Hop } from "../../core/net/path-model";
import { PortSet } from "../../core/net/port-set";
import { VnetSpace } from "../../core/net/tags";
import { Resource } from "../resource";
import { at, elementsOf, isPresent, readInteger, readString, unknownString } from "../value";
import { committed } from "./admin-commits";
import { Estate, propsOf } from "./estate";
import { Reference, ownerOf, resolve } from "./links";
import { RuleContext, coversPrefix, prefixBounds } from "./security-rules";
import { vnetNamed } from "./subnets";

/** Security admin rules of a network manager, which come before every NSG (rdp-domain §7.1). */
export interface AdminRules {
    readonly hops: readonly Hop[];
    /** What is allowed whatever the NSGs say. */
    readonly always: readonly FilterRule[];
}

const none: AdminRules = { hops: [], always: [] };
const everyGroup = {};
const notKnownYet = unknownString;

/** What the rules are bound to: the network, and the host in it. */
export type AdminContext = Pick<RuleContext, "vnet" | "address" | "within">;

type Props = Readonly<Record<string, unknown>>;

/**
 * The admin rules that bear on a host. They count once their configuration is committed to the network's region and their collection is
 * for a group that holds the network: where that is not known, a rule may be there or not, so that it neither closes nor opens a path.
 */
export function adminRules(estate: Estate, vnet: Reference, context: AdminContext): AdminRules {
    const rules = [...estate.of("network:AdminRule").map((r) => ({ r, props: propsOf(r) })), ...estate.of("network:DefaultAdminRule").map((r) => ({ r, props: defaultProps(r) }))];
    if (rules.length === 0) {
        return none;
    }
    const groups = estate.once(memberships, everyGroup);
    const bound = rules
        .filter(({ props }) => /^inbound$/i.test(text(props, "direction")) || !isKnown(readString(props["direction"])))
        .map(({ r, props }) => ({ r, props, applies: appliesTo(estate, r, vnet, groups) }))
        .filter(({ applies }) => !isKnown(applies) || applies.value)
        .map(({ r, props, applies }) => ({ access: readString(props["access"]), priority: knownOr(readInteger(props["priority"]), 0), rule: bind(r, props, applies, context) }))
        .filter(({ rule }) => !isKnown(rule.coversHost) || rule.coversHost.value)
        .sort((a, b) => a.priority - b.priority);
    if (bound.length === 0) {
        return none;
    }
    const first = bound[0]!.rule.origin;
    const always = bound.flatMap(({ access, rule }, i) => {
        const earlierAllow = bound.slice(0, i).some((b) => /^allow$/i.test(knownOr(b.access, "")));
        return !/^alwaysallow$/i.test(knownOr(access, "")) ? [] : [earlierAllow ? { ...rule, coversHost: unknown("an earlier admin rule may leave the decision to the NSG") } : rule];
    });
    return {
        hops: [
            {
                kind: "filter",
                name: "network manager",
                origin: { urn: first.urn, text: "security admin rules of the network manager" },
                gate: {
                    type: "filter",
                    filter: { order: "first-match", rules: bound.map((b) => b.rule), otherwise: { allow: true, origin: { urn: first.urn, text: "no security admin rule of the network manager matches" } } },
                },
            },
        ],
        always,
    };
}

function bind(resource: Resource, props: Props, applies: Known<boolean>, context: AdminContext): FilterRule {
    const access = readString(props["access"]);
    // Of a rule whose place or direction is not known, it is not known where it decides.
    const uncertain = [readString(props["direction"]), readInteger(props["priority"])].find((k) => !isKnown<unknown>(k)) as Known<boolean> | undefined;
    return {
        allow: mapKnown(access, (a) => !/^deny$/i.test(a)),
        protocol: mapKnown(readString(props["protocol"]), (p) => (/^tcp$/i.test(p) ? "tcp" : /^udp$/i.test(p) ? "udp" : /^any$|^\*$/i.test(p) ? "any" : "other")),
        sources: sources(props["sources"], context.vnet),
        sourcePorts: ports(props["sourcePortRanges"]),
        ports: ports(props["destinationPortRanges"]),
        coversHost: both(both(applies, covers(props["destinations"], context)), uncertain ?? known(true)),
        origin: { urn: resource.urn, text: `network manager rule ${resource.name} (priority ${text(props, "priority")}): ${text(props, "access").toLowerCase()} ${text(props, "protocol")}` },
    };
}

/** False where either is, else unknown where either is. */
function both(a: Known<boolean>, b: Known<boolean>): Known<boolean> {
    const no = [a, b].find((k) => isKnown(k) && !k.value);
    return no ?? (isKnown(a) ? b : a);
}

/** Whether the rule's destinations hold the host; without any, they hold everything. */
function covers(value: unknown, context: AdminContext): Known<boolean> {
    const list = elementsOf(value);
    if (!isKnown(list)) {
        return list;
    }
    const answers = list.value.map((item) => {
        const prefix = readString(at(item, "addressPrefix"));
        return isKnown(prefix) ? coversPrefix(prefix.value, context) : prefix;
    });
    return answers.length === 0 ? known(true) : answers.find((a) => isKnown(a) && a.value) ?? answers.find((a) => !isKnown(a)) ?? known(false);
}

const flags = /^(alwaysallow|allow|deny)(vnet|azureloadbalancer|internet|all)(in|out)bound$/i;
const flagSources: Readonly<Record<string, string>> = { vnet: "VirtualNetwork", azureloadbalancer: "AzureLoadBalancer", internet: "Internet", all: "*" };

/** Azure fills a default rule in from its flag, `AllowVnetInbound`; its priority is known once it exists. */
function defaultProps(resource: Resource): Props {
    const [, access = notKnownYet, from = "", direction = ""] = flags.exec(knownOr(readString(propsOf(resource)["flag"]), "")) ?? [];
    const told = direction === "" ? notKnownYet : `${direction}bound`;
    const sources = direction === "" ? notKnownYet : [{ addressPrefix: flagSources[from.toLowerCase()] }];
    const written = Object.entries(resource.outputs).filter(([, value]) => isPresent(value));
    return { access, direction: told, priority: notKnownYet, protocol: direction === "" ? notKnownYet : "Any", sources, ...Object.fromEntries(written) };
}

function sources(value: unknown, space: VnetSpace): AddressBounds {
    const list = elementsOf(value);
    if (!isKnown(list)) {
        return unknownAddresses(list.reason);
    }
    const bounds = list.value.map((item) => {
        const prefix = readString(at(item, "addressPrefix"));
        return isKnown(prefix) ? prefixBounds(prefix.value, space) : unknownAddresses(prefix.reason);
    });
    return bounds.length === 0 ? exactly(AddressSet.all) : unionBounds(bounds);
}

function ports(value: unknown): Known<PortSet> {
    const list = elementsOf(value);
    if (!isKnown(list)) {
        return list;
    }
    let all = PortSet.none;
    for (const item of list.value) {
        const range = readString(item);
        try {
            all = isKnown(range) ? all.union(PortSet.parse(range.value === "0-65535" ? "*" : range.value)) : PortSet.none;
        } catch (e) {
            return unknown(e instanceof Error ? e.message : String(e));
        }
        if (!isKnown(range)) {
            return range;
        }
    }
    return known(list.value.length === 0 ? PortSet.all : all);
}

/** Which VNets are in a network group, by the group's URN; a group without static members is filled by Azure Policy. */
function memberships(estate: Estate): ReadonlyMap<string, readonly Reference[]> {
    const members = new Map<string, Reference[]>();
    for (const member of estate.of("network:StaticMember")) {
        const group = ownerOf(estate, member, { property: "networkGroupName", ownerKind: "network:NetworkGroup" }).candidates;
        const vnet = resolve(estate, member, "resourceId", propsOf(member)["resourceId"], vnetNamed);
        group.forEach((g) => members.set(g.resource.urn, [...(members.get(g.resource.urn) ?? []), vnet]));
    }
    return members;
}

function appliesTo(estate: Estate, rule: Resource, vnet: Reference, groups: ReadonlyMap<string, readonly Reference[]>): Known<boolean> {
    const not = unknown(`whether the network manager rule ${rule.name} applies to this virtual network is not known`);
    const owner = ownerOf(estate, rule, { property: "ruleCollectionName", ownerKind: "network:AdminRuleCollection" });
    const collection = owner.certain ? owner.candidates[0]?.resource : undefined;
    const own = vnet.certain ? vnet.candidates[0]?.resource.urn ?? vnet.outside?.toLowerCase() : undefined;
    if (collection === undefined || own === undefined) {
        return not;
    }
    const list = elementsOf(propsOf(collection)["appliesToGroups"]);
    if (!isKnown(list)) {
        return not;
    }
    let sure = true;
    for (const [i, item] of list.value.entries()) {
        const group = resolve(estate, collection, `appliesToGroups[${i}].networkGroupId`, at(item, "networkGroupId"), { kind: "network:NetworkGroup" });
        const target = group.certain ? group.candidates[0] : undefined;
        const members = target === undefined ? undefined : groups.get(target.resource.urn);
        if (members?.some((m) => m.certain && (m.candidates[0]?.resource.urn ?? m.outside?.toLowerCase()) === own) === true) {
            return committed(estate, configurationOf(estate, rule), vnet);
        }
        sure &&= members !== undefined && members.every((m) => m.certain);
    }
    return sure ? known(false) : not;
}

function configurationOf(estate: Estate, rule: Resource): { readonly name: Known<string>; readonly resource: Resource | undefined } {
    const owner = resolve(estate, rule, "configurationName", propsOf(rule)["configurationName"], { kind: "network:SecurityAdminConfiguration" });
    const name = readString(propsOf(rule)["configurationName"]);
    const named = isKnown(name) ? estate.named("network:SecurityAdminConfiguration", name.value) : owner.certain ? owner.candidates.map((t) => t.resource) : [];
    return { name, resource: named.length === 1 ? named[0] : undefined };
}

function text(props: Props, property: string): string {
    return knownOr(readString(props[property]), "(not known)");
}
