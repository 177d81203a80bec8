// A Windows server whose certificate comes from a secret: whoever renews it puts the new one there, and the host takes it over.
import * as pulumi from "@pulumi/pulumi";
import { RdpCertificate, RdpHost } from "../../components/aws";

const config = new pulumi.Config();

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    keyName: config.require("keyName"),
    instanceProfileName: config.require("instanceProfile"),
});

// The role of that profile may read the secret already; pass roleName to have the permission given.
new RdpCertificate("desk", { instanceId: host.instanceId, secretArn: config.require("secretArn"), dnsNames: ["desk.example.com"] });

export const { address, port, rdpFile, connectCommand } = host;
