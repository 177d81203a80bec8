import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import entries from "../corpus/named-traps";
import { check, type Report } from "./command";
import { type Engine, startEngine } from "./harness";
import { packOf, sampleConfig } from "./samples";
import { programOf } from "./specs";
import { assertOk, engineSuite } from "./suite";

async function judgedExport(engine: Engine): Promise<Report> {
    const folder = mkdtempSync(join(tmpdir(), "rdp-ready-traps-"));
    try {
        const file = join(folder, "export.json");
        writeFileSync(file, JSON.stringify(await engine.exportStack()));
        return await check(file);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

engineSuite("the classic traps on the real engine", () => {
    for (const { name, what, expect, specs } of entries) {
        it(`${name}: ${what}`, async () => {
            const cloud = specs.some((s) => s.type.startsWith("aws:")) ? "aws" : "azure";
            const engine = await startEngine({ ...sampleConfig, program: programOf(specs), pack: packOf(cloud) });
            try {
                const result = await engine.preview();
                const mandatory = result.violations.filter((v) => v.level === "mandatory");
                const told = mandatory.map((v) => `${v.policy}: ${v.message}`).join("\n");
                assert.deepEqual([...new Set(mandatory.map((v) => v.policy))].sort(), [...(expect.mandatory ?? [])].sort(), told || result.stdout);
                // What ends the client's connection itself shows as 0x904, everything before it as a closed port.
                assert.equal(/0x904/.test(told), ["trap-tls-listener", "trap-application-gateway"].includes(name), told);
                const advised = result.violations.map((v) => v.policy);
                assert.equal(advised.includes("address-static"), name === "trap-dynamic-address-behind-a-name", advised.join());
                assert.equal(result.ok, expect.mandatory === undefined, result.stdout);
                assert.deepEqual(engine.creations(), []);
                // Deployed all the same, the stack's state is judged as its preview was.
                assertOk(await engine.up({ skipPreview: true, pack: null }), "up");
                const state = await judgedExport(engine);
                const blocking = state.findings.filter((f) => f.level === "mandatory" && f.outcome === "violation").map((f) => f.name);
                assert.deepEqual([...new Set(blocking)].sort(), [...(expect.mandatory ?? [])].sort(), "the state");
                assert.deepEqual(Object.fromEntries(state.hosts.map((h) => [h.name, h.verdict])), expect.verdict, "the state");
            } finally {
                await engine.dispose();
            }
        });
    }
});
