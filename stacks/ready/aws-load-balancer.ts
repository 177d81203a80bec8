// A Windows server without a public address, which the configured clients reach through a Network Load Balancer of its own.
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/aws";

const config = new pulumi.Config();

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    access: "loadBalancer",
    keyName: config.require("keyName"),
});

export const { address, clientPort, rdpFile, connectCommand } = host;
