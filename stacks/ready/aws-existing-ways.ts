// Hosts in a VPC that another stack owns, one for each way in that is there already: an Instance Connect Endpoint,
// a Network Load Balancer, Session Manager, a VPN.
import * as pulumi from "@pulumi/pulumi";
import { RdpHost, RdpHostArgs } from "../../components/aws";

const config = new pulumi.Config();
const common: RdpHostArgs = {
    clients: config.requireObject<string[]>("clients"),
    vpcId: config.require("awsVpcId"),
    subnetId: config.require("awsSubnetId"),
    keyName: config.require("keyName"),
};

const byEndpoint = new RdpHost("by-endpoint", {
    ...common,
    access: "instanceConnect",
    instanceConnect: { existingId: "eice-0123456789abcdef0", existingSecurityGroupId: "sg-0123456789abcdef0", subnetPrefix: "10.0.3.0/28" },
});
const byBalancer = new RdpHost("by-balancer", {
    ...common,
    access: "loadBalancer",
    loadBalancer: {
        existingArn: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/hub/0123456789abcdef",
        address: "hub-0123456789abcdef.elb.eu-central-1.amazonaws.com",
        subnetPrefixes: ["10.0.1.0/24", "10.0.2.0/24"],
        clientPort: 50001,
    },
});
const bySessionManager = new RdpHost("by-session-manager", { ...common, access: "sessionManager" });
const byNetwork = new RdpHost("by-network", { ...common, access: "private" });

export const connectCommands = [byEndpoint, byBalancer, bySessionManager, byNetwork].map((h) => h.connectCommand);
