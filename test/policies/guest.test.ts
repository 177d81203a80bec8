import assert from "node:assert";
import { aws } from "../../policies/aws/reader";
import { azure } from "../../policies/azure/reader";
import { PolicyConfig } from "../../policies/config";
import { Judgement, blocks, judge } from "../../policies/judge";
import { ExampleResource } from "../../policies/rule";
import { rules } from "../../policies/rules/index.generated";
import { allowRdp, azurePublicVm, azureVmWithScript, ec2Public, ec2WithUserData } from "../../policies/rules/shared/example-stacks";
import { dated } from "../dated";
import { forms, stack } from "./fixture";

function judged(resources: readonly ExampleResource[], form: (typeof forms)[number] = "preview", config: PolicyConfig = {}): Judgement {
    return judge(stack(resources)[form].resources, [azure, aws], rules, config);
}

const verdict = (j: Judgement): string => j.hosts[0]!.verdict;

describe("what scripts leave behind decides over a host", () => {
    for (const [what, script, expected] of [
        ["text from the web that is run", "iex ((New-Object Net.WebClient).DownloadString('https://example.org/setup.ps1'))", "unknown"],
        ["Chocolatey, as its own page says", "Set-ExecutionPolicy Bypass -Scope Process -Force; [Net.ServicePointManager]::SecurityProtocol = 3072; iex ((New-Object System.Net.WebClient).DownloadString('https://community.chocolatey.org/install.ps1'))\nchoco install git -y", "ready"],
        ["a page that looks like Chocolatey's", "iex ((New-Object System.Net.WebClient).DownloadString('https://community.chocolatey.org.example.com/install.ps1'))", "unknown"],
        ["another script that is not in the stack", ". \\\\server\\share\\setup.ps1", "unknown"],
        ["a script of 10 MB", `Write-Output '${"x".repeat(10_000_000)}'`, "unknown"],
        ["200,000 nested parentheses", `${"(".repeat(200_000)}1${")".repeat(200_000)}`, "unknown"],
        ["a block of everything under a condition", "if ($env:X) { netsh advfirewall set allprofiles firewallpolicy blockinboundalways,allowoutbound }", "unknown"],
        ["a block of everything", "netsh advfirewall set allprofiles firewallpolicy blockinboundalways,allowoutbound", "blocked"],
        ["a service that is stopped", "Stop-Service TermService -Force", "blocked"],
        ["a service that is stopped and started", "Stop-Service TermService -Force; Start-Service TermService", "ready"],
        ["a built-in rule narrowed to the clients", "Set-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP -RemoteAddress 203.0.113.0/24", "ready"],
        ["the built-in rules for every profile", "Get-NetFirewallRule -DisplayGroup 'Remote Desktop' | Set-NetFirewallRule -Profile Any", "ready"],
        ["a built-in rule narrowed to others", "Set-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP -RemoteAddress 10.0.0.0/8", "blocked"],
        ["everybody denied the log-on", "ntrights.exe +r SeDenyRemoteInteractiveLogonRight -u Everyone", "blocked"],
        ["local accounts denied, as baselines for domain members do", "ntrights.exe +r SeDenyRemoteInteractiveLogonRight -u S-1-5-113", "unknown"],
        ["local accounts denied by a script that joins the domain", "Add-Computer -DomainName corp.example.com -Credential $c\nntrights.exe +r SeDenyRemoteInteractiveLogonRight -u S-1-5-113", "ready"],
        ["Guests denied", "ntrights.exe +r SeDenyRemoteInteractiveLogonRight -u Guests", "ready"],
        ["a right that a wrapper changes", "[Lsa.Wrapper]::AddRight('Everyone', 'SeDenyRemoteInteractiveLogonRight')", "unknown"],
        ["the profile that new ones are made from", "Remove-Item C:\\Users\\Default -Recurse -Force", "blocked"],
        ["a build user's folder, where it is there", "if (Test-Path C:\\Users\\packer) { Remove-Item C:\\Users\\packer -Recurse -Force }", "ready"],
        ["the Session Host role where it is missing", "if (-not (Get-WindowsFeature RDS-RD-Server).Installed) { Install-WindowsFeature RDS-RD-Server }", "ready"],
        ["an unknown program that is told about Remote Desktop", "C:\\tools\\tweak.exe /set fDenyTSConnections 1", "unknown"],
        ["an unknown program", "C:\\tools\\setup.exe /S", "ready"],
        ["RDP's own security layer with NLA", "$k = 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp'\nSet-ItemProperty $k SecurityLayer 0\nSet-ItemProperty $k UserAuthentication 1", "blocked"],
        ["RDP's own security layer alone", "Set-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' SecurityLayer 0", "blocked"],
        ["local rules ignored on Public networks", "Set-ItemProperty 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\PublicProfile' AllowLocalPolicyMerge 0", "unknown"],
        ["group policy's exception disabled", "Set-ItemProperty 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\StandardProfile\\Services\\RemoteDesktop' Enabled 0", "blocked"],
        ["a script about something else", "Install-WindowsFeature Web-Server\nNew-Item C:\\web -ItemType Directory", "ready"],
    ] as const) {
        it(`${what}: ${expected}`, () => {
            const j = judged(azureVmWithScript(script));
            assert.strictEqual(verdict(j), expected, j.hosts[0]!.reasons.join("\n"));
            assert.strictEqual(j.findings.some(blocks), expected === "blocked");
            if (expected === "unknown") {
                assert.ok(j.findings.some((f) => f.rule.name === "verdict-known" && f.urn.endsWith("::settings")), "nobody says why");
            }
        });
    }

    for (const form of forms) {
        it(`what one run command breaks and a later one repairs does not block (${form})`, () => {
            const later: ExampleResource = {
                type: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
                name: "zz-repair",
                inputs: { resourceGroupName: "rg", vmName: "${vm.name}", source: { script: "Enable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP" } },
            };
            const broken = azureVmWithScript("Disable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP");
            assert.strictEqual(verdict(judged(broken, form)), "blocked");
            const j = judged([...broken, later], form);
            assert.notStrictEqual(verdict(j), "blocked", j.hosts[0]!.reasons.join("\n"));
            assert.deepStrictEqual(j.findings.filter(blocks).map((f) => f.message), []);
        });

        it(`an association of a document that is not in the stack is not known (${form})`, () => {
            const association = (name: string): ExampleResource => ({ type: "aws:ssm/association:Association", name: "hardening", inputs: { name, targets: [{ key: "InstanceIds", values: ["${server.id}"] }] } });
            assert.strictEqual(verdict(judged([...ec2Public({ ingress: "203.0.113.0/24" }), association("Company-Hardening")], form)), "unknown");
            assert.strictEqual(verdict(judged([...ec2Public({ ingress: "203.0.113.0/24" }), association("AWS-UpdateSSMAgent")], form)), "ready");
        });
    }

    for (const [what, tags, text] of [
        ["port 0", { "rdp-ready:clients": "203.0.113.0/24", "rdp-ready:port": "0" }, /1 to 65535/],
        ["port 70000", { "rdp-ready:clients": "203.0.113.0/24", "rdp-ready:port": "70000" }, /1 to 65535/],
        ["no client", { "rdp-ready:clients": "" }, /is empty/],
    ] as const) {
        it(`a tag that declares ${what} is a mistake, not an answer`, () => {
            const j = judged(azurePublicVm({ nicRules: [allowRdp()] }).map((r) => (r.name === "vm" ? { ...r, inputs: { ...r.inputs, tags } } : r)));
            assert.strictEqual(verdict(j), "unknown");
            assert.ok(j.findings.some((f) => f.rule.name === "verdict-known" && text.test(f.message)));
        });
    }
});

describe("foreign stacks that say nothing about the guest", () => {
    const vm = azurePublicVm({ nicRules: [allowRdp()] });
    const extension = (name: string, inputs: Record<string, unknown>): ExampleResource => ({ type: "azure-native:compute:VirtualMachineExtension", name, inputs: { resourceGroupName: "rg", vmName: "${vm.name}", publisher: "Microsoft.Compute", type: "CustomScriptExtension", ...inputs } });
    for (const [what, resources] of [
        ["a virtual machine alone", vm],
        ["an instance alone", ec2Public({ ingress: "203.0.113.0/24" })],
        ["a script about a web server", azureVmWithScript("Install-WindowsFeature Web-Server\nNew-NetFirewallRule -DisplayName web -LocalPort 443 -Protocol TCP -Direction Inbound -Action Allow")],
        ["a script about WinRM", azureVmWithScript("winrm quickconfig -q\nEnable-PSRemoting -Force\nNew-NetFirewallRule -DisplayName winrm -LocalPort 5986 -Protocol TCP -Direction Inbound -Action Allow")],
        ["user data that names the computer", ec2WithUserData("cfn-init.exe -v --stack x --resource y\nRename-Computer web1\nRestart-Computer")],
        ["agents of Azure", [...vm, extension("monitor", { publisher: "Microsoft.Azure.Monitor", type: "AzureMonitorWindowsAgent" })]],
        ["a script that is a secret", [...vm, extension("secret", { protectedSettings: "[secret]" })]],
        ["a script that is fetched", [...vm, extension("fetched", { settings: { fileUris: ["https://example.org/setup.ps1"], commandToExecute: "powershell -File setup.ps1" } })]],
    ] as const) {
        for (const form of forms) {
            it(`${what}: at most one line for the host, which advises (${form})`, () => {
                const { hosts, findings } = judged(resources, form);
                assert.strictEqual(hosts.length, 1);
                assert.ok(findings.length <= 1 && !findings.some(blocks), findings.map((f) => f.message).join("\n"));
            });
        }
    }
});

describe("judging at level remediate", () => {
    const remediate: PolicyConfig = { ...dated, "source-port-any": "remediate", "nla-required": "remediate" };
    const nlaOff = "Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' -Name UserAuthentication -Value 0";

    it("what the deployment repairs does not block, and the rest is judged as repaired", () => {
        const j = judged(azurePublicVm({ nicRules: [allowRdp({ sourcePortRange: "3389" })] }), "preview", remediate);
        assert.strictEqual(verdict(j), "ready");
        assert.deepStrictEqual(j.findings.map((f) => [f.rule.name, f.level]), [["source-port-any", "remediate"]]);
    });

    it("what cannot be repaired blocks, as in the engine", () => {
        const once = judged(ec2WithUserData(nlaOff), "preview", remediate);
        assert.deepStrictEqual(once.findings.filter(blocks).map((f) => f.rule.name), ["nla-required"]);
        const again = judged(azureVmWithScript(nlaOff), "preview", remediate);
        assert.deepStrictEqual(again.findings.filter(blocks), []);
    });
});
