/**
 * The text of a `.reg` file as PowerShell that does the same, each statement on the line of its value, so that
 * positions mean the same in both. What a line says in a form that is not known becomes a value that is not known.
 */
export function registryScript(text: string): string {
    const result: string[] = [];
    let key: string | undefined;
    let pending: { readonly line: number; text: string } | undefined;
    text.split(/\r\n|\n|\r/).forEach((raw, i) => {
        result.push("");
        const line = pending === undefined ? raw.trim() : pending.text + raw.trim();
        const at = pending?.line ?? i;
        // A long value goes on in the next line.
        if (/^[^;].*\\$/.test(line) && /=\s*hex/i.test(line)) {
            pending = { line: at, text: line.slice(0, -1) };
            return;
        }
        pending = undefined;
        const section = /^\[(-?)([^\]]+)\]/.exec(line);
        if (section !== null) {
            key = section[1] === "-" ? undefined : section[2];
            result[at] = section[1] === "-" ? `Remove-Item -LiteralPath ${quoted(`Registry::${section[2]!}`)} -Recurse -Force` : "";
            return;
        }
        const entry = /^(?:"((?:[^"\\]|\\.)*)"|(@))\s*=\s*(.*)$/.exec(line);
        if (entry !== null && key !== undefined) {
            const name = entry[2] === "@" ? "(default)" : unescaped(entry[1]!);
            result[at] = statement(key, name, entry[3]!.replace(/\s*;[^"]*$/, "").trim());
        }
    });
    return result.join("\n");
}

function statement(key: string, name: string, data: string): string {
    if (data === "-") {
        return `Remove-ItemProperty -LiteralPath ${quoted(`Registry::${key}`)} -Name ${quoted(name)} -Force`;
    }
    return `[Microsoft.Win32.Registry]::SetValue(${quoted(key)}, ${quoted(name)}, ${value(data)})`;
}

function value(data: string): string {
    const text = /^"((?:[^"\\]|\\.)*)"$/.exec(data);
    if (text !== null) {
        return quoted(unescaped(text[1]!));
    }
    const number = /^dword:([0-9a-f]{1,8})$/i.exec(data);
    if (number !== null) {
        return String(parseInt(number[1]!, 16));
    }
    const hex = /^hex(?:\(([0-9a-f]+)\))?:([0-9a-f,\s]*)$/i.exec(data);
    const bytes = Buffer.from((hex?.[2] ?? "").replace(/[^0-9a-f]/gi, ""), "hex");
    switch (hex?.[1]?.toLowerCase() ?? (hex === null ? "unknown" : "3")) {
        case "1":
        case "2":
            return quoted(bytes.toString("utf16le").replace(/\0+$/, ""));
        case "3":
            return quoted(bytes.toString("hex").toUpperCase());
        case "4":
            return bytes.length === 4 ? String(bytes.readUInt32LE()) : unreadable;
        case "7":
            return `@(${bytes.toString("utf16le").replace(/\0+$/, "").split("\0").map(quoted).join(", ")})`;
        default:
            return unreadable;
    }
}

/** An expression of which nothing is known. */
const unreadable = "(Read-Host)";

function unescaped(text: string): string {
    return text.replace(/\\(.)/g, "$1");
}

function quoted(text: string): string {
    return `'${text.replace(/'/g, "''").replace(/[\r\n]/g, " ")}'`;
}
