// The Instance Connect Endpoint may go out to the instance, whose own group admits nobody.
import * as ec2 from "@pulumi/aws/ec2";
import { InstanceConnectEndpoint } from "@pulumi/aws/ec2transitgateway";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const clients = config.requireObject<string[]>("clients");

const vpc = new ec2.Vpc("office", { cidrBlock: "10.1.0.0/16" });
const subnet = new ec2.Subnet("desks", { vpcId: vpc.id, cidrBlock: "10.1.1.0/24" });
const egress = [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }];
const endpoint = new ec2.SecurityGroup("endpoint", { vpcId: vpc.id, egress });
new InstanceConnectEndpoint("office", { subnetId: subnet.id, securityGroupIds: [endpoint.id], preserveClientIp: false });
const group = new ec2.SecurityGroup("desk", { vpcId: vpc.id, ingress: [], egress });
const image = ec2.getAmiOutput({ owners: ["amazon"], mostRecent: true, filters: [{ name: "name", values: ["Windows_Server-2022-English-Full-Base-*"] }] });
new ec2.Instance("desk", {
    ami: image.id,
    instanceType: "t3.large",
    subnetId: subnet.id,
    vpcSecurityGroupIds: [group.id],
    keyName: config.require("keyName"),
    tags: { "rdp-ready:clients": clients.join(" "), "rdp-ready:path": "instance-connect" },
});
