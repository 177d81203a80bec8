import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { commandLine, decodeText, readScript, splitUserData } from "../../../../core/guest/script";

const script = "Set-ItemProperty 'HKLM:\\x' y 1\r\nRestart-Service TermService";
const base64 = (b: Buffer | string) => Buffer.from(b).toString("base64");

describe("decodeText", () => {
    const cases: { why: string; raw: string; text: string; how: string[] }[] = [
        { why: "plain text stays as it is", raw: script, text: script, how: [] },
        { why: "base64", raw: base64(script), text: script, how: ["base64"] },
        { why: "base64 in lines of 76", raw: base64(script).replace(/(.{20})/g, "$1\r\n"), text: script, how: ["base64"] },
        { why: "base64 of gzip", raw: base64(gzipSync(script)), text: script, how: ["base64", "gzip"] },
        { why: "base64 twice", raw: base64(base64(script)), text: script, how: ["base64", "base64"] },
        { why: "base64 of UTF-16 with a byte order mark", raw: base64(Buffer.from(`\ufeff${script}`, "utf16le")), text: script, how: ["base64", "utf-16"] },
        { why: "base64 of UTF-16 without one, as for -EncodedCommand", raw: base64(Buffer.from(script, "utf16le")), text: script, how: ["base64", "utf-16"] },
        { why: "base64 of UTF-8 with a byte order mark", raw: base64(`\ufeff${script}`), text: script, how: ["base64", "byte order mark"] },
        { why: "UTF-16 read byte by byte", raw: [...script].map((c) => `${c}\0`).join(""), text: script, how: ["utf-16"] },
        { why: "a byte order mark", raw: `\ufeff${script}`, text: script, how: ["byte order mark"] },
        { why: "a word that merely looks like base64", raw: "RestartComputer1", text: "RestartComputer1", how: [] },
        { why: "an empty text", raw: "", text: "", how: [] },
    ];
    for (const c of cases) {
        it(c.why, () => assert.deepEqual(decodeText(c.raw), { text: c.text, how: c.how }));
    }

    it("does not expand a gzip bomb", () => {
        const { failed, how } = decodeText(base64(gzipSync(Buffer.alloc(50_000_000))));
        assert.deepEqual(how, ["base64", "gzip"]);
        assert.match(failed ?? "", /longer than/);
    });

    it("says that compressed text is damaged", () => {
        const bytes = gzipSync(script);
        bytes.fill(7, 12);
        assert.match(decodeText(base64(bytes)).failed ?? "", /damaged/);
    });
});

describe("splitUserData", () => {
    it("takes the script between the tags, and where it stands", () => {
        const text = `<powershell>\n${script}\n</powershell>`;
        const [found, ...others] = splitUserData(text);
        assert.deepEqual(others, []);
        assert.deepEqual(found, { script: `\n${script}\n`, language: "powershell", persist: false, offset: 12 });
        assert.equal(text.slice(found!.offset, found!.offset! + found!.script.length), found!.script);
    });

    it("runs <script> before <powershell>, whatever their order", () => {
        const found = splitUserData("<powershell>a</powershell>\n<script>b</script>");
        assert.deepEqual(found.map((s) => [s.language, s.script]), [["batch", "b"], ["powershell", "a"]]);
    });

    it("knows persist", () => {
        assert.equal(splitUserData("<powershell>a</powershell><persist>true</persist>")[0]?.persist, true);
        assert.equal(splitUserData("<powershell>a</powershell><persist>false</persist>")[0]?.persist, false);
    });

    it("says that tags in capitals are not run", () => {
        assert.match(splitUserData("<PowerShell>a</PowerShell>")[0]?.problem ?? "", /lower case/);
        assert.match(splitUserData("<powershell>a</PowerShell>")[0]?.problem ?? "", /lower case/);
    });

    it("says that the closing tag is missing", () => {
        assert.match(splitUserData("<powershell>\nGet-Date")[0]?.problem ?? "", /missing/);
    });

    it("finds nothing in a text without tags", () => {
        assert.deepEqual(splitUserData("#!/bin/sh\necho x"), []);
        assert.deepEqual(splitUserData(""), []);
    });

    it("reads the tasks of EC2Launch v2", () => {
        const text = ["version: 1.1", "tasks:", "- task: executeScript", "  inputs:", "  - frequency: always", "    type: powershell", "    runAs: localSystem", "    content: |-", "      Get-Date", "      Get-Host", "  - frequency: once", "    type: batch", "    content: ver"].join("\n");
        assert.deepEqual(splitUserData(text), [
            { script: "Get-Date\nGet-Host", language: "powershell", persist: true, offset: undefined },
            { script: "ver", language: "batch", persist: false, offset: 0 },
        ].map((s) => (s.script === "ver" ? { ...s, offset: text.indexOf("ver") } : s)));
    });

    it("reads the programs of EC2Launch v2, with their arguments as they are", () => {
        const text = ["version: 1.1", "tasks:", "- task: executeProgram", "  inputs:", "  - frequency: always", "    path: C:\\Windows\\System32\\reg.exe", "    arguments: [add, 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server', /v, fDenyTSConnections, /t, REG_DWORD, /d, 1, /f]"].join("\n");
        const [program, ...others] = splitUserData(text);
        assert.deepEqual([others, program?.language, program?.persist], [[], "batch", true]);
        assert.deepEqual(readScript(program!.script, "batch").state.settings.get("rdp-enabled")?.value, { state: "known", value: 1 });
    });

    it("says that stages are no user data", () => {
        const task = "- task: executeScript\n    inputs:\n    - type: powershell\n      content: Get-Date";
        const [staged, ...others] = splitUserData(`version: 1.0\nconfig:\n- stage: boot\n  tasks:\n  ${task}\n`);
        assert.deepEqual([others, staged?.script], [[], "Get-Date"]);
        assert.match(staged?.problem ?? "", /agent-config/);
        assert.match(staged?.fix ?? "", /tasks:/);
        assert.equal(splitUserData("config:\n- stage: boot\n").length, 0);
    });

    it("leaves out tasks that run no script", () => {
        assert.deepEqual(splitUserData("version: 1.0\ntasks:\n- task: setHostName\n  inputs: { reboot: true }\n"), []);
    });

    it("says that YAML is not valid", () => {
        assert.match(splitUserData("version: 1.0\ntasks: [\n")[0]?.problem ?? "", /not valid YAML/);
    });
});

describe("commandLine", () => {
    const cases: { why: string; text: string; script: string; language: "powershell" | "batch"; file?: string; plain?: boolean }[] = [
        { why: "powershell -Command with quotes", text: `powershell -ExecutionPolicy Unrestricted -Command "Set-Service x -Status Running"`, script: "Set-Service x -Status Running", language: "powershell" },
        { why: "powershell.exe with a path", text: `C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -c "Get-Date"`, script: "Get-Date", language: "powershell" },
        { why: "-Command without quotes", text: `powershell -NoProfile -Command Get-Date -Format o`, script: "Get-Date -Format o", language: "powershell" },
        { why: "no -Command at all", text: `powershell "Get-Date; Get-Host"`, script: "Get-Date; Get-Host", language: "powershell" },
        { why: "escaped quotes", text: `powershell -Command "Write-Host \\"a b\\""`, script: 'Write-Host "a b"', language: "powershell", plain: false },
        { why: "-EncodedCommand", text: `powershell -EncodedCommand ${Buffer.from("Get-Date", "utf16le").toString("base64")}`, script: "Get-Date", language: "powershell", plain: false },
        { why: "-enc", text: `powershell -nop -w hidden -enc ${Buffer.from("Get-Date", "utf16le").toString("base64")}`, script: "Get-Date", language: "powershell", plain: false },
        { why: "-File", text: `powershell -ExecutionPolicy Bypass -File setup.ps1 -Port 3389`, script: `powershell -ExecutionPolicy Bypass -File setup.ps1 -Port 3389`, language: "batch", file: "setup.ps1" },
        { why: "cmd /c", text: `cmd /c "netsh advfirewall set allprofiles state off"`, script: "netsh advfirewall set allprofiles state off", language: "batch" },
        { why: "cmd /c powershell", text: `cmd.exe /c powershell -Command "Get-Date"`, script: "Get-Date", language: "powershell" },
        { why: "two commands of cmd", text: `powershell -Command "Get-Date" && exit 0`, script: `powershell -Command "Get-Date" && exit 0`, language: "batch" },
        { why: "any other program", text: `msiexec /i x.msi /qn`, script: `msiexec /i x.msi /qn`, language: "batch" },
        { why: "nothing", text: "", script: "", language: "batch" },
    ];
    for (const c of cases) {
        it(c.why, () => {
            const found = commandLine(c.text);
            assert.deepEqual([found.script, found.language, found.file], [c.script, c.language, c.file]);
            assert.equal(found.offset !== undefined, c.plain ?? true);
            if (found.offset !== undefined) {
                assert.equal(c.text.slice(found.offset, found.offset + found.script.length), found.script);
            }
        });
    }

    it("reads the same as the whole line read as a batch file", () => {
        const line = `powershell -Command "Set-Service TermService -StartupType Disabled"`;
        const inner = commandLine(line);
        const value = (r: ReturnType<typeof readScript>) => r.state.settings.get("service-termservice-start")?.value;
        assert.deepEqual(value(readScript(line, "batch")), value(readScript(inner.script, inner.language)));
    });
});
