import assert from "node:assert";
import { PolicyConfigError, checkPolicyConfig, effectiveLevel, packOptions, ruleOptions } from "../../policies/config";
import { rules } from "../../policies/rules/index.generated";

const nla = rules.find((r) => r.name === "nla-required")!;

function refuses(config: unknown, text: RegExp): void {
    assert.throws(() => checkPolicyConfig(config, rules), (e: Error) => e instanceof PolicyConfigError && text.test(e.message));
}

describe("policy configuration", () => {
    it("takes levels, levels with options, and all", () => {
        const config = checkPolicyConfig({ all: "advisory", "nla-required": { enforcementLevel: "mandatory" }, "rdp-ready": { onUnknown: "mandatory" } }, rules);
        assert.strictEqual(effectiveLevel(config, nla), "mandatory");
        assert.strictEqual(effectiveLevel(config, rules.find((r) => r.name === "path-exists")!), "advisory");
        assert.strictEqual(packOptions(config).onUnknown, "mandatory");
    });

    it("falls back to each rule's own level", () => assert.strictEqual(effectiveLevel({}, nla), "advisory"));

    for (const [what, config, text] of [
        ["a misspelt rule, naming the nearest", { "nla-requird": "mandatory" }, /Did you mean "nla-required"\?/],
        ["a rule that resembles none, listing all", { "antivirus-present": "mandatory" }, /The policies: rdp-ready, all, filter-admits-client/],
        ["an unknown level", { "nla-required": "warn" }, /"warn" does not exist. Write one of mandatory/],
        ["an unknown option of the pack", { "rdp-ready": { onUnkown: "mandatory" } }, /Did you mean "onUnknown"\?/],
        ["an option of a rule without options", { "nla-required": { strict: true } }, /no option "strict". It has no options/],
        ["a value that an option does not take", { "rdp-ready": { onUnknown: "error" } }, /write one of advisory, mandatory, off instead of "error"/],
        ["a date that is none", { "image-supported": { asOf: "2026-02-30" } }, /write a date as YYYY-MM-DD instead of "2026-02-30"/],
        ["a value of the wrong type", { "rdp-ready": { clients: "203.0.113.0/24" } }, /write a value of type array/],
        ["a malformed CIDR", { "rdp-ready": { clients: ["203.0.113.0/33"] } }, /option clients: .*203\.0\.113\.0\/33/],
        ["port 0", { "rdp-ready": { port: 0 } }, /port/i],
        ["port 70000", { "rdp-ready": { port: 70000 } }, /70000/],
        ["a list", [], /is an object/],
        ["nothing", null, /is an object/],
    ] as const) {
        it(`refuses ${what}`, () => refuses(config, text));
    }

    it("fills in defaults of options", () => {
        const rule = { ...nla, options: { minimum: { type: "integer", default: 2, description: "" } } } as const;
        assert.deepStrictEqual(ruleOptions({}, rule), { minimum: 2 });
        assert.deepStrictEqual(ruleOptions({ "nla-required": { minimum: 5 } }, rule), { minimum: 5 });
    });
});
