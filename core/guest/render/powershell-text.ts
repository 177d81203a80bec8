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
