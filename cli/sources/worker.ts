import { findSourceMap } from "node:module";
import { relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { secretMarker } from "../../policies/value";
import { redactor } from "../redact";
import type { Job, Outcome } from "./job";
import { RecordingMonitor } from "./monitor";
import { ConfigBag, Sdk, Store, loadSdk } from "./sdk";

/**
 * The child process that runs programs, one after another, under the SDK that they resolve themselves. The SDK stays
 * loaded between programs; their own files are loaded afresh.
 */

interface Run {
    readonly job: Job;
    monitor?: RecordingMonitor;
    sdk?: Sdk;
    store?: Store;
    /** The program and everything that it awaits has come to an end. */
    settled: boolean;
    readonly errors: string[];
    readonly given: Set<string>;
}

let current: Run | undefined;
const patched = new WeakSet<object>();

/**
 * Mapping each frame of each error back to its source, as Node does where there are source maps, takes long: `place` maps the one
 * that is shown.
 */
Error.prepareStackTrace = (error, sites) => `${error.name}: ${error.message}${sites.map((site) => `\n    at ${String(site)}`).join("")}`;

process.on("message", (job: Job) => {
    // Without other work the event loop now runs empty: that is how a program tells that it is done.
    process.channel?.unref();
    current = { job, settled: false, errors: [], given: new Set() };
    void start(current);
});
process.on("uncaughtException", (e) => fail(e));
process.on("unhandledRejection", (e) => fail(e));
process.on("beforeExit", () => {
    if (current !== undefined) {
        finish(current);
    }
});
process.on("disconnect", () => process.exit(0));

async function start(run: Run): Promise<void> {
    const { job } = run;
    try {
        process.chdir(job.cwd);
        forgetOwnModules();
        const sdk = loadSdk(job.entry);
        hookConfig(sdk);
        const monitor = new RecordingMonitor(job.project, job.stack, sdk);
        Object.assign(run, { sdk, monitor });
        await sdk.withStore(async (store) => {
            run.store = store;
            sdk.runtime.setMockOptions(monitor, job.project, job.stack, true, "organization");
            store.settings.options.rootDirectory = job.root;
            store.settings.engine = engineLog(run);
            if (monitor.transforms.available) {
                store.callbacks = monitor.transforms.callbacks;
            }
            sdk.runtime.setAllConfig(job.config, job.secretKeys);
            await sdk.runtime.runInPulumiStack(() => load(job, sdk));
            await sdk.runtime.waitForRPCs?.();
            run.settled = true;
        });
    } catch (e) {
        fail(e, run);
    }
}

async function load(job: Job, sdk: Sdk): Promise<unknown> {
    if (!job.esm) {
        return called(sdk.require(job.entry) as unknown);
    }
    const module = (await import(pathToFileURL(job.entry).href)) as Record<string, unknown>;
    return called("default" in module ? module["default"] : module);
}

/** A program may export a function that is the program. */
function called(exported: unknown): unknown {
    return typeof exported === "function" ? (exported as () => unknown)() : exported;
}

/** Everything that is not an installed package. */
function forgetOwnModules(): void {
    const installed = `${sep}node_modules${sep}`;
    for (const file of Object.keys(require.cache)) {
        if (!file.includes(installed) && file !== __filename) {
            delete require.cache[file];
        }
    }
}

function finish(run: Run): void {
    if (!run.settled) {
        return done(run, { ok: false, message: "never finishes: it waits for a promise that nothing settles." });
    }
    if (run.errors.length > 0 || (run.store?.logErrorCount ?? 0) > 0) {
        return done(run, { ok: false, message: `reported an error: ${firstLine(run.errors[0] ?? "no text")}` });
    }
    const { monitor } = run;
    done(run, {
        ok: true,
        resources: monitor?.resources ?? [],
        assumptions: [...(monitor?.assumptions ?? [])],
        secrets: [...(monitor?.secrets ?? []), ...run.given],
    });
}

function fail(thrown: unknown, run = current): void {
    if (run !== undefined && run === current) {
        done(run, failure(thrown, run));
    }
}

function done(run: Run, outcome: Outcome): void {
    if (run !== current) {
        return;
    }
    current = undefined;
    const redact = redactor([...(run.monitor?.secrets ?? []), ...run.given]);
    process.channel?.ref();
    process.send?.(outcome.ok ? outcome : { ...outcome, message: redact(outcome.message) });
}

function failure(thrown: unknown, run: Run): Outcome {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const detail = error as Error & { key?: unknown; code?: unknown };
    const missing = /Missing required configuration variable '([^']+)'/.exec(error.message)?.[1];
    if (missing !== undefined) {
        return { ok: false, message: `needs the configuration "${missing}"`, missing };
    }
    const transform = /^Transform failed with \d+ errors?:\s*(.+?):(\d+):(\d+): ERROR: (.*)/s.exec(error.message);
    if (transform !== null) {
        const [, file = "", line = "", column = "", text = ""] = transform;
        return { ok: false, message: `does not compile: ${fromHere(file, run)}:${line}:${Number(column) + 1}: ${firstLine(text)}` };
    }
    if (error instanceof SyntaxError || error.name === "SyntaxError") {
        const place = /^(?:file:\/\/)?(.+):(\d+)$/m.exec(error.stack?.split("\n")[0] ?? "");
        return { ok: false, message: `does not compile: ${place === null ? "" : `${fromHere(place[1]!, run)}:${place[2]}: `}${firstLine(error.message)}` };
    }
    if (detail.code === "MODULE_NOT_FOUND" || detail.code === "ERR_MODULE_NOT_FOUND") {
        const name = /Cannot find (?:module|package) '([^']+)'/.exec(error.message)?.[1] ?? "a module";
        const remedy = /^[./]/.test(name) ? "Does the file exist, and must the program be built first?" : "Install the program's dependencies (npm install) and check again.";
        return { ok: false, message: `cannot find ${fromHere(name, run)}${place(error, run)}. ${remedy}` };
    }
    if (run.sdk === undefined) {
        return { ok: false, message: firstLine(error.message) };
    }
    return { ok: false, message: `fails${place(error, run)}: ${firstLine(error.message) || error.name}` };
}

/** Whether a file is neither an installed package, Node's own nor this one. */
function isOwn(file: string | null | undefined): file is string {
    return typeof file === "string" && file !== "" && !file.startsWith("node:") && !file.includes(`${sep}node_modules${sep}`) && file !== __filename;
}

/** Where in the program's own files an error arose. */
function place(error: Error, run: Run): string {
    for (const line of error.stack?.split("\n") ?? []) {
        // `at f (/x/index.ts:1:2)`, `at /x/index.ts:1:2`, `at async file:///x/index.ts:1:2`
        const frame = /^ {4}at (?:.*\(|async )?(.+?):(\d+):(\d+)\)?$/.exec(line);
        const file = frame?.[1]!.startsWith("file:") ? fileURLToPath(frame[1]!) : frame?.[1];
        if (frame !== null && isOwn(file) && file.startsWith(run.job.root)) {
            return ` at ${fromHere(file, run)}:${originalLine(frame[1]!, Number(frame[2]), Number(frame[3]))}`;
        }
    }
    return "";
}

/** tsx puts a module on few lines; its source map tells where a statement was. */
function originalLine(file: string, line: number, column: number): number {
    const entry = findSourceMap(file)?.findEntry(line - 1, column - 1);
    return entry !== undefined && "originalLine" in entry ? entry.originalLine + 1 : line;
}

/** A path relative to the program. */
function fromHere(path: string, run: Run): string {
    return path.startsWith(sep) || /^[A-Za-z]:\\/.test(path) ? relative(run.job.cwd, path) || path : path;
}

function firstLine(text: string): string {
    return text.trim().split("\n")[0]?.trim() ?? "";
}

/** Takes the place of the engine's log: only errors matter, since they fail a deployment. */
function engineLog(run: Run): object {
    const errorSeverity = 3;
    return {
        log(req: { getSeverity(): number; getMessage(): string }, done: (e: unknown, r: unknown) => void): void {
            if (req.getSeverity() === errorSeverity) {
                run.errors.push(req.getMessage());
            }
            done(null, {});
        },
        setRootResource: (_req: unknown, done: (e: unknown, r: unknown) => void) => done(null, {}),
        getRootResource: (_req: unknown, done: (e: unknown, r: unknown) => void) => done(null, { getUrn: () => "" }),
        requirePulumiVersion: (_req: unknown, done: (e: unknown, r: unknown) => void) => done(null, {}),
        close: () => undefined,
    };
}

/** The SDK's getters for secrets, which get a marker where there is no value, and remember the value where there is. */
function hookConfig(sdk: Sdk): void {
    const prototype = sdk.pulumi.Config.prototype;
    if (patched.has(prototype)) {
        return;
    }
    patched.add(prototype);
    for (const kind of ["", "Number", "Boolean", "Object"]) {
        for (const access of ["require", "get"]) {
            const name = `${access}Secret${kind}`;
            const original = prototype[name];
            if (original === undefined) {
                continue;
            }
            prototype[name] = function (this: ConfigBag, key: string, ...rest: unknown[]): unknown {
                const value = this.get(key);
                if (value === secretMarker || (value === undefined && access === "require")) {
                    const full = `${this.name}:${key}`;
                    const why = value === undefined ? "was not given" : "is encrypted";
                    current?.monitor?.assumptions.add(`the secret ${full} ${why}; what depends on it is unknown`);
                    return sdk.pulumi.secret(kind === "" ? secretMarker : sdk.pulumi.unknown);
                }
                if (value !== undefined) {
                    current?.given.add(value);
                }
                return original.call(this, key, ...rest);
            };
        }
    }
}
