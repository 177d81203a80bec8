import { readFileSync } from "node:fs";
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { startEngine } from "../test/engine/harness";
import { packOf, sampleConfig, sampleProgram } from "../test/engine/samples";

type Row = (what: string, value: string, goal: string) => void;

const root = join(__dirname, "..");

function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** `rdp-ready check` of a sample against `pulumi preview` of the same program with the pack. */
export async function againstPreview(row: Row): Promise<void> {
    const sample = "ready/azure-public-host";
    const engine = await startEngine({ ...sampleConfig, program: sampleProgram(sample), pack: packOf("azure") });
    try {
        const check: number[] = [];
        const preview: number[] = [];
        for (let i = 0; i < 5; i++) {
            let begin = performance.now();
            spawnSync(process.execPath, ["dist/rdp-ready.js", "check", `stacks/${sample}.ts`], { cwd: root });
            check.push(performance.now() - begin);
            begin = performance.now();
            await engine.preview();
            preview.push(performance.now() - begin);
        }
        row("check of a program : pulumi preview with the pack", (median(check) / median(preview)).toFixed(2), `(${median(check).toFixed(0)} ms : ${median(preview).toFixed(0)} ms)`);
    } finally {
        await engine.dispose();
    }
}

/** Start of a component plugin, from its TypeScript sources as the engine starts it. */
export async function pluginStart(row: Row): Promise<void> {
    console.log("Start of a component plugin");
    for (const cloud of ["azure", "aws"]) {
        const runs: { ms: number; mb: number }[] = [];
        for (let i = 0; i < 3; i++) {
            runs.push(await startPlugin(join(root, "components", cloud)));
        }
        row(`rdp-ready-${cloud}: time, memory`, `${median(runs.map((r) => r.ms)).toFixed(0)} ms`, `${median(runs.map((r) => r.mb)).toFixed(0)} MB`);
    }
}

function startPlugin(dir: string): Promise<{ ms: number; mb: number }> {
    const begin = performance.now();
    const child = spawn(process.execPath, ["--import", "tsx", "plugin.ts"], { cwd: dir, stdio: ["ignore", "pipe", "inherit"] });
    return new Promise((resolve, reject) => {
        child.once("exit", (code) => reject(new Error(`the plugin ended with code ${code}`)));
        createInterface({ input: child.stdout }).on("line", (line) => {
            if (/^\d+$/.test(line.trim())) {
                const ms = performance.now() - begin;
                const kb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]);
                child.removeAllListeners("exit");
                child.kill("SIGKILL");
                resolve({ ms, mb: kb / 1024 });
            }
        });
    });
}
