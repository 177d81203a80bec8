import * as pulumi from "@pulumi/pulumi";
import { checkChoice, refuse, Subject } from "./refusal";

/** How clients get to a host: the values of the argument `access`. */
export type Way = "public" | "private" | "loadBalancer" | "bastion" | "sessionManager" | "instanceConnect";
export type Cloud = "azure" | "aws";

interface WayFacts {
    /** What the tag `rdp-ready:path` says in each cloud that has the way; the names are those of the policy packs. */
    readonly path: Partial<Readonly<Record<Cloud, string>>>;
    /** Clients dial a port of their own computer; what accepts them there carries TCP only. */
    readonly tunnel: boolean;
    /** The way carries UDP too. A UDP half that is open on one side only stalls sessions (rdp-domain §7.3). */
    readonly udp: boolean;
    /** Clients come to a public IPv4 address. */
    readonly byPublicAddress: boolean;
}

export const ways: Readonly<Record<Way, WayFacts>> = {
    public: { path: { azure: "public-address", aws: "public-address" }, tunnel: false, udp: true, byPublicAddress: true },
    private: { path: { azure: "private-network", aws: "private-network" }, tunnel: false, udp: true, byPublicAddress: false },
    loadBalancer: { path: { azure: "nat-rule", aws: "load-balancer" }, tunnel: false, udp: false, byPublicAddress: true },
    bastion: { path: { azure: "bastion" }, tunnel: true, udp: false, byPublicAddress: true },
    sessionManager: { path: { aws: "session-manager" }, tunnel: true, udp: false, byPublicAddress: false },
    instanceConnect: { path: { aws: "instance-connect" }, tunnel: true, udp: false, byPublicAddress: false },
};

/** The port of people's own computers at which a tunnel begins: not 3389, which a Windows computer may listen on itself. */
export const localPort = 13389;

/** The way that was asked for, or a refusal that lists this cloud's. */
export function checkAccess(subject: Subject, cloud: Cloud, access: unknown, otherwise: Way): Way {
    if (access === undefined || access === null) {
        return otherwise;
    }
    const choices = (Object.keys(ways) as Way[]).filter((w) => ways[w].path[cloud] !== undefined);
    if (typeof access !== "string") {
        return refuse(subject, "access", "must be plain text, because it decides what is made", `Write one of: ${choices.map((c) => `"${c}"`).join(", ")}.`);
    }
    const elsewhere = (Object.keys(ways) as Way[]).find((w) => w.toLowerCase() === access.toLowerCase() && !choices.includes(w));
    if (elsewhere !== undefined) {
        const [other, instead] = cloud === "aws" ? ["Azure", '"sessionManager" or "instanceConnect"'] : ["AWS", '"bastion"'];
        refuse(subject, "access", `is "${elsewhere}", a service of ${other}`, `Its like here is ${instead}.`);
    }
    return checkChoice(subject, "access", access, choices);
}

/** Refuses the details of a way that is not the one asked for: whoever wrote them expects something to be made of them. */
export function checkDetails(subject: Subject, way: Way, details: Partial<Readonly<Record<Way, unknown>>>): void {
    for (const [of, given] of Object.entries(details)) {
        if (given !== undefined && of !== way) {
            refuse(subject, of, `is given, but access is "${way}"`, `Write access: "${of}", or leave ${of} out.`);
        }
    }
}

/** Whether UDP is let through: as asked where the way carries it, else never. */
export function checkUdp(subject: Subject, way: Way, udp: pulumi.Input<boolean> | undefined): pulumi.Input<boolean> {
    if (ways[way].udp) {
        return udp ?? true;
    }
    if (udp === true) {
        refuse(subject, "udp", `is true, but access "${way}" carries TCP only`, "Leave udp out: the connection itself is TCP, and UDP on one side only stalls sessions.");
    }
    return false;
}
