// The same host in a public subnet that another stack owns, on a port and with session limits of its own, and a clean-up of forgotten sessions.
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/aws";

const config = new pulumi.Config();

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    port: 13389,
    sessionLimits: { disconnectedMinutes: 120, idleMinutes: 240 },
    staleSessions: { logOffAfterHours: 24 },
    vpcId: config.require("awsVpcId"),
    subnetId: config.require("awsSubnetId"),
    keyName: config.require("keyName"),
    imageName: "Windows_Server-2025-English-Full-Base",
});

export const { address, port, rdpFile, connectCommand } = host;
