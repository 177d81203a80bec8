import { DesiredState, settingsOf } from "../desired";
import { listenerKeyFilePrefix, registryKeys, requireSetting } from "../settings";
import { services } from "../settings/services";
import { firewallHelpers, hostHelpers, registryHelpers } from "./powershell-helpers";
import { apply, Change, indent, list, literal, registryPath, report } from "./powershell-text";
import { staleSessionStatements } from "./stale-sessions";

export interface PowerShellOptions {
    /** Change nothing and install nothing: say what differs, say that nothing was changed, and end with exit code 2 when something differs. Default false. */
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
    const change = options.reportOnly === true ? report : apply;
    const parts = [
        header,
        registryHelpers(change),
        firewallHelpers(change),
        hostHelpers(change),
        registryStatements(desired),
        serviceStatements(desired, change),
        firewallStatements(desired),
        networkStatements(desired, change),
        keyStatements,
        staleSessionStatements(desired.staleSessionHours, change),
        listenerStatements(desired, change, options.restartUnderSessions ?? false),
        options.reportOnly === true ? summary.replace("rdp-ready: ", "rdp-ready: report only, nothing was changed: ") : summary,
    ];
    return `${indent(
        parts
            .map((part) => part.trim())
            .filter((part) => part !== "")
            .join("\n\n"),
    )}\n`;
}

export const header = `
# Written by rdp-ready: keeps Remote Desktop reachable and safe. Changes made here are overwritten.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$changed = [System.Collections.Generic.List[string]]@()
$differs = [System.Collections.Generic.List[string]]@()
$notes = [System.Collections.Generic.List[string]]@()
$failed = [System.Collections.Generic.List[string]]@()
$domainMember = [bool](Get-CimInstance -ClassName Win32_ComputerSystem).PartOfDomain
`;

const registryTypes = { DWORD: "DWord", SZ: "String", EXPAND_SZ: "ExpandString", MULTI_SZ: "MultiString", BINARY: "Binary" } as const;

function registryStatements(desired: DesiredState): string {
    const lines = [...settingsOf(desired)].flatMap(([id, value]) => {
        const { place } = requireSetting(id);
        return place.kind === "registry"
            ? [`Set-RdpValue -Key '${registryPath(place.key)}' -Name '${place.value}' -Type ${registryTypes[place.type]} -Value ${literal(value)}`]
            : [];
    });
    return lines.join("\n");
}

/** UmRdpService starts with TermService. */
const startedByOthers = ["UmRdpService"];

function serviceStatements(desired: DesiredState, change: Change): string {
    const lines = services
        .filter((service) => service.safe !== undefined)
        .map((service) => {
            const start = startedByOthers.includes(service.name) ? "" : " -Start";
            return `Set-RdpService -Name '${service.name}' -StartupType ${service.safe === "automatic" ? "Automatic" : "Manual"}${start}`;
        });
    return [...lines, ...(desired.recovery ? [recovery(change)] : [])].join("\n");
}

/** SERVICE_FAILURE_ACTIONS keeps the type of the first action at byte 20; 1 restarts the service. */
function recovery(change: Change): string {
    return String.raw`try {
$actions = Get-RdpValue -Key 'HKLM:\SYSTEM\CurrentControlSet\Services\TermService' -Name 'FailureActions'
if ($null -eq $actions -or $actions.Length -lt 24 -or $actions[20] -ne 1) {
${change(
    "'service TermService was not restarted after a failure'",
    "sc.exe failure TermService reset= 86400 actions= restart/60000/restart/60000/restart/60000 | Out-Null",
    'if ($LASTEXITCODE -ne 0) { throw "sc.exe ended with $LASTEXITCODE" }',
    "sc.exe failureflag TermService 1 | Out-Null",
)}
}
}
catch { $failed.Add("recovery of TermService - $_") }`;
}

function firewallStatements(desired: DesiredState): string {
    const rules = desired.transport === "tcp" ? ["TCP"] : ["TCP", "UDP"];
    return String.raw`
$clients = ${list(desired.firewallRemoteAddresses)}
${rules.map((protocol) => `Set-RdpFirewallRule -Name 'RemoteDesktop-UserMode-In-${protocol}' -Protocol ${protocol} -Port ${desired.port} -RemoteAddress $clients`).join("\n")}
${["Domain", "Private", "Public"].map((name) => `Set-RdpFirewallProfile -Name ${name}`).join("\n")}
foreach ($name in @('DomainProfile', 'StandardProfile', 'PublicProfile')) {
if ((Get-RdpValue -Key "${registryPath(registryKeys.firewallPolicy)}\$name" -Name 'AllowLocalPolicyMerge') -eq 0) {
$notes.Add("group policy ignores local firewall rules in $name; the policy itself must admit the clients")
}
}
try {
Get-NetFirewallPortFilter -PolicyStore ActiveStore -Protocol TCP | Where-Object { $_.LocalPort -contains '${desired.port}' } | Get-NetFirewallRule |
Where-Object { "$($_.Enabled) $($_.Direction) $($_.Action)" -eq 'True Inbound Block' } |
ForEach-Object { $notes.Add("firewall rule $($_.Name) blocks port ${desired.port}, and blocking wins over allowing") }
}
catch { $notes.Add("firewall rules that block were not examined - $_") }
`;
}

/** DomainAuthenticated cannot be set by hand and is never touched. A failure is a note: the firewall rules hold in every category (rdp-domain §3). */
function networkStatements(desired: DesiredState, change: Change): string {
    return desired.networkProfile === "leave"
        ? ""
        : String.raw`
try {
foreach ($network in @(Get-NetConnectionProfile -ErrorAction SilentlyContinue)) {
if ("$($network.NetworkCategory)" -eq 'Public') {
${change('"network $($network.InterfaceAlias) was Public"', "Set-NetConnectionProfile -InterfaceIndex $network.InterfaceIndex -NetworkCategory Private")}
}
}
}
catch { $notes.Add("network category - $_") }
`;
}

/**
 * Default access to the folder of machine keys (KB278381) and to the listener's own key file: SYSTEM full, NETWORK
 * SERVICE read (rdp-domain §2.10). The masks are the FileSystemRights behind the letters of icacls.
 */
export const keyStatements = String.raw`
$machineKeys = "$env:ProgramData\Microsoft\Crypto\RSA\MachineKeys"
if (-not (Test-Path -LiteralPath $machineKeys)) { $failed.Add("$machineKeys is missing; restore it from a backup") }
else {
Grant-RdpAccess -Path $machineKeys -Sid 'S-1-5-32-544' -Mask 2032127 -Rights '(F)'
Grant-RdpAccess -Path $machineKeys -Sid 'S-1-1-0' -Mask 131487 -Rights '(RD,RA,REA,WD,AD,WA,WEA,RC)'
foreach ($file in @(Get-ChildItem -LiteralPath $machineKeys -Filter '${listenerKeyFilePrefix}*' -Force -ErrorAction SilentlyContinue)) {
Grant-RdpAccess -Path $file.FullName -Sid 'S-1-5-18' -Mask 2032127 -Rights '(F)'
Grant-RdpAccess -Path $file.FullName -Sid 'S-1-5-20' -Mask 131209 -Rights '(R)'
}
}
`;

/**
 * New settings of security count from the next connection on; a new port and a new self-signed certificate need the
 * listener restarted, which ends live sessions (rdp-domain §2.3, §2.5).
 */
function listenerStatements(desired: DesiredState, change: Change, underSessions: boolean): string {
    const { port } = desired;
    const listener = registryPath(registryKeys.listener);
    const restart = change(
        '"TermService had to be restarted: $why"',
        "Restart-Service -Name SessionEnv -Force",
        "Restart-Service -Name TermService -Force",
        `if (-not (Wait-RdpListener -Port ${port} -Seconds 30)) { throw 'nothing listens on port ${port}' }`,
    );
    const guarded = String.raw`if ((Get-RdpSessionCount) -gt 0) { $notes.Add("TermService must be restarted: $why; not done, because users are logged on") }
else {
${restart}
}`;
    return String.raw`
if ((Get-RdpValue -Key '${listener}' -Name 'TSServerDrainMode') -gt 0) { $notes.Add('the host is in drain mode and refuses new sessions') }
try {
if ((Get-RdpValue -Key '${registryPath(registryKeys.policy)}' -Name 'fDenyTSConnections') -eq 1) { throw 'group policy denies Remote Desktop; change the policy' }
$reasons = @()
if (-not (Wait-RdpListener -Port ${port} -Seconds 10)) { $reasons += 'nothing listens on port ${port}' }
# Hash type 1: the self-signed certificate, which Windows renews when the listener starts.
$bound = Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting -Filter "TerminalName='RDP-tcp'"
if ($bound.SSLCertificateSHA1HashType -eq 1) {
$expired = @(Get-ChildItem -Path 'Cert:\LocalMachine\Remote Desktop' | Where-Object { $_.Thumbprint -eq $bound.SSLCertificateSHA1Hash -and $_.NotAfter -lt (Get-Date) })
if ($expired.Count -gt 0) { $reasons += 'the certificate of the listener has expired' }
}
if ($reasons.Count -gt 0) {
$why = $reasons -join ', '
${underSessions ? restart : guarded}
}
$owners = @(Get-NetTCPConnection -State Listen -LocalPort ${port} -ErrorAction SilentlyContinue | ForEach-Object { $_.OwningProcess })
$process = (Get-CimInstance -ClassName Win32_Service -Filter "Name='TermService'").ProcessId
if ($owners.Count -gt 0 -and $owners -notcontains $process) { throw "port ${port} belongs to process $($owners[0]), not to TermService" }
}
catch { $failed.Add("listener - $_") }
`;
}

export const summary = String.raw`
if ($changed -match 'was \d.*SCHANNEL') { $notes.Add('TLS settings take effect when Windows restarts') }
Write-Output "rdp-ready: $($changed.Count) changed, $($differs.Count) to change, $($notes.Count) notes, $($failed.Count) failed"
foreach ($text in $changed) { Write-Output "changed: $text" }
foreach ($text in $differs) { Write-Output "to change: $text" }
foreach ($text in $notes) { Write-Output "note: $text" }
foreach ($text in $failed) { Write-Output "failed: $text" }
if ($failed.Count -gt 0) { exit 1 }
if ($differs.Count -gt 0) { exit 2 }
exit 0
`;
