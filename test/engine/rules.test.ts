import assert from "node:assert/strict";
import type { Example, Rule } from "../../policies/rule";
import { rules } from "../../policies/rules/index.generated";
import { dated } from "../dated";
import { type Engine, type PackConfig, startEngine } from "./harness";
import { packOf, sampleConfig } from "./samples";
import { programOf } from "./specs";
import { engineSuite } from "./suite";

/** The rule blocks, whatever it does by default. */
function configOf(rule: Rule, example: Example): PackConfig {
    return { ...dated, [rule.name]: { ...dated[rule.name], ...example.options, enforcementLevel: "mandatory" } };
}

/** The engine has no stand-in for the classic provider, and a policy never sees whether a password is a secret. */
function isForEngine({ name, resources }: Example): boolean {
    return resources.every((r) => /^(?:aws|azure-native):/.test(r.type)) && !/^literal-(?:admin|run-as)-password$/.test(name);
}

/** Examples whose resources reach a policy in a way of their own. */
const more = ["stored-rdp-file-dials-another-name", "name-in-a-stored-rdp-file", "protected-settings"];
/** Outcomes that no example for the engine has. */
const notShown = ["certificate-usable unknown"];

/** One example of each outcome: the rest differ in what the rule reads, not in how the engine hands it over. */
function shown(rule: Rule): Example[] {
    const usable = rule.examples.filter(isForEngine);
    const first = (["violation", "unknown", "compliant"] as const).flatMap((outcome) => usable.find((e) => e.expect === outcome) ?? []);
    return [...first, ...usable.filter((e) => more.includes(e.name) && !first.includes(e))];
}

engineSuite("every rule on the real engine", () => {
    for (const rule of rules) {
        it(`${rule.id} ${rule.name}: ${shown(rule).map((e) => `${e.name} is ${e.expect}`).join(", ")}`, async () => {
            let engine: Engine | undefined;
            const outcomes = [...new Set(rule.examples.map((e) => e.expect))].filter((o) => !notShown.includes(`${rule.name} ${o}`));
            assert.deepEqual([...new Set(shown(rule).map((e) => e.expect))].sort(), outcomes.sort());
            try {
                for (const example of shown(rule)) {
                    const pack = packOf(example.resources.some((r) => r.type.startsWith("aws:")) ? "aws" : "azure");
                    const program = programOf(example.resources);
                    engine ??= await startEngine({ ...sampleConfig, program });
                    engine.program = program;
                    const result = await engine.preview({ pack, packConfig: configOf(rule, example) });
                    const mine = result.violations.filter((v) => v.policy === rule.name);
                    const told = `${example.name}:\n${mine.map((v) => `${v.level}: ${v.message}`).join("\n")}\n${result.stdout}${result.stderr}`;
                    assert.equal(mine.length > 0, example.expect !== "compliant", told);
                    assert.ok(mine.every((v) => v.urn !== undefined && v.urn !== ""), told);
                    assert.equal(result.ok, !result.violations.some((v) => v.level === "mandatory"), told);
                    if (example.expect !== "compliant") {
                        assert.ok(mine.some((v) => v.message.includes(example.says ?? "")), told);
                        assert.equal(mine.some((v) => /Cannot be decided yet/.test(v.message)), example.expect === "unknown", told);
                    }
                }
                assert.deepEqual(engine?.creations(), []);
            } finally {
                await engine?.dispose();
            }
        });
    }
});
