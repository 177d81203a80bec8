import { ref } from "../policies/fixture";
import { Entry, Spec, aws, egressAll, group, ingress, instance, publicVpc, rdpFrom } from "./entry";

/** Routes, network ACLs and VPC layouts around EC2 Windows instances. */

const office = "203.0.113.0/24";

/** A public instance in a subnet with a network ACL of its own. */
function withAcl(inRules: readonly Record<string, unknown>[], outRules: readonly Record<string, unknown>[], rdp = [rdpFrom(office)]): Spec[] {
    return [
        ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
        aws("ec2/NetworkAcl", "acl", { vpcId: ref("vpc"), subnetIds: [ref("public")], ingress: inRules, egress: outRules }),
        group("access", rdp),
        instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
    ];
}

const acl = (ruleNo: number, action: string, fromPort: number, toPort: number, cidrBlock: string, protocol = "tcp"): Record<string, unknown> => ({ ruleNo, action, protocol, fromPort, toPort, cidrBlock });

const entries: readonly Entry[] = [
    {
        name: "acl-with-return-ports",
        what: "RDP in, the whole range of client ports out.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: withAcl([acl(100, "allow", 3389, 3389, "0.0.0.0/0"), acl(110, "allow", 1024, 65535, "0.0.0.0/0")], [acl(100, "allow", 1024, 65535, "0.0.0.0/0"), acl(110, "allow", 443, 443, "0.0.0.0/0")]),
    },
    {
        name: "acl-with-linux-return-ports",
        what: "Only 32768 and up leave: enough for Windows and macOS clients.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: withAcl([acl(100, "allow", 3389, 3389, office)], [acl(100, "allow", 32768, 65535, office)]),
    },
    {
        name: "acl-all-out",
        what: "Ordered in, everything out.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: withAcl([acl(100, "allow", 3389, 3389, office), acl(200, "deny", 3389, 3389, "0.0.0.0/0"), acl(300, "allow", 0, 65535, "0.0.0.0/0")], [acl(100, "allow", 0, 0, "0.0.0.0/0", "-1")]),
    },
    {
        name: "acl-denies-others-first",
        what: "SSH and telnet are denied before RDP is allowed.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: withAcl([acl(10, "deny", 22, 23, "0.0.0.0/0"), acl(20, "deny", 0, 0, "192.0.2.0/24", "-1"), acl(100, "allow", 0, 0, "0.0.0.0/0", "-1")], [acl(100, "allow", 0, 0, "0.0.0.0/0", "-1")]),
    },
    {
        name: "acl-without-a-way-back",
        what: "RDP in, only HTTPS out: the answers stay inside.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] },
        specs: withAcl([acl(100, "allow", 3389, 3389, "0.0.0.0/0")], [acl(100, "allow", 443, 443, "0.0.0.0/0")]),
    },
    {
        name: "acl-deny-with-the-lower-number",
        what: "The deny at 90 comes before the allow at 100.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] },
        specs: withAcl([acl(100, "allow", 3389, 3389, office), acl(90, "deny", 3389, 3389, "0.0.0.0/0")], [acl(100, "allow", 0, 0, "0.0.0.0/0", "-1")]),
    },
    {
        name: "acl-rules-as-resources",
        what: "The ACL's rules are resources of their own, with protocol numbers.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...withAcl([], []).map((s) => (s.name === "acl" ? aws("ec2/NetworkAcl", "acl", { vpcId: ref("vpc"), subnetIds: [ref("public")] }) : s)),
            aws("ec2/NetworkAclRule", "in", { networkAclId: ref("acl"), ruleNumber: 100, egress: false, protocol: "6", ruleAction: "allow", cidrBlock: "0.0.0.0/0", fromPort: 3389, toPort: 3389 }),
            aws("ec2/NetworkAclRule", "out", { networkAclId: ref("acl"), ruleNumber: 100, egress: true, protocol: "-1", ruleAction: "allow", cidrBlock: "0.0.0.0/0" }),
        ],
    },
    {
        name: "route-in-the-main-table",
        what: "A route resource in the VPC's main table; the subnet has no association.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16" }),
            aws("ec2/InternetGateway", "gateway", { vpcId: ref("vpc") }),
            aws("ec2/Route", "out", { routeTableId: ref("vpc", "mainRouteTableId"), destinationCidrBlock: "0.0.0.0/0", gatewayId: ref("gateway") }),
            aws("ec2/Subnet", "public", { vpcId: ref("vpc"), cidrBlock: "10.60.1.0/24", mapPublicIpOnLaunch: true }),
            group("access", [rdpFrom(office)]),
            instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "default-route-table-adopted",
        what: "DefaultRouteTable takes the VPC's table over.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16" }, { outputs: { defaultRouteTableId: "rtb-0aa11bb22cc33dd44", mainRouteTableId: "rtb-0aa11bb22cc33dd44" } }),
            aws("ec2/InternetGateway", "gateway", { vpcId: ref("vpc") }),
            aws(
                "ec2/DefaultRouteTable",
                "routes",
                { defaultRouteTableId: ref("vpc", "defaultRouteTableId"), routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: ref("gateway") }] },
                { outputs: { id: "rtb-0aa11bb22cc33dd44" } },
            ),
            aws("ec2/Subnet", "public", { vpcId: ref("vpc"), cidrBlock: "10.60.1.0/24", mapPublicIpOnLaunch: true }),
            group("access", [rdpFrom(office)]),
            instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "gateway-attached-separately",
        what: "The internet gateway is attached by a resource of its own.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }).map((s) => (s.name === "gateway" ? aws("ec2/InternetGateway", "gateway", {}) : s)),
            aws("ec2/InternetGatewayAttachment", "attached", { vpcId: ref("vpc"), internetGatewayId: ref("gateway") }),
            group("access", [rdpFrom(office)]),
            instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "two-zones-public-and-private",
        what: "Two public and two private subnets with their own tables and a NAT gateway, made in a component; the instance is in the first public one.",
        works: "yes",
        expect: { verdict: { server: "ready", worker: "ready" } },
        specs: [
            { type: "example:index:Network", name: "network", inputs: {} },
            aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16" }, { parent: "network" }),
            aws("ec2/InternetGateway", "gateway", { vpcId: ref("vpc") }, { parent: "network" }),
            aws("ec2/Eip", "nat-address", { domain: "vpc" }, { parent: "network" }),
            aws("ec2/NatGateway", "nat", { allocationId: ref("nat-address"), subnetId: ref("public-0") }, { parent: "network" }),
            ...[0, 1].flatMap((i): Spec[] => [
                aws("ec2/Subnet", `public-${i}`, { vpcId: ref("vpc"), cidrBlock: `10.60.${i}.0/24`, mapPublicIpOnLaunch: true }, { parent: "network" }),
                aws("ec2/Subnet", `private-${i}`, { vpcId: ref("vpc"), cidrBlock: `10.60.${10 + i}.0/24` }, { parent: "network" }),
                aws("ec2/RouteTable", `public-routes-${i}`, { vpcId: ref("vpc") }, { parent: "network" }),
                aws("ec2/Route", `public-route-${i}`, { routeTableId: ref(`public-routes-${i}`), destinationCidrBlock: "0.0.0.0/0", gatewayId: ref("gateway") }, { parent: "network" }),
                aws("ec2/RouteTableAssociation", `public-join-${i}`, { subnetId: ref(`public-${i}`), routeTableId: ref(`public-routes-${i}`) }, { parent: "network" }),
                aws("ec2/RouteTable", `private-routes-${i}`, { vpcId: ref("vpc"), routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: ref("nat") }] }, { parent: "network" }),
                aws("ec2/RouteTableAssociation", `private-join-${i}`, { subnetId: ref(`private-${i}`), routeTableId: ref(`private-routes-${i}`) }, { parent: "network" }),
            ]),
            group("access", [rdpFrom(office)]),
            group("worker-access", [ingress(3389, 3389, { securityGroups: [ref("access")] })]),
            instance("server", { subnetId: ref("public-0"), vpcSecurityGroupIds: [ref("access")] }),
            instance("worker", { subnetId: ref("private-1"), vpcSecurityGroupIds: [ref("worker-access")] }),
        ],
    },
    {
        name: "private-subnet-with-a-copied-rule",
        what: "NAT gateway, no public address, `3389 from 0.0.0.0/0` copied from elsewhere: the VPN's users get in.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc(),
            aws("ec2/Eip", "nat-address", { domain: "vpc" }),
            aws("ec2/NatGateway", "nat", { allocationId: ref("nat-address"), subnetId: ref("public") }),
            aws("ec2/Subnet", "inside", { vpcId: ref("vpc"), cidrBlock: "10.60.20.0/24" }),
            aws("ec2/RouteTable", "inside-routes", { vpcId: ref("vpc"), routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: ref("nat") }] }),
            aws("ec2/RouteTableAssociation", "inside-join", { subnetId: ref("inside"), routeTableId: ref("inside-routes") }),
            group("access", [rdpFrom("0.0.0.0/0")]),
            instance("server", { subnetId: ref("inside"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "peered-network",
        what: "Administrators sit in a peered VPC.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16" }),
            aws("ec2/Vpc", "admin", { cidrBlock: "10.61.0.0/16" }),
            aws("ec2/VpcPeeringConnection", "peering", { vpcId: ref("vpc"), peerVpcId: ref("admin"), autoAccept: true }),
            aws("ec2/Subnet", "inside", { vpcId: ref("vpc"), cidrBlock: "10.60.20.0/24" }),
            aws("ec2/RouteTable", "routes", { vpcId: ref("vpc"), routes: [{ cidrBlock: "10.61.0.0/16", vpcPeeringConnectionId: ref("peering") }] }),
            aws("ec2/RouteTableAssociation", "join", { subnetId: ref("inside"), routeTableId: ref("routes") }),
            group("access", [rdpFrom("10.61.0.0/16")]),
            instance("server", { subnetId: ref("inside"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "transit-gateway-to-the-data-centre",
        what: "The default route goes to a transit gateway; RDP from the whole private range.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16" }),
            aws("ec2/Subnet", "inside", { vpcId: ref("vpc"), cidrBlock: "10.60.20.0/24" }),
            aws("ec2/RouteTable", "routes", { vpcId: ref("vpc"), routes: [{ cidrBlock: "0.0.0.0/0", transitGatewayId: "tgw-0a1b2c3d4e5f60718" }] }),
            aws("ec2/RouteTableAssociation", "join", { subnetId: ref("inside"), routeTableId: ref("routes") }),
            group("access", [rdpFrom("10.0.0.0/8")]),
            instance("server", { subnetId: ref("inside"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "default-vpc-adopted",
        what: "DefaultVpc and DefaultSubnet resources, so that the default network can be named.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            aws("ec2/DefaultVpc", "vpc", { tags: { Name: "default" } }),
            aws("ec2/DefaultSubnet", "public", { availabilityZone: "eu-central-1a" }),
            aws("ec2/SecurityGroup", "access", { vpcId: ref("vpc"), ingress: [rdpFrom(office)], egress: egressAll }),
            instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "ipv6-subnet",
        what: "The subnet hands out IPv6 addresses; the office has both families.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16", assignGeneratedIpv6CidrBlock: true }),
            aws("ec2/InternetGateway", "gateway", { vpcId: ref("vpc") }),
            aws("ec2/Subnet", "public", { vpcId: ref("vpc"), cidrBlock: "10.60.1.0/24", ipv6CidrBlock: "2001:db8:60:1::/64", assignIpv6AddressOnCreation: true }),
            aws("ec2/RouteTable", "routes", { vpcId: ref("vpc"), routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: ref("gateway") }, { ipv6CidrBlock: "::/0", gatewayId: ref("gateway") }] }),
            aws("ec2/RouteTableAssociation", "join", { subnetId: ref("public"), routeTableId: ref("routes") }),
            group("access", [ingress(3389, 3389, { ipv6CidrBlocks: ["2001:db8:77::/48"] })]),
            instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
];

export default entries;
