import { lookup } from "./lookup";
import { Arg, Call, Handler } from "./call";
import { coreCommands } from "./commands/core";
import { dataCommands } from "./commands/data";
import { dscCommands, dscResource } from "./commands/dsc";
import { fileCommands } from "./commands/files";
import { firewallCommands } from "./commands/firewall";
import { gatewayCommands } from "./commands/gateway";
import { networkCommands } from "./commands/network";
import { processCommands } from "./commands/process";
import { profileCommands } from "./commands/profiles";
import { registryCommands } from "./commands/registry";
import { rightCommands, rightNamed } from "./commands/rights";
import { roleCommands } from "./commands/roles";
import { serviceCommands } from "./commands/services";
import { wmiCommands } from "./commands/wmi";
import { Interpreter } from "./interpreter";
import { Completion } from "./machine";
import { bindArguments } from "./pipeline";
import { mentioned } from "./taint";
import { asPattern, asString, notKnown, NULL, num, Val } from "./value";

const commands = new Map<string, Handler>(
    Object.entries({
        ...coreCommands,
        ...registryCommands,
        ...serviceCommands,
        ...firewallCommands,
        ...networkCommands,
        ...wmiCommands,
        ...fileCommands,
        ...processCommands,
        ...roleCommands,
        ...gatewayCommands,
        ...dscCommands,
        ...dataCommands,
        ...rightCommands,
        ...profileCommands,
    }),
);

/** Aliases of Windows PowerShell 5.1. There, `sc` is Set-Content and not the service control program. */
const aliases = lookup<string>({
    sp: "set-itemproperty", rp: "remove-itemproperty", gp: "get-itemproperty", gpv: "get-itempropertyvalue", clp: "clear-itemproperty", rnp: "rename-itemproperty",
    gi: "get-item", gci: "get-childitem", ls: "get-childitem", dir: "get-childitem", ni: "new-item", mkdir: "new-item", md: "new-item", ri: "remove-item", rm: "remove-item", rd: "remove-item", rmdir: "remove-item",
    del: "remove-item", erase: "remove-item", rni: "rename-item", ren: "rename-item", mi: "move-item", mv: "move-item", move: "move-item", ci: "copy-item", cp: "copy-item", copy: "copy-item", cpi: "copy-item",
    cat: "get-content", gc: "get-content", type: "get-content", sc: "set-content", ac: "add-content", cd: "set-location", sl: "set-location", chdir: "set-location", pushd: "push-location", popd: "pop-location",
    "%": "foreach-object", foreach: "foreach-object", "?": "where-object", where: "where-object", select: "select-object", sort: "sort-object", group: "group-object", measure: "measure-object", tee: "tee-object",
    iex: "invoke-expression", icm: "invoke-command", saps: "start-process", start: "start-process", sajb: "start-job", sasv: "start-service", spsv: "stop-service", gsv: "get-service", gwmi: "get-wmiobject", iwmi: "invoke-wmimethod",
    swmi: "set-wmiinstance", gcim: "get-ciminstance", icim: "invoke-cimmethod", scim: "set-ciminstance", echo: "write-output", write: "write-output", sv: "set-variable", set: "set-variable", nv: "new-variable", gv: "get-variable",
    sal: "set-alias", nal: "new-alias", ipmo: "import-module", iwr: "invoke-webrequest", wget: "invoke-webrequest", curl: "invoke-webrequest", irm: "invoke-restmethod", sleep: "start-sleep", ndr: "new-psdrive", mount: "new-psdrive",
    oh: "out-host", lp: "out-printer", ogv: "out-gridview", fl: "format-list", ft: "format-table", compare: "compare-object", diff: "compare-object", tp: "test-path",
});

/** The name under which a command is known: without module, path and `.exe`. */
export function plainName(text: string): string {
    return text.trim().replace(/^.*[\\/]/, "").replace(/\.(exe|com)$/i, "").toLowerCase();
}

/** Runs a command by name: alias, function of the script, known command; all others are taken to have no effect on RDP. */
export function dispatch(i: Interpreter, text: string, args: readonly Arg[], input: readonly Val[] | undefined, invocation: "" | "&" | "."): { output: readonly Val[]; completion: Completion } {
    i.m.step();
    const asked = plainName(text);
    const alias = i.m.store.get(`al:${asked}`);
    const name = alias?.e === "text" && alias.v.k === "string" ? plainName(alias.v.v) : /\.exe$/i.test(text) ? asked : (aliases[asked] ?? asked);
    const own = i.m.store.get(`fn:${name}`);
    if (own?.e === "function") {
        return i.block({ k: "block", block: own.block, source: own.source }, () => bindArguments(i, own.block.params, args, input), invocation !== ".");
    }
    const call = new Call(i, name, args, input);
    const handler = commands.get(name);
    exitCode(call, text);
    if (dscResource(call)) {
        return { output: [], completion: call.completion };
    }
    if (handler !== undefined) {
        const output = handler(call) ?? [];
        return { output, completion: call.completion };
    }
    if (/\.(ps1|psm1|bat|cmd|vbs)$/.test(name)) {
        return runScriptFile(call, text, invocation);
    }
    strange(call, text);
    return { output: [notKnown(`what '${text.slice(0, 40)}' gives is known only when the script runs`)], completion: "next" };
}

/** What only looks, prints, waits, transfers or installs, whatever words it is given. */
const harmless = new Set([
    "find", "findstr", "netstat", "echo", "rem", "title", "msg", "eventcreate", "curl", "wget", "telnet", "portqry", "nmap", "psping", "tcping", "ping", "tracert", "nslookup", "ssh", "plink", "scp", "copy", "xcopy", "robocopy", "type", "more", "sort",
    "aws", "az", "gcloud", "git", "choco", "winget", "pulumi", "terraform", "docker", "qwinsta", "quser", "query", "tasklist", "taskkill", "where", "certutil", "mstsc", "cmdkey", "logman", "wevtutil", "w32tm", "setx", "color", "timeout", "vssadmin", "dism",
]);

/** Words that stand for Remote Desktop wherever they are written. */
const rdpWords = /\bterminal server\b|\bwinstations\b|\brdp-tcp\b|\btermservice\b|\bremotedesktop-usermode\b|(?<![\d.])3389(?![\d.])/i;

/** A program that is not known here and is told something about Remote Desktop: what it then does cannot be told. Functions of modules are not programs. */
function strange(call: Call, text: string): void {
    const cmdlet = /^[a-z]+-[a-z]\w*$/i.test(text.trim());
    const words = call.args.flatMap((a) => (a.t === "argument" ? [asPattern(a.value)] : [a.name, a.value === undefined ? "" : asPattern(a.value)])).join(" ").slice(0, 20_000);
    if (words === "" || /^[-\u2013-\u2015]/.test(text.trim()) || harmless.has(call.name) || /^(write|out|log|trace|print|get-|test-)/.test(call.name)) {
        return;
    }
    const elsewhere = /^ps(exec|service)(64)?$/.test(call.name) && /(^|\s)\\\\(?!(localhost|127\.0\.0\.1|\.)(\s|\\))\S/.test(words);
    if (elsewhere) {
        return;
    }
    if (rightNamed(call.m, words) || cmdlet) {
        return;
    }
    const named = mentioned(words).filter((slot) => !slot.startsWith("s:service-") || rdpWords.test(words));
    if (named.length > 0 || rdpWords.test(words)) {
        const why = `what '${text.trim().slice(0, 40)}' does with Remote Desktop is not known`;
        named.forEach((slot) => call.m.writeUnknown(slot, why));
        call.m.note(why);
    }
}

/** Programs whose exit code is an answer rather than a success. */
const asks = new Set(["find", "findstr", "fc", "comp", "where", "ping", "query", "qwinsta", "quser", "nslookup", "netstat", "curl", "choice", "certutil", "dsregcmd", "tasklist", "robocopy", "nltest", "timeout"]);
const programs = new Set(["reg", "netsh", "sc", "net", "net1", "wmic", "schtasks", "bcdedit", "dism", "icacls", "takeown", "powershell", "cmd", "secedit", "w32tm", "winrm", "msiexec"]);

/** Programs are taken to succeed, except those that are run to find something out. */
function exitCode(call: Call, text: string): void {
    const { name } = call;
    const question = asks.has(name) || (programs.has(name) && call.argv().slice(0, 4).some((v) => /^(query|qc|show|\/query|export|compare)$/i.test(asString(v) ?? ""))) || (/^net1?$/.test(name) && call.args.length <= 2 && /^(user|localgroup|accounts|share)$/i.test(asString(call.argv()[0] ?? NULL) ?? ""));
    const known = call.i.get("lastexitcode").k === "number";
    if (question && known) {
        call.i.set("global:lastexitcode", notKnown(`it depends on what '${name}' finds`));
    } else if (!question && !known && (programs.has(name) || /\.exe$/i.test(text))) {
        call.i.set("global:lastexitcode", num(0));
    }
}

/** A script file: one that this script wrote is read, all others are not known. */
function runScriptFile(call: Call, path: string, invocation: "" | "&" | "."): { output: readonly Val[]; completion: Completion } {
    commands.get("run-script-file")!(new Call(call.i, path, call.args, call.input));
    if (invocation === ".") {
        call.m.opaque = true;
    }
    return { output: [notKnown("a script file decides it")], completion: "next" };
}
