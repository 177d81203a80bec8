import { Known } from "../../core/known";
import { AddressBounds, exactly } from "../../core/net/bounds";
import { Hop, Path } from "../../core/net/path-model";
import { privateAddresses } from "../../core/net/well-known";
import { Origin } from "../../core/origin";
import { Addresses } from "./addresses";
import { PackOptions } from "../rule";
import { ClientVpn } from "./client-vpn";
import { clientsHop, fixedHop, sameForAll } from "./hops";
import { Launch, Nic } from "./launch";
import { Links, Target } from "./links";
import { rangesOf } from "./members";
import { NetworkAcls } from "./network-acls";
import { Peerings } from "./peering";
import { property } from "./properties";
import { Routes } from "./routes";
import { Connection, SecurityGroups } from "./security-groups";

/** A way to a host, and whether it tells what the host is meant for: an address that it may not have does not. */
export interface HostPath {
    readonly path: Path;
    readonly telling: boolean;
}

/** The direct ways: by a public address, and inside private networks. */
export class Paths {
    private readonly peerings: Peerings;
    private readonly clientVpn: ClientVpn;

    constructor(
        private readonly addresses: Addresses,
        private readonly routes: Routes,
        private readonly acls: NetworkAcls,
        private readonly groups: SecurityGroups,
        private readonly links: Links,
        options: PackOptions,
    ) {
        this.clientVpn = new ClientVpn(links, options, groups);
        this.peerings = new Peerings(links, routes);
    }

    of(launch: Launch, port: Known<number>, guest: readonly Hop[]): HostPath[] {
        const connection: Connection = { host: launch.parts, port };
        return launch.nics.flatMap((nic, i) => {
            const address = this.addresses.of(launch.host, nic, i === 0);
            const acls = this.aclHops(nic);
            const filters = [...acls, this.groups.hop(nic.groups, connection)];
            const direct: HostPath[] =
                address.hops.length === 0
                    ? []
                    : [{ path: { via: "public-address", port, hops: [...address.hops, ...this.routeHops(nic), ...filters, ...guest] }, telling: address.certain }];
            const inside = [...acls, ...this.privateFilters(nic, connection), ...guest];
            const peered = this.peerings.of(nic, launch.host.urn);
            const vpn = this.clientVpn.of(launch, nic, port);
            const ways = [
                ...(peered === undefined ? [] : [[...vpn.others, ...peered.built, ...peered.back, ...inside]]),
                [...vpn.others, ...this.privateAccess(launch, nic, address.none), ...(peered?.back ?? []), ...inside],
                ...vpn.ways.map(({ hops, sourceGroups }) => [...hops, ...acls, this.groups.hop(nic.groups, { ...connection, sourceGroups }), ...guest]),
            ];
            return [...direct, ...ways.map((hops): HostPath => ({ path: { via: "private-network", port, hops }, telling: true }))];
        });
    }

    /** The groups, with what has to be assumed about the clients' own groups. */
    private privateFilters(nic: Nic, connection: Connection): Hop[] {
        const groups = this.groups.clientGroups(nic.groups, connection);
        const text = `clients are members of security group ${groups.map((t) => t.name).join(" or ")}, of another stack`;
        return [
            ...(groups.length === 0 ? [] : [fixedHop("access", "clients' security group", "assumed", { ...nic.groups.origin, text })]),
            this.groups.hop(nic.groups, { ...connection, clientGroups: new Set(groups.map((t) => t.key)) }),
        ];
    }

    /** Why the host has no public address, and where to give it one. */
    noPublicAddress(launch: Launch): Origin | undefined {
        const nic = launch.nics[0];
        return nic === undefined ? undefined : this.addresses.of(launch.host, nic, true).none;
    }

    /** The network ACLs of an interface's subnet: in, and the replies' way out. */
    aclHops(nic: Nic): readonly Hop[] {
        return this.perSubnet(nic, "filter", "network ACL", (s) => this.acls.hops(s), "the network ACL of the default subnet, which allows everything unless somebody changed it");
    }

    routeHops(nic: Nic): readonly Hop[] {
        return this.perSubnet(nic, "route", "routes", (s) => this.routes.internetHops(s), "the route table of the default VPC, which leads to the Internet unless somebody changed it");
    }

    private perSubnet(nic: Nic, kind: "filter" | "route", name: string, make: (subnet: Target) => readonly Hop[], ofDefault: string): readonly Hop[] {
        const { subnets, subnetOrigin } = nic;
        if (subnets.all.length === 0 && subnets.certain) {
            return [fixedHop(kind, name, "assumed", { ...subnetOrigin, text: ofDefault })];
        }
        return sameForAll(kind, name, subnets, subnetOrigin, make).map((hop) => (hop.origin.urn === "" ? { ...hop, origin: placed(hop.origin, subnetOrigin) } : hop));
    }

    /** How private clients come into the VPC is not the stack's to say. */
    private privateAccess(launch: Launch, nic: Nic, none: Origin | undefined): Hop[] {
        const origin: Origin = { urn: launch.host.urn, text: "private addresses come by the private network" };
        const vpc = nic.subnets.all.flatMap((s) => (s.resource === undefined ? [] : this.links.link(property(s.resource, "vpcId"), "Vpc").all))[0];
        const inside = privateAddresses.union(rangesOf(nic.subnets, launch.host.name).least);
        const ipv6 = this.peerings.ipv6Inside(nic);
        const certain = ipv6.why === undefined && (ipv6.least.isEmpty || this.addresses.hasIpv6(nic) !== undefined);
        const clients: AddressBounds = certain ? exactly(inside.union(ipv6.least)) : { least: inside, most: inside.union(ipv6.most), why: ipv6.why ?? `whether ${launch.host.name} has an IPv6 address is not known` };
        const whose = vpc === undefined ? "the VPC" : `VPC ${vpc.name}`;
        return [
            clientsHop("access", "private network", clients, { ...origin, text: `only clients with private addresses reach ${launch.host.name} by the private network${none === undefined ? "" : `: ${none.text}`}` }),
            fixedHop("access", "private network", "assumed", { ...origin, text: `clients reach ${whose} by VPN, peering or a transit gateway` }),
        ];
    }
}

/** An origin whose resource is out of sight, at the property that names it. */
export function placed(origin: Origin, at: Origin): Origin {
    return { urn: at.urn, ...(at.property === undefined ? {} : { property: at.property }), text: origin.text };
}
