// The same host in a subnet that another stack owns, on a port and with session limits of its own, and a clean-up of forgotten sessions.
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/azure";

const config = new pulumi.Config();
const group = new ResourceGroup("rdp");

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    port: 13389,
    sessionLimits: { disconnectedMinutes: 120, idleMinutes: 240 },
    staleSessions: { logOffAfterHours: 24 },
    resourceGroupName: group.name,
    subnetId: config.require("subnetId"),
    adminUsername: config.require("adminUsername"),
    adminPassword: config.requireSecret("adminPassword"),
    image: { sku: "2025-datacenter-azure-edition" },
});

export const { address, port, rdpFile, connectCommand } = host;
