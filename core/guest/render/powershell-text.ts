import { SettingValue } from "../model";

/** A literal of PowerShell for a value. Strings come in single quotes, in which nothing is expanded. */
export function literal(value: SettingValue): string {
    if (typeof value === "string") {
        return quoted(value);
    }
    if (typeof value === "number") {
        return String(value);
    }
    return typeof value === "boolean" ? (value ? "$true" : "$false") : list(value);
}

export function list(values: readonly string[]): string {
    return `@(${values.map(quoted).join(", ")})`;
}

/** @throws Error for what a script cannot hold: it must stay ASCII, because Windows PowerShell reads files in the host's own code page. */
function quoted(text: string): string {
    if (!/^[\x20-\x7e]*$/.test(text)) {
        throw new Error(`a script can hold printable ASCII only: ${JSON.stringify(text)}`);
    }
    return `'${text.replace(/'/g, "''")}'`;
}

/** `HKLM\…` as PowerShell's registry drive spells it. */
export function registryPath(key: string): string {
    return key.replace(/^HKLM\\/, "HKLM:\\");
}

/** What a script does about something that is not as desired: `what` is a PowerShell expression that says what was found. */
export type Change = (what: string, ...statements: string[]) => string;

/** Makes the change and keeps account of it. */
export const apply: Change = (what, ...statements) => [...statements, `$changed.Add(${what})`].join("\n");

/** Keeps account of what would change. A script rendered with it holds no statement that changes anything. */
export const report: Change = (what) => `$differs.Add(${what})`;

/** Indents by braces: the renderer's lines open blocks at their end and close them at their start. */
export function indent(script: string): string {
    let depth = 0;
    let continued = false;
    return script
        .split("\n")
        .map((line) => line.trim())
        .map((line) => {
            depth -= line.startsWith("}") ? 1 : 0;
            const indented = line === "" ? "" : `${"    ".repeat(depth + (continued ? 1 : 0))}${line}`;
            depth += line.endsWith("{") ? 1 : 0;
            continued = /(\||-and|-or)$/.test(line);
            return indented;
        })
        .join("\n");
}
