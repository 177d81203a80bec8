import { Argument, Command, Expr, Redirection } from "./ast";
import { ExpressionParser } from "./expressions";
import { number, Parts } from "./literals";
import { isBlank, isDash, isDoubleQuote, isNewline, isSingleQuote, isWordChar, Scanner } from "./scan";

/** Parses commands: there, words need no quotes and the rules for tokens differ from those of expressions. */
export class CommandParser {
    constructor(
        private readonly s: Scanner,
        private readonly expressions: ExpressionParser,
    ) {}

    command(): Command {
        const { s } = this;
        const start = s.pos;
        let invocation: Command["invocation"] = "";
        const c = s.peek();
        if (c === "&" || (c === "." && this.isDotSource())) {
            invocation = c;
            s.pos++;
            s.skip();
        }
        const name = this.name();
        const args: Argument[] = [];
        const redirections: Redirection[] = [];
        let end = s.pos;
        let verbatim: string | undefined;
        for (;;) {
            s.skip();
            if (this.atCommandEnd()) {
                break;
            }
            if (s.peek() === "-" && s.see(/--%/y) !== undefined) {
                s.pos += 3;
                verbatim = s.take(/(?:"[^"\r\n]*"?|[^"\r\n|])*/y)?.trim();
                end = s.pos;
                break;
            }
            const redirection = this.redirection();
            if (redirection !== undefined) {
                redirections.push(redirection);
            } else {
                args.push(this.argument());
            }
            end = s.pos;
        }
        return { t: "command", invocation, name, args, redirections, ...(verbatim === undefined ? {} : { verbatim }), start, end };
    }

    /** `. script` against `.\script`. */
    private isDotSource(): boolean {
        const next = this.s.peek(1);
        return isBlank(next) || next === "$" || next === "(" || next === "{" || isSingleQuote(next) || isDoubleQuote(next);
    }

    private name(): Expr {
        const { s } = this;
        const c = s.peek();
        if (c === undefined || isNewline(c)) {
            s.fail("a command name expected");
        }
        if (isSingleQuote(c) || isDoubleQuote(c) || c === "(" || c === "{") {
            return this.expressions.postfix(this.expressions.primary());
        }
        if (c === "$") {
            return this.dollar();
        }
        return this.word();
    }

    atCommandEnd(): boolean {
        const { s } = this;
        const c = s.peek();
        return c === undefined || isNewline(c) || c === ";" || c === "|" || c === ")" || c === "}" || c === "&";
    }

    private redirection(): Redirection | undefined {
        const { s } = this;
        if (s.take(/[1-6*]?>&[12]/y) !== undefined) {
            return { append: false };
        }
        const operator = s.take(/[1-6*]?>>?/y);
        if (operator === undefined) {
            return undefined;
        }
        s.skip();
        const stream = /^[2-6]/.test(operator);
        const target = this.value();
        return stream ? { append: false } : { target, append: operator.endsWith(">>") };
    }

    private argument(): Argument {
        const { s } = this;
        s.count();
        const start = s.pos;
        if (isDash(s.peek()) && (isWordChar(s.peek(1)) || s.peek(1) === "?") && !/\d/.test(s.peek(1) ?? "")) {
            s.pos++;
            const name = s.take(/[^\s:(){};|&,"'.`[\u2018-\u201e]+/y) ?? "";
            if (s.peek() === ":") {
                s.pos++;
                s.skip();
                const value = this.atCommandEnd() ? undefined : this.list();
                return { t: "parameter", name, ...(value === undefined ? {} : { value }), start, end: s.pos };
            }
            if (this.endsHere()) {
                return { t: "parameter", name, start, end: s.pos };
            }
            // `-foo.bar` and the like are words for native programs.
            s.pos = start;
            const value = this.word();
            return { t: "argument", value, start, end: s.pos };
        }
        const value = this.list();
        return { t: "argument", value, start, end: s.pos };
    }

    /** One value, or several joined by commas. */
    private list(): Expr {
        const { s } = this;
        const first = this.value();
        const items = [first];
        for (;;) {
            const before = s.pos;
            s.skip();
            if (s.peek() !== ",") {
                s.pos = before;
                break;
            }
            s.pos++;
            s.skip(true);
            if (this.atCommandEnd()) {
                s.fail("a value expected after ','");
            }
            items.push(this.value());
        }
        return items.length === 1 ? first : { t: "array", items, start: first.start, end: items[items.length - 1]!.end };
    }

    value(): Expr {
        const { s } = this;
        const c = s.peek();
        if (c === undefined) {
            return s.fail("the script ends in the middle of a command");
        }
        if (isSingleQuote(c) || isDoubleQuote(c) || c === "(" || c === "{") {
            return this.expressions.postfix(this.expressions.primary());
        }
        if (c === "@" && /[({"'\p{L}_\u2018-\u201e]/u.test(s.peek(1) ?? "")) {
            return this.expressions.postfix(this.expressions.primary());
        }
        if (c === "$") {
            return this.dollar();
        }
        if (/[\d.]/.test(c) || (isDash(c) && /[\d.]/.test(s.peek(1) ?? ""))) {
            const start = s.pos;
            const negative = isDash(c);
            s.pos += negative ? 1 : 0;
            const value = number(s);
            if (value?.t === "number" && this.endsHere()) {
                return { t: "number", value: negative ? -value.value : value.value, start, end: s.pos };
            }
            s.pos = start;
        }
        if (c === ",") {
            return s.fail("a value expected before ','");
        }
        return this.word();
    }

    /** A variable with its members, or, where more text follows, a word that begins with one. */
    private dollar(): Expr {
        const { s } = this;
        const start = s.pos;
        if (s.peek(1) !== "(" && this.expressions.literals.variable() === undefined) {
            return this.word();
        }
        s.pos = start;
        const value = this.expressions.postfix(this.expressions.primary());
        if (this.endsHere()) {
            return value;
        }
        s.back(start);
        return this.word();
    }

    private endsHere(): boolean {
        const { s } = this;
        const c = s.peek();
        return isBlank(c) || c === "," || this.atCommandEnd() || (c === "`" && isNewline(s.peek(1)));
    }

    /** A word without quotes around it, with quoted parts and variables inside. */
    private word(): Expr {
        const { s } = this;
        const start = s.pos;
        const parts = new Parts();
        while (!this.endsHere() && s.peek() !== "{") {
            const c = s.peek()!;
            if (c === "(" ) {
                break;
            }
            if (isSingleQuote(c) || isDoubleQuote(c)) {
                const quoted = this.expressions.primary();
                if (quoted.t === "string") {
                    parts.text(quoted.value);
                } else if (quoted.t === "interpolated") {
                    quoted.parts.forEach((p) => (typeof p === "string" ? parts.text(p) : parts.push(p)));
                }
            } else if (c === "`" || c === "$") {
                this.expressions.literals.expandable(parts);
            } else {
                parts.text(s.take(/[^\s(){};|&,"'`$\u2018-\u201e]+/y) ?? s.text[s.pos++]!);
            }
        }
        if (s.pos === start) {
            s.fail(`unexpected '${s.peek()}'`);
        }
        return parts.finish(start, s.pos, true);
    }
}
