import { ref } from "../policies/fixture";
import { Entry, aws, egressAll, group, ingress, instance, publicVpc, rdpFrom } from "./entry";

/** EC2 Windows instances that people reach by a public address of their own. */

const office = "203.0.113.0/24";
const inPublic = { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] };

const entries: readonly Entry[] = [
    {
        name: "default-vpc-quick-start",
        what: "Group without vpcId, instance without subnet: both land in the default VPC.",
        works: "yes",
        intent: { server: "implied" },
        expect: { verdict: { server: "ready" } },
        specs: [
            aws("ec2/SecurityGroup", "access", { description: "rdp", ingress: [rdpFrom("0.0.0.0/0")], egress: egressAll }),
            instance("server", { vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "group-by-name",
        what: "`securityGroups` with the group's name, as old tutorials do it in the default VPC.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [aws("ec2/SecurityGroup", "access", { ingress: [rdpFrom(office)] }), instance("server", { securityGroups: [ref("access", "name")], vpcSecurityGroupIds: undefined })],
    },
    {
        name: "address-at-launch",
        what: "VPC with gateway and route table; the instance asks for a public address.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...publicVpc(), group("access", [rdpFrom(office)]), instance("server", { ...inPublic, associatePublicIpAddress: true })],
    },
    {
        name: "subnet-hands-out-addresses",
        what: "mapPublicIpOnLaunch on the subnet, nothing on the instance.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...publicVpc("vpc", { mapPublicIpOnLaunch: true }), group("access", [rdpFrom(office), ingress(80, 80, { cidrBlocks: ["0.0.0.0/0"] })]), instance("server", inPublic)],
    },
    {
        name: "elastic-ip-of-the-instance",
        what: "An Elastic IP that names the instance.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...publicVpc(), group("access", [rdpFrom(office)]), instance("server", inPublic), aws("ec2/Eip", "address", { domain: "vpc", instance: ref("server") })],
    },
    {
        name: "elastic-ip-by-association",
        what: "An Elastic IP joined by an association resource.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc(),
            group("access", [rdpFrom(office)]),
            instance("server", inPublic),
            aws("ec2/Eip", "address", { domain: "vpc" }),
            aws("ec2/EipAssociation", "join", { instanceId: ref("server"), allocationId: ref("address", "allocationId") }),
        ],
    },
    {
        name: "interface-of-its-own",
        what: "A network interface with the group and the Elastic IP; the instance only takes it.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc(),
            group("access", [rdpFrom(office)]),
            aws("ec2/NetworkInterface", "card", { subnetId: ref("public"), securityGroups: [ref("access")], privateIps: ["10.60.1.10"] }),
            instance("server", { networkInterfaces: [{ networkInterfaceId: ref("card"), deviceIndex: 0 }] }),
            aws("ec2/Eip", "address", { networkInterface: ref("card"), associateWithPrivateIp: "10.60.1.10" }),
        ],
    },
    {
        name: "default-group-adopted",
        what: "The VPC's default group is taken over and filled; the instance names no group.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }).map((s) => (s.name === "vpc" ? { ...s, outputs: { defaultSecurityGroupId: "sg-0aa11bb22cc33dd44" } } : s)),
            aws(
                "ec2/DefaultSecurityGroup",
                "access",
                { vpcId: ref("vpc"), ingress: [rdpFrom(office), { protocol: "-1", fromPort: 0, toPort: 0, self: true }], egress: egressAll },
                { outputs: { id: "sg-0aa11bb22cc33dd44" } },
            ),
            instance("server", { subnetId: ref("public") }),
        ],
    },
    {
        name: "rules-as-resources",
        what: "The newer ingress and egress rule resources, one for each address.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc(),
            aws("ec2/SecurityGroup", "access", { vpcId: ref("vpc"), description: "operators" }),
            ...["203.0.113.8/32", "198.51.100.9/32"].map((cidrIpv4, i) => aws("vpc/SecurityGroupIngressRule", `rdp-${i}`, { securityGroupId: ref("access"), ipProtocol: "tcp", fromPort: 3389, toPort: 3389, cidrIpv4 })),
            aws("vpc/SecurityGroupEgressRule", "out", { securityGroupId: ref("access"), ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
            instance("server", { ...inPublic, associatePublicIpAddress: true }),
        ],
    },
    {
        name: "older-rule-resource",
        what: "SecurityGroupRule of type ingress, with several ports opened by a loop.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc(),
            aws("ec2/SecurityGroup", "access", { vpcId: ref("vpc") }),
            ...[80, 443, 3389, 5986].map((port) => aws("ec2/SecurityGroupRule", `in-${port}`, { type: "ingress", securityGroupId: ref("access"), protocol: "tcp", fromPort: port, toPort: port, cidrBlocks: [office] })),
            aws("ec2/SecurityGroupRule", "out", { type: "egress", securityGroupId: ref("access"), protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }),
            instance("server", { ...inPublic, associatePublicIpAddress: true }),
        ],
    },
    {
        name: "everything-from-one-address",
        what: "Protocol -1 from the owner's address; no rule names 3389.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...publicVpc(), group("access", [ingress(0, 0, { cidrBlocks: ["198.51.100.5/32"] }, "-1")]), instance("server", { ...inPublic, associatePublicIpAddress: true })],
    },
    {
        name: "all-tcp-ports-from-the-office",
        what: "TCP 0 to 65535 from the office.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...publicVpc(), group("access", [ingress(0, 65535, { cidrBlocks: [office] })]), instance("server", { ...inPublic, associatePublicIpAddress: true })],
    },
    {
        name: "managed-prefix-list",
        what: "The offices are a prefix list.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc(),
            aws("ec2/ManagedPrefixList", "offices", { addressFamily: "IPv4", maxEntries: 5, entries: [{ cidr: office, description: "north" }, { cidr: "198.51.100.0/25", description: "south" }] }),
            group("access", [ingress(3389, 3389, { prefixListIds: [ref("offices")] })]),
            instance("server", { ...inPublic, associatePublicIpAddress: true }),
        ],
    },
    {
        name: "prefix-list-of-another-account",
        what: "The prefix list is shared by another account and known by its id only.",
        works: "yes",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: [...publicVpc(), group("access", [ingress(3389, 3389, { prefixListIds: ["pl-0c1d2e3f4a5b6c7d8"] })]), instance("server", { ...inPublic, associatePublicIpAddress: true })],
    },
    {
        name: "existing-subnet-and-own-group",
        what: "VPC and subnet come from the configuration as ids; the group is the stack's.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            aws("ec2/SecurityGroup", "access", { vpcId: "vpc-0123456789abcdef0", ingress: [rdpFrom("0.0.0.0/0")], egress: egressAll }),
            instance("server", { subnetId: "subnet-0fedcba9876543210", vpcSecurityGroupIds: [ref("access")], associatePublicIpAddress: true }),
        ],
    },
    {
        name: "existing-subnet-silent-about-addresses",
        what: "The same without a word about a public address: the subnet decides, elsewhere.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            aws("ec2/SecurityGroup", "access", { vpcId: "vpc-0123456789abcdef0", ingress: [rdpFrom("0.0.0.0/0")], egress: egressAll }),
            instance("server", { subnetId: "subnet-0fedcba9876543210", vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "web-group-and-rdp-group",
        what: "Two groups on one instance: the web group knows nothing of RDP.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc(),
            group("web", [ingress(80, 80, { cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] }), ingress(443, 443, { cidrBlocks: ["0.0.0.0/0"] })]),
            group("access", [rdpFrom(office)]),
            instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("web"), ref("access")], associatePublicIpAddress: true }),
        ],
    },
    {
        name: "group-without-egress",
        what: "No egress rule at all: answers of admitted connections leave anyway.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...publicVpc(), group("access", [rdpFrom(office)], { egress: [] }), instance("server", { ...inPublic, associatePublicIpAddress: true })],
    },
    {
        name: "public-address-and-rdp-from-a-jump-host-group",
        what: "A web server with a public address; RDP is for the members of the jump host's group, inside the VPC.",
        works: "yes",
        expect: { verdict: { server: "ready", jump: "ready" } },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
            group("jump-access", [rdpFrom(office)]),
            group("access", [ingress(3389, 3389, { securityGroups: [ref("jump-access")] }), ingress(443, 443, { cidrBlocks: ["0.0.0.0/0"] })]),
            instance("jump", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("jump-access")] }),
            instance("server", inPublic),
        ],
    },
    {
        name: "spot-instance",
        what: "A cloud gaming machine as a spot request: streaming ports and RDP from home.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
            group("access", [rdpFrom("198.51.100.23/32"), ingress(8000, 8010, { cidrBlocks: ["0.0.0.0/0"] }, "udp"), ingress(8443, 8443, { cidrBlocks: ["198.51.100.23/32"] })]),
            aws("ec2/SpotInstanceRequest", "server", { ami: "ami-0b5d3f6e1c2a49788", instanceType: "g4dn.xlarge", getPasswordData: true, keyName: "home", waitForFulfillment: true, ...inPublic }),
        ],
    },
    {
        name: "no-way-to-the-internet",
        what: "A public address, and a route table that nobody gave a gateway.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["path-exists"] },
        specs: [
            aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16" }),
            aws("ec2/Subnet", "public", { vpcId: ref("vpc"), cidrBlock: "10.60.1.0/24" }),
            aws("ec2/InternetGateway", "gateway", { vpcId: ref("vpc") }),
            group("access", [rdpFrom(office)]),
            instance("server", { ...inPublic, associatePublicIpAddress: true }),
        ],
    },
    {
        name: "udp-only",
        what: "The rule is for UDP 3389 alone.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] },
        specs: [...publicVpc(), group("access", [ingress(3389, 3389, { cidrBlocks: [office] }, "udp")]), instance("server", { ...inPublic, associatePublicIpAddress: true })],
    },
    {
        name: "only-ipv6-is-admitted",
        what: "::/0 is admitted, and the instance has an IPv4 address only.",
        works: "no",
        expect: { verdict: { server: "blocked" } },
        specs: [...publicVpc(), group("access", [ingress(3389, 3389, { ipv6CidrBlocks: ["::/0"] })]), instance("server", { ...inPublic, associatePublicIpAddress: true })],
    },
    {
        name: "default-group-left-alone",
        what: "A public address and no group: the VPC's default group admits its own members only.",
        works: "no",
        expect: { verdict: { server: "blocked" } },
        specs: [...publicVpc("vpc", { mapPublicIpOnLaunch: true }), instance("server", { subnetId: ref("public") })],
    },
    {
        name: "image-that-says-nothing",
        what: "An AMI id from the configuration, no password, no user data: only the RDP rule tells that it is Windows.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...publicVpc(), group("access", [rdpFrom(office)]), instance("server", { ...inPublic, associatePublicIpAddress: true, getPasswordData: undefined })],
    },
];

export default entries;
