/** Syntax tree of a PowerShell script. Offsets are UTF-16 indices into the script. */
export interface Span {
    readonly start: number;
    readonly end: number;
}

export type Expr = Span &
    (
        | { readonly t: "string"; readonly value: string; readonly bare?: boolean }
        | { readonly t: "interpolated"; readonly parts: readonly (string | Expr)[]; readonly bare?: boolean }
        | { readonly t: "number"; readonly value: number }
        /** Name in lower case with its scope: `env:path`, `script:x`, `_`. */
        | { readonly t: "variable"; readonly name: string; readonly splat?: boolean }
        | { readonly t: "array"; readonly items: readonly Expr[] }
        | { readonly t: "statements"; readonly form: "paren" | "sub" | "array"; readonly body: readonly Stmt[] }
        | { readonly t: "block"; readonly block: ScriptBlock }
        | { readonly t: "hash"; readonly entries: readonly { readonly key: Expr; readonly value: Stmt }[] }
        | { readonly t: "type"; readonly name: string }
        | { readonly t: "cast"; readonly type: string; readonly operand: Expr }
        | { readonly t: "unary"; readonly op: string; readonly operand: Expr }
        | { readonly t: "postfix"; readonly op: "++" | "--"; readonly operand: Expr }
        | { readonly t: "binary"; readonly op: string; readonly left: Expr; readonly right: Expr }
        | { readonly t: "member"; readonly target: Expr; readonly name: Expr; readonly isStatic: boolean }
        | { readonly t: "invoke"; readonly target: Expr; readonly name: Expr; readonly args: readonly Expr[]; readonly isStatic: boolean }
        | { readonly t: "index"; readonly target: Expr; readonly index: Expr }
    );

export interface Parameter {
    readonly name: string;
    readonly type?: string;
    readonly defaultValue?: Expr;
}

export interface ScriptBlock extends Span {
    readonly params: readonly Parameter[];
    /** Statements in the order in which they run for one object: begin, process, end. */
    readonly body: readonly Stmt[];
}

/** `-Name`, `-Name:value`, or a plain argument. */
export type Argument = Span & ({ readonly t: "parameter"; readonly name: string; readonly value?: Expr } | { readonly t: "argument"; readonly value: Expr });

export interface Redirection {
    readonly target?: Expr;
    readonly append: boolean;
}

export interface Command extends Span {
    readonly t: "command";
    readonly invocation: "" | "&" | ".";
    readonly name: Expr;
    readonly args: readonly Argument[];
    readonly redirections: readonly Redirection[];
    /** What follows `--%`, unparsed. */
    readonly verbatim?: string;
}

export type PipelineElement = Command | (Span & { readonly t: "expression"; readonly value: Expr });

export type Stmt = Span &
    (
        | { readonly t: "pipeline"; readonly elements: readonly PipelineElement[] }
        | { readonly t: "chain"; readonly left: Stmt; readonly op: "&&" | "||"; readonly right: Stmt }
        | { readonly t: "assign"; readonly target: Expr; readonly op: string; readonly value: Stmt }
        | { readonly t: "if"; readonly clauses: readonly { readonly condition: Stmt; readonly body: readonly Stmt[] }[]; readonly otherwise?: readonly Stmt[] }
        | { readonly t: "while"; readonly condition: Stmt; readonly body: readonly Stmt[] }
        | { readonly t: "do"; readonly condition: Stmt; readonly until: boolean; readonly body: readonly Stmt[] }
        | { readonly t: "for"; readonly init?: Stmt; readonly condition?: Stmt; readonly next?: Stmt; readonly body: readonly Stmt[] }
        | { readonly t: "foreach"; readonly variable: string; readonly items: Stmt; readonly body: readonly Stmt[] }
        | {
              readonly t: "switch";
              readonly mode: "exact" | "wildcard" | "regex" | "file";
              readonly subject: Stmt;
              /** `undefined`: the default clause. */
              readonly clauses: readonly { readonly match: Expr | undefined; readonly body: readonly Stmt[] }[];
          }
        /** `configuration`: of DSC, which is applied rather than called. */
        | { readonly t: "function"; readonly name: string; readonly block: ScriptBlock; readonly configuration?: true }
        | { readonly t: "try"; readonly body: readonly Stmt[]; readonly catches: readonly (readonly Stmt[])[]; readonly finallyBody?: readonly Stmt[] }
        | { readonly t: "trap"; readonly body: readonly Stmt[] }
        | { readonly t: "flow"; readonly kind: "return" | "exit" | "throw" | "break" | "continue"; readonly value?: Stmt }
        | { readonly t: "group"; readonly body: readonly Stmt[] }
        /** Understood as syntax, without an effect on the guest: class, enum, using. */
        | { readonly t: "declaration" }
    );

export interface SyntaxProblem {
    readonly offset: number;
    readonly message: string;
}

export interface ParsedScript {
    readonly block: ScriptBlock;
    readonly problems: readonly SyntaxProblem[];
}
