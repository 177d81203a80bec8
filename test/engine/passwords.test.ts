import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "./command";
import { startEngine } from "./harness";
import { clouds, packOf, sampleConfig } from "./samples";
import { assertOk, engineSuite } from "./suite";

const fixture = join(__dirname, "fixtures", "passwords.ts");
const secrets = [["Sum", "mer", "2026!x"].join(""), ...Object.values(sampleConfig.secrets ?? {})];
const named = (urns: readonly (string | undefined)[]): string[] => urns.map((urn) => urn?.split("::").pop() ?? "").sort();

engineSuite("passwords", () => {
    it("literal ones are told in the program, its preview, its state and by the packs; secrets are not; nothing prints either", async () => {
        const folder = mkdtempSync(join(tmpdir(), "rdp-ready-passwords-"));
        const engine = await startEngine({ ...sampleConfig, program: async () => void (delete require.cache[fixture], require(fixture)) });
        const told = async (name: string, content?: string): Promise<string[]> => {
            const file = content === undefined ? fixture : join(folder, `${name}.json`);
            if (content !== undefined) writeFileSync(file, content);
            const report = await check(file);
            secrets.forEach((s) => assert.ok(!JSON.stringify(report).includes(s), name));
            return named(report.findings.filter((f) => f.name === "credential-not-literal").map((f) => f.urn));
        };
        try {
            const bad = ["bad-literal", "bad-run-as", "bad-settings", "bad-user-data"];
            assert.deepEqual(await told("program"), bad, "program");
            assert.deepEqual(await told("preview", (await engine.previewJson()).raw), bad, "preview");
            for (const cloud of clouds) {
                const result = await engine.preview({ pack: packOf(cloud) });
                const found = result.violations.filter((v) => v.policy === "credential-not-literal");
                // The SDK hands policies a secret as plain text, so there adminPassword and runAsPassword tell nothing.
                assert.deepEqual(named(found.map((v) => v.urn)), cloud === "azure" ? ["bad-settings"] : ["bad-user-data"], cloud);
                secrets.forEach((s) => assert.ok(!result.violations.some((v) => v.message.includes(s)), cloud));
            }
            assertOk(await engine.up({ skipPreview: true }), "up");
            assert.deepEqual(await told("export", JSON.stringify(await engine.exportStack())), bad, "export");
        } finally {
            await engine.dispose();
            rmSync(folder, { recursive: true, force: true });
        }
    });
});
