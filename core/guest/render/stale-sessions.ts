import { Change } from "./powershell-text";
import { installTask, pathInTaskFolder } from "./task";

const name = "rdp-ready-stale-sessions";
const file = "stale-sessions.ps1";
const what = "task that logs off stale sessions";

/**
 * Statements that keep a scheduled task which logs off sessions that were left behind, or that remove it (0 hours).
 *
 * The task asks the Remote Desktop Services API, whose answers are numbers in every language of Windows (quser and
 * query session print words). It takes sessions whose state is WTSDisconnected (4) with a user, looks again at each one
 * right before it ends it, and measures by the clock that recorded the disconnection. An active session never qualifies,
 * nor does session 0, in which services run.
 */
export function staleSessionStatements(hours: number | undefined, change: Change): string {
    if (hours === undefined) {
        return "";
    }
    const found = `$task = Get-ScheduledTask -TaskName '${name}' -ErrorAction SilentlyContinue`;
    if (hours === 0) {
        return `
try {
${found}
if ($null -ne $task) {
${change(`'there was a ${what}'`, `Unregister-ScheduledTask -TaskName '${name}' -Confirm:$false`)}
}
}
catch { $failed.Add("${what} - $_") }
`;
    }
    const description = `Logs off sessions that have been disconnected for ${hours} hours`;
    return String.raw`
$staleSessions = {
${script(hours).trim()}
}
try {
${found}
$file = "${pathInTaskFolder(file)}"
# Whoever owns the file decides what SYSTEM runs.
$same = ($null -ne $task) -and ("$($task.State)" -ne 'Disabled') -and (Test-Path -LiteralPath $file) -and
((Get-Acl -LiteralPath $file).GetOwner([System.Security.Principal.SecurityIdentifier]).Value -in 'S-1-5-32-544', 'S-1-5-18') -and
([System.IO.File]::ReadAllText($file) -ceq $staleSessions.ToString())
if (-not $same) {
${change(`'the ${what} was missing or another'`, installTask({ name, description, file, every: { minutes: 15 }, atStart: false }, "$staleSessions"))}
}
}
catch { $failed.Add("${what} - $_") }
`;
}

/** What the task runs. WTSINFO and WTS_SESSION_INFO as wtsapi32.h has them; 24 is WTSSessionInfo; times count 100 ns. */
const script = (hours: number): string => String.raw`
Add-Type -Namespace RdpReady -Name Sessions -MemberDefinition '
[StructLayout(LayoutKind.Sequential)]
public struct Entry {
public int Id;
public IntPtr Station;
public int State;
}
[StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
public struct Info {
public int State, Id, BytesIn, BytesOut, FramesIn, FramesOut, CompressedIn, CompressedOut;
[MarshalAs(UnmanagedType.ByValTStr, SizeConst = 32)] public string Station;
[MarshalAs(UnmanagedType.ByValTStr, SizeConst = 17)] public string Domain;
[MarshalAs(UnmanagedType.ByValTStr, SizeConst = 21)] public string User;
public long Connected, Disconnected, LastInput, LoggedOn, Now;
}
[DllImport("wtsapi32.dll", CharSet = CharSet.Unicode)] static extern bool WTSEnumerateSessionsW(IntPtr server, int reserved, int version, out IntPtr entries, out int count);
[DllImport("wtsapi32.dll", CharSet = CharSet.Unicode)] static extern bool WTSQuerySessionInformationW(IntPtr server, int id, int what, out IntPtr info, out int bytes);
[DllImport("wtsapi32.dll", SetLastError = true)] static extern bool WTSLogoffSession(IntPtr server, int id, bool wait);
[DllImport("wtsapi32.dll")] static extern void WTSFreeMemory(IntPtr memory);
public static int[] Ids() {
IntPtr entries;
int count;
if (!WTSEnumerateSessionsW(IntPtr.Zero, 0, 1, out entries, out count)) throw new InvalidOperationException("sessions cannot be listed");
int[] ids = new int[count];
for (int i = 0; i < count; i++) {
Entry entry = (Entry)Marshal.PtrToStructure(new IntPtr(entries.ToInt64() + i * Marshal.SizeOf(typeof(Entry))), typeof(Entry));
ids[i] = entry.Id;
}
WTSFreeMemory(entries);
return ids;
}
public static bool LogOffIfStale(int id, double hours) {
IntPtr memory;
int bytes;
if (id == 0 || !WTSQuerySessionInformationW(IntPtr.Zero, id, 24, out memory, out bytes)) return false;
bool whole = bytes >= Marshal.SizeOf(typeof(Info));
Info info = whole ? (Info)Marshal.PtrToStructure(memory, typeof(Info)) : new Info();
WTSFreeMemory(memory);
bool stale = whole && info.State == 4 && !String.IsNullOrEmpty(info.User) && info.Disconnected > 0 && TimeSpan.FromTicks(info.Now - info.Disconnected).TotalHours >= hours;
return stale && WTSLogoffSession(IntPtr.Zero, id, false);
}
'
foreach ($id in [RdpReady.Sessions]::Ids()) {
if ([RdpReady.Sessions]::LogOffIfStale($id, ${hours})) {
eventcreate.exe /L APPLICATION /SO rdp-ready /T INFORMATION /ID 100 /D "Session $id was logged off: it had been disconnected for ${hours} hours or longer." | Out-Null
}
}
`;
