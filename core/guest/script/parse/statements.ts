import { Expr, Parameter, ParsedScript, PipelineElement, ScriptBlock, Stmt, SyntaxProblem } from "./ast";
import { CommandParser } from "./commands";
import { ExpressionParser, StatementParser } from "./expressions";
import { isBlank, isDash, isDoubleQuote, isNewline, isSingleQuote, isWordChar, Scanner, SyntaxFailure } from "./scan";

const keywordPattern = /[a-z]+(?![\p{L}\p{Nd}_.:\\/-])/iuy;
const keywords = new Set([
    "if", "while", "do", "for", "foreach", "switch", "function", "filter", "workflow", "try", "trap", "return", "exit", "throw", "break", "continue", "data", "class", "enum", "using",
    "begin", "process", "end", "dynamicparam", "inlinescript", "parallel", "sequence", "configuration", "else", "elseif", "catch", "finally", "param",
]);

/** Parses a whole script. Never throws on bad syntax: problems are listed, and parsing goes on with the next line. */
export function parsePowerShell(text: string): ParsedScript {
    const problems: SyntaxProblem[] = [];
    const block = new Parser(new Scanner(text), problems).script();
    return { block, problems };
}

class Parser implements StatementParser {
    private readonly expressions: ExpressionParser;
    private readonly commands: CommandParser;

    constructor(
        private readonly s: Scanner,
        private readonly problems: SyntaxProblem[],
    ) {
        this.expressions = new ExpressionParser(s, this);
        this.commands = new CommandParser(s, this.expressions);
    }

    script(): ScriptBlock {
        const { s } = this;
        const body: Stmt[] = [];
        let params: Parameter[] = [];
        const attempt = (f: () => void) => {
            try {
                f();
            } catch (failure) {
                if (!(failure instanceof SyntaxFailure)) {
                    throw failure;
                }
                this.problem(failure);
                s.pos = Math.max(s.pos, failure.offset);
                s.toLineEnd();
            }
        };
        attempt(() => (params = this.params()));
        while (!s.atEnd) {
            attempt(() => {
                s.skipSeparators();
                if (s.peek() === ")" || s.peek() === "}") {
                    const offset = s.pos++;
                    s.fail(`unexpected '${s.text[offset]}'`, offset);
                }
                if (!s.atEnd) {
                    body.push(this.statement());
                    this.endOfStatement();
                }
            });
        }
        return { params, body, start: 0, end: s.text.length };
    }

    private problem(failure: SyntaxFailure): void {
        if (this.problems.length < 20) {
            this.problems.push({ offset: failure.offset, message: failure.message });
        }
    }

    statements(close: ")" | "}"): Stmt[] {
        const { s } = this;
        const body: Stmt[] = [];
        for (;;) {
            s.skipSeparators();
            if (s.peek() === close) {
                return body;
            }
            if (s.atEnd) {
                s.fail(`'${close}' is missing at the end`);
            }
            body.push(this.statement());
            s.skip();
            if (s.peek() !== close) {
                this.endOfStatement();
            }
        }
    }

    private endOfStatement(): void {
        const { s } = this;
        s.skip();
        const c = s.peek();
        if (c === undefined || isNewline(c) || c === ";" || c === "}" || c === ")") {
            return;
        }
        let last = s.pos - 1;
        while (isBlank(s.text[last])) {
            last--;
        }
        if (s.text[last] === "}" || s.text[last] === ";" || isNewline(s.text[last])) {
            return;
        }
        s.fail(c === "&" ? "'&' cannot separate commands in Windows PowerShell" : `unexpected '${c}'`);
    }

    scriptBlock(): ScriptBlock {
        const { s } = this;
        const start = s.pos;
        return s.nested(() => {
            s.expect("{");
            const params = this.params();
            const body = this.statements("}");
            s.expect("}");
            return { params, body, start, end: s.pos };
        });
    }

    private block(): Stmt[] {
        this.s.skip(true);
        return this.s.nested(() => {
            this.s.expect("{");
            const body = this.statements("}");
            this.s.expect("}");
            return body;
        });
    }

    /** An optional `param(…)` with the attributes before it. */
    private params(): Parameter[] {
        const { s } = this;
        s.skipSeparators();
        const start = s.pos;
        while (s.peek() === "[") {
            this.expressions.type();
            s.skip(true);
        }
        if (s.see(keywordPattern)?.toLowerCase() !== "param") {
            s.pos = start;
            return [];
        }
        s.take(keywordPattern);
        s.skip(true);
        return this.parameterList();
    }

    private parameterList(): Parameter[] {
        const { s } = this;
        s.expect("(");
        const params: Parameter[] = [];
        for (;;) {
            s.skip(true);
            if (s.peek() === ")") {
                s.pos++;
                return params;
            }
            let type: string | undefined;
            while (s.peek() === "[") {
                const { name } = this.expressions.type();
                type = name.includes("(") ? type : name;
                s.skip(true);
            }
            const variable = s.peek() === "$" ? this.expressions.variable() : undefined;
            if (variable?.t !== "variable") {
                return s.fail("a parameter expected");
            }
            s.skip(true);
            let defaultValue: Expr | undefined;
            if (s.peek() === "=") {
                s.pos++;
                s.skip(true);
                defaultValue = this.expressions.expression(false);
                s.skip(true);
            }
            params.push({ name: variable.name, ...(type === undefined ? {} : { type }), ...(defaultValue === undefined ? {} : { defaultValue }) });
            if (s.peek() === ",") {
                s.pos++;
            } else if (s.peek() !== ")") {
                s.fail("',' or ')' expected in a parameter list");
            }
        }
    }

    statement(): Stmt {
        return this.s.nested(() => {
            const { s } = this;
            if (s.peek() === ":" && isWordChar(s.peek(1))) {
                s.take(/:\w+/y);
                s.skip(true);
            }
            const word = s.see(keywordPattern);
            const keyword = word?.toLowerCase();
            if (word !== undefined && keyword !== undefined && keywords.has(keyword)) {
                const start = s.pos;
                s.pos += word.length;
                const found = this.keyword(keyword, start);
                if (found !== undefined) {
                    return found;
                }
                s.pos = start;
            }
            return this.pipelineChain();
        });
    }

    private keyword(keyword: string, start: number): Stmt | undefined {
        const { s } = this;
        const done = () => ({ start, end: s.pos });
        switch (keyword) {
            case "if":
                return this.ifStatement(start);
            case "while": {
                const condition = this.condition();
                return { t: "while", condition, body: this.block(), ...done() };
            }
            case "do": {
                const body = this.block();
                s.skip(true);
                const word = s.take(keywordPattern)?.toLowerCase();
                if (word !== "while" && word !== "until") {
                    s.fail("'while' or 'until' expected after a do block");
                }
                return { t: "do", condition: this.condition(), until: word === "until", body, ...done() };
            }
            case "for":
                return this.forStatement(start);
            case "foreach":
                return this.foreachStatement(start);
            case "switch":
                return this.switchStatement(start);
            case "function":
            case "filter":
            case "workflow":
            case "configuration": {
                s.skip(true);
                const name = s.take(/[^\s(){};,"']+/y) ?? s.fail("a function name expected");
                s.skip(true);
                const list = s.peek() === "(" ? this.parameterList() : undefined;
                s.skip(true);
                const block = this.scriptBlock();
                return { t: "function", name: name.toLowerCase().replace(/^(global|script|local|private):/, ""), block: list === undefined ? block : { ...block, params: list }, ...done() };
            }
            case "try":
                return this.tryStatement(start);
            case "trap":
                s.skip(true);
                while (s.peek() === "[") {
                    this.expressions.type();
                    s.skip(true);
                }
                return { t: "trap", body: this.block(), ...done() };
            case "return":
            case "exit":
            case "throw":
            case "break":
            case "continue": {
                s.skip();
                const value = this.commands.atCommandEnd() || keyword === "break" || keyword === "continue" ? undefined : this.pipelineChain();
                s.take(/\w+/y);
                return { t: "flow", kind: keyword, ...(value === undefined ? {} : { value }), ...done() };
            }
            case "begin":
            case "process":
            case "end":
            case "dynamicparam":
            case "inlinescript":
            case "parallel":
            case "sequence":
                s.skip(true);
                return s.peek() === "{" ? { t: "group", body: this.block(), ...done() } : undefined;
            case "class":
            case "enum": {
                s.skip(true);
                s.take(/[\w:, .[\]]*/y);
                this.skipBraces();
                return { t: "declaration", ...done() };
            }
            case "using":
                s.toLineEnd();
                return { t: "declaration", ...done() };
            case "else":
            case "elseif":
            case "catch":
            case "finally":
            case "param":
                return s.fail(`'${keyword}' cannot stand here`, start);
            default:
                return undefined;
        }
    }

    /** Over the body of a class: strings and comments are skipped as such, what is inside is not looked at. */
    private skipBraces(): void {
        const { s } = this;
        s.skip(true);
        s.expect("{");
        for (let depth = 1; depth > 0; ) {
            s.skip(true);
            const c = s.peek();
            if (c === undefined) {
                s.fail("'}' is missing at the end");
            }
            if (isSingleQuote(c) || isDoubleQuote(c)) {
                this.expressions.primary();
                continue;
            }
            depth += c === "{" ? 1 : c === "}" ? -1 : 0;
            s.pos++;
        }
    }

    private condition(): Stmt {
        const { s } = this;
        s.skip(true);
        s.expect("(");
        s.skip(true);
        const condition = this.pipelineChain();
        s.skip(true);
        s.expect(")");
        return condition;
    }

    private ifStatement(start: number): Stmt {
        const { s } = this;
        const clauses = [{ condition: this.condition(), body: this.block() }];
        let otherwise: Stmt[] | undefined;
        for (;;) {
            const before = s.pos;
            s.skip(true);
            const word = s.see(keywordPattern)?.toLowerCase();
            if (word === "elseif") {
                s.take(keywordPattern);
                clauses.push({ condition: this.condition(), body: this.block() });
            } else if (word === "else") {
                s.take(keywordPattern);
                otherwise = this.block();
                break;
            } else {
                s.pos = before;
                break;
            }
        }
        return { t: "if", clauses, ...(otherwise === undefined ? {} : { otherwise }), start, end: s.pos };
    }

    private forStatement(start: number): Stmt {
        const { s } = this;
        s.skip(true);
        s.expect("(");
        const part = (): Stmt | undefined => {
            s.skip(true);
            return s.peek() === ";" || s.peek() === ")" ? undefined : this.pipelineChain();
        };
        const separator = () => {
            s.skip(true);
            if (s.peek() === ";") {
                s.pos++;
            }
        };
        const init = part();
        separator();
        const condition = part();
        separator();
        const next = part();
        s.skip(true);
        s.expect(")");
        const body = this.block();
        return { t: "for", ...(init && { init }), ...(condition && { condition }), ...(next && { next }), body, start, end: s.pos };
    }

    private foreachStatement(start: number): Stmt | undefined {
        const { s } = this;
        s.skip();
        s.take(/-parallel\s*/iy);
        if (s.peek() !== "(") {
            return undefined;
        }
        s.pos++;
        s.skip(true);
        const variable = s.peek() === "$" ? this.expressions.variable() : undefined;
        if (variable?.t !== "variable") {
            return s.fail("a loop variable expected");
        }
        s.skip(true);
        if (s.take(keywordPattern)?.toLowerCase() !== "in") {
            s.fail("'in' expected");
        }
        s.skip(true);
        const items = this.pipelineChain();
        s.skip(true);
        s.expect(")");
        return { t: "foreach", variable: variable.name, items, body: this.block(), start, end: s.pos };
    }

    private switchStatement(start: number): Stmt {
        const { s } = this;
        let mode: "exact" | "wildcard" | "regex" | "file" = "exact";
        s.skip(true);
        while (isDash(s.peek())) {
            const option = s.take(/.\w+/uy)?.slice(1).toLowerCase();
            mode = option === "wildcard" || option === "regex" || option === "file" ? option : mode;
            s.skip(true);
        }
        let subject: Stmt;
        if (mode === "file") {
            subject = this.pipelineChain();
        } else {
            subject = this.condition();
        }
        s.skip(true);
        s.expect("{");
        const clauses: { match: Expr | undefined; body: Stmt[] }[] = [];
        for (;;) {
            s.skipSeparators();
            if (s.peek() === "}") {
                s.pos++;
                return { t: "switch", mode, subject, clauses, start, end: s.pos };
            }
            const wordStart = s.pos;
            const word = s.take(/[^\s{}(),;"'$@]+/y);
            const match: Expr = word === undefined ? this.expressions.postfix(this.expressions.primary()) : { t: "string", value: word, bare: true, start: wordStart, end: s.pos };
            const body = this.block();
            clauses.push({ match: word?.toLowerCase() === "default" ? undefined : match, body });
        }
    }

    private tryStatement(start: number): Stmt {
        const { s } = this;
        const body = this.block();
        const catches: Stmt[][] = [];
        let finallyBody: Stmt[] | undefined;
        for (;;) {
            const before = s.pos;
            s.skip(true);
            const word = s.see(keywordPattern)?.toLowerCase();
            if (word === "catch") {
                s.take(keywordPattern);
                s.skip(true);
                while (s.peek() === "[" || s.peek() === ",") {
                    if (s.peek() === "[") {
                        this.expressions.type();
                    } else {
                        s.pos++;
                    }
                    s.skip(true);
                }
                catches.push(this.block());
            } else if (word === "finally") {
                s.take(keywordPattern);
                finallyBody = this.block();
            } else {
                s.pos = before;
                break;
            }
        }
        if (catches.length === 0 && finallyBody === undefined) {
            s.fail("a try block needs a catch or finally block");
        }
        return { t: "try", body, catches, ...(finallyBody === undefined ? {} : { finallyBody }), start, end: s.pos };
    }

    /** Pipelines joined by `&&` and `||`, or an assignment. */
    private pipelineChain(): Stmt {
        const { s } = this;
        let left = this.pipeline();
        for (;;) {
            const before = s.pos;
            s.skip();
            const op = s.take(/&&|\|\|/y);
            if (op !== "&&" && op !== "||") {
                s.pos = before;
                return left;
            }
            s.skip(true);
            const right = this.pipeline();
            left = { t: "chain", left, op, right, start: left.start, end: right.end };
        }
    }

    private pipeline(): Stmt {
        const { s } = this;
        const start = s.pos;
        const elements: PipelineElement[] = [];
        if (this.startsExpression()) {
            const value = this.expressions.expression();
            const before = s.pos;
            s.skip();
            const op = s.take(/=(?!=)|[+*/%-]=/y) ?? (isDash(s.peek()) && s.peek(1) === "=" ? s.take(/.=/uy) : undefined);
            if (op !== undefined) {
                s.skip(true);
                const right = this.statement();
                return { t: "assign", target: value, op: op.length > 1 ? `${isDash(op[0]) ? "-" : op[0]}=` : "=", value: right, start, end: right.end };
            }
            s.pos = before;
            elements.push({ t: "expression", value, start, end: before });
            for (let more = this.trailingRedirection(); more; more = this.trailingRedirection());
        } else {
            elements.push(this.commands.command());
        }
        for (;;) {
            const before = s.pos;
            s.skip();
            if (s.peek() !== "|" || s.peek(1) === "|") {
                // PowerShell 7 also continues a pipeline on a line that begins with the bar.
                const continued = s.see(/[ \t]*(?:\r?\n[ \t]*)+\|(?!\|)/y);
                if (continued === undefined) {
                    s.pos = before;
                    break;
                }
                s.pos += continued.length - 1;
            }
            s.pos++;
            s.skip(true);
            elements.push(this.commands.command());
        }
        return { t: "pipeline", elements, start, end: s.pos };
    }

    private trailingRedirection(): boolean {
        const { s } = this;
        const before = s.pos;
        s.skip();
        if (s.take(/[1-6*]?>(?:&[12]|>?\s*[^\s;|)}]+)/y) === undefined) {
            s.pos = before;
            return false;
        }
        return true;
    }

    private startsExpression(): boolean {
        const { s } = this;
        const c = s.peek();
        const next = s.peek(1);
        if (c === undefined) {
            return s.fail("the script ends in the middle of a statement");
        }
        if (c === "$" || c === "(" || c === "[" || c === "{" || c === "!" || c === "," || isSingleQuote(c) || isDoubleQuote(c)) {
            return true;
        }
        if (c === "@") {
            return true;
        }
        if (c === "+" || isDash(c)) {
            return true;
        }
        if (/\d/.test(c)) {
            return s.see(/(?:0x[0-9a-f]+|[\d.]+(?:e[+-]?\d+)?)(?:u?l|d)?(?:[kmgtp]b)?(?![\w-])/iy) !== undefined || s.see(/\d+\.\./y) !== undefined || s.see(/\d+-\d/y) !== undefined;
        }
        return c === "." && /\d/.test(next ?? "");
    }
}
