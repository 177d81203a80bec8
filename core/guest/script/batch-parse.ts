import { maxDepth, TooComplex } from "./parse/scan";
import { Span } from "./parse/ast";

/** A batch file, taken apart. Variables are expanded when a command runs. */
export type BatchNode = Span &
    (
        | { readonly t: "command"; readonly text: string; readonly map: readonly number[] }
        | { readonly t: "group"; readonly body: readonly BatchNode[] }
        | { readonly t: "if"; readonly test: string; readonly then: BatchNode; readonly otherwise?: BatchNode }
        | { readonly t: "for"; readonly option: string; readonly variable: string; readonly set: string; readonly body: BatchNode }
        | { readonly t: "either"; readonly left: BatchNode; readonly op: "&&" | "||"; readonly right: BatchNode }
        | { readonly t: "label"; readonly name: string }
    );

export function parseBatch(text: string): BatchNode[] {
    return new BatchParser(text).all();
}

const blank = (c: string | undefined): boolean => c === " " || c === "\t" || c === "\u00a0" || c === "\ufeff";
const lineEnd = (c: string | undefined): boolean => c === "\n" || c === "\r" || c === undefined;

class BatchParser {
    private pos = 0;
    private depth = 0;

    constructor(private readonly text: string) {}

    all(): BatchNode[] {
        const nodes: BatchNode[] = [];
        while (this.pos < this.text.length) {
            nodes.push(...this.sequence(false));
            if (this.text[this.pos] === ")") {
                // cmd ignores the rest of a line that begins with a closing parenthesis.
                this.toLineEnd();
            }
        }
        return nodes;
    }

    private get c(): string | undefined {
        return this.text[this.pos];
    }

    private skipBlank(): void {
        for (;;) {
            if (blank(this.c) || this.c === "@" || this.c === "," || this.c === ";") {
                this.pos++;
            } else if (this.c === "^" && lineEnd(this.text[this.pos + 1])) {
                this.pos += this.text.startsWith("\r\n", this.pos + 1) ? 3 : 2;
            } else {
                return;
            }
        }
    }

    private toLineEnd(): void {
        while (!lineEnd(this.c)) {
            this.pos++;
        }
    }

    private sequence(inGroup: boolean): BatchNode[] {
        const nodes: BatchNode[] = [];
        for (;;) {
            this.skipBlank();
            const c = this.c;
            if (c === undefined || c === ")") {
                return nodes;
            }
            if (c === "\n" || c === "\r" || c === "&" || c === "|") {
                this.pos++;
                continue;
            }
            const node = this.chain(inGroup);
            if (node !== undefined) {
                nodes.push(node);
            }
        }
    }

    /** Commands joined by `&&` and `||`; `&`, `|` and line ends begin a new one. */
    private chain(inGroup: boolean): BatchNode | undefined {
        let left = this.single(inGroup);
        for (;;) {
            this.skipBlank();
            const op = this.text.startsWith("&&", this.pos) ? "&&" : this.text.startsWith("||", this.pos) ? "||" : undefined;
            if (op === undefined) {
                return left;
            }
            this.pos += 2;
            this.skipBlank();
            const right = this.single(inGroup);
            if (left === undefined || right === undefined) {
                left ??= right;
            } else {
                left = { t: "either", left, op, right, start: left.start, end: right.end };
            }
        }
    }

    private single(inGroup: boolean): BatchNode | undefined {
        if (++this.depth > maxDepth) {
            throw new TooComplex(this.pos, `nested more than ${maxDepth} levels deep`);
        }
        try {
            return this.singleHere(inGroup);
        } finally {
            this.depth--;
        }
    }

    private singleHere(inGroup: boolean): BatchNode | undefined {
        this.skipBlank();
        const start = this.pos;
        if (this.c === "(") {
            this.pos++;
            const body = this.sequence(true);
            this.pos += this.text[this.pos] === ")" ? 1 : 0;
            const node: BatchNode = { t: "group", body, start, end: this.pos };
            this.redirections();
            return node;
        }
        if (this.c === ":") {
            const line = this.line();
            const name = /^:\s*([^\s:+]+)/.exec(line)?.[1];
            return line.startsWith("::") || name === undefined ? undefined : { t: "label", name: name.toLowerCase(), start, end: this.pos };
        }
        const word = /^[a-z]+(?=[\s("'/=]|$)/i.exec(this.text.slice(this.pos, this.pos + 12))?.[0].toLowerCase();
        if (word === "rem") {
            this.toLineEnd();
            return undefined;
        }
        if (word === "if") {
            return this.ifCommand(inGroup, start);
        }
        if (word === "for") {
            const found = this.forCommand(inGroup, start);
            if (found !== undefined) {
                return found;
            }
        }
        return this.command(inGroup, start);
    }

    private line(): string {
        const start = this.pos;
        this.toLineEnd();
        return this.text.slice(start, this.pos);
    }

    private redirections(): void {
        while (true) {
            this.skipBlank();
            const match = /^[0-9]?[<>]>?(?:&\d|\s*(?:"[^"]*"|[^\s&|)]+))/.exec(this.text.slice(this.pos, this.pos + 300));
            if (match === null) {
                return;
            }
            this.pos += match[0].length;
        }
    }

    private ifCommand(inGroup: boolean, start: number): BatchNode | undefined {
        this.pos += 2;
        const rest = this.text.slice(this.pos, this.pos + 2000);
        const operand = `(?:"[^"\\r\\n]*"|[^\\s"=])+`;
        const test = new RegExp(
            `^(?:\\s+/i)?(?:\\s+not)?\\s+(?:(?:exist|defined|errorlevel|cmdextversion)\\s+${operand}|${operand}\\s*==\\s*${operand}|${operand}\\s+(?:equ|neq|lss|leq|gtr|geq)\\s+${operand})`,
            "i",
        ).exec(rest)?.[0];
        if (test === undefined) {
            return this.command(inGroup, start);
        }
        this.pos += test.length;
        this.skipBlank();
        const then = this.single(inGroup) ?? { t: "group" as const, body: [], start: this.pos, end: this.pos };
        const before = this.pos;
        while (blank(this.c)) {
            this.pos++;
        }
        if (then.t === "group" && /^else(?=[\s(])/i.test(this.text.slice(this.pos, this.pos + 5))) {
            this.pos += 4;
            this.skipBlank();
            const otherwise = this.single(inGroup);
            return { t: "if", test: test.trim(), then, ...(otherwise === undefined ? {} : { otherwise }), start, end: this.pos };
        }
        this.pos = before;
        return { t: "if", test: test.trim(), then, start, end: this.pos };
    }

    private forCommand(inGroup: boolean, start: number): BatchNode | undefined {
        const head = /^for\s+((?:\/[a-z]\s+(?:"[^"]*"\s+)?)*)(%%?[a-z#?])\s+in\s*\(([^)]*)\)\s*do\s+/i.exec(this.text.slice(this.pos, this.pos + 4000));
        if (head === null) {
            return undefined;
        }
        this.pos += head[0].length;
        const body = this.single(inGroup);
        return body && { t: "for", option: (head[1] ?? "").trim().toLowerCase(), variable: head[2]!.replace(/%/g, ""), set: head[3]!, body, start, end: this.pos };
    }

    /** The text of one command, without escapes and comments, with the offset of every character. */
    private command(inGroup: boolean, start: number): BatchNode | undefined {
        let text = "";
        const map: number[] = [];
        let quoted = false;
        let end = start;
        for (;;) {
            const c = this.c;
            if (lineEnd(c) || c === undefined) {
                break;
            }
            if (!quoted) {
                if (c === "&" || c === "|" || (c === ")" && inGroup)) {
                    if (!(c === "&" && /[<>]$/.test(text))) {
                        break;
                    }
                }
                if (c === "^") {
                    const next = this.text[this.pos + 1];
                    if (lineEnd(next)) {
                        this.pos += this.text.startsWith("\r\n", this.pos + 1) ? 3 : 2;
                        continue;
                    }
                    this.pos++;
                }
            }
            const d = this.text[this.pos]!;
            if (d === '"') {
                quoted = !quoted;
            }
            text += d;
            map.push(this.pos);
            this.pos++;
            end = this.pos;
        }
        return text.trim() === "" ? undefined : { t: "command", text, map, start, end };
    }
}
