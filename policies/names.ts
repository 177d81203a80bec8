import { Host, HostName } from "../core/host";
import { Known, isKnown, known, knownOr, unknown } from "../core/known";
import { AddressSet } from "../core/net/address-set";
import { privateAddresses, publicInternet } from "../core/net/well-known";
import { Origin } from "../core/origin";

/** What a DNS record says, before it is linked to hosts. */
export interface DnsName {
    readonly name: string;
    /** What it may be called after, in lower case: the first label, and the record's name in the program. */
    readonly calls: readonly string[];
    readonly origin: Origin;
    /** Resources whose address or name it takes. */
    readonly targets: readonly NameTarget[];
    /** Addresses that no resource of these stacks is known to have. */
    readonly literals: readonly string[];
    /** Why there may be more to it. */
    readonly unknown?: string;
    /** One of several records of one name: weighted, fail-over, by place. They lead elsewhere on purpose. */
    readonly oneOfSeveral: boolean;
}

export interface NameTarget {
    /** Of the resource that has the address. */
    readonly urn: string;
    /** "the public IP address ip" */
    readonly text: string;
    /** Whether the address stays with this host, whose address it is. */
    describe(host: NamedHost): Pick<HostName, "text"> & { readonly points: "static" | "dynamic" | "unknown" };
}

export type Nameless = Omit<Host, "names">;

/** A host with what names may link to. */
export interface NamedHost {
    readonly host: Nameless;
    /** What the host is called, in lower case; none where nobody would call one host so (a scale set). */
    readonly called: readonly string[];
    /** URNs of resources whose address is the host's alone. */
    readonly own: ReadonlySet<string>;
    /** URNs of resources whose address is that of a forwarder to the host. */
    readonly forwarding: ReadonlySet<string>;
    /** All public addresses by which it is reached; undefined where these stacks do not show them all, or there is none. */
    readonly publicAddresses: Known<AddressSet> | undefined;
    readonly privateAddresses: Known<AddressSet>;
    /** Where its private addresses lie. */
    readonly subnets: AddressSet;
}

export interface NameSources {
    readonly names: readonly DnsName[];
    readonly hosts: readonly NamedHost[];
    /** Virtual machines and groups of them, of whatever system. */
    readonly machines: number;
    /** Whether an address resource is attached to nothing, for certain. */
    isUnused(urn: string): boolean;
}

/** The hosts with the names that lead to them, or are meant to. */
export function withNames({ names, hosts, machines, isUnused }: NameSources): Host[] {
    if (names.length === 0) {
        return hosts.map(({ host }) => ({ ...host, names: [] }));
    }
    const byAddress = indexed(hosts, (h) => [...h.own, ...h.forwarding]);
    const byCall = indexed(hosts, (h) => h.called);
    const found = new Map<string, HostName[]>(hosts.map((h) => [h.host.urn, []]));
    const served = new Set<string>();
    const leads = names.map((name) => new Set(name.targets.flatMap((t) => byAddress.get(t.urn) ?? [])));
    names.forEach((name, i) => {
        for (const host of leads[i]!) {
            found.get(host.host.urn)!.push(leading(name, host));
            name.calls.forEach((call) => served.add(`${host.host.urn} ${call}`));
        }
    });
    names.forEach((name, i) => {
        const called = new Set(name.calls.flatMap((call) => byCall.get(call) ?? []));
        const loose = leads[i]!.size === 0 && name.targets.length > 0 && name.targets.every((t) => isUnused(t.urn));
        // Whatever the record is called: an address that is attached to nothing is for the only machine there is, unless that has one.
        const meant = loose && called.size === 0 && machines === 1 ? hosts.filter((h) => lacksAddress(h, name)) : [...called];
        if (name.oneOfSeveral || [...leads[i]!].some((h) => called.has(h))) {
            return;
        }
        for (const host of meant) {
            // The same name in another zone may be for other clients (split horizon).
            const missed = name.calls.some((call) => served.has(`${host.host.urn} ${call}`)) ? undefined : missing(name, host, leads[i]!, loose);
            if (missed !== undefined) {
                found.get(host.host.urn)!.push(missed);
            }
        }
    });
    return hosts.map(({ host }) => ({ ...host, names: found.get(host.urn)! }));
}

/** Whether the host has no address of the kind that the name takes: spare ones may be for other stacks. */
function lacksAddress({ own, forwarding }: NamedHost, name: DnsName): boolean {
    const typeOf = (urn: string): string | undefined => urn.split("::")[2]?.split("$").at(-1);
    return forwarding.size === 0 && ![...own].some((urn) => name.targets.some((t) => typeOf(t.urn) === typeOf(urn)));
}

function indexed(hosts: readonly NamedHost[], keys: (h: NamedHost) => Iterable<string>): ReadonlyMap<string, readonly NamedHost[]> {
    const index = new Map<string, NamedHost[]>();
    for (const host of hosts) {
        for (const key of new Set(keys(host))) {
            const same = index.get(key);
            if (same === undefined) {
                index.set(key, [host]);
            } else {
                same.push(host);
            }
        }
    }
    return index;
}

/** Of several addresses of a host, the one that stays least tells. */
function leading(name: DnsName, host: NamedHost): HostName {
    const told = name.targets.filter((t) => host.own.has(t.urn) || host.forwarding.has(t.urn)).map((t) => t.describe(host));
    const worst = (["dynamic", "unknown", "static"] as const).flatMap((points) => told.find((d) => d.points === points) ?? [])[0]!;
    return { name: name.name, origin: name.origin, ...worst };
}

/** What a name that is called after the host points at instead; undefined where it need not be meant for it. */
function missing(name: DnsName, host: NamedHost, leadsTo: ReadonlySet<NamedHost>, loose: boolean): HostName | undefined {
    const found = (points: HostName["points"], text: string): HostName => ({ name: name.name, origin: name.origin, points, text });
    const texts = name.targets.map((t) => t.text).join(" and ");
    if (name.unknown !== undefined) {
        return name.targets.length === 0 && name.literals.length === 0 && host.publicAddresses !== undefined ? found("unknown", `what it points at is not known: ${name.unknown}`) : undefined;
    }
    if (loose && name.literals.length === 0) {
        return attachesAddresses(host.host) ? undefined : found("nothing", `${texts}, which is attached to nothing`);
    }
    if (name.targets.length > 0) {
        const others = [...leadsTo];
        const direct = name.literals.length === 0 && others.length > 0 && name.targets.every((t) => others.some((h) => h.own.has(t.urn)));
        return direct ? found("elsewhere", `${texts}, an address of ${others.map((h) => h.host.name).join(" and ")}`) : undefined;
    }
    const judged = name.literals.map((text) => ({ text, points: literal(text, host) }));
    const points = (["ours", "unknown", "elsewhere"] as const).find((p) => judged.some((j) => j.points === p));
    const first = judged[0];
    return first === undefined || points === undefined || points === "ours" || judged.some((j) => j.points === undefined)
        ? undefined
        : found(points, points === "unknown" ? `whether ${judged.map((j) => j.text).join(" and ")} is its address is not known, because which address ${host.host.name} gets is for the cloud to say` : `${judged.map((j) => j.text).join(" and ")}, which is not an address of ${host.host.name}`);
}

/** Whether an address that is written down is the host's. Undefined: it may well be that of something in front of it. */
function literal(text: string, host: NamedHost): "ours" | "elsewhere" | "unknown" | undefined {
    const address = addressIn(text);
    if (address === undefined) {
        return undefined;
    }
    const inside = privateAddresses.overlaps(address) && host.subnets.overlaps(address);
    const own = publicInternet.overlaps(address) ? host.publicAddresses : inside ? host.privateAddresses : undefined;
    return own === undefined ? undefined : !isKnown(own) ? "unknown" : own.value.overlaps(address) ? "ours" : "elsewhere";
}

/** A machine that takes up an address by itself when it starts. */
function attachesAddresses({ carriers }: Nameless): boolean {
    return carriers.some((c) => c.runs !== "never" && /associate-?address|Register-EC2Address|PublicIpAddress|public-ip/i.test(knownOr(c.script, "associate-address")));
}

/** An address as it stands in a record; undefined for anything else. */
export function addressIn(text: string): AddressSet | undefined {
    try {
        return /^[\d.]+$|:/.test(text) && !text.includes("/") ? AddressSet.parse(text) : undefined;
    } catch {
        return undefined;
    }
}

/** The address that a cloud has given, or why it is not known. */
export function givenAddress(text: string | undefined, otherwise: string): Known<AddressSet> {
    const address = text === undefined ? undefined : addressIn(text);
    return address === undefined ? unknown(otherwise) : known(address);
}

/** All of several addresses, once each is known. */
export function together(addresses: readonly Known<AddressSet>[]): Known<AddressSet> {
    return addresses.find((a) => !isKnown(a)) ?? known(addresses.reduce((all, a) => all.union(knownOr(a, AddressSet.none)), AddressSet.none));
}

/** Whether what a path tells of its public side is all there is to it: nothing that lies outside, or is not known. */
export function showsAllAddresses({ paths }: Nameless): boolean {
    const publicWays = paths.filter((p) => p.via === "public-address" || p.via === "nat-rule" || p.via === "load-balancer");
    return publicWays.length > 0 && publicWays.every((p) => p.hops.every((h) => (h.kind !== "address" && h.kind !== "forwarder") || h.gate.type !== "fixed" || h.gate.verdict === "open" || h.gate.verdict === "closed"));
}

/** What a name is called after: its first label, and the record's own name. */
export function callsOf(name: string | undefined, resourceName: string): readonly string[] {
    const label = name === undefined ? "" : (name.split(".")[0] ?? "");
    return [...new Set([label, resourceName].map((c) => c.toLowerCase()).filter((c) => c !== "" && c !== "@" && c !== "*"))];
}
