import assert from "node:assert";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Carrier } from "../../core/guest/model";
import { aws } from "../../policies/aws/reader";
import { azure } from "../../policies/azure/reader";
import { Judgement, Verdict, blocks, judge } from "../../policies/judge";
import { rules } from "../../policies/rules/index.generated";
import { dated } from "../dated";
import { Form, forms, stack } from "../policies/fixture";
import { verdictsFollow } from "../policies/verdict-support";
import { Entry, Expected } from "./entry";

/** Stacks as other people write them: nothing that works is called broken, and nothing that is broken is called ready. */

const themes = readdirSync(__dirname)
    .filter((f) => f.endsWith(".ts") && !f.endsWith(".test.ts") && f !== "entry.ts")
    .sort()
    .map((f) => ({ theme: f.replace(/\.ts$/, ""), entries: (require(join(__dirname, f)) as { default: readonly Entry[] }).default }));

const counts = { silentGuests: 0, stacks: 0, hosts: 0, falseAlarms: 0, missed: 0, undecided: 0, advisory: 0 };

describe("corpus of other people's stacks", () => {
    it("has no two stacks of one name", () => {
        const names = themes.flatMap((t) => t.entries.map((e) => e.name));
        assert.deepStrictEqual(names.filter((n, i) => names.indexOf(n) !== i), []);
    });

    for (const { theme, entries } of themes) {
        describe(theme, () => entries.forEach(describeEntry));
    }

    describe("as a whole", () => {
        it("holds many hosts whose scripts leave Remote Desktop alone", () => assert.ok(counts.silentGuests > 100, String(counts.silentGuests)));
    });

    after(() => {
        const { stacks, hosts, falseAlarms, missed, undecided, advisory } = counts;
        console.log(
            `corpus: ${stacks} stacks, ${hosts} hosts, ${falseAlarms} false alarms, ${missed} missed; in both forms together ${undecided} verdicts unknown where more was expected, ${advisory} advisory findings on stacks that work`,
        );
    });
});

function describeEntry(entry: Entry): void {
    describe(entry.name, () => {
        const judged = new Map<Form, Judgement>();
        before(async () => {
            const made = stack(entry.specs);
            for (const form of forms) {
                judged.set(form, await judge(made[form].resources, [azure, aws], rules, dated));
            }
            count(entry, judged);
        });
        for (const form of forms) {
            it(`is judged right (${form})`, () => check(entry, form, judged.get(form)!));
        }
        it("about a guest of which the stack says nothing there is one advisory line at most", () => {
            for (const form of forms) {
                const { hosts, findings } = judged.get(form)!;
                for (const { host } of hosts.filter((h) => h.host.carriers.every(saysNothing))) {
                    const urns = new Set([host.urn, ...host.carriers.map((c) => c.urn)]);
                    const mine = findings.filter((f) => urns.has(f.urn) && f.rule.id.startsWith("RDP2"));
                    assert.ok(mine.length <= 1 && !mine.some(blocks), `${host.name} (${form})\n${mine.map((f) => `${f.level} ${f.message}`).join("\n")}`);
                    counts.silentGuests += 1;
                }
            }
        });
        it("the verdict says what the findings say", () => forms.forEach((form) => verdictsFollow(judged.get(form)!, form)));
        it("a host that is blocked has a finding that blocks", () => {
            for (const form of forms) {
                const { hosts, findings } = judged.get(form)!;
                const blocked = hosts.filter((h) => h.verdict === "blocked" && h.host.intent.kind !== "implied-by-address").map((h) => h.host.name);
                assert.ok(blocked.length === 0 || findings.some(blocks), `${blocked.join()} without a blocking finding (${form})`);
            }
        });
        it(entry.formsDiffer === undefined ? "both forms give the same verdicts" : "the forms differ, for a reason", () => {
            const [preview, state] = forms.map((f) => verdicts(judged.get(f)!));
            if (entry.formsDiffer === undefined) {
                assert.deepStrictEqual(preview, state);
            } else if (!mayAgree(entry)) {
                assert.notDeepStrictEqual(preview, state);
            }
        });
    });
}

function check(entry: Entry, form: Form, judgement: Judgement): void {
    const all = judgement.findings.map((f) => `${f.level} ${f.outcome} ${f.rule.name}: ${f.message}`).join("\n");
    const reasons = judgement.hosts.map((h) => `${h.host.name} (${h.host.intent.kind}): ${h.verdict} ${h.reasons.join(" | ")}`).join("\n");
    const report = `\n${reasons}\n${all}`;
    const mandatory = judgement.findings.filter((f) => f.level === "mandatory");
    if (entry.works === "yes") {
        assert.deepStrictEqual(mandatory.map((f) => f.message), [], "a mandatory finding on a stack that works");
    }
    if (entry.works === "no") {
        assert.ok(mandatory.length > 0 || judgement.hosts.some((h) => h.verdict !== "ready"), `broken and yet ready${report}`);
    }
    for (const name of entry.expect.mandatory ?? []) {
        assert.ok(mandatory.some((f) => f.rule.name === name), `expected a mandatory finding of ${name}${report}`);
    }
    if (entry.works === "cannot be told" && entry.expect.mandatory === undefined) {
        assert.deepStrictEqual(mandatory.map((f) => f.message), [], "a mandatory finding where it cannot be told");
    }
    const seen = verdicts(judgement);
    assert.deepStrictEqual(Object.keys(seen).sort(), Object.keys(entry.expect.verdict).sort(), `other hosts than expected${report}`);
    for (const [host, expected] of Object.entries(entry.expect.verdict)) {
        assert.ok(allowed(expected, form).includes(seen[host]!), `${host} is ${seen[host]}, expected ${allowed(expected, form).join(" or ")}${report}`);
    }
    for (const [host, kind] of Object.entries(entry.intent ?? {})) {
        assert.strictEqual(judgement.hosts.find((h) => h.host.name === host)?.host.intent.kind, kind, `intent of ${host}${report}`);
    }
    const { silent } = entry.expect;
    const noise = judgement.findings.filter((f) => silent === "all" || silent?.includes(f.rule.name) === true);
    assert.deepStrictEqual(noise.map((f) => f.message), [], "findings that nobody wants");
    for (const text of [...judgement.findings.flatMap((f) => [f.message, f.fix ?? ""]), ...judgement.hosts.flatMap((h) => [...h.reasons, ...h.assumptions])]) {
        assert.ok(!/\bundefined\b|\[object|\bNaN\b/.test(text), text);
    }
}

/** Whether a script leaves Remote Desktop's settings alone, as far as it can be read. */
function saysNothing({ reading }: Carrier): boolean {
    return reading.state.settings.size === 0 && reading.state.firewallRules.length === 0 && reading.state.actions.length === 0;
}

function verdicts(judgement: Judgement): Record<string, Verdict> {
    return Object.fromEntries(judgement.hosts.map((h) => [h.host.name, h.verdict]));
}

function allowed(expected: Expected, form: Form): readonly Verdict[] {
    if (typeof expected === "string") {
        return [expected];
    }
    return isList(expected) ? expected : allowed(expected[form], form);
}

/** Whether the expectations of the two forms have a verdict in common for every host. */
function mayAgree(entry: Entry): boolean {
    return Object.values(entry.expect.verdict).every((e) => allowed(e, "preview").some((v) => allowed(e, "state").includes(v)));
}

function isList(expected: Exclude<Expected, string>): expected is readonly Verdict[] {
    return Array.isArray(expected);
}

function count(entry: Entry, judged: ReadonlyMap<Form, Judgement>): void {
    counts.stacks += 1;
    counts.hosts += Object.keys(entry.expect.verdict).length;
    const all = [...judged.entries()];
    const mandatory = all.some(([, j]) => j.findings.some((f) => f.level === "mandatory"));
    counts.falseAlarms += entry.works === "yes" && mandatory ? 1 : 0;
    counts.missed += entry.works === "no" && all.some(([, j]) => j.hosts.every((h) => h.verdict === "ready")) ? 1 : 0;
    for (const [form, j] of all) {
        counts.advisory += entry.works === "yes" ? j.findings.filter((f) => f.level === "advisory").length : 0;
        counts.undecided += j.hosts.filter((h) => {
            const expected = entry.expect.verdict[h.host.name];
            return h.verdict === "unknown" && expected !== undefined && !allowed(expected, form).includes("unknown");
        }).length;
    }
}
