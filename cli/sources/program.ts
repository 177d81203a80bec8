import { ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Problem } from "../problem";
import { ConfigChoice, StackConfig, readConfig } from "./config";
import type { Job, Outcome } from "./job";
import { Program, findProgram } from "./project";
import { Interest, Source } from "./source";

export interface ProgramOptions extends ConfigChoice {
    readonly timeoutSeconds: number;
}

/** A result for each program, in the order of the targets: what it declares, or why it could not be run. */
export type ProgramResult = Source | Problem;

const mostChildren = 2;

/**
 * Runs programs without an engine, two at a time. One that fails, hangs or crashes spoils nothing but itself.
 * @param onSource told of what a program declares while others still run
 */
export async function runPrograms(targets: readonly { path: string; name: string }[], options: ProgramOptions, interest: Interest, onSource?: (source: Source) => void): Promise<ProgramResult[]> {
    const results: ProgramResult[] = [];
    const tasks: Task[] = [];
    for (const [index, target] of targets.entries()) {
        try {
            const program = await findProgram(target.path, target.name);
            tasks.push({ index, program, config: await readConfig(program.project, options) });
        } catch (e) {
            if (!(e instanceof Problem)) {
                throw e;
            }
            results[index] = e;
        }
    }
    // Programs of one cloud stand together, so that a child seldom loads the SDK of both.
    const queue = tasks.map((task) => ({ task, cloud: cloudOf(task.program) })).sort((a, b) => a.cloud - b.cloud);
    const lanes = Array.from({ length: Math.min(mostChildren, queue.length) }, (_, lane) =>
        work(() => (lane === 0 ? queue.shift() : queue.pop())?.task, options, (task, outcome) => {
            const result = resultOf(task, outcome, interest);
            results[task.index] = result;
            if (!(result instanceof Problem)) {
                // Afterwards, so that the child has its next program by then.
                setImmediate(() => onSource?.(result));
            }
        }),
    );
    await Promise.all(lanes);
    await new Promise(setImmediate);
    return results;
}

interface Task {
    readonly index: number;
    readonly program: Program;
    readonly config: StackConfig;
}

function cloudOf(program: Program): number {
    return /azure/i.test(readFileSync(program.entry, "utf8")) ? 0 : 1;
}

async function work(next: () => Task | undefined, options: ProgramOptions, report: (task: Task, outcome: Outcome) => void): Promise<void> {
    let child: Child | undefined;
    try {
        for (let task = next(); task !== undefined; task = next()) {
            if (child?.usable !== true) {
                child = new Child();
            }
            const outcome = await child.run(jobOf(task), options.timeoutSeconds);
            // A failed program may have left anything behind, an ES module cannot be loaded afresh.
            if (!outcome.ok || task.program.esm) {
                child.kill();
            }
            report(task, outcome);
        }
    } finally {
        child?.kill();
    }
}

function jobOf({ program, config }: Task): Job {
    const { entry, esm, cwd, project } = program;
    return { entry, esm, cwd, root: project.root, project: project.name, stack: config.stack, config: config.values, secretKeys: config.secretKeys };
}

function resultOf({ program, config }: Task, outcome: Outcome, interest: Interest): ProgramResult {
    if (!outcome.ok) {
        const remedy = outcome.missing === undefined ? "" : missingConfig(outcome.missing, program, config);
        return new Problem(`${program.name} ${outcome.message}${remedy}`);
    }
    return {
        kind: "program",
        name: program.name,
        file: program.entry,
        resources: outcome.resources.filter((r) => r.opaque === true || interest.matters(r.type)),
        assumptions: outcome.assumptions,
        secrets: outcome.secrets,
    };
}

function missingConfig(key: string, program: Program, { stack, stacks }: StackConfig): string {
    const prefix = `${program.project.name}:`;
    const short = key.startsWith(prefix) ? key.slice(prefix.length) : key;
    const others = stacks.filter((s) => s !== stack);
    const where = stacks.includes(stack) ? `, which Pulumi.${stack}.yaml does not have` : "";
    const choose = others.length === 0 ? "" : `, or name the stack whose settings count: --stack ${others[0]}${others.length > 1 ? ` (there are ${others.join(", ")})` : ""}`;
    return `${where}. Give it with --config ${short}=VALUE${choose}.`;
}

/** A process that runs programs, in a process group of its own, so that it can be ended with all that it started. */
class Child {
    private readonly process: ChildProcess;
    usable = true;
    private output = "";
    private readonly onParentExit = (): void => this.kill();

    constructor() {
        // Our own tsx, wherever the program is: TypeScript and ES modules, also by import() from CommonJS.
        const loader = ["--import", pathToFileURL(createRequire(__filename).resolve("tsx")).href];
        const bundled = join(__dirname, "worker.js");
        const script = existsSync(bundled) ? bundled : join(__dirname, "worker.ts");
        // Programs make many short-lived promises: room for them spares a fifth of the time.
        this.process = spawn(process.execPath, ["--max-semi-space-size=64", "--min-semi-space-size=64", ...loader, script], {
            stdio: ["ignore", "pipe", "pipe", "ipc"],
            detached: process.platform !== "win32",
        });
        // What a program prints is its own affair: it would spoil the report, and it may hold secrets.
        const keep = (chunk: Buffer): void => void (this.output = (this.output + chunk.toString()).slice(-20_000));
        this.process.stdout?.on("data", () => undefined);
        this.process.stderr?.on("data", keep);
        process.on("exit", this.onParentExit);
        process.on("SIGINT", endOnSignal);
        process.on("SIGTERM", endOnSignal);
    }

    run(job: Job, timeoutSeconds: number): Promise<Outcome> {
        return new Promise((resolve) => {
            const settle = (outcome: Outcome): void => {
                clearTimeout(timer);
                this.process.off("message", settle).off("exit", onExit).off("error", onError);
                resolve(outcome);
            };
            const end = (message: string): void => {
                this.kill();
                settle({ ok: false, message });
            };
            const timer = setTimeout(
                () => end(`did not finish within ${timeoutSeconds} seconds. If it needs longer, give it more time with --timeout SECONDS.`),
                timeoutSeconds * 1000,
            );
            const onExit = (code: number | null, signal: string | null): void => end(`ended its process before it was done (${code === null ? `signal ${signal}` : `exit code ${code}`})${this.lastWords()}.`);
            const onError = (e: Error): void => end(`could not be run: ${e.message}`);
            this.process.on("message", settle).on("exit", onExit).on("error", onError);
            this.process.send(job, (e) => {
                if (e !== null) {
                    onError(e);
                }
            });
        });
    }

    /** Why Node itself gave up, e.g. for want of memory. */
    private lastWords(): string {
        const fatal = /FATAL ERROR: .*/.exec(this.output)?.[0];
        return fatal === undefined ? "" : `: ${fatal}`;
    }

    kill(): void {
        this.usable = false;
        process.off("exit", this.onParentExit).off("SIGINT", endOnSignal).off("SIGTERM", endOnSignal);
        const { pid } = this.process;
        if (pid === undefined || this.process.exitCode !== null) {
            return;
        }
        try {
            process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
        } catch {
            // It is gone already.
        }
    }
}

/** Leaves through `exit`, so that no child stays behind. */
function endOnSignal(signal: NodeJS.Signals): void {
    process.exit(signal === "SIGINT" ? 130 : 143);
}
