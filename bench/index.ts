import { existsSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { PackProcess } from "./pack-process";
import { cleanStack } from "./stacks";

/** Ratios measured in one run; a machine's own speed cancels out. Goals are printed beside them, and never asserted in a test. */
const root = join(__dirname, "..");
const packs = { ours: join(root, "policies", "azure"), empty: join(root, "bench", "packs", "empty"), noop: join(root, "bench", "packs", "noop") };

const rows: { what: string; value: string; goal: string }[] = [];

function row(what: string, value: string, goal: string): void {
    rows.push({ what, value, goal });
    console.log(`  ${what.padEnd(62)} ${value.padStart(10)}   ${goal}`);
}

function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function packStart(): Promise<void> {
    console.log("Start of the policy pack against an empty pack");
    const ms: Record<string, number[]> = { ours: [], empty: [] };
    const mb: Record<string, number[]> = { ours: [], empty: [] };
    for (let i = 0; i < 9; i++) {
        for (const name of ["empty", "ours"] as const) {
            const pack = await PackProcess.start(packs[name]);
            ms[name]!.push(pack.startMs);
            mb[name]!.push(pack.peakMegabytes);
            pack.stop();
        }
    }
    row("time to start, ours : empty", (median(ms["ours"]!) / median(ms["empty"]!)).toFixed(2), `at most 1.15 (${median(ms["ours"]!).toFixed(0)} ms : ${median(ms["empty"]!).toFixed(0)} ms)`);
    row("memory at start, ours : empty", (median(mb["ours"]!) / median(mb["empty"]!)).toFixed(2), `at most 1.15 (${median(mb["ours"]!).toFixed(0)} MB : ${median(mb["empty"]!).toFixed(0)} MB)`);
}

async function analyzeStack(): Promise<void> {
    console.log("AnalyzeStack of a clean stack against one no-op stack policy");
    const counts = [1_000, 10_000] as const;
    const cases = [];
    for (const count of counts) {
        const resources = cleanStack(count);
        for (const name of ["noop", "ours"] as const) {
            const pack = await PackProcess.start(packs[name]);
            for (const r of resources) {
                await pack.analyze(r);
            }
            cases.push({ key: `${name} ${count}`, pack, resources, runs: [] as number[] });
        }
    }
    // In turns, so that whatever else the machine does meets packs and sizes alike.
    for (let i = 0; i < 9; i++) {
        for (const { pack, resources, runs } of cases) {
            const begin = performance.now();
            const diagnostics = await pack.analyzeStack(resources);
            runs.push(performance.now() - begin);
            if (diagnostics.length > 0) {
                throw new Error(`the stack of the bench is not clean: ${diagnostics[0]!.getMessage()}`);
            }
        }
    }
    cases.forEach(({ pack }) => pack.stop());
    const times = new Map(cases.map(({ key, runs }) => [key, median(runs)]));
    for (const count of counts) {
        const [ours, noop] = [times.get(`ours ${count}`)!, times.get(`noop ${count}`)!];
        row(`${count.toLocaleString("en-US")} resources, ours : no-op`, (ours / noop).toFixed(2), `at most 2 (${ours.toFixed(0)} ms : ${noop.toFixed(0)} ms)`);
    }
    const growth = (name: string): string => (times.get(`${name} 10000`)! / times.get(`${name} 1000`)!).toFixed(1);
    row("growth from 1,000 to 10,000 resources", growth("ours"), `at most 11 (no-op: ${growth("noop")})`);
}

/** Time of a command, and of another, run in turns. */
function alternate(runs: number, a: () => void, b: () => void): [number, number] {
    const times: [number[], number[]] = [[], []];
    for (let i = 0; i < runs; i++) {
        [a, b].forEach((f, k) => {
            const begin = performance.now();
            f();
            times[k]!.push(performance.now() - begin);
        });
    }
    return [median(times[0]), median(times[1])];
}

function run(args: readonly string[]): void {
    const result = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
    if (result.status === null || result.status > 1) {
        throw new Error(`${args.join(" ")} ended with ${result.status}: ${result.stderr}`);
    }
}

async function check(): Promise<void> {
    console.log("The command");
    const { bigExport } = await import("./big-export.js");
    const file = bigExport();
    const [ours, node] = alternate(
        5,
        () => run(["dist/rdp-ready.js", "check", file, "--format", "json"]),
        () => run(["-e", `JSON.parse(require("fs").readFileSync(${JSON.stringify(file)}, "utf8"))`]),
    );
    row("check of an export with 2,000 NSGs : node start and parse", (ours / node).toFixed(2), `at most 3 (${ours.toFixed(0)} ms : ${node.toFixed(0)} ms)`);
}

async function hostileScripts(): Promise<void> {
    console.log("Reading a script that is large or hostile");
    const { readScript } = await import("../core/guest/script/index.js");
    const write = "Set-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server' fDenyTSConnections 0\n";
    const scripts = {
        "10 MB of one word": "rem ".repeat(2_500_000),
        "1 MB in one line": "reg add ".repeat(131_072),
        "10,000 lines": write.repeat(10_000),
        "1,000 nested blocks": `${"if ($x) {\n".repeat(1000)}${write}${"}\n".repeat(1000)}`,
        "a loop of a million": `foreach ($i in 1..1000000) { ${write} }`,
    };
    for (const [what, text] of Object.entries(scripts)) {
        const begin = process.cpuUsage();
        readScript(text, "powershell");
        const { user, system } = process.cpuUsage(begin);
        row(`${what}: time of the processor`, `${((user + system) / 1000).toFixed(0)} ms`, "at most 2000 ms");
    }
}

async function main(): Promise<void> {
    if (!existsSync(join(packs.ours, "pack.js"))) {
        throw new Error("policies/azure/pack.js is missing; run npm run build first");
    }
    console.log("Ratios of this run. Absolute times depend on the machine.\n");
    await packStart();
    await analyzeStack();
    await check();
    await hostileScripts();
    const { againstPreview, pluginStart } = await import("./engine.js");
    await againstPreview(row);
    await pluginStart(row);
}

void main();
