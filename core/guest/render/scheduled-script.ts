/** A scheduled task that runs a script as SYSTEM. */
export interface ScriptTask {
    /** Name of the task, and of the script's file in `%ProgramData%\rdp-ready`. */
    readonly name: string;
    readonly description: string;
    /** Statements that set `$atStart` and `$repeated`, the task's triggers. */
    readonly triggers: string;
    /** Statements between the installation and the first run. */
    readonly before?: string;
}

/** A script that installs another as a scheduled task, and then runs it once. */
export function installedScript(script: string, task: ScriptTask): string {
    // The text of a script block is what stands between its braces: one copy is run, read by tools, and installed.
    const before = task.before === undefined ? "" : `${task.before.trim()}\n\n`;
    return `$apply = {\n${script}}\n\n${install(task)}\n\n${before}& $apply\n`;
}

/**
 * ProgramData lets every user create folders, so a folder of that name may be somebody else's: owner and access are
 * set anew, and files in it are made new rather than overwritten. SYSTEM (SY) and Administrators (BA) have full access.
 */
export const ownFolder = String.raw`
$folder = "$env:ProgramData\rdp-ready"
New-Item -ItemType Directory -Path $folder -Force | Out-Null
if ("$((Get-Item -LiteralPath $folder -Force).Attributes)" -match 'ReparsePoint') { throw "$folder is a link" }
$folderAccess = New-Object -TypeName System.Security.AccessControl.DirectorySecurity
$folderAccess.SetSecurityDescriptorSddlForm('O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
Set-Acl -LiteralPath $folder -AclObject $folderAccess
`.trim();

function install({ name, description, triggers }: ScriptTask): string {
    const file = `$folder\\${name}.ps1`;
    return String.raw`
$ErrorActionPreference = 'Stop'
${ownFolder}
$file = "${file}"
if (Test-Path -LiteralPath $file) { Remove-Item -LiteralPath $file -Force }
[System.IO.File]::WriteAllText($file, $apply.ToString())

$powershell = "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe"
$run = New-ScheduledTaskAction -Execute $powershell -Argument "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File ""$file"""
${triggers.trim()}
$account = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
$conditions = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew -ExecutionTimeLimit (New-TimeSpan -Minutes 10) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
Register-ScheduledTask -TaskName '${name}' -Description '${description}' -Action $run -Trigger @($atStart, $repeated) -Principal $account -Settings $conditions -Force | Out-Null
`.trim();
}
