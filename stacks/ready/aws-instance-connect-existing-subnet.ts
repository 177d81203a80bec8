// The same way in, in a subnet that another stack owns.
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/aws";

const config = new pulumi.Config();

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    access: "instanceConnect",
    instanceConnect: { subnetPrefix: "10.0.1.0/24" },
    vpcId: config.require("awsVpcId"),
    subnetId: config.require("awsSubnetId"),
    keyName: config.require("keyName"),
});

export const { address, clientPort, rdpFile, connectCommand } = host;
