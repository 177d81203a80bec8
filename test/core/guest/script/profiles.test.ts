import { run } from "./support";

const list = "HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList";
const rcm = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\RCM";
const someone = "S-1-5-21-1111111111-2222222222-3333333333-1001";

run("script reader: user profiles", [
    { why: "a hive removed", script: `Remove-Item C:\\Users\\bob\\NTUSER.DAT -Force`, actions: ["user-profile-removed"] },
    { why: "a hive renamed", script: `Rename-Item "$env:SystemDrive\\Users\\bob\\NTUSER.DAT" NTUSER.old`, actions: ["user-profile-removed"] },
    { why: "a folder removed", batch: true, script: `rd /s /q C:\\Users\\bob`, actions: ["user-profile-removed"] },
    { why: "a folder removed where it is there", script: `if (Test-Path C:\\Users\\bob) { Remove-Item C:\\Users\\bob -Recurse -Force }`, actions: [] },
    { why: "files inside a profile are the user's own", script: `Remove-Item C:\\Users\\bob\\Desktop\\*.lnk\nRemove-Item "C:\\Users\\*\\AppData\\Local\\Temp\\*" -Recurse\nRemove-Item C:\\Users\\Public\\x.txt`, actions: [] },
    { why: "the folder of an account that goes too", script: `Remove-LocalUser -Name packer\nRemove-Item C:\\Users\\packer -Recurse -Force`, actions: [] },
    { why: "the same, the other way round", batch: true, script: `rd /s /q C:\\Users\\packer\r\nnet user packer /delete`, actions: [] },
    { why: "the profile that new ones are made from", script: `Remove-Item C:\\Users\\Default -Recurse -Force`, actions: ["default-profile-removed"] },
    { why: "every profile", script: `Remove-Item 'C:\\Users\\*' -Recurse -Force`, actions: ["default-profile-removed"] },
    { why: "a file of the default profile", script: `Copy-Item start.xml C:\\Users\\Default\\AppData\\Local\\x.xml -Force\nRemove-Item C:\\Users\\Default\\AppData\\Local\\x.xml`, actions: [] },
    { why: "the list of profiles", script: `Remove-Item '${list}' -Recurse`, settings: { "profile-list-programdata": "%SystemDrive%\\ProgramData" }, actions: ["profile-list-removed"] },
    { why: "everything in the list", script: `Remove-Item '${list}\\*' -Recurse`, actions: ["profile-list-removed"] },
    { why: "an account of Windows itself", batch: true, script: `reg delete "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\S-1-5-20" /f`, actions: ["profile-list-removed"] },
    { why: "one user's entry", script: `Remove-Item '${list}\\${someone}' -Recurse`, actions: ["user-profile-removed"] },
    { why: "the twin that a failed log-on left: the usual repair", script: `Remove-Item '${list}\\${someone}.bak' -Recurse`, actions: [] },
    { why: "entries read", script: `Get-ChildItem '${list}' | ForEach-Object { $_.GetValue('ProfileImagePath') }`, actions: [] },
    { why: "old profiles, as Windows removes them", script: `Get-CimInstance Win32_UserProfile | Where-Object { -not $_.Special -and $_.LastUseTime -lt (Get-Date).AddDays(-30) } | Remove-CimInstance`, actions: [] },
    { why: "by a filter of WMI", script: `Get-WmiObject -Class Win32_UserProfile -Filter "LocalPath='C:\\\\Users\\\\bob'" | Remove-WmiObject`, actions: [] },
    { why: "all of them", script: `Get-CimInstance -ClassName Win32_UserProfile | Remove-CimInstance`, actions: ["every-profile-removed"] },
    { why: "-WhatIf", script: `Remove-Item C:\\Users\\Default -Recurse -WhatIf`, actions: [] },
]);

run("script reader: antivirus, grace period, domain", [
    { why: "real-time protection off", script: `Set-MpPreference -DisableRealtimeMonitoring $true`, settings: { "defender-realtime-off": 1 } },
    { why: "off while something installs", script: `Set-MpPreference -DisableRealtimeMonitoring $true\nC:\\setup.exe /S\nSet-MpPreference -DisableRealtimeMonitoring $false`, settings: { "defender-realtime-off": 0 } },
    { why: "an exclusion", script: `Add-MpPreference -ExclusionPath C:\\app\nSet-MpPreference -ScanScheduleDay Everyday`, settings: {} },
    { why: "by policy", script: `Set-ItemProperty 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows Defender' DisableAntiSpyware 1`, settings: { "defender-disabled": 1 } },
    { why: "the feature removed", script: `Uninstall-WindowsFeature -Name Windows-Defender`, actions: ["defender-removed"] },
    { why: "its window removed", script: `Uninstall-WindowsFeature -Name Windows-Defender-Gui`, actions: [] },
    { why: "a task that turns it off later leaves no doubt about the session", script: `schtasks /create /tn x /tr "powershell Set-MpPreference -DisableRealtimeMonitoring 1" /sc onstart`, settings: {} },
    { why: "the days of grace set back", script: `Remove-Item '${rcm}\\GracePeriod' -Recurse -Force`, actions: ["grace-period-reset"] },
    { why: "by the value", script: `Remove-ItemProperty -Path '${rcm}\\GracePeriod' -Name 'L$RTMTIMEBOMB_1320153D-8DA3-4e8e-B27B-0D888223A588'`, actions: ["grace-period-reset"] },
    { why: "by reg", batch: true, script: `reg delete "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\RCM\\GracePeriod" /f`, actions: ["grace-period-reset"] },
    { why: "the days of grace read", script: `(Invoke-WmiMethod -Path $p -Name GetGracePeriodDays).DaysLeft\nGet-ItemProperty '${rcm}\\GracePeriod'`, actions: [] },
    { why: "a domain joined, with a restart", script: `Add-Computer -DomainName corp.example.com -Credential $cred -Restart`, actions: ["domain-joined", "restart"] },
    { why: "a workgroup", script: `Add-Computer -WorkgroupName LAB`, actions: ["workgroup-joined"] },
    { why: "netdom", batch: true, script: `netdom join %COMPUTERNAME% /domain:corp.example.com`, actions: ["domain-joined"] },
]);
