import { DesiredState, settingsOf } from "../desired";
import { listenerKeyFilePrefix, requireSetting } from "../settings";
import { services } from "../settings/services";
import { firewallHelpers, hostHelpers, registryHelpers } from "./powershell-helpers";
import { list, literal, registryPath } from "./powershell-text";

export interface PowerShellOptions {
    /** Change nothing: say what differs and end with exit code 2 when something does. Default false. */
    readonly reportOnly?: boolean;
    /** Restart the listener, where that is needed, although people are logged on. Default false: say that it is needed. */
    readonly restartUnderSessions?: boolean;
}

/**
 * A Windows PowerShell 5.1 script that brings a host into the desired state. It reads first and writes what differs;
 * leaves alone what group policy sets; names firewall rules, services and accounts in a way that does not depend on
 * Windows' language; ends with a summary and exit code 0 (as desired, or changed), 1 (something failed) or 2
 * (report only: something differs). Lines end with LF; CRLF does as well. ASCII, no secrets.
 */
export function renderPowerShell(desired: DesiredState, options: PowerShellOptions = {}): string {
    return [
        header(options),
        registryHelpers,
        firewallHelpers,
        hostHelpers,
        registryStatements(desired),
        serviceStatements(desired),
        firewallStatements(desired),
        networkStatements(desired),
        keyStatements,
        listenerStatements(desired),
        summary,
    ]
        .map((part) => part.trim())
        .join("\n\n")
        .concat("\n");
}

function header(options: PowerShellOptions): string {
    return `
# Written by rdp-ready: keeps Remote Desktop reachable and safe. Changes made here are overwritten.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$ReportOnly = ${literal(options.reportOnly ?? false)}
$RestartUnderSessions = ${literal(options.restartUnderSessions ?? false)}
$changed = New-Object -TypeName 'System.Collections.Generic.List[string]'
$differs = New-Object -TypeName 'System.Collections.Generic.List[string]'
$notes = New-Object -TypeName 'System.Collections.Generic.List[string]'
$failed = New-Object -TypeName 'System.Collections.Generic.List[string]'
$domainMember = [bool](Get-CimInstance -ClassName Win32_ComputerSystem).PartOfDomain
`;
}

const registryTypes = { DWORD: "DWord", SZ: "String", EXPAND_SZ: "ExpandString", MULTI_SZ: "MultiString", BINARY: "Binary" } as const;

function registryStatements(desired: DesiredState): string {
    const lines = [...settingsOf(desired)].flatMap(([id, value]) => {
        const { place } = requireSetting(id);
        if (place.kind !== "registry") {
            return [];
        }
        // Values below a Policies key have no local twin.
        const command = /\\Policies\\/.test(place.key) ? "Set-RdpPolicyValue" : "Set-RdpValue";
        return [`${command} -Key '${registryPath(place.key)}' -Name '${place.value}' -Type ${registryTypes[place.type]} -Value ${literal(value)}`];
    });
    return lines.join("\n");
}

/** UmRdpService starts with TermService. */
const startedByOthers = ["UmRdpService"];

function serviceStatements(desired: DesiredState): string {
    const lines = services
        .filter((service) => service.safe !== undefined)
        .map((service) => {
            const start = startedByOthers.includes(service.name) ? "" : " -Start";
            return `Set-RdpService -Name '${service.name}' -StartupType ${service.safe === "automatic" ? "Automatic" : "Manual"}${start}`;
        });
    return lines.join("\n") + (desired.recovery ? recovery : "");
}

/** SERVICE_FAILURE_ACTIONS keeps the type of the first action at byte 20; 1 restarts the service. */
const recovery = String.raw`
try {
    $actions = Get-RdpValue -Key 'HKLM:\SYSTEM\CurrentControlSet\Services\TermService' -Name 'FailureActions'
    if ($null -eq $actions -or $actions.Length -lt 24 -or $actions[20] -ne 1) {
        if ($ReportOnly) { $differs.Add('service TermService is not restarted after a failure') }
        else {
            sc.exe failure TermService reset= 86400 actions= restart/60000/restart/60000/restart/60000 | Out-Null
            if ($LASTEXITCODE -ne 0) { throw "sc.exe failure ended with $LASTEXITCODE" }
            sc.exe failureflag TermService 1 | Out-Null
            $changed.Add('service TermService is restarted after a failure')
        }
    }
}
catch { $failed.Add("recovery of TermService - $($_.Exception.Message)") }`;

function firewallStatements(desired: DesiredState): string {
    const rule = (name: string, protocol: string) =>
        `Set-RdpFirewallRule -Name '${name}' -Protocol ${protocol} -Port ${desired.port} -RemoteAddress $clients\n`;
    return `
$clients = ${list(desired.firewallRemoteAddresses)}
${rule("RemoteDesktop-UserMode-In-TCP", "TCP")}${desired.transport === "tcp" ? "" : rule("RemoteDesktop-UserMode-In-UDP", "UDP")}${["Domain", "Private", "Public"].map((name) => `Set-RdpFirewallProfile -Name ${name}`).join("\n")}
foreach ($name in @('DomainProfile', 'StandardProfile', 'PublicProfile')) {
    if ((Get-RdpValue -Key "HKLM:\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\$name" -Name 'AllowLocalPolicyMerge') -eq 0) {
        $notes.Add("group policy ignores local firewall rules in $name; the policy itself must admit the clients")
    }
}
try {
    Get-NetFirewallPortFilter -PolicyStore ActiveStore -Protocol TCP | Where-Object { $_.LocalPort -contains '${desired.port}' } | Get-NetFirewallRule |
        Where-Object { "$($_.Enabled)" -eq 'True' -and "$($_.Direction)" -eq 'Inbound' -and "$($_.Action)" -eq 'Block' } |
        ForEach-Object { $notes.Add("firewall rule $($_.Name) blocks port ${desired.port}, and blocking wins over allowing") }
}
catch { $notes.Add("block rules were not examined - $($_.Exception.Message)") }
`;
}

/** DomainAuthenticated cannot be set by hand and is never touched. */
function networkStatements(desired: DesiredState): string {
    return desired.networkProfile === "leave"
        ? ""
        : String.raw`
try {
    foreach ($network in @(Get-NetConnectionProfile -ErrorAction SilentlyContinue)) {
        if ("$($network.NetworkCategory)" -eq 'Public') {
            if ($ReportOnly) { $differs.Add("network $($network.InterfaceAlias) is Public") }
            else {
                Set-NetConnectionProfile -InterfaceIndex $network.InterfaceIndex -NetworkCategory Private
                $changed.Add("network $($network.InterfaceAlias) was Public")
            }
        }
    }
}
catch { $failed.Add("network category - $($_.Exception.Message)") }
`;
}

/**
 * Default access to the folder of machine keys (KB278381), and to the listener's own key file: SYSTEM full, NETWORK
 * SERVICE read. Masks are the FileSystemRights behind the letters of icacls.
 */
const keyStatements = String.raw`
$machineKeys = "$env:ProgramData\Microsoft\Crypto\RSA\MachineKeys"
if (-not (Test-Path -LiteralPath $machineKeys)) { $failed.Add("$machineKeys is missing; restore it from a backup") }
else {
    Grant-RdpAccess -Path $machineKeys -Sid 'S-1-5-32-544' -Mask 2032127 -Rights '(F)'
    Grant-RdpAccess -Path $machineKeys -Sid 'S-1-1-0' -Mask 131487 -Rights '(RD,RA,REA,WD,AD,WA,WEA,RC)'
    try {
        foreach ($file in @(Get-ChildItem -LiteralPath $machineKeys -Filter '${listenerKeyFilePrefix}*' -File -Force)) {
            Grant-RdpAccess -Path $file.FullName -Sid 'S-1-5-18' -Mask 2032127 -Rights '(F)'
            Grant-RdpAccess -Path $file.FullName -Sid 'S-1-5-20' -Mask 131209 -Rights '(R)'
        }
    }
    catch { $failed.Add("key file of the listener - $($_.Exception.Message)") }
}
`;

/**
 * New settings of security count from the next connection on; a new port and a new self-signed certificate need the
 * listener restarted, which ends live sessions.
 */
function listenerStatements(desired: DesiredState): string {
    return String.raw`
if ((Get-RdpValue -Key 'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services' -Name 'fDenyTSConnections') -eq 1) {
    $failed.Add('group policy denies Remote Desktop; change the policy')
}
if ((Get-RdpValue -Key 'HKLM:\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp' -Name 'TSServerDrainMode') -gt 0) {
    $notes.Add('the host is in drain mode and refuses new sessions')
}
try {
    $reasons = @()
    if (-not (Wait-RdpListener -Port ${desired.port} -Seconds 10)) { $reasons += 'nothing listens on port ${desired.port}' }
    $bound = Get-RdpValue -Key 'HKLM:\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp' -Name 'SSLCertificateSHA1Hash'
    $certificates = @(Get-ChildItem -Path 'Cert:\LocalMachine\Remote Desktop' -ErrorAction SilentlyContinue)
    $valid = @($certificates | Where-Object { $_.NotAfter -gt (Get-Date) })
    if ($null -eq $bound -and $certificates.Count -gt 0 -and $valid.Count -eq 0) { $reasons += 'the certificate of the listener has expired' }
    if ($reasons.Count -gt 0) {
        $why = $reasons -join ', '
        if ($ReportOnly) { $differs.Add("TermService must be restarted: $why") }
        elseif (-not $RestartUnderSessions -and (Get-RdpSessionCount) -gt 0) {
            $notes.Add("TermService must be restarted: $why; not done, because users are logged on")
        }
        else {
            Restart-Service -Name SessionEnv -Force
            Restart-Service -Name TermService -Force
            $changed.Add("TermService was restarted: $why")
            if (-not (Wait-RdpListener -Port ${desired.port} -Seconds 30)) { $failed.Add('nothing listens on port ${desired.port}') }
        }
    }
    $owners = @(Get-NetTCPConnection -State Listen -LocalPort ${desired.port} -ErrorAction SilentlyContinue | ForEach-Object { $_.OwningProcess })
    $process = (Get-CimInstance -ClassName Win32_Service -Filter "Name='TermService'").ProcessId
    if ($owners.Count -gt 0 -and $owners -notcontains $process) { $failed.Add("port ${desired.port} belongs to process $($owners[0]), not to TermService") }
}
catch { $failed.Add("listener - $($_.Exception.Message)") }
`;
}

const summary = String.raw`
if (($changed -join ' ') -match 'SCHANNEL') { $notes.Add('TLS settings take effect when Windows restarts') }
Write-Output "rdp-ready: $($changed.Count) changed, $($differs.Count) to change, $($notes.Count) notes, $($failed.Count) failed"
foreach ($text in $changed) { Write-Output "changed: $text" }
foreach ($text in $differs) { Write-Output "to change: $text" }
foreach ($text in $notes) { Write-Output "note: $text" }
foreach ($text in $failed) { Write-Output "failed: $text" }
if ($failed.Count -gt 0) { exit 1 }
if ($differs.Count -gt 0) { exit 2 }
exit 0
`;
