// A Windows server without a public address, which people reach by a tunnel of an EC2 Instance Connect Endpoint.
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/aws";

const config = new pulumi.Config();

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    access: "instanceConnect",
    keyName: config.require("keyName"),
});

export const { address, clientPort, rdpFile, connectCommand } = host;
