import { AddressError, bitsOf, cidrsOf, formatAddress, parseRange, type AddressRange } from "./address-text";
import { combine, covers, difference, intersection, overlaps, same, union, type Intervals, type Operation } from "./intervals";
import { notPublic } from "./special-purpose";

export { AddressError };

const endV4 = 2 ** 32;
const endV6 = 1n << 128n;

let publicSet: AddressSet | undefined;

/**
 * An immutable set of IPv4 and IPv6 addresses. Equal sets have equal form, whatever they were written as.
 * IPv4-mapped IPv6 addresses (`::ffff:0:0/96`) are IPv6 addresses here, as they are to both clouds.
 */
export class AddressSet {
    // `new this`: tsc 5.9 replaces the class's own name here by an alias that is not assigned yet.
    static readonly none = new this([], []);
    static readonly allV4 = new this([0, endV4], []);
    static readonly allV6 = new this([], [0n, endV6]);
    /** Both families. */
    static readonly all = new this([0, endV4], [0n, endV6]);

    /** Half-open intervals. IPv4 addresses are plain numbers, for speed. */
    readonly #v4: Intervals<number>;
    readonly #v6: Intervals<bigint>;

    private constructor(v4: Intervals<number>, v6: Intervals<bigint>) {
        this.#v4 = v4;
        this.#v6 = v6;
    }

    /**
     * A CIDR, a network with a dotted mask, a single address, or a range `a-b`. Host bits in a CIDR are dropped, as both clouds do
     * when they match packets: `203.0.113.5/24` is `203.0.113.0/24`.
     * @throws AddressError that names the text and what to write.
     */
    static parse(text: string): AddressSet {
        return fromRange(parseRange(text));
    }

    /**
     * As `parse`, but refuses a CIDR with host bits, which leaves open whether the network or the one address is meant.
     * @throws AddressError
     */
    static parseStrict(text: string): AddressSet {
        const range = parseRange(text);
        if (range.network !== undefined) {
            const address = text.trim().split("/")[0];
            throw new AddressError(`"${text}" has host bits set: write ${range.network} for the network, or ${address}/${bitsOf[range.family]} for the single address`);
        }
        return fromRange(range);
    }

    /**
     * The union of all texts.
     * @throws AddressError for the first that `parse` refuses.
     */
    static parseAll(texts: Iterable<string>): AddressSet {
        let all = AddressSet.none;
        for (const text of texts) all = all.union(AddressSet.parse(text));
        return all;
    }

    /** The addresses that the public Internet routes, documentation blocks included (`well-known.ts` exports it by name). */
    static get publicInternet(): AddressSet {
        return (publicSet ??= AddressSet.all.minus(AddressSet.parseAll(notPublic)));
    }

    /** @internal Half-open intervals, sorted and disjoint. */
    static ofIntervals(v4: Intervals<number>, v6: Intervals<bigint>): AddressSet {
        return v4.length === 0 && v6.length === 0 ? AddressSet.none : new AddressSet(v4, v6);
    }

    union(other: AddressSet): AddressSet {
        return this.#combine(other, union);
    }

    intersect(other: AddressSet): AddressSet {
        return this.#combine(other, intersection);
    }

    minus(other: AddressSet): AddressSet {
        return this.#combine(other, difference);
    }

    get isEmpty(): boolean {
        return this.#v4.length === 0 && this.#v6.length === 0;
    }

    equals(other: AddressSet): boolean {
        return same(this.#v4, other.#v4) && same(this.#v6, other.#v6);
    }

    /** Whether every address of `other` is in this set. */
    covers(other: AddressSet): boolean {
        return this === other || (covers(this.#v4, other.#v4) && covers(this.#v6, other.#v6));
    }

    /** Whether some address is in both. */
    overlaps(other: AddressSet): boolean {
        return overlaps(this.#v4, other.#v4) || overlaps(this.#v6, other.#v6);
    }

    /**
     * Whether the set lets in the whole Internet in one family at least: `0.0.0.0/0`, `::/0`, `2000::/3`, pairs such as
     * `0.0.0.0/1` and `128.0.0.0/1`, and any other way to write every public address.
     */
    get coversInternet(): boolean {
        const { publicInternet } = AddressSet;
        return covers(this.#v4, publicInternet.#v4) || covers(this.#v6, publicInternet.#v6);
    }

    /** The number of addresses. */
    get size(): bigint {
        let size = 0n;
        for (let i = 0; i < this.#v4.length; i += 2) size += BigInt(this.#v4[i + 1]! - this.#v4[i]!);
        for (let i = 0; i < this.#v6.length; i += 2) size += this.#v6[i + 1]! - this.#v6[i]!;
        return size;
    }

    /** One address of the set, the second where there are more than two (the first is often a network's own); `undefined` for the empty set. */
    sample(): string | undefined {
        const [first, end] = this.#v4.length > 0 ? this.#v4.map(BigInt) : this.#v6;
        if (first === undefined || end === undefined) return undefined;
        return formatAddress(this.#v4.length > 0 ? 4 : 6, end - first > 2n ? first + 1n : first);
    }

    /** The shortest list of CIDRs, IPv4 first, each with its prefix length: ready to be written into a rule. */
    toCidrs(): string[] {
        return [...cidrsOf(4, this.#v4.map(BigInt)), ...cidrsOf(6, this.#v6)];
    }

    /** For people: `203.0.113.0/24, 198.51.100.7`; `nothing`; `any address`; `the public Internet`. */
    toString(): string {
        return this.describe(Infinity);
    }

    /** As `toString`, but with at most `limit` networks: `10.0.0.0/8, 172.16.0.0/12 and 3 more`. */
    describe(limit = 4): string {
        if (this.isEmpty) return "nothing";
        if (this.equals(AddressSet.all)) return "any address";
        if (this.#v4.length > 2 && this.equals(AddressSet.publicInternet)) return "the public Internet";
        const cidrs = this.toCidrs().map((cidr) => cidr.replace(/^([^:]*)\/32$|^(.*:.*)\/128$/, "$1$2"));
        const left = cidrs.length - limit;
        return left <= 1 ? cidrs.join(", ") : `${cidrs.slice(0, limit).join(", ")} and ${left} more`;
    }

    #combine(other: AddressSet, operation: Operation): AddressSet {
        return AddressSet.ofIntervals(combine(this.#v4, other.#v4, operation), combine(this.#v6, other.#v6, operation));
    }
}

function fromRange({ family, first, last }: AddressRange): AddressSet {
    return family === 4
        ? AddressSet.ofIntervals([Number(first), Number(last) + 1], [])
        : AddressSet.ofIntervals([], [first, last + 1n]);
}
