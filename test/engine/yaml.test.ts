import assert from "node:assert/strict";
import { join } from "node:path";
import { dated } from "../dated";
import { type Engine, runYaml } from "./harness";
import { type CloudName, clouds, packOf, sampleConfig } from "./samples";
import { assertFailed, assertOk, engineSuite } from "./suite";

const start = (cloud: CloudName, fixture: string): Promise<Engine> =>
    runYaml({
        dir: join(__dirname, "fixtures", fixture),
        componentProviders: [{ package: `rdp-ready-${cloud}`, dir: join(__dirname, "..", "..", "components", cloud), entry: "plugin.ts" }],
        pack: packOf(cloud),
        packConfig: dated,
        ...(cloud === "azure" ? { secrets: sampleConfig.secrets } : {}),
    });

for (const cloud of clouds) {
    engineSuite(`a YAML program with a component of ${cloud}`, () => {
        it("is deployed through the component provider, and the pack finds nothing", async () => {
            const engine = await start(cloud, `yaml-${cloud}`);
            try {
                const up = await engine.up();
                assertOk(up);
                assert.deepEqual(up.violations.map((v) => v.message), []);
                const outputs = await engine.outputs();
                assert.match(String(outputs["address"]), /^\d+\.\d+\.\d+\.\d+$/);
                assert.ok(String(outputs["rdpFile"]).includes(`full address:s:${String(outputs["address"])}`));
                const state = await engine.policyAnalyze();
                assert.deepEqual(state.violations.map((v) => v.message), []);
            } finally {
                await engine.dispose();
            }
        });

        it("is judged as it is deployed: what stands beside the component blocks it", async () => {
            const engine = await start(cloud, `yaml-${cloud}-blocked`);
            try {
                const preview = await engine.preview();
                assertFailed(preview);
                const expected = cloud === "azure" ? "filter-admits-client" : "one-port-everywhere";
                assert.ok(preview.violations.some((v) => v.policy === expected && v.level === "mandatory"), preview.stdout);
                assert.deepEqual(engine.creations(), []);
            } finally {
                await engine.dispose();
            }
        });
    });
}
