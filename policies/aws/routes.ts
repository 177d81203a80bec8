import { Known, isKnown, known, unknown, unsupported } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { Hop } from "../../core/net/path-model";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { PackOptions } from "../rule";
import { elementsOf, isPresent, membersOf, read } from "../value";
import { clientsHop, fixedHop, outsideHop, sameForAll } from "./hops";
import { Kind } from "./kinds";
import { Links, Target, Targets } from "./links";
import { authored, textOf } from "./properties";
import { parseCidr } from "./traffic";

/** What a route does with replies to private addresses: `drops` at gateways to the Internet; undefined where nobody here can tell. */
interface Replies {
    readonly drops?: boolean;
    /** The peering connection, transit gateway or VPN gateway that it leads to. */
    readonly by?: Target;
}

/** Where a route leads, as far as RDP cares: connections from outside come in by an internet gateway only. */
export interface Route extends Replies {
    readonly destination: Known<AddressSet>;
    /** Prefix length: the longest that matches decides. */
    readonly length: number;
    readonly internet: Known<boolean>;
    readonly origin: Origin;
    /** `0.0.0.0/0 to NAT gateway nat` */
    readonly text: string;
    /** False: a preview does not tell whether it is in this table. */
    readonly certain: boolean;
}

export interface Table {
    readonly name: string;
    readonly origin: Origin;
    readonly routes: readonly Route[];
    /** Why other stacks decide the rest of it; absent where all of it is here. */
    readonly outside?: string;
    /** Routes come from prefix lists or VPN propagation too. */
    readonly more: boolean;
    /** Keys of the VPN gateways whose routes it takes over. */
    readonly propagates: ReadonlySet<string>;
}

/** `appliance`: what stands there may pass connections on from outside, and is not modelled. */
const gateways: readonly { readonly property: string; readonly kind?: Kind; readonly name: string; readonly appliance?: boolean }[] = [
    { property: "egressOnlyGatewayId", kind: "EgressOnlyGateway", name: "egress-only internet gateway" },
    { property: "natGatewayId", kind: "NatGateway", name: "NAT gateway" },
    { property: "transitGatewayId", kind: "TransitGateway", name: "transit gateway" },
    { property: "vpcPeeringConnectionId", kind: "VpcPeering", name: "peering connection" },
    { property: "networkInterfaceId", kind: "NetworkInterface", name: "network interface", appliance: true },
    { property: "instanceId", kind: "Instance", name: "instance", appliance: true },
    { property: "vpcEndpointId", kind: "VpcEndpoint", name: "VPC endpoint", appliance: true },
    { property: "localGatewayId", name: "local gateway", appliance: true },
    { property: "carrierGatewayId", name: "carrier gateway", appliance: true },
    { property: "coreNetworkArn", name: "core network" },
];

/** Whether a subnet's route table sends replies to clients back through an internet gateway. */
export class Routes {
    private readonly hops = new Map<string, readonly Hop[]>();
    private readonly tables = new Map<string, Table>();

    constructor(
        private readonly links: Links,
        private readonly options: PackOptions,
    ) {}

    /** Clients between which and this subnet an internet gateway carries packets. */
    internetHops(subnet: Target): readonly Hop[] {
        let hops = this.hops.get(subnet.key);
        if (hops === undefined) {
            hops = this.work(subnet);
            this.hops.set(subnet.key, hops);
        }
        return hops;
    }

    /** The way of connections that the host itself makes to the Internet: by a NAT gateway, or by its own public address. */
    outwardHop(subnet: Target, hasPublicAddress: boolean, host: string): Hop {
        const table = this.tableOf(subnet);
        const name = "way to the Internet";
        if (typeof table === "string") {
            return outsideHop("route", name, { urn: subnet.resource?.urn ?? "", text: table }, this.options);
        }
        const route = table.routes.find((r) => r.length === 0);
        const origin = route?.origin ?? table.origin;
        if (route === undefined) {
            return table.outside === undefined
                ? fixedHop("route", name, "closed", { ...origin, text: `route table ${table.name} leads ${host} nowhere outside its VPC` })
                : outsideHop("route", name, { ...origin, text: table.outside }, this.options);
        }
        if (!isKnown(route.internet)) {
            return fixedHop("route", name, "unknown", { ...origin, text: `route table ${table.name}: ${route.text}: ${route.internet.reason}` });
        }
        const text = `route table ${table.name}: ${route.text}`;
        if (route.internet.value) {
            return hasPublicAddress ? fixedHop("route", name, "open", { ...origin, text }) : fixedHop("route", name, "closed", { ...origin, text: `${text}, which serves public addresses only, and ${host} has none` });
        }
        return / to NAT gateway/.test(route.text) ? fixedHop("route", name, "open", { ...origin, text }) : outsideHop("route", name, { ...origin, text: `${text}, beyond which this stack does not see` }, this.options);
    }

    /** The table by which replies leave a subnet; nothing where another stack decides, the reason where a preview does not tell. */
    wayBack(subnet: Target): Table | string | undefined {
        const explicit = this.links.childrenBy("RouteTableAssociation", "subnetId", subnet, "Subnet");
        if (explicit.length > 0 && !explicit.some((c) => c.certain)) {
            return `a preview does not tell whether ${explicit[0]!.resource.name} is about subnet ${subnet.name}`;
        }
        const table = this.tableOf(subnet);
        return typeof table === "string" || table.outside !== undefined ? undefined : table;
    }

    /** Tables of a VPC that this stack manages. */
    tablesOf(vpc: Resource): readonly Table[] {
        const own = this.links.childrenBy("RouteTable", "vpcId", this.links.target(vpc), "Vpc").filter((c) => c.certain);
        return [...own.map((c) => this.table(this.links.target(c.resource))), this.table(this.links.defaultOf(vpc, "defaultRouteTableId"))];
    }

    /** The one table of a subnet, or why another stack or a later moment decides. */
    private tableOf(subnet: Target): Table | string {
        const association = this.links.childrenBy("RouteTableAssociation", "subnetId", subnet, "Subnet").find((c) => c.certain);
        const vpcs = subnet.resource === undefined ? [] : this.links.link({ from: subnet.resource, path: "vpcId", value: authored(subnet.resource, "vpcId") }, "Vpc").all;
        const main = vpcs.length === 1 ? this.links.childrenBy("MainRouteTableAssociation", "vpcId", vpcs[0]!, "Vpc").find((c) => c.certain) : undefined;
        const by = association ?? main;
        const [vpc] = vpcs;
        const targets: Targets =
            by !== undefined ? this.tableTargets(by.resource) : vpc?.resource !== undefined && vpc.resource.external !== true && subnet.resource?.external !== true ? { all: [this.links.defaultOf(vpc.resource, "defaultRouteTableId")], certain: true } : { all: [], certain: true };
        return targets.certain && targets.all.length === 1 ? this.table(targets.all[0]!) : (targets.why ?? `the route table of subnet ${subnet.name} belongs to another stack`);
    }

    private work(subnet: Target): readonly Hop[] {
        const explicit = this.links.childrenBy("RouteTableAssociation", "subnetId", subnet, "Subnet");
        if (explicit.length > 0) {
            const certain = explicit.find((c) => c.certain);
            const { resource } = certain ?? explicit[0]!;
            const origin = { urn: resource.urn, property: "routeTableId", text: `the route table of subnet ${subnet.name}` };
            if (certain === undefined) {
                return [fixedHop("route", `routes of ${subnet.name}`, "unknown", { ...origin, text: `a preview does not tell whether ${resource.name} is about subnet ${subnet.name}` })];
            }
            return this.hopsOf(this.tableTargets(resource), origin);
        }
        if (subnet.resource === undefined || subnet.resource.external === true) {
            return [outsideHop("route", `routes of ${subnet.name}`, { urn: "", text: `the route table of subnet ${subnet.name} belongs to another stack` }, this.options)];
        }
        return this.mainHops(subnet, subnet.resource);
    }

    /** A subnet without an association of its own uses the main table of its VPC. */
    private mainHops(subnet: Target, resource: Resource): readonly Hop[] {
        const origin = { urn: resource.urn, property: "vpcId", text: `the VPC of subnet ${subnet.name}` };
        const vpcs = /:DefaultSubnet$/.test(resource.type) ? { all: [], certain: true } : this.links.link({ from: resource, path: "vpcId", value: authored(resource, "vpcId") }, "Vpc");
        if (vpcs.all.length === 0 && vpcs.certain) {
            return [outsideHop("route", "main route table", { urn: resource.urn, text: `subnet ${subnet.name} uses the main route table of the default VPC, which leads to the Internet unless somebody changed it` }, this.options)];
        }
        return sameForAll("route", `routes of ${subnet.name}`, vpcs, origin, (vpc) => {
            const replaced = this.links.childrenBy("MainRouteTableAssociation", "vpcId", vpc, "Vpc").find((c) => c.certain);
            if (replaced !== undefined) {
                return this.hopsOf(this.tableTargets(replaced.resource), { ...origin, text: `the main route table of VPC ${vpc.name}` });
            }
            if (vpc.resource === undefined || vpc.resource.external === true) {
                return [outsideHop("route", "main route table", { urn: resource.urn, property: "vpcId", text: `subnet ${subnet.name} uses the main route table of VPC ${vpc.name}, which belongs to another stack` }, this.options)];
            }
            return this.hopsOf({ all: [this.links.defaultOf(vpc.resource, "defaultRouteTableId")], certain: true }, origin, subnet);
        });
    }

    private tableTargets(association: Resource): Targets {
        return this.links.linkOrDefault({ from: association, path: "routeTableId", value: authored(association, "routeTableId") }, "RouteTable", "defaultRouteTableId");
    }

    private hopsOf(targets: Targets, origin: Origin, subnet?: Target): readonly Hop[] {
        return sameForAll("route", "routes", targets, origin, (t) => [this.hopOf(this.table(t), subnet)]);
    }

    private hopOf(table: Table, subnet: Target | undefined): Hop {
        let least = AddressSet.none;
        let most = AddressSet.none;
        const whys: string[] = [];
        for (const r of [...table.routes].sort((a, b) => a.length - b.length)) {
            const internet = isKnown(r.internet) ? r.internet.value : undefined;
            if (!isKnown(r.destination)) {
                if (internet !== false) {
                    most = AddressSet.all;
                    whys.push(`${r.text}: ${r.destination.reason}`);
                }
                continue;
            }
            least = internet === true ? least.union(r.destination.value) : least.minus(r.destination.value);
            most = internet === false ? most.minus(r.destination.value) : most.union(r.destination.value);
            if (!isKnown(r.internet)) {
                whys.push(`${r.text}: ${r.internet.reason}`);
            }
        }
        const name = `route table ${table.name}`;
        const inward = table.routes.filter((r) => isKnown(r.internet) && r.internet.value);
        if (inward.length === 0 && table.outside !== undefined && !table.routes.some((r) => r.length === 0)) {
            return outsideHop("route", name, { ...table.origin, text: table.outside }, this.options);
        }
        const clients = whys.length === 0 ? { least, most } : { least, most, why: whys.join("; ") };
        if (inward.length > 0) {
            return clientsHop("route", name, clients, { ...inward[0]!.origin, text: `${name}: ${inward.slice(0, 3).map((r) => r.text).join(", ")}` });
        }
        const elsewhere = table.routes.find((r) => r.length === 0);
        if (elsewhere !== undefined) {
            const text = isKnown(elsewhere.internet) ? `${elsewhere.text}, which admits no connections from outside` : elsewhere.text;
            return clientsHop("route", name, clients, { ...elsewhere.origin, text: `${name}: ${text}` });
        }
        const whose = subnet === undefined ? name : `subnet ${subnet.name} has no route table of its own, and the main ${name}`;
        return clientsHop("route", name, clients, { ...table.origin, text: `${whose} has no route to an internet gateway` });
    }

    private table(target: Target): Table {
        let table = this.tables.get(target.key);
        if (table === undefined) {
            table = this.readTable(target);
            this.tables.set(target.key, table);
        }
        return table;
    }

    private readTable(target: Target): Table {
        const standalone = this.standalone().get(target.key) ?? [];
        const own = target.resource !== undefined && /:(Default)?RouteTable$/.test(target.resource.type) ? target.resource : this.adopted().get(target.key);
        const routes = [...(own === undefined ? [] : this.inline(own)), ...standalone];
        const propagates = new Set([...(this.propagated().get(target.key) ?? []), ...(own === undefined ? [] : this.links.linkAll({ from: own, path: "propagatingVgws", value: authored(own, "propagatingVgws") }, "VpnGateway").all.map((t) => t.key))]);
        const more = this.extended().has(target.key) || (own !== undefined && extendsItself(own));
        if (own !== undefined) {
            const lists = own.external === true && !isPresent(own.outputs["routes"]);
            return { name: own.name, origin: { urn: own.urn, property: "routes", text: "" }, routes, more, propagates, ...(lists ? { outside: `route table ${own.name} belongs to another stack` } : {}) };
        }
        const vpc = target.resource;
        return vpc === undefined
            ? { name: target.name, origin: { urn: "", text: "" }, routes, more, propagates, outside: `route table ${target.name} belongs to another stack` }
            : {
                  name: `of VPC ${vpc.name}`,
                  origin: { urn: vpc.urn, text: "" },
                  routes,
                  more,
                  propagates,
                  ...(vpc.external === true ? { outside: `the main route table of VPC ${vpc.name} belongs to another stack` } : {}),
                  ...(/:DefaultVpc$/.test(vpc.type) ? { outside: "the main route table of the default VPC leads to the Internet unless somebody changed it" } : {}),
              };
    }

    /** `Route` resources by the key of their table. */
    private standalone(): ReadonlyMap<string, Route[]> {
        return (this.standaloneRoutes ??= group(
            this.links.ofKind("Route").flatMap((r) =>
                this.links
                    .linkOrDefault({ from: r, path: "routeTableId", value: authored(r, "routeTableId") }, "RouteTable", "defaultRouteTableId")
                    .all.flatMap((t, _, all) => this.routesOf(r, r.external === true ? r.outputs : r.inputs, "", all.length === 1).map((route) => [t.key, route] as const)),
            ),
        ));
    }
    private standaloneRoutes: Map<string, Route[]> | undefined;

    /** Keys of tables to which other resources add what is not read as a route. */
    private extended(): ReadonlySet<string> {
        const adding = [...this.links.ofKind("Route").filter((r) => isPresent(authored(r, "destinationPrefixListId"))), ...this.links.ofKind("VpnRoutePropagation")];
        return (this.extendedTables ??= new Set(adding.flatMap((r) => this.links.linkOrDefault({ from: r, path: "routeTableId", value: authored(r, "routeTableId") }, "RouteTable", "defaultRouteTableId").all.map((t) => t.key))));
    }
    private extendedTables: Set<string> | undefined;

    /** Keys of VPN gateways by the key of the table to which a resource of its own propagates their routes. */
    private propagated(): ReadonlyMap<string, string[]> {
        return (this.propagatedTables ??= group(
            this.links.ofKind("VpnRoutePropagation").flatMap((r) => {
                const tables = this.links.linkOrDefault({ from: r, path: "routeTableId", value: authored(r, "routeTableId") }, "RouteTable", "defaultRouteTableId");
                const gateways = this.links.link({ from: r, path: "vpnGatewayId", value: authored(r, "vpnGatewayId") }, "VpnGateway");
                return tables.certain && gateways.certain ? tables.all.flatMap((t) => gateways.all.map((g) => [t.key, g.key] as const)) : [];
            }),
        ));
    }
    private propagatedTables: Map<string, string[]> | undefined;

    /** `DefaultRouteTable` resources by the key of the main table that they take over. */
    private adopted(): ReadonlyMap<string, Resource> {
        return (this.adoptedTables ??= new Map(
            this.links
                .ofKind("RouteTable")
                .filter((r) => /:Default/.test(r.type))
                .map((r) => [this.links.adopted(this.links.target(r), "defaultRouteTableId").key, r]),
        ));
    }
    private adoptedTables: Map<string, Resource> | undefined;

    private inline(table: Resource): Route[] {
        const routes = elementsOf(authored(table, "routes"));
        if (!isKnown(routes)) {
            return [{ destination: unknown(routes.reason), length: 0, internet: unknown(routes.reason), origin: { urn: table.urn, property: "routes", text: "routes" }, text: "its routes are not known", certain: true }];
        }
        return routes.value.flatMap((value, i) => this.routesOf(table, membersOf(value), `routes[${i}]`, true));
    }

    private routesOf(from: Resource, members: Readonly<Record<string, unknown>>, path: string, certain: boolean): Route[] {
        const { internet, text: via, ...replies } = this.gatewayOf(from, members, path);
        const prefixes = ["cidrBlock", "destinationCidrBlock", "ipv6CidrBlock", "destinationIpv6CidrBlock"].filter((p) => isPresent(members[p]) && members[p] !== "");
        return prefixes.map((p): Route => {
            const k = read(members[p]);
            const text = textOf(members[p]);
            const destination = text === undefined ? unknown(isKnown(k) ? "it is not a text" : k.reason) : parseCidr(text);
            const length = /\/(\d+)$/.exec(text ?? "")?.[1];
            const says = `${text ?? "a destination that is not known"} to ${via}`;
            return {
                destination,
                length: length === undefined ? (text === undefined ? 0 : 128) : Number(length),
                internet: certain ? internet : unknown(`a preview does not tell whether ${from.name} is in this route table`),
                origin: { urn: from.urn, ...(path === "" ? {} : { property: path }), text: says },
                text: says,
                certain,
                ...replies,
            };
        });
    }

    private gatewayOf(from: Resource, members: Readonly<Record<string, unknown>>, path: string): { internet: Known<boolean>; text: string } & Replies {
        const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
        for (const g of gateways) {
            if (isPresent(members[g.property]) && members[g.property] !== "") {
                const targets = g.kind === undefined ? undefined : this.links.link({ from, path: at(g.property), value: members[g.property] }, g.kind);
                const name = targets?.all[0]?.name;
                const text = name === undefined ? g.name : `${g.name} ${name}`;
                return { internet: g.appliance === true ? unsupported(`what ${text} does with connections from outside is not modelled`) : known(false), text, ...(targets === undefined ? {} : repliesBy(g.kind!, targets)) };
            }
        }
        const targets = this.links.link({ from, path: at("gatewayId"), value: members["gatewayId"] }, "InternetGateway", "VpnGateway", "VpcEndpoint");
        const kinds = new Set(targets.all.map((t) => gatewayKind(t)));
        const [kind] = kinds;
        const name = targets.all.map((t) => t.name).join(" or ");
        if (kinds.size !== 1 || kind === undefined) {
            return { internet: unknown(targets.why ?? "where it leads is not known"), text: "a gateway that is not known" };
        }
        return kind === "local" ? { internet: known(false), text: "the VPC itself" } : { internet: known(kind === "internet gateway"), text: `${kind} ${name}`, ...repliesBy(kind === "internet gateway" ? "InternetGateway" : kind === "VPN gateway" ? "VpnGateway" : "VpcEndpoint", targets) };
    }
}

function repliesBy(kind: Kind, { all, certain }: Targets): Replies {
    const [target] = all;
    if (kind === "InternetGateway" || kind === "EgressOnlyGateway") {
        return { drops: true };
    }
    if (target?.resource === undefined || !certain || all.length !== 1) {
        return {};
    }
    // A private NAT gateway leads to other private networks.
    if (kind === "NatGateway") {
        return isPresent(authored(target.resource, "connectivityType")) && textOf(authored(target.resource, "connectivityType")) !== "public" ? {} : { drops: true };
    }
    return kind === "VpcPeering" || kind === "TransitGateway" || kind === "VpnGateway" ? { by: target } : {};
}

/** Whether a table's own properties add what is not read as a route: VPN gateways that propagate, prefix lists. */
function extendsItself(table: Resource): boolean {
    const propagating = elementsOf(authored(table, "propagatingVgws"));
    const routes = elementsOf(authored(table, "routes"));
    const listed = isKnown(routes) && routes.value.some((r) => ["destinationPrefixListId", "prefixListId"].some((p) => isPresent(membersOf(r)[p]) && membersOf(r)[p] !== ""));
    return listed || !isKnown(propagating) || propagating.value.length > 0;
}

function gatewayKind(t: Target): string {
    if (t.resource !== undefined) {
        return /:InternetGateway$/.test(t.resource.type) ? "internet gateway" : /:VpnGateway$/.test(t.resource.type) ? "VPN gateway" : "VPC endpoint";
    }
    return t.key === "local" ? "local" : t.key.startsWith("igw-") ? "internet gateway" : t.key.startsWith("vgw-") ? "VPN gateway" : "gateway";
}

function group<T>(entries: readonly (readonly [string, T])[]): Map<string, T[]> {
    const groups = new Map<string, T[]>();
    for (const [key, value] of entries) {
        const same = groups.get(key);
        if (same === undefined) {
            groups.set(key, [value]);
        } else {
            same.push(value);
        }
    }
    return groups;
}
