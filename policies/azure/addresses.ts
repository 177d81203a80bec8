import { Known, isKnown, known, mapKnown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { exactly, unknownAddresses } from "../../core/net/bounds";
import { Hop } from "../../core/net/path-model";
import { publicInternet } from "../../core/net/well-known";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { at, isPresent, readString } from "../value";
import { Estate, writtenOrAnswered } from "./estate";
import { shortId } from "./hops";
import { Named, Reference, resolve } from "./links";

export const publicAddressNamed: Named = { kind: "network:PublicIPAddress" };

/** A public address of a NIC, load balancer, firewall or Bastion host. */
export interface PublicAddress {
    readonly name: string;
    readonly origin: Origin;
    readonly family: Known<4 | 6>;
    /** Standard addresses are closed until an NSG opens them; Basic ones, which are retired, are open (rdp-domain §7.1). */
    readonly standard: Known<boolean>;
    /** True when `sku` is not written down. */
    readonly skuOmitted: boolean;
}

/** The public addresses that a reference may mean; at preview there may be several, which are alike for most purposes. */
export function publicAddresses(estate: Estate, from: Resource, property: string, value: unknown): PublicAddress[] {
    if (!isPresent(value)) {
        return [];
    }
    const reference = resolve(estate, from, property, value, publicAddressNamed);
    const addresses = reference.candidates.map((t) => addressOf(t.resource));
    return addresses.length > 0 ? addresses : [foreignAddress(reference, from, property)];
}

function addressOf(resource: Resource): PublicAddress {
    return describe(resource.name, { urn: resource.urn, text: "" }, writtenOrAnswered(resource, "sku"), writtenOrAnswered(resource, "publicIPAddressVersion"));
}

/** An address that Azure makes together with the NIC: `publicIPAddressConfiguration`. */
export function inlineAddress(holder: Resource, path: string, props: Readonly<Record<string, unknown>>): PublicAddress {
    const name = readString(props["name"]);
    return describe(isKnown(name) ? name.value : holder.name, { urn: holder.urn, property: path, text: "" }, props["sku"], props["publicIPAddressVersion"]);
}

function describe(name: string, at_: Origin, sku: unknown, version: unknown): PublicAddress {
    const skuName = at(sku, "name");
    const family = isPresent(version) ? mapKnown(readString(version), (v): 4 | 6 => (/6$/.test(v) ? 6 : 4)) : known<4>(4);
    const standard = isPresent(skuName) ? mapKnown(readString(skuName), (s) => !/^basic$/i.test(s)) : known(true);
    const shownSku = isKnown(standard) ? (standard.value ? "Standard" : "Basic") : "SKU not known";
    return {
        name,
        origin: { ...at_, text: `public IP address ${name} (${shownSku}${isKnown(family) && family.value === 6 ? ", IPv6" : ""})` },
        family,
        standard,
        skuOmitted: !isPresent(skuName),
    };
}

/** Another stack's address, or one that is not known: an address nevertheless. */
function foreignAddress(reference: Reference, from: Resource, property: string): PublicAddress {
    const name = reference.outside !== undefined ? shortId(reference.outside) : reference.foreign?.name ?? "(not known)";
    const whose = reference.outside !== undefined ? " of another stack" : "";
    return { name, origin: { urn: from.urn, property, text: `public IP address ${name}${whose}` }, family: known(4), standard: known(true), skuOmitted: true };
}

/** The first hop of a path from the Internet. */
export function addressHop(addresses: readonly PublicAddress[]): Hop {
    const first = addresses[0]!;
    const families = addresses.map((a) => a.family);
    const v4 = publicInternet.intersect(AddressSet.allV4);
    const v6 = publicInternet.intersect(AddressSet.allV6);
    const sets = families.map((f) => (isKnown(f) ? (f.value === 4 ? v4 : v6) : undefined));
    const agreed = sets.every((s) => s !== undefined && s === sets[0]) ? sets[0] : undefined;
    const names = addresses.map((a) => a.name).join(" or ");
    return {
        kind: "address",
        name: `public address ${names}`,
        ...(addresses.every((a) => isKnown(a.standard) && !a.standard.value) ? { retired: "has the SKU Basic, which Azure retired on 30 September 2025: it makes no new ones, so that deploying one fails, and gives those that exist no support" } : {}),
        origin: addresses.length === 1 ? first.origin : { ...first.origin, text: `public IP address ${names}` },
        gate: { type: "clients", clients: agreed === undefined ? unknownAddresses("whether the public address is IPv4 or IPv6 is not known", publicInternet) : exactly(agreed) },
    };
}

/** The hop that closes a Standard address which no NSG opens. */
export function withoutNsgHop(addresses: readonly PublicAddress[], what = "public IP address"): Hop | undefined {
    const address = addresses[0]!;
    if (addresses.every((a) => isKnown(a.standard) && !a.standard.value)) {
        return undefined;
    }
    const sure = addresses.every((a) => isKnown(a.standard) && a.standard.value);
    const omitted = address.skuOmitted ? " (no sku is written, and Basic is retired)" : "";
    return {
        kind: "address",
        name: `${what} ${address.name} without an NSG`,
        origin: {
            ...address.origin,
            property: address.origin.property ?? "sku",
            text: sure
                ? `${what} ${address.name} is Standard${omitted}: it admits nobody until an NSG on the NIC or on the subnet allows it, and there is none`
                : `whether ${what} ${address.name} is Standard is not known; a Standard one admits nobody without an NSG, and there is none`,
        },
        gate: { type: "fixed", verdict: sure ? "closed" : "unknown" },
    };
}
