/** A throw-away place to run the CLI in: its own home, state, project and PATH, and no way to the network. */
import { spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { findEngine } from "./cli";

/** A run that takes longer hangs: it is ended before the test runner gives up, so that no process outlives its test. */
const RUN_LIMIT_MS = 100_000;

/** How a run of the CLI ended. */
export interface CliResult {
    exitCode: number;
    stdout: string;
    stderr: string;
    durationMs: number;
}

const PASSPHRASE = "rdp-ready";
/** Settings and credentials of whoever runs the tests have no place in them. */
const FOREIGN = /^(PULUMI|AWS|ARM|AZURE|NODE_OPTIONS$)/;

/** The directories of one engine, under one temporary root. */
export class Workspace {
    readonly projectDir: string;
    private readonly env: NodeJS.ProcessEnv;

    private constructor(
        readonly root: string,
        private readonly pulumi: string,
        binDirs: string[],
    ) {
        this.projectDir = path.join(root, "project");
        const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)));
        this.env = {
            ...inherited,
            PATH: [path.join(root, "bin"), ...binDirs, process.env["PATH"]].join(path.delimiter),
            PULUMI_HOME: path.join(root, "home"),
            PULUMI_BACKEND_URL: `file://${path.join(root, "state")}`,
            PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            PULUMI_AUTOMATION_API: "true",
            // Unlocks --event-log and --client, which the Automation API uses too.
            PULUMI_DEBUG_COMMANDS: "true",
        };
    }

    /** Makes the directories, and the analyzer host that lets the engine run policy packs without the Node.js language host. */
    static async create(): Promise<Workspace> {
        const tools = await findEngine();
        const root = await fs.mkdtemp(path.join(os.tmpdir(), "rdp-ready-engine-"));
        for (const dir of ["bin", "home", "state", "project"]) await fs.mkdir(path.join(root, dir));
        const runPack = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
        const analyzer = `#!/bin/sh\nexec '${process.execPath}' '${runPack}' "$@"\n`;
        await fs.writeFile(path.join(root, "bin", "pulumi-analyzer-policy-nodejs"), analyzer, { mode: 0o755 });
        return new Workspace(root, tools.pulumi, tools.binDirs);
    }

    /** Writes a file below the root and gives its path. */
    async write(name: string, content: string): Promise<string> {
        const file = path.join(this.root, name);
        await fs.writeFile(file, content);
        return file;
    }

    /** Runs the CLI in the project's directory; never throws for a bad exit code. */
    cli(args: string[], env: NodeJS.ProcessEnv = {}): Promise<CliResult> {
        const started = Date.now();
        return new Promise((resolve, reject) => {
            const child = spawn(this.pulumi, [...args, "--non-interactive", "--color", "never"], {
                cwd: this.projectDir,
                env: { ...this.env, ...env },
                stdio: ["ignore", "pipe", "pipe"],
                timeout: RUN_LIMIT_MS,
                killSignal: "SIGKILL",
            });
            let stdout = "";
            let stderr = "";
            child.stdout.setEncoding("utf8").on("data", (data: string) => (stdout += data));
            child.stderr.setEncoding("utf8").on("data", (data: string) => (stderr += data));
            child.on("error", reject);
            child.on("close", (code) => {
                if (code === null) reject(new Error(`pulumi ${args.join(" ")} was ended after ${Date.now() - started} ms:\n${stdout}${stderr}`));
                else resolve({ exitCode: code, stdout, stderr, durationMs: Date.now() - started });
            });
        });
    }

    /** Like `cli`, for commands that must succeed. */
    async mustRun(args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
        const result = await this.cli(args, env);
        if (result.exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with code ${result.exitCode}:\n${result.stdout}${result.stderr}`);
        return result.stdout;
    }

    async remove(): Promise<void> {
        await fs.rm(this.root, { recursive: true, force: true });
    }
}
