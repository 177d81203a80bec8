import assert from "node:assert/strict";
import fc from "fast-check";
import { readScript } from "../../../../core/guest/script";
import { regTS, TS } from "./support";

const write = `Set-ItemProperty -Path '${TS}' -Name fDenyTSConnections -Value 0\n`;
const regWrite = `reg add "${regTS}" /v fDenyTSConnections /t REG_DWORD /d 0 /f\r\n`;

/** `known`: the value must be read. `unknown`: it must not be claimed, and the reading must say so. `either`: all that matters is that it ends. */
interface Hostile {
    readonly why: string;
    readonly script: string;
    readonly batch?: true;
    readonly outcome: "known" | "unknown" | "either";
}

const cases: readonly Hostile[] = [
    { why: "10,000 lines", script: write.repeat(10_000), outcome: "known" },
    { why: "10 MB", script: write.repeat(Math.ceil(10_000_000 / write.length)), outcome: "unknown" },
    { why: "1,000 nested blocks", script: "if ($env:X) {\n".repeat(1000) + write + "}\n".repeat(1000), outcome: "unknown" },
    { why: "10,000 nested parentheses", script: `$x = ${"(".repeat(10_000)}1${")".repeat(10_000)}\n${write}`, outcome: "unknown" },
    { why: "10,000 operators before one value", script: `$x = ${"-not ".repeat(10_000)}1\n${write}`, outcome: "unknown" },
    { why: "100,000 additions", script: `$x = 1${" + 1".repeat(100_000)}\n${write}`, outcome: "unknown" },
    { why: "a loop of 10^6 that has no effect", script: `for ($i = 0; $i -lt 1000000; $i++) { $x += $i }\n${write}`, outcome: "known" },
    { why: "a loop of 10^6 that writes", script: `for ($i = 0; $i -lt 1000000; $i++) { Set-ItemProperty '${TS}' fDenyTSConnections ($i % 2) }`, outcome: "unknown" },
    { why: "loops of 10^9", script: `foreach ($a in 1..1000) { foreach ($b in 1..1000) { foreach ($c in 1..1000) { $x = 1 } } }\n${write}`, outcome: "unknown" },
    { why: "an endless loop: nothing behind it runs", script: `while ($true) { Start-Sleep 1 }\n${write}`, outcome: "either" },
    { why: "a text that doubles", script: `$a = 'x'\nforeach ($i in 1..100) { $a = "$a$a" }\n${write}`, outcome: "known" },
    { why: "a list that doubles", script: `$a = @(1)\nforeach ($i in 1..100) { $a += $a }\n${write}`, outcome: "known" },
    { why: "a table that holds itself", script: `$a = @{}\nforeach ($i in 1..100) { $a = @{ x = $a; y = $a } }\nif ($env:X) { $a = @{ x = $a } } else { $a = @{ x = $a } }\n${write}`, outcome: "known" },
    { why: "replacements that grow", script: `$a = 'aaaaaaaaaa'\nforeach ($i in 1..200) { $a = $a -replace 'a','aaaaaaaaaa' }\n${write}`, outcome: "either" },
    { why: "recursion without end", script: `function f { param($n) f ($n + 1) }\nf 1\n${write}`, outcome: "unknown" },
    { why: "two functions that call each other", script: `function f { g }\nfunction g { f }\nf\n${write}`, outcome: "unknown" },
    { why: "recursion that branches", script: `function f { param($n) if ($n -lt 2) { return 1 }; (f ($n - 1)) + (f ($n - 2)) }\nf 40\n${write}`, outcome: "unknown" },
    { why: "a text that runs itself", script: "$a = 'iex $a'\niex $a\n" + write, outcome: "unknown" },
    { why: "expressions nested in words", script: `x ${"$(y ".repeat(60)}z${")w".repeat(60)}\n${write}`, outcome: "unknown" },
    { why: "bytes that are no UTF-8", script: `${write}$x = '${Buffer.from([0xff, 0xfe, 0x80, 0xc3, 0x28, 0xe9]).toString("utf8")}'\n`, outcome: "known" },
    { why: "lone surrogates", script: `$a = '\ud800'\n${write}`, outcome: "known" },
    { why: "noise", script: "}{)(@'\"$(".repeat(20_000), outcome: "either" },
    { why: "quotes", script: '"'.repeat(200_001), outcome: "either" },
    { why: "brackets", script: "[".repeat(100_000), outcome: "either" },
    { why: "a million words", script: `Write-Host ${"a ".repeat(500_000)}`, outcome: "either" },
    { why: "a chain of members", script: `$a${".b".repeat(300_000)}`, outcome: "either" },
    { why: "a wildcard with many stars", script: `$a = '${"a".repeat(2000)}'\n$b = $a -like '${"*a".repeat(300)}b'\n${write}`, outcome: "known" },
    { why: "thousands of variables and conditions", script: Array.from({ length: 3000 }, (_, n) => `$v${n} = ${n}\n`).join("") + "if ($env:X) { $z = 1 } else { $z = 2 }\n".repeat(3000) + write, outcome: "known" },
    { why: "thousands of firewall rules", script: Array.from({ length: 2000 }, (_, n) => `New-NetFirewallRule -DisplayName r${n} -LocalPort ${n} -Protocol TCP\n`).join("") + write, outcome: "known" },
    { why: "thousands of paths that are not known", script: `foreach ($i in 1..1500) { Set-ItemProperty -Path "HKLM:\\$env:a$env:b$env:c" -Name "$env:d" -Value 1 }`, outcome: "either" },
    { why: "a path of slashes", script: `$p = '${"\\\\".repeat(400_000)}x'\nTest-Path $p; Join-Path $p a; Remove-Item $p; Set-ItemProperty $p fDenyTSConnections 1\n${write}`, outcome: "unknown" },
    { why: "a statement that runs into a megabyte", script: `Invoke-Command { ${write.repeat(8000)} }`, outcome: "known" },
    { why: "batch: a condition on a long word", batch: true, script: `if ${"x".repeat(1500)}\n${regWrite}`.repeat(50), outcome: "known" },
    { why: "batch: a line of a megabyte", batch: true, script: `echo ${"> ".repeat(500_000)}\n${regWrite}`, outcome: "known" },
    { why: "batch: 10,000 lines", batch: true, script: regWrite.repeat(10_000), outcome: "known" },
    { why: "batch: 1,000 nested blocks", batch: true, script: "if exist x (\n".repeat(1000) + regWrite + ")\n".repeat(1000), outcome: "unknown" },
    { why: "batch: goto without end", batch: true, script: `:a\n${regWrite}goto a\n`, outcome: "either" },
    { why: "batch: a loop of 10^6", batch: true, script: `for /l %%i in (1,1,1000000) do echo %%i\n${regWrite}`, outcome: "known" },
    { why: "batch: a variable that doubles", batch: true, script: `set a=xxxxxxxxxx\n${"set a=%a%%a%\n".repeat(100)}${regWrite}`, outcome: "known" },
    { why: "batch: escaped quotes", batch: true, script: `reg add ${'\\" '.repeat(200_000)}`, outcome: "either" },
    { why: "batch: powershell in powershell", batch: true, script: 'powershell -Command "'.repeat(100), outcome: "either" },
];

/** Pieces of both languages, and names that every JavaScript object has. */
const pieces = fc.constantFrom(
    ..."Set-ItemProperty|fDenyTSConnections|-Value|-Name|0|0x1F|$x|$x.y|$_|=|+=|(|)|{|}|@(|@{|$(|\"|'|;|\n|\r\n|&|&&|.|..|[int]|::|if|else|foreach|in|function|f|param|return|exit|throw|try|catch|finally".split("|"),
    ..."switch|while|do|until|$true|$null|-eq|-ne|-and|-not|-f|-join|-split|-replace|'a','b'|#|<#|#>|`|constructor|__proto__|toString|hasOwnProperty|Get-NetFirewallRule|Set-NetFirewallRule|-DisplayGroup|'Remote Desktop'".split("|"),
    ..."reg add|netsh advfirewall|set allprofiles state off|sc.exe|Get-Service|TermService|$a[-1]|%x%|%%i|for %%i in (a b) do|if exist x|goto a|:a|^|set x=1|call :a|iex|powershell -Command|cmd /c|Get-WmiObject|1..3|@x|break|continue".split("|"),
    "|",
    "| % {",
    `'${TS}'`,
    "@'\n",
    "\n'@",
);

describe("script reader: bounds", () => {
    it("never throws, whatever the text", () => {
        fc.assert(
            fc.property(fc.array(pieces, { maxLength: 60 }), fc.constantFrom(" ", "", "\n"), fc.constantFrom("powershell" as const, "batch" as const), (parts, between, language) => {
                assert.ok(readScript(parts.join(between), language).state);
            }),
            { numRuns: 1000 },
        );
    });

    for (const c of cases) {
        it(`${c.why}: ends in time`, () => {
            const started = process.cpuUsage();
            const reading = readScript(c.script, c.batch ? "batch" : "powershell");
            const used = process.cpuUsage(started);
            const seconds = (used.user + used.system) / 1_000_000;
            assert.ok(seconds < 2, `${seconds.toFixed(1)} s`);
            const value = reading.state.settings.get("rdp-enabled")?.value;
            if (c.outcome === "known") {
                assert.deepEqual(value, { state: "known", value: 0 });
            } else if (c.outcome === "unknown") {
                assert.equal(value?.state, "unknown");
                assert.notEqual(reading.notAnalysed.length, 0);
            }
        });
    }
});
