// A Windows server without a public address, which the configured clients reach through a Bastion host of its own.
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/azure";

const config = new pulumi.Config();
const group = new ResourceGroup("rdp");

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    access: "bastion",
    resourceGroupName: group.name,
    adminUsername: config.require("adminUsername"),
    adminPassword: config.requireSecret("adminPassword"),
});

export const { address, clientPort, rdpFile, connectCommand, tunnelCommand } = host;
