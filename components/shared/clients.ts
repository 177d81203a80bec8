import * as pulumi from "@pulumi/pulumi";
import { AddressSet } from "../../core/net/address-set";
import { settle } from "./plain";
import { refuse, Subject } from "./refusal";

export interface ClientOptions {
    /** The caller has said that the whole Internet is meant. */
    readonly allowWholeInternet: boolean;
    /** Clients come in by a public IPv4 address, which neither private nor IPv6 clients can use. */
    readonly byPublicAddress?: boolean;
}

/** Wider than this, a prefix is no client's network: it is a part of the Internet. */
const widest = { v4: 8, v6: 16 } as const;

export function isIpv6(cidr: string): boolean {
    return cidr.includes(":");
}

/** The clients as CIDRs, each once, or a refusal that says what to write. */
export function checkClients(subject: Subject, clients: readonly string[], options: ClientOptions): string[] {
    if (clients.length === 0) {
        refuse(subject, "clients", "is empty, so nobody could connect", 'List the networks that connect, e.g. clients: ["203.0.113.0/24"].');
    }
    const sets = clients.map((client, i) => checkClient(subject, client, i, options));
    if (!options.allowWholeInternet && sets.reduce((all, set) => all.union(set), AddressSet.none).coversInternet) {
        refuseInternet(subject, "clients", "together cover the whole Internet");
    }
    return [...new Set(sets.flatMap((set) => set.toCidrs()))];
}

function checkClient(subject: Subject, client: string, index: number, options: ClientOptions): AddressSet {
    const property = `clients[${index}]`;
    const set = parse(subject, property, client);
    if (!options.allowWholeInternet) {
        if (set.coversInternet) {
            refuseInternet(subject, property, `is ${client}, which is the whole Internet`);
        }
        if (set.toCidrs().some((cidr) => prefixOf(cidr) < (isIpv6(cidr) ? widest.v6 : widest.v4))) {
            refuseInternet(subject, property, `is ${client}, which is wider than any client's network and as good as the whole Internet`);
        }
    }
    if (options.byPublicAddress && set.overlaps(AddressSet.allV6)) {
        const remedy = "List the IPv4 addresses from which these clients connect.";
        refuse(subject, property, `is ${client}, but the host's public address is IPv4, so an IPv6 client cannot reach it`, remedy);
    }
    // The whole IPv4 Internet includes private addresses, and whoever opted in means everybody who can come.
    if (options.byPublicAddress && !set.coversInternet && !AddressSet.publicInternet.covers(set)) {
        const remedy = "List the public addresses from which these clients connect; for private networks combine RdpAccess and RdpGuest with a host of your own.";
        refuse(subject, property, `is ${client}, which the Internet does not route, so these clients never reach the host's public address`, remedy);
    }
    return set;
}

function parse(subject: Subject, property: string, client: string): AddressSet {
    try {
        return AddressSet.parseStrict(client);
    } catch (error) {
        return refuse(subject, property, "cannot be used", `${(error as Error).message}.`);
    }
}

/** One subnet's addresses as a CIDR, or a refusal. */
export function checkSubnetPrefix(subject: Subject, property: string, text: string): string {
    const cidrs = parse(subject, property, text).toCidrs();
    return cidrs.length === 1 ? cidrs[0]! : refuse(subject, property, `is ${text}`, "Write the addresses of one subnet, a CIDR such as 10.0.1.0/24.");
}

function prefixOf(cidr: string): number {
    return Number(cidr.split("/")[1]);
}

function refuseInternet(subject: Subject, property: string, problem: string): never {
    const remedy = "List the networks that connect; if everybody should be able to try, set allowWholeInternet: true.";
    refuse(subject, property, `${problem}: password guessing from everywhere starves Remote Desktop`, remedy);
}

/** `checkClients` for what a caller passes: at construction as far as values are plain, the rest as soon as it is known. */
export function checkedClients(
    subject: Subject,
    clients: pulumi.Input<pulumi.Input<string>[]>,
    allowWholeInternet: pulumi.Input<boolean> | undefined,
    options: { readonly byPublicAddress?: boolean } = {},
): pulumi.Output<string[]> {
    // Programs in JavaScript and YAML come here without a type check.
    if (clients === undefined || clients === null || typeof clients === "string") {
        refuse(subject, "clients", clients ? "is one text" : "is missing", 'List the networks that connect, e.g. clients: ["203.0.113.0/24"].');
    }
    const everybody = allowWholeInternet ?? false;
    if (Array.isArray(clients) && typeof everybody === "boolean") {
        const known = { ...options, allowWholeInternet: everybody };
        clients.forEach((client, i) => typeof client === "string" && checkClient(subject, client, i, known));
    }
    return settle({ clients, everybody }, (v) => checkClients(subject, v.clients, { ...options, allowWholeInternet: v.everybody }));
}
