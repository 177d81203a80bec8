import { Known, isKnown, known, unknown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { AddressBounds } from "../../core/net/bounds";
import { VnetSpace } from "../../core/net/tags";
import { privateAddresses } from "../../core/net/well-known";
import { Resource } from "../resource";
import { at, elementsOf, isPresent, membersOf, read, readBoolean, readString } from "../value";
import { PublicAddress, inlineAddress, publicAddresses } from "./addresses";
import { Estate, propsOf } from "./estate";
import { asgNamed, nsgNamed } from "./filters";
import { Named, Reference, References, keyOf, resolve, resolveAll } from "./links";
import { vmSubnet } from "./subnets";

const nicNamed: Named = { kind: "network:NetworkInterface" };

/** One address of a NIC, whether the NIC is a resource of its own or written inside the VM. */
export interface IpConfiguration {
    readonly holder: Resource;
    readonly path: string;
    readonly props: Readonly<Record<string, unknown>>;
    readonly subnet: Reference;
    /** Empty: none. Several: a preview does not tell which. */
    readonly publicAddresses: readonly PublicAddress[];
    readonly groups: References;
    readonly privateAddress: Known<AddressSet>;
}

export interface Nic {
    readonly holder: Resource;
    /** Where the NIC is written: empty for a resource of its own. */
    readonly path: string;
    readonly name: string;
    readonly nsg: Reference;
    readonly configurations: Known<readonly IpConfiguration[]>;
}

/** The NICs of a host, and what keeps us from knowing all of them. */
export interface Nics {
    readonly known: readonly Nic[];
    /** Ids of NICs of other stacks. */
    readonly outside: readonly string[];
    readonly why?: string;
    readonly foreign?: Resource;
}

/** @param profile property path of the network profile: a scale set has it in its VM profile */
export function nicsOf(estate: Estate, host: Resource, profile: string): Nics {
    const network = at(propsOf(host), profile);
    const attached = at(network, "networkInterfaces");
    const references = resolveAll(estate, host, `${profile}.networkInterfaces`, attached, nicNamed, `the NIC of ${host.name}`);
    const inlinePath = `${profile}.networkInterfaceConfigurations`;
    const inline = knownElements(at(network, "networkInterfaceConfigurations"));
    return {
        known: [
            ...references.sure.map((t) => estate.once(nicOfResource, t.resource)),
            ...(isKnown(inline) ? inline.value.map((value, i) => nicIn(estate, host, `${inlinePath}[${i}]`, membersOf(value))) : []),
        ],
        outside: references.outside,
        ...(references.why !== undefined ? { why: references.why } : !isKnown(inline) ? { why: inline.reason } : {}),
        ...(references.foreign === undefined ? {} : { foreign: references.foreign }),
    };
}

/** The elements of a list, once each of them is known. */
function knownElements(value: unknown): Known<readonly unknown[]> {
    const list = elementsOf(value);
    for (const element of isKnown(list) ? list.value.map(read) : []) {
        if (!isKnown(element)) {
            return element;
        }
    }
    return list;
}

export function nicOfResource(estate: Estate, nic: Resource): Nic {
    return nicIn(estate, nic, "", propsOf(nic));
}

function nicIn(estate: Estate, holder: Resource, path: string, props: Readonly<Record<string, unknown>>): Nic {
    const inner = (property: string): string => (path === "" ? property : `${path}.${property}`);
    const list = knownElements(props["ipConfigurations"]);
    const name = path === "" ? holder.name : textOf(props["name"]) ?? `${holder.name} ${path}`;
    return {
        holder,
        path,
        name,
        nsg: resolve(estate, holder, inner("networkSecurityGroup"), props["networkSecurityGroup"], nsgNamed),
        configurations: isKnown(list) ? known(list.value.map((value, i) => configuration(estate, holder, inner(`ipConfigurations[${i}]`), value))) : list,
    };
}

function configuration(estate: Estate, holder: Resource, path: string, value: unknown): IpConfiguration {
    const props = membersOf(value);
    const made = props["publicIPAddressConfiguration"];
    return {
        holder,
        path,
        props,
        subnet: vmSubnet(estate, holder, `${path}.subnet`, props["subnet"]),
        publicAddresses: isPresent(made)
            ? [inlineAddress(holder, `${path}.publicIPAddressConfiguration`, membersOf(made))]
            : ofFamily(publicAddresses(estate, holder, `${path}.publicIPAddress`, props["publicIPAddress"]), props["privateIPAddressVersion"]),
        groups: resolveAll(estate, holder, `${path}.applicationSecurityGroups`, props["applicationSecurityGroups"], asgNamed, "the application security group of the NIC"),
        privateAddress: privateAddress(holder, path, props),
    };
}

/** An IPv4 configuration takes an IPv4 address, an IPv6 configuration an IPv6 one: that tells the addresses of a NIC with both apart. */
function ofFamily(addresses: readonly PublicAddress[], version: unknown): readonly PublicAddress[] {
    const text = isPresent(version) ? readString(version) : known("IPv4");
    const fitting = isKnown(text) ? addresses.filter((a) => !isKnown(a.family) || a.family.value === (/6$/.test(text.value) ? 6 : 4)) : [];
    return fitting.length > 0 ? fitting : addresses;
}

const everyNic = {};

/** The addresses of the members of application security groups, as far as these stacks tell. Others may join from other stacks. */
export function groupMembers(estate: Estate, groups: References, vnet: VnetSpace): AddressBounds {
    const members = estate.once(membersByGroup, everyNic);
    const addresses = groups.sure.flatMap((group) => members.get(keyOf(group)) ?? []);
    return {
        least: addresses.reduce((all, a) => (isKnown(a) ? all.union(a.value) : all), AddressSet.none),
        most: vnet.prefixes.most.union(privateAddresses),
        why: groups.why ?? "the members of its source application security group have addresses that Azure assigns, and NICs of other stacks may be among them",
    };
}

function membersByGroup(estate: Estate): ReadonlyMap<string, readonly Known<AddressSet>[]> {
    const members = new Map<string, Known<AddressSet>[]>();
    for (const nic of estate.of(nicNamed.kind)) {
        const { configurations } = estate.once(nicOfResource, nic);
        for (const c of isKnown(configurations) ? configurations.value : []) {
            c.groups.sure.forEach((group) => members.set(keyOf(group), [...(members.get(keyOf(group)) ?? []), c.privateAddress]));
        }
    }
    return members;
}

/** A static address as written, else the one that Azure has assigned. */
function privateAddress(holder: Resource, path: string, props: Readonly<Record<string, unknown>>): Known<AddressSet> {
    for (const value of [props["privateIPAddress"], at(holder.outputs, `${path}.privateIPAddress`)]) {
        const text = isPresent(value) ? readString(value) : undefined;
        if (text !== undefined && isKnown(text)) {
            try {
                return known(AddressSet.parse(text.value));
            } catch {
                // Azure refuses it; the deployment tells why.
            }
        }
    }
    return unknown("Azure assigns the private address when it makes the NIC");
}

/** The configuration that clients of the private network dial. */
export function primaryOf(configurations: readonly IpConfiguration[]): IpConfiguration | undefined {
    return configurations.find((c) => isPresent(c.props["primary"]) && yes(c.props["primary"])) ?? configurations[0];
}

function yes(value: unknown): boolean {
    const k = readBoolean(value);
    return isKnown(k) && k.value;
}

function textOf(value: unknown): string | undefined {
    const k = readString(value);
    return isKnown(k) ? k.value : undefined;
}
