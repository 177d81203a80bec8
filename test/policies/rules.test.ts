import assert from "node:assert";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { causeById } from "../../core/causes";
import { azure } from "../../policies/azure/reader";
import { aws } from "../../policies/aws/reader";
import { CloudReader } from "../../policies/cloud";
import { carrierFix, setAt } from "../../policies/fixes";
import { judge } from "../../policies/judge";
import { Resource } from "../../policies/resource";
import { Example, Rule } from "../../policies/rule";
import { rules } from "../../policies/rules/index.generated";
import { at } from "../../policies/value";
import { forms, stack } from "./fixture";
import { verdictsFollow } from "./verdict-support";

const readers: readonly CloudReader[] = [azure, aws];
const root = join(__dirname, "..", "..");

describe("rules", () => {
    it("every file of the folder is in the generated index", () => {
        const files = readdirSync(join(root, "policies", "rules")).filter((f) => f.endsWith(".ts") && f !== "index.generated.ts");
        const expected = files.map((f) => f.replace(/\.ts$/, "")).sort();
        assert.deepStrictEqual(rules.map((r) => r.name).sort(), expected);
    });

    it("ids and names are unique and well formed", () => {
        assert.strictEqual(new Set(rules.map((r) => r.id)).size, rules.length);
        rules.forEach((r) => assert.match(r.id, /^RDP\d{3}$/));
        rules.forEach((r) => assert.match(r.name, /^[a-z0-9]+(-[a-z0-9]+)+$/));
    });

    it("every rule names causes that exist and has a page", () => {
        for (const rule of rules) {
            assert.ok(rule.causes.length > 0, rule.name);
            rule.causes.forEach((c) => assert.ok(causeById(c) !== undefined, `${rule.name} names the cause ${c}, which does not exist`));
            assert.ok(existsSync(join(root, "docs", "rules", `${rule.name}.md`)), `docs/rules/${rule.name}.md is missing: npm run docs`);
        }
    });

    it("what breaks a session has a symptom, what weakens it has none", () => {
        rules.forEach((r) => assert.strictEqual(r.symptom === "none", r.effect === "weakens", r.name));
    });

    for (const rule of rules) {
        describe(`${rule.id} ${rule.name}`, () => {
            it("has examples in both directions, and one that cannot be decided where values can be unknown", () => {
                const outcomes = new Set(rule.examples.map((e) => e.expect));
                assert.ok(outcomes.has("compliant"));
                assert.ok(outcomes.has("violation") || outcomes.has("unknown"));
            });
            for (const example of rule.examples) {
                for (const form of forms) {
                    it(`${example.name} is ${example.expect} (${form})`, () => check(rule, example, form));
                }
                if (rule.scope !== "host" && rule.fix !== undefined) {
                    it(`${example.name}: repaired twice is repaired once`, () => repair(rule, example));
                }
            }
        });
    }
});

async function check(rule: Rule, example: Example, form: (typeof forms)[number]): Promise<void> {
    const world = stack(example.resources)[form];
    const config = example.options === undefined ? {} : { [rule.name]: example.options };
    const { hosts, findings } = await judge(world.resources, readers, rules, config);
    verdictsFollow({ hosts, findings });
    const mine = findings.filter((f) => f.rule.name === rule.name);
    const texts = mine.map((f) => `${f.outcome}: ${f.message}`).join("\n");
    if (example.expect === "compliant") {
        assert.deepStrictEqual(texts, "");
        return;
    }
    assert.ok(mine.length > 0 && mine.every((f) => f.outcome === example.expect), `expected ${example.expect}, got:\n${texts || "nothing"}`);
    assert.ok(mine.some((f) => f.message.includes(example.says ?? "")), `expected "${example.says}" in:\n${texts}`);
    for (const f of mine) {
        assert.ok(!/undefined|NaN|\[object/.test(f.message), f.message);
    }
}

/** A repair leaves nothing for the rule to find, changes nothing else, and a second repair changes nothing. */
async function repair(rule: Exclude<Rule, { scope: "host" }>, example: Example): Promise<void> {
    const resources = stack(example.resources).preview.resources;
    const before = await judge(resources, readers, rules, {});
    const repaired = resources.map((r) => repairOnce(rule, r));
    const after = await judge(repaired, readers, rules, {});
    assert.deepStrictEqual(repaired.map((r) => repairOnce(rule, r)), repaired);
    if (example.expect === "compliant") {
        assert.deepStrictEqual(repaired, resources);
    }
    const others = (j: typeof before): string[] => j.findings.filter((f) => f.rule.name !== rule.name && f.rule.scope !== "host").map((f) => f.message);
    assert.deepStrictEqual(others(after), others(before));
    const carriersOnce = resources.some((r) => readers.some((x) => x.carriers(r).some((c) => c.runs === "once")));
    if (example.expect === "violation" && !carriersOnce) {
        assert.deepStrictEqual(after.findings.filter((f) => f.rule.name === rule.name && f.outcome === "violation").map((f) => f.message), []);
    }
}

function repairOnce(rule: Exclude<Rule, { scope: "host" }>, resource: Resource): Resource {
    const reader = readers.find((r) => r.matters(resource.type));
    if (reader === undefined) {
        return resource;
    }
    const inputs = structuredClone(resource.inputs) as Record<string, unknown>;
    const edits =
        rule.scope === "filter"
            ? reader.filters(resource).flatMap((f) => rule.fix?.(f) ?? [])
            : reader.carriers(resource).flatMap((s) => carrierFix(rule, s, resource.inputs, false) ?? []);
    for (const edit of edits) {
        assert.deepStrictEqual(String(at(inputs, edit.property)), String(edit.before));
        setAt(inputs, edit.property, edit.after);
    }
    return edits.length === 0 ? resource : { ...resource, inputs, outputs: inputs };
}
