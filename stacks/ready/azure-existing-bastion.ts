// A Windows server in a network that another stack owns, with the Bastion host of that network, on a port of its own.
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/azure";

const config = new pulumi.Config();
const group = new ResourceGroup("rdp");

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    access: "bastion",
    bastion: { existingName: "hub", existingResourceGroupName: "network", subnetPrefix: "10.0.255.0/26" },
    port: 13389,
    resourceGroupName: group.name,
    subnetId: config.require("subnetId"),
    adminUsername: config.require("adminUsername"),
    adminPassword: config.requireSecret("adminPassword"),
});

export const { address, clientPort, rdpFile, connectCommand, tunnelCommand } = host;
