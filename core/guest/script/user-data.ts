/** The scripts that EC2 user data brings: tags of EC2Launch (any version), or the tasks of EC2Launch v2. */
export interface UserDataScript {
    readonly script: string;
    readonly language: "powershell" | "batch";
    /** It runs at every boot, not just at the first one. */
    readonly persist: boolean;
    /** Where the script stands in the given text; undefined where it is not there character by character. */
    readonly offset: number | undefined;
    /** Why EC2 does not run it. */
    readonly problem?: string;
}

/** Scripts in the order in which they run. `<script>` runs before `<powershell>`. */
export function splitUserData(text: string): UserDataScript[] {
    return isTaskFile(text) ? tasks(text) : tagged(text);
}

/** A file of tasks for EC2Launch v2, which older launch agents pass over. */
export const isTaskFile = (text: string): boolean => /^(?:\ufeff|\s|#[^\n]*\n|---[^\n]*\n)*(?:version|tasks)\s*:/.test(text.slice(0, 20_000));

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
        found.push({ script: text.slice(offset, end), language: lower === "script" ? "batch" : "powershell", persist, offset, ...(problem === undefined ? {} : { problem }) });
        opening.lastIndex = end;
    }
    return [...found.filter((s) => s.language === "batch"), ...found.filter((s) => s.language === "powershell")];
}

interface Task {
    readonly task?: unknown;
    readonly inputs?: unknown;
}

/** `executeScript` tasks of an EC2Launch v2 file. A file that is no YAML runs nothing. */
function tasks(text: string): UserDataScript[] {
    const { parse } = require("yaml") as typeof import("yaml");
    let document: unknown;
    try {
        document = parse(text, { maxAliasCount: 20 });
    } catch (failure) {
        return [{ script: text, language: "powershell", persist: false, offset: 0, problem: `it is not valid YAML (${String((failure as Error).message).split("\n")[0]})` }];
    }
    const problem = isRecord(document) && document["version"] === undefined ? { problem: "the line `version: 1.1` is missing" } : {};
    const list = isRecord(document) && Array.isArray(document["tasks"]) ? (document["tasks"] as Task[]) : [];
    return list
        .filter((task) => isRecord(task) && task.task === "executeScript")
        .flatMap((task) => (Array.isArray(task.inputs) ? task.inputs : [task.inputs]))
        .flatMap((input): UserDataScript[] => {
            if (!isRecord(input) || typeof input["content"] !== "string") {
                return [];
            }
            const script = input["content"];
            const at = text.indexOf(script);
            return [{ script, language: input["type"] === "batch" ? "batch" : "powershell", persist: input["frequency"] === "always", offset: at < 0 ? undefined : at, ...problem }];
        });
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
