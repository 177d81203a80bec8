import { Call, Handler } from "../call";
import { decodeBytes, powershellArguments } from "../decode";
import { runText } from "../text";
import { mentioned, taintText } from "../taint";
import { asPattern, asString, HOLE, notKnown, str, Val } from "../value";
import { dispatch } from "../dispatch";

/** Commands that run other scripts and programs. */
export const processCommands: Record<string, Handler> = {
    "invoke-expression": (call) => {
        const bound = call.bind("Command");
        (bound.has("Command") ? [bound.get("Command")!] : (call.input ?? [])).forEach((v) => runPowerShell(call, v, "Invoke-Expression of a text"));
    },
    "invoke-command": invokeCommand,
    "start-job": (call) => invokeCommand(call),
    "start-process": startProcess,
    powershell: (call) => powershell(call, call.argv()),
    pwsh: (call) => powershell(call, call.argv()),
    cmd: (call) => cmd(call, call.argv()),
    "run-script-file": runFile,
    schtasks: (call) => {
        const words = call.argv().map(asPattern);
        if (words.some((w) => /^\/(create|change)$/i.test(w))) {
            later(call, words.join(" "));
        }
    },
    "new-scheduledtaskaction": (call) => {
        const bound = call.bind("Execute Argument WorkingDirectory ; Id");
        later(call, `${asPattern(bound.get("Execute") ?? str(""))} ${asPattern(bound.get("Argument") ?? str(""))}`);
        return [notKnown("a scheduled task is not followed")];
    },
    "register-scheduledjob": (call) => later(call, call.i.source.text.slice(call.m.here.span.start, call.m.here.span.end)),
};

/** Commands that are to run at another time. */
function later(call: Call, text: string): void {
    if (mentioned(text).length > 0) {
        call.m.note("a scheduled task may change Remote Desktop; it is not followed");
    }
}

/** An installer that half of all provisioning scripts run from the web, and that has nothing to do with Remote Desktop: Chocolatey's own. */
const wellKnown = /^(?:iex|Invoke-Expression)\s*\(+\s*New-Object (?:System\.)?Net\.WebClient\s*\)\.DownloadString\(\s*['"]https:\/\/(?:community\.)?chocolatey\.org\/install\.ps1['"]\s*\)+$/i;

function runPowerShell(call: Call, v: Val, what: string): void {
    const edition = call.name === "pwsh" ? "core" : "windows";
    const text = asString(v);
    if (text !== undefined) {
        if (v.k !== "object") {
            runText.powershell(call.i, v, text, edition);
        }
        return;
    }
    const pattern = asPattern(v);
    // A computed word that stands as an argument by itself is a value, not a part of the script.
    const values = pattern.split(HOLE);
    if (values.length > 1 && values.every((part, i) => (i === 0 || /^(?:[\s;|)]|$)/.test(part)) && (i === values.length - 1 || /-\w+\s+$/.test(part)))) {
        runText.powershell(call.i, v, values.join("(computed-when-it-runs)"), edition);
        return;
    }
    const { source, span } = call.m.here;
    if (wellKnown.test(source.text.slice(span.start, span.end).trim())) {
        return;
    }
    call.m.note(`${what} that is computed when the script runs`);
    call.m.opaque = true;
    taintText(call.m, asPattern(v), "a script that is put together when it runs may write it");
}

function invokeCommand(call: Call): readonly Val[] {
    const bound = call.bind("ScriptBlock|Command ArgumentList|Args ; ComputerName|Cn FilePath|PSPath Session InputObject Name *NoNewScope *AsJob InitializationScript");
    const block = bound.get("ScriptBlock");
    if (bound.idle || bound.has("Session")) {
        return [notKnown("it runs on another machine")];
    }
    if (block?.k === "block") {
        const args = bound.list("ArgumentList");
        const { output } = call.i.block(block, () => {
            block.block.params.forEach((p, n) => call.i.set(p.name, args[n] ?? { k: "null" }));
            call.i.set("args", { k: "list", items: args });
        });
        return output;
    }
    const file = bound.text("FilePath");
    if (file !== undefined) {
        runFile(new Call(call.i, file, [], undefined));
    }
    return [notKnown("a script decides it")];
}

function startProcess(call: Call): void {
    const bound = call.bind("FilePath|PSPath|Path ArgumentList|Args ; WorkingDirectory Verb WindowStyle *Wait *NoNewWindow *LoadUserProfile RedirectStandardOutput RedirectStandardError RedirectStandardInput *UseNewEnvironment");
    const file = bound.text("FilePath");
    if (file === undefined || bound.flag("WhatIf")) {
        return;
    }
    const given = bound.list("ArgumentList");
    const words = given.length === 1 ? splitWords(given[0]!) : given.flatMap(splitWords);
    dispatch(call.i, file.toLowerCase().endsWith(".exe") ? file : `${file}.exe`, words.map((value) => ({ t: "argument", value })), undefined, "");
}

/** The words of a command line; one that is not known in full stays one word. */
export function splitWords(v: Val): Val[] {
    const text = asString(v);
    if (text === undefined) {
        return [v];
    }
    const src = "src" in v && v.src ? { src: v.src } : {};
    return (text.match(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g) ?? []).map((word): Val => ({ k: "string", v: word.replace(/\\"/g, "\u0001").replace(/"/g, "").replace(/\u0001/g, '"'), ...src }));
}

/** `powershell -Command …`, `-EncodedCommand …`, `-File …` */
export function powershell(call: Call, argv: readonly Val[]): void {
    const block = argv.find((v) => v.k === "block");
    if (block?.k === "block") {
        call.i.block(block, () => undefined);
        return;
    }
    const piped = call.input?.[0];
    const words = argv.map(asPattern);
    const found = powershellArguments(words);
    switch (found.kind) {
        case "command": {
            const rest = argv.slice(found.from);
            if (found.from >= argv.length || words[found.from] === "-") {
                if (piped !== undefined) {
                    runPowerShell(call, piped, "powershell runs a text");
                }
                return;
            }
            const whole = rest.length === 1 ? rest[0]! : joinAll(rest);
            runPowerShell(call, whole, "powershell runs a command");
            return;
        }
        case "encoded": {
            const value = argv[found.from];
            const text = value && asString(value);
            const decoded = text === undefined ? undefined : decodeBytes(text, "utf16le");
            runPowerShell(call, decoded === undefined ? notKnown("it is computed when the script runs") : str(decoded), "powershell runs an encoded command");
            return;
        }
        case "file": {
            runFile(new Call(call.i, words[found.from] ?? "", [], undefined));
            return;
        }
        case "none":
            return;
    }
}

function joinAll(values: readonly Val[]): Val {
    const texts = values.map(asString);
    return texts.every((t) => t !== undefined) ? str(texts.join(" ")) : notKnown("a command is computed when the script runs", values.map(asPattern).join(" "));
}

/** `cmd /c …` */
export function cmd(call: Call, argv: readonly Val[]): void {
    const at = argv.findIndex((v) => /^\/[ckr]/i.test(asPattern(v)));
    if (at < 0) {
        return;
    }
    const rest = argv.slice(at + 1);
    const whole = rest.length === 1 ? rest[0]! : joinAll(rest.map(requote));
    const text = asString(whole);
    if (text === undefined) {
        call.m.note("cmd runs a command that is computed when the script runs");
        taintText(call.m, asPattern(whole), "a command that is put together when it runs may write it");
        return;
    }
    runText.batch(call.i, whole, text);
}

/** PowerShell puts quotes around arguments with blanks when it calls a program. */
function requote(v: Val): Val {
    const text = asString(v);
    return text !== undefined && /\s/.test(text) && !text.includes('"') ? str(`"${text}"`) : v;
}

/** A script file is read where this script wrote it; else its content is not known. */
function runFile(call: Call): void {
    const path = call.name;
    const content = runText.file(call.m, path);
    const text = content === undefined ? undefined : asString(content);
    if (content !== undefined && text !== undefined) {
        if (/\.(bat|cmd)$/i.test(path)) {
            runText.batch(call.i, content, text);
        } else {
            runText.powershell(call.i, content, text);
        }
        return;
    }
    if (/\\EC2-Windows\\Launch\\Scripts\\(?:InitializeInstance|SysprepInstance|SendWindowsIsReady|InitializeDisks)\.ps1$/i.test(path)) {
        // EC2Launch's own, which run on every stock image (rdp-domain §5.2).
        return;
    }
    call.m.note(`runs another script whose content is not known (${path.replaceAll(HOLE, "…").slice(0, 80)})`);
}
