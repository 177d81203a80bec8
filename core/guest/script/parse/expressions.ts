import { Expr, ScriptBlock, Stmt } from "./ast";
import { LiteralParser, number, variablePattern } from "./literals";
import { isDash, isDoubleQuote, isNewline, isSingleQuote, Scanner } from "./scan";

/** What expressions need of the statement parser. */
export interface StatementParser {
    /** Statements up to (and not including) the closing character. */
    statements(close: ")" | "}"): Stmt[];
    scriptBlock(): ScriptBlock;
    /** One statement such as may stand to the right of `=`. */
    statement(): Stmt;
}

const levels: readonly (readonly string[])[] = [
    ["and", "or", "xor"],
    ["band", "bor", "bxor"],
    ["eq", "ne", "gt", "ge", "lt", "le", "like", "notlike", "match", "notmatch", "contains", "notcontains", "in", "notin", "replace", "split", "join", "is", "isnot", "as", "shl", "shr"],
];
const precedence = new Map<string, number>(levels.flatMap((names, level) => names.map((name): [string, number] => [name, level + 1])));
const ADDITIVE = 4;
const MULTIPLICATIVE = 5;
const FORMAT = 6;
const RANGE = 7;
const COMMA = 8;

const wordPattern = /[\p{L}_][\p{L}\p{Nd}_]*/uy;

/** Parses expressions from their first character on. */
export class ExpressionParser {
    readonly literals: LiteralParser;

    constructor(
        readonly s: Scanner,
        private readonly statements: StatementParser,
    ) {
        this.literals = new LiteralParser(s, () => this.group("sub", 2));
    }

    /** An expression with binary operators; `comma: false` inside the argument list of a method. */
    expression(comma = true): Expr {
        return this.s.nested(() => this.binary(1, comma));
    }

    private binary(lowest: number, comma: boolean): Expr {
        const { s } = this;
        let left = this.unary(comma);
        for (;;) {
            const before = s.pos;
            s.skip();
            const operator = this.operator(comma);
            if (operator === undefined || operator.level < lowest) {
                s.pos = before;
                return left;
            }
            s.pos += operator.length;
            s.skip(true);
            if (operator.name === ",") {
                const items = [left];
                items.push(this.unary(comma));
                for (;;) {
                    const after = s.pos;
                    s.skip();
                    if (s.peek() !== ",") {
                        s.pos = after;
                        break;
                    }
                    s.pos++;
                    s.skip(true);
                    items.push(this.unary(comma));
                }
                left = { t: "array", items, start: left.start, end: items[items.length - 1]!.end };
            } else {
                const right = this.s.nested(() => this.binary(operator.level + 1, comma));
                left = { t: "binary", op: operator.name, left, right, start: left.start, end: right.end };
            }
        }
    }

    private operator(comma: boolean): { name: string; level: number; length: number } | undefined {
        const { s } = this;
        const c = s.peek();
        if (isDash(c)) {
            s.pos++;
            const word = s.see(wordPattern);
            s.pos--;
            if (word !== undefined) {
                const name = word.toLowerCase();
                if (name === "f") {
                    return { name, level: FORMAT, length: 2 };
                }
                const plain = precedence.has(name) ? name : name.slice(1);
                const level = precedence.has(name) || /^[ci]/.test(name) ? precedence.get(plain) : undefined;
                return level === undefined ? undefined : { name: plain, level, length: word.length + 1 };
            }
            return isDash(s.peek(1)) || s.peek(1) === "=" ? undefined : { name: "-", level: ADDITIVE, length: 1 };
        }
        switch (c) {
            case "+":
                return s.peek(1) === "+" || s.peek(1) === "=" ? undefined : { name: c, level: ADDITIVE, length: 1 };
            case "*":
            case "/":
            case "%":
                return s.peek(1) === "=" ? undefined : { name: c, level: MULTIPLICATIVE, length: 1 };
            case ".":
                return s.peek(1) === "." ? { name: "..", level: RANGE, length: 2 } : undefined;
            case ",":
                return comma ? { name: ",", level: COMMA, length: 1 } : undefined;
            default:
                return undefined;
        }
    }

    private unary(comma: boolean): Expr {
        const { s } = this;
        const start = s.pos;
        const c = s.peek();
        const operand = (length: number, op: string): Expr => {
            s.pos += length;
            s.skip(true);
            const inner = s.nested(() => this.unary(comma));
            return { t: "unary", op, operand: inner, start, end: inner.end };
        };
        if (c === "!") {
            return operand(1, "not");
        }
        if (c === "," && comma) {
            s.pos++;
            s.skip(true);
            const inner = s.nested(() => this.unary(comma));
            return { t: "array", items: [inner], start, end: inner.end };
        }
        if (c === "+") {
            return s.peek(1) === "+" ? operand(2, "++") : operand(1, "+");
        }
        if (isDash(c)) {
            if (isDash(s.peek(1))) {
                return operand(2, "--");
            }
            s.pos++;
            const word = s.see(wordPattern)?.toLowerCase();
            s.pos--;
            if (word === "not" || word === "bnot" || word === "join" || word === "split" || word === "isplit" || word === "csplit") {
                return operand(word.length + 1, /split$/.test(word) ? "split" : word);
            }
            if (word !== undefined) {
                s.fail(`'-${word}' is no operator that can stand here`);
            }
            return operand(1, "-");
        }
        if (c === "[") {
            const type = this.type();
            const before = s.pos;
            s.skip();
            // A type literal used as a value: [x]::y, [x], or the end of the expression.
            const next = s.peek();
            const dashed = isDash(next);
            if (next !== undefined && (next === "$" || next === "(" || next === "@" || next === "[" || next === "{" || next === "+" || /[\d.]/.test(next) || isSingleQuote(next) || isDoubleQuote(next) || (dashed && /\d/.test(s.peek(1) ?? "")))) {
                if (!(next === "." && !/\d/.test(s.peek(1) ?? ""))) {
                    const inner = s.nested(() => this.unary(comma));
                    return { t: "cast", type: type.name, operand: inner, start, end: inner.end };
                }
            }
            s.pos = before;
            return this.postfix({ t: "type", name: type.name, start, end: before });
        }
        return this.postfix(this.primary());
    }

    /** `[a.b[c,d]]`, or an attribute with arguments, which may go over several lines; the scanner stands on the bracket. */
    type(): { readonly name: string } {
        const { s } = this;
        const start = s.pos;
        let depth = 0;
        let parens = 0;
        do {
            const before = s.pos;
            if (parens > 0) {
                s.skip(true);
            }
            const c = s.peek();
            const text = c === "@" ? s.peek(1) : c;
            if (c === undefined || (isNewline(c) && parens === 0)) {
                s.fail("']' is missing after a type name", start);
            } else if (parens > 0 && (isSingleQuote(text) || isDoubleQuote(text))) {
                this.primary();
            } else if (s.pos === before) {
                depth += c === "[" ? 1 : c === "]" ? -1 : 0;
                parens += c === "(" ? 1 : c === ")" ? -1 : 0;
                s.pos++;
            }
        } while (depth > 0);
        return { name: s.text.slice(start + 1, s.pos - 1).replace(/\s+/g, "").toLowerCase() };
    }

    /** Member accesses, method calls, indices and `++` that follow a value without a blank. */
    postfix(value: Expr): Expr {
        const { s } = this;
        let result = value;
        for (;;) {
            const c = s.peek();
            const next = s.peek(1);
            if (c === "[") {
                s.pos++;
                s.skip(true);
                const index = this.expression();
                s.skip(true);
                s.expect("]");
                result = { t: "index", target: result, index, start: result.start, end: s.pos };
            } else if ((c === "." && next !== undefined && next !== "." && !/[\s\\/]/.test(next)) || (c === ":" && next === ":") || (c === "." && isNewline(next))) {
                const isStatic = c === ":";
                s.pos += isStatic ? 2 : 1;
                s.skip(true);
                const name = this.memberName();
                if (s.peek() === "(") {
                    const args = this.methodArguments();
                    result = { t: "invoke", target: result, name, args, isStatic, start: result.start, end: s.pos };
                } else if (s.peek() === "{" && name.t === "string" && /^(foreach|where)$/i.test(name.value)) {
                    const block = this.primary();
                    result = { t: "invoke", target: result, name, args: [block], isStatic, start: result.start, end: s.pos };
                } else {
                    result = { t: "member", target: result, name, isStatic, start: result.start, end: s.pos };
                }
            } else if ((c === "+" && next === "+") || (isDash(c) && isDash(next) && (result.t === "variable" || result.t === "member" || result.t === "index"))) {
                s.pos += 2;
                result = { t: "postfix", op: c === "+" ? "++" : "--", operand: result, start: result.start, end: s.pos };
            } else {
                return result;
            }
        }
    }

    private memberName(): Expr {
        const { s } = this;
        const start = s.pos;
        const word = s.take(/[\p{L}\p{Nd}_-]+/uy);
        if (word !== undefined) {
            // `$a.Count-1` is a subtraction, `$a.Some-Name` is not valid: the name ends before a dash.
            const plain = /^[^-]+/.exec(word)?.[0] ?? s.fail("a member name expected", start);
            s.pos = start + plain.length;
            return { t: "string", value: plain, start, end: s.pos };
        }
        return this.primary();
    }

    private methodArguments(): Expr[] {
        const { s } = this;
        s.expect("(");
        const args: Expr[] = [];
        s.skip(true);
        while (s.peek() !== ")") {
            args.push(this.expression(false));
            s.skip(true);
            if (s.peek() === ",") {
                s.pos++;
                s.skip(true);
            } else if (s.peek() !== ")") {
                s.fail(s.atEnd ? "')' is missing at the end" : "')' expected in the argument list of a method");
            }
        }
        s.pos++;
        return args;
    }

    /** A value without operators around it. */
    primary(): Expr {
        const { s } = this;
        s.count();
        const start = s.pos;
        const c = s.peek();
        if (isSingleQuote(c)) {
            return this.literals.singleQuoted();
        }
        if (isDoubleQuote(c)) {
            return this.literals.doubleQuoted();
        }
        if (c === "$") {
            return s.peek(1) === "(" ? this.group("sub", 2) : this.literals.variable() ?? s.fail("a variable name expected after '$'");
        }
        if (c === "(") {
            return this.group("paren", 1);
        }
        if (c === "@") {
            const next = s.peek(1);
            if (next === "(") {
                return this.group("array", 2);
            }
            if (next === "{") {
                return this.hash();
            }
            if (isSingleQuote(next) || isDoubleQuote(next)) {
                return this.literals.hereString();
            }
            s.pos++;
            const name = s.take(variablePattern);
            if (name !== undefined) {
                return { t: "variable", name: name.toLowerCase(), splat: true, start, end: s.pos };
            }
            s.pos = start;
        }
        if (c === "{") {
            return s.nested(() => ({ t: "block", block: this.statements.scriptBlock(), start, end: s.pos }) as const);
        }
        return number(s) ?? s.fail(c === undefined ? "the script ends in the middle of an expression" : `unexpected '${c}'`);
    }

    private group(form: "paren" | "sub" | "array", length: number): Expr {
        const { s } = this;
        const start = s.pos;
        return s.nested(() => {
            s.pos += length;
            const body = this.statements.statements(")");
            s.expect(")");
            return { t: "statements", form, body, start, end: s.pos };
        });
    }

    private hash(): Expr {
        const { s } = this;
        const start = s.pos;
        return s.nested(() => {
            s.pos += 2;
            const entries: { key: Expr; value: Stmt }[] = [];
            for (;;) {
                s.skipSeparators();
                if (s.peek() === "}") {
                    s.pos++;
                    return { t: "hash", entries, start, end: s.pos };
                }
                const keyStart = s.pos;
                const word = s.take(/[\p{L}_][\p{L}\p{Nd}_-]*/uy);
                const key: Expr = word === undefined ? this.postfix(this.primary()) : { t: "string", value: word, start: keyStart, end: s.pos };
                s.skip(true);
                s.expect("=");
                s.skip(true);
                entries.push({ key, value: this.statements.statement() });
            }
        });
    }
}
