import { readFileSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import type { Document, ParsedNode } from "yaml";
import { CarrierKind } from "../../core/guest/model";
import { programLine, splitUserData } from "../../core/guest/script";
import { isFile, readText } from "../files";
import { Problem } from "../problem";
import { isExport } from "./export";
import { isObject } from "./json";
import { isPreview } from "./preview";
import { registryScript } from "./reg-text";

/** One script in a file. */
export interface ScriptPart {
    readonly script: string;
    readonly language: "powershell" | "batch";
    readonly kind: CarrierKind;
    /** Where in the file it stands: `mainSteps[0].inputs.runCommand`; empty where the file is the script. */
    readonly property: string;
    /** The line of the file for each line of the script; undefined where they are the same. */
    readonly lines?: readonly number[];
    /** The script was derived from the file: what people wrote is the line of the file. */
    readonly derived?: true;
}

/** A part of a file that says nothing about the guest, and why. */
export interface ScriptNote {
    readonly line: number;
    readonly what: "not understood" | "not run";
    readonly text: string;
}

export interface ScriptFile {
    readonly text: string;
    readonly parts: readonly ScriptPart[];
    readonly notes: readonly ScriptNote[];
}

const plainScripts: Readonly<Record<string, "powershell" | "batch">> = { ".ps1": "powershell", ".psm1": "powershell", ".bat": "batch", ".cmd": "batch" };
/** SSM documents hold 64 KB and user data 16 KB; what is much larger is something else, and not read twice. */
const largest = 1024 * 1024;
const tag = /<(powershell|script)>/i;

/** Whether a file holds a script for Windows: by its name, or where that does not tell, by its form. */
export function holdsScript(path: string): boolean {
    const extension = extname(path).toLowerCase();
    if (extension in plainScripts || extension === ".reg") {
        return true;
    }
    if (!isFile(path) || statSync(path).size > largest) {
        return false;
    }
    if (isUserData(path)) {
        return true;
    }
    const text = peek(path);
    switch (extension) {
        case ".json": {
            const json = /"(schemaVersion|tasks|config)"\s*:/.test(text) ? asJson(text) : undefined;
            return isObject(json) && !isExport(json) && !isPreview(json) && ("schemaVersion" in json || hasTasks(json));
        }
        case ".yaml":
        case ".yml":
            return !/^(runtime|resources)\s*:/m.test(text) && (/^["']?schemaVersion["']?\s*:/m.test(text) || (/^(tasks|config)\s*:/m.test(text) && /\btask\s*:/.test(text)) || tag.test(text));
        case "":
        case ".txt":
        case ".xml":
        case ".tpl":
        case ".tftpl":
            return !/^\s*[{[]/.test(text) && (tag.test(text) || /^tasks\s*:/m.test(text));
        default:
            return false;
    }
}

function isUserData(path: string): boolean {
    return /^user[-_]?data$/i.test(basename(path).split(".")[0]!) && /^(|\.txt|\.xml|\.tpl|\.tftpl)$/i.test(extname(path));
}

function peek(path: string): string {
    try {
        return readFileSync(path, "utf8");
    } catch {
        // Whoever reads it next says why it cannot be read.
        return "";
    }
}

function asJson(text: string): unknown {
    try {
        return JSON.parse(text.replace(/^\uFEFF/, ""));
    } catch {
        return undefined;
    }
}

function hasTasks(json: Record<string, unknown>): boolean {
    const stages = Array.isArray(json["config"]) ? json["config"].filter(isObject).map((s) => s["tasks"]) : [];
    return [json["tasks"], ...stages].some((list) => Array.isArray(list) && list.some((t) => isObject(t) && "task" in t));
}

/**
 * The scripts of a file, in the order in which Windows runs them.
 * @throws Problem where the file holds none, or is not what it seems to be
 */
export function readScriptFile(path: string, name: string): ScriptFile {
    const text = readText(path);
    const extension = extname(path).toLowerCase();
    const language = plainScripts[extension];
    if (language !== undefined) {
        return { text, parts: [{ script: text, language, kind: "run-command", property: "" }], notes: [] };
    }
    if (extension === ".reg") {
        return registryFile(text, name);
    }
    if (tag.test(text) && !/^(tasks|config|schemaVersion)\s*:/m.test(text) && extension !== ".json") {
        return taggedFile(text);
    }
    const document = parsed(text, name);
    const root: unknown = document?.toJS({ maxAliasCount: 20 });
    if (document === undefined || !isObject(root)) {
        throw new Problem(`${name} holds neither <powershell> nor <script> tags nor tasks of EC2Launch, so Windows runs nothing of it. Put the script between <powershell> and </powershell>, or give the file an extension: .ps1, .cmd.`);
    }
    return "schemaVersion" in root ? ssmFile(text, document, root, name) : taskFile(text, document, root, name);
}

/** `.reg` text as the statements that do the same, line by line. */
function registryFile(text: string, name: string): ScriptFile {
    if (!/^\s*(Windows Registry Editor Version 5\.00|REGEDIT4)\s*(\r?\n|$)/.test(text)) {
        throw new Problem(`${name} does not begin with "Windows Registry Editor Version 5.00", so Windows refuses it. Export it again with reg export, or write that line first.`);
    }
    return { text, parts: [{ script: registryScript(text), language: "powershell", kind: "run-command", property: "", derived: true }], notes: [] };
}

/** EC2 user data in tags. What EC2 does not run is told, not judged. */
function taggedFile(text: string): ScriptFile {
    const found = splitUserData(text).map((s) => ({ ...s, line: lineAt(text, s.offset ?? 0) }));
    const notes = found.flatMap(({ problem, line }) => (problem === undefined ? [] : [{ line, what: "not run" as const, text: `EC2 passes over this script: ${problem}` }]));
    const parts = found
        .filter((s) => s.problem === undefined)
        .map(({ script, language, line }): ScriptPart => ({ script, language, kind: "user-data", property: language === "batch" ? "<script>" : "<powershell>", lines: counting(script, line) }));
    return { text, parts, notes };
}

function parsed(text: string, name: string): Document.Parsed | undefined {
    const { parseDocument } = require("yaml") as typeof import("yaml");
    const document = parseDocument(text, { logLevel: "silent" });
    const [error] = document.errors;
    if (error !== undefined && /^\s*["']?(schemaVersion|version|tasks|config)["']?\s*:|^\s*\{/m.test(text)) {
        const at = error.linePos?.[0];
        throw new Problem(`${name} is not valid ${/^\s*\{/.test(text) ? "JSON" : "YAML"}${at === undefined ? "" : `, line ${at.line}, column ${at.col}`}: ${error.code.toLowerCase().replaceAll("_", " ")}.`);
    }
    return error === undefined ? document : undefined;
}

type Path = readonly (string | number)[];

/** A Systems Manager command document, schema 1.2 and 2.x. */
function ssmFile(text: string, document: Document.Parsed, root: Record<string, unknown>, name: string): ScriptFile {
    const notes: ScriptNote[] = [];
    const places: Path[] = [];
    listOf(root["mainSteps"]).forEach((step, i) => {
        const action = isObject(step) ? String(step["action"]) : "";
        const at = ["mainSteps", i];
        if (action === "aws:runPowerShellScript" && isObject(step) && forWindows(step)) {
            places.push([...at, "inputs", "runCommand"]);
        } else if (/^aws:(runDocument|runCommand|executeScript|executeAutomation|executeAwsApi)$/.test(action)) {
            notes.push({ line: lineOf(text, document, at), what: "not understood", text: `the step runs what another document or service says (${action})` });
        }
    });
    const legacy = isObject(root["runtimeConfig"]) ? root["runtimeConfig"]["aws:runPowerShellScript"] : undefined;
    listOf(isObject(legacy) ? legacy["properties"] : undefined).forEach((_, i) => places.push(["runtimeConfig", "aws:runPowerShellScript", "properties", i, "runCommand"]));
    if (!Array.isArray(root["mainSteps"]) && !isObject(root["runtimeConfig"])) {
        throw new Problem(`${name} has a schemaVersion but neither mainSteps nor runtimeConfig, so it is no document that Systems Manager runs.`);
    }
    return { text, parts: places.flatMap((at) => scalarPart(text, document, at, "powershell", "ssm-document")), notes };
}

function forWindows(step: Record<string, unknown>): boolean {
    const condition = step["precondition"];
    const platform = listOf(isObject(condition) ? condition["StringEquals"] : undefined);
    return !platform.includes("platformType") || platform.includes("Windows");
}

/** Tasks of EC2Launch v2: user data as YAML, or the stages of an agent-config file. */
function taskFile(text: string, document: Document.Parsed, root: Record<string, unknown>, name: string): ScriptFile {
    const lists: (readonly [Path, unknown])[] = [[["tasks"], root["tasks"]], ...listOf(root["config"]).map((stage, i) => [["config", i, "tasks"], isObject(stage) ? stage["tasks"] : undefined] as const)];
    if (!lists.some(([, tasks]) => Array.isArray(tasks))) {
        throw new Problem(`${name} has no tasks, so EC2Launch runs nothing of it. Write version: 1.1 and, below tasks:, - task: executeScript.`);
    }
    const parts = lists.flatMap(([at, tasks]) =>
        listOf(tasks).flatMap((task, i) => {
            if (!isObject(task) || (task["task"] !== "executeScript" && task["task"] !== "executeProgram")) {
                return [];
            }
            const inputs = task["inputs"];
            const each: (readonly [Path, unknown])[] = Array.isArray(inputs) ? inputs.map((input, k) => [[...at, i, "inputs", k], input] as const) : [[[...at, i, "inputs"], inputs]];
            return each.flatMap(([place, input]) =>
                isObject(input) && task["task"] === "executeProgram" && typeof input["path"] === "string"
                    ? [{ script: programLine(input["path"], listOf(input["arguments"])), language: "batch" as const, kind: "user-data" as const, property: pathText(place), lines: [lineOf(text, document, place)] }]
                    : isObject(input) ? scalarPart(text, document, [...place, "content"], input["type"] === "batch" ? "batch" : "powershell", "user-data") : [],
            );
        }),
    );
    return { text, parts, notes: [] };
}

/** The script that stands at a place of a document: a text, or a list of its lines. */
function scalarPart(text: string, document: Document.Parsed, at: Path, language: ScriptPart["language"], kind: CarrierKind): ScriptPart[] {
    const { isScalar, isSeq } = require("yaml") as typeof import("yaml");
    const node = document.getIn(at, true) as ParsedNode | undefined;
    const items: unknown[] = isSeq(node) ? node.items : [node];
    const scripts: string[] = [];
    const lines: number[] = [];
    for (const item of items) {
        if (!isScalar(item) || typeof item.value !== "string") {
            continue;
        }
        const first = lineAt(text, item.range?.[0] ?? 0);
        const literal = item.type === "BLOCK_LITERAL";
        scripts.push(item.value);
        // A literal block begins below its `|`, a line for each of its own; all other forms put the text together.
        lines.push(...item.value.split("\n").map((_, i) => (literal ? first + 1 + i : first)));
    }
    return scripts.length === 0 ? [] : [{ script: scripts.join("\n"), language, kind, property: pathText(at), lines }];
}

function pathText(at: Path): string {
    return at.map((p, i) => (typeof p === "number" ? `[${p}]` : /^\w+$/.test(p) ? `${i === 0 ? "" : "."}${p}` : `["${p}"]`)).join("");
}

function lineOf(text: string, document: Document.Parsed, at: Path): number {
    return lineAt(text, (document.getIn(at, true) as ParsedNode | undefined)?.range?.[0] ?? 0);
}

function listOf(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [];
}

function lineAt(text: string, offset: number): number {
    return text.slice(0, offset).split(/\r\n|\n|\r/).length;
}

/** Lines of a script that stands in the file as it is. */
function counting(script: string, first: number): number[] {
    return script.split(/\r\n|\n|\r/).map((_, i) => first + i);
}
