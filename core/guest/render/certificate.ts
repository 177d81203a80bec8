import { listenerKeyFilePrefix, registryKeys } from "../settings";
import { CertificatePlan, StorePlan } from "./certificate-plan";
import { importStatements, namesParameter, sourceParameter } from "./certificate-sources";
import { bindHelpers } from "./certificate-helpers";
import { fitting } from "./limits";
import { header, keyStatements, summary } from "./powershell";
import { accessHelper, readHelper, registryHelpers, serviceHelper, sessionHelper } from "./powershell-helpers";
import { apply, indent, list, registryPath } from "./powershell-text";
import { scriptDocument, SsmDocument } from "./ssm-document";
import { installedScript, Task } from "./task";

/**
 * A Windows PowerShell 5.1 script that keeps the listener's certificate valid, bound and its key readable. Run it again
 * and again: it changes what differs and nothing else, never restarts the listener for a binding (new connections take
 * the new certificate at once, rdp-domain §4.2), never touches other keys, and leaves a host alone whose group policy
 * names a certificate template. Exit code 0, or 1 when something failed. ASCII, no secrets.
 */
export function renderCertificate(plan: CertificatePlan): string {
    const parts =
        plan.kind === "windows"
            ? [header, registryHelpers(apply), serviceHelper(apply), accessHelper(apply), sessionHelper, policyStatements, storeSettings, helperServices, keyStatements, ownStatements, summary]
            : [header, readHelper, serviceHelper(apply), accessHelper(apply), bindHelpers, policyStatements, helperServices, `$names = ${namesOf(plan)}`, ...importStatements(plan), bindStatements, summary];
    return `${indent(
        parts
            .map((part) => part.trim())
            .filter((part) => part !== "")
            .join("\n\n"),
    )}\n`;
}

function namesOf(plan: Exclude<CertificatePlan, { kind: "windows" }>): string {
    return plan.kind === "store" ? list(plan.names) : `@('{{ ${namesParameter} }}' -split ' ')`;
}

/** Group policy that names a template owns the binding; a binding that Windows took from one says so itself (type 2, rdp-domain §4.2). */
const policyStatements = String.raw`
$template = Get-RdpValue -Key '${registryPath(registryKeys.policy)}' -Name 'CertTemplateName'
$listener = Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting -Filter "TerminalName='RDP-tcp'"
$byPolicy = ("$template" -ne '') -or ($listener.SSLCertificateSHA1HashType -eq 2)
if ($byPolicy) { $notes.Add('group policy chooses the certificate of the listener, and is left alone') }
`;

/** What makes, keeps and reads keys; SessionEnv renews the self-signed certificate (rdp-domain §2.3, §4.1). */
const helperServices = String.raw`
Set-RdpService -Name 'CryptSvc' -StartupType Automatic -Start
Set-RdpService -Name 'KeyIso' -StartupType Manual -Start
Set-RdpService -Name 'CertPropSvc' -StartupType Manual -Start
Set-RdpService -Name 'SessionEnv' -StartupType Manual -Start
`;

/** A deadline is for the first run only, which may come before the certificate: the task's copy has no such variable. */
const bindStatements = String.raw`
try {
if (-not $byPolicy) {
$certificate = Find-RdpCertificate -Name $names -Thumbprint $thumbprint
while ($null -eq $certificate -and $null -ne $deadline -and (Get-Date) -lt $deadline) {
Start-Sleep -Seconds 15
$certificate = Find-RdpCertificate -Name $names -Thumbprint $thumbprint
}
if ($null -eq $certificate) { throw "no valid certificate for $($names -join ', ') with an RSA key and the purpose of server authentication is in LocalMachine\My" }
Grant-RdpKey -Certificate $certificate
Set-RdpCertificate -Certificate $certificate
}
}
catch { $failed.Add("certificate - $_") }
`;

const storeSettings = String.raw`
Set-RdpValue -Key '${registryPath(registryKeys.winStations)}' -Name 'SelfSignedCertStore' -Type String -Value 'Remote Desktop'
`;

/**
 * Hash type 1 is the self-signed certificate, 3 one that somebody bound. SessionEnv renews, then TermService where
 * that was not enough and nobody is logged on: sources differ on which of them does it (rdp-domain §2.3). What has
 * expired is removed from the store once another is bound; keys stay where they are.
 */
const ownStatements = String.raw`
function Get-RdpOwnCertificate {
$bound = Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting -Filter "TerminalName='RDP-tcp'"
$now = Get-Date
return @(Get-ChildItem -Path 'Cert:\LocalMachine\Remote Desktop' | Where-Object { $_.Thumbprint -eq $bound.SSLCertificateSHA1Hash -and $_.NotAfter -gt $now })
}

try {
$programData = Get-RdpValue -Key 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList' -Name 'ProgramData'
if ($programData -and $programData -notmatch '^(%SystemDrive%|C:)\\ProgramData\\?$') { $notes.Add("ProfileList says that ProgramData is $programData, and Windows looks for its keys there") }
$disk = Get-CimInstance -ClassName Win32_LogicalDisk -Filter "DeviceID='C:'"
if ($disk.FreeSpace -lt 104857600) { $notes.Add('the system disk is full, and Windows cannot write a new key') }
if (@(Get-ChildItem -Path "$env:ProgramData\Microsoft\Crypto\RSA" -Filter '${listenerKeyFilePrefix}*' -Recurse -Force -ErrorAction SilentlyContinue).Count -gt 1) { $notes.Add('the listener has more than one key file; those of other machine ids come from an image') }
if (-not $byPolicy -and $listener.SSLCertificateSHA1HashType -eq 3) { $notes.Add('a certificate of your own is bound to the listener, and is left alone') }
elseif (-not $byPolicy) {
if (@(Get-RdpOwnCertificate).Count -eq 0) {
Restart-Service -Name SessionEnv -Force
Start-Sleep -Seconds 10
$changed.Add('SessionEnv had to be restarted: the certificate of the listener had expired or was missing')
}
if (@(Get-RdpOwnCertificate).Count -eq 0) {
if ((Get-RdpSessionCount) -gt 0) { $notes.Add('TermService must be restarted to renew its certificate; not done, because users are logged on') }
else {
Restart-Service -Name TermService -Force
Start-Sleep -Seconds 15
$changed.Add('TermService had to be restarted: the certificate of the listener had expired or was missing')
if (@(Get-RdpOwnCertificate).Count -eq 0) { throw 'Windows did not renew it; event 1057 of source TermService, or 36870 of Schannel, says why' }
}
}
if (@(Get-RdpOwnCertificate).Count -gt 0) {
foreach ($old in @(Get-ChildItem -Path 'Cert:\LocalMachine\Remote Desktop' | Where-Object { $_.NotAfter -lt (Get-Date) })) {
Remove-Item -LiteralPath $old.PSPath
$changed.Add("expired certificate $($old.Thumbprint) was still in the store")
}
}
}
}
catch { $failed.Add("certificate - $_") }
`;

export { serverTemplate } from "./certificate-sources";

/** Name of the scheduled task, and of the task that Windows runs when a certificate is replaced. */
export const certificateTask = "rdp-ready-certificate";

/**
 * The script of an Azure managed run command: installs the certificate's script as a scheduled task, daily and at each
 * start, and as the handler of replaced certificates where something else replaces them, and runs it.
 *
 * @param waitSeconds how long the first run waits for a certificate that something else delivers
 * @throws TooLargeError when the script exceeds 64 KB.
 */
export function certificateRunCommand(plan: CertificatePlan, waitSeconds = 0): string {
    const task: Task = { name: certificateTask, description: "Keeps the certificate of Remote Desktop valid and bound", file: `${certificateTask}.ps1`, every: "day", atStart: true };
    const before = `${onReplacement}\n$deadline = (Get-Date).AddSeconds(${waitSeconds})`;
    return fitting("run-command", installedScript(renderCertificate(plan), task, plan.kind === "store" ? before : ""));
}

/**
 * Windows tells of a replacement only where the old certificate links to the new one, as the Key Vault extension makes
 * it, and refuses a second task of one name (rdp-domain §4.3): the daily task stays in any case.
 */
const onReplacement = String.raw`
try {
if (@(Get-CertificateNotificationTask | Where-Object { $_.Name -eq '${certificateTask}' }).Count -eq 0) {
    New-CertificateNotificationTask -Type Replace -PSScript $file -Name '${certificateTask}' -Channel System | Out-Null
}
}
catch { Write-Output "note: a replaced certificate is bound by the daily task only - $_" }
`.trim();

/**
 * An SSM document whose association keeps the certificate. Its parameters are `source`, the ARN of the secret or the
 * authority, and `names`, separated by blanks.
 *
 * @throws TooLargeError when its JSON exceeds 64 KB.
 */
export function certificateDocument(plan: Exclude<CertificatePlan, StorePlan>): SsmDocument {
    const parameters = plan.kind === "windows" ? undefined : documentParameters;
    return scriptDocument("rdpReadyCertificate", "Keeps the certificate of Remote Desktop valid and bound (rdp-ready)", renderCertificate(plan), parameters);
}

/** Values become part of the script's text, so nothing that ends a quotation is among what they may hold. */
const documentParameters = {
    [sourceParameter]: { type: "String", description: "ARN of the secret or of the private certificate authority", allowedPattern: "^arn:[A-Za-z0-9:/_+=.@-]+$" },
    [namesParameter]: { type: "String", description: "Names that clients type, separated by blanks", allowedPattern: "^[A-Za-z0-9. -]+$" },
} as const;
