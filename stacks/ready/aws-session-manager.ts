// A Windows server without a public address or an open port, which people reach by a tunnel of Session Manager.
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/aws";

const config = new pulumi.Config();

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    access: "sessionManager",
    keyName: config.require("keyName"),
});

export const { address, clientPort, rdpFile, connectCommand } = host;
