import assert from "node:assert/strict";
import { readScript } from "../../../../core/guest/script";
import { TS } from "./support";

const write = `Set-ItemProperty '${TS}' fDenyTSConnections 0`;

/** What Windows PowerShell 5.1 takes, by what is odd about it. Each stands before or around a write that must be read. */
const valid: readonly (readonly [why: string, script: string])[] = [
    ["an attribute over several lines", `param (\n  [Parameter(\n    Mandatory = $false, # on purpose\n    HelpMessage = "who"\n  )]\n  [string]\n  $name\n)\n${write}`],
    ["a bracket inside a pattern of an attribute", `param([ValidatePattern('^[^]]+$')][string]$name = 'x')\n${write}`],
    ["a bracket in a comment of an attribute", `param([Parameter(Mandatory = $false <# ] #>)]$name)\n${write}`],
    ["a block as an attribute's argument", `param([ValidateScript({ if ($_ -eq '[') { $false } else { $true } })]$name = 'x')\n${write}`],
    ["the result of a block returned", `function f($block) { return & $block }\nf { ${write} }`],
    ["the result of a dot-sourced block returned", `function f($block) { return . $block }\nf { ${write} }`],
    ["a message thrown that a block makes", `try { throw & { 'x' } } catch { ${write} }`],
    ["a label behind a colon", `foreach ($n in 1..3) { continue :outer }\n${write}`],
    ["a label of its own", `:outer foreach ($n in 1, 2) { ${write}; break outer }`],
    ["a label in a variable", `foreach ($n in 1..3) { break $label }\n${write}`],
    ["the lines of a file as a switch's subject", `switch -file C:\\x.txt { 'a' { 1 } }\n${write}`],
    ["the same with a pattern and a computed path", `switch -regex -file (Join-Path $env:TEMP x.txt) { '^a' { 1 } default { 2 } }\n${write}`],
    ["an enumeration with an attribute", `[Flags()] enum Ways { a = 1\n b = 2 }\n${write}`],
    ["a class whose here-string holds a brace and a quote", `class A {\n  [string] M() { return @'\nit's {\n'@ }\n}\n${write}`],
    ["a class with a base and a constructor", `class B : System.IDisposable { [int] $x = 1; B() : base() { $this.x = 2 } [void] Dispose() { } }\n${write}`],
    ["parameters behind a broken continuation: a command that is not found", `Set-ItemProperty \`  \n  -Path '${TS}' -Name fDenyTSConnections -Value 1\n${write}`],
    ["a comment between a continuation and its parameters", `Set-ItemProperty \`\n# which one\n  -Name fDenyTSConnections -Value 1\n${write}`],
    ["comments in a pipeline", `Get-Service | # all\n  # of them\n  Out-Null\n${write}`],
    ["an else on a line of its own behind a comment", `if ($false) { 1 } # no\nelse { ${write} }`],
    ["catch and finally behind blank lines", `try { ${write} }\n\ncatch { }\n# and\nfinally { }`],
    ["a conversion before a conversion", `$x = [string][int]'1'\n${write}`],
    ["a member named by a text", `$x.'a b'.\"$y\".($z)\n${write}`],
    ["a block called where it stands", `& { param($n) ${write} } 1`],
    ["a statement as a value of a table", `$x = @{ a = if ($y) { 1 } else { 2 }; b = & { 3 } }\n${write}`],
    ["keywords as names in a table", `$x = @{ if = 1; function = 2; param = 3 }\n${write}`],
    ["several targets of one assignment", `$a, [int]$b = 1, 2; $c = $d = 3\n${write}`],
    ["words for a program as they are", `bcdedit /set {default} a b; icacls C:\\x /grant Everyone:(OI)(CI)F; net user a p@ss!\n${write}`],
    ["everything behind --% left alone", `cmd.exe --% /c "a && b | c"\n${write}`],
    ["streams redirected", `foo 3>&1 4>$null *>> "$env:TEMP\\a b.log"\n${write}`],
    ["a pipeline from a literal", `'a', 'b' | ForEach-Object { $_ }; @{} | Out-Null; { 1 } | Out-Null\n${write}`],
    ["named blocks", `begin { }\nprocess { ${write} }\nend { }`],
    ["a trap", `trap [System.Exception] { continue }\n${write}`],
    ["typographic quotes and dashes", `Set-ItemProperty –Path “${TS}” —Name ‘fDenyTSConnections’ –Value 0`],
    ["a no-break space as a blank", `Set-ItemProperty\u00a0'${TS}'\u00a0fDenyTSConnections 0`],
    ["carriage returns alone", write.concat("\r", "$x = 1", "\r")],
    ["a backtick before the end of the file", `${write} \``],
    ["numbers with suffixes", `$x = 1kb + 0x1FL + 1e3 + .5 + 10gb/1mb\n${write}`],
    ["a variable in braces beside text", `"\${env:ProgramFiles(x86)}\\a" | Out-Null; & \${env:ProgramFiles}\\x.exe\n${write}`],
    ["a statement inside a text", `"$(if ($a) { "b" } else { 'c' })" | Out-Null\n${write}`],
    ["a workflow", `workflow w { parallel { a; b } sequence { c } InlineScript { d } foreach -parallel ($x in $y) { e } }\n${write}`],
];

const invalid: readonly (readonly [why: string, script: string, says: RegExp])[] = [
    ["&& came with PowerShell 7", `Get-Date && ${write}`, /PowerShell 7/],
    ["|| came with PowerShell 7", `${write} || exit 1`, /PowerShell 7/],
    ["so did a line that begins with a bar", `'x'\n  | Out-Null\n${write}`, /PowerShell 7/],
    ["and the conditional operator", `$x = $y ? 1 : 2\n${write}`, /syntax error/],
    ["a brace too many", `${write}\n}`, /unexpected '}'/],
    ["a brace that is missing", `if ($true) {\n${write}`, /missing/],
    ["a text without an end", `${write}\n$x = "a`, /syntax error/],
    ["a path that begins with a variable, without &", `$env:windir\\system32\\a.exe /b\n${write}`, /syntax error/],
    ["else if in a comment's clothes: two words need braces", `if ($a) { 1 } else if ($b) { 2 }\n${write}`, /syntax error/],
];

describe("script reader: syntax of Windows PowerShell 5.1", () => {
    for (const [why, script] of valid) {
        it(`valid: ${why}`, () => {
            const { state, syntaxErrors, notAnalysed } = readScript(script, "powershell");
            assert.deepEqual([syntaxErrors, notAnalysed], [[], []]);
            assert.deepEqual(state.settings.get("rdp-enabled")?.value, { state: "known", value: 0 });
        });
    }

    for (const [why, script, says] of invalid) {
        it(`not valid, so that nothing of it runs: ${why}`, () => {
            const { state, syntaxErrors, notAnalysed } = readScript(script, "powershell");
            assert.notEqual(syntaxErrors.length, 0);
            assert.match(notAnalysed.map((n) => n.reason).join("; "), says);
            assert.notEqual(state.settings.get("rdp-enabled")?.value.state, "known");
        });
    }

    it("takes what came with PowerShell 7 where pwsh runs it", () => {
        const { state, notAnalysed } = readScript(`pwsh.exe -NoProfile -Command "Get-Date && ${write}"`, "batch");
        assert.deepEqual([state.settings.get("rdp-enabled")?.value, notAnalysed], [{ state: "known", value: 0 }, []]);
    });
});
