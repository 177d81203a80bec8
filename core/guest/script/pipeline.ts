import { dispatch } from "./dispatch";
import { evaluate } from "./evaluate";
import { Interpreter } from "./interpreter";
import { Completion } from "./machine";
import { castTo } from "./operators";
import { Argument, Command, Parameter, PipelineElement } from "./parse/ast";
import { runText } from "./text";
import { Arg } from "./call";
import { asList, asPattern, asString, collapse, FALSE, HOLE, list, notKnown, NULL, str, TRUE, Val } from "./value";

/** Runs the commands of a pipeline one after the other; the last one's output goes to the enclosing pipeline. */
export function runPipeline(i: Interpreter, elements: readonly PipelineElement[]): Completion {
    let objects: readonly Val[] | undefined;
    for (const element of elements) {
        if (element.t === "expression") {
            const value = evaluate(i, element.value);
            objects = value.k === "null" ? [] : asList(value);
            continue;
        }
        const { output, completion } = runCommand(i, element, objects);
        if (completion !== "next") {
            return completion;
        }
        objects = output;
        for (const { target, append } of element.redirections) {
            const path = target && asString(evaluate(i, target));
            if (path !== undefined) {
                const text = asString(collapse(output));
                const before = append ? runText.file(i.m, path) : str("");
                const whole = text !== undefined && before?.k === "string" ? str(`${before.v}${text}\r\n`) : notKnown("the file's content is not known");
                runText.keepFile(i.m, path, whole);
                objects = [];
            }
        }
    }
    objects?.forEach((v) => i.emit(v));
    return "next";
}

function runCommand(i: Interpreter, command: Command, input: readonly Val[] | undefined): { output: readonly Val[]; completion: Completion } {
    const name = evaluate(i, command.name);
    const args = command.args.flatMap((arg) => argument(i, arg));
    if (command.verbatim !== undefined) {
        for (const word of command.verbatim.match(/(?:"[^"]*"|[^\s"])+/g) ?? []) {
            args.push({ t: "argument", value: str(word.replace(/"/g, "")) });
        }
    }
    if (name.k === "block") {
        return i.block(name, () => bindArguments(i, name.block.params, args, input), command.invocation !== ".");
    }
    const text = asString(name);
    if (text === undefined) {
        i.m.note(`runs a command whose name is computed (${asPattern(name).replaceAll(HOLE, "…").slice(0, 60)})`);
        return { output: [notKnown("the command's name is computed when the script runs")], completion: "next" };
    }
    return dispatch(i, text, args, input, command.invocation);
}

function argument(i: Interpreter, arg: Argument): Arg[] {
    if (arg.t === "parameter") {
        return [arg.value === undefined ? { t: "parameter", name: arg.name } : { t: "parameter", name: arg.name, value: evaluate(i, arg.value) }];
    }
    if (arg.value.t === "variable" && arg.value.splat) {
        const value = i.get(arg.value.name);
        if (value.k === "table") {
            return [...value.entries].map(([name, v]): Arg => ({ t: "parameter", name, value: v }));
        }
        return asList(value).map((v): Arg => ({ t: "argument", value: v }));
    }
    return [{ t: "argument", value: evaluate(i, arg.value) }];
}

/** Binds the arguments of a call to the parameters of a function or script block. */
export function bindArguments(i: Interpreter, params: readonly Parameter[], args: readonly Arg[], input: readonly Val[] | undefined): void {
    const values = new Map<string, Val>();
    const loose: Val[] = [];
    const isSwitch = (p: Parameter | undefined) => /(^|\.)switch(parameter)?$/.test(p?.type ?? "");
    for (let n = 0; n < args.length; n++) {
        const arg = args[n]!;
        if (arg.t === "argument") {
            loose.push(arg.value);
            continue;
        }
        const name = arg.name.toLowerCase();
        const parameter = params.find((p) => p.name === name) ?? params.find((p) => p.name.startsWith(name));
        const next = args[n + 1];
        if (arg.value !== undefined) {
            values.set(parameter?.name ?? name, arg.value);
        } else if (isSwitch(parameter) || next?.t !== "argument") {
            values.set(parameter?.name ?? name, TRUE);
        } else {
            values.set(parameter?.name ?? name, next.value);
            n++;
        }
    }
    for (const p of params) {
        const given = values.get(p.name) ?? (isSwitch(p) ? undefined : loose.shift());
        const piped = given === undefined && !isSwitch(p) && input !== undefined && p.defaultValue === undefined ? collapse(input) : undefined;
        const value = given ?? piped ?? (p.defaultValue === undefined ? (isSwitch(p) ? FALSE : NULL) : evaluate(i, p.defaultValue));
        i.set(p.name, p.type === undefined || isSwitch(p) || value.k === "null" ? value : castTo(p.type, value));
    }
    i.set("args", list(loose));
    i.set("psboundparameters", { k: "table", entries: values });
    if (input !== undefined) {
        i.set("input", list(input));
        i.set("_", collapse(input));
    }
}
