import { isKnown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { AddressBounds, exactly } from "../../core/net/bounds";
import { Hop, Path } from "../../core/net/path-model";
import { privateAddresses } from "../../core/net/well-known";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { isPresent, readBoolean } from "../value";
import { clientsHop, fixedHop } from "./hops";
import { Nic } from "./launch";
import { Child, Links, Target } from "./links";
import { authored, property, textOf } from "./properties";
import { Routes, Table } from "./routes";
import { parseCidr } from "./traffic";

/** Addresses beyond a connection that the stack builds to a VPC. */
interface Range {
    /** Of the connection. */
    readonly key: string;
    /** `peering connection peer` */
    readonly name: string;
    readonly addresses: AddressSet;
    /** Whether all that the connection needs to carry packets is in the stack. */
    readonly carries: boolean;
    /** The VPC beyond it, where the stack makes that as well. */
    readonly peer?: Resource;
    /** Prefix length of a static route of a VPN connection, which its gateway propagates. */
    readonly site?: number;
}

/** What the stack decides over clients that come by a connection which it builds. */
export interface Peered {
    /** Instead of the assumption: the way of the clients that are known to get here. */
    readonly built: readonly Hop[];
    /** For all private clients: whether they find the way there, and replies the way back. */
    readonly back: readonly Hop[];
}

interface Decision {
    readonly open: AddressSet;
    readonly closed: AddressSet;
    readonly unknown: AddressSet;
    readonly own: AddressSet;
    readonly origin: Origin;
    /** About the closed part. */
    readonly text: string;
    readonly why: string;
    readonly by: string;
    readonly there: readonly WayThere[];
}

/** Clients whose own route tables keep them from the host, or may do so. */
interface WayThere {
    readonly addresses: AddressSet;
    readonly sure: boolean;
    readonly origin: Origin;
}

const wayThereName = "way there of private clients";
const wayBackName = "way back of private clients";

/** A forwarder of another stack may connect from addresses of its own: what becomes of the client's does not decide there. */
export function withoutWayBack(path: Path): Path {
    return { ...path, hops: path.hops.filter((h) => h.name !== wayBackName && h.name !== wayThereName) };
}

/** Private clients that come by a peering connection, transit gateway or VPN gateway of the stack, and the way of the replies. */
export class Peerings {
    private readonly rangesCache = new Map<string, readonly Range[]>();
    private readonly decisions = new Map<string, Decision | undefined>();

    constructor(
        private readonly links: Links,
        private readonly routes: Routes,
    ) {}

    /** Nothing where the stack builds no connection to the host's VPC, or other stacks decide over the way back. */
    of(nic: Nic, host: string): Peered | undefined {
        const made = nic.subnets.all.map((s) => this.decision(s));
        const first = made[0];
        if (first === undefined || made.some((d) => d === undefined)) {
            return undefined;
        }
        const all = made as readonly Decision[];
        const each = (pick: (d: Decision) => AddressSet): AddressSet => all.map(pick).reduce((a, b) => a.intersect(b));
        const [open, closed, own] = [each((d) => d.open), each((d) => d.closed), each((d) => d.own)];
        const certain = nic.subnets.certain;
        const doubtful = all.reduce((acc, d) => acc.union(d.unknown).union(d.closed), AddressSet.none).minus(certain ? closed : AddressSet.none);
        const back: Hop[] = all.flatMap((d) => d.there).map(({ addresses, sure, origin }) => {
            const others = AddressSet.all.minus(addresses);
            const reach = sure && certain ? exactly(others) : { least: others, most: AddressSet.all, why: origin.text };
            return clientsHop("route", wayThereName, reach, origin);
        });
        const from = all.find((d) => !d.closed.isEmpty) ?? first;
        if (certain && !closed.isEmpty) {
            back.push(clientsHop("route", wayBackName, exactly(AddressSet.all.minus(closed)), { ...from.origin, text: from.text }));
        }
        if (!doubtful.isEmpty) {
            const why = all.find((d) => d.why !== "")?.why ?? nic.subnets.why ?? `it may be in any of the subnets ${nic.subnets.all.map((s) => s.name).join(", ")}, which differ: ${from.text}`;
            back.push(clientsHop("route", wayBackName, { least: AddressSet.all.minus(doubtful), most: AddressSet.all, why }, { ...from.origin, text: why }));
        }
        const reached = certain ? open.union(own) : AddressSet.none;
        const built = [
            clientsHop("route", wayBackName, exactly(reached), { ...first.origin, text: `the stack connects ${reached.describe(3)} with the host` }),
            fixedHop("access", "private network", "open", { urn: host, text: `clients come ${[first.by, "from inside the VPC"].filter((t) => t !== "").join(" or ")}` }),
        ];
        return { built, back };
    }

    private decision(subnet: Target): Decision | undefined {
        if (!this.decisions.has(subnet.key)) {
            this.decisions.set(subnet.key, this.decide(subnet));
        }
        return this.decisions.get(subnet.key);
    }

    private decide(subnet: Target): Decision | undefined {
        const vpc = subnet.resource === undefined ? undefined : this.vpcOf(subnet.resource);
        const own = vpc === undefined ? undefined : this.addressesOf(vpc);
        if (vpc === undefined || own === undefined) {
            return undefined;
        }
        const ranges = this.ranges(vpc);
        const table = ranges.length === 0 ? undefined : this.routes.wayBack(subnet);
        if (table === undefined) {
            return undefined;
        }
        const beyond = union(ranges.map((r) => r.addresses)).minus(own);
        if (typeof table === "string") {
            return { open: AddressSet.none, closed: AddressSet.none, unknown: beyond, own, origin: { urn: subnet.resource!.urn, text: table }, text: "", why: table, by: "", there: [] };
        }
        const { byKey, lost, why } = this.replies(table, ranges.filter((r) => r.site !== undefined && table.propagates.has(r.key)));
        const replied = (r: Range): AddressSet => r.addresses.intersect(byKey.get(r.key) ?? AddressSet.none);
        const used = ranges.filter((r) => r.carries && !replied(r).isEmpty);
        const open = union(used.map(replied)).minus(own);
        // Propagated routes and prefix lists may hold what the table itself does not; public IPv4 addresses may come by the Internet.
        const missing = table.more ? AddressSet.none : beyond.intersect(lost).intersect(privateAddresses.union(AddressSet.allV6));
        const without = ranges.filter((r) => r.addresses.overlaps(missing));
        const text = `route table ${table.name} of subnet ${subnet.name} has no route back to ${missing.describe(3)}, which comes by ${[...new Set(without.map((r) => r.name))].join(" or ")}`;
        const nowhere = AddressSet.none;
        return {
            open,
            closed: why === "" ? missing : nowhere,
            unknown: why === "" ? nowhere : missing,
            own,
            origin: table.origin,
            text,
            why: missing.isEmpty ? "" : why,
            by: used.length === 0 ? "" : `by ${[...new Set(used.map((r) => r.name))].join(" or ")}`,
            there: this.waysThere(ranges, cidrOf(subnet.resource!, "cidrBlock") ?? own, own),
        };
    }

    /**
     * What the route tables of the peers' own subnets do with packets to the host. A VPC of which no subnet has a route there is closed;
     * where just some have none, they may be cut off on purpose.
     */
    private waysThere(ranges: readonly Range[], to: AddressSet, own: AddressSet): WayThere[] {
        const peers = new Map(ranges.flatMap((r) => (r.peer === undefined ? [] : [[r.peer.urn, { peer: r.peer, by: r.name }] as const])));
        return [...peers.values()].flatMap(({ peer, by }) => {
            const subnets = certainly(this.links.childrenBy("Subnet", "vpcId", this.links.target(peer), "Vpc"));
            const lost = subnets.flatMap((subnet) => {
                const table = this.routes.wayBack(this.links.target(subnet));
                const addresses = cidrOf(subnet, "cidrBlock")?.minus(own);
                if (table === undefined || typeof table === "string" || table.more || addresses === undefined || addresses.isEmpty) {
                    return [];
                }
                const { lost: nowhere, why } = this.replies(table);
                return why === "" && nowhere.covers(to) ? [{ subnet, table, addresses }] : [];
            });
            const [first] = lost;
            if (first === undefined) {
                return [];
            }
            const text = `route table ${first.table.name} of subnet ${first.subnet.name} in VPC ${peer.name} has no route to ${to.describe(3)}, so that its clients do not get to the host by ${by}`;
            return [{ addresses: union(lost.map((l) => l.addresses)), sure: lost.length === subnets.length, origin: { ...first.table.origin, text } }];
        });
    }

    /** Addresses to which a table sends replies by each connection, and those to which it sends none: the longest prefix decides. */
    private replies(table: Table, propagated: readonly Range[] = []): { byKey: ReadonlyMap<string, AddressSet>; lost: AddressSet; why: string } {
        const byKey = new Map<string, AddressSet>();
        const whys: string[] = [];
        let lost = AddressSet.all;
        let taken: readonly Range[] = [...propagated].sort((a, b) => a.site! - b.site!);
        const take = (before: number): void => {
            // Of a propagated route and one of the same length that stands in the table, the latter decides.
            for (const { key, addresses } of taken.filter((p) => p.site! <= before)) {
                byKey.forEach((set, other) => byKey.set(other, set.minus(addresses)));
                lost = lost.minus(addresses);
                byKey.set(key, (byKey.get(key) ?? AddressSet.none).union(addresses));
            }
            taken = taken.filter((p) => p.site! > before);
        };
        for (const r of [...table.routes].sort((a, b) => a.length - b.length)) {
            take(r.length);
            if (r.drops === true && (!isKnown(r.destination) || !r.certain)) {
                continue;
            }
            if (!isKnown(r.destination)) {
                whys.push(`route table ${table.name}: ${r.text}: ${r.destination.reason}`);
                continue;
            }
            if (!r.certain) {
                whys.push(`route table ${table.name}: ${r.text}: a preview does not tell whether it is in this route table`);
                continue;
            }
            const { value } = r.destination;
            for (const [key, addresses] of byKey) {
                byKey.set(key, addresses.minus(value));
            }
            lost = r.drops === true ? lost.union(value) : lost.minus(value);
            if (r.by !== undefined) {
                const key = this.keyOf(r.by);
                byKey.set(key, (byKey.get(key) ?? AddressSet.none).union(value));
            }
        }
        take(Infinity);
        return { byKey, lost, why: whys.join("; ") };
    }

    private ranges(vpc: Resource): readonly Range[] {
        const { key } = this.links.target(vpc);
        let ranges = this.rangesCache.get(key);
        if (ranges === undefined) {
            const any = (["VpcPeering", "TransitGateway", "TransitGatewayAttachment", "VpnGateway"] as const).some((kind) => this.links.ofKind(kind).length > 0);
            ranges = !any ? [] : [...this.peeredVpcs(vpc), ...this.attachedVpcs(vpc), ...this.vpnSites(vpc), ...this.routed(vpc)].filter((r) => !r.addresses.isEmpty);
            this.rangesCache.set(key, ranges);
        }
        return ranges;
    }

    private peeredVpcs(vpc: Resource): Range[] {
        return this.links.ofKind("VpcPeering").flatMap((r) => {
            const [near, far] = [this.linked(r, "vpcId"), this.linked(r, "peerVpcId")];
            const peer = near === vpc ? far : far === vpc ? near : undefined;
            const addresses = peer === undefined ? undefined : this.addressesOf(peer);
            return addresses === undefined ? [] : [{ ...this.range(this.links.target(r), addresses, this.accepted(r)), peer: peer! }];
        });
    }

    /** Other VPCs on a transit gateway of this one. It connects all of them, unless its own route tables say otherwise. */
    private attachedVpcs(vpc: Resource): Range[] {
        const attachments = this.links.ofKind("TransitGatewayAttachment");
        return attachments
            .filter((mine) => this.linked(mine, "vpcId") === vpc)
            .flatMap((mine) => {
                const gateways = this.links.link(property(mine, "transitGatewayId"), "TransitGateway");
                const [gateway] = gateways.all;
                if (!gateways.certain || gateway?.resource === undefined) {
                    return [];
                }
                const others = this.links.childrenBy("TransitGatewayAttachment", "transitGatewayId", gateway, "TransitGateway").filter((c) => c.certain && c.resource !== mine);
                return others.flatMap(({ resource }) => {
                    const peer = this.linked(resource, "vpcId");
                    const addresses = peer === undefined ? undefined : this.addressesOf(peer);
                    const plain = connectsAll(gateway.resource!, ["defaultRouteTableAssociation", "defaultRouteTablePropagation"]) && [mine, resource].every((a) => connectsAll(a, ["transitGatewayDefaultRouteTableAssociation", "transitGatewayDefaultRouteTablePropagation"]));
                    return addresses === undefined ? [] : [{ ...this.range(gateway, addresses, plain), peer: peer! }];
                });
            });
    }

    /** Static routes of VPN connections. */
    private vpnSites(vpc: Resource): Range[] {
        return this.vpnGateways(vpc).flatMap((gateway) =>
            certainly(this.links.childrenBy("VpnConnection", "vpnGatewayId", gateway, "VpnGateway")).flatMap((connection) =>
                certainly(this.links.childrenBy("VpnConnectionRoute", "vpnConnectionId", this.links.target(connection), "VpnConnection")).flatMap((route) => {
                    const addresses = cidrOf(route, "destinationCidrBlock");
                    return addresses === undefined ? [] : [{ ...this.range(gateway, addresses, true), site: lengthOf(addresses) }];
                }),
            ),
        );
    }

    private vpnGateways(vpc: Resource): Target[] {
        const attached = certainly(this.links.childrenBy("VpnGatewayAttachment", "vpcId", this.links.target(vpc), "Vpc")).flatMap((a) => {
            const gateways = this.links.link(property(a, "vpnGatewayId"), "VpnGateway");
            return gateways.certain ? gateways.all.filter((t) => t.resource !== undefined) : [];
        });
        return [...certainly(this.links.childrenBy("VpnGateway", "vpcId", this.links.target(vpc), "Vpc")).map((r) => this.links.target(r)), ...attached];
    }

    /** What the routes of any table of the VPC name as lying beyond a connection of the stack. A default route names nobody. */
    private routed(vpc: Resource): Range[] {
        return this.routes.tablesOf(vpc).flatMap((table) =>
            table.routes.flatMap((r) => {
                if (r.by?.resource === undefined || r.length === 0 || !r.certain || !isKnown(r.destination)) {
                    return [];
                }
                // Beyond a transit gateway lies what other route tables decide.
                const { type } = r.by.resource;
                const carries = /:VpnGateway$/.test(type) ? certainly(this.links.childrenBy("VpnConnection", "vpnGatewayId", r.by, "VpnGateway")).length > 0 : !/:TransitGateway$/.test(type) && this.accepted(r.by.resource);
                return [this.range(r.by, r.destination.value, carries)];
            }),
        );
    }

    private range(by: Target, addresses: AddressSet, carries: boolean): Range {
        const type = by.resource?.type ?? "";
        const what = /:TransitGateway$/.test(type) ? "transit gateway" : /:VpnGateway$/.test(type) ? "VPN gateway" : "peering connection";
        return { key: this.keyOf(by), name: `${what} ${by.name}`, addresses, carries };
    }

    /** An accepter stands for the connection that it accepts. */
    private keyOf(by: Target): string {
        const accepts = by.resource !== undefined && isAccepter(by.resource) ? this.links.link(property(by.resource, "vpcPeeringConnectionId"), "VpcPeering") : undefined;
        return accepts?.certain === true && accepts.all.length === 1 ? accepts.all[0]!.key : by.key;
    }

    /** A connection that nobody accepts carries nothing; somebody outside the stack may have. */
    private accepted(peering: Resource): boolean {
        const key = this.keyOf(this.links.target(peering));
        return this.links.ofKind("VpcPeering").some((r) => isTrue(authored(r, "autoAccept")) && this.keyOf(this.links.target(r)) === key);
    }

    private vpcOf(subnet: Resource): Resource | undefined {
        return subnet.external === true ? undefined : this.linked(subnet, "vpcId");
    }

    /** The one VPC that a property names, where this world manages it. */
    private linked(from: Resource, path: string): Resource | undefined {
        const { all, certain } = this.links.link(property(from, path), "Vpc");
        const vpc = certain && all.length === 1 ? all[0]!.resource : undefined;
        return vpc?.external === true ? undefined : vpc;
    }

    /** All address ranges of a VPC; nothing where one is not known. */
    private addressesOf(vpc: Resource): AddressSet | undefined {
        const added = this.links.childrenBy("VpcCidr", "vpcId", this.links.target(vpc), "Vpc");
        const ranges = [cidrOf(vpc, "cidrBlock"), ...added.map((c) => (c.certain ? cidrOf(c.resource, "cidrBlock") : undefined))];
        return ranges.some((r) => r === undefined) ? undefined : union([...(ranges as readonly AddressSet[]), this.ipv6Of(vpc).known]);
    }

    /** The IPv6 ranges of a VPC: Amazon's are public addresses, which clients inside keep, and known once they are given. */
    private ipv6Of(vpc: Resource): { readonly known: AddressSet; readonly more: boolean } {
        const holders = [vpc, ...this.links.childrenBy("VpcIpv6Cidr", "vpcId", this.links.target(vpc), "Vpc").map((c) => c.resource)];
        const given = holders.map((r) => ({ range: cidrOf(r, "ipv6CidrBlock") ?? answered(r, "ipv6CidrBlock"), asked: ["assignGeneratedIpv6CidrBlock", "ipv6IpamPoolId", "ipv6CidrBlock", "ipv6Pool"].some((p) => isPresent(authored(r, p)) && authored(r, p) !== false) }));
        return { known: union(given.map((g) => g.range ?? AddressSet.none)), more: given.some((g) => g.range === undefined && g.asked) };
    }

    /** IPv6 addresses with which clients of the interface's own VPC and of VPCs that the stack connects with it come by the private network. */
    ipv6Inside(nic: Nic): AddressBounds {
        const vpcs = nic.subnets.all.flatMap((s) => (s.resource === undefined ? [] : this.vpcOf(s.resource) ?? []));
        const all = new Set(vpcs.flatMap((vpc) => [vpc, ...this.ranges(vpc).flatMap((r) => r.peer ?? [])]));
        const each = [...all].map((vpc) => ({ vpc, ...this.ipv6Of(vpc) }));
        const open = each.find((e) => e.more);
        const least = union(each.map((e) => e.known));
        return open === undefined ? exactly(least) : { least, most: AddressSet.allV6, why: `the IPv6 addresses of VPC ${open.vpc.name} are not known before AWS gives them` };
    }
}

function certainly(children: readonly Child[]): Resource[] {
    return children.filter((c) => c.certain).map((c) => c.resource);
}

/** The prefix length of one network. */
function lengthOf(network: AddressSet): number {
    return Number(/\/(\d+)$/.exec(network.toCidrs()[0] ?? "")?.[1] ?? 128);
}

function isAccepter(r: Resource): boolean {
    return /Accepter$/.test(r.type);
}

function cidrOf(r: Resource, path: string): AddressSet | undefined {
    const text = textOf(authored(r, path));
    const set = text === undefined ? undefined : parseCidr(text);
    return set !== undefined && isKnown(set) ? set.value : undefined;
}

/** What AWS has given. */
function answered(r: Resource, path: string): AddressSet | undefined {
    const text = textOf(r.outputs[path]);
    const set = text === undefined ? undefined : parseCidr(text);
    return set !== undefined && isKnown(set) ? set.value : undefined;
}

/** Switches that are on unless somebody turns them off. */
function connectsAll(r: Resource, switches: readonly string[]): boolean {
    return switches.map((name) => authored(r, name)).every((v) => !isPresent(v) || textOf(v) === "enable" || isTrue(v));
}

function isTrue(value: unknown): boolean {
    const k = isPresent(value) ? readBoolean(value) : undefined;
    return k !== undefined && isKnown(k) && k.value;
}

function union(sets: readonly AddressSet[]): AddressSet {
    return sets.reduce((a, b) => a.union(b), AddressSet.none);
}
