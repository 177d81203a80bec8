import assert from "node:assert/strict";
import { desiredState } from "../../../core/guest/desired";
import { renderPowerShell, PowerShellOptions } from "../../../core/guest/render/powershell";
import { renderRunCommand } from "../../../core/guest/render/run-command";
import { readScript } from "../../../core/guest/script";

const render = (staleSessionHours: number | undefined, options: PowerShellOptions = {}) => renderPowerShell(desiredState({ firewallRemoteAddresses: ["203.0.113.0/24"], staleSessionHours }), options);

/** What the task runs: the text between the braces of the block. */
const taskOf = (script: string) => /^\$staleSessions = \{\n([\s\S]*?)\n\}$/m.exec(script)?.[1] ?? assert.fail("no block");

describe("clean-up of stale sessions", () => {
    it("is not spoken of unless wanted", () => {
        assert.doesNotMatch(render(undefined), /stale/i);
    });

    it("is removed by 0 hours, where it is there", () => {
        const script = render(0);
        assert.match(script, /if \(\$null -ne \$task\) \{\n\s*Unregister-ScheduledTask -TaskName 'rdp-ready-stale-sessions' -Confirm:\$false\n\s*\$changed\.Add/);
        assert.doesNotMatch(script, /Register-ScheduledTask|WTSLogoffSession/);
    });

    it("asks for states by number, never for words that depend on Windows' language", () => {
        const task = taskOf(render(24));
        assert.doesNotMatch(task, /quser|qwinsta|query(\.exe)? |logoff\.exe|Disc\b/);
        assert.match(task, /WTSEnumerateSessionsW/);
        assert.match(task, /WTSQuerySessionInformationW\(IntPtr\.Zero, id, 24, /);
    });

    it("logs off by session id, and only what is disconnected, has a user and is older than the limit", () => {
        const task = taskOf(render(36));
        assert.equal(task.match(/WTSLogoffSession\(IntPtr\.Zero, id, false\)/g)?.length, 1);
        assert.match(task, /return stale && WTSLogoffSession/);
        const condition = /bool stale = (.*);/.exec(task)![1]!.split(" && ");
        assert.deepEqual(condition, ["whole", "info.State == 4", "!String.IsNullOrEmpty(info.User)", "info.Disconnected > 0", "TimeSpan.FromTicks(info.Now - info.Disconnected).TotalHours >= hours"]);
        assert.match(task, /if \(id == 0 \|\| /, "session 0 is that of services");
        assert.match(task, /LogOffIfStale\(\$id, 36\)/);
    });

    it("lays out what Windows answers as wtsapi32.h does", () => {
        // DWORD and enum 4 bytes, WCHAR 2, LARGE_INTEGER 8 and aligned to 8: WTSINFOW has 216 bytes.
        const struct = /public struct Info \{([\s\S]*?)\}/.exec(taskOf(render(24)))![1]!;
        let size = 0;
        for (const [, length, type, names] of struct.matchAll(/(?:SizeConst = (\d+)\)\] )?public (int|string|long) ([\w, ]+);/g)) {
            const each = { int: 4, string: 2 * Number(length), long: 8 }[type as "int" | "string" | "long"];
            const align = { int: 4, string: 2, long: 8 }[type as "int" | "string" | "long"];
            for (const name of names!.split(", ")) {
                size = Math.ceil(size / align) * align;
                assert.equal(name === "Disconnected" ? size : 184, 184, "DisconnectTime stands at 184");
                size += each;
            }
        }
        assert.equal(size, 216);
    });

    it("keeps the task's file for Administrators and SYSTEM, and makes it anew when somebody else owns it", () => {
        const script = render(24);
        const locked = script.indexOf("SetSecurityDescriptorSddlForm('O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')");
        assert.ok(script.indexOf("ReparsePoint") < locked && locked < script.indexOf("WriteAllText($file"));
        assert.match(script, /GetOwner\(\[System\.Security\.Principal\.SecurityIdentifier\]\)\.Value -in 'S-1-5-32-544', 'S-1-5-18'/);
        assert.match(script, /\$file = "\$env:ProgramData\\rdp-ready\\stale-sessions\.ps1"/);
    });

    it("is not a second installation of the drift task", () => {
        const script = renderRunCommand(desiredState({ firewallRemoteAddresses: ["203.0.113.0/24"], staleSessionHours: 24 }));
        assert.deepEqual([...script.matchAll(/-TaskName '([^']+)' -Description/g)].map((m) => m[1]), ["rdp-ready-stale-sessions", "rdp-ready"]);
        assert.deepEqual([...script.matchAll(/^\s*(?:if.*)?\[System\.IO\.File\]::WriteAllText\(\$file, (\$\w+)\.ToString/gm)].map((m) => m[1]), ["$staleSessions", "$apply"]);
    });

    it("says nothing about Remote Desktop's settings to whoever reads the script", () => {
        for (const options of [{}, { reportOnly: true }]) {
            const [without, with24] = [readScript(render(undefined, options), "powershell"), readScript(render(24, options), "powershell")];
            assert.deepEqual([...with24.state.settings].map(([id, r]) => [id, r.value]), [...without.state.settings].map(([id, r]) => [id, r.value]));
            assert.deepEqual([with24.notAnalysed, with24.state.actions], [[], []]);
        }
    });
});
