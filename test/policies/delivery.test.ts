import assert from "node:assert";
import { aws } from "../../policies/aws/reader";
import { azure } from "../../policies/azure/reader";
import { Judgement, blocks, judge } from "../../policies/judge";
import { ExampleResource } from "../../policies/rule";
import { rules } from "../../policies/rules/index.generated";
import { allowRdp, azurePublicVm, azureVmWithScript, ec2Public } from "../../policies/rules/shared/example-stacks";
import { forms, stack } from "./fixture";

const terminalServer = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server";
const deny = (value: number | string): string => `Set-ItemProperty -Path '${terminalServer}' -Name fDenyTSConnections -Value ${value}`;
const setPort = (port: number | string): string => `Set-ItemProperty -Path '${terminalServer}\\WinStations\\RDP-Tcp' -Name PortNumber -Value ${port}`;
const base64 = (text: string): string => Buffer.from(text).toString("base64");

function judged(resources: readonly ExampleResource[], form: (typeof forms)[number]): Judgement {
    return judge(stack(resources)[form].resources, [azure, aws], rules, {});
}

/** The inputs of one resource with some of them changed. */
function changed(resources: readonly ExampleResource[], name: string, change: Record<string, unknown>): ExampleResource[] {
    return resources.map((r) => (r.name === name ? { ...r, inputs: { ...r.inputs, ...change } } : r));
}

const vm = azurePublicVm({ nicRules: [allowRdp()] });
const extension = (name: string, commandToExecute: string): ExampleResource => ({
    type: "azure-native:compute:VirtualMachineExtension",
    name,
    inputs: { resourceGroupName: "rg", vmName: "${vm.name}", publisher: "Microsoft.Compute", type: "CustomScriptExtension", settings: { commandToExecute } },
});
const azureCustomData = (script: string, more: Record<string, unknown> = {}): ExampleResource[] => changed(vm, "vm", { osProfile: { computerName: "vm", customData: base64(script) }, ...more });
const galleryImage = { storageProfile: { imageReference: { id: "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/rg/providers/Microsoft.Compute/images/own" }, osDisk: { osType: "Windows" } } };
const ec2 = (userData: string): ExampleResource[] => ec2Public({ ingress: "203.0.113.0/24", userData });
const document = (content: unknown): ExampleResource => ({ type: "aws:ssm/document:Document", name: "settings", inputs: { name: "settings", documentType: "Command", content: JSON.stringify(content) } });
const step = (...runCommand: string[]): unknown[] => [{ action: "aws:runPowerShellScript", name: "settings", inputs: { runCommand } }];
const association = (parameters: Record<string, unknown>, name = "${settings.name}"): ExampleResource => ({
    type: "aws:ssm/association:Association",
    name: "keep",
    inputs: { name, parameters, targets: [{ key: "InstanceIds", values: ["${server.id}"] }], scheduleExpression: "rate(30 minutes)" },
});
const runCommand = (name: string, script: string, dependsOn: readonly string[]): ExampleResource => ({
    type: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
    name,
    inputs: { resourceGroupName: "rg", vmName: "${vm.name}", source: { script } },
    dependsOn,
});
const rdpRule = (verb: string, more = ""): string => `${verb}-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP ${more}`;
const idleLimit = (minutes: number): string => `Set-ItemProperty -Path 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services' -Name MaxIdleTime -Value ${minutes * 60_000} -Type DWord`;
const repeated = (name: string, commands: string): ExampleResource => ({ ...association({ commands }, "AWS-RunPowerShellScript"), name });
/** An instance that Systems Manager manages. */
const managed: ExampleResource[] = [
    { type: "aws:iam/role:Role", name: "role", inputs: { name: "role", managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"] } },
    { type: "aws:iam/instanceProfile:InstanceProfile", name: "profile", inputs: { name: "profile", role: "${role.name}" } },
    ...changed(ec2Public({ ingress: "203.0.113.0/24" }), "server", { iamInstanceProfile: "${profile.name}" }),
];

describe("the guest as the scripts that really run leave it", () => {
    for (const [what, resources, verdict] of [
        ["custom data that denies connections changes nothing", azureCustomData(deny(1)), "ready"],
        ["custom data that moves the listener changes nothing", azureCustomData(setPort(3390)), "ready"],
        ["custom data that an extension runs does", [...azureCustomData(deny(1)), extension("run", "powershell -Command \"cp C:\\AzureData\\CustomData.bin C:\\run.ps1; C:\\run.ps1\"")], "blocked"],
        ["an extension that runs harmless custom data is no riddle", [...azureCustomData("Install-WindowsFeature Web-Server"), extension("run", "powershell -Command \"cp C:\\AzureData\\CustomData.bin C:\\run.ps1; C:\\run.ps1\"")], "ready"],
        ["an image of one's own may run custom data", azureCustomData(deny(1), galleryImage), "unknown"],
        ["an image of one's own may run custom data, which does no harm", azureCustomData(deny(0), galleryImage), "ready"],
        ["a hidden extension may run custom data", [...azureCustomData(deny(1)), extension("run", "[secret]")], "unknown"],
        ["one of two extensions moves the listener, and which one runs is not known", [...vm, extension("a", "powershell Install-WindowsFeature Web-Server"), extension("b", `powershell -Command "${setPort(3390)}; New-NetFirewallRule -DisplayName rdp -Direction Inbound -Protocol TCP -LocalPort 3390 -Action Allow"`)], "unknown"],
        ["what stands behind a restart may be lost", azureVmWithScript(`Disable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP\nRestart-Computer -Force\nEnable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP`), "unknown"],
        ["what stands before a restart is done", azureVmWithScript(`${deny(1)}\nRestart-Computer -Force`), "blocked"],
        ["a restart that waits a minute", azureVmWithScript("Disable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP\nshutdown /r /t 60\nEnable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP"), "ready"],
        ["user data without its tag changes nothing", ec2(deny(1)), "ready"],
        ["user data in its tag does", ec2(`<powershell>${deny(1)}</powershell>`), "blocked"],
        ["tasks without a version change nothing", ec2(`tasks:\n- task: executeScript\n  inputs:\n  - type: powershell\n    content: |-\n      ${deny(1)}\n`), "ready"],
        ["tasks with a version do", ec2(`version: 1.1\ntasks:\n- task: executeScript\n  inputs:\n  - type: powershell\n    content: |-\n      ${deny(1)}\n`), "blocked"],
        ["user data of 16 KB", ec2(`<powershell>\n${"#".repeat(16_000)}\n${deny(0)}\n</powershell>`), "ready"],
        ["user data of more: there will be no instance", ec2(`<powershell>\n${"#".repeat(17_000)}\n${deny(0)}\n</powershell>`), "blocked"],
        ["the default of a document's parameter", [...managed, document({ schemaVersion: "2.2", parameters: { deny: { type: "String", default: "1" } }, mainSteps: step(deny("{{ deny }}")) }), association({})], "blocked"],
        ["an association's value beats the default", [...managed, document({ schemaVersion: "2.2", parameters: { deny: { type: "String", default: "1" } }, mainSteps: step(deny("{{ deny }}")) }), association({ deny: "0" })], "ready"],
        ["an association's value that denies", [...managed, document({ schemaVersion: "2.2", parameters: { deny: { type: "String", default: "0" } }, mainSteps: step(deny("{{deny}}")) }), association({ deny: "1" })], "blocked"],
        ["a secret parameter of a document", [...managed, document({ schemaVersion: "2.2", parameters: { deny: { type: "String", default: "0" } }, mainSteps: step(deny("'{{ deny }}'")) }), association({ deny: "[secret]" })], "unknown"],
        ["a parameter of a run command", changed(azureVmWithScript(`param($value)\n${deny("$value")}`), "settings", { parameters: [{ name: "value", value: "1" }] }), "blocked"],
        ["a parameter that beats its default", changed(azureVmWithScript(`param($value = 1)\n${deny("$value")}`), "settings", { parameters: [{ name: "Value", value: "0" }] }), "ready"],
        ["a protected parameter", changed(azureVmWithScript(`param($value = 0)\n${deny("$value")}`), "settings", { protectedParameters: [{ name: "value", value: "0" }] }), "unknown"],
        ["parameters that are a secret as a whole", changed(azureVmWithScript(`param($value = 0)\n${deny("$value")}`), "settings", { parameters: "[secret]" }), "unknown"],
        ["two associations that overwrite each other", [...managed, repeated("allow", deny(0)), repeated("benchmark", deny(1))], "blocked"],
        ["two associations that agree", [...managed, repeated("allow", deny(0)), repeated("harden", deny(0))], "ready"],
        ["two associations that overwrite a limit", [...managed, repeated("allow", idleLimit(10)), repeated("harden", idleLimit(20))], "ready"],
        ["run commands that move the listener in any order", [...azureVmWithScript(`${setPort(3389)}`), runCommand("other", `${setPort(3390)}\nNew-NetFirewallRule -DisplayName rdp -Direction Inbound -Protocol TCP -LocalPort 3390 -Action Allow`, [])], "unknown"],
        ["run commands of which one denies connections, in any order", [...azureVmWithScript(deny(0)), runCommand("other", deny(1), [])], "unknown"],
        ["the same, listed the other way round", [...azureVmWithScript(deny(1)), runCommand("other", deny(0), [])], "unknown"],
        ["run commands of which the first denies connections", [...azureVmWithScript(deny(1)), runCommand("other", deny(0), ["settings"])], "ready"],
        ["run commands of which the last denies connections", [...azureVmWithScript(deny(0)), runCommand("other", deny(1), ["settings"])], "blocked"],
        ["two run commands that both deny connections, in any order", [...azureVmWithScript(deny(1)), runCommand("other", deny(1), [])], "blocked"],
        ["run commands of which one disables the rule, in any order", [...azureVmWithScript(rdpRule("Enable")), runCommand("other", rdpRule("Disable"), [])], "unknown"],
        ["run commands of which the last disables the rule", [...azureVmWithScript(rdpRule("Enable")), runCommand("other", rdpRule("Disable"), ["settings"])], "blocked"],
        ["run commands of which one disables the rule, and the other narrows it", [...azureVmWithScript(rdpRule("Disable")), runCommand("other", rdpRule("Set", "-RemoteAddress 203.0.113.0/24"), [])], "blocked"],
        ["run commands that narrow the rule and enable it, in any order", [...azureVmWithScript(rdpRule("Set", "-RemoteAddress 203.0.113.0/24")), runCommand("other", rdpRule("Enable"), [])], "ready"],
        ["run commands that narrow the rule to others and enable it", [...azureVmWithScript(rdpRule("Set", "-RemoteAddress 10.0.0.0/8")), runCommand("other", rdpRule("Enable"), ["settings"])], "blocked"],
        ["run commands that narrow the rule to different clients, in any order", [...azureVmWithScript(rdpRule("Set", "-RemoteAddress 203.0.113.0/24")), runCommand("other", rdpRule("Set", "-RemoteAddress 10.0.0.0/8"), [])], "unknown"],
        ["a rule enabled where it is not", azureVmWithScript("if ((Get-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server').fDenyTSConnections -eq 1) { Enable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP }"), "ready"],
        ["a rule disabled, and enabled under a condition by the next", [...azureVmWithScript(rdpRule("Disable")), runCommand("other", `if ($env:OPEN) { ${rdpRule("Enable")} }`, ["settings"])], "unknown"],
        ["two associations of which one disables the rule", [...managed, repeated("allow", rdpRule("Enable")), repeated("benchmark", rdpRule("Disable"))], "blocked"],
        ["run commands that move the listener and back", [...azureVmWithScript(`${setPort(3390)}`), runCommand("another", setPort(3389), ["settings"])], "ready"],
        ["the listener moved and back, listed the other way round", [runCommand("another", setPort(3389), ["settings"]), ...azureVmWithScript(`${setPort(3390)}`)], "ready"],
    ] as const) {
        for (const form of forms) {
            it(`${what}: ${verdict} (${form})`, () => {
                const { hosts, findings } = judged(resources, form);
                assert.strictEqual(hosts[0]!.verdict, verdict, [...hosts[0]!.reasons, ...findings.map((f) => f.message)].join("\n"));
                assert.strictEqual(findings.some(blocks), verdict === "blocked", findings.filter(blocks).map((f) => f.message).join("\n"));
            });
        }
    }
});
