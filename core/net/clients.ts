import { AddressSet } from "./address-set";
import type { Client } from "./path-model";
import { publicInternet } from "./well-known";

/**
 * A client as authors declare it: a CIDR, a single address, a range, or `Internet` (also `*`). Who writes `0.0.0.0/0` means the
 * public Internet: no packet comes from multicast or reserved addresses, and private ones have no way to a public address.
 * @throws AddressError, also for a CIDR with host bits: what a declared client means must not be in doubt.
 */
export function parseClient(text: string): Client {
    const name = text.trim();
    if (name === "*" || name.toLowerCase() === "internet") return { name, addresses: publicInternet };
    const addresses = AddressSet.parseStrict(name);
    return { name, addresses: addresses.coversInternet ? addresses.intersect(publicInternet) : addresses };
}

/**
 * Clients separated by blanks or commas, as in the tag `rdp-ready:clients`.
 * @throws AddressError
 */
export function parseClients(text: string): Client[] {
    return text.split(/[\s,]+/).filter((part) => part !== "").map(parseClient);
}
