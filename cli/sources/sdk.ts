import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Debuggable, OptionsMerger, loadWhenUsed, withoutOldTypes, withoutTraces } from "./shortcuts";
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
    const pulumi = fromProgram("@pulumi/pulumi") as Sdk["pulumi"] & OptionsMerger & { runtime: Runtime };
    const state = optional<{ withLocalStorage?: <T>(f: () => T) => T; getStore?: () => Store }>(fromProgram, join(root, "runtime", "state.js"));
    if (typeof pulumi.runtime.setMockOptions !== "function" || state?.withLocalStorage === undefined || state.getStore === undefined) {
        throw new Error(`uses @pulumi/pulumi ${version}, which is too old to be run here. Update it: npm install @pulumi/pulumi@latest`);
    }
    const { withLocalStorage, getStore } = state;
    const debuggable = optional<Debuggable>(fromProgram, join(root, "runtime", "debuggable.js"));
    withoutTraces(debuggable);
    withoutOldTypes(optional<OptionsMerger>(fromProgram, join(root, "resource.js")), pulumi);
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

function optional<T>(from: NodeJS.Require, path: string): T | undefined {
    try {
        return from(path) as T;
    } catch {
        return undefined;
    }
}
