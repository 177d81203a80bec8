// A Windows server for clients that are on the network already, by VPN or peering: it has no public address.
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/azure";

const config = new pulumi.Config();
const group = new ResourceGroup("rdp");

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    access: "private",
    resourceGroupName: group.name,
    subnetId: config.require("subnetId"),
    adminUsername: config.require("adminUsername"),
    adminPassword: config.requireSecret("adminPassword"),
});

export const { address, port, rdpFile, connectCommand } = host;
