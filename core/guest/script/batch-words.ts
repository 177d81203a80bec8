import { HOLE, asPattern, notKnown, str, Val } from "./value";
import { ScriptSource } from "./source";

/** A command after variables have been put in; `map` has the offset of each character, -1 where it came from a variable. */
export interface Expanded {
    readonly text: string;
    readonly map: readonly number[];
}

/** Lines that grow beyond this by their variables are not followed; cmd itself stops at 8,191 characters. */
const longestLine = 100_000;

/** Puts in `%NAME%`, `!NAME!` and `%%i`. */
export function expandBatch(text: string, map: readonly number[], variable: (name: string) => Val | undefined): Expanded {
    if (!/[%!]/.test(text)) {
        return { text, map };
    }
    let out = "";
    const offsets: number[] = [];
    const put = (value: Val | undefined) => {
        const part = value === undefined ? "" : asPattern(value);
        out += part;
        for (let n = 0; n < part.length; n++) {
            offsets.push(-1);
        }
    };
    const pattern = /%%(~[a-z]*)?([a-z#?])(?![a-z0-9_]*%)|%%|%(~[a-z]*\d|[0-9*])|%([^%\s=&|<>"]+)%|!([^!\s=&|<>"]+)!|%(?=[a-z]\b)([a-z])/giy;
    for (let at = 0; at < text.length; ) {
        pattern.lastIndex = at;
        const match = /[%!]/.test(text[at]!) ? pattern.exec(text) : null;
        if (match === null) {
            out += text[at];
            offsets.push(map[at] ?? -1);
            at++;
            continue;
        }
        const [whole, , loop, argument, name, delayed, single] = match;
        if (whole === "%%") {
            out += "%";
            offsets.push(map[at] ?? -1);
        } else if (loop !== undefined || single !== undefined) {
            const value = variable(`%${loop ?? single}`);
            if (value === undefined && single !== undefined) {
                out += whole;
                for (let n = 0; n < whole.length; n++) {
                    offsets.push(map[at + n] ?? -1);
                }
            } else {
                put(value === undefined ? notKnown("") : value.k === "string" && match[1] !== undefined ? str(value.v.replace(/^"|"$/g, "")) : value);
            }
        } else if (argument !== undefined) {
            put(notKnown("an argument of the batch file"));
        } else {
            put(variable((name ?? delayed)!));
        }
        at += whole.length;
        if (out.length > longestLine) {
            return { text: HOLE, map: [-1] };
        }
    }
    return { text: out, map: offsets };
}

/** The words of a command line as programs get them, and the files that its output goes to. */
export function wordsOf(expanded: Expanded, source: ScriptSource): { words: Val[]; files: string[] } {
    const { text, map } = expanded;
    const words: Val[] = [];
    const files: string[] = [];
    let at = 0;
    let target = false;
    let quotesLeft = (text.match(/"/g) ?? []).length;
    while (at < text.length) {
        while (/\s/.test(text[at] ?? "")) {
            at++;
        }
        if (at >= text.length) {
            break;
        }
        const redirect = /^[0-9]?(?:>>?|<)(?:&[0-9])?/.exec(text.slice(at, at + 5))?.[0];
        if (redirect !== undefined) {
            at += redirect.length;
            target = !redirect.includes("&");
            continue;
        }
        let word = "";
        let first = -1;
        let last = -1;
        let exact = true;
        let quoted = false;
        for (; at < text.length; at++) {
            let c = text[at]!;
            if (!quoted && (/\s/.test(c) || c === ">" || c === "<")) {
                break;
            }
            quotesLeft -= c === '"' ? 1 : 0;
            // `\"` is a quote inside a word; people also end quoted registry keys with a backslash, and mean the end.
            if (c === "\\" && text[at + 1] === '"' && !(quoted && /^\s?$/.test(text[at + 2] ?? "") && quotesLeft % 2 === 1)) {
                quotesLeft--;
                at++;
                c = '"';
                exact = false;
            } else if (c === '"') {
                quoted = !quoted;
                continue;
            }
            const offset = map[at] ?? -1;
            if (offset < 0 || (last >= 0 && offset !== last + 1)) {
                exact = false;
            }
            first = first < 0 ? offset : first;
            last = offset;
            word += c;
        }
        if (target) {
            files.push(word);
            target = false;
        } else if (word.includes(HOLE)) {
            words.push(notKnown("a variable of the batch file is not known", word));
        } else {
            words.push({ k: "string", v: word, ...(exact && first >= 0 ? { src: { source, start: first, end: last + 1 } } : {}) });
        }
    }
    return { words, files };
}

