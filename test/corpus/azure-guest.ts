import { rules } from "../../policies/rules/index.generated";
import { ref } from "../policies/fixture";
import { Entry, Spec, allow, az, nic, nsg, publicVm, subnet, vnet, winVm } from "./entry";

/** What Azure stacks bring into the guest: extensions, run commands, DSC. */

const allBut = (name: string): string[] => rules.map((r) => r.name).filter((n) => n !== name);
const office = "203.0.113.0/24";
const open = (): Spec[] => publicVm([allow("rdp", 300, "3389", office)]);

function extension(name: string, publisher: string, type: string, settings: unknown, more: Record<string, unknown> = {}): Spec {
    return az("compute:VirtualMachineExtension", name, { vmName: ref("server", "name"), publisher, type, typeHandlerVersion: "1.10", autoUpgradeMinorVersion: true, settings, ...more });
}

const script = (commandToExecute: string, more: Record<string, unknown> = {}): Spec => extension("setup", "Microsoft.Compute", "CustomScriptExtension", { commandToExecute, ...more });
const runCommand = (name: string, ...lines: string[]): Spec => az("compute:VirtualMachineRunCommandByVirtualMachine", name, { vmName: ref("server", "name"), source: { script: lines.join("\n") } });

const customData = (...lines: string[]): Record<string, unknown> => ({ osProfile: { computerName: "server", adminUsername: "operator", adminPassword: "[secret]", customData: Buffer.from(lines.join("\n")).toString("base64") } });

const terminalServer = "HKLM:\\System\\CurrentControlSet\\Control\\Terminal Server";
const listener = `${terminalServer}\\WinStations\\RDP-Tcp`;

const entries: readonly Entry[] = [
    {
        name: "iis-by-inline-command",
        what: "The custom script extension installs IIS with two PowerShell calls in one command line.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...open(), script("powershell Add-WindowsFeature Web-Server; powershell Add-Content -Path \"C:\\inetpub\\wwwroot\\index.htm\" -Value $($env:computername)")],
    },
    {
        name: "script-from-a-repository",
        what: "fileUris and -File: what the script does is out of sight.",
        works: "yes",
        expect: { verdict: { server: ["unknown", "ready"] } },
        specs: [...open(), script("powershell -ExecutionPolicy Unrestricted -File setup-web.ps1", { fileUris: ["https://files.example.org/setup-web.ps1"] })],
    },
    {
        name: "command-in-protected-settings",
        what: "The command holds a token and is a secret.",
        works: "yes",
        expect: { verdict: { server: ["unknown", "ready"] } },
        specs: [...open(), extension("setup", "Microsoft.Compute", "CustomScriptExtension", {}, { protectedSettings: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:AAAA" } })],
    },
    {
        name: "agents-and-sign-in",
        what: "Entra sign-in, monitoring, antimalware, BGInfo, Key Vault certificates: none of them closes RDP.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...open(),
            extension("entra", "Microsoft.Azure.ActiveDirectory", "AADLoginForWindows", {}),
            extension("monitor", "Microsoft.Azure.Monitor", "AzureMonitorWindowsAgent", {}),
            extension("antimalware", "Microsoft.Azure.Security", "IaaSAntimalware", { AntimalwareEnabled: true, RealtimeProtectionEnabled: true }),
            extension("bginfo", "Microsoft.Compute", "BGInfo", {}),
            extension("certificates", "Microsoft.Azure.KeyVault", "KeyVaultForWindows", { secretsManagementSettings: { pollingIntervalInS: "3600", observedCertificates: [] } }),
        ],
    },
    {
        name: "web-server-certificate-by-the-key-vault-extension",
        what: "Version 3 with linkOnRenewal for IIS, pinned to a version and without an identity: nothing of it is Remote Desktop's.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: ["certificate-renews", "certificate-rebound", "certificate-key-readable", "certificate-usable", "certificate-identity-reads-vault", "certificate-extension-fits-image"] },
        specs: [
            ...open(),
            extension(
                "certificates",
                "Microsoft.Azure.KeyVault",
                "KeyVaultForWindows",
                { secretsManagementSettings: { pollingIntervalInS: "3600", linkOnRenewal: true, requireInitialSync: true, observedCertificates: ["https://kv-shop.vault.azure.net/secrets/shop/5c1e1f3b0a7d4e5f8a9b0c1d2e3f4a5b"], certificateStoreName: "MY", certificateStoreLocation: "LocalMachine" } },
                { typeHandlerVersion: "3.0" },
            ),
            runCommand("iis", "Import-Module WebAdministration", "$c = Get-ChildItem Cert:\\LocalMachine\\My | Where-Object { $_.Subject -like '*shop*' }", "New-Item IIS:\\SslBindings\\0.0.0.0!443 -Value $c"),
        ],
    },
    {
        name: "listener-certificate-bound-by-wmic",
        what: "A script out of a blog: imports nothing, binds the newest certificate once with wmic. Clients may warn one day; sessions come up.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...open(),
            runCommand("bind", "$thumb = (Get-ChildItem Cert:\\LocalMachine\\My | Sort-Object NotAfter | Select-Object -Last 1).Thumbprint", 'wmic /namespace:\\\\root\\cimv2\\TerminalServices PATH Win32_TSGeneralSetting Set SSLCertificateSHA1Hash="$thumb"'),
        ],
    },
    {
        name: "domain-join",
        what: "The domain-join extension, with its password as a secret.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...open(), extension("join", "Microsoft.Compute", "JsonADDomainExtension", { Name: "corp.example.com", Restart: "true", Options: "3", User: "corp\\joiner" }, { protectedSettings: { Password: "[secret]" } })],
    },
    {
        name: "dsc-configuration",
        what: "A DSC archive sets up the server.",
        works: "yes",
        expect: { verdict: { server: ["unknown", "ready"] } },
        specs: [...open(), extension("dsc", "Microsoft.Powershell", "DSC", { configuration: { url: "https://files.example.org/web.zip", script: "web.ps1", function: "Web" } })],
    },
    {
        name: "run-command-enables-rdp",
        what: "Remote Desktop on, NLA on, firewall group on: what everybody runs. One line says that it is not enforced.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: allBut("settings-enforced") },
        specs: [
            ...open(),
            runCommand("enable", `Set-ItemProperty -Path '${terminalServer}' -Name fDenyTSConnections -Value 0`, `Set-ItemProperty -Path '${listener}' -Name UserAuthentication -Value 1`, "Enable-NetFirewallRule -DisplayGroup 'Remote Desktop'"),
        ],
    },
    {
        name: "nla-switched-off",
        what: "NLA off for thin clients: less safe, and it works.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...open(), runCommand("thin-clients", `Set-ItemProperty '${listener}' UserAuthentication 0 -Type DWord`)],
    },
    {
        name: "firewall-switched-off",
        what: "netsh turns the Windows firewall off on all profiles: unsafe, and RDP gets in.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...open(), script("netsh advfirewall set allprofiles state off")],
    },
    {
        name: "firewall-group-by-netsh",
        what: "The old way to open Remote Desktop in the guest.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [...open(), runCommand("open", "netsh advfirewall firewall set rule group=\"remote desktop\" new enable=Yes", "reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v fDenyTSConnections /t REG_DWORD /d 0 /f")],
    },
    {
        name: "hardening-switches-rdp-off",
        what: "A benchmark script denies RDP on a host whose NSG opens it.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["rdp-enabled"] },
        specs: [...open(), runCommand("harden", `Set-ItemProperty -Path '${terminalServer}' -Name 'fDenyTSConnections' -Value 1`)],
    },
    {
        name: "hardening-on-a-web-server",
        what: "The same script where nobody is meant to use RDP.",
        works: "yes",
        expect: { verdict: { server: "private" }, silent: "all" },
        specs: [
            vnet("net"),
            nsg("guard", [allow("web", 100, ["80", "443"])]),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            nic("card", { subnet: { id: ref("hosts") } }),
            winVm("server", "card"),
            runCommand("harden", `Set-ItemProperty -Path '${terminalServer}' -Name 'fDenyTSConnections' -Value 1`, "Disable-NetFirewallRule -DisplayGroup 'Remote Desktop'"),
        ],
    },
    {
        name: "own-port-everywhere",
        what: "The guest listens on 33890, its firewall admits that, the NSG too.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVm([allow("rdp", 300, "33890", office)]),
            runCommand(
                "port",
                `Set-ItemProperty -Path '${listener}' -Name PortNumber -Value 33890`,
                "New-NetFirewallRule -DisplayName 'RDP 33890' -Direction Inbound -Protocol TCP -LocalPort 33890 -Action Allow -Profile Any",
                "Restart-Service TermService -Force",
            ),
        ],
    },
    {
        name: "own-port-and-the-nsg-forgotten",
        what: "The guest moved to 33890, the NSG still opens 3389.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] },
        specs: [
            ...open(),
            runCommand("port", `Set-ItemProperty -Path '${listener}' -Name PortNumber -Value 33890`, "New-NetFirewallRule -DisplayName 'RDP 33890' -Direction Inbound -Protocol TCP -LocalPort 33890 -Action Allow"),
        ],
    },
    {
        name: "own-port-and-the-guest-firewall-forgotten",
        what: "Listener and NSG agree on 33890; the Windows firewall knows 3389 only.",
        works: "no",
        expect: { verdict: { server: "blocked" } },
        specs: [...publicVm([allow("rdp", 300, "33890", office)]), runCommand("port", `Set-ItemProperty -Path '${listener}' -Name PortNumber -Value 33890`)],
    },
    {
        name: "winrm-for-ansible",
        what: "WinRM with a self-signed certificate and a firewall rule of its own, beside RDP.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVm([allow("rdp", 300, "3389", office), allow("winrm", 310, "5985-5986", office)]),
            runCommand(
                "winrm",
                "$cert = New-SelfSignedCertificate -DnsName $env:COMPUTERNAME -CertStoreLocation Cert:\\LocalMachine\\My",
                "Enable-PSRemoting -SkipNetworkProfileCheck -Force",
                "New-Item -Path WSMan:\\localhost\\Listener -Transport HTTPS -Address * -CertificateThumbPrint $cert.Thumbprint -Force",
                "New-NetFirewallRule -DisplayName 'WinRM HTTPS' -Direction Inbound -Protocol TCP -LocalPort 5986 -Action Allow",
            ),
        ],
    },
    {
        name: "tools-by-a-package-manager",
        what: "Chocolatey, disks, time zone, a scheduled task: a long script that leaves RDP alone.",
        works: "yes",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: [
            ...open(),
            runCommand(
                "tools",
                "[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor 3072",
                "iex ((New-Object System.Net.WebClient).DownloadString('https://packages.example.org/install.ps1'))",
                "foreach ($p in 'git', 'vscode', '7zip') { choco install $p -y --no-progress }",
                "Get-Disk | Where-Object PartitionStyle -eq 'RAW' | Initialize-Disk -PassThru | New-Partition -AssignDriveLetter -UseMaximumSize | Format-Volume -Confirm:$false",
                "Set-TimeZone -Id 'UTC'",
            ),
        ],
    },
    {
        name: "tls-hardening-keeps-1-2",
        what: "SSL 3, TLS 1.0 and 1.1 are disabled, TLS 1.2 stays: RDP goes on.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...open(),
            runCommand(
                "tls",
                "$base = 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols'",
                "foreach ($v in 'SSL 3.0', 'TLS 1.0', 'TLS 1.1') {",
                "  New-Item \"$base\\$v\\Server\" -Force | Out-Null",
                "  New-ItemProperty \"$base\\$v\\Server\" -Name Enabled -Value 0 -PropertyType DWord -Force | Out-Null",
                "  New-ItemProperty \"$base\\$v\\Server\" -Name DisabledByDefault -Value 1 -PropertyType DWord -Force | Out-Null",
                "}",
            ),
        ],
    },
    {
        name: "session-limits",
        what: "Idle and disconnected sessions end after some hours, as administrators like it.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...open(),
            runCommand(
                "limits",
                "$k = 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services'",
                "if (-not (Test-Path $k)) { New-Item $k -Force }",
                "Set-ItemProperty $k MaxIdleTime 14400000 -Type DWord",
                "Set-ItemProperty $k MaxDisconnectionTime 28800000 -Type DWord",
                "Set-ItemProperty $k fSingleSessionPerUser 0 -Type DWord",
            ),
        ],
    },
    {
        name: "script-in-custom-data",
        what: "Custom data holds a script that opens RDP and WinRM, as on Linux: Windows never runs it, and the image has RDP on.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: allBut("carrier-runs") },
        specs: publicVm([allow("rdp", 300, "3389", office)], customData("<powershell>", `Set-ItemProperty -Path '${terminalServer}' -Name fDenyTSConnections -Value 0`, "Enable-NetFirewallRule -DisplayGroup 'Remote Desktop'", "</powershell>")),
    },
    {
        name: "custom-data-moves-the-port",
        what: "Custom data moves the listener to 33890 and the NSG follows: the listener never moves.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["carrier-runs"] },
        specs: publicVm([allow("rdp", 300, "33890", office)], customData(`Set-ItemProperty -Path '${listener}' -Name PortNumber -Value 33890`, "New-NetFirewallRule -DisplayName 'RDP 33890' -Direction Inbound -Protocol TCP -LocalPort 33890 -Action Allow", "Restart-Service TermService -Force")),
    },
    {
        name: "custom-data-run-by-an-extension",
        what: "The well-known trick: the extension renames CustomData.bin and runs it. The listener moves, and everything else too.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVm([allow("rdp", 300, "33890", office)], customData(`Set-ItemProperty -Path '${listener}' -Name PortNumber -Value 33890`, "New-NetFirewallRule -DisplayName 'RDP 33890' -Direction Inbound -Protocol TCP -LocalPort 33890 -Action Allow", "Restart-Service TermService -Force")),
            script("powershell -ExecutionPolicy Unrestricted -Command \"Rename-Item C:\\AzureData\\CustomData.bin setup.ps1; powershell -ExecutionPolicy Unrestricted -File C:\\AzureData\\setup.ps1\""),
        ],
    },
    {
        name: "custom-data-is-a-document",
        what: "Custom data holds settings of an application in JSON, which a program on the image reads.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: "all" },
        specs: publicVm([allow("rdp", 300, "3389", office)], customData('{ "role": "web", "rdpPort": 3389, "peers": ["10.20.1.4", "10.20.1.5"] }')),
    },
    {
        name: "two-custom-script-extensions",
        what: "A second custom script extension, which Azure refuses; it was to require NLA.",
        works: "cannot be told",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: [...open(), script("powershell Add-WindowsFeature Web-Server"), extension("nla", "Microsoft.Compute", "CustomScriptExtension", { commandToExecute: `reg add "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp" /v UserAuthentication /t REG_DWORD /d 1 /f` })],
    },
    {
        name: "rename-and-restart",
        what: "A run command sets RDP up, renames the computer and restarts it at the end.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: ["carrier-runs"] },
        specs: [...open(), runCommand("rename", `Set-ItemProperty -Path '${listener}' -Name UserAuthentication -Value 1`, "Rename-Computer -NewName APP01 -Force", "Restart-Computer -Force")],
    },
    {
        name: "run-command-with-parameters",
        what: "One script for all hosts; the port is a parameter, and the NSG has the same.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVm([allow("rdp", 300, "33890", office)]),
            az("compute:VirtualMachineRunCommandByVirtualMachine", "port", {
                vmName: ref("server", "name"),
                parameters: [{ name: "Port", value: "33890" }],
                source: { script: `param([int]$Port = 3389)\nSet-ItemProperty -Path '${listener}' -Name PortNumber -Value $Port\nNew-NetFirewallRule -DisplayName "RDP $Port" -Direction Inbound -Protocol TCP -LocalPort $Port -Action Allow\nRestart-Service TermService -Force` },
            }),
        ],
    },
    {
        name: "limits-in-two-run-commands",
        what: "Two run commands from two files, one after the other, write another limit each: the later one is meant to win.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: ["carriers-agree"] },
        specs: [
            ...open(),
            runCommand("base", "Set-ItemProperty 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services' MaxIdleTime 14400000 -Type DWord"),
            { ...runCommand("team", "Set-ItemProperty 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services' MaxIdleTime 28800000 -Type DWord"), dependsOn: ["base"] },
        ],
    },
];

export default entries;
