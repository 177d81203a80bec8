import { AddressSet } from "../../core/net/address-set";
import { AddressBounds, exactly, unionBounds, unknownAddresses } from "../../core/net/bounds";
import { isKnown } from "../../core/known";
import { privateAddresses } from "../../core/net/well-known";
import { Resource } from "../resource";
import { elementsOf, membersOf } from "../value";
import { Kind } from "./kinds";
import { Links, Targets } from "./links";
import { Property, authored, property, textOf } from "./properties";
import { parseCidr } from "./traffic";

/** Something that has a network interface in a security group. */
export interface Member {
    readonly urn: string;
    /** Where its addresses lie: the ranges of its subnets, which are known before its own addresses are. */
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

/** Every member by the key of its group. */
export function membersByGroup(links: Links, linkGroups: (p: Property) => Targets): Map<string, Member[]> {
    const byGroup = new Map<string, Member[]>();
    for (const kind of Object.keys(memberKinds) as Kind[]) {
        for (const r of links.ofKind(kind)) {
            const { groups, subnets } = memberKinds[kind]!(r);
            const targets = groups.flatMap((p) => linkGroups(p).all);
            if (targets.length === 0) {
                continue;
            }
            const member = { urn: r.urn, addresses: subnetAddresses(links, r, subnets) };
            for (const t of targets) {
                const same = byGroup.get(t.key);
                if (same === undefined) {
                    byGroup.set(t.key, [member]);
                } else {
                    same.push(member);
                }
            }
        }
    }
    return byGroup;
}

/** The addresses of the subnets that some properties name. */
export function subnetAddresses(links: Links, of: Resource, subnets: readonly Property[]): AddressBounds {
    const all = subnets.map((p) => links.linkAll(p, "Subnet"));
    const targets = all.flatMap((t) => t.all);
    const parts = targets.map(({ resource, name }): AddressBounds => {
        const cidr = resource === undefined ? undefined : textOf(authored(resource, "cidrBlock"));
        const set = cidr === undefined ? undefined : parseCidr(cidr);
        return set !== undefined && isKnown(set) ? exactly(set.value) : unknownAddresses(`the address of ${of.name} in subnet ${name} is not known`, privateAddresses);
    });
    if (parts.length === 0) {
        return unknownAddresses(`the subnet of ${of.name} is not known`, privateAddresses);
    }
    const bounds = unionBounds(parts);
    const why = all.find((t) => !t.certain)?.why;
    return why === undefined ? bounds : { least: AddressSet.none, most: bounds.most, why };
}
