/**
 * A value, or the reason why there is none. Rules never guess: what is not `known` makes a rule's
 * outcome `unknown` for the property concerned.
 */
export type Known<T> = KnownValue<T> | UnknownValue | UnsupportedValue;

export interface KnownValue<T> {
    readonly state: "known";
    readonly value: T;
}

/** Not decided yet: computed by the cloud, or a secret that is not ours to read. */
export interface UnknownValue {
    readonly state: "unknown";
    /** Completes "… is not known: <reason>". */
    readonly reason: string;
}

/** There is a value, but rdp-ready does not model it. */
export interface UnsupportedValue {
    readonly state: "unsupported";
    readonly reason: string;
}

export function known<T>(value: T): KnownValue<T> {
    return { state: "known", value };
}

export function unknown(reason: string): UnknownValue {
    return { state: "unknown", reason };
}

export function unsupported(reason: string): UnsupportedValue {
    return { state: "unsupported", reason };
}

export function isKnown<T>(k: Known<T>): k is KnownValue<T> {
    return k.state === "known";
}

/** The value, or `fallback` where it is not known. For places in which not knowing is harmless. */
export function knownOr<T, F>(k: Known<T>, fallback: F): T | F {
    return k.state === "known" ? k.value : fallback;
}

export function mapKnown<T, U>(k: Known<T>, f: (value: T) => U): Known<U> {
    return k.state === "known" ? known(f(k.value)) : k;
}
