import { run, SHADOW, TCP, UDP } from "./support";

const TS = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server";
const configuration = (body: string) => `Configuration Rdp {\n  param([string]$Port = '3389')\n  Import-DscResource -ModuleName PSDesiredStateConfiguration, NetworkingDsc\n  Node localhost {\n${body}\n  }\n}\n`;

run("script reader: DSC configurations", [
    { why: "Registry", script: configuration(`Registry Allow {\n Ensure = 'Present'\n Key = '${TS}'\n ValueName = 'fDenyTSConnections'\n ValueData = '0'\n ValueType = 'Dword'\n }`), settings: { "rdp-enabled": 0 } },
    { why: "no blanks around =", script: configuration(`Registry Allow {\n Ensure='Present'\n Key='${TS}'\n ValueName='fDenyTSConnections'\n ValueData='1'\n }`), settings: { "rdp-enabled": 1 } },
    { why: "data as a list, as xRegistry has it", script: configuration(`xRegistry Nla {\n Key = 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp'\n ValueName = 'UserAuthentication'\n ValueData = @('0')\n }`), settings: { nla: 0 } },
    { why: "absent: Windows' default", script: configuration(`Registry X {\n Ensure = 'Absent'\n Key = '${TS}\\WinStations\\RDP-Tcp'\n ValueName = 'SecurityLayer'\n }`), settings: { "security-layer": 2 } },
    { why: "Service", script: configuration(`Service Ts {\n Name = 'TermService'\n StartupType = 'Disabled'\n State = 'Stopped'\n }`), settings: { "service-termservice-start": "disabled", "service-termservice-state": "stopped", "service-umrdpservice-state": "stopped" } },
    { why: "RemoteDesktopAdmin", script: configuration(`RemoteDesktopAdmin Rd {\n IsSingleInstance = 'Yes'\n Ensure = 'Present'\n UserAuthentication = 'Secure'\n }`), settings: { "rdp-enabled": 0, nla: 1 } },
    { why: "RemoteDesktopAdmin without NLA", script: configuration(`RemoteDesktopAdmin Rd {\n IsSingleInstance = 'Yes'\n Ensure = 'Present'\n UserAuthentication = 'NonSecure'\n }`), settings: { "rdp-enabled": 0, nla: 0 } },
    { why: "Firewall, a shipped rule", script: configuration(`Firewall Rdp {\n Name = '${TCP}'\n Enabled = 'True'\n Profile = ('Domain', 'Private')\n }`), rules: { [TCP]: { enabled: true, profiles: ["domain", "private"] } } },
    { why: "Firewall, a rule of its own with a parameter's default", script: configuration(`Firewall Rdp {\n Name = 'RdpIn'\n Ensure = 'Present'\n Enabled = 'True'\n Direction = 'Inbound'\n LocalPort = ($Port)\n Protocol = 'TCP'\n }`), rules: { RdpIn: { enabled: true, ports: [[3389, 3389]], protocol: "tcp" } } },
    { why: "FirewallProfile", script: configuration(`FirewallProfile Public {\n Name = 'Public'\n Enabled = 'False'\n }`), settings: { "firewall-public-enabled": 0 } },
    { why: "NetConnectionProfile", script: configuration(`NetConnectionProfile Net {\n InterfaceAlias = 'Ethernet'\n NetworkCategory = 'Public'\n }`), settings: { "network-category": "public" } },
    { why: "Script", script: configuration(`Script Rdp {\n GetScript = { @{} }\n TestScript = { $false }\n SetScript = { Enable-NetFirewallRule -DisplayGroup 'Remote Desktop' }\n }`), rules: { [TCP]: { enabled: true }, [UDP]: { enabled: true }, [SHADOW]: { enabled: true } } },
    { why: "WindowsFeature", script: configuration(`WindowsFeature Rds {\n Ensure = 'Present'\n Name = 'RDS-RD-Server'\n }`), actions: ["rds-session-host-installed"] },
    { why: "another resource", script: configuration(`File Log {\n DestinationPath = 'C:\\log.txt'\n Contents = 'fDenyTSConnections'\n }`), settings: {} },
]);
