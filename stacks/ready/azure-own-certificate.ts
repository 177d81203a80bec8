// A Windows server on which Windows' own certificate is kept renewable: what it needs for that is repaired daily.
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { RdpCertificate, RdpHost } from "../../components/azure";

const config = new pulumi.Config();
const group = new ResourceGroup("rdp");

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    resourceGroupName: group.name,
    adminUsername: config.require("adminUsername"),
    adminPassword: config.requireSecret("adminPassword"),
});

new RdpCertificate("desk", { resourceGroupName: group.name, vmName: host.vmName, mode: "windowsOwn" });

export const { address, port, rdpFile, connectCommand } = host;
