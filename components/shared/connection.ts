import * as pulumi from "@pulumi/pulumi";
import { parsePort } from "../../core/net/port-set";
import { renderRdpFile } from "../../core/guest/render/rdp-file";
import { settle } from "./plain";
import { refuse, Subject } from "./refusal";

export const defaultPort = 3389;

/** A TCP port, or a refusal. */
export function checkPort(subject: Subject, port: number): number {
    try {
        return parsePort(port);
    } catch {
        return refuse(subject, "port", `is ${port}, which is no TCP port`, "Write a port from 1 to 65535; Remote Desktop's own is 3389.");
    }
}

export function checkedPort(subject: Subject, port: pulumi.Input<number> | undefined): pulumi.Output<number> {
    return settle(port ?? defaultPort, (p) => checkPort(subject, p as number));
}

/** What people connect with, from the address and the port that they dial. */
export interface Connection {
    readonly rdpFile: pulumi.Output<string>;
    readonly connectCommand: pulumi.Output<string>;
}

/** @param command opens the tunnel whose near end the address and the port are; default: the client itself is what people start */
export function connection(address: pulumi.Output<string>, port: pulumi.Output<number>, command?: pulumi.Output<string>): Connection {
    const where = pulumi.all([address, port]);
    // Without an address (a mock of the cloud gives none) there is nothing to connect to, and no reason to fail.
    return {
        rdpFile: where.apply(([a, p]) => (a ? renderRdpFile({ address: a, port: p }) : "")),
        connectCommand: command ?? where.apply(([a, p]) => (a ? `mstsc /v:${a}:${p}` : "")),
    };
}
