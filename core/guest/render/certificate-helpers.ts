/** What binds a certificate of LocalMachine\My to the listener (rdp-domain §4.2). */
export const bindHelpers = String.raw`
# A name is covered as it is, or by a wildcard for its first label.
function Test-RdpCertificateName {
param($Certificate, [string]$Name)
$covered = @($Certificate.DnsNameList | ForEach-Object { $_.Punycode })
$wildcard = '*.' + ($Name -split '\.', 2)[1]
return ($covered -contains $Name) -or ($covered -contains $wildcard)
}

# The newest certificate that the listener can use for all of the names: valid now, for server or Remote Desktop authentication, with an RSA key.
function Find-RdpCertificate {
param([string[]]$Name, [string]$Thumbprint)
$now = Get-Date
$candidates = @(Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object { $_.HasPrivateKey -and $_.NotBefore -le $now -and $_.NotAfter -gt $now } | Sort-Object -Property NotBefore -Descending)
foreach ($candidate in $candidates) {
$uses = @($candidate.EnhancedKeyUsageList | ForEach-Object { $_.ObjectId })
$missing = @($Name | Where-Object { -not (Test-RdpCertificateName -Certificate $candidate -Name $_) })
if ($missing.Count -gt 0 -or ($Thumbprint -and $candidate.Thumbprint -ne $Thumbprint)) { continue }
if ($uses -notcontains '1.3.6.1.5.5.7.3.1' -and $uses -notcontains '1.3.6.1.4.1.311.54.1.2') { continue }
if ($candidate.PublicKey.Oid.Value -ne '1.2.840.113549.1.1.1') { continue }
return $candidate
}
return $null
}

# Lets NETWORK SERVICE, the listener's account, read the one key file, wherever its provider keeps it.
# A key without a file, such as one in KeyGuard, is for whoever made it to grant.
function Grant-RdpKey {
param($Certificate)
$name = ''
$files = @()
try {
$key = [System.Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPrivateKey($Certificate)
$name = "$($key.Key.UniqueName)$($key.CspKeyContainerInfo.UniqueKeyContainerName)"
}
catch { $notes.Add("the key of the certificate was not examined - $_") }
if ($name -match '^[\w.-]+$') { $files = @(Get-ChildItem -LiteralPath "$env:ProgramData\Microsoft\Crypto" -Filter $name -Recurse -File -Force -ErrorAction SilentlyContinue) }
if ($files.Count -eq 0) { $notes.Add('the key of the certificate has no file of its own; access to it was left as it is') }
foreach ($file in $files) { Grant-RdpAccess -Path $file.FullName -Sid 'S-1-5-20' -Mask 131209 -Rights '(R)' }
}

# New connections take the certificate at once: the listener is not restarted.
function Set-RdpCertificate {
param($Certificate)
$before = Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting -Filter "TerminalName='RDP-tcp'"
if ("$($before.SSLCertificateSHA1Hash)" -eq $Certificate.Thumbprint) { return }
Set-CimInstance -InputObject $before -Property @{ SSLCertificateSHA1Hash = $Certificate.Thumbprint }
$after = Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting -Filter "TerminalName='RDP-tcp'"
if ("$($after.SSLCertificateSHA1Hash)" -ne $Certificate.Thumbprint) { throw "the listener did not take certificate $($Certificate.Thumbprint)" }
$changed.Add("the listener had certificate $($before.SSLCertificateSHA1Hash), wanted $($Certificate.Thumbprint)")
}
`;
