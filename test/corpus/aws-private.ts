import { ref } from "../policies/fixture";
import { Entry, Spec, aws, egressAll, group, ingress, instance, publicVpc, rdpFrom } from "./entry";

/** EC2 Windows instances without a public address: Session Manager, jump hosts, VPNs, directories. */

const insideVpc = (): Spec[] => [
    aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16" }),
    aws("ec2/Subnet", "inside", { vpcId: ref("vpc"), cidrBlock: "10.60.20.0/24" }),
    aws("ec2/RouteTable", "routes", { vpcId: ref("vpc"), routes: [] }),
    aws("ec2/RouteTableAssociation", "join", { subnetId: ref("inside"), routeTableId: ref("routes") }),
];
/** The same with a NAT gateway, by which the agent reaches Systems Manager. */
const insideWithNat = (): Spec[] => [
    ...insideVpc().map((s) => (s.name === "routes" ? { ...s, inputs: { ...s.inputs, routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-0a1b2c3d4e5f60718" }] } } : s)),
];
const inside = { subnetId: ref("inside"), vpcSecurityGroupIds: [ref("access")] };

const managed = (): Spec[] => [
    aws("iam/Role", "role", { assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }] }) }),
    aws("iam/RolePolicyAttachment", "core", { role: ref("role", "name"), policyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" }, { outputs: {} }),
    aws("iam/InstanceProfile", "profile", { role: ref("role", "name") }, { outputs: { name: "profile" } }),
].map((s) => (s.name === "role" ? { ...s, outputs: { name: "role" } } : s));

const entries: readonly Entry[] = [
    {
        name: "session-manager-only",
        what: "No ingress rule at all; the instance profile for Session Manager. Whoever uses RDP goes through its tunnel.",
        works: "yes",
        expect: { verdict: { server: ["private", "ready"] } },
        specs: [...insideWithNat(), ...managed(), group("access", []), instance("server", { ...inside, iamInstanceProfile: ref("profile", "name") })],
    },
    {
        name: "session-manager-with-endpoints",
        what: "Interface endpoints with a group of their own, which admits HTTPS from the VPC; a leftover RDP rule for the VPC.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...insideVpc(),
            ...managed(),
            group("access", [rdpFrom("10.60.0.0/16")]),
            group("endpoint-access", [ingress(443, 443, { cidrBlocks: ["10.60.0.0/16"] })]),
            ...["ssm", "ssmmessages", "ec2messages"].map((service) =>
                aws("ec2/VpcEndpoint", service, {
                    vpcId: ref("vpc"),
                    serviceName: `com.amazonaws.eu-central-1.${service}`,
                    vpcEndpointType: "Interface",
                    privateDnsEnabled: true,
                    subnetIds: [ref("inside")],
                    securityGroupIds: [ref("endpoint-access")],
                }),
            ),
            instance("server", { ...inside, iamInstanceProfile: ref("profile", "name") }),
        ],
    },
    {
        name: "instance-connect-endpoint",
        what: "An endpoint whose group is admitted to 3389.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...insideVpc(),
            aws("ec2/SecurityGroup", "endpoint-access", { vpcId: ref("vpc"), egress: [ingress(3389, 3389, { cidrBlocks: ["10.60.0.0/16"] })] }),
            aws("ec2transitgateway/InstanceConnectEndpoint", "endpoint", { subnetId: ref("inside"), securityGroupIds: [ref("endpoint-access")], preserveClientIp: false }),
            group("access", [ingress(3389, 3389, { securityGroups: [ref("endpoint-access")] })]),
            instance("server", inside),
        ],
    },
    {
        name: "remote-desktop-gateway",
        what: "A gateway host on 443 and 3391 with RDP for the admins; session hosts admit its group.",
        works: "yes",
        expect: { verdict: { gateway: "ready", "session-host": "ready" } },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }).map((s) => (s.name === "gateway" ? { ...s, name: "igw" } : JSON.parse(JSON.stringify(s).replace("${gateway.id}", "${igw.id}")) as Spec)),
            aws("ec2/Subnet", "inside", { vpcId: ref("vpc"), cidrBlock: "10.60.20.0/24" }),
            group("gateway-access", [ingress(443, 443, { cidrBlocks: ["0.0.0.0/0"] }), ingress(3391, 3391, { cidrBlocks: ["0.0.0.0/0"] }, "udp"), rdpFrom("198.51.100.0/28")]),
            group("host-access", [ingress(3389, 3389, { securityGroups: [ref("gateway-access")] })]),
            instance("gateway", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("gateway-access")] }),
            instance("session-host", { subnetId: ref("inside"), vpcSecurityGroupIds: [ref("host-access")] }),
        ],
    },
    {
        name: "client-vpn",
        what: "A client VPN endpoint in the stack; RDP from its pool.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...insideVpc(),
            aws("ec2clientvpn/Endpoint", "vpn", { clientCidrBlock: "10.100.0.0/22", serverCertificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/0", splitTunnel: true }),
            aws("ec2clientvpn/NetworkAssociation", "vpn-inside", { clientVpnEndpointId: ref("vpn"), subnetId: ref("inside") }),
            group("access", [rdpFrom("10.100.0.0/22", "10.60.0.0/16")]),
            instance("server", inside),
        ],
    },
    {
        name: "group-of-another-stack-as-source",
        what: "The jump hosts' group belongs to the platform team and is known by its id.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...insideVpc(), group("access", [ingress(3389, 3389, { securityGroups: ["sg-0f1e2d3c4b5a69788"] })]), instance("server", inside)],
    },
    {
        name: "group-of-another-stack-on-the-instance",
        what: "The instance's groups come from the platform team; one of the stack's own is for the application.",
        works: "yes",
        expect: { verdict: { server: ["private", "ready"] } },
        specs: [...insideVpc(), group("access", [ingress(8080, 8080, { cidrBlocks: ["10.60.0.0/16"] })]), instance("server", { ...inside, vpcSecurityGroupIds: ["sg-0f1e2d3c4b5a69788", ref("access")] })],
    },
    {
        name: "group-of-a-stack-reference",
        what: "Subnet and group are outputs of the network stack.",
        works: "yes",
        expect: { verdict: { server: ["private", "ready"] } },
        specs: [
            { type: "pulumi:pulumi:StackReference", name: "network", inputs: { name: "example/network/prod" }, outputs: { outputs: {} } },
            aws("ec2/Instance", "server", { ami: "ami-0b5d3f6e1c2a49788", getPasswordData: true, instanceType: "m5.large", subnetId: "subnet-0fedcba9876543210", vpcSecurityGroupIds: ["sg-0f1e2d3c4b5a69788"] }, { from: { subnetId: ["network"], vpcSecurityGroupIds: ["network"] } }),
        ],
    },
    {
        name: "group-that-admits-itself",
        what: "A cluster whose members may do everything among themselves, and RDP from the VPC's own range.",
        works: "yes",
        expect: { verdict: { "node-0": "ready", "node-1": "ready" } },
        specs: [
            ...insideVpc(),
            group("access", [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }, ingress(3389, 3389, { cidrBlocks: [ref("vpc", "cidrBlock")] })]),
            instance("node-0", inside),
            instance("node-1", inside),
        ],
    },
    {
        name: "self-reference-for-rdp",
        what: "RDP among members of one group only: the jump host is one of them.",
        works: "yes",
        expect: { verdict: { jump: "ready", server: "ready" } },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
            aws("ec2/Subnet", "inside", { vpcId: ref("vpc"), cidrBlock: "10.60.20.0/24" }),
            group("access", [ingress(3389, 3389, { self: true })]),
            group("from-office", [rdpFrom("203.0.113.0/24")]),
            instance("jump", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access"), ref("from-office")] }),
            instance("server", inside),
        ],
    },
    {
        name: "linux-jump-host",
        what: "RDP is tunnelled through SSH on a Linux jump host; the Windows server admits its group.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
            aws("ec2/Subnet", "inside", { vpcId: ref("vpc"), cidrBlock: "10.60.20.0/24" }),
            group("jump-access", [ingress(22, 22, { cidrBlocks: ["0.0.0.0/0"] })]),
            group("access", [ingress(3389, 3389, { securityGroups: [ref("jump-access")] })]),
            aws("ec2/Instance", "jump", { ami: "ami-0aa11bb22cc33dd44", instanceType: "t3.micro", userData: "#!/bin/bash\ndnf -y update\n", subnetId: ref("public"), vpcSecurityGroupIds: [ref("jump-access")] }),
            instance("server", inside),
        ],
    },
    {
        name: "domain-controller",
        what: "A dozen directory ports from the VPC by one loop, RDP among them, as rule resources.",
        works: "yes",
        expect: { verdict: { dc: "ready" } },
        specs: [
            ...insideVpc(),
            aws("ec2/SecurityGroup", "access", { vpcId: ref("vpc"), egress: egressAll }),
            ...[53, 88, 135, 389, 445, 464, 636, 3268, 3389, 9389].map((port) => aws("ec2/SecurityGroupRule", `tcp-${port}`, { type: "ingress", securityGroupId: ref("access"), protocol: "tcp", fromPort: port, toPort: port, cidrBlocks: ["10.60.0.0/16"] })),
            aws("ec2/SecurityGroupRule", "rpc", { type: "ingress", securityGroupId: ref("access"), protocol: "tcp", fromPort: 49152, toPort: 65535, cidrBlocks: ["10.60.0.0/16"] }),
            instance("dc", { ...inside, privateIp: "10.60.20.10" }),
        ],
    },
    {
        name: "home-address-left-on-a-private-instance",
        what: "RDP from the developer's home address, no public way, Session Manager for everyone.",
        works: "yes",
        expect: { verdict: { server: ["ready", "private", "unknown"] } },
        specs: [...insideWithNat(), ...managed(), group("access", [rdpFrom("198.51.100.61/32")]), instance("server", { ...inside, iamInstanceProfile: ref("profile", "name") })],
    },
    {
        name: "session-manager-without-a-way-out",
        what: "The profile is there, and neither a NAT gateway nor endpoints: the agent never registers, and RDP is for an address outside.",
        works: "no",
        expect: { verdict: { server: ["blocked", "unknown"] } },
        specs: [...insideVpc(), ...managed(), group("access", [rdpFrom("198.51.100.61/32")]), instance("server", { ...inside, iamInstanceProfile: ref("profile", "name") })],
    },
    {
        name: "reference-to-a-group-over-a-public-address",
        what: "The office is meant to come by the public address, yet the only rule names a group that nobody outside can be in.",
        works: "cannot be told",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: [...publicVpc("vpc", { mapPublicIpOnLaunch: true }), group("staff", []), group("access", [ingress(3389, 3389, { securityGroups: [ref("staff")] })]), instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] })],
    },
];

export default entries;
