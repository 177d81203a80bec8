import { ref } from "../policies/fixture";
import { Entry, aws, egressAll, group, ingress, instance, publicVpc, rdpFrom } from "./entry";

/** EC2 stacks with odd shapes: protocols as numbers, values that come late, parts of other stacks. */

const office = "203.0.113.0/24";
const inPublic = { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] };
const publicSubnet = (): ReturnType<typeof publicVpc> => publicVpc("vpc", { mapPublicIpOnLaunch: true });

const entries: readonly Entry[] = [
    {
        name: "protocol-as-number-and-in-capitals",
        what: "Protocol 6 for one rule, TCP in capitals for the other.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...publicSubnet(), group("access", [ingress(3389, 3389, { cidrBlocks: [office] }, "6"), ingress(443, 443, { cidrBlocks: ["0.0.0.0/0"] }, "TCP")]), instance("server", inPublic)],
    },
    {
        name: "ports-as-text",
        what: "Ports as text, as YAML configurations give them.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...publicSubnet(), group("access", [{ protocol: "tcp", fromPort: "3389", toPort: "3389", cidrBlocks: [office] }]), instance("server", inPublic)],
    },
    {
        name: "one-range-for-many-ports",
        what: "3000 to 3999 for several tools, RDP among them.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...publicSubnet(), group("access", [ingress(3000, 3999, { cidrBlocks: [office] })]), instance("server", inPublic)],
    },
    {
        name: "address-of-the-deployer",
        what: "The deployer's address, looked up by a command: whatever it will be, the rule admits it.",
        works: "yes",
        formsDiffer: "the command runs during the update, so that a preview does not know its output",
        expect: { verdict: { server: { preview: ["ready", "unknown"], state: "ready" } } },
        specs: [
            { type: "command:local:Command", name: "my-address", inputs: { create: "curl -s https://address.example.net" }, outputs: { stdout: "198.51.100.44" } },
            ...publicSubnet(),
            group("access", [ingress(3389, 3389, { cidrBlocks: ["${my-address.stdout}/32"] })]),
            instance("server", inPublic),
        ],
    },
    {
        name: "rules-of-a-list-that-comes-late",
        what: "The whole ingress list is an output of something made in the same update.",
        works: "yes",
        formsDiffer: "the list is made during the update",
        expect: { verdict: { server: { preview: "unknown", state: "ready" } } },
        specs: [
            { type: "command:local:Command", name: "lookup", inputs: { create: "./rules.sh" }, outputs: { rules: [rdpFrom("198.51.100.44/32")] } },
            ...publicSubnet(),
            aws("ec2/SecurityGroup", "access", { vpcId: ref("vpc"), ingress: ref("lookup", "rules"), egress: egressAll }),
            instance("server", inPublic),
        ],
    },
    {
        name: "group-attached-to-the-interface",
        what: "The RDP group is attached to the instance's interface by a resource of its own.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicSubnet(),
            group("base", []),
            group("access", [rdpFrom(office)]),
            instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("base")] }),
            aws("ec2/NetworkInterfaceSecurityGroupAttachment", "more", { securityGroupId: ref("access"), networkInterfaceId: ref("server", "primaryNetworkInterfaceId") }),
        ],
    },
    {
        name: "instance-from-a-template",
        what: "The instance names a launch template and a subnet, nothing else.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicSubnet(),
            group("access", [rdpFrom(office)]),
            aws("ec2/LaunchTemplate", "template", { imageId: "ami-0b5d3f6e1c2a49788", instanceType: "t3.large", vpcSecurityGroupIds: [ref("access")], tagSpecifications: [{ resourceType: "instance", tags: { OS: "Windows" } }] }),
            aws("ec2/Instance", "server", { launchTemplate: { id: ref("template"), version: "$Latest" }, subnetId: ref("public") }),
        ],
    },
    {
        name: "subnets-of-a-network-component",
        what: "The subnet is the first of a component's public ones: in a preview any of them.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicSubnet(),
            aws("ec2/Subnet", "public-2", { vpcId: ref("vpc"), cidrBlock: "10.60.2.0/24", mapPublicIpOnLaunch: true }),
            aws("ec2/RouteTableAssociation", "routes-public-2", { subnetId: ref("public-2"), routeTableId: ref("routes") }),
            group("access", [rdpFrom(office)]),
            aws("ec2/Instance", "server", { ami: "ami-0b5d3f6e1c2a49788", getPasswordData: true, instanceType: "t3.large", subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }, { from: { subnetId: ["public", "public-2"] } }),
        ],
    },
    {
        name: "two-groups-one-for-nothing",
        what: "A second group that nothing uses has the wrong port; the one in use is right.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...publicSubnet(), group("old", [ingress(33389, 33389, { cidrBlocks: [office] })]), group("access", [rdpFrom(office)]), instance("server", inPublic)],
    },
    {
        name: "record-for-the-address",
        what: "A DNS record for the Elastic IP.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc(),
            group("access", [rdpFrom(office)]),
            instance("server", inPublic),
            aws("ec2/Eip", "address", { domain: "vpc", instance: ref("server") }),
            aws("route53/Record", "name", { zoneId: "Z0123456789ABCDEFGHIJ", name: "desk.example.com", type: "A", ttl: 300, records: [ref("address", "publicIp")] }),
        ],
    },
    {
        name: "only-groups",
        what: "A stack of security groups for others, with RDP among them.",
        works: "yes",
        expect: { verdict: {}, silent: "all" },
        specs: [
            aws("ec2/SecurityGroup", "rdp", { vpcId: "vpc-0123456789abcdef0", ingress: [rdpFrom("10.0.0.0/8")], egress: egressAll }),
            aws("ec2/SecurityGroup", "web", { vpcId: "vpc-0123456789abcdef0", ingress: [ingress(443, 443, { cidrBlocks: ["0.0.0.0/0"] })], egress: egressAll }),
        ],
    },
    {
        name: "existing-instance-and-association",
        what: "An instance of another stack by its id; the stack associates a document with it.",
        works: "yes",
        expect: { verdict: {} },
        specs: [
            aws("ssm/Document", "time", { documentType: "Command", content: JSON.stringify({ schemaVersion: "2.2", mainSteps: [{ action: "aws:runPowerShellScript", name: "time", inputs: { runCommand: ["Set-TimeZone -Id UTC"] } }] }) }, { outputs: { name: "time" } }),
            aws("ssm/Association", "apply", { name: ref("time", "name"), targets: [{ key: "InstanceIds", values: ["i-0123456789abcdef0"] }] }),
        ],
    },
    {
        name: "rdp-for-one-of-two-instances",
        what: "Two servers in one subnet; the RDP group is on one of them only, the other serves the web.",
        works: "yes",
        expect: { verdict: { admin: "ready", web: "private" } },
        specs: [
            ...publicSubnet(),
            group("admin-access", [rdpFrom(office)]),
            group("web-access", [ingress(443, 443, { cidrBlocks: ["0.0.0.0/0"] })]),
            instance("admin", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("admin-access")] }),
            instance("web", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("web-access")] }),
        ],
    },
    {
        name: "rules-on-a-group-of-another-stack",
        what: "The stack adds an RDP rule to the group that the platform team put on the instance.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicSubnet(),
            aws("vpc/SecurityGroupIngressRule", "rdp", { securityGroupId: "sg-0f1e2d3c4b5a69788", ipProtocol: "tcp", fromPort: 3389, toPort: 3389, cidrIpv4: office }),
            instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: ["sg-0f1e2d3c4b5a69788"] }),
        ],
    },
    {
        name: "wrong-port-by-one-digit",
        what: "3398 was opened, and everything else is right.",
        works: "no",
        expect: { verdict: { server: ["private", "blocked", "unknown"] } },
        specs: [...publicSubnet(), group("access", [ingress(3398, 3398, { cidrBlocks: [office] })]), instance("server", inPublic)],
    },
    {
        name: "from-and-to-mixed-up",
        what: "fromPort 0 and toPort 3389: wide, and it works.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...publicSubnet(), group("access", [ingress(0, 3389, { cidrBlocks: [office] })]), instance("server", inPublic)],
    },
    {
        name: "egress-rule-for-rdp",
        what: "The RDP rule was written as egress.",
        works: "no",
        expect: { verdict: { server: ["blocked", "private"] } },
        specs: [...publicSubnet(), aws("ec2/SecurityGroup", "access", { vpcId: ref("vpc"), ingress: [], egress: [rdpFrom("0.0.0.0/0")] }), instance("server", inPublic)],
    },
];

export default entries;
