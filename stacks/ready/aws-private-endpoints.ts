// A Windows server in a private subnet with no way to the Internet at all: Systems Manager comes by endpoints in the VPC.
import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/aws";

const config = new pulumi.Config();

const vpc = new ec2.Vpc("office", { cidrBlock: "10.1.0.0/16", enableDnsSupport: true, enableDnsHostnames: true });
const subnet = new ec2.Subnet("desks", { vpcId: vpc.id, cidrBlock: "10.1.1.0/24" });
const table = new ec2.RouteTable("desks", { vpcId: vpc.id });
new ec2.RouteTableAssociation("desks", { subnetId: subnet.id, routeTableId: table.id });

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    access: "sessionManager",
    privateEndpoints: true,
    port: 13389,
    vpcId: vpc.id,
    subnetId: subnet.id,
    keyName: config.require("keyName"),
});

export const { address, clientPort, rdpFile, connectCommand } = host;
