import { regTS, run, TS, unknown } from "./support";

const template = (...lines: string[]) => `@'\n[Unicode]\nUnicode=yes\n[Version]\nsignature="$CHICAGO$"\nRevision=1\n${lines.join("\n")}\n'@`;
const applied = (content: string, more = "/areas USER_RIGHTS") => `${content} | Out-File C:\\p.inf -Encoding Unicode\nsecedit.exe /configure /db C:\\windows\\security\\local.sdb /cfg C:\\p.inf ${more}`;
const [admins, users, everyone] = ["S-1-5-32-544", "S-1-5-32-555", "S-1-1-0"];

run("script reader: security templates", [
    { why: "rights replace what was there", script: applied(template("[Privilege Rights]", "SeRemoteInteractiveLogonRight = *S-1-5-32-544")), settings: { "right-rdp-logon": [admins] } },
    { why: "several accounts, by name and by SID", script: applied(template("[Privilege Rights]", "SeDenyRemoteInteractiveLogonRight = *S-1-5-113,Guests,CORP\\Contractors")), settings: { "right-deny-rdp-logon": ["S-1-5-113", "S-1-5-32-546", "corp\\contractors"] } },
    { why: "nobody at all", script: applied(template("[Privilege Rights]", "SeRemoteInteractiveLogonRight =")), settings: { "right-rdp-logon": [] } },
    { why: "all areas, where none is named", script: applied(template("[Privilege Rights]", "SeDenyNetworkLogonRight = *S-1-1-0"), ""), settings: { "right-deny-network-logon": [everyone] } },
    { why: "another area than the rights", script: applied(template("[Privilege Rights]", "SeDenyNetworkLogonRight = *S-1-1-0"), "/areas SECURITYPOLICY"), settings: {} },
    { why: "other rights, and the password policy", script: applied(template("[System Access]", "MinimumPasswordLength = 14", "[Privilege Rights]", "SeServiceLogonRight = svc"), ""), settings: {} },
    { why: "registry values", script: applied(template("[Registry Values]", "MACHINE\\System\\CurrentControlSet\\Control\\Terminal Server\\fDenyTSConnections=4,1", "MACHINE\\System\\CurrentControlSet\\Control\\Lsa\\DisableRestrictedAdmin=4,0"), ""), settings: { "rdp-enabled": 1, "restricted-admin": 0 } },
    { why: "services", script: applied(template("[Service General Setting]", '"TermService",4,""', '"Spooler",4,""'), ""), settings: { "service-termservice-start": "disabled" } },
    { why: "an account that is computed", script: `"[Privilege Rights]\`r\`nSeDenyRemoteInteractiveLogonRight = $env:WHO" | Set-Content C:\\p.inf\nsecedit /configure /db a.sdb /cfg C:\\p.inf`, settings: { "right-deny-rdp-logon": unknown() } },
    { why: "members of Remote Desktop Users", script: applied(template("[Group Membership]", "*S-1-5-32-555__Memberof =", "*S-1-5-32-555__Members ="), "/areas GROUP_MGMT"), actions: ["remote-desktop-users-emptied"] },
    { why: "written line by line in a batch file", batch: true, script: `@echo off\r\necho [Privilege Rights]> C:\\p.inf\r\necho SeDenyRemoteInteractiveLogonRight = *S-1-1-0>> C:\\p.inf\r\nsecedit /configure /db C:\\a.sdb /cfg C:\\p.inf /areas USER_RIGHTS\r\n`, settings: { "right-deny-rdp-logon": [everyone] } },
    { why: "export changes nothing", script: `secedit /export /cfg C:\\p.inf /areas USER_RIGHTS`, settings: {} },
    { why: "the guest's own policy, changed and applied again", script: `secedit /export /cfg C:\\p.inf\n(Get-Content C:\\p.inf).Replace('PasswordComplexity = 1','PasswordComplexity = 0') | Out-File C:\\p.inf\nsecedit /configure /db a.sdb /cfg C:\\p.inf`, settings: {} },
    { why: "a template from elsewhere", script: `secedit /configure /db a.sdb /cfg \\\\share\\baseline.inf`, notes: /not known/ },
]);

run("script reader: tools that change user rights", [
    { why: "ntrights adds to a denial", script: `ntrights.exe +r SeDenyRemoteInteractiveLogonRight -u Everyone`, settings: { "right-deny-rdp-logon": [everyone] } },
    { why: "ntrights takes one of the two away", script: `ntrights -u Administrators -r SeRemoteInteractiveLogonRight`, settings: { "right-rdp-logon": [users] } },
    { why: "ntrights takes both away", script: `ntrights -u Administrators -r SeRemoteInteractiveLogonRight\nntrights -u "Remote Desktop Users" -r SeRemoteInteractiveLogonRight`, settings: { "right-rdp-logon": [] } },
    { why: "ntrights for a service account", script: `ntrights +r SeServiceLogonRight -u svc`, settings: {} },
    { why: "ntrights on another machine", script: `ntrights -m \\\\srv2 +r SeDenyRemoteInteractiveLogonRight -u Everyone`, settings: {} },
    { why: "denied, and allowed again", script: `ntrights +r SeDenyRemoteInteractiveLogonRight -u Everyone\nntrights -r SeDenyRemoteInteractiveLogonRight -u Everyone`, settings: { "right-deny-rdp-logon": [] } },
    { why: "Carbon", script: `Import-Module Carbon\nGrant-CPrivilege -Identity 'BUILTIN\\Administrators' -Privilege SeDenyRemoteInteractiveLogonRight`, settings: { "right-deny-rdp-logon": [admins] } },
    { why: "UserRights.ps1", script: `Grant-UserRight -Account "CORP\\ops" -Right SeRemoteInteractiveLogonRight`, settings: { "right-rdp-logon": [admins, users, "corp\\ops"] } },
    { why: "one more whom nobody knows may log on", script: `Grant-UserRight -Account $env:WHO -Right SeRemoteInteractiveLogonRight`, settings: {} },
    { why: "one whom nobody knows may no longer", script: `Revoke-UserRight -Account $env:WHO -Right SeRemoteInteractiveLogonRight`, settings: { "right-rdp-logon": unknown() } },
    { why: "under a condition", script: `if ($env:HARDEN) { ntrights +r SeDenyRemoteInteractiveLogonRight -u Everyone }`, settings: { "right-deny-rdp-logon": unknown() } },
    { why: "a wrapper around LsaAddAccountRights", script: `Add-Type -TypeDefinition $code\n[LsaWrapper.LsaWrapperCaller]::AddPrivileges('Everyone', 'SeDenyRemoteInteractiveLogonRight')`, settings: { "right-deny-rdp-logon": unknown(/not followed/) } },
    { why: "the same as an object", script: `$lsa = New-Object LsaWrapper\n$lsa.AddPrivileges('Everyone', 'SeDenyRemoteInteractiveLogonRight')`, settings: { "right-deny-rdp-logon": unknown() } },
    { why: "a module that is not known", script: `Set-UserRights -AddRight -Username 'CORP\\ops' -UserRight SeDenyRemoteInteractiveLogonRight`, settings: { "right-deny-rdp-logon": unknown() } },
    { why: "DSC, exactly these", script: `Configuration C { Node localhost { UserRightsAssignment R { Policy = 'Allow_log_on_through_Remote_Desktop_Services'\n Identity = 'CORP\\ops'\n Force = $true } } }`, settings: { "right-rdp-logon": ["corp\\ops"] } },
    { why: "DSC, one more", script: `Configuration C { Node localhost { UserRightsAssignment R { Policy = 'Deny_log_on_through_Remote_Desktop_Services'\n Identity = 'Guests' } } }`, settings: { "right-deny-rdp-logon": ["S-1-5-32-546"] } },
    { why: "a message that names the right", script: `Write-Host 'SeDenyRemoteInteractiveLogonRight is checked'\nWrite-Log "SeDenyRemoteInteractiveLogonRight" -Level 2`, settings: {} },
    { why: "every member leaves Remote Desktop Users", script: `Get-LocalGroupMember -Group 'Remote Desktop Users' | ForEach-Object { Remove-LocalGroupMember -Group 'Remote Desktop Users' -Member $_ }`, actions: ["remote-desktop-users-emptied"] },
    { why: "one member leaves it", script: `Remove-LocalGroupMember -Group 'Remote Desktop Users' -Member 'CORP\\bob'`, actions: [] },
    { why: "the members of another group", script: `Get-LocalGroupMember Users | ForEach-Object { Remove-LocalGroupMember Users -Member $_ }`, actions: [] },
    { why: "somebody joins it", script: `Add-LocalGroupMember -SID S-1-5-32-555 -Member alice\nnet localgroup "Remote Desktop Users" bob /add`, actions: ["remote-desktop-users-added"] },
]);

run("script reader: programs that are not known", [
    { why: "psexec runs reg", script: `psexec -s reg add "${regTS}" /v fDenyTSConnections /t REG_DWORD /d 0 /f`, settings: { "rdp-enabled": unknown(/psexec/) }, notes: /psexec/ },
    { why: "psexec on another machine", script: `psexec \\\\srv2 -s reg add "${regTS}" /v fDenyTSConnections /t REG_DWORD /d 1 /f`, settings: {} },
    { why: "a tool with a path", script: `& 'C:\\tools\\SetACL.exe' -on "${regTS}\\WinStations\\RDP-Tcp" -ot reg -actn ace`, notes: /SetACL/ },
    { why: "a tool that is told a port", batch: true, script: `C:\\tools\\rdpport.exe /set 3389`, notes: /3389|rdpport/ },
    { why: "a tool that is told a value's name", batch: true, script: `tweak.exe UserAuthentication=0`, settings: { nla: unknown(/tweak/) }, notes: /tweak/ },
    { why: "started with Start-Process", script: `Start-Process 'C:\\nsudo.exe' -ArgumentList '-U:S reg add "${regTS}" /v fDenyTSConnections /t REG_DWORD /d 1 /f' -Wait`, settings: { "rdp-enabled": unknown() }, notes: /nsudo/ },
    { why: "tools that are about something else", script: `& 'C:\\setup.exe' /S /port=8080\nmsiexec /i app.msi /qn\nnssm install web C:\\web.exe\nC:\\dhcp.exe --dhcp`, settings: {} },
    { why: "tools that only look", script: `netstat -an | findstr 3389\npsping.exe 10.0.0.4:3389\nTest-NetConnection localhost -Port 3389\nportqry -n localhost -e 3389`, settings: {} },
    { why: "a tunnel to the port changes nothing here", script: `ssh.exe -R 3389:localhost:3389 jump`, settings: {} },
    { why: "functions of modules that print", script: `Write-Log "fDenyTSConnections was 1"\nLog-Message 'port 3389'\nImport-Csv C:\\a.csv`, settings: {} },
    { why: "another number that contains it", script: `setup.exe /id 133890 /ip 10.33.89.3`, settings: {} },
    { why: "a value of its own", script: `Set-ItemProperty '${TS}' fDenyTSConnections 0\nC:\\setup.exe /S`, settings: { "rdp-enabled": 0 } },
]);
