import { Known, isKnown, known, knownOr, mapKnown, unknown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { Filter, FilterRule } from "../../core/net/filter-model";
import { Hop } from "../../core/net/path-model";
import { PortSet } from "../../core/net/port-set";
import { VnetSpace } from "../../core/net/tags";
import { privateAddresses } from "../../core/net/well-known";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { elementsOf, isPresent, membersOf, readString } from "../value";
import { Estate, propsOf } from "./estate";
import { anyOf, fixedHop, outsideHop, shortId } from "./hops";
import { PartKind, Reference, partsOf, theTarget } from "./links";
import { prefixBounds } from "./security-rules";

const standaloneRoutes: PartKind = { kind: "network:Route", property: "routeTableName", ownerKind: "network:RouteTable" };

export interface Route {
    readonly prefix: Known<string>;
    readonly nextHop: Known<string>;
    readonly origin: Origin;
    readonly doubt?: string;
}

/** The routes of a table, inline and standalone. */
export function routesOf(estate: Estate, table: Resource): readonly Route[] {
    const inline = elementsOf(propsOf(table)["routes"]);
    const parts = partsOf(estate, table, standaloneRoutes);
    const names = new Set(parts.flatMap(({ resource }) => [resource.outputs["name"], resource.inputs["routeName"], resource.inputs["name"]]).filter(isPresent));
    return [
        ...(isKnown(inline)
            ? inline.value.map((value, i) => ({ props: membersOf(value), at: `routes[${i}]` })).filter(({ props }) => !names.has(props["name"])).map(({ props, at }) => routeOf(table, at, table.name, props))
            : [{ prefix: inline, nextHop: inline, origin: { urn: table.urn, property: "routes", text: `the routes of ${table.name}: ${inline.reason}` } }]),
        ...parts.map((p) => ({ ...routeOf(p.resource, undefined, table.name, propsOf(p.resource)), ...(p.doubt === undefined ? {} : { doubt: p.doubt }) })),
    ];
}

function routeOf(holder: Resource, property: string | undefined, table: string, props: Readonly<Record<string, unknown>>): Route {
    const prefix = readString(props["addressPrefix"]);
    const nextHop = readString(props["nextHopType"]);
    const via = isPresent(props["nextHopIpAddress"]) ? ` ${knownOr(readString(props["nextHopIpAddress"]), "(not known)")}` : "";
    return {
        prefix,
        nextHop,
        origin: {
            urn: holder.urn,
            ...(property === undefined ? {} : { property }),
            text: `route table ${table}: ${knownOr(prefix, "(prefix not known)")} goes to ${knownOr(nextHop, "(next hop not known)")}${via}`,
        },
    };
}

/**
 * Where the host's answers go (rdp-domain §7.1). To clients on the Internet they must leave by the Internet: an appliance or
 * gateway in between has not seen the connection and drops them, or sends them from another address.
 * To clients of the private network an appliance is the usual hub; only `None` drops.
 */
export function routeHop(estate: Estate, reference: Reference, to: "internet" | "private", at: { urn: string; property: string }, space: VnetSpace, port: Known<number>): Hop | undefined {
    if (reference.outside !== undefined || reference.foreign !== undefined) {
        const name = reference.foreign?.name ?? shortId(reference.outside ?? "");
        const origin = { ...at, text: `route table ${name} of another stack lets answers reach the client` };
        return reference.foreign === undefined
            ? outsideHop(estate, "route", `route table ${name}`, origin)
            : fixedHop("route", `route table ${name}`, "unknown", { ...at, text: `route table ${name} is a ${reference.foreign.type}, which is not modelled` });
    }
    const filterOf = (table: Resource): Filter | undefined => answers(estate.once(routesOf, table), table, to, space);
    const one = theTarget(reference, "the route table of the subnet");
    if (isKnown(one)) {
        const filter = one.value === undefined ? undefined : filterOf(one.value.resource);
        return filter === undefined || one.value === undefined
            ? undefined
            : { kind: "route", name: `route table ${one.value.name}`, origin: filter.otherwise.origin, gate: { type: "filter", filter } };
    }
    const alternatives = reference.candidates.map((t) => ({ name: `route table ${t.name}`, filter: filterOf(t.resource) }));
    const filter = anyOf(alternatives, port, { ...at, text: one.reason }, one.reason);
    if (filter !== undefined) {
        return { kind: "route", name: "route table", origin: { ...at, text: one.reason }, gate: { type: "filter", filter } };
    }
    return alternatives.length > 0 ? undefined : fixedHop("route", "route table", "unknown", { ...at, text: one.reason });
}

/** Longest prefix first: as a list in which the first match decides. Undefined when no route bears on these clients. */
function answers(routes: readonly Route[], table: Resource, to: "internet" | "private", space: VnetSpace): Filter | undefined {
    const rules = routes
        .map((route) => ({ route, length: prefixLength(route.prefix) }))
        .filter(({ length }) => to === "internet" || length > 0)
        .sort((a, b) => b.length - a.length)
        .map(({ route }): FilterRule => ({
            allow: route.doubt === undefined ? carries(route.nextHop, to) : unknown(route.doubt),
            protocol: known("any"),
            sources: isKnown(route.prefix) ? prefixBounds(route.prefix.value, space) : { least: AddressSet.none, most: AddressSet.all, why: route.prefix.reason },
            sourcePorts: known(PortSet.all),
            ports: known(PortSet.all),
            coversHost: known(true),
            origin: route.origin,
        }));
    const closing = rules.filter((r) => !knownOr(r.allow, false) && (to === "internet" || r.sources.most.overlaps(privateAddresses)));
    return closing.length === 0
        ? undefined
        : { order: "first-match", rules, otherwise: { allow: true, origin: { urn: table.urn, text: `route table ${table.name}: system routes carry the answers` } } };
}

function carries(nextHop: Known<string>, to: "internet" | "private"): Known<boolean> {
    return mapKnown(nextHop, (type) => {
        switch (type.toLowerCase()) {
            case "internet":
                return true;
            case "none":
                return false;
            default:
                return to === "private";
        }
    });
}

/** Unknown prefixes and service tags come first: they may be longer than any. */
export function prefixLength(prefix: Known<string>): number {
    if (!isKnown(prefix)) {
        return Infinity;
    }
    const length = /\/(\d+)$/.exec(prefix.value)?.[1];
    return length === undefined ? 128 : Number(length);
}
