import { AddressSet } from "../../core/net/address-set";
import { AddressBounds, exactly, unionBounds, unknownAddresses } from "../../core/net/bounds";
import { isKnown } from "../../core/known";
import { privateV4 } from "../../core/net/well-known";
import { Resource } from "../resource";
import { elementsOf, isPresent, membersOf } from "../value";
import { Kind } from "./kinds";
import { Links, Targets } from "./links";
import { Property, authored, property, textOf } from "./properties";
import { parseCidr } from "./traffic";

/** Members of a security group that share their subnets. */
export interface Members {
    /** Resources that have a network interface in the group. */
    readonly urns: Set<string>;
    /** Where their addresses lie: the ranges of the subnets, which are known before the addresses are. */
    readonly addresses: AddressBounds;
}

interface Membership {
    readonly groups: readonly Property[];
    readonly subnets: readonly Property[];
}

const memberKinds: Partial<Record<Kind, (r: Resource) => Membership>> = {
    Instance: (r) => ({ groups: [property(r, "vpcSecurityGroupIds"), property(r, "securityGroups")], subnets: [property(r, "subnetId")] }),
    NetworkInterface: (r) => ({ groups: [property(r, "securityGroups")], subnets: [property(r, "subnetId")] }),
    LaunchTemplate: (r) => ({
        groups: [property(r, "vpcSecurityGroupIds"), ...within(r, "networkInterfaces", "securityGroups")],
        subnets: within(r, "networkInterfaces", "subnetId"),
    }),
    LaunchConfiguration: (r) => ({ groups: [property(r, "securityGroups")], subnets: [] }),
    LoadBalancer: (r) => ({ groups: [property(r, "securityGroups")], subnets: [property(r, "subnets"), ...within(r, "subnetMappings", "subnetId")] }),
    InstanceConnectEndpoint: (r) => ({ groups: [property(r, "securityGroupIds")], subnets: [property(r, "subnetId")] }),
    VpcEndpoint: (r) => ({ groups: [property(r, "securityGroupIds")], subnets: [property(r, "subnetIds")] }),
};

/** A property of each element of a list. */
export function within(r: Resource, list: string, member: string): Property[] {
    const elements = elementsOf(authored(r, list));
    return isKnown(elements) ? elements.value.map((e, i) => ({ from: r, path: `${list}[${i}].${member}`, value: membersOf(e)[member] })) : [];
}

/** Members by the key of their group, and by their subnets: groups have many members in few subnets. */
export function membersByGroup(links: Links, linkGroups: (p: Property) => Targets): Map<string, Map<string, Members>> {
    const byGroup = new Map<string, Map<string, Members>>();
    for (const kind of Object.keys(memberKinds) as Kind[]) {
        for (const r of links.ofKind(kind)) {
            const { groups, subnets } = memberKinds[kind]!(r);
            for (const group of groups.flatMap((p) => linkGroups(p).all)) {
                const places = byGroup.get(group.key) ?? new Map<string, Members>();
                byGroup.set(group.key, places);
                const place = subnets.flatMap((p) => links.linkAll(p, "Subnet").all.map((t) => t.key)).join();
                const members = places.get(place);
                if (members === undefined) {
                    places.set(place, { urns: new Set([r.urn]), addresses: subnetAddresses(links, r, subnets) });
                } else {
                    members.urns.add(r.urn);
                }
            }
        }
    }
    return byGroup;
}

/** The addresses of the subnets that some properties name. */
export function subnetAddresses(links: Links, of: Resource, subnets: readonly Property[]): AddressBounds {
    const all = subnets.map((p) => links.linkAll(p, "Subnet"));
    const why = all.find((t) => !t.certain)?.why;
    return rangesOf({ all: all.flatMap((t) => t.all), certain: why === undefined, ...(why === undefined ? {} : { why }) }, of.name);
}

/** The addresses that something in these subnets may have. */
export function rangesOf(subnets: Targets, name: string): AddressBounds {
    const parts = subnets.all.map(({ resource, name: subnet }): AddressBounds => {
        const cidr = resource === undefined ? undefined : textOf(authored(resource, "cidrBlock"));
        const set = cidr === undefined ? undefined : parseCidr(cidr);
        return set !== undefined && isKnown(set) ? exactly(set.value) : unknownAddresses(`the address of ${name} in subnet ${subnet} is not known`, resource !== undefined && isPresent(authored(resource, "ipv6Native")) ? AddressSet.all : privateV4);
    });
    if (parts.length === 0) {
        return unknownAddresses(`the subnet of ${name} is not known`, privateV4);
    }
    const bounds = unionBounds(parts);
    return subnets.certain ? bounds : { least: AddressSet.none, most: bounds.most, why: subnets.why ?? "which subnet it is in is not known" };
}
