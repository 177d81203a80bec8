import { ref } from "../fixture";
import { clients, expectPath, network, networkWithout, office, officeGroup, publicInstance, routeTable, spec, subnet } from "./support";

const host = [officeGroup, publicInstance(clients())];
const association = (inputs: Record<string, unknown>) => spec("aws:ec2/routeTableAssociation:RouteTableAssociation")("rta", inputs);
const nat = spec("aws:ec2/natGateway:NatGateway")("nat", { subnetId: ref("subnet"), allocationId: "eipalloc-1" });
const withRoutes = (...routes: unknown[]) => [...networkWithout("rt"), nat, routeTable("rt", { vpcId: ref("vpc"), routes }), ...host];

describe("routes", () => {
    it("main route table without gateway: the subnet has no association", () => {
        expectPath([...networkWithout("rta"), ...host], { verdict: "closed", says: "the main route table of VPC vpc has no route to an internet gateway", at: "vpc" });
    });
    it("association of another subnet", () => {
        expectPath([...networkWithout("rta"), subnet("other", { vpcId: ref("vpc"), cidrBlock: "10.0.2.0/24" }), association({ subnetId: ref("other"), routeTableId: ref("rt") }), ...host], { verdict: "closed" });
    });
    it("route table made the main one", () => {
        const main = spec("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation")("main", { vpcId: ref("vpc"), routeTableId: ref("rt") });
        expectPath([...networkWithout("rta"), main, ...host], { verdict: "open" });
    });
    it("standalone route on the main table of the VPC", () => {
        const route = spec("aws:ec2/route:Route")("out", { routeTableId: ref("vpc", "mainRouteTableId"), destinationCidrBlock: "0.0.0.0/0", gatewayId: ref("igw") });
        expectPath([...networkWithout("rta", "rt"), route, ...host], { verdict: "open" });
    });
    it("DefaultRouteTable", () => {
        const vpc = spec("aws:ec2/vpc:Vpc")("vpc", { cidrBlock: "10.0.0.0/16" }, { outputs: { defaultRouteTableId: "rtb-1" } });
        const table = spec("aws:ec2/defaultRouteTable:DefaultRouteTable")("default", { defaultRouteTableId: ref("vpc", "defaultRouteTableId"), routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: ref("igw") }] }, { outputs: { id: "rtb-1" } });
        expectPath([vpc, ...networkWithout("rta", "rt", "vpc"), table, ...host], { verdict: "open" });
    });
    it("standalone route", () => {
        const route = spec("aws:ec2/route:Route")("out", { routeTableId: ref("rt"), destinationCidrBlock: "0.0.0.0/0", gatewayId: ref("igw") });
        expectPath([...networkWithout("rt"), routeTable("rt", { vpcId: ref("vpc") }), route, ...host], { verdict: "open" });
    });
    it("NAT gateway instead of internet gateway", () => {
        expectPath(withRoutes({ cidrBlock: "0.0.0.0/0", natGatewayId: ref("nat") }), { verdict: "closed", says: "0.0.0.0/0 to NAT gateway nat, which admits no connections", at: "rt", property: "routes[0]" });
    });
    it("internet gateway among other routes", () => {
        const peering = spec("aws:ec2/vpcPeeringConnection:VpcPeeringConnection")("peer", { vpcId: ref("vpc"), peerVpcId: "vpc-2" });
        expectPath([peering, ...withRoutes({ cidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: ref("peer") }, { cidrBlock: "0.0.0.0/0", gatewayId: ref("igw") })], { verdict: "open" });
    });
    it("a longer prefix leads the replies elsewhere", () => {
        expectPath(withRoutes({ cidrBlock: "0.0.0.0/0", gatewayId: ref("igw") }, { cidrBlock: office, natGatewayId: ref("nat") }), { verdict: "closed" });
        expectPath(withRoutes({ cidrBlock: "0.0.0.0/0", natGatewayId: ref("nat") }, { cidrBlock: office, gatewayId: ref("igw") }), { verdict: "open" });
    });
    it("IPv6 only", () => {
        expectPath(withRoutes({ ipv6CidrBlock: "::/0", gatewayId: ref("igw") }), { verdict: "closed" });
    });
    it("egress-only gateway admits no IPv6 clients", () => {
        const gateway = spec("aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway")("eigw", { vpcId: ref("vpc") });
        const v6 = { associatePublicIpAddress: false, ipv6AddressCount: 1 };
        const table = (route: object) => [...networkWithout("rt"), gateway, routeTable("rt", { vpcId: ref("vpc"), routes: [{ ipv6CidrBlock: "::/0", ...route }] }), officeGroup, publicInstance(v6)];
        const open = { ...officeGroup, inputs: { vpcId: ref("vpc"), ingress: [{ protocol: "tcp", fromPort: 3389, toPort: 3389, ipv6CidrBlocks: ["::/0"] }] } };
        const withOpen = (route: object) => table(route).map((s) => (s.name === "sg" ? open : s));
        expectPath(withOpen({ egressOnlyGatewayId: ref("eigw") }), { verdict: "closed", client: "2001:db8::/48", says: "egress-only internet gateway eigw" });
        expectPath(withOpen({ gatewayId: ref("igw") }), { verdict: "open", client: "2001:db8::/48" });
    });
    it("a firewall endpoint on the way is not modelled, and may pass connections on", () => {
        expectPath(withRoutes({ cidrBlock: "0.0.0.0/0", vpcEndpointId: "vpce-0123456789" }), { verdict: "unknown", says: "what VPC endpoint vpce-0123456789 does with connections from outside is not modelled" });
    });
    it("gateway of another stack, by id", () => {
        expectPath(withRoutes({ cidrBlock: "0.0.0.0/0", gatewayId: "igw-0123456789" }), { verdict: "open", assumes: [] });
    });
    it("gateway that is not known", () => {
        expectPath(withRoutes({ cidrBlock: "0.0.0.0/0", gatewayId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }), { verdict: "unknown", says: "not known" });
    });
    it("VPC of another stack, subnet of this one", () => {
        const own = subnet("subnet", { vpcId: "vpc-0123456789", cidrBlock: "10.0.1.0/24" });
        const sg = { ...officeGroup, inputs: { ...officeGroup.inputs, vpcId: "vpc-0123456789" } };
        expectPath([own, sg, publicInstance()], { verdict: "open", assumes: /main route table of VPC vpc-0123456789, which belongs to another stack.*network ACL/ });
        expectPath([own, sg, publicInstance()], { verdict: "unknown", options: { outside: "unknown" } });
    });
    it("subnet of another stack with an association of this one", () => {
        const rta = association({ subnetId: "subnet-0123456789", routeTableId: ref("rt") });
        expectPath([...networkWithout("rta", "subnet"), rta, officeGroup, publicInstance({ subnetId: "subnet-0123456789" })], { verdict: "open", assumes: /^the network ACL of subnet subnet-0123456789 belongs to another stack$/ });
    });
    it("one of several subnets, which are alike", () => {
        const zones = ["a", "b"].flatMap((z) => [
            subnet(`net-${z}`, { vpcId: ref("vpc"), cidrBlock: `10.0.1${z === "a" ? 1 : 2}.0/24` }),
            spec("aws:ec2/routeTableAssociation:RouteTableAssociation")(`rta-${z}`, { subnetId: ref(`net-${z}`), routeTableId: ref("rt") }),
        ]);
        const chosen = publicInstance({ subnetId: ref("net-a") });
        expectPath([...network(), ...zones, officeGroup, { ...chosen, from: { subnetId: ["net-b"] } }], { verdict: "open" });
    });
});
