import { rules } from "../../policies/rules/index.generated";
import { ref } from "../policies/fixture";
import { Entry, Spec, aws, ingress, instanceWithUserData, rdpFrom } from "./entry";

/** User data and SSM documents of EC2 Windows instances. */

const allBut = (name: string): string[] => rules.map((r) => r.name).filter((n) => n !== name);
const powershell = (...lines: string[]): string => `<powershell>\n${lines.join("\n")}\n</powershell>`;
const office = "203.0.113.0/24";
const terminalServer = "HKLM:\\System\\CurrentControlSet\\Control\\Terminal Server";
const document = (content: unknown): Spec => aws("ssm/Document", "settings", { documentType: "Command", documentFormat: "JSON", content: JSON.stringify(content) });

const entries: readonly Entry[] = [
    {
        name: "winrm-by-hand",
        what: "winrm quickconfig, unencrypted for a private build, and firewall rules by netsh.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: instanceWithUserData(
            powershell(
                "net user builder 'changed-by-pipeline' /add /y",
                "net localgroup administrators builder /add",
                "winrm quickconfig -q",
                "winrm set winrm/config/service '@{AllowUnencrypted=\"true\"}'",
                "winrm set winrm/config/service/auth '@{Basic=\"true\"}'",
                "netsh advfirewall firewall add rule name=\"WinRM 5985\" protocol=TCP dir=in localport=5985 action=allow",
                "net stop winrm",
                "sc.exe config winrm start=auto",
                "net start winrm",
            ),
            [rdpFrom(office), ingress(5985, 5986, { cidrBlocks: [office] })],
        ),
    },
    {
        name: "remoting-script-from-the-web",
        what: "The well-known remoting script is downloaded and run.",
        works: "yes",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: instanceWithUserData(
            powershell(
                "$url = 'https://files.example.org/ConfigureRemoting.ps1'",
                "$file = \"$env:temp\\ConfigureRemoting.ps1\"",
                "(New-Object -TypeName System.Net.WebClient).DownloadFile($url, $file)",
                "powershell.exe -ExecutionPolicy ByPass -File $file",
            ),
        ),
    },
    {
        name: "iis-and-a-page",
        what: "IIS with a start page.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: instanceWithUserData(powershell("Install-WindowsFeature -Name Web-Server -IncludeManagementTools", "Set-Content -Path C:\\inetpub\\wwwroot\\index.html -Value \"<h1>$(hostname)</h1>\""), [rdpFrom(office), ingress(80, 80, { cidrBlocks: ["0.0.0.0/0"] })]),
    },
    {
        name: "rename-and-join-a-domain",
        what: "DNS, name, domain and a restart.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: instanceWithUserData(
            powershell(
                "$nic = Get-NetAdapter | Select-Object -First 1",
                "Set-DnsClientServerAddress -InterfaceIndex $nic.ifIndex -ServerAddresses ('10.60.20.10','10.60.20.11')",
                "$p = ConvertTo-SecureString 'from-a-secret' -AsPlainText -Force",
                "$c = New-Object System.Management.Automation.PSCredential('corp\\joiner', $p)",
                "Add-Computer -DomainName corp.example.com -NewName APP01 -Credential $c -Force -Restart",
            ),
        ),
    },
    {
        name: "firewall-off-on-all-profiles",
        what: "The lab's shortcut: the Windows firewall off.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: instanceWithUserData(powershell("Set-NetFirewallProfile -Profile Domain,Public,Private -Enabled False")),
    },
    {
        name: "rdp-on-in-batch",
        what: "A <script> block that enables Remote Desktop with reg and netsh.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: instanceWithUserData(
            '<script>\r\nreg add "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server" /v fDenyTSConnections /t REG_DWORD /d 0 /f\r\nnetsh advfirewall firewall set rule group="remote desktop" new enable=Yes\r\n</script>\n<persist>true</persist>',
        ),
    },
    {
        name: "own-port-in-user-data",
        what: "Port 3390 in the registry, in the Windows firewall and in the group.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: instanceWithUserData(
            powershell(
                "$port = 3390",
                `Set-ItemProperty -Path "${terminalServer}\\WinStations\\RDP-Tcp" -Name "PortNumber" -Value $port`,
                "New-NetFirewallRule -DisplayName \"RDP-$port\" -Direction Inbound -Action Allow -Protocol TCP -LocalPort $port",
                "Restart-Service -Name TermService -Force",
            ),
            [ingress(3390, 3390, { cidrBlocks: [office] })],
        ),
    },
    {
        name: "remote-desktop-group-disabled",
        what: "A hardening line disables the firewall group on a host that is reached by RDP.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["guest-firewall-admits"] },
        specs: instanceWithUserData(powershell("Disable-NetFirewallRule -DisplayGroup 'Remote Desktop'")),
    },
    {
        name: "base64-user-data",
        what: "userDataBase64, as a helper encodes it.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: instanceWithUserData("", [rdpFrom(office)], { userData: undefined, userDataBase64: Buffer.from(powershell("Set-TimeZone -Id 'UTC'", "Install-WindowsFeature RSAT-AD-PowerShell")).toString("base64") }),
    },
    {
        name: "password-in-user-data",
        what: "The administrator's password is generated and put into the script: nobody can read that before.",
        works: "yes",
        formsDiffer: "the password is made during the update, so that a preview does not know the script",
        expect: { verdict: { server: { preview: "unknown", state: "ready" } } },
        specs: [
            { type: "random:index/randomPassword:RandomPassword", name: "password", inputs: { length: 24 }, outputs: { result: "Generated-Value-1" } },
            ...instanceWithUserData(powershell("$admin = [adsi]('WinNT://./Administrator, user')", "$admin.PSBase.Invoke('SetPassword', '${password.result}')")),
        ],
    },
    {
        name: "tools-and-a-loop",
        what: "Chocolatey, AWS tools, a loop over packages and a transcript.",
        works: "yes",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: instanceWithUserData(
            powershell(
                "Start-Transcript -Path C:\\setup.log",
                "Set-ExecutionPolicy Bypass -Scope Process -Force",
                "Invoke-Expression ((New-Object System.Net.WebClient).DownloadString('https://packages.example.org/install.ps1'))",
                "$packages = @('git', 'awscli', 'notepadplusplus')",
                "foreach ($package in $packages) { choco install $package -y }",
                "Stop-Transcript",
            ),
        ),
    },
    {
        name: "plain-tools",
        what: "Downloads an installer and runs it silently; it is no script.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: instanceWithUserData(
            powershell(
                "$ErrorActionPreference = 'Stop'",
                "New-Item -ItemType Directory -Force -Path C:\\temp | Out-Null",
                "Invoke-WebRequest -Uri https://downloads.example.org/agent.msi -OutFile C:\\temp\\agent.msi",
                "Start-Process msiexec.exe -ArgumentList '/i C:\\temp\\agent.msi /qn' -Wait",
            ),
        ),
    },
    {
        name: "build-agent",
        what: "A build agent without any RDP rule; its script registers it.",
        works: "yes",
        expect: { verdict: { server: ["private", "unknown"] } },
        specs: instanceWithUserData(powershell("Start-Process C:\\agent\\config.cmd -ArgumentList '--unattended','--url','https://builds.example.org' -Wait", "Enable-NetFirewallRule -DisplayGroup 'File and Printer Sharing'"), [ingress(8080, 8080, { cidrBlocks: ["10.60.0.0/16"] })]),
    },
    {
        name: "newer-launch-agent",
        what: "Tasks in YAML for the newer launch agent.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: instanceWithUserData("version: 1.1\ntasks:\n- task: executeScript\n  inputs:\n  - frequency: once\n    type: powershell\n    runAs: admin\n    content: |-\n      Install-WindowsFeature Telnet-Client\n"),
    },
    {
        name: "settings-by-an-association",
        what: "A document that keeps Remote Desktop enabled, associated by tag.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...instanceWithUserData(powershell("Set-TimeZone -Id 'UTC'"), [rdpFrom(office)], { tags: { Role: "desktop" } }),
            document({
                schemaVersion: "2.2",
                description: "remote desktop",
                mainSteps: [{ action: "aws:runPowerShellScript", name: "enable", inputs: { runCommand: [`Set-ItemProperty '${terminalServer}' fDenyTSConnections 0`, "Set-Service TermService -StartupType Automatic", "Enable-NetFirewallRule -DisplayGroup 'Remote Desktop'"] } }],
            }),
            aws("ssm/Association", "desktops", { name: ref("settings", "name"), targets: [{ key: "tag:Role", values: ["desktop"] }], scheduleExpression: "rate(1 day)" }),
        ].map((s) => (s.name === "settings" ? { ...s, outputs: { name: "settings" } } : s)),
    },
    {
        name: "directory-join-document",
        what: "Amazon's own document joins the directory; patches by another one.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...instanceWithUserData(powershell("Set-TimeZone -Id 'UTC'")),
            aws("ssm/Association", "join", { name: "AWS-JoinDirectoryServiceDomain", targets: [{ key: "InstanceIds", values: [ref("server")] }], parameters: { directoryId: "d-1234567890", directoryName: "corp.example.com" } }),
            aws("ssm/Association", "patches", { name: "AWS-RunPatchBaseline", targets: [{ key: "InstanceIds", values: [ref("server")] }], parameters: { Operation: "Scan" }, scheduleExpression: "cron(0 3 ? * SUN *)" }),
        ],
    },
    {
        name: "association-switches-rdp-off",
        what: "A benchmark document, run every day on this host, denies RDP.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["rdp-enabled"] },
        specs: [
            ...instanceWithUserData(powershell("Set-TimeZone -Id 'UTC'")),
            document({ schemaVersion: "2.2", mainSteps: [{ action: "aws:runPowerShellScript", name: "harden", inputs: { runCommand: [`Set-ItemProperty -Path '${terminalServer}' -Name fDenyTSConnections -Value 1`] } }] }),
            aws("ssm/Association", "benchmark", { name: ref("settings", "name"), targets: [{ key: "InstanceIds", values: [ref("server")] }], scheduleExpression: "rate(1 day)" }),
        ].map((s) => (s.name === "settings" ? { ...s, outputs: { name: "settings" } } : s)),
    },
    {
        name: "user-data-without-its-tag",
        what: "PowerShell that enables RDP, without <powershell>: EC2 passes over it, and the image has RDP on.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: allBut("carrier-runs") },
        specs: instanceWithUserData([`Set-ItemProperty -Path '${terminalServer}' -Name fDenyTSConnections -Value 0`, "Enable-NetFirewallRule -DisplayGroup 'Remote Desktop'"].join("\n")),
    },
    {
        name: "own-port-in-user-data-that-never-runs",
        what: "The tag is spelled <PowerShell>, so that the listener stays on 3389, which the group does not open.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["carrier-runs"] },
        specs: instanceWithUserData(
            powershell(`Set-ItemProperty -Path "${terminalServer}\\WinStations\\RDP-Tcp" -Name PortNumber -Value 3390`, "New-NetFirewallRule -DisplayName RDP -Direction Inbound -Action Allow -Protocol TCP -LocalPort 3390", "Restart-Service TermService -Force").replaceAll("powershell>", "PowerShell>"),
            [ingress(3390, 3390, { cidrBlocks: [office] })],
        ),
    },
    {
        name: "web-server-with-a-script-that-never-runs",
        what: "A web server; boilerplate without its tag switches RDP on. Nobody opens 3389, and nobody misses it.",
        works: "yes",
        expect: { verdict: { server: "private" }, silent: allBut("carrier-runs") },
        specs: instanceWithUserData(`Set-ItemProperty -Path '${terminalServer}' -Name fDenyTSConnections -Value 0`, [ingress(443, 443, { cidrBlocks: ["0.0.0.0/0"] })]),
    },
    {
        name: "installer-in-user-data",
        what: "User data of more than 16 KB, of which most is a certificate: EC2 refuses the instance. It sets up RDP among other things.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["carrier-runs"] },
        specs: instanceWithUserData(powershell("$bundle = @'", ...Array.from({ length: 300 }, () => "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn0Ld3DSYmFxF0lFJmTQkdaX3eX"), "'@", `Set-ItemProperty -Path '${terminalServer}' -Name fDenyTSConnections -Value 0`)),
    },
    {
        name: "parameters-of-a-document",
        what: "A document with a parameter for the port; the association gives the port that the group opens.",
        works: "yes",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: [
            ...instanceWithUserData(powershell("Set-TimeZone -Id 'UTC'"), [ingress(3390, 3390, { cidrBlocks: [office] })]),
            document({
                schemaVersion: "2.2",
                parameters: { Port: { type: "String", default: "3389" } },
                mainSteps: [
                    {
                        action: "aws:runPowerShellScript",
                        name: "port",
                        inputs: { runCommand: [`Set-ItemProperty '${terminalServer}\\WinStations\\RDP-Tcp' PortNumber {{ Port }}`, "New-NetFirewallRule -Name rdp -DisplayName rdp -Direction Inbound -Protocol TCP -LocalPort {{Port}} -Action Allow -ErrorAction SilentlyContinue"] },
                    },
                ],
            }),
            aws("ssm/Association", "port", { name: ref("settings", "name"), targets: [{ key: "InstanceIds", values: [ref("server")] }], parameters: { Port: "3390" }, scheduleExpression: "rate(1 hour)" }),
        ].map((s) => (s.name === "settings" ? { ...s, outputs: { name: "settings" } } : s)),
    },
    {
        name: "benchmark-against-the-team",
        what: "The team's document allows RDP every 30 minutes, a benchmark denies it every day.",
        works: "no",
        expect: { verdict: { server: ["blocked", "unknown"] }, mandatory: ["rdp-enabled"] },
        specs: [
            ...instanceWithUserData(powershell("Set-TimeZone -Id 'UTC'"), [rdpFrom(office)], { iamInstanceProfile: "managed-by-another-stack" }),
            ...(["benchmark", "team"] as const).map((name, i) =>
                aws("ssm/Association", name, { name: "AWS-RunPowerShellScript", targets: [{ key: "InstanceIds", values: [ref("server")] }], parameters: { commands: `Set-ItemProperty '${terminalServer}' fDenyTSConnections ${1 - i}` }, scheduleExpression: i === 0 ? "rate(1 day)" : "rate(30 minutes)" }),
            ),
        ],
    },
    {
        name: "association-of-a-fleet-by-tag",
        what: "Associations for tags that this instance has not: other teams' hosts. They are nobody's mistake.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: allBut("rdp-enabled") },
        specs: [
            ...instanceWithUserData(powershell("Set-TimeZone -Id 'UTC'"), [rdpFrom(office)], { tags: { Role: "desktop", Team: "blue" } }),
            aws("ssm/Association", "harden", { name: "AWS-RunPowerShellScript", targets: [{ key: "tag:Role", values: ["database"] }, { key: "tag:Stage", values: ["production"] }], parameters: { commands: `Set-ItemProperty '${terminalServer}' fDenyTSConnections 1` }, scheduleExpression: "rate(1 day)" }),
        ],
    },
];

export default entries;
