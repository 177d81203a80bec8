import assert from "node:assert/strict";
import { readScript } from "../../../../core/guest/script";
import { RDPTCP, run, shipped, TS, unknown } from "./support";

const deny = (n: number) => `Set-ItemProperty '${TS}' fDenyTSConnections ${n}`;

run("script reader: traps", [
    { why: "a comment that says the opposite", script: `# Set-ItemProperty '${TS}' fDenyTSConnections 1\n${deny(0)} # not 1`, settings: { "rdp-enabled": 0 } },
    { why: "a block comment", script: `<#\n${deny(1)}\n#>\n${deny(0)}`, settings: { "rdp-enabled": 0 } },
    { why: "a # inside a word is no comment", script: `Write-Output a#b; ${deny(0)}`, settings: { "rdp-enabled": 0 } },
    { why: "text that is printed is not run", script: `Write-Host "${deny(1)}"`, settings: {} },
    { why: "text that is kept is not run", script: `$doc = @'\n${deny(1)}\n'@`, settings: {} },
    { why: "the last of several writes", script: `${deny(1)}\n${deny(0)}\n${deny(1)}`, settings: { "rdp-enabled": 1 } },
    { why: "dead code behind exit", script: `${deny(0)}\nexit\n${deny(1)}`, settings: { "rdp-enabled": 0 } },
    { why: "dead code behind return", script: `${deny(0)}\nreturn\n${deny(1)}`, settings: { "rdp-enabled": 0 } },
    { why: "dead code behind throw", script: `${deny(0)}\nthrow 'x'\n${deny(1)}`, settings: { "rdp-enabled": 0 } },
    { why: "en dashes from a web page are dashes to PowerShell", script: `Set-ItemProperty \u2013Path '${TS}' \u2013Name fDenyTSConnections \u2013Value 0`, settings: { "rdp-enabled": 0 } },
    { why: "curly double quotes", script: `Set-ItemProperty -Path \u201c${TS}\u201d -Name \u201cfDenyTSConnections\u201d -Value 0`, settings: { "rdp-enabled": 0 } },
    { why: "curly single quotes", script: `Set-ItemProperty -Path \u2018${TS}\u2019 -Name \u2018fDenyTSConnections\u2019 -Value 0`, settings: { "rdp-enabled": 0 } },
    { why: "no-break spaces", script: `Set-ItemProperty\u00a0-Path\u00a0'${TS}'\u00a0-Name\u00a0fDenyTSConnections\u00a0-Value\u00a00`, settings: { "rdp-enabled": 0 } },
    { why: "CRLF", script: `$a = 1\r\n${deny(0)}\r\n$b = @'\r\nx\r\n'@\r\nSet-ItemProperty '${RDPTCP}' UserAuthentication 1\r\n`, settings: { "rdp-enabled": 0, nla: 1 } },
    { why: "lines ended by CR alone", script: `$a = 1\r${deny(0)}\r`, settings: { "rdp-enabled": 0 } },
    { why: "a byte order mark", script: `\ufeff${deny(0)}`, settings: { "rdp-enabled": 0 } },
    { why: "UTF-16 read as bytes", script: [...deny(0)].map((c) => `${c}\0`).join(""), settings: { "rdp-enabled": 0 } },
    { why: "continued lines", script: `Set-ItemProperty \`\n  -Path '${TS}' \`\n  -Name fDenyTSConnections \`\n  -Value 0`, settings: { "rdp-enabled": 0 } },
    { why: "a pipeline over several lines", script: `Get-NetFirewallRule -DisplayGroup 'Remote Desktop' |\n  # all of them\n  Enable-NetFirewallRule`, rules: shipped({ enabled: true }) },
    { why: "an empty script", script: "", settings: {} },
    { why: "only comments", script: "# nothing\n<# nothing #>\n", settings: {} },
    { why: "class and enum definitions", script: `enum Mode { Off = 0; On = 1 }\nclass Rdp { [string]$Key = '}'; [void] Set() { } }\n${deny(0)}`, settings: { "rdp-enabled": 0 } },
    { why: "#Requires, using and attributes", script: `#Requires -RunAsAdministrator\nusing namespace System.Net\n[CmdletBinding()]\nparam([ValidateSet('a','b')][string]$Mode = 'a')\nSet-StrictMode -Version Latest\n${deny(0)}`, settings: { "rdp-enabled": 0 } },
    { why: "method calls on what a cmdlet gives, over several lines", script: `(Get-Date).\n  ToString('yyyy')\n${deny(0)}`, settings: { "rdp-enabled": 0 } },
    { why: "commands joined by semicolons on one line", script: `$k='${TS}';sp $k fDenyTSConnections 1;sp $k fDenyTSConnections 0;`, settings: { "rdp-enabled": 0 } },
    { why: "a syntax error: PowerShell runs nothing of it", script: `${deny(0)}\nif ($true) {`, settings: { "rdp-enabled": unknown(/syntax error/) }, notes: /runs nothing/ },
    { why: "cmd's & in PowerShell is a syntax error", script: `net stop termservice /y & net start termservice`, settings: { "service-termservice-state": unknown(/syntax error/), "service-umrdpservice-state": unknown() }, notes: /'&' cannot/ },
    { why: "a here-string whose end is indented never ends", script: `$a = @'\nx\n  '@\n${deny(0)}`, settings: {}, notes: /here-string has no end/ },
]);

describe("script reader: where a value is decided", () => {
    const at = (script: string, id = "rdp-enabled", language: "powershell" | "batch" = "powershell") => {
        const reading = readScript(script, language).state.settings.get(id);
        assert.ok(reading);
        return reading.statement;
    };

    it("gives line, column and offsets of the statement, from 1", () => {
        const script = `$x = 1\n  ${deny(0)}\n`;
        const s = at(script);
        assert.deepEqual([s.line, s.column, script.slice(s.start, s.end)], [2, 3, deny(0)]);
        assert.equal(s.text, deny(0));
    });

    it("gives the literal, so that a repair replaces just that", () => {
        const script = `Set-ItemProperty '${TS}' -Value 0x1 -Name fDenyTSConnections`;
        const { literal } = at(script);
        assert.deepEqual(literal && [literal.text, script.slice(literal.start, literal.end)], ["0x1", "0x1"]);
    });

    it("includes the quotes of a literal that has them", () => {
        assert.equal(at(`Set-ItemProperty '${TS}' fDenyTSConnections "1"`).literal?.text, '"1"');
    });

    it("gives no literal for a value that is written elsewhere", () => {
        const s = at(`$v = 1\nSet-ItemProperty '${TS}' fDenyTSConnections $v`);
        assert.deepEqual([s.line, s.literal], [2, undefined]);
    });

    it("points at the call of a helper when the literal stands there", () => {
        const script = `function S($v) {\n  Set-ItemProperty '${TS}' fDenyTSConnections $v\n}\nS 1`;
        const s = at(script);
        assert.deepEqual([s.line, s.text, s.literal?.text], [4, "S 1", "1"]);
    });

    it("counts CRLF as one line end", () => {
        assert.equal(at(`$x = 1\r\n$y = 2\r\n${deny(0)}`).line, 3);
    });

    it("finds the place inside a script that a command runs", () => {
        const script = `powershell -Command "Set-ItemProperty '${TS}' fDenyTSConnections 1"`;
        const { literal, start, end } = at(script);
        assert.equal(script.slice(start, end), `Set-ItemProperty '${TS}' fDenyTSConnections 1`);
        assert.equal(literal && script.slice(literal.start, literal.end), "1");
    });

    it("finds the place in a batch line", () => {
        const script = `@echo off\r\nreg add "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server" /v fDenyTSConnections /t REG_DWORD /d 1 /f\r\n`;
        const { line, literal } = at(script, "rdp-enabled", "batch");
        assert.deepEqual([line, literal?.text, literal && script.slice(literal.start, literal.end)], [2, "1", "1"]);
    });

    it("shows at most 160 characters", () => {
        assert.ok(at(`Set-ItemProperty '${TS}' fDenyTSConnections 0 -ErrorVariable ${"x".repeat(300)}`).text.length <= 160);
    });

    it("never shows a statement that may hold a secret", () => {
        const s = at(`Invoke-Command { Set-ItemProperty '${TS}' fDenyTSConnections 0; $password = 'hunter2' }; net user admin S3cret!; Set-ItemProperty '${TS}' fDenyTSConnections 1; $x = 'password hunter2'`);
        assert.equal(s.text, `Set-ItemProperty '${TS}' fDenyTSConnections 1`);
        const t = at(`Set-ItemProperty '${TS}' fDenyTSConnections 1 -Credential (Get-Cred 'hunter2')`);
        assert.deepEqual([t.text, t.literal], ["<redacted>", undefined]);
    });

    it("says where a syntax error stands", () => {
        assert.deepEqual(readScript("Get-Date\nif ($x {\n", "powershell").syntaxErrors[0], { line: 2, column: 8 });
    });

    it("keeps one reading for one text", () => {
        assert.equal(readScript(deny(0), "powershell"), readScript(deny(0), "powershell"));
        assert.notEqual(readScript(deny(0), "powershell"), readScript(deny(0), "batch"));
    });

    it("takes parameters from the carrier", () => {
        const script = `param($Value = 0)\nSet-ItemProperty '${TS}' fDenyTSConnections $Value`;
        const value = readScript(script, "powershell", new Map([["VALUE", { state: "known", value: "1" }]])).state.settings.get("rdp-enabled")?.value;
        assert.deepEqual(value, { state: "known", value: 1 });
    });
});
