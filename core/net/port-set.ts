import { combine, covers, overlaps, same, union, type Intervals } from "./intervals";

/** A text or number that should name ports and does not. The message names it and says what to write. */
export class PortError extends Error {
    override readonly name = "PortError";
}

const end = 65536;

/** An immutable set of TCP or UDP ports, 0 to 65535. */
export class PortSet {
    static readonly none = new PortSet([]);
    static readonly all = new PortSet([0, end]);
    /** The ports that a client connects from: 1024-65535; Windows uses 49152-65535 (rdp-domain §7.2). */
    static readonly ephemeral = new PortSet([1024, end]);

    /** Half-open. */
    readonly #intervals: Intervals<number>;

    private constructor(intervals: Intervals<number>) {
        this.#intervals = intervals;
    }

    /** @throws PortError */
    static of(port: number): PortSet {
        return PortSet.range(port, port);
    }

    /**
     * `from` to `to`, both included.
     * @throws PortError
     */
    static range(from: number, to: number): PortSet {
        if (!isPort(from) || !isPort(to)) {
            throw new PortError(`${from === to ? from : `${from}-${to}`} is not a port range: ports are whole numbers from 0 to 65535`);
        }
        if (from > to) throw new PortError(`the port range ${from}-${to} runs backwards: write ${to}-${from}`);
        return new PortSet([from, to + 1]);
    }

    /**
     * `3389`, `3000-4000`, `80,443`, `*` or `Any` (the Windows firewall's word).
     * @throws PortError
     */
    static parse(text: string | number): PortSet {
        const parts = String(text).split(",");
        return parts.map((part) => parsePart(part.trim(), String(text))).reduce((all, part) => all.union(part), PortSet.none);
    }

    contains(port: number): boolean {
        const at = this.#intervals;
        for (let i = 0; i < at.length; i += 2) if (at[i]! <= port && port < at[i + 1]!) return true;
        return false;
    }

    covers(other: PortSet): boolean {
        return this === other || covers(this.#intervals, other.#intervals);
    }

    overlaps(other: PortSet): boolean {
        return overlaps(this.#intervals, other.#intervals);
    }

    union(other: PortSet): PortSet {
        return new PortSet(combine(this.#intervals, other.#intervals, union));
    }

    equals(other: PortSet): boolean {
        return same(this.#intervals, other.#intervals);
    }

    get isEmpty(): boolean {
        return this.#intervals.length === 0;
    }

    get isAll(): boolean {
        return this.equals(PortSet.all);
    }

    /** The number of ports. */
    get size(): number {
        return this.ranges().reduce((size, [from, to]) => size + to - from + 1, 0);
    }

    /** Sorted, disjoint, both ends included. */
    ranges(): [from: number, to: number][] {
        const ranges: [number, number][] = [];
        for (let i = 0; i < this.#intervals.length; i += 2) ranges.push([this.#intervals[i]!, this.#intervals[i + 1]! - 1]);
        return ranges;
    }

    /** `3389`, `80,443`, `3000-4000`, `*`, `nothing`: what `parse` reads, but for `nothing`. */
    toString(): string {
        if (this.isEmpty) return "nothing";
        if (this.isAll) return "*";
        return this.ranges().map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
    }
}

/**
 * One port that a connection can go to: a number or its decimal text, 1 to 65535.
 * @throws PortError
 */
export function parsePort(value: unknown): number {
    const text = typeof value === "string" ? value.trim() : value;
    const port = typeof text === "string" && /^\d{1,5}$/.test(text) ? Number(text) : text;
    if (typeof port === "number" && isPort(port) && port !== 0) return port;
    const shown = typeof value === "string" ? `"${value}"` : String(value);
    throw new PortError(`${shown} is not a port: write a whole number from 1 to 65535, such as 3389`);
}

function parsePart(part: string, whole: string): PortSet {
    if (part === "*" || part.toLowerCase() === "any") return PortSet.all;
    const [, from, to] = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(part) ?? [];
    if (from === undefined || Number(from) >= end || Number(to ?? from) >= end) {
        throw new PortError(
            `"${whole}" is not a port range: write a port such as 3389, a range such as 3000-4000, a list such as 80,443, or *; ports go from 0 to 65535`,
        );
    }
    return PortSet.range(Number(from), Number(to ?? from));
}

function isPort(value: number): boolean {
    return Number.isInteger(value) && value >= 0 && value < end;
}
