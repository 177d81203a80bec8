import { lookup } from "../lookup";
import { Expr } from "./ast";
import { isDoubleQuote, isNewline, isSingleQuote, Scanner } from "./scan";

const suffixes = lookup<number>({ kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30, tb: 2 ** 40, pb: 2 ** 50 });
const numberPattern = /(?:0x[0-9a-f]+|\d+\.\d+(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|\d+(?:e[+-]?\d+)?)(?:u?l|d)?(?:[kmgtp]b)?(?![\p{L}\p{Nd}_])/iuy;
export const variablePattern = /(?:(?:global|local|private|script|using|workflow|env|variable|function|alias|hklm|hkcu|[\p{L}\p{Nd}_]+):(?=[\p{L}\p{Nd}_]))?[\p{L}\p{Nd}_?]+|[$^]/iuy;
const escapes = lookup<string>({ n: "\n", r: "\r", t: "\t", "0": "\0", a: "\x07", b: "\b", f: "\f", v: "\v", e: "\x1b" });

/** Parses a number here, or nothing. */
export function number(s: Scanner): Expr | undefined {
    const start = s.pos;
    const text = s.take(numberPattern);
    if (text === undefined) {
        return undefined;
    }
    const lower = text.toLowerCase();
    const suffix = lower.startsWith("0x") && !/[kmgtp]b$/.test(lower) ? undefined : /[kmgtp]b$/.exec(lower)?.[0];
    const digits = lower.slice(0, lower.length - (suffix?.length ?? 0)).replace(lower.startsWith("0x") ? /u?l$/ : /(u?l|d)$/, "");
    return { t: "number", value: Number(digits) * (suffix === undefined ? 1 : suffixes[suffix]!), start, end: s.pos };
}

/** The text of an escape sequence; the scanner stands on the backtick. */
export function escape(s: Scanner): string {
    const c = s.peek(1);
    if (c === undefined) {
        s.pos++;
        return "";
    }
    if (c === "\r" && s.peek(2) === "\n") {
        s.pos += 3;
        return "";
    }
    s.pos += 2;
    return isNewline(c) ? "" : (escapes[c] ?? c);
}

/** Parses strings and variables. */
export class LiteralParser {
    constructor(
        readonly s: Scanner,
        /** Parses `$(…)`. */
        private readonly subexpression: () => Expr,
    ) {}

    /** `$name`, `${name}`, `$scope:name`; nothing where `$` stands for itself. */
    variable(): Expr | undefined {
        const { s } = this;
        const start = s.pos;
        if (s.peek(1) === "{") {
            const end = s.text.indexOf("}", s.pos);
            if (end < 0) {
                s.fail("'}' is missing after a variable name");
            }
            s.pos = end + 1;
            return { t: "variable", name: s.text.slice(start + 2, end).toLowerCase(), start, end: s.pos };
        }
        s.pos++;
        const name = s.take(variablePattern);
        if (name === undefined) {
            s.pos = start;
            return undefined;
        }
        return { t: "variable", name: name.toLowerCase(), start, end: s.pos };
    }

    singleQuoted(): Expr {
        const { s } = this;
        const start = s.pos;
        s.pos++;
        let value = "";
        let from = s.pos;
        for (;;) {
            const c = s.peek();
            if (c === undefined) {
                s.fail("a string has no closing quote", start);
            }
            s.pos++;
            if (isSingleQuote(c)) {
                value += s.text.slice(from, s.pos - 1);
                if (!isSingleQuote(s.peek())) {
                    return { t: "string", value, start, end: s.pos };
                }
                from = s.pos;
                s.pos++;
            }
        }
    }

    doubleQuoted(): Expr {
        const { s } = this;
        const start = s.pos;
        s.pos++;
        const parts = new Parts();
        for (;;) {
            const c = s.peek();
            if (c === undefined) {
                s.fail("a string has no closing quote", start);
            }
            if (c !== undefined && isDoubleQuote(c)) {
                s.pos++;
                if (!isDoubleQuote(s.peek())) {
                    return parts.finish(start, s.pos, false);
                }
                parts.text(c);
                s.pos++;
            } else {
                this.expandable(parts);
            }
        }
    }

    hereString(): Expr {
        const { s } = this;
        const start = s.pos;
        const isQuote = isSingleQuote(s.peek(1)) ? isSingleQuote : isDoubleQuote;
        s.pos += 2;
        s.take(/[ \t]*/y);
        if (!isNewline(s.peek())) {
            s.fail("nothing may follow the opening of a here-string on its line", start);
        }
        s.pos += s.peek() === "\r" && s.peek(1) === "\n" ? 2 : 1;
        const parts = new Parts();
        const closes = (at: number) => isQuote(s.text[at]) && s.text[at + 1] === "@";
        if (closes(s.pos)) {
            s.pos += 2;
            return parts.finish(start, s.pos, false);
        }
        for (;;) {
            const c = s.peek();
            if (c === undefined) {
                s.fail("a here-string has no end (its closing quote must begin a line)", start);
            }
            if (isNewline(c)) {
                const width = c === "\r" && s.peek(1) === "\n" ? 2 : 1;
                if (closes(s.pos + width)) {
                    s.pos += width + 2;
                    return parts.finish(start, s.pos, false);
                }
                parts.text(s.text.slice(s.pos, s.pos + width));
                s.pos += width;
            } else if (isQuote === isDoubleQuote) {
                this.expandable(parts);
            } else {
                const line = s.take(/[^\r\n]+/y)!;
                parts.text(line);
            }
        }
    }

    /** One piece of a double-quoted string or of a bare word: text, an escape, a variable or a subexpression. */
    expandable(parts: Parts): void {
        const { s } = this;
        const c = s.peek()!;
        if (c === "`") {
            parts.text(escape(s));
        } else if (c === "$" && s.peek(1) === "(") {
            parts.push(this.subexpression());
        } else if (c === "$") {
            const variable = s.peek(1) === "$" || s.peek(1) === "^" ? undefined : this.variable();
            if (variable === undefined) {
                parts.text("$");
                s.pos++;
            } else {
                parts.push(variable);
            }
        } else {
            const plain = s.take(/[^\r\n`$"\u201c-\u201e]+/y);
            if (plain === undefined) {
                s.pos++;
            }
            parts.text(plain ?? c);
        }
    }
}

/** Pieces of an expandable string; adjacent texts become one. */
export class Parts {
    private readonly pieces: (string | Expr)[] = [];

    text(text: string): void {
        const last = this.pieces.length - 1;
        if (typeof this.pieces[last] === "string") {
            this.pieces[last] += text;
        } else {
            this.pieces.push(text);
        }
    }

    push(e: Expr): void {
        this.pieces.push(e);
    }

    finish(start: number, end: number, bare: boolean): Expr {
        const mark = bare ? { bare } : {};
        if (this.pieces.every((p) => typeof p === "string")) {
            return { t: "string", value: this.pieces.join(""), ...mark, start, end };
        }
        return { t: "interpolated", parts: this.pieces, ...mark, start, end };
    }
}
