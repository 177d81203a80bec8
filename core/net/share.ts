import { AddressSet } from "./address-set";
import type { Client } from "./path-model";

/** Above this many addresses a count says less than a percentage. */
const countable = 1n << 24n;

/**
 * How much of a client is admitted, in words that complete "… gets in" and "lets in …": `all of 203.0.113.0/24`,
 * `203.0.113.0/25 of 203.0.113.0/24`, `half of …`, `640 of the 1,024 addresses of …`.
 */
export function describeShare(client: Client, admitted: AddressSet): string {
    const share = client.addresses.intersect(admitted);
    if (share.isEmpty) return `none of ${client.name}`;
    if (share.covers(client.addresses)) return `all of ${client.name}`;
    const left = client.addresses.minus(share);
    if (share.equals(client.addresses.intersect(AddressSet.allV4))) return `only the IPv4 part of ${client.name}`;
    if (share.equals(client.addresses.intersect(AddressSet.allV6))) return `only the IPv6 part of ${client.name}`;
    if (share.toCidrs().length <= 2) return `${share} of ${client.name}`;
    if (left.toCidrs().length <= 2) return `all of ${client.name} but ${left}`;
    const [some, whole] = [share.size, client.addresses.size];
    if (some * 2n === whole) return `half of ${client.name}`;
    if (whole <= countable) return `${grouped(some)} of the ${grouped(whole)} addresses of ${client.name}`;
    const percent = (some * 100n) / whole;
    return percent === 0n ? `less than 1% of ${client.name}` : `about ${percent}% of ${client.name}`;
}

function grouped(count: bigint): string {
    return count.toLocaleString("en-US");
}
