import { Host } from "../../core/host";
import { Known, isKnown, known, knownOr } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { DnsName, NameTarget, NamedHost, Nameless, callsOf, givenAddress, showsAllAddresses, together, withNames } from "../names";
import { Resource } from "../resource";
import { at, elementsOf, isPresent, isUnknownMarker, membersOf, read, readString } from "../value";
import { publicAddressNamed } from "./addresses";
import { Estate, cloudName, kindOf, propsOf, writtenOrAnswered } from "./estate";
import { resolve } from "./links";
import { Nics, nicOfResource } from "./nics";
import { subnetPrefixes } from "./subnets";

/** Record sets of public and of private zones; version 2 of the provider has them among the network's. */
export const recordKinds = ["dns:RecordSet", "privatedns:PrivateRecordSet", "network:RecordSet", "network:PrivateRecordSet"] as const;

const addressKind = publicAddressNamed.kind;
const nicKind = "network:NetworkInterface";
const machineKinds = ["compute:VirtualMachine", "compute:VirtualMachineScaleSet"];

/** A host that has been read, and the NICs that it has. */
export interface ReadHost {
    readonly host: Nameless;
    readonly nics: Nics;
}

/** Gives each host the DNS names of these stacks that lead to it, or are meant to (rdp-domain §2.18). */
export function namedHosts(estate: Estate, hosts: readonly ReadHost[]): Host[] {
    const names = [...recordKinds.flatMap((kind) => estate.of(kind)).flatMap((r) => recordName(estate, r)), ...estate.of(addressKind).flatMap(labelName)];
    return withNames({
        names,
        hosts: hosts.map((h) => (names.length === 0 ? unnamed(h) : namedHost(estate, h))),
        machines: machineKinds.reduce((n, kind) => n + estate.of(kind).length, 0),
        isUnused: (urn) => !estate.once(usedAddresses, publicAddressNamed).has(urn),
    });
}

function unnamed({ host }: ReadHost): NamedHost {
    return { host, called: [], own: new Set(), forwarding: new Set(), publicAddresses: undefined, privateAddresses: known(AddressSet.none), subnets: AddressSet.none };
}

function namedHost(estate: Estate, { host, nics }: ReadHost): NamedHost {
    const configurations = nics.known.flatMap((nic) => (isKnown(nic.configurations) ? nic.configurations.value : []));
    const isAddress = (urn: string): boolean => kindOf(estate.world.urn(urn) ?? noResource) === addressKind;
    const own = new Set(configurations.flatMap((c) => [c.holder.urn, ...c.publicAddresses.map((a) => a.origin.urn)]).filter((urn) => urn !== host.urn));
    const fronts = host.paths.filter((p) => p.via === "nat-rule" || p.via === "load-balancer").flatMap((p) => p.hops.filter((h) => h.kind === "address").map((h) => h.origin.urn));
    const forwarding = new Set(fronts.filter((urn) => isAddress(urn) && !own.has(urn)));
    const addresses = [...own, ...forwarding].filter(isAddress);
    const all = configurations.every((c) => c.publicAddresses.every((a) => isAddress(a.origin.urn))) && showsAllAddresses(host) && addresses.length > 0;
    const subnets = configurations.flatMap((c) => (c.subnet.certain ? c.subnet.candidates : []));
    return {
        host,
        called: host.type.endsWith(":VirtualMachine") ? machineNames(estate.world.urn(host.urn)) : [],
        own,
        forwarding,
        publicAddresses: all ? together(addresses.map((urn) => publicAddressOf(estate.world.urn(urn)!))) : undefined,
        privateAddresses: together(configurations.map((c) => c.privateAddress)),
        subnets: subnets.reduce((sum, t) => sum.union(subnetPrefixes(t).least), AddressSet.none),
    };
}

const noResource: Resource = { urn: "", type: "", name: "", inputs: {}, outputs: {}, propertyDependencies: {} };

function machineNames(vm: Resource | undefined): string[] {
    const computer = vm === undefined ? undefined : textOf(at(propsOf(vm), "osProfile.computerName"));
    return vm === undefined ? [] : [...new Set([vm.name, cloudName(vm), computer].flatMap((n) => (n === undefined ? [] : [n.toLowerCase()])))];
}

function publicAddressOf(address: Resource): Known<AddressSet> {
    return givenAddress(textOf(address.outputs["ipAddress"]), "Azure assigns the public address");
}

/** A label that Azure keeps pointing at the address, whatever that becomes. */
function labelName(address: Resource): DnsName[] {
    const label = textOf(at(propsOf(address), "dnsSettings.domainNameLabel"));
    if (label === undefined || address.external === true) {
        return [];
    }
    return [
        {
            name: textOf(at(address.outputs, "dnsSettings.fqdn")) ?? label,
            calls: callsOf(label, label),
            origin: { urn: address.urn, property: "dnsSettings.domainNameLabel", text: `the label ${label} of public IP address ${address.name}` },
            targets: [follows(address)],
            literals: [],
            oneOfSeveral: false,
        },
    ];
}

function recordName(estate: Estate, record: Resource): DnsName[] {
    const props = propsOf(record);
    const property = ["targetResource", "aRecords", "aaaaRecords", "cnameRecord"].find((p) => isPresent(props[p]));
    if (property === undefined || record.external === true) {
        return [];
    }
    const relative = textOf(props["relativeRecordSetName"]) ?? cloudName(record);
    const zone = textOf(props["zoneName"] ?? props["privateZoneName"]);
    const name = relative === undefined ? record.name : relative === "@" ? (zone ?? record.name) : zone === undefined ? relative : `${relative}.${zone}`;
    const origin = { urn: record.urn, property, text: `record ${name}` };
    return [{ name, calls: callsOf(relative, record.name), origin, ...contentOf(estate, record, property, props[property]), oneOfSeveral: false }];
}

type Content = Pick<DnsName, "targets" | "literals" | "unknown">;

function contentOf(estate: Estate, record: Resource, property: string, value: unknown): Content {
    if (property === "targetResource") {
        // An alias record set follows the address (Microsoft: Azure DNS alias records).
        const { candidates, certain } = resolve(estate, record, property, value, publicAddressNamed);
        const targets = candidates.map((t) => follows(t.resource));
        return { targets: certain ? targets : targets.map((t) => doubtful(t, candidates.map((c) => c.resource))), literals: [] };
    }
    const list = property === "cnameRecord" ? known([value]) : elementsOf(value);
    const texts = isKnown(list) ? list.value.map(valueIn) : [list];
    const inUse = texts.flatMap((t) => (isKnown(t) ? [t.value] : []));
    const found = inUse.map((text) => ({ text, by: estate.once(resourcesByAddress, publicAddressNamed).get(text.toLowerCase().replace(/\.$/, "")) }));
    const open = texts.length - inUse.length;
    const computed = open === 0 ? [] : computedFrom(estate, record, property, open);
    const resources = [...new Set([...found.flatMap((f) => f.by ?? []), ...computed])];
    const targets = resources.map((r) => (kindOf(r) === nicKind ? privateTarget(r) : property === "cnameRecord" ? follows(r) : publicTarget(r)));
    const first = texts.find((t) => !isKnown(t));
    return {
        targets: computed.length > open ? targets.map((t) => doubtful(t, resources)) : targets,
        literals: property === "cnameRecord" ? [] : found.flatMap((f) => (f.by === undefined ? [f.text] : [])),
        // What another name leads to is not ours to say.
        ...(first !== undefined && !isKnown(first) && computed.length === 0 && property !== "cnameRecord" ? { unknown: first.reason } : {}),
    };
}

function valueIn(element: unknown): Known<string> {
    const k = read(element);
    const m = membersOf(element);
    return isKnown(k) ? readString(m["ipv4Address"] ?? m["ipv6Address"] ?? m["cname"]) : k;
}

/** A look-up of a public address depends on the NIC as well, so that the address be there: then the address is meant. */
function computedFrom(estate: Estate, record: Resource, property: string, values: number): Resource[] {
    const sources = estate.world.dependencies(record, property, (r) => kindOf(r) === addressKind || kindOf(r) === nicKind);
    const addresses = sources.filter((r) => kindOf(r) === addressKind);
    return addresses.length > 0 && sources.length > values ? addresses : sources;
}

function doubtful(target: NameTarget, of: readonly Resource[]): NameTarget {
    return { ...target, describe: () => ({ points: "unknown", text: `it takes the address of one of ${of.map((r) => r.name).join(", ")}, and a preview does not tell which` }) };
}

function follows(address: Resource): NameTarget {
    const text = `the public IP address ${address.name}`;
    return { urn: address.urn, text, describe: () => ({ points: "static", text: `${text}, which Azure follows` }) };
}

/** The value of a public address: a Dynamic one is given back when the host is deallocated (Microsoft: public IP addresses). */
function publicTarget(address: Resource): NameTarget {
    const text = `the public IP address ${address.name}`;
    return {
        urn: address.urn,
        text,
        describe: ({ host }) => {
            const written = writtenOrAnswered(address, "publicIPAllocationMethod");
            const sku = writtenOrAnswered(address, "sku");
            const method = isPresent(written) ? readString(written) : known(/^basic$/i.test(textOf(at(sku, "name")) ?? "") ? "Dynamic" : "Static");
            return !isKnown(method)
                ? { points: "unknown", text: `whether ${text} is static is not known: ${method.reason}` }
                : /^dynamic$/i.test(method.value)
                  ? { points: "dynamic", text: `${text}, which is Dynamic, so that ${host.name} gets another one after it has been deallocated` }
                  : { points: "static", text: `${text}, which is static` };
        },
    };
}

/** A private address lasts as long as its NIC, also where Azure has chosen it (Microsoft: private IP addresses). */
function privateTarget(nic: Resource): NameTarget {
    const text = `the private address of NIC ${nic.name}`;
    return { urn: nic.urn, text, describe: () => ({ points: "static", text: `${text}, which lasts as long as the NIC` }) };
}

/** Public addresses, NICs and names of addresses by their text. A private address that occurs twice tells nothing. */
function resourcesByAddress(estate: Estate): ReadonlyMap<string, Resource> {
    const found = new Map<string, Resource>();
    for (const address of estate.of(addressKind)) {
        for (const text of [textOf(address.outputs["ipAddress"]), textOf(at(address.outputs, "dnsSettings.fqdn"))]) {
            if (text !== undefined) {
                found.set(text.toLowerCase(), address);
            }
        }
    }
    const twice = new Set<string>();
    for (const nic of estate.of(nicKind)) {
        const { configurations } = estate.once(nicOfResource, nic);
        for (const c of isKnown(configurations) ? configurations.value : []) {
            const text = textOf(c.props["privateIPAddress"]) ?? textOf(at(nic.outputs, `${c.path}.privateIPAddress`));
            if (text !== undefined) {
                twice.add(found.has(text) ? text : "");
                found.set(text, nic);
            }
        }
    }
    twice.forEach((text) => found.delete(text));
    return found;
}

/** URNs of public addresses that anything but a record refers to; what belongs to another stack counts as well. */
function usedAddresses(estate: Estate): ReadonlySet<string> {
    const addresses = estate.of(addressKind);
    // Of an address that is yet to be made, what Azure itself will say is not known, and tells nothing.
    const attached = (r: Resource): boolean => ["ipConfiguration", "natGateway", "linkedPublicIPAddress"].some((p) => isPresent(r.outputs[p]) && (!isUnknownMarker(r.outputs[p]) || r.id !== undefined));
    const used = new Set(addresses.filter((r) => r.external === true || attached(r)).map((r) => r.urn));
    const records: readonly (string | undefined)[] = [...recordKinds, addressKind];
    const byId = new Map(addresses.flatMap((r) => (cloudName(r) === undefined ? [] : [[cloudName(r)!.toLowerCase(), r.urn] as const])));
    const visit = (value: unknown): void => {
        if (typeof value === "string") {
            const [, name] = /\/publicIPAddresses\/([^/]+)$/i.exec(value) ?? [];
            const urn = name === undefined ? undefined : byId.get(name.toLowerCase());
            used.add(urn ?? "");
        } else if (typeof value === "object" && value !== null) {
            Object.values(value).forEach(visit);
        }
    };
    for (const r of estate.world.resources) {
        const kind = kindOf(r);
        if (records.includes(kind) || kind === "network:NetworkSecurityGroup" || kind === "network:SecurityRule") {
            continue;
        }
        Object.values(r.propertyDependencies).forEach((urns) => urns.forEach((urn) => used.add(urn)));
        visit(propsOf(r));
    }
    return used;
}

function textOf(value: unknown): string | undefined {
    const text = isPresent(value) ? knownOr(readString(value), undefined) : undefined;
    return text === "" ? undefined : text;
}
