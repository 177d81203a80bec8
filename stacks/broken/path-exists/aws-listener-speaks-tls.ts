// The Network Load Balancer ends TLS on 3389, and Remote Desktop does not begin with TLS: every client gets 0x904.
import * as ec2 from "@pulumi/aws/ec2";
import * as lb from "@pulumi/aws/lb";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const clients = config.requireObject<string[]>("clients");

const vpc = new ec2.Vpc("office", { cidrBlock: "10.1.0.0/16" });
const gateway = new ec2.InternetGateway("office", { vpcId: vpc.id });
const subnet = new ec2.Subnet("desks", { vpcId: vpc.id, cidrBlock: "10.1.1.0/24" });
const table = new ec2.RouteTable("public", { vpcId: vpc.id, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }] });
new ec2.RouteTableAssociation("desks", { subnetId: subnet.id, routeTableId: table.id });
const group = new ec2.SecurityGroup("rdp", {
    vpcId: vpc.id,
    ingress: [{ protocol: "tcp", fromPort: 3389, toPort: 3389, cidrBlocks: ["10.1.0.0/16", ...clients] }],
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
});
const image = ec2.getAmiOutput({ owners: ["amazon"], mostRecent: true, filters: [{ name: "name", values: ["Windows_Server-2022-English-Full-Base-*"] }] });
const instance = new ec2.Instance("desk", {
    ami: image.id,
    instanceType: "t3.large",
    subnetId: subnet.id,
    vpcSecurityGroupIds: [group.id],
    keyName: config.require("keyName"),
    tags: { "rdp-ready:clients": clients.join(" "), "rdp-ready:path": "load-balancer" },
});
const balancer = new lb.LoadBalancer("desks", { loadBalancerType: "network", subnets: [subnet.id] });
const targets = new lb.TargetGroup("desks", { vpcId: vpc.id, targetType: "instance", protocol: "TCP", port: 3389 });
new lb.TargetGroupAttachment("desk", { targetGroupArn: targets.arn, targetId: instance.id, port: 3389 });
new lb.Listener("desks", {
    loadBalancerArn: balancer.arn,
    protocol: "TLS",
    port: 3389,
    certificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
});
