import { Intent } from "../core/host";
import { Known, isKnown, knownOr } from "../core/known";
import { AddressSet } from "../core/net/address-set";
import { AddressBounds, exactly, unknownAddresses } from "../core/net/bounds";
import { parseClient } from "../core/net/clients";
import { FilterRule } from "../core/net/filter-model";
import { Client, Hop, Path, Via, vias } from "../core/net/path-model";
import { PortSet } from "../core/net/port-set";
import { privateV4 } from "../core/net/well-known";
import { Origin } from "../core/origin";
import { PackOptions } from "./rule";
import { isPresent, membersOf, readInteger, readString } from "./value";

/** The tags by which anyone declares who should reach a host. Components set them. */
export const clientsTag = "rdp-ready:clients";
export const portTag = "rdp-ready:port";
export const pathTag = "rdp-ready:path";
/** The subnet of a Bastion host, Instance Connect Endpoint or the like that another stack owns: connections arrive from there. */
export const fromTag = "rdp-ready:from";

/** What a host's tags and the pack's options declare. */
export interface Declaration {
    readonly clients: readonly Client[];
    readonly port?: Known<number>;
    readonly via?: Via;
    /** Addresses from which the access of another stack connects to the host. */
    readonly from?: AddressBounds;
    readonly origin?: Origin;
    /** Tags whose text could not be used: a malformed CIDR, an unknown path. */
    readonly mistakes: readonly Origin[];
}

/**
 * Reads the tags of a host, and the pack's options where the tags say nothing.
 * A tag that cannot be read is a mistake, not silence: whoever wrote it means something.
 */
export function readDeclaration(urn: string, tags: unknown, options: PackOptions): Declaration {
    const members = membersOf(tags);
    const mistakes: Origin[] = [];
    const clients: Client[] = [];
    for (const key of Object.keys(members).filter((k) => k === clientsTag || /^rdp-ready:clients-\d+$/.test(k)).sort(bySuffix)) {
        const text = readString(members[key]);
        if (!isKnown(text)) {
            mistakes.push({ urn, property: `tags["${key}"]`, text: `the tag ${key} cannot be read: ${text.reason}` });
            continue;
        }
        if (text.value.trim() === "") {
            mistakes.push({ urn, property: `tags["${key}"]`, text: `the tag ${key} is empty; name the clients, such as 203.0.113.0/24, or leave the tag out` });
        }
        for (const cidr of text.value.split(/[\s,]+/).filter((c) => c !== "")) {
            const client = clientOr(cidr);
            if (client instanceof Error) {
                mistakes.push({ urn, property: `tags["${key}"]`, text: `the tag ${key} names "${cidr}", which is not a client: ${client.message}` });
            } else {
                clients.push(client);
            }
        }
    }
    const declaredHere = clients.length > 0;
    if (!declaredHere && mistakes.length === 0) {
        clients.push(...(options.clients ?? []).map(parseClient));
    }
    const port = isPresent(members[portTag]) ? readInteger(members[portTag]) : undefined;
    if (port !== undefined && isKnown(port) && (port.value < 1 || port.value > 65535)) {
        mistakes.push({ urn, property: `tags["${portTag}"]`, text: `the tag ${portTag} is ${port.value}, which is no port; write a whole number from 1 to 65535, such as 3389` });
    }
    const via = isPresent(members[pathTag]) ? knownOr(readString(members[pathTag]), "") : "";
    if (via !== "" && !isVia(via)) {
        mistakes.push({ urn, property: `tags["${pathTag}"]`, text: `the tag ${pathTag} is "${via}"; write one of ${vias.join(", ")}` });
    }
    const from = readFrom(urn, members[fromTag], mistakes);
    return {
        clients,
        mistakes,
        ...(from === undefined ? {} : { from }),
        ...(port === undefined || (isKnown(port) && (port.value < 1 || port.value > 65535)) ? {} : { port }),
        ...(isVia(via) ? { via } : {}),
        ...(clients.length === 0
            ? {}
            : {
                  origin: declaredHere
                      ? { urn, property: `tags["${clientsTag}"]`, text: `clients ${clients.map((c) => c.name).join(" ")}` }
                      : { urn, text: `clients ${clients.map((c) => c.name).join(" ")} of the policy configuration` },
              }),
    };
}

function readFrom(urn: string, value: unknown, mistakes: Origin[]): AddressBounds | undefined {
    if (!isPresent(value)) {
        return undefined;
    }
    const text = readString(value);
    if (!isKnown(text)) {
        return unknownAddresses(`the tag ${fromTag} cannot be read: ${text.reason}`, privateV4);
    }
    try {
        return exactly(AddressSet.parseAll(text.value.split(/[\s,]+/).filter((c) => c !== "")));
    } catch (error) {
        mistakes.push({ urn, property: `tags["${fromTag}"]`, text: `the tag ${fromTag} is "${text.value}", which is no range of addresses: ${(error as Error).message}` });
        return unknownAddresses(`the tag ${fromTag} cannot be read`, privateV4);
    }
}

/** Whether a host's tags say who should reach it. */
export function declaresClients(tags: unknown): boolean {
    return Object.keys(membersOf(tags)).includes(clientsTag);
}

function bySuffix(a: string, b: string): number {
    return Number(/\d+$/.exec(a)?.[0] ?? 1) - Number(/\d+$/.exec(b)?.[0] ?? 1);
}

function isVia(text: string): text is Via {
    return (vias as readonly string[]).includes(text);
}

/** A client, or why its text is none. */
function clientOr(text: string): Client | Error {
    try {
        return parseClient(text);
    } catch (e) {
        return e as Error;
    }
}

/**
 * Who is meant to reach the host. Declared beats implied; implied intent is read off the paths that the stack builds:
 * a rule or forwarder that names the RDP port, or else a public address of the host's own to which no other port is opened.
 * @param scriptOrigin a script of the host that turns Remote Desktop on or sets it up
 */
export function intentOf(
    declaration: Declaration,
    paths: readonly Path[],
    port: number,
    scriptOrigin: Origin | undefined,
): Intent {
    if (declaration.clients.length > 0 || declaration.mistakes.length > 0) {
        const origin = declaration.origin ?? declaration.mistakes[0];
        return {
            kind: "declared",
            clients: declaration.clients,
            mistakes: declaration.mistakes,
            ...(declaration.via === undefined ? {} : { via: declaration.via }),
            ...(origin === undefined ? {} : { origin }),
        };
    }
    const hops = paths.flatMap((p) => p.hops);
    const naming = hops.flatMap(filterRules).filter((r) => namesPort(r, port));
    const forward = hops.find((h) => h.gate.type === "forward" && knownOr(h.gate.toPort, 0) === port);
    const via = declaration.via === undefined ? {} : { via: declaration.via };
    if (naming.length > 0) {
        const addresses = naming.reduce((acc, r) => acc.union(r.sources.most), AddressSet.none);
        const name = naming.length === 1 ? describeSources(addresses) : "the sources of the RDP rules";
        return { kind: "implied", clients: [{ name, addresses }], origin: naming[0]!.origin, mistakes: [], ...via };
    }
    const anyone: Client = { name: "anyone", addresses: AddressSet.all };
    const evidence = forward?.origin ?? scriptOrigin;
    if (evidence !== undefined) {
        return { kind: "implied", clients: [anyone], origin: evidence, mistakes: [], ...via };
    }
    const address = paths.find((p) => p.via === "public-address")?.hops.find((h) => h.kind === "address");
    if (address !== undefined && !hops.some((h) => opensAnotherPort(h, port))) {
        return { kind: "implied-by-address", clients: [anyone], origin: address.origin, mistakes: [], ...via };
    }
    return { kind: "none", clients: [], mistakes: [], ...via };
}

function filterRules(hop: Hop): readonly FilterRule[] {
    return hop.gate.type === "filter" && hop.kind === "filter" ? hop.gate.filter.rules : [];
}

/** An allowing rule that speaks of this very port. A range of a thousand ports or more is not about RDP. */
function namesPort(rule: FilterRule, port: number): boolean {
    const ports = knownOr(rule.ports, PortSet.all);
    return knownOr(rule.allow, false) && ports.contains(port) && ports.size < 1000 && knownOr(rule.protocol, "other") !== "other";
}

function opensAnotherPort(hop: Hop, port: number): boolean {
    return filterRules(hop).some((r) => {
        const ports = knownOr(r.ports, PortSet.all);
        return knownOr(r.allow, true) && !ports.contains(port) && !ports.isEmpty;
    });
}

function describeSources(addresses: AddressSet): string {
    const cidrs = addresses.toCidrs();
    return addresses.coversInternet ? "the Internet" : cidrs.length <= 3 ? cidrs.join(", ") : `${cidrs.slice(0, 2).join(", ")} and ${cidrs.length - 2} more`;
}
