import assert from "node:assert";
import { AddressSet } from "../../../core/net/address-set";
import { reach } from "../../../core/net/evaluate";
import { Openness } from "../../../core/net/path-model";
import { Spec, bothForms, ref } from "../fixture";
import { clients, expectReach, instance, network, networkWithout, rdp, routeTable, securityGroup, spec, subnet, theHost } from "./support";

const spoke = "10.2.0.0/16";
const accepted = { vpcId: ref("vpc"), peerVpcId: ref("spoke"), autoAccept: true };
const peering = (inputs: Record<string, unknown> = accepted): Spec => spec("aws:ec2/vpcPeeringConnection:VpcPeeringConnection")("peer", inputs);
const spokeVpc = spec("aws:ec2/vpc:Vpc")("spoke", { cidrBlock: spoke });
const groups = (...cidrs: string[]) => securityGroup("sg", { vpcId: ref("vpc"), ingress: [rdp(...cidrs)] });
const privateHost = (more: Record<string, unknown> = {}) => [groups("10.0.0.0/8", "192.168.0.0/16"), instance("web", { subnetId: ref("subnet"), vpcSecurityGroupIds: [ref("sg")], ...more })];
const table = (...routes: unknown[]) => routeTable("rt", { vpcId: ref("vpc"), routes });
const net = (...routes: unknown[]) => [...networkWithout("rt"), table(...routes)];
const tgw = spec("aws:ec2transitgateway/transitGateway:TransitGateway")("tgw", {});
const attachment = (vpc: string, more: Record<string, unknown> = {}) => spec("aws:ec2transitgateway/vpcAttachment:VpcAttachment")(`at-${vpc}`, { transitGatewayId: ref("tgw"), vpcId: ref(vpc), subnetIds: [], ...more });
const vgw = spec("aws:ec2/vpnGateway:VpnGateway")("vgw", { vpcId: ref("vpc") });
const vpn = spec("aws:ec2/vpnConnection:VpnConnection")("vpn", { vpnGatewayId: ref("vgw"), customerGatewayId: "cgw-1", type: "ipsec.1", staticRoutesOnly: true });
const site = spec("aws:ec2/vpnConnectionRoute:VpnConnectionRoute")("site", { vpnConnectionId: ref("vpn"), destinationCidrBlock: "192.168.0.0/16" });
const nat = spec("aws:ec2/natGateway:NatGateway")("nat", { subnetId: ref("subnet"), allocationId: "eipalloc-1" });

interface Expected {
    readonly client?: string;
    readonly says?: string;
    readonly at?: string;
    /** Whether the clients are assumed to get to the VPC. */
    readonly assumed?: boolean;
}

/** What becomes of private clients on all private paths together, in both forms. */
function expectPrivate(specs: readonly Spec[], verdict: Openness, { client = "10.2.3.0/24", says, at, assumed }: Expected = {}): void {
    bothForms(specs, (world, form, made) => {
        const paths = theHost(world).paths.filter((p) => p.via === "private-network");
        const found = reach(paths, { name: client, addresses: AddressSet.parse(client) });
        const { deciding, assumptions } = found.best!;
        assert.equal(found.verdict, verdict, `${form}: ${deciding.decidedBy.text}`);
        if (says !== undefined) {
            assert.ok(`${deciding.decidedBy.text} ${deciding.why ?? ""}`.includes(says), `${form}: ${deciding.decidedBy.text}`);
        }
        if (at !== undefined) {
            assert.equal(deciding.decidedBy.urn, made.urn(at), form);
        }
        if (assumed !== undefined) {
            assert.equal(assumptions.some((t) => /by VPN, peering or a transit gateway/.test(t)), assumed, `${form}: ${assumptions.join("; ")}`);
        }
    });
}

describe("peering and its like", () => {
    const peered = [spokeVpc, peering(), ...privateHost()];

    it("peering without a route back", () => {
        const lost = { says: "route table rt of subnet subnet has no route back to 10.2.0.0/16, which comes by peering connection peer", at: "rt" };
        expectPrivate([...net(), ...peered], "closed", lost);
        expectPrivate([...network(), ...peered], "closed", lost);
        expectPrivate([...net({ cidrBlock: "0.0.0.0/0", natGatewayId: ref("nat") }), nat, ...peered], "closed", lost);
        expectReach([...net(), spokeVpc, peering(), ...privateHost(clients("10.2.3.0/24"))], "declared", "closed");
        expectReach([...net(), spokeVpc, peering(), ...privateHost(clients("10.2.3.0/24", { "rdp-ready:path": "private-network" }))], "declared", "closed");
    });
    it("peering with a route back", () => {
        const back = { cidrBlock: spoke, vpcPeeringConnectionId: ref("peer") };
        expectPrivate([...net(back), ...peered], "open", { assumed: false });
        expectPrivate([...net({ ...back, cidrBlock: "10.0.0.0/8" }), ...peered], "open", { assumed: false });
        const standalone = spec("aws:ec2/route:Route")("back", { routeTableId: ref("rt"), destinationCidrBlock: ref("spoke", "cidrBlock"), vpcPeeringConnectionId: ref("peer") });
        expectPrivate([...networkWithout("rt"), routeTable("rt", { vpcId: ref("vpc") }), standalone, ...peered], "open", { assumed: false });
        expectReach([...net(back), spokeVpc, peering(), ...privateHost(clients("10.2.3.0/24"))], "declared", "open");
    });
    it("route back to a part of the peer", () => {
        const part = net({ cidrBlock: "10.2.0.0/17", vpcPeeringConnectionId: ref("peer") });
        expectPrivate([...part, ...peered], "open", { client: "10.2.3.0/24", assumed: false });
        expectPrivate([...part, ...peered], "closed", { client: "10.2.200.0/24", says: "no route back to 10.2.128.0/17" });
    });
    it("peering that this VPC accepts, by an accepter", () => {
        const accepter = spec("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter")("accepter", { vpcPeeringConnectionId: ref("peer"), autoAccept: true });
        const asked = peering({ vpcId: ref("spoke"), peerVpcId: ref("vpc") });
        const by = (name: string) => net({ cidrBlock: spoke, vpcPeeringConnectionId: ref(name) });
        expectPrivate([...by("peer"), spokeVpc, asked, accepter, ...privateHost()], "open", { assumed: false });
        expectPrivate([...by("accepter"), spokeVpc, asked, accepter, ...privateHost()], "open", { assumed: false });
        expectPrivate([...by("peer"), spokeVpc, asked, ...privateHost()], "open", { assumed: true });
    });
    it("clients elsewhere keep the assumption, clients of the VPC itself need none", () => {
        expectPrivate([...net(), ...peered], "open", { client: "10.7.0.0/16", assumed: true });
        expectPrivate([...net(), ...peered], "open", { client: "10.0.9.0/24", assumed: false });
        expectPrivate([...net({ cidrBlock: spoke, vpcPeeringConnectionId: ref("peer") }), ...peered], "open", { client: "10.0.0.0/8", assumed: true });
    });
    it("a group that does not admit the peer is what decides", () => {
        const narrow = [...net({ cidrBlock: spoke, vpcPeeringConnectionId: ref("peer") }), spokeVpc, peering(), ...privateHost().slice(1), groups("10.9.0.0/16")];
        expectPrivate(narrow, "closed", { at: "sg" });
    });
    it("replies that leave by something else are no finding", () => {
        for (const route of [{ transitGatewayId: "tgw-0123456789" }, { networkInterfaceId: "eni-0123456789" }, { vpcPeeringConnectionId: "pcx-0123456789" }, { natGatewayId: "nat-0123456789" }]) {
            expectPrivate([...net({ cidrBlock: "0.0.0.0/0", ...route }), ...peered], "open", { assumed: true });
        }
        expectPrivate([...net({ destinationPrefixListId: "pl-0123456789", vpcPeeringConnectionId: ref("peer") }), ...peered], "open", { assumed: true });
    });
    it("destination that is not known yet", () => {
        const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
        expectPrivate([...net({ cidrBlock: unknown, vpcPeeringConnectionId: ref("peer") }), ...peered], "unknown", { says: "not known" });
        const pool = spec("aws:ec2/vpc:Vpc")("spoke", { cidrBlock: unknown });
        expectPrivate([...net(), pool, peering(), ...privateHost()], "open", { assumed: true });
    });
    it("peer of another stack", () => {
        const foreign = peering({ vpcId: ref("vpc"), peerVpcId: "vpc-0123456789", peerOwnerId: "123456789012" });
        expectPrivate([...net(), foreign, ...privateHost()], "open", { assumed: true });
        expectPrivate([...net({ cidrBlock: spoke, vpcPeeringConnectionId: ref("peer") }), foreign, ...privateHost()], "open", { assumed: true });
        // Another table of the VPC tells what lies beyond.
        const other = routeTable("other", { vpcId: ref("vpc"), routes: [{ cidrBlock: spoke, vpcPeeringConnectionId: ref("peer") }] });
        expectPrivate([...net(), other, foreign, ...privateHost()], "closed", { says: "no route back to 10.2.0.0/16" });
    });
    it("route table of another stack", () => {
        const rta = spec("aws:ec2/routeTableAssociation:RouteTableAssociation")("rta", { subnetId: ref("subnet"), routeTableId: "rtb-0123456789" });
        expectPrivate([...networkWithout("rt", "rta"), rta, ...peered], "open", { assumed: true });
    });
    it("second range of the VPC is local", () => {
        const second = spec("aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation")("second", { vpcId: ref("vpc"), cidrBlock: "10.1.0.0/16" });
        const other = routeTable("other", { vpcId: ref("vpc"), routes: [{ cidrBlock: "10.0.0.0/8", transitGatewayId: ref("tgw") }] });
        expectPrivate([...net(), second, other, tgw, ...privateHost()], "open", { client: "10.1.0.0/24" });
        expectPrivate([...net(), second, other, tgw, ...privateHost()], "closed", { says: "which comes by transit gateway tgw" });
    });
    it("transit gateway", () => {
        const attached = [spokeVpc, tgw, attachment("vpc"), attachment("spoke"), ...privateHost()];
        expectPrivate([...net(), ...attached], "closed", { says: "no route back to 10.2.0.0/16, which comes by transit gateway tgw" });
        expectPrivate([...net({ cidrBlock: "0.0.0.0/0", transitGatewayId: ref("tgw") }), ...attached], "open", { assumed: false });
        const apart = [spokeVpc, tgw, attachment("vpc"), attachment("spoke", { transitGatewayDefaultRouteTablePropagation: false }), ...privateHost()];
        expectPrivate([...net({ cidrBlock: "10.0.0.0/8", transitGatewayId: ref("tgw") }), ...apart], "open", { assumed: true });
    });
    it("static VPN routes", () => {
        const office = { client: "192.168.5.0/24" };
        expectPrivate([...net(), vgw, vpn, site, ...privateHost()], "closed", { ...office, says: "which comes by VPN gateway vgw" });
        expectPrivate([...net({ cidrBlock: "192.168.0.0/16", gatewayId: ref("vgw") }), vgw, vpn, site, ...privateHost()], "open", { ...office, assumed: false });
    });
    it("propagated VPN routes", () => {
        // Which routes a gateway propagates, static ones tell; BGP brings others.
        const office = { client: "192.168.5.0/24", assumed: false };
        const propagation = spec("aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation")("prop", { routeTableId: ref("rt"), vpnGatewayId: ref("vgw") });
        expectPrivate([...net(), propagation, vgw, vpn, site, ...privateHost()], "open", office);
        const inTable = routeTable("rt", { vpcId: ref("vpc"), propagatingVgws: [ref("vgw")] });
        expectPrivate([...networkWithout("rt"), inTable, vgw, vpn, site, ...privateHost()], "open", office);
        expectPrivate([...net(), propagation, vgw, vpn, ...privateHost()], "open", { client: "192.168.5.0/24", assumed: true });
        expectPrivate([...net({ cidrBlock: "192.168.5.0/24", natGatewayId: ref("nat") }), nat, propagation, vgw, vpn, site, ...privateHost()], "open", { client: "192.168.5.0/24", assumed: true });
        const attached = [spec("aws:ec2/vpnGateway:VpnGateway")("vgw", {}), spec("aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment")("attachment", { vpcId: ref("vpc"), vpnGatewayId: ref("vgw") })];
        expectPrivate([...net(), propagation, ...attached, vpn, site, ...privateHost()], "open", office);
    });
    describe("IPv6", () => {
        const v6 = "2600:1f18:2::/56";
        const six = { client: "2600:1f18:2:1::/64" };
        const ours = (more: Record<string, unknown> = { ipv6CidrBlock: "2600:1f18:1::/56" }): Spec => spec("aws:ec2/vpc:Vpc")("vpc", { cidrBlock: "10.0.0.0/16", ...more });
        const theirs = (more: Record<string, unknown> = { ipv6CidrBlock: v6 }): Spec => spec("aws:ec2/vpc:Vpc")("spoke", { cidrBlock: spoke, ...more });
        const admitting = securityGroup("sg", { vpcId: ref("vpc"), ingress: [{ ...rdp("10.0.0.0/8"), ipv6CidrBlocks: ["2600:1f18::/32"] }] });
        const host = (more: Record<string, unknown> = { ipv6AddressCount: 1 }): Spec[] => [admitting, instance("web", { subnetId: ref("subnet"), vpcSecurityGroupIds: [ref("sg")], ...more })];
        const dual = (vpc: Spec, ...routes: unknown[]): Spec[] => [vpc, ...net({ cidrBlock: spoke, vpcPeeringConnectionId: ref("peer") }, ...routes).filter((s) => s.name !== "vpc")];
        const back = { ipv6CidrBlock: v6, vpcPeeringConnectionId: ref("peer") };

        it("of a peer, with a route back", () => {
            expectPrivate([...dual(ours(), back), theirs(), peering(), ...host()], "open", { ...six, assumed: false });
            const added = spec("aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation")("six", { vpcId: ref("spoke"), ipv6CidrBlock: v6, ipv6IpamPoolId: "ipam-pool-1" });
            expectPrivate([...dual(ours(), back), theirs({}), added, peering(), ...host()], "open", { ...six, assumed: false });
        });
        it("of a peer, without a route back", () => expectPrivate([...dual(ours()), theirs(), peering(), ...host()], "closed", { ...six, says: "has no route back to 2600:1f18:2::/56" }));
        it("of the VPC itself", () => expectPrivate([...dual(ours()), theirs(), peering(), ...host()], "open", { client: "2600:1f18:1:7::/64" }));
        it("that AWS has still to give", () => {
            const asked = { assignGeneratedIpv6CidrBlock: true };
            bothForms([...dual(ours()), { ...theirs(asked), outputs: { ipv6CidrBlock: v6 } }, peering(), ...host()], (world, form) => {
                const paths = theHost(world).paths.filter((p) => p.via === "private-network");
                assert.equal(reach(paths, { name: six.client, addresses: AddressSet.parse(six.client) }).verdict, form === "preview" ? "unknown" : "closed", form);
            });
        });
        it("of nobody here: no private client", () => expectPrivate([...dual(ours()), theirs({}), peering(), ...host()], "closed", { client: "2001:db8::/64" }));
    });
    it("one of two subnets lacks the route", () => {
        const more = [subnet("b", { vpcId: ref("vpc"), cidrBlock: "10.0.2.0/24" }), routeTable("rt-b", { vpcId: ref("vpc"), routes: [] }), spec("aws:ec2/routeTableAssociation:RouteTableAssociation")("rta-b", { subnetId: ref("b"), routeTableId: ref("rt-b") })];
        const chosen = { ...instance("web", { subnetId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", vpcSecurityGroupIds: [ref("sg")] }), from: { subnetId: ["subnet", "b"] } };
        bothForms([...net({ cidrBlock: spoke, vpcPeeringConnectionId: ref("peer") }), ...more, spokeVpc, peering(), groups("10.0.0.0/8"), chosen], (world, form) => {
            const paths = theHost(world).paths.filter((p) => p.via === "private-network");
            assert.notEqual(reach(paths, { name: spoke, addresses: AddressSet.parse(spoke) }).verdict, "closed", form);
        });
    });
    describe("the way there", () => {
        const back = { cidrBlock: spoke, vpcPeeringConnectionId: ref("peer") };
        const there = { cidrBlock: "10.0.0.0/16", vpcPeeringConnectionId: ref("peer") };
        const side = (name: string, cidrBlock: string, ...routes: unknown[]): Spec[] => [
            subnet(name, { vpcId: ref("spoke"), cidrBlock }),
            routeTable(`rt-${name}`, { vpcId: ref("spoke"), routes }),
            spec("aws:ec2/routeTableAssociation:RouteTableAssociation")(`rta-${name}`, { subnetId: ref(name), routeTableId: ref(`rt-${name}`) }),
        ];
        const stack = (...more: Spec[]): Spec[] => [...net(back), ...peered, ...more];
        const lost = { says: "route table rt-clients of subnet clients in VPC spoke has no route to 10.0.1.0/24", at: "rt-clients" };

        it("the peer's subnets have the route", () => {
            expectPrivate(stack(...side("clients", "10.2.3.0/24", there)), "open", { assumed: false });
            expectPrivate(stack(...side("clients", "10.2.3.0/24", { ...there, cidrBlock: "0.0.0.0/0" })), "open");
        });
        it("no route, or to the Internet only", () => {
            expectPrivate(stack(...side("clients", "10.2.3.0/24")), "closed", lost);
            expectPrivate(stack(...side("clients", "10.2.3.0/24", { cidrBlock: "0.0.0.0/0", natGatewayId: ref("nat") }), nat), "closed", lost);
            expectPrivate(stack(...side("clients", "10.2.3.0/24", { ...there, cidrBlock: "10.0.2.0/24" })), "closed", lost);
        });
        it("the peer's main route table", () => expectPrivate(stack(subnet("clients", { vpcId: ref("spoke"), cidrBlock: "10.2.3.0/24" })), "closed", { says: "route table of VPC spoke of subnet clients in VPC spoke has no route to" }));
        it("another way than the peering is no finding", () => {
            expectPrivate(stack(...side("clients", "10.2.3.0/24", { cidrBlock: "10.0.0.0/8", networkInterfaceId: "eni-0123456789" })), "open");
            expectPrivate(stack(...side("clients", "10.2.3.0/24", { destinationPrefixListId: "pl-0123456789", vpcPeeringConnectionId: ref("peer") })), "open");
            expectPrivate(stack(...side("clients", "10.2.3.0/24", { cidrBlock: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", vpcPeeringConnectionId: ref("peer") })), "open");
        });
        it("where other subnets have it, the one that does not may be cut off on purpose", () => {
            const both = stack(...side("clients", "10.2.3.0/24"), ...side("admins", "10.2.4.0/24", there));
            expectPrivate(both, "unknown", { says: "in VPC spoke has no route to 10.0.1.0/24" });
            expectPrivate(both, "open", { client: "10.2.4.0/24" });
        });
        it("a table of another stack", () => {
            const rta = spec("aws:ec2/routeTableAssociation:RouteTableAssociation")("rta-clients", { subnetId: ref("clients"), routeTableId: "rtb-0123456789" });
            expectPrivate(stack(subnet("clients", { vpcId: ref("spoke"), cidrBlock: "10.2.3.0/24" }), rta), "open");
        });
        it("by a transit gateway", () => {
            const attached = [...net({ cidrBlock: "10.0.0.0/8", transitGatewayId: ref("tgw") }), spokeVpc, tgw, attachment("vpc"), attachment("spoke"), ...privateHost()];
            expectPrivate([...attached, ...side("clients", "10.2.3.0/24")], "closed", lost);
            expectPrivate([...attached, ...side("clients", "10.2.3.0/24", { cidrBlock: "10.0.0.0/8", transitGatewayId: ref("tgw") })], "open", { assumed: false });
        });
        it("a gateway of another stack connects from addresses of its own", () => {
            const anyone = securityGroup("sg", { vpcId: ref("vpc"), ingress: [{ ...rdp("0.0.0.0/0"), ipv6CidrBlocks: ["::/0"] }] });
            expectReach([...net(back), spokeVpc, peering(), ...side("clients", "10.2.3.0/24"), anyone, privateHost(clients("10.2.3.0/24", { "rdp-ready:path": "gateway" }))[1]!], "declared", "open");
        });
    });
    it("a rule that names the peer implies its clients", () => {
        const implied = [spokeVpc, peering(), groups(spoke), privateHost()[1]!];
        expectReach([...net(), ...implied], "implied", "closed");
        expectReach([...net({ cidrBlock: spoke, vpcPeeringConnectionId: ref("peer") }), ...implied], "implied", "open");
        bothForms([...net(), ...implied], (world, form) => assert.equal(theHost(world).intent.clients.length, 1, form));
    });
    it("a gateway of another stack connects from addresses of its own", () => {
        const anyone = securityGroup("sg", { vpcId: ref("vpc"), ingress: [{ ...rdp("0.0.0.0/0"), ipv6CidrBlocks: ["::/0"] }] });
        expectReach([...net(), spokeVpc, peering(), anyone, privateHost(clients("10.2.3.0/24", { "rdp-ready:path": "gateway" }))[1]!], "declared", "open");
    });
    it("without such a connection nothing changes", () => {
        bothForms([...network(), ...privateHost()], (world, form) => assert.equal(theHost(world).paths.filter((p) => p.via === "private-network").length, 1, form));
    });
});
