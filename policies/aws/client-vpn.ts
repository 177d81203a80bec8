import { Known, isKnown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { exactly, unknownAddresses } from "../../core/net/bounds";
import { Hop, Path } from "../../core/net/path-model";
import { privateAddresses } from "../../core/net/well-known";
import { Resource } from "../resource";
import { PackOptions } from "../rule";
import { isPresent } from "../value";
import { egressHop } from "./egress";
import { clientsHop, fixedHop } from "./hops";
import { Launch, Nic } from "./launch";
import { Child, Links, Target, Targets } from "./links";
import { rangesOf, subnetAddresses } from "./members";
import { authored, property, textOf } from "./properties";
import { SecurityGroups } from "./security-groups";
import { parseCidr } from "./traffic";

/** What the Client VPN endpoints of the stack mean for an interface. */
export interface ClientVpns {
    /** The hops from the clients of each endpoint to the interface's filters; and the groups that these clients count as members of. */
    readonly ways: readonly { readonly hops: readonly Hop[]; readonly sourceGroups: ReadonlySet<string> }[];
    /** For every other private way: clients of these endpoints do not come by it. */
    readonly others: readonly Hop[];
}

const isOurs = (hop: Hop): boolean => /^Client VPN /.test(hop.name);

/** Whether a path leads through an endpoint. */
export function byClientVpn(path: Path): boolean {
    return path.hops.some((h) => isOurs(h) && h.kind !== "route");
}

/** A forwarder of another stack connects from addresses of its own: whose clients have those of a pool does not decide there. */
export function withoutClientVpn(path: Path): Path {
    return { ...path, hops: path.hops.filter((h) => !isOurs(h)) };
}

/**
 * AWS Client VPN. An endpoint gives its clients addresses of its own pool, and what they send leaves the endpoint's interface in an associated
 * subnet with that interface's address: the host's groups see the subnet, or the endpoint's groups, never the pool. It takes an association,
 * and an authorization rule that holds the host (AWS Client VPN administrator guide: how it works, authorization rules, security groups).
 */
export class ClientVpn {
    constructor(
        private readonly links: Links,
        private readonly options: PackOptions,
        private readonly groups: SecurityGroups,
    ) {}

    of(launch: Launch, nic: Nic, port: Known<number>): ClientVpns {
        const endpoints = this.links.ofKind("ClientVpnEndpoint").flatMap((endpoint) => {
            const text = textOf(authored(endpoint, "clientCidrBlock"));
            const pool = text === undefined ? undefined : parseCidr(text);
            return pool !== undefined && isKnown(pool) ? [{ endpoint, pool: pool.value, way: this.way(endpoint, pool.value, launch, nic, port) }] : [];
        });
        return {
            ways: endpoints.flatMap(({ way }) => way ?? []),
            others: endpoints.map(({ endpoint, pool }) => clientsHop("route", `Client VPN ${endpoint.name}`, exactly(AddressSet.all.minus(pool)), { urn: endpoint.urn, property: "clientCidrBlock", text: `clients of Client VPN endpoint ${endpoint.name} have addresses of ${pool.describe()}, which stay behind the endpoint` })),
        };
    }

    /** Undefined where the endpoint does not lead to the interface's VPC. */
    private way(endpoint: Resource, pool: AddressSet, launch: Launch, nic: Nic, port: Known<number>): ClientVpns["ways"][number] | undefined {
        const name = `Client VPN ${endpoint.name}`;
        const origin = { urn: endpoint.urn, text: name };
        const self = this.links.target(endpoint);
        const clients = clientsHop("route", name, exactly(pool), { ...origin, property: "clientCidrBlock", text: `clients of ${name} have addresses of ${pool.describe()}` });
        const associations = this.links.childrenBy("ClientVpnAssociation", "clientVpnEndpointId", self, "ClientVpnEndpoint");
        const undecided = (text: string): ClientVpns["ways"][number] => ({
            hops: [
                clients,
                fixedHop("access", name, "unknown", { ...origin, text }),
                { kind: "forwarder", name, origin: { ...origin, text }, gate: { type: "forward", fromPort: port, toPort: port, sourcesBecome: unknownAddresses(text, privateAddresses), terminates: false } },
            ],
            sourceGroups: new Set(),
        });
        if (isPresent(authored(endpoint, "transitGatewayConfiguration"))) {
            return undecided(`${name} is attached to a transit gateway (${endpoint.type}, transitGatewayConfiguration), which is not modelled`);
        }
        if (associations.length === 0) {
            const text = `${name} is associated with no subnet, and carries nothing until a NetworkAssociation does that`;
            return { hops: [clients, fixedHop("access", name, "closed", { ...origin, text })], sourceGroups: new Set() };
        }
        const doubtful = associations.find((a) => !a.certain);
        if (doubtful !== undefined) {
            return undecided(`a preview does not tell whether ${doubtful.resource.name} is about ${name}`);
        }
        if (!this.shares(associations, nic)) {
            return this.routed(self, nic, launch) ? undecided(`whether what ${name} sends to another VPC gets there (${endpoint.type}, Route) is not modelled`) : undefined;
        }
        const from = subnetAddresses(this.links, endpoint, associations.map((a) => property(a.resource, "subnetId")));
        const own = this.groupsOf(endpoint, associations);
        return {
            hops: [
                clients,
                this.authorization(self, launch, nic),
                {
                    kind: "forwarder",
                    name,
                    origin: { ...origin, text: `${name} sends on what its clients send, from its own addresses in ${from.most.describe(3)}` },
                    gate: { type: "forward", fromPort: port, toPort: port, sourcesBecome: from, terminates: false },
                },
                egressHop(this.groups, this.options, { resource: endpoint, name }, own, launch, nic, port),
            ],
            sourceGroups: new Set(own.all.map((t) => t.key)),
        };
    }

    private authorization(endpoint: Target, launch: Launch, nic: Nic): Hop {
        const name = `Client VPN ${endpoint.name}, authorization`;
        const to = rangesOf(nic.subnets, launch.host.name);
        const rules = this.links.childrenBy("ClientVpnAuthorization", "clientVpnEndpointId", endpoint, "ClientVpnEndpoint");
        const read = rules.map(({ resource, certain }) => {
            const text = textOf(authored(resource, "targetNetworkCidr"));
            const network = text === undefined ? undefined : parseCidr(text);
            return { resource, network: certain && network !== undefined && isKnown(network) ? network.value : undefined };
        });
        const holding = read.find((r) => r.network?.covers(to.most) === true);
        const at = { urn: endpoint.resource!.urn };
        if (holding !== undefined) {
            const some = isPresent(authored(holding.resource, "accessGroupId"));
            const origin = { urn: holding.resource.urn, property: "targetNetworkCidr" };
            return fixedHop("access", name, some && this.options.outside === "assume-open" ? "assumed" : some ? "unknown" : "open", { ...origin, text: some ? `the clients are in the group that ${holding.resource.name} authorizes` : `${holding.resource.name} authorizes the clients` });
        }
        const unread = read.find((r) => r.network === undefined || r.network.overlaps(to.most));
        return unread === undefined
            ? fixedHop("access", name, "closed", { ...at, text: `no authorization rule of Client VPN ${endpoint.name} holds ${to.most.describe(3)}, where ${launch.host.name} is` })
            : fixedHop("access", name, "unknown", { urn: unread.resource.urn, property: "targetNetworkCidr", text: `whether ${unread.resource.name} holds the address of ${launch.host.name} is not known` });
    }

    /** Whether an association is in a VPC of the interface: a route to that whole VPC comes with it. */
    private shares(associations: readonly Child[], nic: Nic): boolean {
        const vpcs = new Set(nic.subnets.all.flatMap((s) => this.vpcOf(s)));
        return associations.some((a) => this.links.link(property(a.resource, "subnetId"), "Subnet").all.some((s) => this.vpcOf(s).some((v) => vpcs.has(v))));
    }

    private vpcOf(subnet: Target): string[] {
        return subnet.resource === undefined ? [subnet.key] : this.links.link(property(subnet.resource, "vpcId"), "Vpc").all.map((v) => v.key);
    }

    private routed(endpoint: Target, nic: Nic, launch: Launch): boolean {
        const to = rangesOf(nic.subnets, launch.host.name).most;
        return this.links.childrenBy("ClientVpnRoute", "clientVpnEndpointId", endpoint, "ClientVpnEndpoint").some(({ resource }) => {
            const text = textOf(authored(resource, "destinationCidrBlock"));
            const network = text === undefined ? undefined : parseCidr(text);
            return network === undefined || !isKnown(network) || (network.value.overlaps(to) && !/^0\.0\.0\.0\/0$|^::\/0$/.test(text ?? ""));
        });
    }

    /** The endpoint's groups; without any, the default group of the VPC. */
    private groupsOf(endpoint: Resource, associations: readonly Child[]): Targets {
        const listed = property(endpoint, "securityGroupIds");
        if (isPresent(listed.value) && !(Array.isArray(listed.value) && listed.value.length === 0)) {
            return this.groups.link(listed);
        }
        const subnets = associations.flatMap((a) => this.links.link(property(a.resource, "subnetId"), "Subnet").all);
        const vpcs = subnets.flatMap((s) => (s.resource === undefined ? [] : this.links.link(property(s.resource, "vpcId"), "Vpc").all));
        return { all: vpcs.slice(0, 1).flatMap((v) => (v.resource === undefined ? [] : [this.links.defaultOf(v.resource, "defaultSecurityGroupId")])), certain: true };
    }
}
