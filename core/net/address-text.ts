import ipaddr from "ipaddr.js";

/** A text that should name addresses and does not. The message names the text and says what to write. */
export class AddressError extends Error {
    override readonly name = "AddressError";
}

export type Family = 4 | 6;
export const bitsOf: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

/** What a text names: the addresses from `first` to `last`, both included. */
export interface AddressRange {
    readonly family: Family;
    readonly first: bigint;
    readonly last: bigint;
    /** The network to write instead, where a CIDR has host bits set. */
    readonly network?: string;
}

/** A CIDR, a network with a dotted mask (as Windows writes it), a single address, or a range `a-b`. */
export function parseRange(text: string): AddressRange {
    const trimmed = text.trim();
    const slash = trimmed.indexOf("/");
    if (slash >= 0) return parseCidr(text, trimmed.slice(0, slash), trimmed.slice(slash + 1));
    const dash = trimmed.indexOf("-");
    if (dash >= 0) return parseFromTo(text, trimmed.slice(0, dash), trimmed.slice(dash + 1));
    const { family, value } = parseAddress(trimmed) ?? refuse(text);
    return { family, first: value, last: value };
}

/** The shortest list of CIDRs for the half-open intervals `[a, b, c, d, …]` of one family. */
export function cidrsOf(family: Family, boundaries: readonly bigint[]): string[] {
    const cidrs: string[] = [];
    for (let i = 0; i + 1 < boundaries.length; i += 2) {
        let at = boundaries[i]!;
        const end = boundaries[i + 1]!;
        while (at < end) {
            let hostBits = trailingZeros(at, bitsOf[family]);
            while (at + (1n << BigInt(hostBits)) > end) hostBits--;
            cidrs.push(`${formatAddress(family, at)}/${bitsOf[family] - hostBits}`);
            at += 1n << BigInt(hostBits);
        }
    }
    return cidrs;
}

export function formatAddress(family: Family, value: bigint): string {
    const bytes: number[] = [];
    for (let shift = bitsOf[family] - 8; shift >= 0; shift -= 8) bytes.push(Number((value >> BigInt(shift)) & 0xffn));
    return ipaddr.fromByteArray(bytes).toString();
}

function parseCidr(text: string, address: string, prefix: string): AddressRange {
    const { family, value } = parseAddress(address) ?? refuse(text);
    const bits = bitsOf[family];
    const length = /^\d{1,3}$/.test(prefix) ? Number(prefix) : maskLength(family, prefix);
    if (length === undefined || length > bits) {
        const example = family === 4 ? "203.0.113.0/24" : "2001:db8::/32";
        throw new AddressError(`"${text}" is not a network: an IPv${family} prefix length is a number from 0 to ${bits}, as in ${example}`);
    }
    const size = 1n << BigInt(bits - length);
    const first = value - (value % size);
    const range = { family, first, last: first + size - 1n };
    return first === value ? range : { ...range, network: `${formatAddress(family, first)}/${length}` };
}

function parseFromTo(text: string, from: string, to: string): AddressRange {
    const first = parseAddress(from.trim()) ?? refuse(text);
    const last = parseAddress(to.trim()) ?? refuse(text);
    if (first.family !== last.family) throw new AddressError(`"${text}" mixes IPv4 and IPv6: write one range for each`);
    if (first.value > last.value) {
        throw new AddressError(`"${text}" runs backwards: write the lower address first, ${to.trim()}-${from.trim()}`);
    }
    return { family: first.family, first: first.value, last: last.value };
}

/** `undefined` for anything but a full address: ipaddr.js alone would take `10.1`, `0x7f000001`, `010.0.0.1` and zone ids. */
function parseAddress(text: string): { family: Family; value: bigint } | undefined {
    if (ipaddr.IPv4.isValidFourPartDecimal(text)) return { family: 4, value: fromBytes(ipaddr.IPv4.parse(text).toByteArray()) };
    if (text.includes("%") || !text.includes(":")) return undefined;
    try {
        return { family: 6, value: fromBytes(ipaddr.IPv6.parse(text).toByteArray()) };
    } catch {
        return undefined;
    }
}

function maskLength(family: Family, mask: string): number | undefined {
    if (family === 6 || !ipaddr.IPv4.isValidFourPartDecimal(mask)) return undefined;
    return ipaddr.IPv4.parse(mask).prefixLengthFromSubnetMask() ?? undefined;
}

function fromBytes(bytes: readonly number[]): bigint {
    return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function trailingZeros(value: bigint, bits: number): number {
    let zeros = 0;
    while (zeros < bits && ((value >> BigInt(zeros)) & 1n) === 0n) zeros++;
    return zeros;
}

function refuse(text: string): never {
    throw new AddressError(
        `"${text}" is not an address: write a CIDR such as 203.0.113.0/24 or 2001:db8::/32, a single address, or a range such as 203.0.113.4-203.0.113.9`,
    );
}
