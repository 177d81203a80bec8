import { isKnown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { exactly } from "../../core/net/bounds";
import { Hop } from "../../core/net/path-model";
import { publicInternet } from "../../core/net/well-known";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { PackOptions } from "../rule";
import { isPresent, readBoolean, readInteger } from "../value";
import { clientsHop, fixedHop, outsideHop, sameForAll } from "./hops";
import { Links, Target, Targets } from "./links";
import { Nic } from "./launch";
import { authored, isRead, originOf, textOf } from "./properties";

/** The hops by which a network interface has a public address. */
export interface PublicAddress {
    /** Empty: there is none. */
    readonly hops: readonly Hop[];
    /** False where only another stack, or the cloud, can tell whether there is one. */
    readonly certain: boolean;
    /** Why there is none, where there is none. */
    readonly none?: Origin;
}

/** Elastic addresses, addresses at launch, and those that a subnet hands out. */
export class Addresses {
    constructor(
        private readonly links: Links,
        private readonly options: PackOptions,
    ) {}

    of(host: Resource, nic: Nic, primary: boolean): PublicAddress {
        const v6 = this.hasIpv6(nic);
        const v4 = this.ipv4(host, nic, primary);
        if (v6 === undefined || v4.hops.some((h) => h.gate.type === "fixed")) {
            return v4;
        }
        const families = v4.hops.length > 0 ? AddressSet.all : AddressSet.allV6;
        const origin = v4.hops[0]?.origin ?? v6;
        return { hops: [addressHop(origin, publicInternet.intersect(families))], certain: true };
    }

    private ipv4(host: Resource, nic: Nic, primary: boolean): PublicAddress {
        const elastic = this.elastic(host, nic, primary);
        if (elastic !== undefined) {
            return elastic;
        }
        const asked = nic.associatePublic;
        if (asked !== undefined && isPresent(asked.value)) {
            const yes = readBoolean(asked.value);
            if (!isKnown(yes)) {
                return { hops: [fixedHop("address", "public address", "unknown", originOf(asked, `whether the instance gets a public address is not known: ${yes.reason}`))], certain: false };
            }
            return yes.value
                ? { hops: [addressHop(originOf(asked, "a public address at launch"))], certain: true }
                : { hops: [], certain: true, none: originOf(asked, "associatePublicIpAddress is false, and no Elastic IP is associated") };
        }
        if (!nic.autoAssigns) {
            return { hops: [], certain: true, none: { ...nic.origin, text: `no Elastic IP is associated with network interface ${nic.name}` } };
        }
        return this.bySubnet(host, nic);
    }

    /** A subnet hands out addresses where the launch does not say. */
    private bySubnet(host: Resource, nic: Nic): PublicAddress {
        const seen = textOf(host.outputs["publicIp"]);
        if (seen !== undefined && !isRead(host)) {
            return { hops: [addressHop({ urn: host.urn, text: `the public address ${seen}` })], certain: true };
        }
        if (host.outputs["publicIp"] === "" && nic.subnets.all.some((t) => t.resource === undefined)) {
            return { hops: [], certain: true, none: { urn: host.urn, text: `${host.name} has no public address` } };
        }
        if (nic.subnets.all.length === 0 && nic.subnets.certain) {
            const origin = { urn: host.urn, text: `${host.name} names no subnet, so that it gets one of the default VPC, which hands out a public address unless somebody changed it` };
            return { hops: [addressHop(origin), outsideHop("address", "default VPC", origin, this.options)], certain: true };
        }
        const hops = sameForAll("address", "public address", nic.subnets, nic.subnetOrigin, (subnet) => [this.subnetHop(subnet, nic)]);
        const [hop] = hops;
        if (hop?.gate.type === "fixed" && hop.gate.verdict === "closed") {
            return { hops: [], certain: true, none: hop.origin };
        }
        if (hop?.gate.type === "fixed") {
            return { hops: [addressHop(hop.origin), hop], certain: false };
        }
        return { hops, certain: true };
    }

    private subnetHop(subnet: Target, nic: Nic): Hop {
        const { resource } = subnet;
        if (resource === undefined) {
            const text = `whether subnet ${subnet.name} hands out public addresses is for another stack to say; here, associatePublicIpAddress can`;
            return outsideHop("address", "public address", { ...nic.subnetOrigin, text }, this.options);
        }
        const value = authored(resource, "mapPublicIpOnLaunch");
        const byDefault = /:DefaultSubnet$/.test(resource.type);
        const maps = isPresent(value) ? readBoolean(value) : undefined;
        if (maps !== undefined && !isKnown(maps)) {
            return fixedHop("address", "public address", "unknown", { urn: resource.urn, property: "mapPublicIpOnLaunch", text: `whether subnet ${subnet.name} hands out public addresses is not known: ${maps.reason}` });
        }
        return maps?.value ?? byDefault
            ? addressHop({ urn: resource.urn, property: "mapPublicIpOnLaunch", text: `a public address from subnet ${subnet.name}` })
            : fixedHop("address", "public address", "closed", { urn: resource.urn, property: "mapPublicIpOnLaunch", text: `subnet ${subnet.name} hands out no public addresses, and the instance asks for none` });
    }

    private elastic(host: Resource, nic: Nic, primary: boolean): PublicAddress | undefined {
        const interfaces: Target[] = nic.resource === undefined ? [] : [this.links.target(nic.resource)];
        // Outputs name the interface that AWS makes with the instance.
        const made = primary ? textOf(host.outputs["primaryNetworkInterfaceId"]) : undefined;
        if (made !== undefined && nic.resource === undefined) {
            interfaces.push({ key: made, name: made });
        }
        const found = [
            ...(primary ? [...this.links.childrenBy("Eip", "instance", this.links.target(host), "Instance"), ...this.links.childrenBy("EipAssociation", "instanceId", this.links.target(host), "Instance")] : []),
            ...[...interfaces, ...(primary && nic.resource === undefined ? [this.links.target(host)] : [])].flatMap((i) => [
                ...this.links.childrenBy("Eip", "networkInterface", i, "NetworkInterface", "Instance"),
                ...this.links.childrenBy("EipAssociation", "networkInterfaceId", i, "NetworkInterface", "Instance"),
            ]),
        ];
        const sure = found.find((c) => c.certain) ?? found[0];
        if (sure === undefined) {
            return undefined;
        }
        const origin = { urn: sure.resource.urn, text: `the Elastic IP of ${sure.resource.name}` };
        return sure.certain
            ? { hops: [addressHop(origin)], certain: true }
            : { hops: [addressHop(origin), fixedHop("address", "Elastic IP", "unknown", { ...origin, text: `a preview does not tell whether ${sure.resource.name} is for ${host.name}` })], certain: false };
    }

    /** What gives the interface an IPv6 address. */
    hasIpv6(nic: Nic): Origin | undefined {
        const asked = nic.ipv6.find((p) => (Array.isArray(p.value) ? p.value.length > 0 : isPresent(p.value) && !isZero(p.value)));
        if (asked !== undefined) {
            return originOf(asked, "an IPv6 address");
        }
        const subnets = assigning(nic.subnets);
        return subnets === undefined || nic.ipv6.some((p) => isPresent(p.value)) ? undefined : { urn: subnets.urn, property: "assignIpv6AddressOnCreation", text: `an IPv6 address from subnet ${subnets.name}` };
    }
}

function assigning(subnets: Targets): Resource | undefined {
    const all = subnets.all.map((t) => t.resource);
    const each = all.every((r) => r !== undefined && isPresent(authored(r, "assignIpv6AddressOnCreation")) && truth(authored(r, "assignIpv6AddressOnCreation")));
    return each ? all[0] : undefined;
}

function truth(value: unknown): boolean {
    const k = readBoolean(value);
    return isKnown(k) && k.value;
}

function isZero(value: unknown): boolean {
    const k = readInteger(value);
    return isKnown(k) && k.value === 0;
}

/** A public address is a way for clients of the Internet, not for 10.0.0.0/8. */
function addressHop(origin: Origin, clients: AddressSet = publicInternet.intersect(AddressSet.allV4)): Hop {
    return clientsHop("address", "public address", exactly(clients), origin);
}
