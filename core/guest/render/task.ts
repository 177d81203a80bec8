/** A scheduled task of the guest that runs a script as SYSTEM. */
export interface Task {
    readonly name: string;
    readonly description: string;
    /** Name of the script's file, below `%ProgramData%\rdp-ready`. */
    readonly file: string;
    /** How often it runs; half an hour from now, or these minutes from now, is the first time. */
    readonly every: { readonly minutes: number } | "day";
    /** Run at each start of Windows as well. */
    readonly atStart: boolean;
}

const taskFolder = String.raw`$env:ProgramData\rdp-ready`;

/** Where the script of a task is kept, for a string of PowerShell in double quotes. */
export function pathInTaskFolder(file: string): string {
    return `${taskFolder}\\${file}`;
}

/**
 * Statements that set `$folder` to a folder of our own. ProgramData lets every user create folders, so a folder of that name may be somebody
 * else's: owner and access are set anew, and files in it are made new rather than overwritten. SYSTEM (SY) and Administrators (BA) have full access.
 */
export const ownFolder = String.raw`
$folder = "${taskFolder}"
New-Item -ItemType Directory -Path $folder -Force | Out-Null
if ("$((Get-Item -LiteralPath $folder -Force).Attributes)" -match 'ReparsePoint') { throw "$folder is a link" }
$folderAccess = New-Object -TypeName System.Security.AccessControl.DirectorySecurity
$folderAccess.SetSecurityDescriptorSddlForm('O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
Set-Acl -LiteralPath $folder -AclObject $folderAccess
`.trim();

/** A script that installs another as a scheduled task, and then runs it once. `before` are statements between the two. */
export function installedScript(script: string, task: Task, before = ""): string {
    // The text of a script block is what stands between its braces: one copy is run, read by tools, and installed.
    return `$apply = {\n${script}}\n\n$ErrorActionPreference = 'Stop'\n${installTask(task, "$apply")}\n\n${before === "" ? "" : `${before.trim()}\n\n`}& $apply\n`;
}

/** Statements that install a task, whether it exists or not; `script` is the variable that holds the script, a script block. They set `$file`. */
export function installTask({ name, description, file, every, atStart }: Task, script: string): string {
    const repeated =
        every === "day"
            ? "-Daily -At (Get-Date).AddMinutes(30)"
            : `-Once -At (Get-Date).AddMinutes(${every.minutes}) -RepetitionInterval (New-TimeSpan -Minutes ${every.minutes}) -RepetitionDuration (New-TimeSpan -Days 3650)`;
    return String.raw`${ownFolder}
$file = "${pathInTaskFolder(file)}"
if (Test-Path -LiteralPath $file) { Remove-Item -LiteralPath $file -Force }
[System.IO.File]::WriteAllText($file, ${script}.ToString())

$powershell = "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe"
$run = New-ScheduledTaskAction -Execute $powershell -Argument "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File ""$file"""
${atStart ? "$atStart = New-ScheduledTaskTrigger -AtStartup\n" : ""}$repeated = New-ScheduledTaskTrigger ${repeated}
$account = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
$conditions = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew -ExecutionTimeLimit (New-TimeSpan -Minutes 10) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
Register-ScheduledTask -TaskName '${name}' -Description '${description}' -Action $run -Trigger @(${atStart ? "$atStart, " : ""}$repeated) -Principal $account -Settings $conditions -Force | Out-Null`;
}
