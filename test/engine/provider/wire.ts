/** Property values as they travel between the engine and a provider: JSON with sentinels for unknowns and wrappers for secrets. */
import { createHash } from "node:crypto";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as rpc from "@pulumi/pulumi/runtime/rpc";

/** Any property value on the wire. */
export type Value = null | boolean | number | string | Value[] | Props;
/** A property map on the wire. */
export interface Props {
    [key: string]: Value | undefined;
}

/** How the engine writes a value that is not known yet. */
export const UNKNOWN: string = rpc.unknownValue;

/** Decodes a property map. Secrets keep their wrappers, so that what is echoed stays secret. */
export function fromStruct(struct: Struct | undefined): Props {
    return (struct?.toJavaScript() ?? {}) as Props;
}

/** Encodes a property map; `undefined` members vanish. */
export function toStruct(props: Props): Struct {
    return Struct.fromJavaScript(JSON.parse(JSON.stringify(props)) as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** True for an object that is neither a list nor a secret. */
export function isProps(value: Value | undefined): value is Props {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSecret(value: Value | undefined): value is Props {
    return isProps(value) && value[rpc.specialSigKey] === rpc.specialSecretSig;
}

/** The value without any secret wrappers: for computing, never for echoing. */
export function plain(value: Value | undefined): Value {
    if (value === undefined || value === null) return null;
    if (Array.isArray(value)) return value.map(plain);
    if (isSecret(value)) return plain(value["value"]);
    if (!isProps(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** `plain` for a property map. */
export function plainProps(props: Props): Props {
    return plain(props) as Props;
}

/** True when any part of the value is unknown. */
export function hasUnknown(value: Value | undefined): boolean {
    if (value === UNKNOWN) return true;
    if (Array.isArray(value)) return value.some(hasUnknown);
    return isProps(value) && Object.values(value).some(hasUnknown);
}

/** A text property, or undefined when it is missing, unknown or something else. */
export function text(value: Value | undefined): string | undefined {
    const inner = plain(value);
    return typeof inner === "string" && inner !== UNKNOWN ? inner : undefined;
}

/** The members of a list of objects; anything else is no members. */
export function items(value: Value | undefined): Props[] {
    const inner = isSecret(value) ? value["value"] : value;
    return Array.isArray(inner) ? inner.filter(isProps) : [];
}

/** Reads a nested property, through secret wrappers. */
export function at(value: Value | undefined, ...keys: string[]): Value | undefined {
    let here: Value | undefined = value;
    for (const key of keys) {
        if (isSecret(here)) here = here["value"];
        here = isProps(here) ? here[key] : undefined;
    }
    return here;
}

/** A copy without the property at a dotted path; `*` stands for every member of a list. */
export function without(props: Props, dotted: string): Props {
    const [head = "", ...rest] = dotted.split(".");
    const strip = (value: Value | undefined, keys: string[]): Value | undefined => {
        const [key, ...more] = keys;
        if (key === undefined || value === undefined) return value;
        if (isSecret(value)) return { ...value, value: strip(value["value"], keys) ?? null };
        if (key === "*") return Array.isArray(value) ? value.map((member) => strip(member, more) ?? null) : value;
        if (!isProps(value) || !(key in value)) return value;
        const { [key]: inner, ...others } = value as Props;
        return more.length === 0 ? others : { ...others, [key]: strip(inner, more) };
    };
    return strip(props, [head, ...rest]) as Props;
}

/** Hexadecimal digits that depend on nothing but the arguments. */
export function digest(length: number, ...parts: string[]): string {
    return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, length);
}

/** A number below `limit` that depends on nothing but the arguments. */
export function number(limit: number, ...parts: string[]): number {
    return parseInt(digest(8, ...parts), 16) % limit;
}

/** A UUID that depends on nothing but the arguments. */
export function uuid(...parts: string[]): string {
    const hex = digest(32, ...parts);
    return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}

/** Address number `offset` of an IPv4 prefix such as 10.0.1.0/24; offsets wrap round within the prefix. */
export function addressIn(prefix: string, offset: number): string {
    const [base = "10.0.0.0", bits = "24"] = prefix.split("/");
    const size = 2 ** (32 - Number(bits));
    const start = base.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
    // The first four addresses and the last one belong to the cloud.
    const address = start + (size > 8 ? 4 + (offset % (size - 5)) : offset % size);
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** The type token in a URN; with parents it is the last of several. */
export function typeOf(urn: string): string {
    return (urn.split("::")[2] ?? "").split("$").pop() ?? "";
}

/** The Pulumi name in a URN. */
export function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}
