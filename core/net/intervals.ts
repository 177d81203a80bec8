/**
 * Sets of integers as sorted boundary points: `[a, b, c, d]` is `[a, b) ∪ [c, d)`. Every set has exactly one such form,
 * and every operation is one merge that compares and never calculates, so it serves `number` and `bigint` alike.
 */
export type Intervals<T extends number | bigint> = readonly T[];

/** Truth table of an operation: bit `inA | inB << 1` says whether a point stays. */
export type Operation = number;
export const union: Operation = 0b1110;
export const intersection: Operation = 0b1000;
export const difference: Operation = 0b0010;

const nothing: readonly never[] = [];

export function combine<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>, operation: Operation): Intervals<T> {
    if (a.length === 0) return operation === union ? b : nothing;
    if (b.length === 0) return operation === intersection ? nothing : a;
    const out: T[] = [];
    let i = 0;
    let j = 0;
    let inside = false;
    while (i < a.length || j < b.length) {
        // An odd index means that we stand inside one of the set's intervals.
        const at = j >= b.length || (i < a.length && a[i]! <= b[j]!) ? a[i]! : b[j]!;
        if (i < a.length && a[i] === at) i++;
        if (j < b.length && b[j] === at) j++;
        const now = ((operation >> ((i & 1) | ((j & 1) << 1))) & 1) === 1;
        if (now !== inside) {
            out.push(at);
            inside = now;
        }
    }
    return out.length === 0 ? nothing : out;
}

/** Whether every point of `inner` is in `outer`. */
export function covers<T extends number | bigint>(outer: Intervals<T>, inner: Intervals<T>): boolean {
    let i = 0;
    for (let j = 0; j < inner.length; j += 2) {
        while (i < outer.length && outer[i + 1]! <= inner[j]!) i += 2;
        if (i >= outer.length || outer[i]! > inner[j]! || outer[i + 1]! < inner[j + 1]!) return false;
    }
    return true;
}

/** Whether the sets have a point in common. */
export function overlaps<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): boolean {
    let i = 0;
    let j = 0;
    while (i < a.length && j < b.length) {
        if (a[i + 1]! <= b[j]!) i += 2;
        else if (b[j + 1]! <= a[i]!) j += 2;
        else return true;
    }
    return false;
}

export function same<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): boolean {
    return a === b || (a.length === b.length && a.every((point, i) => point === b[i]));
}
