import { CertificatePlan, PrivateCaPlan } from "./certificate-plan";
import { literal } from "./powershell-text";
import { ownFolder } from "./task";

/** Parameters of the SSM document: its text is known before the ARN of a new secret is. */
export const sourceParameter = "source";
export const namesParameter = "names";

/** Statements that bring a certificate into LocalMachine\My and leave its thumbprint in `$thumbprint`. */
export function importStatements(plan: Exclude<CertificatePlan, { kind: "windows" }>): string[] {
    switch (plan.kind) {
        case "store":
            return ["$thumbprint = ''"];
        case "secret":
            return [storeHelpers, secretHelper, guarded(secretStatements)];
        case "private-ca":
            return [storeHelpers, requestHelper, guarded(requestStatements(plan))];
    }
}

/** A failure here leaves the present binding alone: the host keeps the certificate that it has. */
function guarded(statements: string): string {
    return String.raw`
$thumbprint = ''
$source = '{{ ${sourceParameter} }}'
$region = ($source -split ':')[3]
try {
if (-not $byPolicy) {
${statements.trim()}
}
}
catch { $failed.Add("certificate - $_") }
`;
}

/** Where a certificate came from is kept in the registry, so that the same one is not imported or asked for again. */
const storeHelpers = String.raw`
$mark = 'HKLM:\SOFTWARE\rdp-ready'

function Add-RdpCertificate {
param($Certificate, [string]$StoreName)
$store = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Store -ArgumentList $StoreName, 'LocalMachine'
$store.Open('ReadWrite')
try { $store.Add($Certificate) }
finally { $store.Close() }
}

# The certificate that was made from this source, if it is still there.
function Get-RdpImported {
param([string]$Source)
$imported = Get-RdpValue -Key $mark -Name 'CertificateThumbprint'
if ((Get-RdpValue -Key $mark -Name 'CertificateSource') -cne $Source -or -not $imported) { return $null }
return Get-Item -LiteralPath "Cert:\LocalMachine\My\$imported" -ErrorAction SilentlyContinue
}

function Set-RdpImported {
param([string]$Source, [string]$Thumbprint)
if (-not (Test-Path -LiteralPath $mark)) { New-Item -Path $mark -Force | Out-Null }
New-ItemProperty -LiteralPath $mark -Name 'CertificateSource' -PropertyType String -Value $Source -Force | Out-Null
New-ItemProperty -LiteralPath $mark -Name 'CertificateThumbprint' -PropertyType String -Value $Thumbprint -Force | Out-Null
$changed.Add("certificate $Thumbprint was not in LocalMachine\My")
}

# A permission that was just granted takes a while, and so does a certificate that was just asked for.
function Invoke-RdpPatiently {
param([scriptblock]$Action, [string]$Command)
if (-not (Get-Command -Name $Command -ErrorAction SilentlyContinue)) { throw "AWS Tools for PowerShell are missing: there is no $Command" }
for ($attempt = 1; $attempt -le 10; $attempt++) {
try {
$result = & $Action
return $result
}
catch {
if ($attempt -eq 10) { throw }
Start-Sleep -Seconds 15
}
}
}
`;

/** The PFX is never written to a disk or to the output; its key cannot be exported again. */
const secretHelper = String.raw`
function Import-RdpSecret {
param($Secret)
$password = ''
try {
if ("$($Secret.SecretString)" -eq '') { $pfx = $Secret.SecretBinary.ToArray() }
else {
$text = "$($Secret.SecretString)".Trim()
if ($text.StartsWith('{')) {
$fields = ConvertFrom-Json -InputObject $text
$text = "$($fields.pfx)"
$password = "$($fields.password)"
}
$pfx = [Convert]::FromBase64String($text)
}
}
catch { throw 'the secret must hold a PFX: binary, in base64, or as JSON with pfx in base64 and password' }
$all = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Certificate2Collection
$all.Import($pfx, $password, 'MachineKeySet, PersistKeySet')
$own = @($all | Where-Object { $_.HasPrivateKey })
if ($own.Count -ne 1) { throw "the PFX must hold one certificate with a private key: it holds $($own.Count)" }
foreach ($other in @($all | Where-Object { -not $_.HasPrivateKey -and $_.Subject -ne $_.Issuer })) { Add-RdpCertificate -Certificate $other -StoreName 'CA' }
Add-RdpCertificate -Certificate $own[0] -StoreName 'My'
return $own[0].Thumbprint
}
`;

const secretStatements = String.raw`
$secret = Invoke-RdpPatiently -Command 'Get-SECSecretValue' -Action { Get-SECSecretValue -SecretId $source -Region $region }
$imported = Get-RdpImported -Source $secret.VersionId
if ($null -eq $imported) {
$thumbprint = Import-RdpSecret -Secret $secret
Set-RdpImported -Source $secret.VersionId -Thumbprint $thumbprint
}
else { $thumbprint = $imported.Thumbprint }
$secret = $null
`;

/**
 * The key is made in the guest by the classic RSA provider, whose keys every version of the listener reads, and never
 * leaves it. The request lies in a folder that only SYSTEM and Administrators can write: whoever could change it would
 * get a certificate for a key of their own. Restrictions 2 and 4 admit a root that the host itself does not trust.
 */
const requestHelper = String.raw`
function New-RdpRequest {
param([string[]]$Name)
${ownFolder}
$policy = "$folder\request.inf"
$request = "$folder\request.csr"
$lines = @('[Version]', 'Signature="$Windows NT$"', '[NewRequest]', "Subject=""CN=$($Name[0])""", 'KeyLength=2048', 'KeySpec=1', 'KeyUsage=0xA0', 'HashAlgorithm=SHA256', 'MachineKeySet=TRUE', 'Exportable=FALSE', 'ProviderName="Microsoft RSA SChannel Cryptographic Provider"', 'ProviderType=12', 'RequestType=PKCS10', '[EnhancedKeyUsageExtension]', 'OID=1.3.6.1.5.5.7.3.1', '[Extensions]', '2.5.29.17="{text}"')
$lines += @($Name | ForEach-Object { "_continue_=""dns=$_&""" })
[System.IO.File]::WriteAllText($policy, ($lines -join [Environment]::NewLine))
certreq.exe -new -f -q $policy $request | Out-Null
if ($LASTEXITCODE -ne 0) { throw "certreq ended with $LASTEXITCODE" }
return [System.IO.File]::ReadAllText($request) -replace 'NEW CERTIFICATE REQUEST', 'CERTIFICATE REQUEST'
}

function Install-RdpIssued {
param($Issued)
foreach ($pem in [regex]::Matches($Issued.CertificateChain, '-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----')) {
$link = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Certificate2 -ArgumentList (, [System.Text.Encoding]::ASCII.GetBytes($pem.Value))
if ($link.Subject -ne $link.Issuer) { Add-RdpCertificate -Certificate $link -StoreName 'CA' }
}
$enrollment = New-Object -ComObject X509Enrollment.CX509Enrollment
$enrollment.Initialize(2)
$enrollment.InstallResponse(6, $Issued.Certificate, 0, '')
$own = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Certificate2 -ArgumentList (, [System.Text.Encoding]::ASCII.GetBytes($Issued.Certificate))
return $own.Thumbprint
}
`;

function requestStatements({ signingAlgorithm, validityDays, renewBeforeDays }: PrivateCaPlan): string {
    return String.raw`
$issuing = "arn:$(($source -split ':')[1]):acm-pca:::template/${serverTemplate}"
$made = "$source $($names -join ' ')"
$imported = Get-RdpImported -Source $made
if ($null -eq $imported -or $imported.NotAfter -lt (Get-Date).AddDays(${renewBeforeDays})) {
$csr = [System.Text.Encoding]::ASCII.GetBytes((New-RdpRequest -Name $names))
$arn = Invoke-RdpPatiently -Command 'New-PCACertificate' -Action { New-PCACertificate -CertificateAuthorityArn $source -Csr $csr -SigningAlgorithm ${literal(signingAlgorithm)} -TemplateArn $issuing -Validity_Type DAYS -Validity_Value ${validityDays} -Region $region -Force }
$issued = Invoke-RdpPatiently -Command 'Get-PCACertificate' -Action { Get-PCACertificate -CertificateAuthorityArn $source -CertificateArn $arn -Region $region }
$thumbprint = Install-RdpIssued -Issued $issued
Set-RdpImported -Source $made -Thumbprint $thumbprint
}
else { $thumbprint = $imported.Thumbprint }
`;
}

/** AWS' own template for a server's certificate, which names no other use. */
export const serverTemplate = "EndEntityServerAuthCertificate/V1";
