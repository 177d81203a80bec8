/**
 * A process that meets scripts which are large or hostile, as a preview does: through every carrier and every rule, and
 * prints a line of JSON for each, with the CPU time that it took. A process of its own, because another one's garbage
 * would count.
 */
import { aws } from "../../policies/aws/reader";
import { azure } from "../../policies/azure/reader";
import { judge } from "../../policies/judge";
import { ExampleResource } from "../../policies/rule";
import { rules } from "../../policies/rules/index.generated";
import { allowRdp, azurePublicVm, azureVmWithScript, ec2Public } from "../../policies/rules/shared/example-stacks";
import { stack } from "./fixture";

const write = "Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server' -Name fDenyTSConnections -Value 0\n";
const filled = (piece: string, length: number): string => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

/** What begins like something that a rule looks for, again and again in one line, just below the length that is still analysed. */
const openings = ["reg add ", "Set-ItemProperty ", "schtasks ", "certutil ", "Get-Certificate ", "ConvertTo-SecureString ", "$x|ConvertTo-SecureString ", "net user ", "New-SelfSignedCertificate ", "{{ a", "<SynchronousCommand ", "<powershell>", "'MII", "rem\n", "%x%"];
const texts: readonly (readonly [string, string])[] = [
    ["10 MB of lines", filled(write, 10_000_000)],
    ["10 MB of line ends", filled("\r\n", 10_000_000)],
    ["10 MB in one line", filled("abc ", 10_000_000)],
    ["10,000 lines", write.repeat(10_000)],
    ["1,000 nested blocks", `${"if ($env:X) {\n".repeat(1000)}${write}${"}\n".repeat(1000)}`],
    ["a loop of 10^6", "for ($i = 0; $i -lt 1000000; $i++) { Set-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server' fDenyTSConnections ($i % 2) }"],
    ["a text that runs itself", `$a = 'iex $a'\niex $a\n${write}`],
    ["bytes that are no UTF-8", `${write}$x = '${Buffer.from([0xff, 0xfe, 0x80, 0xc3, 0x28]).toString("latin1")}'`],
    ...openings.map((o) => [`'${o.trim()}' over a megabyte`, filled(o, 1_400_000)] as const),
];

const vm = azurePublicVm({ nicRules: [allowRdp()] });
const changed = (name: string, inputs: Record<string, unknown>): ExampleResource[] => vm.map((r) => (r.name === name ? { ...r, inputs: { ...r.inputs, ...inputs } } : r));
const carriers: Readonly<Record<string, (text: string) => readonly ExampleResource[]>> = {
    "run command": (text) => azureVmWithScript(text),
    extension: (text) => [...vm, { type: "azure-native:compute:VirtualMachineExtension", name: "run", inputs: { resourceGroupName: "rg", vmName: "${vm.name}", publisher: "Microsoft.Compute", type: "CustomScriptExtension", settings: { commandToExecute: text } } }],
    unattend: (text) => changed("vm", { osProfile: { windowsConfiguration: { additionalUnattendContent: [{ settingName: "FirstLogonCommands", content: `<FirstLogonCommands><SynchronousCommand><CommandLine>${text}</CommandLine></SynchronousCommand></FirstLogonCommands>` }] } } }),
    "user data": (text) => ec2Public({ ingress: "203.0.113.0/24", userData: `<powershell>${text}</powershell>` }),
    "user data of tasks": (text) => ec2Public({ ingress: "203.0.113.0/24", userData: `version: 1.1\ntasks:\n- task: executeScript\n  inputs:\n  - type: powershell\n    content: ${JSON.stringify(text)}\n` }),
    association: (text) => [...ec2Public({ ingress: "203.0.113.0/24" }), { type: "aws:ssm/association:Association", name: "run", inputs: { name: "AWS-RunPowerShellScript", parameters: { commands: text }, targets: [{ key: "InstanceIds", values: ["${server.id}"] }] } }],
};

/** Every script in every carrier. */
export const cases = texts.flatMap(([what, text]) => Object.entries(carriers).map(([carrier, resources]) => ({ name: `${what}, as ${carrier}`, resources: () => resources(text) })));

if (require.main === module) {
    for (const { name, resources } of cases) {
        const { resources: made } = stack(resources()).preview;
        const started = process.cpuUsage();
        const { hosts } = judge(made, [azure, aws], rules, {});
        const used = process.cpuUsage(started);
        process.stdout.write(`${JSON.stringify({ name, hosts: hosts.length, seconds: (used.user + used.system) / 1_000_000 })}\n`);
    }
}
