// A Windows server whose certificate renews itself: the key vault makes and renews it, the host takes it over and binds it.
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/azure";

const config = new pulumi.Config();
const group = new ResourceGroup("rdp");

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    resourceGroupName: group.name,
    adminUsername: config.require("adminUsername"),
    adminPassword: config.requireSecret("adminPassword"),
    certificate: {
        vaultId: config.require("vaultId"),
        certificateName: "remote-desktop",
        dnsNames: ["desk.example.com"],
        issue: { issuer: "DigiCert" },
    },
});

export const { address, port, rdpFile, connectCommand } = host;
