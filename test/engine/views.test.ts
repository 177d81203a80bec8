import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEngine } from "./harness";
import { clouds, packOf, sampleConfig, sampleProgram, samplesOf } from "./samples";
import { engineSuite } from "./suite";

interface Report {
    readonly hosts: { readonly name: string; readonly verdict: string; readonly paths: { client: string; via: string; verdict: string }[] }[];
    readonly findings: { readonly rule: string; readonly level: string; readonly outcome: string }[];
}

const root = join(__dirname, "..", "..");

/** The command as users run it. */
function check(file: string): Promise<Report> {
    return new Promise((resolve, reject) =>
        execFile(process.execPath, [join(root, "dist", "rdp-ready.js"), "check", file, "--format", "json"], { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
            stdout === "" ? reject(new Error(`${error?.message}\n${stderr}`)) : resolve(JSON.parse(stdout) as Report),
        ),
    );
}

/** What all views must agree on. */
function essence(report: Report): unknown {
    return {
        hosts: report.hosts.map(({ name, verdict, paths }) => ({ name, verdict, paths: paths.map((p) => [p.client, p.via, p.verdict].join(" ")).sort() })).sort((a, b) => a.name.localeCompare(b.name)),
        findings: report.findings.map((f) => [f.rule, f.level, f.outcome].join(" ")).sort(),
    };
}

for (const cloud of clouds) {
    engineSuite(`one stack, four views, on ${cloud}`, () => {
        for (const sample of [...samplesOf(cloud, "ready"), ...samplesOf(cloud, "broken")]) {
            it(`${sample}: the program, its preview, its export and its export after a refresh are judged alike`, async () => {
                const folder = mkdtempSync(join(tmpdir(), "rdp-ready-views-"));
                const engine = await startEngine({ ...sampleConfig, program: sampleProgram(sample) });
                const judged = async (name: string, content: unknown): Promise<unknown> => {
                    const file = join(folder, `${name}.json`);
                    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
                    return essence(await check(file));
                };
                try {
                    const program = essence(await check(join(root, "stacks", `${sample}.ts`)));
                    assert.deepEqual(await judged("preview", (await engine.previewJson()).raw), program, "preview");
                    assert.ok((await engine.up({ skipPreview: true })).ok);
                    assert.deepEqual(await judged("export", await engine.exportStack()), program, "export");
                    assert.ok((await engine.refresh()).ok);
                    assert.deepEqual(await judged("refreshed", await engine.exportStack()), program, "export after a refresh");
                } finally {
                    await engine.dispose();
                    rmSync(folder, { recursive: true, force: true });
                }
            });
        }
    });
}

engineSuite("the pack and the command", () => {
    it("say the same of the same program", async () => {
        const sample = "broken/filter-admits-client/azure-subnet-nsg-denies";
        const engine = await startEngine({ ...sampleConfig, program: sampleProgram(sample), pack: packOf("azure") });
        try {
            const pack = (await engine.preview()).violations.map((v) => `${v.policy} ${v.level}`).sort();
            const command = (await check(join(root, "stacks", `${sample}.ts`))).findings.map((f) => `${f.rule} ${f.level}`).sort();
            assert.equal(pack.length, command.length, `${pack.join()} / ${command.join()}`);
        } finally {
            await engine.dispose();
        }
    });
});
