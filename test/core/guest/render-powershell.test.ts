import assert from "node:assert/strict";
import fc from "fast-check";
import { DesiredState, desiredState, DesiredStateArgs, settingsOf } from "../../../core/guest/desired";
import { PowerShellOptions, renderPowerShell } from "../../../core/guest/render/powershell";
import { renderRunCommand } from "../../../core/guest/render/run-command";
import { requireSetting } from "../../../core/guest/settings";
import { loadSyntaxCheck, SyntaxCheck } from "./render-support";

const make = (args: Partial<DesiredStateArgs> = {}) => desiredState({ firewallRemoteAddresses: ["203.0.113.0/24", "198.51.100.7"], ...args });

const limitMinutes = fc.oneof(fc.constant(0), fc.integer({ min: 5, max: 43200 }));
const address = fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 })).map(([a, n]) => `${a}/${n}`),
    fc.tuple(fc.ipV6(), fc.integer({ min: 1, max: 128 })).map(([a, n]) => `${a}/${n}`),
    fc.constant("LocalSubnet"),
);
const states: fc.Arbitrary<DesiredState> = fc
    .record({
        port: fc.integer({ min: 1, max: 65535 }),
        securityLayer: fc.constantFrom(1, 2),
        credSsp: fc.constantFrom("mitigated", "force-updated"),
        encryptionLevel: fc.constantFrom("client-compatible", "high", "fips"),
        networkProfile: fc.constantFrom("private", "leave"),
        sessionLimits: fc.record({
            idleMinutes: limitMinutes,
            disconnectedMinutes: limitMinutes,
            totalMinutes: limitMinutes,
            singleSession: fc.boolean(),
            maxSessions: fc.option(fc.integer({ min: 2, max: 999999 }), { nil: undefined }),
        }),
        staleSessionHours: fc.constantFrom(undefined, 0, 1, 24, 720),
        keepAliveMinutes: fc.integer({ min: 1, max: 999999 }),
        transport: fc.constantFrom("leave", "tcp-and-udp", "tcp"),
        licensing: fc.option(fc.record({ mode: fc.constantFrom("per-device", "per-user"), servers: fc.array(fc.domain(), { minLength: 1, maxLength: 3 }) }), { nil: undefined }),
        recovery: fc.boolean(),
        firewallRemoteAddresses: fc.array(address, { minLength: 1, maxLength: 30 }),
        tls12: fc.constantFrom("on", "leave"),
    })
    .map(({ licensing, ...rest }) => desiredState(licensing === undefined ? rest : { ...rest, licensing }));
const options: fc.Arbitrary<PowerShellOptions> = fc.record({ reportOnly: fc.boolean(), restartUnderSessions: fc.boolean() });

describe("renderPowerShell", () => {
    let syntaxErrors: SyntaxCheck;
    before(async () => {
        syntaxErrors = await loadSyntaxCheck();
    });

    it("parses as PowerShell, is ASCII, and names every value once, for any desired state", () => {
        fc.assert(
            fc.property(states, options, (state, opts) => {
                const script = renderPowerShell(state, opts);
                assert.deepEqual(syntaxErrors(script), []);
                assert.match(script, /^[\n\x20-\x7e]*$/);
                for (const [id, value] of settingsOf(state)) {
                    const { place } = requireSetting(id);
                    if (place.kind === "registry") {
                        const shown = typeof value === "string" ? `'${value}'` : String(value);
                        const key = place.key.replace("HKLM\\", "HKLM:\\");
                        const lines = script.split("\n").filter((l) => l.startsWith(`Set-RdpValue -Key '${key}' -Name '${place.value}' `));
                        assert.equal(lines.length, 1, id);
                        assert.ok(lines[0]!.endsWith(` -Value ${shown}`), lines[0]);
                    }
                }
            }),
            { numRuns: 60 },
        );
    });

    it("parses with CRLF, which some carriers make of LF", () => {
        assert.deepEqual(syntaxErrors(renderPowerShell(make()).replace(/\n/g, "\r\n")), []);
        assert.deepEqual(syntaxErrors(renderRunCommand(make()).replace(/\n/g, "\r\n")), []);
    });

    it("is judged: a script that does not parse gives errors", () => {
        assert.notDeepEqual(syntaxErrors("if ($x { }"), []);
    });

    it("holds no statement that changes anything when it only reports", () => {
        const writes = /\b(Set|New|Start|Restart|Stop|Remove|Enable|Disable|Register|Unregister)-(Item|ItemProperty|Service|NetFirewall\w+|NetConnectionProfile|ScheduledTask\w*|Acl)\b|icacls|sc\.exe|takeown|WriteAllText/;
        assert.match(renderPowerShell(make()), writes);
        assert.doesNotMatch(renderPowerShell(make(), { reportOnly: true }), writes);
        assert.doesNotMatch(renderRunCommand(make(), { reportOnly: true }), writes);
        for (const staleSessionHours of [0, 24]) {
            assert.doesNotMatch(renderRunCommand(make({ staleSessionHours }), { reportOnly: true }), writes);
        }
    });

    it("says in its summary that it only reported", () => {
        assert.match(renderPowerShell(make(), { reportOnly: true }), /^Write-Output "rdp-ready: report only, nothing was changed: /m);
        assert.doesNotMatch(renderPowerShell(make()), /report only/);
    });

    it("reads before each write and guards it", () => {
        const script = renderPowerShell(make());
        const guards = [
            ["New-ItemProperty", /elseif \(-not \(Test-RdpSame -Current \$current/],
            ["Set-NetFirewallRule", /elseif \(-not \(Test-RdpFirewallRule/],
            ["New-NetFirewallRule", /if \(\$null -eq \$rule\)/],
            ["Set-NetFirewallProfile", /-eq 'False'\) \{/],
            ["Set-Service ", /-Name 'Start'\) -eq 4\) \{/],
            ["Start-Service", /-ne 'Running'\) \{/],
            ["Set-NetConnectionProfile", /-eq 'Public'\) \{/],
            ["icacls.exe", /if \(\(\$granted -band \$Mask\) -ne \$Mask\) \{/],
            ["sc.exe failure ", /\$actions\[20\] -ne 1\) \{/],
        ] as const;
        for (const [write, guard] of guards) {
            const lines = script.split("\n");
            const at = lines.findIndex((line) => line.includes(write));
            assert.ok(at > 0, write);
            assert.equal(lines.filter((line) => line.includes(write)).length, 1, write);
            assert.match(lines.slice(at - 2, at).join("\n"), guard, write);
        }
    });

    it("leaves group policy's values alone and says so", () => {
        const script = renderPowerShell(make());
        assert.match(script, /\$policy = Get-RdpValue -Key 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services' -Name \$Name/);
        assert.match(script, /group policy sets \$Name to \$policy, wanted \$Value; change the policy/);
        assert.ok(script.indexOf("if ($null -ne $policy)") < script.indexOf("New-ItemProperty"));
    });

    it("uses rule names and SIDs, never localised text", () => {
        const script = renderPowerShell(make());
        assert.doesNotMatch(script, /-DisplayGroup|NETWORK SERVICE|NT AUTHORITY|BUILTIN|Everyone|Administrators/);
        for (const sid of ["S-1-5-18", "S-1-5-20", "S-1-5-32-544", "S-1-1-0"]) {
            assert.ok(script.includes(`-Sid '${sid}'`), sid);
        }
    });

    it("admits just the clients, in every profile, by both built-in rules on the listener's port", () => {
        const script = renderPowerShell(make({ port: 3390 }));
        assert.ok(script.includes("$clients = @('203.0.113.0/24', '198.51.100.7/32')"));
        for (const protocol of ["TCP", "UDP"]) {
            assert.ok(script.includes(`Set-RdpFirewallRule -Name 'RemoteDesktop-UserMode-In-${protocol}' -Protocol ${protocol} -Port 3390 -RemoteAddress $clients`));
        }
        assert.equal(script.match(/-Profile Any/g)?.length, 2);
    });

    it("leaves the UDP rule alone where TCP alone is wanted", () => {
        assert.doesNotMatch(renderPowerShell(make({ transport: "tcp" })), /-UserMode-In-UDP/);
    });

    it("grants on the MachineKeys folder and the listener's key file only, and never recursively", () => {
        for (const script of [renderPowerShell(make()), renderRunCommand(make())]) {
            assert.doesNotMatch(script, /\b(Rename-Item|Move-Item|takeown)\b|\/t\b|\(OI\)|\(CI\)|\/inheritance|\/reset|\/remove/i);
            assert.doesNotMatch(script, /Remove-Item(?! -LiteralPath \$file -Force)/);
            assert.match(script, /-Filter 'f686aace6942fb7f7ceb231212eef4a4_\*'/);
        }
    });

    it("does not restart the listener under live sessions unless told to", () => {
        const careful = renderPowerShell(make());
        assert.match(careful, /if \(\(Get-RdpSessionCount\) -gt 0\) \{ \$notes\.Add\([^\n]*\n\s*else \{\n\s*Restart-Service -Name SessionEnv -Force\n\s*Restart-Service -Name TermService -Force/);
        const told = renderPowerShell(make(), { restartUnderSessions: true });
        assert.doesNotMatch(told, /if \(\(Get-RdpSessionCount\)/);
        assert.match(told, /Restart-Service -Name TermService -Force/);
    });

    it("touches neither the network category nor TLS where they are to be left", () => {
        const script = renderPowerShell(make({ networkProfile: "leave", tls12: "leave", recovery: false }));
        assert.doesNotMatch(script, /Set-NetConnectionProfile|'Category'|-Name 'DisabledByDefault'|sc\.exe/);
    });

    it("never touches domain networks, the firewall's own state, keys' names or Restricted Admin", () => {
        assert.doesNotMatch(renderPowerShell(make()), /DomainAuthenticated|-Enabled False|EnableFirewall|DisableRestrictedAdmin|Stop-Service/);
    });

    it("ends with a summary and an exit code", () => {
        assert.match(renderPowerShell(make()), /if \(\$failed\.Count -gt 0\) \{ exit 1 \}\nif \(\$differs\.Count -gt 0\) \{ exit 2 \}\nexit 0\n$/);
    });

    it("defines every helper that it calls, and calls every helper", () => {
        const script = renderPowerShell(make());
        const defined = [...script.matchAll(/^function ([\w-]+)/gm)].map((m) => m[1]!);
        const used = new Set([...script.replace(/^function [\w-]+/gm, "").matchAll(/\b[A-Z]\w+-Rdp\w+/g)].map((m) => m[0]));
        assert.deepEqual([...used].sort(), [...defined].sort());
    });

    it("writes licence servers as one string", () => {
        const script = renderPowerShell(make({ licensing: { mode: "per-user", servers: ["lic-1.example.com", "10.0.0.4"] } }));
        assert.match(script, /-Name 'LicenseServers' -Type String -Value 'lic-1\.example\.com,10\.0\.0\.4'/);
    });
});
