import { Host } from "../../core/host";
import { Known, isKnown, known } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { DnsName, NameTarget, NamedHost, Nameless, callsOf, givenAddress, showsAllAddresses, together, withNames } from "../names";
import { Resource } from "../resource";
import { elementsOf, isPresent, isUnknownMarker, membersOf, readString } from "../value";
import { Kind, kindOf } from "./kinds";
import { Launch } from "./launch";
import { Links } from "./links";
import { rangesOf, within } from "./members";
import { authored, property, textOf } from "./properties";

/** Kinds whose addresses and names records take. */
const addressed: readonly Kind[] = ["Eip", "Instance", "NetworkInterface", "LoadBalancer"];

/** A host that has been read, and how it is launched. */
export interface ReadHost {
    readonly host: Nameless;
    readonly launch: Launch;
}

/** Gives each host the Route 53 records of these stacks that lead to it, or are meant to (rdp-domain §2.18). */
export function namedHosts(links: Links, hosts: readonly ReadHost[]): Host[] {
    const records = links.ofKind("DnsRecord").filter((r) => r.external !== true);
    if (records.length === 0) {
        return hosts.map(({ host }) => ({ ...host, names: [] }));
    }
    const reader = new Names(links);
    let used: ReadonlySet<string> | undefined;
    return withNames({
        names: records.flatMap((r) => reader.name(r)),
        hosts: hosts.map((h) => reader.host(h)),
        machines: links.ofKind("Instance").length + links.ofKind("AutoScalingGroup").length,
        isUnused: (urn) => links.world.urn(urn)?.type.endsWith(":Eip") === true && !(used ??= usedAddresses(links)).has(urn),
    });
}

class Names {
    private readonly byText = new Map<string, Resource>();

    constructor(private readonly links: Links) {
        const note = (kind: Kind, ...outputs: readonly string[]): void => {
            for (const r of links.ofKind(kind)) {
                for (const output of outputs) {
                    const text = (textOf(r.outputs[output]) ?? textOf(r.inputs[output]))?.toLowerCase();
                    if (text !== undefined) {
                        twice.add(output.startsWith("private") && this.byText.has(text) ? text : "");
                        this.byText.set(text, r);
                    }
                }
            }
        };
        const twice = new Set<string>();
        note("Instance", "publicIp", "publicDns", "privateIp", "privateDns");
        note("NetworkInterface", "privateIp");
        note("LoadBalancer", "dnsName");
        // Two networks may use one private address: then it tells nothing.
        twice.forEach((text) => this.byText.delete(text));
        // An instance answers with its Elastic IP as its public address.
        note("Eip", "publicIp", "publicDns");
    }

    host({ host, launch }: ReadHost): NamedHost {
        const { links } = this;
        const resources = host.paths.flatMap((p) => p.hops.flatMap((h) => (h.kind === "address" || h.kind === "access" ? (links.world.urn(h.origin.urn) ?? []) : [])));
        const elastic = resources.flatMap((r) => (kindOf(r.type) === "Eip" ? [r] : kindOf(r.type) === "EipAssociation" ? this.associated(r) : []));
        const balancers = resources.filter((r) => kindOf(r.type) === "LoadBalancer");
        const held = balancers.flatMap((b) => within(b, "subnetMappings", "allocationId")).flatMap((p) => links.link(p, "Eip").all.flatMap((t) => t.resource ?? []));
        const single = kindOf(host.type) === "Instance";
        const own = single ? [launch.host, ...launch.nics.flatMap((n) => n.resource ?? []), ...elastic] : [];
        const direct = host.paths.some((p) => p.via === "public-address");
        const others = host.paths.some((p) => p.via === "load-balancer");
        const addresses = elastic.length > 0 ? elastic.map(addressOf) : [addressOf(launch.host)];
        return {
            host,
            called: single ? [launch.host.name, textOf(launch.tags["Name"])].flatMap((n) => (n === undefined ? [] : [n.toLowerCase()])) : [],
            own: new Set(own.map((r) => r.urn)),
            forwarding: new Set([...balancers, ...held].map((r) => r.urn)),
            publicAddresses: single && direct && !others && showsAllAddresses(host) ? together(addresses) : undefined,
            privateAddresses: together(own.filter((r) => kindOf(r.type) !== "Eip").map(privateAddressOf)),
            subnets: launch.nics.reduce((sum, n) => sum.union(rangesOf(n.subnets, host.name).least), AddressSet.none),
        };
    }

    private associated(association: Resource): Resource[] {
        const by = ["allocationId", "publicIp"].find((p) => isPresent(authored(association, p)));
        return by === undefined ? [] : this.links.link(property(association, by), "Eip").all.flatMap((t) => t.resource ?? []);
    }

    name(record: Resource): DnsName[] {
        const aliases = elementsOf(authored(record, "aliases"));
        const isAlias = isKnown(aliases) && aliases.value.length > 0;
        const name = textOf(authored(record, "name")) ?? textOf(record.outputs["fqdn"]);
        const values = isAlias ? known(aliases.value.map((a) => membersOf(a)["name"])) : elementsOf(authored(record, "records"));
        const origin = { urn: record.urn, property: isAlias ? "aliases" : "records", text: `record ${name ?? record.name}` };
        const texts = isKnown(values) ? values.value.map(readString) : [values];
        const type = textOf(authored(record, "type"))?.toUpperCase() ?? "A";
        if (!["A", "AAAA", "CNAME"].includes(type)) {
            return [];
        }
        const found = texts.flatMap((t) => (isKnown(t) ? [{ text: t.value, by: this.byText.get(plain(t.value)) }] : []));
        const open = texts.length - found.length;
        const computed = open === 0 ? [] : this.computedFrom(record, origin.property, open);
        const first = texts.find((t) => !isKnown(t));
        const targets = [
            ...found.flatMap((f) => (f.by === undefined ? [] : [this.target(record, f.by, plain(f.text))])),
            ...computed.map((r) => (computed.length > open ? doubtful(r, computed) : this.target(record, r, undefined))),
        ];
        return [
            {
                name: name ?? record.name,
                calls: callsOf(name, record.name),
                origin,
                targets,
                literals: isAlias || type === "CNAME" ? [] : found.flatMap((f) => (f.by === undefined ? [f.text] : [])),
                // What another name leads to is not ours to say.
                ...(first !== undefined && !isKnown(first) && computed.length === 0 && !isAlias && type !== "CNAME" ? { unknown: first.reason } : {}),
                oneOfSeveral: isPresent(authored(record, "setIdentifier")),
            },
        ];
    }

    /** An Elastic IP of an instance depends on it: the address is meant then. */
    private computedFrom(record: Resource, path: string, values: number): Resource[] {
        const sources = this.links.dependencies({ from: record, path, value: undefined }, addressed);
        const elastic = sources.filter((r) => kindOf(r.type) === "Eip");
        return elastic.length > 0 && sources.length > values ? elastic : sources;
    }

    /** @param text the value, where it is known */
    private target(record: Resource, r: Resource, text: string | undefined): NameTarget {
        switch (kindOf(r.type)) {
            case "Instance":
                return { urn: r.urn, text: `instance ${r.name}`, describe: (host) => this.ofInstance(record, r, text, host) };
            case "Eip":
                return { urn: r.urn, text: `the Elastic IP ${r.name}`, describe: () => ({ points: "static", text: `the Elastic IP ${r.name}` }) };
            case "LoadBalancer":
                return { urn: r.urn, text: `load balancer ${r.name}`, describe: () => ({ points: "static", text: `load balancer ${r.name}, whose name stays` }) };
            default:
                return { urn: r.urn, text: `network interface ${r.name}`, describe: () => ({ points: "static", text: `the private address of network interface ${r.name}, which stays` }) };
        }
    }

    /** A public address without an Elastic IP is given back when the instance stops; the private one stays (AWS: instance addressing). */
    private ofInstance(record: Resource, r: Resource, text: string | undefined, { host, own }: NamedHost): ReturnType<NameTarget["describe"]> {
        const elastic = [...own].map((urn) => this.links.world.urn(urn)).find((o) => o !== undefined && kindOf(o.type) === "Eip");
        const stays = { points: "static", text: `the private address of instance ${r.name}, which stays` } as const;
        const lost = {
            points: "dynamic",
            text: elastic === undefined ? `the public address of instance ${r.name}, which has no Elastic IP and gets another address after each stop` : `the address that instance ${r.name} had before it got the Elastic IP ${elastic.name}`,
        } as const;
        if (text !== undefined) {
            const publicly = ["publicIp", "publicDns"].some((p) => textOf(r.outputs[p])?.toLowerCase() === text);
            return publicly ? lost : stays;
        }
        if (!host.paths.some((p) => p.via === "public-address")) {
            return stays;
        }
        switch (this.zoneOf(record)) {
            case "private":
                return stays;
            case "public":
                return lost;
            default:
                return { points: "unknown", text: `it takes an address of instance ${r.name}, and a preview does not tell whether the private one, which stays, or the public one, which changes after each stop` };
        }
    }

    private zoneOf(record: Resource): "public" | "private" | undefined {
        const targets = this.links.link(property(record, "zoneId"), "DnsZone");
        const zone = targets.certain ? targets.all[0]?.resource : undefined;
        const vpcs = zone === undefined ? undefined : elementsOf(authored(zone, "vpcs"));
        return vpcs === undefined ? undefined : !isKnown(vpcs) || vpcs.value.length > 0 ? "private" : "public";
    }
}

/** As Route 53 and load balancers write one and the same name. */
function plain(text: string): string {
    return text.toLowerCase().replace(/^dualstack\./, "").replace(/\.$/, "");
}

function doubtful(r: Resource, of: readonly Resource[]): NameTarget {
    const text = `it takes the address of one of ${of.map((o) => o.name).join(", ")}, and a preview does not tell which`;
    return { urn: r.urn, text: r.name, describe: () => ({ points: "unknown", text }) };
}

function addressOf(r: Resource): Known<AddressSet> {
    return givenAddress(textOf(r.outputs["publicIp"]), "AWS assigns the public address");
}

function privateAddressOf(r: Resource): Known<AddressSet> {
    return givenAddress(textOf(authored(r, "privateIp")) ?? textOf(r.outputs["privateIp"]), "AWS assigns the private address");
}

/** Whether a property that attaches an address is set. Of an address that is yet to be made, the provider's own answers are not known, and tell nothing. */
function isTaken(r: Resource, property: string): boolean {
    const [written, read] = [r.inputs[property], r.outputs[property]];
    return (isPresent(written) && written !== "") || (isPresent(read) && read !== "" && (!isUnknownMarker(read) || r.id !== undefined));
}

/** URNs of Elastic IPs that anything but a record refers to; what belongs to another stack counts as well. */
function usedAddresses(links: Links): ReadonlySet<string> {
    const all = links.ofKind("Eip");
    const used = new Set<string | undefined>(
        all.filter((r) => r.external === true || ["instance", "networkInterface", "associationId", "associateWithPrivateIp"].some((p) => isTaken(r, p))).map((r) => r.urn),
    );
    const byText = new Map(all.flatMap((r) => [r.id, textOf(r.outputs["allocationId"]), textOf(r.outputs["publicIp"])].flatMap((t) => (t === undefined ? [] : [[t, r.urn] as const]))));
    const visit = (value: unknown): void => {
        if (typeof value === "string") {
            used.add(byText.get(value));
        } else if (typeof value === "object" && value !== null) {
            Object.values(value).forEach(visit);
        }
    };
    for (const r of links.world.resources) {
        if (kindOf(r.type) !== "DnsRecord" && kindOf(r.type) !== "Eip") {
            Object.values(r.propertyDependencies).forEach((urns) => urns.forEach((urn) => used.add(urn)));
            visit(r.inputs);
        }
    }
    return new Set([...used].filter((u) => u !== undefined));
}
