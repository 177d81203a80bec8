/** What the statements of a rendered script are made of. String.raw: backslashes are PowerShell's. */

/** Reading and writing registry values. Policy wins over local values, so a local value that policy owns is reported only. */
export const registryHelpers = String.raw`
function Get-RdpValue {
    param([string]$Key, [string]$Name)
    $item = Get-Item -LiteralPath $Key -ErrorAction SilentlyContinue
    if ($null -eq $item) { return $null }
    # The comma keeps binary values in one piece.
    return , $item.GetValue($Name, $null, 'DoNotExpandEnvironmentNames')
}

function Test-RdpSame {
    param($Current, [string]$Type, $Value)
    if ($null -eq $Current) { return $false }
    # .NET reads DWORDs as signed numbers: 4294967295 comes back as -1.
    if ($Type -eq 'DWord') { return ($Current -is [int]) -and (([long]$Current -band 4294967295) -eq [long]$Value) }
    return ($Current -is [string]) -and ($Current -ceq $Value)
}

function Write-RdpValue {
    param([string]$Key, [string]$Name, [string]$Type, $Value, $Current)
    $was = if ($null -eq $Current) { 'absent' } else { "$Current" }
    if ($ReportOnly) {
        $differs.Add("$Key\$Name is $was, should be $Value")
    }
    else {
        if (-not (Test-Path -LiteralPath $Key)) { New-Item -Path $Key -Force | Out-Null }
        New-ItemProperty -LiteralPath $Key -Name $Name -PropertyType $Type -Value $Value -Force | Out-Null
        $changed.Add("$Key\$Name was $was, is $Value")
    }
}

function Set-RdpValue {
    param([string]$Key, [string]$Name, [string]$Type, $Value)
    try {
        $policy = Get-RdpValue -Key 'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services' -Name $Name
        $current = Get-RdpValue -Key $Key -Name $Name
        if ($null -ne $policy) {
            if (-not (Test-RdpSame -Current $policy -Type $Type -Value $Value)) {
                $notes.Add("group policy sets $Name to $policy, wanted $Value; change the policy")
            }
        }
        elseif (-not (Test-RdpSame -Current $current -Type $Type -Value $Value)) {
            Write-RdpValue -Key $Key -Name $Name -Type $Type -Value $Value -Current $current
        }
    }
    catch { $failed.Add("$Key\$Name - $($_.Exception.Message)") }
}

# A value that exists as policy only. On a domain member another value is taken for the domain's.
function Set-RdpPolicyValue {
    param([string]$Key, [string]$Name, [string]$Type, $Value)
    try {
        $current = Get-RdpValue -Key $Key -Name $Name
        if (-not (Test-RdpSame -Current $current -Type $Type -Value $Value)) {
            if ($domainMember -and $null -ne $current) {
                $notes.Add("group policy sets $Name to $current, wanted $Value; change the policy")
            }
            else {
                Write-RdpValue -Key $Key -Name $Name -Type $Type -Value $Value -Current $current
            }
        }
    }
    catch { $failed.Add("$Key\$Name - $($_.Exception.Message)") }
}
`;

/** Rules by their names, which are the same in every language. */
export const firewallHelpers = String.raw`
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
    return ("$($Rule.Enabled)" -eq 'True') -and ("$($Rule.Action)" -eq 'Allow') -and
        ("$($Rule.Profile)" -eq 'Any' -or "$($Rule.Profile)" -eq 'Domain, Private, Public') -and
        ("$($filter.Protocol)" -eq $Protocol) -and ("$($filter.LocalPort)" -eq "$Port") -and
        (($have -join ' ') -eq ($want -join ' '))
}

function Set-RdpFirewallRule {
    param([string]$Name, [string]$Protocol, [int]$Port, [string[]]$RemoteAddress)
    try {
        $rule = Get-NetFirewallRule -Name $Name -ErrorAction SilentlyContinue
        if ($null -eq $rule) {
            if ($ReportOnly) { $differs.Add("firewall rule $Name is missing") }
            else {
                New-NetFirewallRule -Name $Name -DisplayName "Remote Desktop ($Protocol-In)" -Group '@FirewallAPI.dll,-28752' -Program '%SystemRoot%\system32\svchost.exe' -Service 'termservice' -Enabled True -Direction Inbound -Action Allow -Profile Any -Protocol $Protocol -LocalPort $Port -RemoteAddress $RemoteAddress | Out-Null
                $changed.Add("firewall rule $Name was missing")
            }
        }
        elseif (-not (Test-RdpFirewallRule -Rule $rule -Protocol $Protocol -Port $Port -RemoteAddress $RemoteAddress)) {
            if ($ReportOnly) { $differs.Add("firewall rule $Name does not admit the clients in every profile, or admits others") }
            else {
                Set-NetFirewallRule -Name $Name -Enabled True -Action Allow -Profile Any -Protocol $Protocol -LocalPort $Port -RemoteAddress $RemoteAddress
                $changed.Add("firewall rule $Name")
            }
        }
    }
    catch { $failed.Add("firewall rule $Name - $($_.Exception.Message)") }
}

function Set-RdpFirewallProfile {
    param([string]$Name)
    try {
        if ("$((Get-NetFirewallProfile -Name $Name).AllowInboundRules)" -eq 'False') {
            if ($ReportOnly) { $differs.Add("firewall profile $Name blocks everything inbound") }
            else {
                Set-NetFirewallProfile -Name $Name -AllowInboundRules True
                $changed.Add("firewall profile $Name blocked everything inbound")
            }
        }
    }
    catch { $failed.Add("firewall profile $Name - $($_.Exception.Message)") }
}
`;

/** Services by name; accounts by SID. */
export const hostHelpers = String.raw`
# Manual and Automatic both work: only a disabled service is a fault.
function Set-RdpService {
    param([string]$Name, [string]$StartupType, [switch]$Start)
    try {
        $service = Get-Service -Name $Name -ErrorAction SilentlyContinue
        if ($null -eq $service) { $notes.Add("there is no service $Name") }
        else {
            if ((Get-RdpValue -Key "HKLM:\SYSTEM\CurrentControlSet\Services\$Name" -Name 'Start') -eq 4) {
                if ($ReportOnly) { $differs.Add("service $Name is disabled") }
                else {
                    Set-Service -Name $Name -StartupType $StartupType
                    $changed.Add("service $Name was disabled")
                }
            }
            if ($Start -and "$($service.Status)" -ne 'Running') {
                if ($ReportOnly) { $differs.Add("service $Name does not run") }
                else {
                    Start-Service -Name $Name
                    $changed.Add("service $Name did not run")
                }
            }
        }
    }
    catch { $failed.Add("service $Name - $($_.Exception.Message)") }
}

# Adds what an account lacks on one folder or file. Nothing is taken away, and nothing is handed down to other files.
function Grant-RdpAccess {
    param([string]$Path, [string]$Sid, [int]$Mask, [string]$Rights)
    try {
        $granted = 0
        foreach ($rule in (Get-Acl -LiteralPath $Path).GetAccessRules($true, $true, [System.Security.Principal.SecurityIdentifier])) {
            if ($rule.IdentityReference.Value -eq $Sid -and "$($rule.AccessControlType)" -eq 'Allow' -and "$($rule.PropagationFlags)" -notmatch 'InheritOnly') {
                $granted = $granted -bor [int]$rule.FileSystemRights
            }
        }
        if (($granted -band $Mask) -ne $Mask) {
            if ($ReportOnly) { $differs.Add("$Path lacks $($Rights) for $Sid") }
            else {
                icacls.exe $Path /grant "*$($Sid):$Rights" /q | Out-Null
                if ($LASTEXITCODE -ne 0) { throw "icacls ended with $LASTEXITCODE" }
                $changed.Add("$Path lacked $Rights for $Sid")
            }
        }
    }
    catch { $failed.Add("access to $Path - $($_.Exception.Message)") }
}

# Sessions of users, disconnected ones too: quser writes a heading and a line for each, or nothing at all.
# Through cmd.exe, because PowerShell 5.1 takes a redirected error stream for a failure.
function Get-RdpSessionCount {
    if (-not (Test-Path -LiteralPath "$env:SystemRoot\System32\quser.exe")) { return 1 }
    $lines = @(cmd.exe /c 'quser.exe 2>nul')
    return [Math]::Max(0, $lines.Count - 1)
}

function Wait-RdpListener {
    param([int]$Port, [int]$Seconds)
    for ($i = 0; $i -lt $Seconds; $i++) {
        $listeners = @(Get-NetTCPConnection -State Listen -LocalPort $Port -ErrorAction SilentlyContinue)
        if ($listeners.Count -gt 0) { return $true }
        Start-Sleep -Seconds 1
    }
    return $false
}
`;
