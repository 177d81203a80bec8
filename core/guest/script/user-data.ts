/** The scripts that EC2 user data brings: tags of EC2Launch (any version), or the tasks of EC2Launch v2. */
export interface UserDataScript {
    readonly script: string;
    readonly language: "powershell" | "batch";
    /** It runs at every boot, not just at the first one. */
    readonly persist: boolean;
    /** Where the script stands in the given text; undefined where it is not there character by character. */
    readonly offset: number | undefined;
    /** Why EC2 does not run it, and what to write instead. */
    readonly problem?: string;
    readonly fix?: string;
}

/** More is not parsed: it is far from what EC2 takes, even compressed. */
const longestTasks = 500_000;
const useTags = "<powershell> before the script and </powershell> behind it, in lower case";

/** Scripts in the order in which they run. `<script>` runs before `<powershell>`. */
export function splitUserData(text: string): UserDataScript[] {
    return isTaskFile(text) ? tasks(text) : tagged(text);
}

/** A file of tasks for EC2Launch v2, which older launch agents pass over. */
export const isTaskFile = (text: string): boolean => /^(?:\ufeff|\s|#[^\n]*\n|---[^\n]*\n)*(?:version|tasks|config)\s*:/.test(text.slice(0, 20_000));

function tagged(text: string): UserDataScript[] {
    const persist = /<persist>\s*true\s*<\/persist>/i.test(text);
    const found: UserDataScript[] = [];
    const opening = /<(powershell|script)>/gi;
    for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
        const tag = match[1]!;
        const offset = opening.lastIndex;
        const closing = new RegExp(`</${tag}>`, "i").exec(text.slice(offset));
        const end = closing === null ? text.length : offset + closing.index;
        const lower = tag.toLowerCase();
        const wrongCase = tag !== lower || (closing !== null && closing[0] !== `</${lower}>`);
        const problem = closing === null ? `the closing tag </${lower}> is missing` : wrongCase ? `the tags must be written <${lower}> and </${lower}>, in lower case` : undefined;
        found.push({ script: text.slice(offset, end), language: lower === "script" ? "batch" : "powershell", persist, offset, ...(problem === undefined ? {} : { problem, fix: useTags }) });
        opening.lastIndex = end;
    }
    return [...found.filter((s) => s.language === "batch"), ...found.filter((s) => s.language === "powershell")];
}

interface Task {
    readonly task?: unknown;
    readonly inputs?: unknown;
}

/** The scripts and programs of an EC2Launch v2 file. A file that is no YAML runs nothing. */
function tasks(text: string): UserDataScript[] {
    if (text.length > longestTasks) {
        return [{ script: text, language: "powershell", persist: false, offset: 0, problem: `it has ${text.length} characters, and user data holds 16 KB`, fix: "a script of its own for what is large, which the task fetches" }];
    }
    const { parse } = require("yaml") as typeof import("yaml");
    let document: unknown;
    try {
        document = parse(text, { maxAliasCount: 20 });
    } catch (failure) {
        return [{ script: text, language: "powershell", persist: false, offset: 0, problem: `it is not valid YAML (${String((failure as Error).message).split("\n")[0]})`, fix: "valid YAML" }];
    }
    if (!isRecord(document)) {
        return [];
    }
    const versioned = document["version"] !== undefined ? {} : { problem: "the line `version: 1.1` is missing", fix: "version: 1.1 as its first line" };
    const staged = { problem: "stages are read from agent-config.yml in the image; user data holds a list of tasks", fix: "version: 1.1 and the stage's tasks under tasks:, without config:" };
    const stages = listOf(document["config"]).flatMap((stage) => (isRecord(stage) ? listOf(stage["tasks"]) : []));
    return [
        ...listOf(document["tasks"]).flatMap((task) => scriptsOf(task, text).map((s) => ({ ...s, ...versioned }))),
        ...stages.flatMap((task) => scriptsOf(task, text).map((s) => ({ ...s, ...staged }))),
    ];
}

function scriptsOf(given: unknown, text: string): UserDataScript[] {
    if (!isRecord(given)) {
        return [];
    }
    const { task, inputs }: Task = given;
    return (Array.isArray(inputs) ? (inputs as unknown[]) : [inputs]).flatMap((input): UserDataScript[] => {
        if (!isRecord(input)) {
            return [];
        }
        const persist = input["frequency"] === "always";
        if (task === "executeProgram" && typeof input["path"] === "string") {
            return [{ script: programLine(input["path"], listOf(input["arguments"])), language: "batch", persist, offset: undefined }];
        }
        if (task !== "executeScript" || typeof input["content"] !== "string") {
            return [];
        }
        const script = input["content"];
        const at = text.indexOf(script);
        return [{ script, language: input["type"] === "batch" ? "batch" : "powershell", persist, offset: at < 0 ? undefined : at }];
    });
}

/** A program with its arguments as a line of cmd's, so that nothing of them is read as an operator. */
export function programLine(path: string, args: readonly unknown[]): string {
    return [path, ...args.map(String)].map((word) => (/^[\w\\/:.=-]+$/.test(word) ? word : `"${word.replace(/"/g, '\\"')}"`)).join(" ");
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
