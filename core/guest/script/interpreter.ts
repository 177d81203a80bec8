import { lookup } from "./lookup";
import { Parameter, Stmt } from "./parse/ast";
import { Machine, Completion, bounds } from "./machine";
import { asList, FALSE, list, NULL, notKnown, num, ScriptBlockVal, str, TRUE, Val } from "./value";
import { ScriptSource } from "./source";
import { execute } from "./statements";
import { TooComplex } from "./parse/scan";
import { isKnown, Known } from "../../known";
import { evaluate } from "./evaluate";
import { castTo } from "./operators";

const environment = lookup<string>({
    windir: "C:\\Windows",
    systemroot: "C:\\Windows",
    systemdrive: "C:",
    programdata: "C:\\ProgramData",
    allusersprofile: "C:\\ProgramData",
    programfiles: "C:\\Program Files",
    "programfiles(x86)": "C:\\Program Files (x86)",
    comspec: "C:\\Windows\\system32\\cmd.exe",
    public: "C:\\Users\\Public",
});

/** Variables that PowerShell sets itself. A script is taken to run in Windows PowerShell 5.1, and its commands to succeed. */
const automatic = lookup<Val>({
    true: TRUE,
    false: FALSE,
    null: NULL,
    "?": TRUE,
    lastexitcode: num(0),
    psversiontable: { k: "table", entries: new Map<string, Val>([["psversion", { k: "table", entries: new Map<string, Val>([["major", num(5)], ["minor", num(1)]]) }], ["psedition", str("Desktop")]]) },
    erroractionpreference: str("Continue"),
    progresspreference: str("Continue"),
    verbosepreference: str("SilentlyContinue"),
    error: list([]),
});

const unknowable = new Set(["psscriptroot", "pscommandpath", "myinvocation", "host", "pid", "home", "profile", "pwd", "psboundparameters", "input", "executioncontext", "matches", "foreach", "switch", "shellid", "psculture", "psuiculture", "stacktrace", "pscmdlet", "this", "ofs", "iswindows", "pshome"]);

interface Scope {
    readonly id: number;
    readonly names: Set<string>;
}

/** Runs a parsed script on a machine. */
export class Interpreter {
    private readonly scopes: Scope[] = [{ id: 0, names: new Set() }];
    private lastScope = 0;
    private texts = 0;
    /** What the statements under way put into the pipeline. */
    out: Val[] = [];
    /** The text that is being run. */
    source: ScriptSource;

    constructor(readonly m: Machine) {
        this.source = m.root;
    }

    // --- variables

    get(name: string): Val {
        const found = this.lookup(name);
        if (found !== undefined) {
            return found;
        }
        const plain = name.replace(/^(global|script|local|private|using|variable):/, "");
        if (plain.startsWith("env:")) {
            const text = environment[plain.slice(4)];
            return text === undefined ? notKnown(`$${name} is an environment variable of the guest`) : str(text);
        }
        if (/^(function|alias|hklm|hkcu|cert|wsman):/.test(plain)) {
            return notKnown(`$${name} is read when the script runs`);
        }
        const own = automatic[plain];
        if (own !== undefined) {
            return own;
        }
        return unknowable.has(plain) || this.m.opaque ? notKnown(`$${name} is set when the script runs`) : NULL;
    }

    private lookup(name: string): Val | undefined {
        const scoped = /^(global|script|local|private|using|variable|env):(.*)$/s.exec(name);
        if (scoped?.[1] === "env") {
            return this.read(`v:${name}`);
        }
        if (scoped?.[1] === "global" || scoped?.[1] === "script") {
            return this.read(`v:0:${scoped[2]}`);
        }
        const plain = scoped?.[2] ?? name;
        for (let i = this.scopes.length - 1; i >= 0; i--) {
            const found = this.read(`v:${this.scopes[i]!.id}:${plain}`);
            if (found !== undefined) {
                return found;
            }
        }
        return undefined;
    }

    private read(key: string): Val | undefined {
        const entry = this.m.store.get(key);
        return entry?.e === "variable" ? entry.v : undefined;
    }

    set(name: string, value: Val): void {
        const scoped = /^(global|script|local|private|using|variable|env):(.*)$/s.exec(name);
        let key: string;
        if (scoped?.[1] === "env") {
            key = `v:${name}`;
        } else if (scoped?.[1] === "global" || scoped?.[1] === "script") {
            key = `v:0:${scoped[2]}`;
        } else {
            const plain = scoped?.[2] ?? name;
            const scope = this.scopes[this.scopes.length - 1]!;
            scope.names.add(plain);
            key = `v:${scope.id}:${plain}`;
        }
        this.m.store.set(key, { e: "variable", v: limited(value) });
    }

    /** A parameter of the script itself: what the carrier gives, else its default. */
    parameter(p: Parameter, given: Known<string> | undefined): void {
        const value: Val =
            given === undefined
                ? p.defaultValue === undefined
                    ? /(^|\.)switch(parameter)?$/.test(p.type ?? "")
                        ? FALSE
                        : notKnown(`$${p.name} is a parameter that the script is given when it runs`)
                    : evaluate(this, p.defaultValue)
                : isKnown(given)
                  ? str(given.value)
                  : notKnown(given.reason);
        this.set(p.name, p.type === undefined ? value : castTo(p.type, value));
    }

    /** Runs `f` with variables of its own. */
    inScope<T>(f: () => T): T {
        if (this.scopes.length > bounds.calls) {
            throw new TooComplex(this.m.here.span.start, `calls nested more than ${bounds.calls} deep`);
        }
        const scope: Scope = { id: ++this.lastScope, names: new Set() };
        this.scopes.push(scope);
        try {
            return f();
        } finally {
            this.scopes.pop();
            for (const name of scope.names) {
                this.m.store.set(`v:${scope.id}:${name}`, undefined);
            }
        }
    }

    // --- running

    run(body: readonly Stmt[]): Completion {
        for (const statement of body) {
            const completion = execute(this, statement);
            if (completion !== "next") {
                return completion;
            }
        }
        return "next";
    }

    /** Runs `f` and gives what it put into the pipeline. */
    collect(f: () => Completion): { output: Val[]; completion: Completion } {
        const before = this.out;
        this.out = [];
        try {
            const completion = f();
            return { output: this.out, completion };
        } finally {
            this.out = before;
        }
    }

    emit(value: Val): void {
        if (value.k === "null") {
            return;
        }
        for (const item of asList(value)) {
            if (this.out.length < bounds.list) {
                this.out.push(item);
            }
        }
    }

    /** Runs a text that is a script of its own (a literal handed to `powershell -Command`, a here-string). */
    within<T>(source: ScriptSource, f: () => T): T {
        const before = this.source;
        this.source = source;
        if (++this.texts > bounds.calls) {
            throw new TooComplex(this.m.here.span.start, `scripts and calls nested more than ${bounds.calls} deep`);
        }
        try {
            return f();
        } finally {
            this.texts--;
            this.source = before;
        }
    }

    /** Runs a script block in a scope of its own; `$_` and arguments as given. */
    block(block: ScriptBlockVal, bind: () => void, newScope = true): { output: Val[]; completion: Completion } {
        let result: { output: Val[]; completion: Completion } = { output: [], completion: "next" };
        const body = () =>
            this.within(block.source as ScriptSource, () => {
                bind();
                const { several, completion } = this.m.frame("function", () => "it depends on where a function returns", () => {
                    result = this.collect(() => this.run(block.block.body));
                    return result.completion;
                });
                if (several) {
                    result.output = result.output.length === 0 ? [] : [notKnown("it depends on where a function returns")];
                }
                result.completion = completion;
            });
        if (newScope) {
            this.inScope(body);
        } else {
            body();
        }
        return result;
    }
}

/** Values that grow without end in loops stop being known. */
function limited(value: Val): Val {
    if ((value.k === "string" && value.v.length > bounds.text) || (value.k === "list" && value.items.length > bounds.list)) {
        return notKnown("it grows too large to follow");
    }
    return value;
}
