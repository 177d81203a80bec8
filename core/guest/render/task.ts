/** A scheduled task of the guest that runs a script as SYSTEM. */
export interface Task {
    readonly name: string;
    readonly description: string;
    /** Name of the script's file, below `%ProgramData%\rdp-ready`. */
    readonly file: string;
    /** The variable that holds the script, a script block. */
    readonly script: string;
    readonly minutes: number;
    /** Run at each start of Windows as well. */
    readonly atStart: boolean;
}

const taskFolder = "$env:ProgramData\\rdp-ready";

/** Where the script of a task is kept, for a string of PowerShell in double quotes. */
export function pathInTaskFolder(file: string): string {
    return `${taskFolder}\\${file}`;
}

/**
 * Statements that install a task, whether it exists or not.
 *
 * ProgramData lets every user create folders, so a folder of that name may be somebody else's: owner and access are
 * set anew, and the file is made new rather than overwritten. SYSTEM (SY) and Administrators (BA) have full access.
 */
export function installTask({ name, description, file, script, minutes, atStart }: Task): string {
    return String.raw`$folder = "${taskFolder}"
$file = "${pathInTaskFolder(file)}"
New-Item -ItemType Directory -Path $folder -Force | Out-Null
if ("$((Get-Item -LiteralPath $folder -Force).Attributes)" -match 'ReparsePoint') { throw "$folder is a link" }
$folderAccess = New-Object -TypeName System.Security.AccessControl.DirectorySecurity
$folderAccess.SetSecurityDescriptorSddlForm('O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
Set-Acl -LiteralPath $folder -AclObject $folderAccess
if (Test-Path -LiteralPath $file) { Remove-Item -LiteralPath $file -Force }
[System.IO.File]::WriteAllText($file, ${script}.ToString())

$powershell = "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe"
$run = New-ScheduledTaskAction -Execute $powershell -Argument "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File ""$file"""
${atStart ? "$atStart = New-ScheduledTaskTrigger -AtStartup\n" : ""}$repeated = New-ScheduledTaskTrigger -Once -At (Get-Date).AddMinutes(${minutes}) -RepetitionInterval (New-TimeSpan -Minutes ${minutes}) -RepetitionDuration (New-TimeSpan -Days 3650)
$account = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
$conditions = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew -ExecutionTimeLimit (New-TimeSpan -Minutes 10) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
Register-ScheduledTask -TaskName '${name}' -Description '${description}' -Action $run -Trigger @(${atStart ? "$atStart, " : ""}$repeated) -Principal $account -Settings $conditions -Force | Out-Null`;
}
