/**
 * Finds the Pulumi CLI for the tests on the real engine, or builds it from its Go module.
 *
 * A CLI on PATH is preferred. Where only Go is at hand, the CLI and the YAML language host are built once into a cache outside the
 * repository: package managers seldom carry Pulumi, while a Go module needs nothing but the module proxy.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The version that is built, and that `test/engine/cli/go.mod` pins. */
export const BUILT_VERSION = "3.245.0";
/** The oldest CLI on PATH that will do: the harness reads policy remediation events and `policy analyze`. */
const OLDEST_VERSION = [3, 200] as const;
const MODULE_DIR = path.join(__dirname, "cli");
const TOOLS = {
    pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    "pulumi-language-yaml": "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
};
const EXE = process.platform === "win32" ? ".exe" : "";
const PROGRESS_EVERY_MS = 15_000;
const LOCK_POLL_MS = 500;

/** The Pulumi CLI that the tests drive. */
export interface EngineTools {
    /** Path of the `pulumi` executable. */
    pulumi: string;
    /** Directories to put in front of PATH, so that the CLI finds its language hosts. */
    binDirs: string[];
    version: string;
    source: "path" | "cache" | "built";
}

/** There is neither a suitable CLI nor a way to build one. */
export class EngineMissing extends Error {
    constructor(reason: string) {
        super(
            `the real Pulumi engine is not available: ${reason}. To get it, put pulumi ${OLDEST_VERSION.join(".")} or newer with ` +
                `pulumi-language-yaml on PATH (https://www.pulumi.com/docs/install/), or install Go (${MODULE_DIR}/go.mod names the version) ` +
                `and the tests build ${BUILT_VERSION} once, in about 4 minutes.`,
        );
        this.name = "EngineMissing";
    }
}

/** True where tests on the engine must fail, rather than be skipped, when there is no engine. */
export function engineRequired(env: NodeJS.ProcessEnv = process.env): boolean {
    return env["RDP_READY_ENGINE"] === "required" || env["CI"] === "true";
}

/** Where built tools are kept. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
    return env["RDP_READY_ENGINE_CACHE"] || path.join(os.homedir(), ".cache", "rdp-ready", `pulumi-${BUILT_VERSION}`);
}

let found: Promise<EngineTools> | undefined;

/**
 * The CLI to use: from PATH, from the cache, or built now. The answer is remembered for the life of the process.
 * @throws EngineMissing when there is none and none can be built
 */
export function findEngine(): Promise<EngineTools> {
    found ??= locate();
    return found;
}

/** A suitable CLI that needs no building: from PATH or from the cache. `.ci/run` asks before it looks for Go. */
export async function engineAtHand(): Promise<EngineTools | undefined> {
    return (await fromPath()) ?? fromDir(cacheDir(), "cache");
}

async function locate(): Promise<EngineTools> {
    const atHand = await engineAtHand();
    if (atHand) return atHand;
    const cache = cacheDir();
    return withLock(`${cache}.lock`, async () => (await fromDir(cache, "cache")) ?? (await build(cache)));
}

async function fromPath(): Promise<EngineTools | undefined> {
    const pulumi = await which("pulumi");
    const yaml = await which("pulumi-language-yaml");
    if (!pulumi || !yaml) return undefined;
    const version = await versionOf(pulumi);
    const [major = 0, minor = 0] = version.split(".").map(Number);
    const newEnough = major > OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor >= OLDEST_VERSION[1]);
    return newEnough ? { pulumi, binDirs: [path.dirname(pulumi), path.dirname(yaml)], version, source: "path" } : undefined;
}

async function fromDir(dir: string, source: "cache" | "built"): Promise<EngineTools | undefined> {
    for (const name of Object.keys(TOOLS)) if (!(await isExecutable(path.join(dir, name + EXE)))) return undefined;
    const pulumi = path.join(dir, `pulumi${EXE}`);
    return { pulumi, binDirs: [dir], version: await versionOf(pulumi), source };
}

async function build(cache: string): Promise<EngineTools> {
    const go = await which("go");
    if (!go) throw new EngineMissing("no pulumi and no go on PATH");
    await fs.mkdir(path.dirname(cache), { recursive: true });
    // A temporary directory beside the cache, renamed at the end: an interrupted build never looks like a complete one.
    const building = await fs.mkdtemp(`${cache}.building-`);
    try {
        await compile(go, building);
        await fs.rm(cache, { recursive: true, force: true });
        await fs.chmod(building, 0o755);
        await fs.rename(building, cache);
    } catch (error) {
        await fs.rm(building, { recursive: true, force: true });
        throw error;
    }
    const built = await fromDir(cache, "built");
    if (!built) throw new EngineMissing(`the build left no usable executables in ${cache}`);
    return built;
}

async function compile(go: string, outDir: string): Promise<void> {
    const started = Date.now();
    const elapsed = (): string => `${Math.round((Date.now() - started) / 1000)} s`;
    const tell = (text: string): void => void process.stderr.write(`rdp-ready tests: ${text}\n`);
    tell(`building the Pulumi CLI ${BUILT_VERSION} from its Go module, once (about 4 minutes on 2 cores) ...`);
    const ldflags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${BUILT_VERSION}`;
    const args = ["build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", ldflags, "-o", outDir + path.sep, ...Object.values(TOOLS)];
    // Without cgo no C compiler is needed; Debian's Go does not fetch the version that a module asks for unless told to.
    const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOTOOLCHAIN: process.env["GOTOOLCHAIN"] || "auto" };
    const child = spawn(go, args, { cwd: MODULE_DIR, env });
    let output = "";
    const collect = (data: Buffer): void => void (output = (output + data.toString()).slice(-4000));
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    const ticker = setInterval(() => {
        const last = output.trimEnd().split("\n").pop() ?? "";
        tell(`still building the Pulumi CLI, ${elapsed()}${last ? ` (${last})` : ""}`);
    }, PROGRESS_EVERY_MS);
    try {
        const code = await exitCode(child);
        if (code !== 0) throw new EngineMissing(`go build failed with code ${code}:\n${output}`);
        tell(`the Pulumi CLI is built, ${elapsed()}`);
    } finally {
        clearInterval(ticker);
    }
}

function exitCode(child: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => resolve(code ?? -1));
    });
}

/** Runs `action` while this process alone holds the lock; a lock whose owner is dead is taken over. */
async function withLock<T>(lock: string, action: () => Promise<T>): Promise<T> {
    await fs.mkdir(path.dirname(lock), { recursive: true });
    for (let waited = 0; !(await tryLock(lock)); waited += LOCK_POLL_MS) {
        if (waited % PROGRESS_EVERY_MS === 0) process.stderr.write(`rdp-ready tests: waiting for another build of the Pulumi CLI (${lock})\n`);
        await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
    }
    try {
        return await action();
    } finally {
        await fs.rm(lock, { force: true });
    }
}

async function tryLock(lock: string): Promise<boolean> {
    try {
        await fs.writeFile(lock, String(process.pid), { flag: "wx" });
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = Number(await fs.readFile(lock, "utf8").catch(() => ""));
    if (owner > 0 && !isAlive(owner)) await fs.rm(lock, { force: true });
    return false;
}

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
}

async function which(name: string): Promise<string | undefined> {
    for (const dir of (process.env["PATH"] ?? "").split(path.delimiter)) {
        const candidate = path.join(dir, name + EXE);
        if (dir && (await isExecutable(candidate))) return candidate;
    }
    return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
    try {
        await fs.access(file, fs.constants.X_OK);
        return (await fs.stat(file)).isFile();
    } catch {
        return false;
    }
}

async function versionOf(pulumi: string): Promise<string> {
    const { stdout } = await run(pulumi, ["version"], { env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" } });
    return stdout.trim().replace(/^v/, "");
}
