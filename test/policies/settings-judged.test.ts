import assert from "node:assert";
import { SettingValue } from "../../core/guest/model";
import { Setting } from "../../core/guest/setting";
import { settings } from "../../core/guest/settings";
import { azure } from "../../policies/azure/reader";
import { JudgedFinding, judge } from "../../policies/judge";
import { rules } from "../../policies/rules/index.generated";
import { azureVmWithScript } from "../../policies/rules/shared/example-stacks";
import { dated } from "../dated";
import { stack } from "./fixture";

/** Values of every kind that a script may write; the table says which of them are wrong for a setting. */
const probes: readonly SettingValue[] = [0, 1, 2, 3, 4, 5, 15, 99, 50_000, 60_000, 70_000, "My", "D:\\Data", "", "disabled", "stopped", "public", "recursive", [], ["S-1-1-0"]];

/** A script that leaves the setting at the value; undefined where none can. */
function script({ place }: Setting, value: SettingValue): string | undefined {
    switch (place.kind) {
        case "registry":
            return Array.isArray(value) || (typeof value === "string") === (place.type === "DWORD")
                ? undefined
                : `Set-ItemProperty -Path '${place.key.replace("HKLM", "HKLM:")}' -Name '${place.value}' -Value ${typeof value === "number" ? value : `'${String(value)}'`}`;
        case "certificate-binding":
            return typeof value !== "string" || value === "" ? undefined : `$t = Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting\nSet-CimInstance -InputObject $t -Property @{ SSLCertificateSHA1Hash = '${value}' }`;
        case "service":
            return place.aspect === "start" && value === "disabled"
                ? `Set-Service -Name ${place.service} -StartupType Disabled`
                : place.aspect === "state" && value === "stopped"
                  ? `Stop-Service -Name ${place.service} -Force`
                  : place.aspect === "recovery" && value === 0
                    ? `sc.exe failure ${place.service} reset= 0 actions= ""`
                    : undefined;
        case "firewall-profile": {
            const parameter = { enabled: "Enabled", "block-all-inbound": "AllowInboundRules", "local-rules": "AllowLocalFirewallRules" }[place.aspect];
            return value === (place.aspect === "block-all-inbound" ? 1 : 0) ? `Set-NetFirewallProfile -Profile ${place.profile} -${parameter} False` : undefined;
        }
        case "network-category":
            return value === "public" ? "Get-NetConnectionProfile | Set-NetConnectionProfile -NetworkCategory Public" : undefined;
        case "acl":
            return value === "recursive" ? `icacls "$env:ProgramData${place.path.replace("%ProgramData%", "")}" /grant Everyone:F /t` : undefined;
        case "user-right":
            return Array.isArray(value) ? `@'\n[Privilege Rights]\n${place.right} = ${value.map((a) => `*${String(a)}`).join(",")}\n'@ | Out-File C:\\p.inf\nsecedit /configure /db a.sdb /cfg C:\\p.inf` : undefined;
    }
}

/** What the rules say about values in a reachable host's script; the verdict's rule only repeats others, and the one of delivery asks how often, not what. */
function findings(text: string): JudgedFinding[] {
    const found = judge(stack(azureVmWithScript(text)).preview.resources, [azure], rules, dated).findings;
    return found.filter((f) => !["verdict-known", "settings-enforced"].includes(f.rule.name));
}

describe("the settings table and the rules", () => {
    it("agree on a script that touches no setting", () => {
        assert.deepStrictEqual(findings("Write-Output 'nothing'").map((f) => f.message), []);
    });

    for (const setting of settings) {
        const wrong = probes.flatMap((value) => {
            const text = setting.judge(value) === undefined ? undefined : script(setting, value);
            return text === undefined ? [] : [{ value, text }];
        });
        if (setting.unjudged === undefined) {
            it(`${setting.id}: some rule judges every value that the table finds fault with`, () => {
                assert.ok(wrong.length > 0, "no probe is wrong: state in `unjudged` why no rule judges the setting");
                assert.deepStrictEqual(wrong.filter(({ text }) => findings(text).length === 0).map((w) => w.value), []);
            });
        } else {
            it(`${setting.id}: no rule judges it, for a reason`, () => {
                assert.match(setting.unjudged!, /^[A-Z].*\.$/);
                const values = probes.flatMap((value) => script(setting, value) ?? []);
                assert.deepStrictEqual(values.flatMap(findings).map((f) => f.message), []);
            });
        }
    }
});
