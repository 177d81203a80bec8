// A Windows server that the configured clients reach by a public address of its own, from one component.
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/aws";

const config = new pulumi.Config();

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    keyName: config.require("keyName"),
});

export const { address, port, rdpFile, connectCommand } = host;
