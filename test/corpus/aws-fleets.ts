import { ref } from "../policies/fixture";
import { Entry, Spec, allow, aws, egressAll, group, ingress, instance, publicVm, publicVpc, rdpFrom } from "./entry";

/** Launch templates, scaling groups, balancers, and estates in which Windows is not alone. */

const office = "203.0.113.0/24";
const template = (more: Record<string, unknown>): Spec =>
    aws("ec2/LaunchTemplate", "template", { imageId: "resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base", instanceType: "t3.large", keyName: "operators", ...more });
const fleet = (more: Record<string, unknown> = {}): Spec =>
    aws("autoscaling/Group", "fleet", { minSize: 1, maxSize: 3, desiredCapacity: 2, vpcZoneIdentifiers: [ref("public")], launchTemplate: { id: ref("template"), version: "$Latest" }, ...more });

/** A network balancer for 3389 in front of one instance. */
function networkBalancer(listener: Record<string, unknown>, attached = true): Spec[] {
    return [
        ...publicVpc("vpc"),
        group("access", [rdpFrom(office), ...(attached ? [ingress(3389, 3389, { cidrBlocks: ["10.60.0.0/16"] })] : [])]),
        instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
        aws("lb/LoadBalancer", "balancer", { loadBalancerType: "network", internal: false, subnets: [ref("public")] }),
        aws("lb/TargetGroup", "targets", { port: 3389, protocol: "TCP", targetType: "instance", vpcId: ref("vpc") }),
        aws("lb/Listener", "listener", { loadBalancerArn: ref("balancer", "arn"), port: 3389, protocol: "TCP", defaultActions: [{ type: "forward", targetGroupArn: ref("targets", "arn") }], ...listener }),
        ...(attached ? [aws("lb/TargetGroupAttachment", "attachment", { targetGroupArn: ref("targets", "arn"), targetId: ref("server"), port: 3389 })] : []),
    ];
}

const entries: readonly Entry[] = [
    {
        name: "web-fleet-behind-an-application-balancer",
        what: "IIS in a scaling group behind an application balancer; no RDP anywhere.",
        works: "yes",
        intent: { fleet: "none" },
        expect: { verdict: { fleet: "private" } },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
            group("balancer-access", [ingress(443, 443, { cidrBlocks: ["0.0.0.0/0"] })]),
            group("access", [ingress(80, 80, { securityGroups: [ref("balancer-access")] })]),
            aws("lb/LoadBalancer", "balancer", { loadBalancerType: "application", subnets: [ref("public")], securityGroups: [ref("balancer-access")] }),
            aws("lb/TargetGroup", "targets", { port: 80, protocol: "HTTP", vpcId: ref("vpc") }),
            aws("lb/Listener", "listener", { loadBalancerArn: ref("balancer", "arn"), port: 443, protocol: "HTTPS", certificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/0", defaultActions: [{ type: "forward", targetGroupArn: ref("targets", "arn") }] }),
            template({ vpcSecurityGroupIds: [ref("access")], userData: Buffer.from("<powershell>\nInstall-WindowsFeature Web-Server\n</powershell>").toString("base64") }),
            fleet({ targetGroupArns: [ref("targets", "arn")] }),
        ],
    },
    {
        name: "fleet-with-rdp-from-the-office",
        what: "A scaling group in a public subnet; the template holds the group.",
        works: "yes",
        expect: { verdict: { fleet: "ready" } },
        specs: [...publicVpc("vpc", { mapPublicIpOnLaunch: true }), group("access", [rdpFrom(office)]), template({ vpcSecurityGroupIds: [ref("access")] }), fleet()],
    },
    {
        name: "template-with-network-interfaces",
        what: "The template's network interface asks for the address and names the groups.",
        works: "yes",
        expect: { verdict: { fleet: "ready" } },
        specs: [
            ...publicVpc(),
            group("access", [rdpFrom(office)]),
            template({ networkInterfaces: [{ deviceIndex: 0, associatePublicIpAddress: "true", securityGroups: [ref("access")], deleteOnTermination: "true" }] }),
            fleet(),
        ],
    },
    {
        name: "mixed-instances",
        what: "Spot and on demand by a mixed-instances policy.",
        works: "yes",
        expect: { verdict: { fleet: "ready" } },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
            group("access", [rdpFrom(office)]),
            template({ vpcSecurityGroupIds: [ref("access")] }),
            fleet({ launchTemplate: undefined, mixedInstancesPolicy: { launchTemplate: { launchTemplateSpecification: { launchTemplateId: ref("template"), version: "$Latest" }, overrides: [{ instanceType: "t3.large" }, { instanceType: "m5.large" }] } } }),
        ],
    },
    {
        name: "launch-configuration",
        what: "The old launch configuration with a public address.",
        works: "yes",
        expect: { verdict: { fleet: "ready" } },
        specs: [
            ...publicVpc(),
            group("access", [rdpFrom(office)]),
            aws("ec2/LaunchConfiguration", "template", { imageId: "ami-0b5d3f6e1c2a49788", instanceType: "t3.large", securityGroups: [ref("access")], associatePublicIpAddress: true, userData: "<powershell>\nSet-TimeZone -Id UTC\n</powershell>" }),
            fleet({ launchTemplate: undefined, launchConfiguration: ref("template", "name") }),
        ].map((s) => (s.name === "template" ? { ...s, outputs: { name: "template" } } : s)),
    },
    {
        name: "network-balancer-for-rdp",
        what: "A TCP listener on 3389, a TCP target group, the instance attached; the group admits the office, whose address is preserved.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: networkBalancer({}),
    },
    {
        name: "network-balancer-on-another-port",
        what: "The listener is on 13389; the target group translates.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: networkBalancer({ port: 13389 }),
    },
    {
        name: "network-balancer-with-tls",
        what: "A TLS listener ends the connection that RDP wants to begin in clear.",
        works: "no",
        expect: { verdict: { server: ["blocked", "unknown"] } },
        specs: networkBalancer({ protocol: "TLS", certificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/0" }),
    },
    {
        name: "network-balancer-without-targets",
        what: "Nobody attached the instance.",
        works: "no",
        expect: { verdict: { server: ["blocked", "unknown"] } },
        specs: networkBalancer({}, false),
    },
    {
        name: "classic-balancer",
        what: "A classic balancer with a TCP listener for 3389: it works, and is not read.",
        works: "yes",
        expect: { verdict: { server: ["unknown", "ready"] } },
        specs: [
            ...publicVpc(),
            group("balancer-access", [rdpFrom(office)]),
            group("access", [ingress(3389, 3389, { securityGroups: [ref("balancer-access")] })]),
            instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
            aws("elb/LoadBalancer", "balancer", { subnets: [ref("public")], securityGroups: [ref("balancer-access")], instances: [ref("server")], listeners: [{ instancePort: 3389, instanceProtocol: "tcp", lbPort: 3389, lbProtocol: "tcp" }] }),
        ],
    },
    {
        name: "game-server",
        what: "UDP for the players, a console port, RDP for the owner.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
            group("access", [ingress(27015, 27030, { cidrBlocks: ["0.0.0.0/0"] }, "udp"), ingress(25575, 25575, { cidrBlocks: ["0.0.0.0/0"] }), rdpFrom("198.51.100.30/32")]),
            instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "linux-and-windows-in-one-group",
        what: "One group for both: SSH and RDP. The Ubuntu machine is no RDP host.",
        works: "yes",
        expect: { verdict: { windows: "ready" } },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
            group("access", [ingress(22, 22, { cidrBlocks: [office] }), rdpFrom(office)]),
            instance("windows", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
            aws("ec2/Instance", "ubuntu", { ami: "ami-0aa11bb22cc33dd44", instanceType: "t3.micro", userData: "#cloud-config\npackages: [nginx]\n", subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "linux-only",
        what: "Linux machines, one with a desktop for which 3389 is open.",
        works: "yes",
        expect: { verdict: {}, silent: "all" },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
            group("access", [ingress(22, 22, { cidrBlocks: [office] }), rdpFrom(office)]),
            aws("ec2/Ami", "image", { name: "debian-12-desktop", virtualizationType: "hvm" }, { external: true, outputs: { platformDetails: "Linux/UNIX", name: "debian-12-desktop" } }),
            aws("ec2/Instance", "desktop", { ami: ref("image"), instanceType: "t3.large", subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
            aws("ec2/Instance", "web", { ami: "ami-0aa11bb22cc33dd44", instanceType: "t3.micro", userData: "#!/bin/sh\nyum -y install httpd\n", subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "opaque-images-and-no-rdp",
        what: "An image that says nothing and a group for SSH: nobody speaks of RDP.",
        works: "yes",
        expect: { verdict: {}, silent: "all" },
        specs: [
            aws("ec2/SecurityGroup", "access", { ingress: [ingress(22, 22, { cidrBlocks: ["0.0.0.0/0"] }), ingress(0, 65535, { cidrBlocks: ["10.0.0.0/8"] })], egress: egressAll }),
            aws("ec2/Instance", "server", { ami: "ami-0aa11bb22cc33dd44", instanceType: "t3.micro", vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "both-clouds",
        what: "One program for both clouds, an RDP host in each.",
        works: "yes",
        expect: { verdict: { server: "ready", desktop: "ready" } },
        specs: [
            ...publicVm([allow("rdp", 300, "3389", office)]),
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }).map((s) => s),
            group("access", [rdpFrom(office)]),
            instance("desktop", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "container-cluster-on-windows",
        what: "Container hosts from the public Windows image, dynamic ports from the balancer; no RDP.",
        works: "yes",
        expect: { verdict: { fleet: "private" } },
        specs: [
            ...publicVpc(),
            group("access", [ingress(32768, 65535, { cidrBlocks: ["10.60.0.0/16"] })]),
            template({ imageId: "ami-0b5d3f6e1c2a49788", vpcSecurityGroupIds: [ref("access")], userData: Buffer.from("<powershell>\nImport-Module ECSTools\nInitialize-ECSAgent -Cluster prod -EnableTaskIAMRole\n</powershell>").toString("base64") }),
            fleet(),
        ],
    },
    {
        name: "declared-office-without-a-rule",
        what: "The owner tagged the clients, and the group forgot them.",
        works: "no",
        intent: { server: "declared" },
        expect: { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
            group("access", [ingress(443, 443, { cidrBlocks: ["0.0.0.0/0"] })]),
            instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")], tags: { "rdp-ready:clients": office } }),
        ],
    },
    {
        name: "declared-office-admitted-in-two-halves",
        what: "The office's range is admitted by two rules, each for a half.",
        works: "yes",
        intent: { server: "declared" },
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
            group("access", [rdpFrom("203.0.113.0/25"), rdpFrom("203.0.113.128/25")]),
            instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")], tags: { "rdp-ready:clients": office } }),
        ],
    },
];

export default entries;
