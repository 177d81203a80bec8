import { Known, isKnown, knownOr } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { Hop, Path } from "../../core/net/path-model";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { at, elementsOf, readString } from "../value";
import { Estate, propsOf } from "./estate";
import { PartKind, Reference, Target, inlineTargets, partsOf, target } from "./links";
import { Route, prefixLength, routesOf } from "./routes";
import { prefixBounds } from "./security-rules";
import { holdsMachines, peersOf, spaceOf, subnetPrefixes, subnetRouteTable, vnetNamed } from "./subnets";

const subnetParts: PartKind = { kind: "network:Subnet", property: "virtualNetworkName", ownerKind: vnetNamed.kind };
const wayThereName = "way there of private clients";

/** A subnet whose route table keeps its machines from the host, or may do so. */
interface Lost {
    readonly addresses: AddressSet;
    readonly sure: boolean;
    readonly origin: Origin;
}

/**
 * What the route tables of the clients' own subnets do with packets to the host, where the stack shows them: in the host's network and in
 * those that are peered with it. The longest prefix decides, a user-defined route before the system's of the same length (rdp-domain
 * §7.1). `None` drops, `Internet` loses what goes to a private address; an appliance or a gateway is the usual hub, and carries on.
 * A network of which no subnet gets there is closed. Where just some do not, they may be cut off on purpose: what is known is that
 * whoever names the whole network as client does not get in from all of it.
 */
export function wayThere(estate: Estate, vnet: Reference, destination: Known<AddressSet>, within: AddressSet): Hop[] {
    const own = vnet.certain ? vnet.candidates[0]?.resource : undefined;
    const to = isKnown(destination) ? destination.value : within;
    if (own === undefined || estate.of("network:RouteTable").length === 0 || to.isEmpty) {
        return [];
    }
    return [own, ...peersOf(estate, own)].flatMap((network) => {
        const subnets = subnetsOf(estate, network).filter((s) => holdsMachines(s) && subnetPrefixes(s).why === undefined);
        const lost = subnets.flatMap((s) => lostIn(estate, network, s, to) ?? []);
        const [first] = lost;
        if (first === undefined) {
            return [];
        }
        const addresses = lost.map((l) => l.addresses).reduce((a, b) => a.union(b)).minus(to);
        const closed = lost.length === subnets.length && lost.every((l) => l.sure);
        const most = closed ? AddressSet.all.minus(addresses) : AddressSet.all;
        const hop: Hop = { kind: "route", name: wayThereName, origin: first.origin, gate: { type: "clients", clients: { least: AddressSet.all.minus(addresses), most, ...(closed ? {} : { why: first.origin.text }) } } };
        return addresses.isEmpty ? [] : [hop];
    });
}

/** A forwarder of another stack connects from addresses of its own: how the clients' networks route does not decide there. */
export function withoutWayThere(path: Path): Path {
    return { ...path, hops: path.hops.filter((h) => h.name !== wayThereName) };
}

function subnetsOf(estate: Estate, vnet: Resource): Target[] {
    const standalone = partsOf(estate, vnet, subnetParts).filter((p) => p.doubt === undefined).map((p) => target(p.resource));
    const prefixes = new Set(standalone.map((s) => subnetPrefixes(s).most.toString()));
    // After a refresh the inline list holds the standalone ones as well.
    return [...standalone, ...inlineTargets(vnet, "subnets").filter((s) => !prefixes.has(subnetPrefixes(s).most.toString()))];
}

function lostIn(estate: Estate, network: Resource, subnet: Target, to: AddressSet): Lost | undefined {
    const reference = subnetRouteTable(estate, subnet);
    const table = reference.certain ? reference.candidates[0]?.resource : undefined;
    if (table === undefined) {
        return undefined;
    }
    let rest = to;
    let lost = AddressSet.none;
    let doubt: Route | undefined;
    let by: Route | undefined;
    for (const step of steps(estate, network, table)) {
        const hit = rest.intersect(step.most);
        if (hit.isEmpty) {
            continue;
        }
        const drops = step.route === undefined ? false : isKnown(step.route.nextHop) ? /^(?:none|internet)$/i.test(step.route.nextHop.value) : undefined;
        if (step.route !== undefined && (drops === undefined || !step.certain)) {
            doubt = drops === false ? doubt : step.route;
        } else if (drops === true) {
            lost = lost.union(hit);
            by ??= step.route;
        }
        rest = step.certain ? rest.minus(step.most) : rest;
    }
    const route = by ?? doubt;
    if (route === undefined) {
        return undefined;
    }
    const sure = doubt === undefined && lost.covers(to);
    const text = `subnet ${subnet.name} of ${network.name}, ${route.origin.text}, so that what its machines send to ${to.describe(3)} ${sure ? "does" : "may"} not arrive`;
    return { addresses: subnetPrefixes(subnet).least, sure, origin: { ...route.origin, text } };
}

interface Step {
    readonly most: AddressSet;
    readonly length: number;
    readonly certain: boolean;
    readonly route?: Route;
}

/** The user-defined routes of a table and the system's to the network itself and its peers, in the order in which they decide. */
function steps(estate: Estate, network: Resource, table: Resource): Step[] {
    const space = spaceOf(estate, { candidates: [target(network)], certain: true });
    const userDefined = estate.once(routesOf, table).map((route): Step => {
        const bounds = isKnown(route.prefix) ? prefixBounds(route.prefix.value, space) : undefined;
        return { most: bounds?.most ?? AddressSet.all, length: prefixLength(route.prefix), certain: bounds?.why === undefined && bounds !== undefined && route.doubt === undefined, route };
    });
    const system = [network, ...peersOf(estate, network)].flatMap((vnet) =>
        knownOr(elementsOf(at(propsOf(vnet), "addressSpace.addressPrefixes")), []).flatMap((value): Step[] => {
            const text = readString(value);
            const bounds = isKnown(text) ? prefixBounds(text.value, space) : undefined;
            return bounds === undefined || bounds.why !== undefined ? [] : [{ most: bounds.most, length: prefixLength(text), certain: true }];
        }),
    );
    return [...userDefined, ...system].sort((a, b) => b.length - a.length);
}
