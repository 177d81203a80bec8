/** A place in a script where a password stands in clear. Nothing of it is kept. */
export interface LiteralPassword {
    /** From 1. */
    readonly line: number;
    /** "net user" */
    readonly command: string;
}

/** A quoted text without a variable in it, or a bare word that is neither a variable, a switch nor a placeholder. */
const singleQuoted = "'[^'\\n]+'";
const doubleQuoted = '"[^"$\\n%{}<>]+"';
const bare = "(?![/*$%<{(\\[#-])[^\\s|;&>\"'%$<{}]+";
const quoted = `(?:${singleQuoted}|${doubleQuoted})`;

interface Form {
    readonly command: string;
    readonly pattern: RegExp;
}

/** Ways to write a password into a script of either language. */
const everywhere: readonly Form[] = [
    // `net user NAME *` asks, `net user NAME /active:yes` sets none.
    { command: "net user", pattern: new RegExp(`\\bnet1?(?:\\.exe)?\\s+users?\\s+(?:${quoted}|[^\\s/]+)\\s+(?:${quoted}|${bare})`, "i") },
    { command: "ConvertTo-SecureString", pattern: new RegExp(`\\bConvertTo-SecureString\\b(?=[^\\n|;]*-AsPlainText)(?:\\s+-(?:AsPlainText|Force|String))*[\\s:]+${quoted}`, "i") },
    { command: "ConvertTo-SecureString", pattern: new RegExp(`${quoted}\\s*\\|\\s*ConvertTo-SecureString\\b[^\\n|;]*-AsPlainText`, "i") },
    { command: "SetPassword", pattern: new RegExp(`\\.SetPassword\\(\\s*${quoted}\\s*\\)`, "i") },
];

/** The same with a variable in place of the password. */
const ofVariables: readonly Form[] = [
    { command: "ConvertTo-SecureString", pattern: /\bConvertTo-SecureString\b(?=[^\n|;]*-AsPlainText)(?:\s+-(?:AsPlainText|Force|String))*[\s:]+["']?\$(\w+)/i },
    { command: "ConvertTo-SecureString", pattern: /\$(\w+)\s*\|\s*ConvertTo-SecureString\b[^\n|;]*-AsPlainText/i },
    { command: "net user", pattern: new RegExp(`\\bnet1?(?:\\.exe)?\\s+users?\\s+(?:${quoted}|[^\\s/]+)\\s+"?\\$(\\w+)`, "i") },
    { command: "SetPassword", pattern: /\.SetPassword\(\s*"?\$(\w+)/i },
];

/** `$word = 'literal'`, and later `ConvertTo-SecureString $word -AsPlainText`. */
const assignment = new RegExp(`^\\s*(?:\\[\\w+\\])?\\$(\\w+)\\s*=\\s*${quoted}\\s*;?\\s*$`, "i");

const anyAssignment = /^\s*(?:\[\w+\])?\$(\w+)\s*=/;

/** Passwords that a script holds in clear, by line: for one that comes from a parameter, a vault or the machine itself there is none. */
export function literalPasswords(script: string, language: "powershell" | "batch"): LiteralPassword[] {
    const lines = scriptLines(script, language);
    const found: LiteralPassword[] = [];
    const literals = new Set<string>();
    lines.forEach((text, i) => {
        if (text === "") {
            return;
        }
        const assigned = anyAssignment.exec(text)?.[1]?.toLowerCase();
        if (assigned !== undefined) {
            literals[assignment.test(text) ? "add" : "delete"](assigned);
        }
        const form = everywhere.find(({ pattern }) => pattern.test(text));
        const taken = form ?? ofVariables.find(({ pattern }) => literals.has(pattern.exec(text)?.[1]?.toLowerCase() ?? ""));
        if (taken !== undefined) {
            found.push({ line: i + 1, command: taken.command });
        }
    });
    return found;
}

/** Longer lines are data, and patterns would take long over them. */
const longestLine = 1000;
/** As for the reader, which says so. */
const longestScript = 1_500_000;

/** The lines of a script without its comments; they keep their numbers. A `#` inside a line is left alone: it may be part of a password. */
export function scriptLines(script: string, language: "powershell" | "batch"): string[] {
    if (script.length > longestScript) {
        return [];
    }
    const text = script.replace(/\r\n?/g, "\n");
    const lines = (language === "batch" ? text : withoutBlockComments(text)).split("\n");
    const comment = language === "batch" ? /^\s*@?(?:rem\b|::)/i : /^\s*#/;
    return lines.map((line) => (line.length > longestLine || comment.test(line) ? "" : line));
}

function withoutBlockComments(text: string): string {
    const kept: string[] = [];
    let from = 0;
    for (let start = text.indexOf("<#"); start >= 0; start = text.indexOf("<#", from)) {
        const end = text.indexOf("#>", start + 2);
        const stop = end < 0 ? text.length : end + 2;
        kept.push(text.slice(from, start), text.slice(start, stop).replace(/[^\n]+/g, ""));
        from = stop;
    }
    return [...kept, text.slice(from)].join("");
}

/** Commands after which somebody may log on who could not before: a password, an account, or a domain with its accounts. */
const grants =
    /\bnet1?(?:\.exe)?\s+users?\s+\S+\s+[^\s/]|\b(?:New|Set)-LocalUser\b|\.SetPassword\(|\bsetAdminAccount\b|\bAdd-Computer\b|\bdjoin\b|\bnetdom(?:\.exe)?\s+join\b|\bInstall-ADDS(?:Forest|DomainController|Domain)\b|\bNew-ADUser\b|aws:domainJoin|\bJoinDomain|\bEC2LaunchSettings\b|\bAdminPasswordType\b/i;

/** Whether a script may give somebody a credential. Lenient: a word is enough. */
export function mayGrantLogOn(script: string): boolean {
    return grants.test(script);
}
