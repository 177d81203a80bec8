import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Struct } from "./wire";

/** What we use of the Pulumi SDK that a program resolves. */
export interface Runtime {
    setMockOptions(monitor: unknown, project: string, stack: string, preview: boolean, organization: string): void;
    setAllConfig(values: Readonly<Record<string, string>>, secretKeys: readonly string[]): void;
    setConfig(key: string, value: string): void;
    runInPulumiStack(init: () => Promise<unknown>): Promise<unknown>;
    waitForRPCs?(): Promise<void>;
}

/** Settings of one run; the SDK keeps them in asynchronous local storage. */
export interface Store {
    callbacks?: unknown;
    logErrorCount?: number;
    settings: { engine?: unknown; options: { rootDirectory?: string; engineAddr?: string } };
}

type Getter = (this: ConfigBag, key: string, ...rest: unknown[]) => unknown;

export interface ConfigBag {
    readonly name: string;
    get(key: string): string | undefined;
}

export interface Sdk {
    readonly require: NodeJS.Require;
    /** Directory of the package. */
    readonly root: string;
    readonly version: string;
    readonly runtime: Runtime;
    readonly pulumi: { unknown?: unknown; secret(value: unknown): unknown; Config: { prototype: Record<string, Getter | undefined> } };
    /** Runs with settings of its own. */
    withStore<T>(run: (store: Store) => Promise<T>): Promise<T>;
    /** Prototype of the SDK's callback server, where there is one (3.113 and later). */
    readonly callbackServer: object | undefined;
    readonly messages: { readonly TransformRequest: new () => TransformRequest } | undefined;
}

interface TransformRequest {
    setType(type: string): void;
    setName(name: string): void;
    setCustom(custom: boolean): void;
    setParent(parent: string): void;
    setProperties(properties: Struct | undefined): void;
    serializeBinary(): Uint8Array;
}

/** @throws Error whose message completes "<program> …" */
export function loadSdk(entry: string): Sdk {
    const fromProgram = createRequire(entry);
    let manifest: string;
    try {
        manifest = fromProgram.resolve("@pulumi/pulumi/package.json");
    } catch {
        throw new Error("cannot find the package @pulumi/pulumi. Install the program's dependencies (npm install) and check again.");
    }
    const root = dirname(manifest);
    const version = (fromProgram(manifest) as { version: string }).version;
    const fromSdk = createRequire(manifest);
    loadWhenUsed("@npmcli/arborist", true, fromSdk);
    loadWhenUsed("typescript", false, fromSdk);
    const pulumi = fromProgram("@pulumi/pulumi") as Sdk["pulumi"] & { runtime: Runtime };
    const state = optional<{ withLocalStorage?: <T>(f: () => T) => T; getStore?: () => Store }>(fromProgram, join(root, "runtime", "state.js"));
    if (typeof pulumi.runtime.setMockOptions !== "function" || state?.withLocalStorage === undefined || state.getStore === undefined) {
        throw new Error(`uses @pulumi/pulumi ${version}, which is too old to be run here. Update it: npm install @pulumi/pulumi@latest`);
    }
    const { withLocalStorage, getStore } = state;
    const debuggable = optional<Debuggable>(fromProgram, join(root, "runtime", "debuggable.js"));
    if (debuggable?.debuggablePromise !== undefined) {
        debuggable.debuggablePromise = withoutTrace(debuggable.debuggablePromise);
    }
    const callbacks = optional<{ CallbackServer?: { prototype: object } }>(fromProgram, join(root, "runtime", "callbacks.js"));
    const messages = optional<NonNullable<Sdk["messages"]>>(fromProgram, join(root, "proto", "resource_pb.js"));
    return {
        require: fromProgram,
        root,
        version,
        runtime: pulumi.runtime,
        pulumi,
        withStore: (run) => withLocalStorage(() => run(getStore())),
        callbackServer: callbacks?.CallbackServer?.prototype,
        messages: messages?.TransformRequest === undefined ? undefined : messages,
    };
}

/** What importers ask of every module at once. */
const markers: ReadonlySet<PropertyKey> = new Set(["__esModule", "module.exports"]);

/**
 * The SDK loads these packages at its start, which takes two thirds of it, and uses them only where it serialises functions of
 * a program (inline Lambda functions). Here they are loaded when something is asked of them.
 * @param esModule whether the package is taken for a translated ES module
 */
function loadWhenUsed(id: string, esModule: boolean, from: NodeJS.Require): void {
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

interface Debuggable {
    debuggablePromise?: (...args: unknown[]) => unknown;
}

const traceless = new WeakSet<object>();

/** The SDK takes a stack trace with every promise that it makes, a seventh of a program's time, which nobody reads here. */
function withoutTrace(make: (...args: unknown[]) => unknown): typeof make {
    if (traceless.has(make)) {
        return make;
    }
    const wrapped: typeof make = (...args) => {
        const limit = Error.stackTraceLimit;
        Error.stackTraceLimit = 0;
        try {
            return make(...args);
        } finally {
            Error.stackTraceLimit = limit;
        }
    };
    traceless.add(wrapped);
    return wrapped;
}

function optional<T>(from: NodeJS.Require, path: string): T | undefined {
    try {
        return from(path) as T;
    } catch {
        return undefined;
    }
}
