import assert from "node:assert";
import { aws } from "../../policies/aws/reader";
import { azure } from "../../policies/azure/reader";
import { PolicyConfig } from "../../policies/config";
import { judge } from "../../policies/judge";
import { ExampleResource } from "../../policies/rule";
import { rules } from "../../policies/rules/index.generated";
import { azureBinding, importAndBind } from "../../policies/rules/shared/example-certificates";
import { ec2WithUserData } from "../../policies/rules/shared/example-stacks";
import { Wanted, certificate, clientUse, serverUse } from "../core/certificate/made";
import { forms, stack } from "./fixture";

/** A host that imports the file, in each cloud. */
const clouds: Readonly<Record<string, (script: string) => ExampleResource[]>> = { azure: (script) => azureBinding(script), aws: (script) => ec2WithUserData(script) };
const record: ExampleResource = { type: "azure-native:dns:RecordSet", name: "record", inputs: { resourceGroupName: "rg", zoneName: "corp.example", relativeRecordSetName: "vm", recordType: "A", ttl: 300, targetResource: { id: "${ip.id}" } } };
const right: Wanted = { from: new Date("2025-01-01"), to: new Date("2027-01-01"), dns: ["vm.corp.example"], uses: [serverUse] };

/** What the rule says in both forms, as `outcome: message`; nothing may show the password or the file. */
function told(resources: readonly ExampleResource[], config: PolicyConfig, secrets: readonly string[]): string[] {
    const [preview, state] = forms.map((form) => {
        const { findings } = judge(stack(resources)[form].resources, [azure, aws], rules, config);
        secrets.forEach((s) => assert.ok(!JSON.stringify(findings.map(({ rule: _, ...rest }) => rest)).includes(s)));
        return findings.filter((f) => f.rule.name === "certificate-usable").map((f) => `${f.outcome}: ${f.message}`);
    });
    assert.deepStrictEqual(preview, state);
    return preview!;
}

describe("a real PKCS#12 file in a script", () => {
    const asOf = (day: string): PolicyConfig => ({ "certificate-usable": { asOf: day } });
    const cases: readonly (readonly [string, Wanted, string, RegExp | undefined])[] = [
        ["that is right", right, "2026-06-01", undefined],
        ["in its last month, by a script that never fetches another", right, "2026-12-15", /^violation: .*ends on 2027-01-01, in 17 days/],
        ["that has expired", right, "2027-01-02", /^violation: .*ended on 2027-01-01/],
        ["that is not valid yet", right, "2024-12-31", /^violation: .*not valid before 2025-01-01/],
        ["for clients only", { ...right, uses: [clientUse] }, "2026-06-01", /^violation: .*neither Server Authentication nor Remote Desktop Authentication/],
        ["with a weak key", { ...right, bits: 1024 }, "2026-06-01", /^violation: .*RSA key of 1024 bits/],
    ];
    for (const [cloud, host] of Object.entries(clouds)) {
        for (const [what, wanted, day, expected] of cases) {
            it(`${what}, on ${cloud}`, () => {
                const pfx = certificate(wanted).pfx("", { count: 1 });
                const found = told(host(importAndBind(pfx)), asOf(day), [pfx]);
                assert.strictEqual(found.length, expected === undefined ? 0 : 1, found.join("\n"));
                assert.match(found[0] ?? "", expected ?? /^$/);
            });
        }

        it(`that cannot be read without its password, on ${cloud}: not known; with it: read`, () => {
            const word = ["Pass", "word-of-the-file-1"].join("");
            const pfx = certificate({ ...right, uses: [clientUse] }).pfx(word, { count: 1 });
            const script = importAndBind(pfx);
            const [locked, ...others] = told(host(script), asOf("2026-06-01"), [pfx, word]);
            assert.deepStrictEqual(others, []);
            assert.match(locked ?? "", /^unknown: .*cannot be read without its password/);
            const given = script.replace("Import-PfxCertificate", `Import-PfxCertificate -Password (ConvertTo-SecureString '${word}' -AsPlainText -Force)`);
            assert.match(told(host(given), asOf("2026-06-01"), [pfx, word])[0] ?? "", /^violation: .*neither Server Authentication/);
        });

        it(`by today's date, on ${cloud}`, () => {
            const judged = (to: string): string[] => {
                const pfx = certificate({ ...right, from: new Date("2020-01-01"), to: new Date(to) }).pfx("", { count: 1 });
                return told(host(importAndBind(pfx)), {}, [pfx]);
            };
            assert.match(judged("2021-01-01")[0] ?? "", /ended on 2021-01-01/);
            assert.deepStrictEqual(judged("2120-01-01"), []);
        });
    }

    it("for another name than the one that the host's record has", () => {
        const judged = (dns: string): string[] => {
            const pfx = certificate({ ...right, dns: [dns] }).pfx("", { count: 1 });
            return told([...azureBinding(importAndBind(pfx)), record], asOf("2026-06-01"), [pfx]);
        };
        assert.match(judged("desk.corp.example")[0] ?? "", /^violation: .*is for desk\.corp\.example, and clients dial vm\.corp\.example/);
        assert.deepStrictEqual(judged("*.corp.example"), []);
    });
});
