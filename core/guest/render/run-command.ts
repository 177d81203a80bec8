import { DesiredState } from "../desired";
import { fitting } from "./limits";
import { PowerShellOptions, renderPowerShell } from "./powershell";

/**
 * The script of an Azure managed run command: it applies the desired state, and it installs a scheduled task
 * `rdp-ready` that applies it again at each start and every 30 minutes, because Azure delivers a run command just once
 * (rdp-domain §5.1). The task's copy, `%ProgramData%\rdp-ready\rdp-ready.ps1`, is writable by Administrators and
 * SYSTEM only. It exits as `renderPowerShell` says, so `treatFailureAsDeploymentFailure` means what it says.
 *
 * @throws TooLargeError when the script exceeds 64 KB.
 */
export function renderRunCommand(desired: DesiredState, options: PowerShellOptions = {}): string {
    // The text of a script block is what stands between its braces: one copy is run, read by tools, and installed.
    const script = `$apply = {\n${renderPowerShell(desired, options)}}\n\n${options.reportOnly === true ? "" : `${install.trim()}\n\n`}& $apply\n`;
    return fitting("run-command", script);
}

/**
 * ProgramData lets every user create folders, so a folder of that name may be somebody else's: owner and access are
 * set anew, and the file is made new rather than overwritten. SYSTEM (SY) and Administrators (BA) have full access.
 */
const install = String.raw`
$ErrorActionPreference = 'Stop'
$folder = "$env:ProgramData\rdp-ready"
$file = "$folder\rdp-ready.ps1"
New-Item -ItemType Directory -Path $folder -Force | Out-Null
if ("$((Get-Item -LiteralPath $folder -Force).Attributes)" -match 'ReparsePoint') { throw "$folder is a link" }
$folderAccess = New-Object -TypeName System.Security.AccessControl.DirectorySecurity
$folderAccess.SetSecurityDescriptorSddlForm('O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
Set-Acl -LiteralPath $folder -AclObject $folderAccess
if (Test-Path -LiteralPath $file) { Remove-Item -LiteralPath $file -Force }
[System.IO.File]::WriteAllText($file, $apply.ToString())

$powershell = "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe"
$run = New-ScheduledTaskAction -Execute $powershell -Argument "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File ""$file"""
$atStart = New-ScheduledTaskTrigger -AtStartup
$repeated = New-ScheduledTaskTrigger -Once -At (Get-Date).AddMinutes(30) -RepetitionInterval (New-TimeSpan -Minutes 30) -RepetitionDuration (New-TimeSpan -Days 3650)
$account = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
$conditions = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew -ExecutionTimeLimit (New-TimeSpan -Minutes 10) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
Register-ScheduledTask -TaskName 'rdp-ready' -Description 'Keeps Remote Desktop reachable and safe' -Action $run -Trigger @($atStart, $repeated) -Principal $account -Settings $conditions -Force | Out-Null
`;
