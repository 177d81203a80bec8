import { guestHops, missedListener } from "../../core/guest/hops";
import { Carrier } from "../../core/guest/model";
import { Unmodelled } from "../../core/host";
import { Known, isKnown } from "../../core/known";
import { AddressBounds, exactly, unknownAddresses } from "../../core/net/bounds";
import { Hop, Path, Via } from "../../core/net/path-model";
import { VnetSpace } from "../../core/net/tags";
import { privateAddresses } from "../../core/net/well-known";
import { Resource } from "../resource";
import { addressHop, withoutNsgHop } from "./addresses";
import { adminRules } from "./admin-rules";
import { Estate } from "./estate";
import { FilterContext, groupsOf, joinedAny, nsgHop } from "./filters";
import { Alternative, anyOf, fixedHop, outsideHop, shortId, unmodelled } from "./hops";
import { gatewayBalancerHops } from "./gateway-balancers";
import { JustInTime, justInTime } from "./just-in-time";
import { Reference, Target, pathIn, theTarget } from "./links";
import { IpConfiguration, Nic, Nics, groupMembers, nicsOf, primaryOf } from "./nics";
import { wayThere } from "./peers";
import { routeHop } from "./routes";
import { spaceOf, subnetNsg, subnetPrefixes, subnetRouteTable, vnetOf } from "./subnets";

/** A host while its paths are put together. */
export interface Scene {
    readonly estate: Estate;
    readonly host: Resource;
    readonly port: Known<number>;
    readonly carriers: readonly Carrier[];
    /** The path that the host's author names. */
    readonly via: Via | undefined;
    /** Property path of the network profile. */
    readonly profile: string;
    readonly nics: Nics;
    readonly justInTime: JustInTime | undefined;
    readonly unmodelled: Unmodelled[];
}

export function sceneOf(estate: Estate, host: Resource, profile: string, given: Pick<Scene, "port" | "carriers" | "via">): Scene {
    return { estate, host, profile, ...given, nics: nicsOf(estate, host, profile), justInTime: justInTime(estate, host, given.port), unmodelled: [] };
}

/** The paths that end at a NIC of the host. */
export function nicPaths(scene: Scene): Path[] {
    return [...scene.nics.known.flatMap((nic) => pathsOfNic(scene, nic)), ...pathsWithoutNic(scene)];
}

function pathsOfNic(scene: Scene, nic: Nic): Path[] {
    if (!isKnown(nic.configurations)) {
        const origin = { urn: nic.holder.urn, property: pathIn(nic, "ipConfigurations"), text: `the IP configurations of NIC ${nic.name}: ${nic.configurations.reason}` };
        return anyVia(scene, fixedHop("address", `NIC ${nic.name}`, "unknown", origin));
    }
    const direct = nic.configurations.value.filter((c) => c.publicAddresses.length > 0).map((c) => publicPath(scene, nic, c));
    const primary = primaryOf(nic.configurations.value);
    return primary === undefined ? direct : [...direct, privatePath(scene, nic, primary)];
}

function publicPath(scene: Scene, nic: Nic, configuration: IpConfiguration): Path {
    const { hops, unfiltered } = networkHops(scene, nic, configuration, "internet", scene.port);
    const closed = unfiltered ? withoutNsgHop(configuration.publicAddresses) : undefined;
    const gateway = gatewayBalancerHops(scene.estate, configuration.holder, `${configuration.path}.gatewayLoadBalancer`, configuration.props["gatewayLoadBalancer"]);
    return guestPath(scene, "public-address", [addressHop(configuration.publicAddresses), ...gateway, ...(closed === undefined ? [] : [closed]), ...hops]);
}

function privatePath(scene: Scene, nic: Nic, configuration: IpConfiguration): Path {
    const { hops, space, within } = networkHops(scene, nic, configuration, "private", scene.port);
    const there = wayThere(scene.estate, vnetOf(scene.estate, configuration.subnet), configuration.privateAddress, within.least);
    return guestPath(scene, "private-network", [...privateAccess(scene, nic, space), ...there, ...hops]);
}

/** Who can be a client on the private network: anyone with a private address, once a VPN, a peering or ExpressRoute leads there. */
function privateAccess(scene: Scene, nic: Nic, space: VnetSpace): Hop[] {
    const origin = { urn: nic.holder.urn, ...(nic.path === "" ? {} : { property: nic.path }) };
    return [
        {
            kind: "access",
            name: "private network",
            origin: { ...origin, text: `NIC ${nic.name} has a private address, for clients with private addresses` },
            gate: { type: "clients", clients: exactly(space.prefixes.most.union(privateAddresses)) },
        },
        outsideHop(scene.estate, "access", "VPN, peering or ExpressRoute", { ...origin, text: "clients reach the virtual network by VPN, peering or ExpressRoute" }),
    ];
}

/** NICs that the host has and these stacks do not show. */
function pathsWithoutNic(scene: Scene): Path[] {
    const { estate, host, nics } = scene;
    const at = { urn: host.urn, property: scene.profile };
    const outside = nics.outside.flatMap((id): Path[] => {
        const hop = outsideHop(estate, "address", `NIC ${shortId(id)}`, { ...at, text: `NIC ${shortId(id)} of another stack has an address and filters that let clients through` });
        return anyVia(scene, hop);
    });
    if (nics.foreign !== undefined) {
        scene.unmodelled.push(unmodelled(nics.foreign));
    }
    const unknownNic = nics.why === undefined ? [] : anyVia(scene, fixedHop("address", "NIC", "unknown", { ...at, text: nics.why }));
    return [...outside, ...unknownNic];
}

/** The paths of a NIC that is not visible: it may have a public address or none, and what else its author says. */
function anyVia(scene: Scene, hop: Hop): Path[] {
    const vias = new Set<Via>(["public-address", "private-network", ...(scene.via === undefined ? [] : [scene.via])]);
    return [...vias].map((via) => guestPath(scene, via, [hop]));
}

/** A path that ends in the guest; the port may have been changed by a forwarder on the way. */
export function guestPath(scene: Scene, via: Path["via"], hops: readonly Hop[], dialled: Known<number> = scene.port, arriving: Known<number> = dialled): Path {
    return { via, port: dialled, hops: [...hops.flatMap((h) => [h, ...missedHops(scene, h)]), ...guestHops(scene.carriers, arriving, scene.host.urn)] };
}

/** A forwarder that sends to a port on which the host does not listen. */
function missedHops(scene: Scene, { gate, kind, name, origin }: Hop): Hop[] {
    const listens = gate.type === "forward" && kind === "forwarder" ? missedListener(scene.carriers, scene.port, gate.toPort) : undefined;
    return listens === undefined ? [] : [fixedHop("forwarder", name, "closed", { ...origin, text: `${origin.text}, and ${scene.host.name} listens on ${listens}` })];
}

export interface NetworkHops {
    /** Routes, the subnet's NSG, the NIC's NSG. */
    readonly hops: readonly Hop[];
    /** No NSG on either level, for certain. */
    readonly unfiltered: boolean;
    readonly space: VnetSpace;
    /** Where the NIC's address lies. */
    readonly within: AddressBounds;
}

/**
 * The hops between an address and the guest, for one configuration of a NIC (rdp-domain §7.1: routes, subnet NSG, NIC NSG).
 * @param from clients of the private network count as part of the tag VirtualNetwork: that is what reaching it by VPN, peering or ExpressRoute means
 */
export function networkHops(scene: Scene, nic: Nic, configuration: IpConfiguration, from: "internet" | "private", port: Known<number>): NetworkHops {
    const { estate } = scene;
    const { subnet } = configuration;
    const own = spaceOf(estate, vnetOf(estate, subnet));
    const space = from === "internet" ? own : { ...own, prefixes: { ...own.prefixes, least: own.prefixes.least.union(privateAddresses), most: own.prefixes.most.union(privateAddresses) } };
    const one = theTarget(subnet, `the subnet of NIC ${nic.name}`);
    const within = isKnown(one) && one.value !== undefined ? subnetPrefixes(one.value) : unknownAddresses("the subnet is not known", own.prefixes.most);
    const admin = adminRules(estate, vnetOf(estate, subnet), { vnet: space, address: configuration.privateAddress, within });
    const context: FilterContext = {
        vnet: space,
        address: configuration.privateAddress,
        within,
        port,
        before: [...admin.always, ...(scene.justInTime === undefined ? [] : [scene.justInTime.rule(space)])],
        joined: (groups, rule) => joinedAny(estate, configuration.groups, groups, rule),
        members: (groups, rule) => groupMembers(estate, groupsOf(estate, groups, rule, "source"), space),
    };
    const onSubnet = subnetHops(scene, subnet, one, nic, configuration, context, from);
    const onNic = nsgHop(estate, nic.nsg, "NIC", { urn: nic.holder.urn, property: pathIn(nic, "networkSecurityGroup") }, context);
    noteForeign(scene, subnet, nic.nsg);
    const filtered = onNic !== undefined || onSubnet.some((h) => h.kind === "filter");
    const granted = scene.justInTime === undefined || !filtered ? [] : [scene.justInTime.hop];
    return { hops: [...granted, ...admin.hops, ...onSubnet, ...(onNic === undefined ? [] : [onNic])], unfiltered: !filtered, space, within };
}

function subnetHops(scene: Scene, subnet: Reference, one: Known<Target | undefined>, nic: Nic, configuration: IpConfiguration, context: FilterContext, from: "internet" | "private"): Hop[] {
    const { estate } = scene;
    const at = { urn: configuration.holder.urn, property: `${configuration.path}.subnet` };
    if (subnet.foreign !== undefined) {
        return [fixedHop("filter", `subnet ${subnet.foreign.name}`, "unknown", { ...at, text: `subnet ${subnet.foreign.name} is a ${subnet.foreign.type}, which is not modelled` })];
    }
    if (subnet.outside !== undefined) {
        const name = shortId(subnet.outside);
        return [outsideHop(estate, "filter", `subnet ${name}`, { ...at, text: `the NSG and the routes of subnet ${name}, which belongs to another stack, let the connection through` })];
    }
    const levels = (t: Target): { route: Hop | undefined; nsg: Hop | undefined } => {
        noteForeign(scene, subnetNsg(estate, t), subnetRouteTable(estate, t));
        return {
            route: routeHop(estate, subnetRouteTable(estate, t), from, { urn: t.resource.urn, property: pathIn(t, "routeTable") }, context.vnet, context.port),
            nsg: nsgHop(estate, subnetNsg(estate, t), "subnet", { urn: t.resource.urn, property: pathIn(t, "networkSecurityGroup") }, context),
        };
    };
    if (isKnown(one)) {
        const hops = one.value === undefined ? { route: undefined, nsg: undefined } : levels(one.value);
        return [hops.route, hops.nsg].filter((h) => h !== undefined);
    }
    const each = subnet.candidates.map((t) => ({ name: `subnet ${t.name}`, ...levels(t) }));
    const joint = (level: "route" | "nsg", kind: "route" | "filter"): Hop[] => {
        const alternatives = each.map((e): Alternative & { hop: Hop | undefined } => ({ name: e.name, hop: e[level], filter: e[level]?.gate.type === "filter" ? e[level].gate.filter : undefined }));
        const undecided = alternatives.some((a) => a.hop !== undefined && a.filter === undefined);
        const filter = undecided ? undefined : anyOf(alternatives, context.port, { ...at, text: one.reason }, one.reason);
        return filter !== undefined
            ? [{ kind, name: each.map((e) => e.name).join(" or "), origin: { ...at, text: one.reason }, gate: { type: "filter", filter } }]
            : undecided
              ? [fixedHop(kind, "subnet", "unknown", { ...at, text: one.reason })]
              : [];
    };
    return each.length === 0
        ? [fixedHop("filter", `subnet of NIC ${nic.name}`, "unknown", { ...at, text: one.reason })]
        : [...joint("route", "route"), ...joint("nsg", "filter")];
}

function noteForeign(scene: Scene, ...references: readonly Reference[]): void {
    for (const { foreign } of references) {
        if (foreign !== undefined && !scene.unmodelled.some((u) => u.urn === foreign.urn)) {
            scene.unmodelled.push(unmodelled(foreign));
        }
    }
}

