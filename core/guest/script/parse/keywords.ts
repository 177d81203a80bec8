import { Expr, Parameter, ScriptBlock, Stmt } from "./ast";
import { CommandParser } from "./commands";
import { ExpressionParser } from "./expressions";
import { isDash, isDoubleQuote, isSingleQuote, Scanner } from "./scan";

/** A word that begins a statement: not followed by what makes it part of a command's name. */
export const keywordPattern = /[a-z]+(?![\p{L}\p{Nd}_.:\\/-])/iuy;

const keywords = new Set([
    "if", "while", "do", "for", "foreach", "switch", "function", "filter", "workflow", "try", "trap", "return", "exit", "throw", "break", "continue", "data", "class", "enum", "using",
    "begin", "process", "end", "dynamicparam", "inlinescript", "parallel", "sequence", "configuration", "else", "elseif", "catch", "finally", "param",
]);

/** What the statements that begin with a keyword are made of. */
export interface StatementParts {
    block(): Stmt[];
    scriptBlock(): ScriptBlock;
    parameterList(): Parameter[];
    pipelineChain(): Stmt;
}

/** Parses the statements that begin with a keyword; the scanner stands behind it. */
export class KeywordParser {
    constructor(
        private readonly s: Scanner,
        private readonly expressions: ExpressionParser,
        private readonly commands: CommandParser,
        private readonly parts: StatementParts,
    ) {}

    /** Whether a word begins a statement of its own kind. */
    static has(word: string): boolean {
        return keywords.has(word);
    }

    /** Undefined: the word begins a command after all. */
    statement(keyword: string, start: number): Stmt | undefined {
        const { s } = this;
        const done = () => ({ start, end: s.pos });
        switch (keyword) {
            case "if":
                return this.ifStatement(start);
            case "while": {
                const condition = this.condition();
                return { t: "while", condition, body: this.parts.block(), ...done() };
            }
            case "do": {
                const body = this.parts.block();
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
                const list = s.peek() === "(" ? this.parts.parameterList() : undefined;
                s.skip(true);
                const block = this.parts.scriptBlock();
                return { t: "function", name: name.toLowerCase().replace(/^(global|script|local|private):/, ""), block: list === undefined ? block : { ...block, params: list }, ...(keyword === "configuration" ? { configuration: true } : {}), ...done() };
            }
            case "try":
                return this.tryStatement(start);
            case "trap":
                s.skip(true);
                while (s.peek() === "[") {
                    this.expressions.type();
                    s.skip(true);
                }
                return { t: "trap", body: this.parts.block(), ...done() };
            case "return":
            case "exit":
            case "throw":
            case "break":
            case "continue": {
                s.skip();
                const labelled = keyword === "break" || keyword === "continue";
                const value = labelled || (this.commands.atCommandEnd() && s.peek() !== "&") ? undefined : this.parts.pipelineChain();
                if (labelled) {
                    s.take(/[^\s;|&(){}#]+/y);
                }
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
                return s.peek() === "{" ? { t: "group", body: this.parts.block(), ...done() } : undefined;
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
            const text = c === "@" ? s.peek(1) : c;
            if (isSingleQuote(text) || isDoubleQuote(text)) {
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
        const condition = this.parts.pipelineChain();
        s.skip(true);
        s.expect(")");
        return condition;
    }

    private ifStatement(start: number): Stmt {
        const { s } = this;
        const clauses = [{ condition: this.condition(), body: this.parts.block() }];
        let otherwise: Stmt[] | undefined;
        for (;;) {
            const before = s.pos;
            s.skip(true);
            const word = s.see(keywordPattern)?.toLowerCase();
            if (word === "elseif") {
                s.take(keywordPattern);
                clauses.push({ condition: this.condition(), body: this.parts.block() });
            } else if (word === "else") {
                s.take(keywordPattern);
                otherwise = this.parts.block();
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
            return s.peek() === ";" || s.peek() === ")" ? undefined : this.parts.pipelineChain();
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
        const body = this.parts.block();
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
        const variable = s.peek() === "$" ? this.expressions.literals.variable() : undefined;
        if (variable?.t !== "variable") {
            return s.fail("a loop variable expected");
        }
        s.skip(true);
        if (s.take(keywordPattern)?.toLowerCase() !== "in") {
            s.fail("'in' expected");
        }
        s.skip(true);
        const items = this.parts.pipelineChain();
        s.skip(true);
        s.expect(")");
        return { t: "foreach", variable: variable.name, items, body: this.parts.block(), start, end: s.pos };
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
        if (mode === "file" && s.peek() !== "(") {
            const path = this.commands.value();
            const { start: from, end } = path;
            subject = { t: "pipeline", elements: [{ t: "expression", value: path, start: from, end }], start: from, end };
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
            const body = this.parts.block();
            clauses.push({ match: word?.toLowerCase() === "default" ? undefined : match, body });
        }
    }

    private tryStatement(start: number): Stmt {
        const { s } = this;
        const body = this.parts.block();
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
                catches.push(this.parts.block());
            } else if (word === "finally") {
                s.take(keywordPattern);
                finallyBody = this.parts.block();
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
}
