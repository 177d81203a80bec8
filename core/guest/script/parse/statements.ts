import { Expr, Parameter, ParsedScript, PipelineElement, ScriptBlock, Stmt, SyntaxProblem } from "./ast";
import { CommandParser } from "./commands";
import { ExpressionParser, StatementParser } from "./expressions";
import { KeywordParser, keywordPattern, StatementParts } from "./keywords";
import { isBlank, isDash, isDoubleQuote, isNewline, isSingleQuote, isWordChar, Scanner, SyntaxFailure } from "./scan";

/** Parses a whole script. Never throws on bad syntax: problems are listed, and parsing goes on with the next line. */
export function parsePowerShell(text: string, edition: "windows" | "core" = "windows"): ParsedScript {
    const problems: SyntaxProblem[] = [];
    const block = new Parser(new Scanner(text), problems, edition).script();
    return { block, problems };
}

class Parser implements StatementParser, StatementParts {
    private readonly expressions: ExpressionParser;
    private readonly commands: CommandParser;
    private readonly keywords: KeywordParser;

    constructor(
        private readonly s: Scanner,
        private readonly problems: SyntaxProblem[],
        private readonly edition: "windows" | "core",
    ) {
        this.expressions = new ExpressionParser(s, this);
        this.commands = new CommandParser(s, this.expressions);
        this.keywords = new KeywordParser(s, this.expressions, this.commands, this);
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
        attempt(() => {
            s.skipSeparators();
            while (s.see(keywordPattern)?.toLowerCase() === "using") {
                s.toLineEnd();
                s.skipSeparators();
            }
            params = this.params();
        });
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

    private problem({ offset, message }: SyntaxProblem): void {
        if (this.problems.length < 20) {
            this.problems.push({ offset, message });
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

    block(): Stmt[] {
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

    parameterList(): Parameter[] {
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
            const variable = s.peek() === "$" ? this.expressions.literals.variable() : undefined;
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
            s.countStatement();
            if (s.peek() === ":" && isWordChar(s.peek(1))) {
                s.take(/:\w+/y);
                s.skip(true);
            }
            const first = s.pos;
            while (s.see(/\[[a-z.]+\(/iy) !== undefined) {
                this.expressions.type();
                s.skip(true);
            }
            if (s.pos > first && s.see(/(?:class|enum)\s/iy) === undefined) {
                s.pos = first;
            }
            const word = s.see(keywordPattern);
            const keyword = word?.toLowerCase();
            if (word !== undefined && keyword !== undefined && KeywordParser.has(keyword)) {
                const start = s.pos;
                s.pos += word.length;
                const found = this.keywords.statement(keyword, start);
                if (found !== undefined) {
                    return found;
                }
                s.pos = start;
            }
            return this.pipelineChain();
        });
    }

    /** Pipelines joined by `&&` and `||`, or an assignment. */
    pipelineChain(): Stmt {
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
            if (this.edition === "windows") {
                this.problem({ offset: s.pos - 2, message: `'${op}' came with PowerShell 7` });
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
                const continued = s.see(/[ \t]*(?:\r?\n[ \t]*)+\|(?!\|)/y);
                if (continued === undefined) {
                    s.pos = before;
                    break;
                }
                s.pos += continued.length - 1;
                if (this.edition === "windows") {
                    this.problem({ offset: s.pos, message: "a line that begins with '|' came with PowerShell 7" });
                }
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
        if (c === "+") {
            return true;
        }
        if (isDash(c)) {
            // `-Path x` on a line of its own, behind a broken continuation, is a command that is not found.
            return !/[\p{L}_]/u.test(next ?? "") || s.see(/.(?:b?not|join|[ci]?split)(?![\p{L}\p{Nd}_])/iuy) !== undefined;
        }
        if (/\d/.test(c)) {
            return s.see(/(?:0x[0-9a-f]+|[\d.]+(?:e[+-]?\d+)?)(?:u?l|d)?(?:[kmgtp]b)?(?![\w-])/iy) !== undefined || s.see(/\d+\.\./y) !== undefined || s.see(/\d+-\d/y) !== undefined;
        }
        return c === "." && /\d/.test(next ?? "");
    }
}
