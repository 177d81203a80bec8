import { Known, isKnown, known, knownOr, mapKnown, unknown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { AddressBounds, exactly, unionBounds, unknownAddresses } from "../../core/net/bounds";
import { FilterRule } from "../../core/net/filter-model";
import { Hop } from "../../core/net/path-model";
import { PortSet } from "../../core/net/port-set";
import { VnetSpace } from "../../core/net/tags";
import { Resource } from "../resource";
import { at, elementsOf, readInteger, readString } from "../value";
import { Estate, propsOf } from "./estate";
import { Reference, ownerOf, resolve } from "./links";
import { prefixBounds } from "./security-rules";
import { vnetNamed } from "./subnets";

/** Security admin rules of a network manager, which come before every NSG (rdp-domain §7.1). */
export interface AdminRules {
    readonly hops: readonly Hop[];
    /** What is allowed whatever the NSGs say. */
    readonly always: readonly FilterRule[];
}

const none: AdminRules = { hops: [], always: [] };
const everyGroup = {};

export function adminRules(estate: Estate, vnet: Reference, space: VnetSpace): AdminRules {
    const rules = estate.of("network:AdminRule");
    if (rules.length === 0) {
        return none;
    }
    const groups = estate.once(memberships, everyGroup);
    const bound = rules
        .filter((r) => /^inbound$/i.test(text(r, "direction")) || !isKnown(readString(propsOf(r)["direction"])))
        .map((r) => ({ r, applies: appliesTo(estate, r, vnet, groups) }))
        .filter(({ applies }) => !isKnown(applies) || applies.value)
        .map(({ r, applies }) => ({ access: readString(propsOf(r)["access"]), priority: knownOr(readInteger(propsOf(r)["priority"]), 0), rule: bind(r, applies, space) }))
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

function bind(resource: Resource, applies: Known<boolean>, space: VnetSpace): FilterRule {
    const props = propsOf(resource);
    const access = readString(props["access"]);
    return {
        allow: mapKnown(access, (a) => !/^deny$/i.test(a)),
        protocol: mapKnown(readString(props["protocol"]), (p) => (/^tcp$/i.test(p) ? "tcp" : /^udp$/i.test(p) ? "udp" : /^any$|^\*$/i.test(p) ? "any" : "other")),
        sources: sources(props["sources"], space),
        sourcePorts: ports(props["sourcePortRanges"]),
        ports: ports(props["destinationPortRanges"]),
        coversHost: applies,
        origin: { urn: resource.urn, text: `network manager rule ${resource.name} (priority ${text(resource, "priority")}): ${text(resource, "access").toLowerCase()} ${text(resource, "protocol")}` },
    };
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
            return known(true);
        }
        sure &&= members !== undefined && members.every((m) => m.certain);
    }
    return sure ? known(false) : not;
}

function text(resource: Resource, property: string): string {
    return knownOr(readString(propsOf(resource)[property]), "(not known)");
}
