import Module from "node:module";
import { isObject } from "./json";

/** What of the SDK's work is left out where no engine asks for it: half of a program's time and more. */

/** What importers ask of every module at once. */
const markers: ReadonlySet<PropertyKey> = new Set(["__esModule", "module.exports"]);

/**
 * The SDK loads these packages at its start, which takes two thirds of it, and uses them only where it serialises functions of
 * a program (inline Lambda functions). Here they are loaded when something is asked of them.
 * @param esModule whether the package is taken for a translated ES module
 */
export function loadWhenUsed(id: string, esModule: boolean, from: NodeJS.Require): void {
    let file: string;
    try {
        file = from.resolve(id);
    } catch {
        return;
    }
    if (from.cache[file] !== undefined) {
        return;
    }
    const real = (): object => {
        if (from.cache[file] === placeholder) {
            delete from.cache[file];
        }
        return from(file) as object;
    };
    const marker = (name: PropertyKey): PropertyDescriptor | undefined => (name === "__esModule" && esModule ? { value: true } : undefined);
    const placeholder = new Module(file);
    placeholder.loaded = true;
    placeholder.exports = new Proxy(
        {},
        {
            get: (_, name) => (markers.has(name) ? marker(name)?.value : (Reflect.get(real(), name) as unknown)),
            has: (_, name) => Reflect.has(real(), name),
            ownKeys: () => Reflect.ownKeys(real()),
            getOwnPropertyDescriptor: (_, name) => {
                const found = markers.has(name) ? marker(name) : Reflect.getOwnPropertyDescriptor(real(), name);
                return found && { ...found, configurable: true };
            },
        },
    );
    from.cache[file] = placeholder;
}

export interface Debuggable {
    debuggablePromise?: (...args: unknown[]) => unknown;
}

const traceless = new WeakSet<object>();

/** The SDK takes a stack trace with every promise that it makes, a seventh of a program's time, which nobody reads here. */
export function withoutTraces(debuggable: Debuggable | undefined): void {
    const make = debuggable?.debuggablePromise;
    if (debuggable === undefined || make === undefined || traceless.has(make)) {
        return;
    }
    debuggable.debuggablePromise = (...args) => {
        const limit = Error.stackTraceLimit;
        Error.stackTraceLimit = 0;
        try {
            return make(...args);
        } finally {
            Error.stackTraceLimit = limit;
        }
    };
    traceless.add(debuggable.debuggablePromise);
}

export interface OptionsMerger {
    mergeOptions?: (first: unknown, second: unknown) => unknown;
}

const withoutTypes = new WeakSet<object>();

/**
 * A resource of azure-native tells the SDK, by `mergeOptions`, each type that it had in an older version of the API, up to a
 * hundred. Making a URN of each takes half of a program's time, and is of use only where an older state is looked through. The
 * aliases that a program gives stay.
 * @param mergers the modules that export the function
 */
export function withoutOldTypes(...mergers: readonly (OptionsMerger | undefined)[]): void {
    for (const merger of mergers) {
        const merge = merger?.mergeOptions;
        if (merger === undefined || merge === undefined || withoutTypes.has(merge)) {
            continue;
        }
        const shorter = (first: unknown, second: unknown): unknown => merge(first, isOldTypes(second) ? {} : second);
        withoutTypes.add(shorter);
        // An export that cannot be set costs time, no more.
        Reflect.set(merger, "mergeOptions", shorter);
    }
}

/** `{ aliases: [{ type: "azure-native:…" }, …] }` and nothing else. */
function isOldTypes(options: unknown): boolean {
    return isObject(options) && isOnlyKey(options, "aliases") && Array.isArray(options["aliases"]) && options["aliases"].every(isOldType);
}

function isOldType(alias: unknown): boolean {
    return isObject(alias) && isOnlyKey(alias, "type") && typeof alias["type"] === "string" && alias["type"].startsWith("azure-native:");
}

function isOnlyKey(object: Readonly<Record<string, unknown>>, key: string): boolean {
    const keys = Object.keys(object);
    return keys.length === 1 && keys[0] === key;
}
