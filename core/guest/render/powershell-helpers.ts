import { registryKeys } from "../settings";
import { Change, registryPath } from "./powershell-text";

/** What the statements of a rendered script are made of. String.raw: backslashes are PowerShell's. */

/** Reads registry values as they are stored. */
export const readHelper = String.raw`
function Get-RdpValue {
param([string]$Key, [string]$Name)
$item = Get-Item -LiteralPath $Key -ErrorAction SilentlyContinue
if ($null -eq $item) { return $null }
# The comma keeps binary values in one piece.
return , $item.GetValue($Name, $null, 'DoNotExpandEnvironmentNames')
}
`;

/** Reads and writes registry values. Group policy wins over local values, so what it owns is reported, never fought. */
export function registryHelpers(change: Change): string {
    return String.raw`
${readHelper.trim()}

function Test-RdpSame {
param($Current, [string]$Type, $Value)
# .NET reads DWORDs as signed numbers: 4294967295 comes back as -1.
if ($Type -eq 'DWord') { return ($Current -is [int]) -and (([long]$Current -band 4294967295) -eq [long]$Value) }
return ($Current -is [string]) -and ($Current -ceq $Value)
}

# Policy has its values beside the local ones, under the same names; some exist as policy only, and those belong to the domain if there is one.
function Set-RdpValue {
param([string]$Key, [string]$Name, [string]$Type, $Value)
try {
$current = Get-RdpValue -Key $Key -Name $Name
$policy = Get-RdpValue -Key '${registryPath(registryKeys.policy)}' -Name $Name
if ($Key -match '\\Policies\\') { $policy = if ($domainMember) { $current } else { $null } }
if ($null -ne $policy) {
# 999999 is how policy writes no limit of sessions.
if ("$policy $Value" -ne '999999 4294967295' -and -not (Test-RdpSame -Current $policy -Type $Type -Value $Value)) { $notes.Add("group policy sets $Name to $policy, wanted $Value; change the policy") }
}
elseif (-not (Test-RdpSame -Current $current -Type $Type -Value $Value)) {
${change(
    '"$Name was $(if ($null -eq $current) { \'absent\' } else { $current }), wanted $Value ($Key)"',
    "if (-not (Test-Path -LiteralPath $Key)) { New-Item -Path $Key -Force | Out-Null }",
    "New-ItemProperty -LiteralPath $Key -Name $Name -PropertyType $Type -Value $Value -Force | Out-Null",
)}
}
}
catch { $failed.Add("$Name - $_ ($Key)") }
}
`;
}

/** Firewall rules by their names, which are the same in every language. */
export function firewallHelpers(change: Change): string {
    return String.raw`
# Windows shows 10.0.0.0/8 as 10.0.0.0/255.0.0.0, and one address with or without /32.
function ConvertTo-RdpCidr {
param([string]$Address)
$network, $mask = $Address -split '/', 2
if ($mask -match '\.') {
$bits = ([Net.IPAddress]$mask).GetAddressBytes() | ForEach-Object { [Convert]::ToString($_, 2) }
$mask = (($bits -join '') -replace '0', '').Length
}
if (-not $mask -or "$mask" -eq '128' -or ("$mask" -eq '32' -and $network -notmatch ':')) { return $network }
return "$network/$mask"
}

function Test-RdpFirewallRule {
param($Rule, [string]$Protocol, [int]$Port, [string[]]$RemoteAddress)
$filter = $Rule | Get-NetFirewallPortFilter
$have = @(($Rule | Get-NetFirewallAddressFilter).RemoteAddress | ForEach-Object { ConvertTo-RdpCidr -Address $_ } | Sort-Object)
$want = @($RemoteAddress | ForEach-Object { ConvertTo-RdpCidr -Address $_ } | Sort-Object)
return ("$($Rule.Enabled)" -eq 'True') -and ("$($Rule.Action)" -eq 'Allow') -and ("$($Rule.Profile)" -in 'Any', 'Domain, Private, Public') -and
("$($filter.Protocol)" -eq $Protocol) -and ("$($filter.LocalPort)" -eq "$Port") -and (($have -join ' ') -eq ($want -join ' '))
}

function Set-RdpFirewallRule {
param([string]$Name, [string]$Protocol, [int]$Port, [string[]]$RemoteAddress)
try {
$rule = Get-NetFirewallRule -Name $Name -ErrorAction SilentlyContinue
if ($null -eq $rule) {
${change(
    '"firewall rule $Name was missing"',
    "New-NetFirewallRule -Name $Name -DisplayName \"Remote Desktop ($Protocol-In)\" -Group '@FirewallAPI.dll,-28752' -Program '%SystemRoot%\\system32\\svchost.exe' -Service 'termservice' -Enabled True -Direction Inbound -Action Allow -Profile Any -Protocol $Protocol -LocalPort $Port -RemoteAddress $RemoteAddress | Out-Null",
)}
}
elseif (-not (Test-RdpFirewallRule -Rule $rule -Protocol $Protocol -Port $Port -RemoteAddress $RemoteAddress)) {
${change(
    '"firewall rule $Name did not admit exactly the clients in every profile"',
    "Set-NetFirewallRule -Name $Name -Enabled True -Action Allow -Profile Any -Protocol $Protocol -LocalPort $Port -RemoteAddress $RemoteAddress",
)}
}
}
catch { $failed.Add("firewall rule $Name - $_") }
}

function Set-RdpFirewallProfile {
param([string]$Name)
try {
if ("$((Get-NetFirewallProfile -Name $Name).AllowInboundRules)" -eq 'False') {
${change('"firewall profile $Name blocked everything inbound"', "Set-NetFirewallProfile -Name $Name -AllowInboundRules True")}
}
}
catch { $failed.Add("firewall profile $Name - $_") }
}
`;
}

/** Services by name, accounts by SID. */
export function hostHelpers(change: Change): string {
    return [serviceHelper(change), accessHelper(change), sessionHelper, listenerHelper].map((part) => part.trim()).join("\n\n");
}

export function serviceHelper(change: Change): string {
    return String.raw`
# Manual and Automatic both work: only a disabled service is a fault.
function Set-RdpService {
param([string]$Name, [string]$StartupType, [switch]$Start)
try {
$service = Get-Service -Name $Name -ErrorAction SilentlyContinue
if ($null -eq $service) { $notes.Add("there is no service $Name"); return }
if ((Get-RdpValue -Key "HKLM:\SYSTEM\CurrentControlSet\Services\$Name" -Name 'Start') -eq 4) {
${change('"service $Name was disabled"', "Set-Service -Name $Name -StartupType $StartupType")}
}
if ($Start -and "$($service.Status)" -ne 'Running') {
${change('"service $Name did not run"', "Start-Service -Name $Name")}
}
}
catch { $failed.Add("service $Name - $_") }
}
`;
}

export function accessHelper(change: Change): string {
    return String.raw`
# Adds what an account lacks on one folder or file. Nothing is taken away, and nothing is handed down to other files.
function Grant-RdpAccess {
param([string]$Path, [string]$Sid, [int]$Mask, [string]$Rights)
try {
$granted = 0
foreach ($entry in (Get-Acl -LiteralPath $Path).GetAccessRules($true, $true, [System.Security.Principal.SecurityIdentifier])) {
if ($entry.IdentityReference.Value -eq $Sid -and "$($entry.AccessControlType)" -eq 'Allow' -and "$($entry.PropagationFlags)" -notmatch 'InheritOnly') {
$granted = $granted -bor [int]$entry.FileSystemRights
}
}
if (($granted -band $Mask) -ne $Mask) {
${change('"$Sid lacked $Rights on $Path"', 'icacls.exe $Path /grant "*$($Sid):$Rights" /q | Out-Null', 'if ($LASTEXITCODE -ne 0) { throw "icacls ended with $LASTEXITCODE" }')}
}
}
catch { $failed.Add("access to $Path - $_") }
}
`;
}

export const sessionHelper = String.raw`
# Sessions of users, disconnected ones too: quser writes a heading and a line for each, or nothing at all.
# Through cmd.exe, because PowerShell 5.1 takes a redirected error stream for a failure.
function Get-RdpSessionCount {
if (-not (Test-Path -LiteralPath "$env:SystemRoot\System32\quser.exe")) { return 1 }
$lines = @(cmd.exe /c 'quser.exe 2>nul')
return [Math]::Max(0, $lines.Count - 1)
}
`;

const listenerHelper = String.raw`
function Wait-RdpListener {
param([int]$Port, [int]$Seconds)
for ($i = 0; $i -lt $Seconds; $i++) {
if (@(Get-NetTCPConnection -State Listen -LocalPort $Port -ErrorAction SilentlyContinue).Count -gt 0) { return $true }
Start-Sleep -Seconds 1
}
return $false
}
`;
