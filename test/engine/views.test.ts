import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, essence } from "./command";
import { startEngine } from "./harness";
import { clouds, packOf, sampleConfig, sampleProgram, samplesOf } from "./samples";
import { assertOk, engineSuite } from "./suite";

const stacks = join(__dirname, "..", "..", "stacks");

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
                    const program = essence(await check(join(stacks, `${sample}.ts`)));
                    assert.deepEqual(await judged("preview", (await engine.previewJson()).raw), program, "preview");
                    assertOk(await engine.up({ skipPreview: true }), "up");
                    assert.deepEqual(await judged("export", await engine.exportStack()), program, "export");
                    assertOk(await engine.refresh(), "refresh");
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
            const command = (await check(join(stacks, `${sample}.ts`))).findings.map((f) => `${f.rule} ${f.level}`).sort();
            assert.equal(pack.length, command.length, `${pack.join()} / ${command.join()}`);
        } finally {
            await engine.dispose();
        }
    });
});
