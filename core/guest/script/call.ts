import { Interpreter } from "./interpreter";
import { Completion, Machine } from "./machine";
import { asList, asPattern, asString, notKnown, str, TRUE, Val } from "./value";

/** An argument of a command with its value. */
export type Arg = { readonly t: "parameter"; readonly name: string; readonly value?: Val } | { readonly t: "argument"; readonly value: Val };

/**
 * The parameters of a cmdlet, as `Path|LiteralPath Name Value *Force`: aliases behind bars, `*` before switches.
 * Positional ones come first, up to a `;`.
 */
export type Signature = string;

interface Parameter {
    readonly names: readonly string[];
    readonly isSwitch: boolean;
    readonly positional: boolean;
}

const parsed = new Map<Signature, readonly Parameter[]>();
const common =
    "ErrorAction|ea WarningAction|wa InformationAction|infa ErrorVariable|ev WarningVariable|wv OutVariable|ov OutBuffer|ob PipelineVariable|pv *Verbose|vb *Debug|db *WhatIf|wi *Confirm|cf *PassThru *AsJob CimSession ThrottleLimit ComputerName|cn|pscomputername Credential *UseTransaction";

function parametersOf(signature: Signature): readonly Parameter[] {
    let found = parsed.get(signature);
    if (found === undefined) {
        const [positional = "", named = ""] = signature.split(";");
        const read = (text: string, isPositional: boolean): Parameter[] =>
            text
                .trim()
                .split(/\s+/)
                .filter((word) => word !== "")
                .map((word) => ({ names: word.replace("*", "").toLowerCase().split("|"), isSwitch: word.startsWith("*"), positional: isPositional && !word.startsWith("*") }));
        found = [...read(positional, true), ...read(named, false), ...read(common, false)];
        parsed.set(signature, found);
    }
    return found;
}

/** A command about to run. */
export class Call {
    /** What the script's flow does behind the command: a block that it ran may have left the script. */
    completion: Completion = "next";

    constructor(
        readonly i: Interpreter,
        /** In lower case, without path and `.exe`. */
        readonly name: string,
        readonly args: readonly Arg[],
        /** What came through the pipeline; undefined: the command begins it. */
        readonly input: readonly Val[] | undefined,
    ) {}

    get m(): Machine {
        return this.i.m;
    }

    bind(signature: Signature): Bound {
        const parameters = parametersOf(signature);
        const values = new Map<string, Val>();
        const loose: Val[] = [];
        for (let n = 0; n < this.args.length; n++) {
            const arg = this.args[n]!;
            if (arg.t === "argument") {
                loose.push(arg.value);
                continue;
            }
            const name = arg.name.toLowerCase();
            const parameter = parameters.find((p) => p.names.includes(name)) ?? prefixed(parameters, name);
            const next = this.args[n + 1];
            if (parameter?.isSwitch) {
                values.set(parameter.names[0]!, arg.value ?? TRUE);
            } else if (arg.value !== undefined) {
                values.set(parameter?.names[0] ?? name, arg.value);
            } else if (next?.t === "argument") {
                values.set(parameter?.names[0] ?? name, next.value);
                n++;
            } else {
                values.set(parameter?.names[0] ?? name, TRUE);
            }
        }
        for (const parameter of parameters.filter((p) => p.positional)) {
            if (!values.has(parameter.names[0]!) && loose.length > 0) {
                values.set(parameter.names[0]!, loose.shift()!);
            }
        }
        return new Bound(values, loose);
    }

    /** The command line as a native program gets it. */
    argv(): Val[] {
        return this.args.flatMap((arg): Val[] => {
            if (arg.t === "argument") {
                return arg.value.k === "list" ? [joinWords(arg.value.items)] : arg.value.k === "null" ? [] : [arg.value];
            }
            const head = `-${arg.name}`;
            return arg.value === undefined ? [str(head)] : [joined(head, arg.value)];
        });
    }

    /** Runs a script block for one object. */
    each(block: Extract<Val, { k: "block" }>, item: Val): Val[] {
        const { output, completion } = this.i.block(block, () => this.i.set("_", item), false);
        if (completion === "exit" || completion === "fail") {
            this.completion = completion;
        }
        return output;
    }
}

function joinWords(items: readonly Val[]): Val {
    const texts = items.map(asString);
    return texts.every((t) => t !== undefined) ? str(texts.join(",")) : notKnown("an argument is computed when the script runs", items.map(asPattern).join(","));
}

function joined(head: string, value: Val): Val {
    const text = asString(value);
    return text === undefined ? notKnown("an argument is computed when the script runs", `${head}:${asPattern(value)}`) : str(`${head}:${text}`);
}

function prefixed(parameters: readonly Parameter[], name: string): Parameter | undefined {
    const fits = parameters.filter((p) => p.names.some((n) => n.startsWith(name)));
    return fits.length === 1 ? fits[0] : fits.find((p) => p.names[0]!.startsWith(name));
}

/** Arguments by parameter. */
export class Bound {
    constructor(
        private readonly values: ReadonlyMap<string, Val>,
        readonly rest: readonly Val[],
    ) {}

    get(name: string): Val | undefined {
        return this.values.get(name.toLowerCase());
    }

    has(name: string): boolean {
        return this.values.has(name.toLowerCase());
    }

    list(name: string): readonly Val[] {
        const value = this.get(name);
        return value === undefined ? [] : asList(value);
    }

    text(name: string): string | undefined {
        const value = this.get(name);
        return value === undefined ? undefined : asString(value);
    }

    flag(name: string): boolean {
        const value = this.get(name);
        return value !== undefined && !(value.k === "bool" && !value.v);
    }

    /** `-WhatIf` changes nothing, and neither does a command for another machine. */
    get idle(): boolean {
        const machine = this.get("ComputerName");
        const other = machine !== undefined && !asList(machine).some((v) => /^(\.|localhost|127\.0\.0\.1|::1)$/i.test(asString(v) ?? "."));
        return this.flag("WhatIf") || other || this.has("CimSession");
    }
}

export type Handler = (call: Call) => readonly Val[] | void;
