import { isKnown } from "../../core/known";
import { AddressBounds, unionBounds, unknownAddresses } from "../../core/net/bounds";
import { VnetSpace, foreignVnet } from "../../core/net/tags";
import { privateAddresses } from "../../core/net/well-known";
import { Resource } from "../resource";
import { at, isPresent, readBoolean } from "../value";
import { Estate, cloudName, kindOf, prefixesOf, propsOf } from "./estate";
import { nsgNamed } from "./filters";
import { Named, PartKind, Reference, Target, nowhere, ownerOf, partsOf, pathIn, resolve, target } from "./links";

export const vnetNamed: Named = { kind: "network:VirtualNetwork" };
export const subnetNamed: Named = { kind: "network:Subnet", inline: { kind: vnetNamed.kind, list: "subnets" } };
const routeTableNamed: Named = { kind: "network:RouteTable" };
const peerings: PartKind = { kind: "network:VirtualNetworkPeering", property: "virtualNetworkName", ownerKind: vnetNamed.kind };

/** Subnets that Azure keeps for its own services: no VM stands in them. */
const reserved = /^(?:AzureBastionSubnet|GatewaySubnet|AzureFirewallSubnet|AzureFirewallManagementSubnet|RouteServerSubnet)$/i;

/** The subnet of a NIC. */
export function vmSubnet(estate: Estate, from: Resource, property: string, value: unknown): Reference {
    const reference = resolve(estate, from, property, value, subnetNamed);
    if (reference.certain) {
        return reference;
    }
    const candidates = reference.candidates.filter(holdsMachines);
    return { ...reference, candidates, certain: candidates.length === 1 };
}

export function holdsMachines(subnet: Target): boolean {
    return !reserved.test(subnetName(subnet) ?? "");
}

/** The subnet's name in the cloud, which for some services has to be a certain one. */
export function subnetName(subnet: Target): string | undefined {
    return subnet.path === "" ? cloudName(subnet.resource) : subnet.name;
}

export function subnetNsg(estate: Estate, subnet: Target): Reference {
    return resolve(estate, subnet.resource, pathIn(subnet, "networkSecurityGroup"), subnet.props["networkSecurityGroup"], nsgNamed);
}

export function subnetRouteTable(estate: Estate, subnet: Target): Reference {
    return resolve(estate, subnet.resource, pathIn(subnet, "routeTable"), subnet.props["routeTable"], routeTableNamed);
}

export function subnetPrefixes(subnet: Target): AddressBounds {
    const { least, most, why } = prefixesOf([subnet.props["addressPrefix"], subnet.props["addressPrefixes"]], `the address prefix of subnet ${subnet.name}`);
    return { least, most, ...(why === undefined ? {} : { why }) };
}

/** The VNet that a subnet lies in. */
export function vnetOf(estate: Estate, subnet: Reference): Reference {
    if (subnet.outside !== undefined) {
        const id = subnet.outside.replace(/\/subnets\/[^/]*$/i, "");
        const vnet = estate.world.id(id);
        return vnet !== undefined && kindOf(vnet) === vnetNamed.kind ? { candidates: [target(vnet)], certain: true } : { ...nowhere, outside: id };
    }
    const owners = subnet.candidates.map((t) => (t.path === "" ? ownerOf(estate, t.resource, { property: "virtualNetworkName", ownerKind: vnetNamed.kind }) : { candidates: [target(t.resource)], certain: true }));
    const [first, ...others] = owners;
    const urn = (r: Reference): string | undefined => (r.certain ? r.candidates[0]?.resource.urn : undefined);
    return first !== undefined && (others.length === 0 || (urn(first) !== undefined && others.every((o) => urn(o) === urn(first))))
        ? first
        : { candidates: owners.flatMap((o) => o.candidates), certain: false };
}

/** The address space that the tag `VirtualNetwork` stands for in a network: its own prefixes and those of its peers in these stacks. */
export function spaceOf(estate: Estate, vnet: Reference): VnetSpace {
    const one = vnet.certain ? vnet.candidates[0] : undefined;
    return one === undefined ? foreignVnet : estate.once(spaceOfVnet, one.resource);
}

function spaceOfVnet(estate: Estate, vnet: Resource): VnetSpace {
    return { prefixes: unionBounds([vnet, ...peersOf(estate, vnet)].map(prefixesOfVnet)) };
}

function prefixesOfVnet(vnet: Resource): AddressBounds {
    const bounds = prefixesOf([at(propsOf(vnet), "addressSpace.addressPrefixes")], `the address space of VNet ${vnet.name}`);
    return bounds.why === undefined ? bounds : unknownAddresses(bounds.why, privateAddresses.union(bounds.least));
}

/** VNets of these stacks that are peered with this one, both ways, as a peering must be to work. */
export function peersOf(estate: Estate, vnet: Resource): Resource[] {
    return remotesOf(estate, vnet).filter((remote) => remotesOf(estate, remote).includes(vnet));
}

function remotesOf(estate: Estate, vnet: Resource): Resource[] {
    return partsOf(estate, vnet, peerings).flatMap(({ resource }) => {
        const props = propsOf(resource);
        const access = isPresent(props["allowVirtualNetworkAccess"]) ? readBoolean(props["allowVirtualNetworkAccess"]) : undefined;
        const remote = resolve(estate, resource, "remoteVirtualNetwork", props["remoteVirtualNetwork"], vnetNamed);
        return remote.certain && remote.candidates.length === 1 && !(access !== undefined && isKnown(access) && !access.value) ? [remote.candidates[0]!.resource] : [];
    });
}
