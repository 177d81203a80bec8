// A Windows server whose certificate renews itself: a private certificate authority signs it, and the host binds it.
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/aws";

const config = new pulumi.Config();

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    keyName: config.require("keyName"),
    certificate: {
        certificateAuthorityArn: config.require("certificateAuthorityArn"),
        dnsNames: ["desk.example.com"],
    },
});

export const { address, port, rdpFile, connectCommand } = host;
