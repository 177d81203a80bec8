import { Known, isKnown, known, unknown } from "../core/known";

/**
 * Reads properties as they come from the engine, a preview's JSON or a stack export. All of these put markers where a
 * value is missing; a marker is never mistaken for a value, and a secret is never read.
 */

/** The engine's sentinels for a value that is not known at preview, one for each kind (sdk/go/common/resource/plugin/rpc.go). */
const unknownSentinels = new Set([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Marks a string as unknown where we make resources ourselves (programs under mocks, examples). */
export const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What `pulumi preview --json` prints for a secret, and what `rdp-ready check` gives for a secret that it has no key for. */
export const secretMarker = "[secret]";

/** Key under which exports and the wire hold special values, and the two kinds that occur in properties we read. */
const specialKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

export const notKnownAtPreview = "it is computed by the cloud and not known at preview";
export const secretReason = "it is a secret, which rdp-ready does not read";

export function isUnknownMarker(value: unknown): boolean {
    return typeof value === "string" && unknownSentinels.has(value);
}

/**
 * The value without its wrapping, or why there is none. Only this value: elements of an array or members of an object
 * may still be unknown.
 */
export function read(value: unknown): Known<unknown> {
    if (isUnknownMarker(value)) {
        return unknown(notKnownAtPreview);
    }
    if (value === secretMarker) {
        return unknown(secretReason);
    }
    if (typeof value === "object" && value !== null && specialKey in value) {
        const special = value as Record<string, unknown>;
        if (special[specialKey] === secretSignature) {
            return unknown(secretReason);
        }
        if (special[specialKey] === outputSignature) {
            return "value" in special && special["secret"] !== true
                ? read(special["value"])
                : unknown(special["secret"] === true ? secretReason : notKnownAtPreview);
        }
    }
    return known(value);
}

/** A string; numbers and booleans are accepted as providers accept them. Anything else is unknown, with that reason. */
export function readString(value: unknown): Known<string> {
    const k = read(value);
    if (!isKnown(k)) {
        return k;
    }
    switch (typeof k.value) {
        case "string":
            return known(k.value);
        case "number":
        case "boolean":
            return known(String(k.value));
        default:
            return unknown("it is not a text");
    }
}

/** A whole number, also where the author wrote it as a string. */
export function readInteger(value: unknown): Known<number> {
    const k = readString(value);
    if (!isKnown(k)) {
        return k;
    }
    const n = Number(k.value);
    return Number.isInteger(n) && k.value.trim() !== "" ? known(n) : unknown("it is not a whole number");
}

export function readBoolean(value: unknown): Known<boolean> {
    const k = readString(value);
    if (!isKnown(k)) {
        return k;
    }
    const text = k.value.toLowerCase();
    return text === "true" || text === "false" ? known(text === "true") : unknown("it is neither true nor false");
}

/** The members of an object; a missing or foreign value has none. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
    const k = read(value);
    return isKnown(k) && typeof k.value === "object" && k.value !== null && !Array.isArray(k.value)
        ? (k.value as Record<string, unknown>)
        : {};
}

/** The elements of an array. A missing value has none; a value that is not known is not known. */
export function elementsOf(value: unknown): Known<readonly unknown[]> {
    if (value === undefined || value === null) {
        return known([]);
    }
    const k = read(value);
    if (!isKnown(k)) {
        return k;
    }
    return Array.isArray(k.value) ? known(k.value as unknown[]) : unknown("it is not a list");
}

/** Whether an author wrote anything there. */
export function isPresent(value: unknown): boolean {
    return value !== undefined && value !== null;
}

/** The value at a path such as `networkProfile.networkInterfaces[0].id`; undefined where a step is missing, a marker where a step is one. */
export function at(root: unknown, path: string): unknown {
    let value = root;
    for (const step of path.match(/[^.[\]]+/g) ?? []) {
        const k = read(value);
        if (!isKnown(k)) {
            return value;
        }
        if (typeof k.value !== "object" || k.value === null) {
            return undefined;
        }
        value = (k.value as Record<string, unknown>)[step];
    }
    return value;
}
