import * as assert from "node:assert/strict";
import { join } from "node:path";
import { check } from "../../cli/check";
import { Packs, loadPacks } from "../../cli/packs";
import { render } from "../../cli/report";
import { ReportScript, reportOf, sectionsOf } from "../../cli/report/model";
import { terminalOf } from "../../cli/report/terminal";
import { desiredState } from "../../core/guest/desired";
import { renderPowerShell } from "../../core/guest/render/powershell";
import { renderRegFile } from "../../core/guest/render/reg-file";
import { renderRunCommand } from "../../core/guest/render/run-command";
import { ssmDocument, ssmDocumentContent } from "../../core/guest/render/ssm-document";
import { renderEc2LaunchYaml, renderUserData } from "../../core/guest/render/user-data";
import { azureExport, pulumiYaml, rdpReady, workspace } from "./workspace";

const key = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server";
const deny = (value: number): string => `Set-ItemProperty -Path '${key}' -Name fDenyTSConnections -Value ${value}`;
const nla = (value: number): string => `Set-ItemProperty -Path '${key}\\WinStations\\RDP-Tcp' -Name UserAuthentication -Value ${value}`;
const denyByReg = 'reg add "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server" /v fDenyTSConnections /t REG_DWORD /d 1 /f';
const regHead = "Windows Registry Editor Version 5.00\r\n\r\n";

interface Seen {
    readonly script: ReportScript;
    /** `rule@line property` of each finding. */
    readonly findings: readonly string[];
    readonly messages: readonly string[];
}

describe("check of script files", () => {
    let packs: Packs;
    before(async () => {
        packs = await loadPacks();
    });

    async function see(name: string, text: string | Buffer): Promise<Seen> {
        const directory = workspace({ [name]: text as string });
        const { judged, problems } = await check([join(directory, name)], { config: [], timeoutSeconds: 5 }, packs);
        assert.deepEqual(problems.map((p) => p.message), []);
        const { script, findings, hosts } = reportOf(sectionsOf(judged));
        assert.ok(script !== undefined, "it is taken for a script");
        assert.deepEqual(hosts, []);
        return { script, findings: findings.map((f) => `${f.name}@${f.line}${f.property === "" ? "" : ` ${f.property}`}`), messages: findings.map((f) => f.message) };
    }

    const breaks: readonly { readonly trap: string; readonly file: string; readonly text: string | Buffer; readonly at: string }[] = [
        { trap: "PowerShell", file: "a.ps1", text: `# one\n${deny(1)}\n`, at: "rdp-enabled@2" },
        { trap: "PowerShell that PowerShell's > wrote", file: "a.ps1", text: Buffer.from(`\ufeff# one\r\n${deny(1)}\r\n`, "utf16le"), at: "rdp-enabled@2" },
        { trap: "a module", file: "a.psm1", text: deny(1), at: "rdp-enabled@1" },
        { trap: "batch", file: "a.cmd", text: `@echo off\r\n${denyByReg}\r\n`, at: "rdp-enabled@2" },
        { trap: "a .reg file", file: "a.reg", text: `${regHead}; why\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server]\r\n"fDenyTSConnections"=dword:00000001\r\n`, at: "rdp-enabled@5" },
        { trap: "a .reg file with a long value before", file: "a.reg", text: `${regHead}[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server]\n"x"=hex:00,\\\n  01,\\\n  02\n"fDenyTSConnections"=dword:00000001 ; no\n`, at: "rdp-enabled@7" },
        { trap: "user data without an extension", file: "user-data", text: `<powershell>\n${deny(1)}\n</powershell>`, at: "rdp-enabled@2 <powershell>" },
        { trap: "user data in a .txt", file: "boot.txt", text: `<script>\n\n${denyByReg}\n</script>`, at: "rdp-enabled@3 <script>" },
        { trap: "tasks of EC2Launch v2", file: "launch.yaml", text: `version: 1.1\ntasks:\n- task: executeScript\n  inputs:\n  - frequency: always\n    type: powershell\n    content: |-\n      # one\n      ${deny(1)}\n`, at: "rdp-enabled@9 tasks[0].inputs[0].content" },
        { trap: "a folded text, which stands on no line of its own", file: "launch.yaml", text: `version: 1.1\ntasks:\n- task: executeScript\n  inputs:\n  - type: batch\n    content: >-\n      ${denyByReg}\n`, at: "rdp-enabled@6 tasks[0].inputs[0].content" },
        { trap: "tasks as user data", file: "userdata.txt", text: `version: 1.1\ntasks:\n- task: executeScript\n  inputs:\n  - type: batch\n    content: ${denyByReg}\n`, at: "rdp-enabled@6 tasks[0].inputs[0].content" },
        { trap: "an agent-config of EC2Launch v2", file: "agent-config.yml", text: `version: "1.0"\nconfig:\n- stage: postReady\n  tasks:\n  - task: startSsm\n  - task: executeScript\n    inputs:\n    - type: powershell\n      content: ${deny(1)}\n`, at: "rdp-enabled@9 config[0].tasks[1].inputs[0].content" },
        { trap: "an SSM document in YAML", file: "doc.yml", text: `---\nschemaVersion: "2.2"\nmainSteps:\n- action: aws:runPowerShellScript\n  name: a\n  inputs:\n    runCommand:\n    - $x = 1\n    # two\n    - ${deny(1)}\n`, at: "rdp-enabled@10 mainSteps[0].inputs.runCommand" },
        { trap: "an SSM document in JSON", file: "doc.json", text: JSON.stringify({ schemaVersion: "2.2", mainSteps: [{ action: "aws:runPowerShellScript", name: "a", inputs: { runCommand: ["$x = 1", deny(1)] } }] }, null, 1), at: "rdp-enabled@10 mainSteps[0].inputs.runCommand" },
        { trap: "an SSM document of schema 1.2", file: "doc.json", text: JSON.stringify({ schemaVersion: "1.2", runtimeConfig: { "aws:runPowerShellScript": { properties: [{ id: "a", runCommand: [deny(1)] }] } } }), at: 'rdp-enabled@1 runtimeConfig["aws:runPowerShellScript"].properties[0].runCommand' },
    ];
    for (const { trap, file, text, at } of breaks) {
        it(`sees that ${trap} breaks Remote Desktop, and where`, async () => {
            const { script, findings, messages } = await see(file, text);
            assert.equal(script.effect, "breaks");
            assert.deepEqual(findings, [at]);
            const line = Number(/@(\d+)/.exec(at)![1]);
            assert.deepEqual(script.settings["rdp-enabled"], { value: 1, line });
            assert.match(messages[0]!, new RegExp(`, line ${line} says `));
        });
    }

    const effects: readonly { readonly trap: string; readonly file: string; readonly text: string; readonly effect: ReportScript["effect"]; readonly settings?: Readonly<Record<string, unknown>> }[] = [
        { trap: "nothing about RDP", file: "a.ps1", text: "Write-Output 'done'", effect: "none", settings: {} },
        { trap: "an empty script", file: "a.ps1", text: "", effect: "none" },
        { trap: "NLA off", file: "a.ps1", text: nla(0), effect: "insecure", settings: { nla: 0 } },
        { trap: "NLA off and on again", file: "a.ps1", text: `${nla(0)}\n${nla(1)}`, effect: "works", settings: { nla: 1 } },
        { trap: "a value from a parameter", file: "a.ps1", text: `param($v)\n${nla(0).replace("Value 0", "Value $v")}`, effect: "unknown", settings: { nla: null } },
        { trap: "a part that cannot be read beside one that can", file: "a.ps1", text: `${nla(1)}\nInvoke-Expression $env:MORE`, effect: "unknown", settings: { nla: 1 } },
        { trap: "a syntax error, with which PowerShell runs nothing", file: "a.ps1", text: `${deny(1)}\nif ($x {`, effect: "unknown" },
        { trap: "batch that the PowerShell after it undoes", file: "user-data", text: `<powershell>\n${deny(0)}\n</powershell>\n<script>\n${denyByReg}\n</script>`, effect: "works", settings: { "rdp-enabled": 0 } },
        { trap: "a step that a later step undoes", file: "d.json", text: JSON.stringify({ schemaVersion: "2.2", mainSteps: [1, 0].map((v) => ({ action: "aws:runPowerShellScript", name: `s${v}`, inputs: { runCommand: [deny(v)] } })) }), effect: "works", settings: { "rdp-enabled": 0 } },
        { trap: "a step for Linux", file: "d.json", text: JSON.stringify({ schemaVersion: "2.2", mainSteps: [{ action: "aws:runPowerShellScript", name: "s", precondition: { StringEquals: ["platformType", "Linux"] }, inputs: { runCommand: [deny(1)] } }] }), effect: "none" },
        { trap: "a step that runs another document", file: "d.yaml", text: 'schemaVersion: "2.2"\nmainSteps:\n- action: aws:runDocument\n  name: s\n', effect: "unknown" },
        { trap: "a parameter of a document", file: "d.json", text: JSON.stringify({ schemaVersion: "2.2", parameters: { V: { type: "String", default: "1" } }, mainSteps: [{ action: "aws:runPowerShellScript", name: "s", inputs: { runCommand: [deny(1).replace("Value 1", "Value {{ V }}")] } }] }), effect: "unknown" },
        { trap: "a .reg value in a form that is not known", file: "a.reg", text: `${regHead}[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server]\n"fDenyTSConnections"=hex(b):01\n`, effect: "unknown", settings: { "rdp-enabled": null } },
        { trap: "a .reg file that removes the value", file: "a.reg", text: `${regHead}[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp]\n"UserAuthentication"=-\n`, effect: "works", settings: { nla: 1 } },
        { trap: "tags in the wrong case, which EC2 passes over", file: "user-data.txt", text: `<PowerShell>\n${deny(1)}\n</PowerShell>`, effect: "none", settings: {} },
    ];
    for (const { trap, file, text, effect, settings } of effects) {
        it(`takes ${trap} for ${effect}`, async () => {
            const { script, findings } = await see(file, text);
            assert.equal(script.effect, effect, `${findings.join()} ${JSON.stringify(script)}`);
            if (settings !== undefined) {
                assert.deepEqual(Object.fromEntries(Object.entries(script.settings).map(([id, s]) => [id, s.value])), settings);
            }
            assert.equal(findings.some((f) => f.startsWith("rdp-enabled")) && effect === "works", false);
        });
    }

    it("finds nothing wrong with what rdp-ready renders, in any form", async () => {
        const state = desiredState({ firewallRemoteAddresses: ["203.0.113.0/24"], port: 3390, staleSessionHours: 24, licensing: { mode: "per-device", servers: ["lic"] } });
        const small = desiredState({ firewallRemoteAddresses: ["203.0.113.0/24"], port: 3390 });
        const files = {
            "a.ps1": renderPowerShell(state),
            "run-command.ps1": renderRunCommand(state),
            "document.json": ssmDocument(state),
            "pretty.json": JSON.stringify(ssmDocumentContent(state), null, 2),
            "user-data": renderUserData(small, { everyBoot: true }),
            "user-data.yaml": renderEc2LaunchYaml(small),
        };
        for (const [file, text] of Object.entries(files)) {
            const { script, findings } = await see(file, text);
            assert.deepEqual([script.effect, findings, script.notes], ["works", [], []], file);
            assert.equal(script.settings["port"]?.value, 3390, file);
        }
        const byReg = await see("a.reg", renderRegFile(desiredState({ firewallRemoteAddresses: ["203.0.113.0/24"] })));
        assert.deepEqual([byReg.script.effect, byReg.findings, byReg.script.notes], ["works", [], []]);
        const otherPort = await see("a.reg", renderRegFile(state));
        assert.equal(otherPort.script.effect, "breaks", "a .reg file opens no firewall for another port");
        const { script, findings } = await see("report.ps1", renderRunCommand(state, { reportOnly: true }));
        assert.deepEqual([script.effect, findings, script.settings], ["none", [], {}], "a report changes nothing");
    });

    it("json has the fields of version 1 for a script", async () => {
        const cwd = workspace({ "a.ps1": `${deny(1)}\nInvoke-Expression $env:MORE\n` });
        const { stdout, code } = await rdpReady(["check", "a.ps1", "--format", "json"], cwd);
        const report = JSON.parse(stdout) as Record<string, unknown>;
        assert.equal(code, 1);
        assert.deepEqual(Object.keys(report), ["schema", "hosts", "findings", "script"]);
        assert.deepEqual(report["script"], {
            file: "a.ps1",
            settings: { "rdp-enabled": { value: 1, line: 1 } },
            firewallRules: {},
            effect: "breaks",
            notes: [{ line: 2, what: "not understood", text: (report["script"] as ReportScript).notes[0]!.text }],
        });
        assert.match((report["script"] as ReportScript).notes[0]!.text, /Invoke-Expression/);
        assert.equal((report["findings"] as { urn: string }[])[0]!.urn, "a.ps1");
    });

    it("firewall rules that bear on Remote Desktop are a part of the state", async () => {
        const text = "New-NetFirewallRule -DisplayName web -LocalPort 443 -Protocol TCP -Direction Inbound -Action Allow\nSet-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP -Enabled True -RemoteAddress 203.0.113.0/24\nDisable-NetFirewallRule -Name RemoteDesktop-UserMode-In-UDP\n";
        const cwd = workspace({ "a.ps1": text });
        const { firewallRules } = (JSON.parse((await rdpReady(["check", "a.ps1", "--format", "json"], cwd)).stdout) as { script: ReportScript }).script;
        assert.deepEqual(firewallRules["RemoteDesktop-UserMode-In-TCP"], { enabled: true, direction: "in", action: "allow", protocol: "tcp", ports: [[3389, 3389]], profiles: ["domain", "private", "public"], remoteAddresses: ["203.0.113.0/24"], line: 2 });
        assert.deepEqual(Object.keys(firewallRules).sort(), ["RemoteDesktop-UserMode-In-TCP", "RemoteDesktop-UserMode-In-UDP"]);
        const { stdout } = await rdpReady(["check", "a.ps1"], cwd);
        assert.match(stdout, /^ {6}RemoteDesktop-UserMode-In-TCP +allows tcp 3389 in, from 203\.0\.113\.0\/24, in every profile +line 2$/m);
        assert.match(stdout, /^ {6}RemoteDesktop-UserMode-In-UDP +off +line 3$/m);
    });

    it("people see state, effect, findings and what was not understood, with lines", async () => {
        const directory = workspace({ "user-data": `<powershell>\n${deny(0)}\n${nla(0)}\nInvoke-Expression $env:MORE\n</powershell>\n<Script>\n${denyByReg}\n</Script>\n` });
        const { judged } = await check([join(directory, "user-data")], { config: [], timeoutSeconds: 5 }, packs);
        const terminal = terminalOf({ color: false, toFile: true }, {}, { LANG: "en_US.UTF-8" });
        const text = render("table", sectionsOf(judged), { rules: packs.rules, version: "1.2.3", terminal });
        for (const expected of [/cannot be told/, /^ {6}rdp-enabled +0 +line 2$/m, /^ {6}nla +0 +line 3$/m, /not understood {2}line 4: Invoke-Expression/, /not run {2}line 6: EC2 passes over this script/, /where {2}.*<powershell>, line 3$/m, /1 script · 1 finding: 1 advisory/]) {
            assert.match(text, expected);
        }
    });

    it("a secret in a script is not printed", async () => {
        const cwd = workspace({ "a.ps1": `net user admin Tr0ub4dor\n$password = 'Tr0ub4dor'; ${deny(1)}\nInvoke-Expression "$env:X Tr0ub4dor"\n`, "a.reg": `${regHead}[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server]\n"DefaultPassword"="Tr0ub4dor"\n"fDenyTSConnections"=dword:00000001\n` });
        for (const format of ["table", "json", "sarif", "junit", "markdown"]) {
            for (const file of ["a.ps1", "a.reg"]) {
                const { stdout, stderr, code } = await rdpReady(["check", file, "--format", format], cwd);
                assert.equal(code, 1, stderr);
                assert.match(stdout, /RDP201|rdp-enabled/, `${format} ${file}`);
                assert.doesNotMatch(stdout + stderr, /Tr0ub4dor/, `${format} ${file}`);
            }
        }
    });

    it("an export, a preview and a program's settings are still what they are", async () => {
        const inside = JSON.parse(azureExport()) as { deployment: { resources: { inputs?: object }[] } };
        inside.deployment.resources.at(-1)!.inputs = { ...inside.deployment.resources.at(-1)!.inputs, userData: '{"schemaVersion":"2.2"}', schemaVersion: "2.2" };
        const cwd = workspace({ "export.json": JSON.stringify(inside), "preview.json": '{"steps":[],"schemaVersion":"2.2"}', "Pulumi.yaml": pulumiYaml, "Pulumi.dev.yaml": "config:\n  shop:task: x\n", "index.ts": "" });
        const { judged, problems } = await check(["export.json", "preview.json", "Pulumi.yaml"].map((f) => join(cwd, f)), { config: [], timeoutSeconds: 30 }, packs);
        assert.deepEqual([judged.map((w) => w.script), problems], [[undefined, undefined], []]);
        await assert.rejects(check([join(cwd, "Pulumi.dev.yaml")], { config: [], timeoutSeconds: 5 }, packs), /holds the settings of a stack/);
    });

    const refused: readonly { readonly trap: string; readonly file: string; readonly text: string; readonly says: RegExp }[] = [
        { trap: "user data for Linux", file: "user-data", text: "#!/bin/sh\necho hello\n", says: /^rdp-ready: user-data holds neither <powershell> nor <script> tags nor tasks of EC2Launch, so Windows runs nothing of it\. Put the script between/ },
        { trap: "user data without its tags", file: "userdata.txt", text: `${deny(1)}\n`, says: /userdata\.txt holds neither/ },
        { trap: "broken YAML", file: "launch.yaml", text: "version: 1.1\ntasks:\n- task: executeScript\n  inputs: [\n", says: /^rdp-ready: launch\.yaml is not valid YAML, line \d+, column \d+: / },
        { trap: "YAML without tasks", file: "user-data.yaml", text: "version: 1.1\nconfig: 3\n- task:\n", says: /user-data\.yaml is not valid YAML, line 3/ },
        { trap: "a schema without steps", file: "d.json", text: '{"schemaVersion":"2.2"}', says: /neither mainSteps nor runtimeConfig/ },
        { trap: "a .reg file without its first line", file: "a.reg", text: "[HKEY_LOCAL_MACHINE\\SYSTEM]\n", says: /does not begin with "Windows Registry Editor Version 5\.00", so Windows refuses it/ },
        { trap: "a text of another kind", file: "notes.txt", text: "hello\n", says: /notes\.txt is neither a program, a stack export, a preview's JSON nor a script: PowerShell, batch/ },
        { trap: "YAML of another kind", file: "values.yaml", text: "replicas: 2\n", says: /values\.yaml is neither a program/ },
        { trap: "a Pulumi program in YAML with a document inside", file: "stack.yaml", text: 'runtime: yaml\nresources:\n  d:\n    type: aws:ssm:Document\n    properties:\n      content: |\n        schemaVersion: "2.2"\n', says: /a Pulumi program in YAML/ },
        { trap: "a directory named like a script", file: "dir.ps1/x", text: "", says: /holds no program/ },
    ];
    for (const { trap, file, text, says } of refused) {
        it(`refuses ${trap} with what to do, and exit code 2`, async () => {
            const cwd = workspace({ [file]: text });
            const { stdout, stderr, code } = await rdpReady(["check", file.split("/")[0]!, "--format", "json"], cwd);
            assert.match(stderr.trim(), says);
            assert.doesNotMatch(stderr, /\n {4}at /, "no stack trace");
            assert.deepEqual([stdout, code], ["", 2]);
        });
    }

    it("two scripts at once are a report for people, not one JSON", async () => {
        const cwd = workspace({ "a.ps1": deny(1), "user-data": `<powershell>\n${nla(0)}\n</powershell>` });
        const both = await rdpReady(["check", "a.ps1", "user-data"], cwd);
        assert.match(both.stdout, /2 scripts/);
        assert.equal(both.code, 1);
        assert.match((await rdpReady(["check", "a.ps1", "user-data", "--format", "json"], cwd)).stderr, /one script at a time/);
    });
});
