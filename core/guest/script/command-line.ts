import { decodeBytes, powershellArguments } from "./decode";

/** What a command line such as a `commandToExecute` runs. */
export interface CommandLine {
    readonly script: string;
    readonly language: "powershell" | "batch";
    /** Where the script stands in the given text; undefined where it was decoded or unescaped. */
    readonly offset: number | undefined;
    /** It runs a file whose content is not in the command line. */
    readonly file?: string;
}

/**
 * The script inside a command line: the text behind `powershell -Command`, a decoded `-EncodedCommand`, or else the
 * command line itself, which cmd runs.
 */
export function commandLine(text: string): CommandLine {
    const whole: CommandLine = { script: text, language: "batch", offset: 0 };
    const outer = /^\s*(?:"?(?:[a-z]:|%\w+%)?[\w\\/. ]*?)?\bcmd(?:\.exe)?"?\s+\/[ck]\s+/i.exec(text);
    if (outer !== null) {
        const rest = text.slice(outer[0].length);
        const quoted = /^"([\s\S]*)"\s*$/.exec(rest);
        const from = outer[0].length + (quoted === null ? 0 : 1);
        const inner = commandLine(quoted?.[1] ?? rest);
        return { ...inner, offset: inner.offset === undefined ? undefined : inner.offset + from };
    }
    const head = /^\s*"?(?:[a-z]:|%\w+%)?[\w\\/.%]*?(?:powershell|pwsh)(?:\.exe)?"?(?=\s)/i.exec(text);
    // What only PowerShell 7 reads is left to whoever reads the line as cmd's, and knows who runs it.
    if (head === null || (/pwsh/i.test(head[0]) && /&&|\|\|/.test(text))) {
        return whole;
    }
    const words = [...text.slice(head[0].length).matchAll(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g)].map((m) => ({ text: m[0], at: head[0].length + m.index, end: head[0].length + m.index + m[0].length }));
    const found = powershellArguments(words.map((w) => unquote(w.text)));
    const first = found.kind === "none" ? undefined : words[found.from];
    if (found.kind === "none" || first === undefined) {
        return whole;
    }
    const value = unquote(first.text);
    switch (found.kind) {
        case "encoded": {
            const script = decodeBytes(value, "utf16le");
            return script === undefined ? whole : { script, language: "powershell", offset: undefined };
        }
        case "file":
            return { ...whole, file: value };
        case "command": {
            // Behind an unquoted `&` or `|` cmd goes on with commands of its own: then the line is read as cmd's.
            if (/[&|<>^%]/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, ""))) {
                return whole;
            }
            const raw = text.slice(first.at).trimEnd();
            const inner = /^"((?:[^"\\]|\\.)*)"$/s.exec(raw);
            if (inner === null) {
                return raw.includes('"') ? { script: raw.replace(/\\"/g, "\u0001").replace(/"/g, "").replace(/\u0001/g, '"'), language: "powershell", offset: undefined } : { script: raw, language: "powershell", offset: first.at };
            }
            const plain = !/\\"/.test(inner[1]!);
            return { script: inner[1]!.replace(/\\"/g, '"'), language: "powershell", offset: plain ? first.at + 1 : undefined };
        }
    }
}

const unquote = (word: string): string => word.replace(/\\"/g, "\u0001").replace(/"/g, "").replace(/\u0001/g, '"');
