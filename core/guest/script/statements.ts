import { Interpreter } from "./interpreter";
import { bounds, Completion } from "./machine";
import { reasonOf } from "./slots";
import { assignTo } from "./assign";
import { conditionOf, evaluate, evaluateStatement } from "./evaluate";
import { Expr, Stmt } from "./parse/ast";
import { runPipeline } from "./pipeline";
import { taintBy } from "./taint";
import { wildcard } from "./glob";
import { asList, asString, collapse, notKnown, truth, Val } from "./value";

/** Executes one statement. */
export function execute(i: Interpreter, s: Stmt): Completion {
    return i.m.at(i.source, s, () => executeHere(i, s));
}

function executeHere(i: Interpreter, s: Stmt): Completion {
    switch (s.t) {
        case "pipeline":
            return runPipeline(i, s.elements);
        case "chain": {
            // Commands are taken to succeed, so `&&` goes on and `||` does not.
            const left = execute(i, s.left);
            if (left === "next" && i.get("lastexitcode").k !== "number") {
                return either(i, [() => "next", () => execute(i, s.right)], `it depends on how the command in line ${i.m.line} ends`);
            }
            return left === "next" && s.op === "&&" ? execute(i, s.right) : left;
        }
        case "assign":
            assignTo(i, s.target, s.op, evaluateStatement(i, s.value, true));
            return "next";
        case "if":
            return runIf(i, s, 0);
        case "while":
            return loop(i, s, () => decided(i, s.condition), s.body, true);
        case "do":
            return loop(i, s, () => negate(decided(i, s.condition), s.until), s.body, false);
        case "for": {
            if (s.init !== undefined) {
                execute(i, s.init);
            }
            const { next } = s;
            return loop(i, s, () => (s.condition === undefined ? true : decided(i, s.condition)), s.body, true, next && (() => void i.collect(() => execute(i, next))));
        }
        case "foreach":
            return forEach(i, s);
        case "switch":
            return runSwitch(i, s);
        case "function":
            if (s.configuration) {
                i.block({ k: "block", block: s.block, source: i.source }, () => s.block.params.forEach((p) => i.parameter(p, undefined)));
            } else {
                i.m.store.set(`fn:${s.name}`, { e: "function", block: s.block, source: i.source });
            }
            return "next";
        case "try":
            return runTry(i, s);
        case "flow": {
            if (s.value !== undefined) {
                const value = evaluateStatement(i, s.value, false);
                if (s.kind === "return") {
                    i.emit(value);
                } else if (s.kind === "exit") {
                    // A non-zero code says that the script failed; readings describe runs that succeed.
                    return truth(value) === true ? "fail" : "exit";
                }
            }
            return s.kind === "throw" ? "fail" : s.kind;
        }
        case "group":
            return i.run(s.body);
        case "trap":
        case "declaration":
            return "next";
    }
}

function runIf(i: Interpreter, s: Extract<Stmt, { t: "if" }>, index: number): Completion {
    const clause = s.clauses[index];
    if (clause === undefined) {
        return s.otherwise === undefined ? "next" : i.run(s.otherwise);
    }
    const value = evaluateStatement(i, clause.condition, false);
    const outcome = truth(value);
    if (outcome !== undefined) {
        return outcome ? i.run(clause.body) : runIf(i, s, index + 1);
    }
    const condition = conditionOf(value);
    const why = `it depends on the condition in line ${i.m.lineOf(i.source, clause.condition)}`;
    return either(
        i,
        [
            () => {
                i.m.assume(condition, true);
                return i.run(clause.body);
            },
            () => {
                i.m.assume(condition, false);
                return runIf(i, s, index + 1);
            },
        ],
        why,
    );
}

/** Runs alternatives and joins what they put into the pipeline. */
export function either(i: Interpreter, ways: readonly (() => Completion)[], why: string): Completion {
    const outputs: Val[][] = [];
    const completion = i.m.alternatives(
        ways.map((way) => () => {
            const { output, completion } = i.collect(way);
            if (completion === "next") {
                outputs.push(output);
            }
            return completion;
        }),
        why,
    );
    if (outputs.length === 1) {
        outputs[0]!.forEach((v) => i.emit(v));
    } else if (outputs.some((o) => o.length > 0)) {
        const texts = outputs.map((o) => asString(collapse(o)));
        if (texts[0] !== undefined && texts.every((t) => t === texts[0])) {
            outputs[0]!.forEach((v) => i.emit(v));
        } else {
            i.emit(notKnown(why));
        }
    }
    return completion;
}

function decided(i: Interpreter, condition: Stmt): boolean | undefined {
    return truth(evaluateStatement(i, condition, false));
}

const negate = (value: boolean | undefined, yes: boolean): boolean | undefined => (value === undefined || !yes ? value : !value);

/** A loop whose condition is asked before (or after) each turn. */
function loop(i: Interpreter, s: Stmt, test: () => boolean | undefined, body: readonly Stmt[], testFirst: boolean, next?: () => void): Completion {
    const endless = s.t === "while" && /^(\$true|1)$/i.test(i.source.text.slice(s.condition.start, s.condition.end));
    const line = i.m.lineOf(i.source, s);
    const why = `it depends on how often the loop in line ${line} runs`;
    return i.m.frame("loop", () => why, () => {
        for (let turn = 0; ; turn++) {
            if (turn > 0 || testFirst) {
                const more = test();
                if (more === false) {
                    return "next";
                }
                if (more === undefined) {
                    return turn > 0 && !testFirst ? "next" : unknownTurns(i, body, why, line, next);
                }
            }
            if (turn >= bounds.loop) {
                taintBy(i, body, `the loop in line ${line} runs more than ${bounds.loop} times`);
                return endless ? "exit" : "next";
            }
            const completion = turnOf(i, body);
            if (completion === "break") {
                return "next";
            }
            if (completion !== "next") {
                return completion;
            }
            next?.();
        }
    }).completion;
}

/** One turn of a loop; `continue` ends it. */
function turnOf(i: Interpreter, body: readonly Stmt[]): Completion {
    return i.m.frame("iteration", () => "it depends on a condition inside a loop", () => i.run(body)).completion;
}

/** A loop that runs nobody knows how often: not at all, or with the variables it changes unknown. */
function unknownTurns(i: Interpreter, body: readonly Stmt[], why: string, line: number, next?: () => void): Completion {
    return either(
        i,
        [
            () => "next",
            () => {
                const first = turnOf(i, body);
                if (first !== "next") {
                    return first === "break" ? "next" : first;
                }
                next?.();
                taintBy(i, body, `the loop in line ${line} runs an unknown number of times`, "variables");
                const again = turnOf(i, body);
                return again === "break" ? "next" : again;
            },
        ],
        why,
    );
}

function forEach(i: Interpreter, s: Extract<Stmt, { t: "foreach" }>): Completion {
    const items = evaluateStatement(i, s.items, false);
    const line = i.m.lineOf(i.source, s);
    if (items.k === "unknown" || items.k === "condition") {
        i.set(s.variable, notKnown(reasonOf(items, `the loop in line ${line} runs over what is read when the script runs`)));
        return i.m.frame("loop", () => "a loop is left early", () => unknownTurns(i, s.body, `it depends on what the loop in line ${line} runs over`, line)).completion;
    }
    return i.m.frame("loop", () => `it depends on where the loop in line ${line} ends`, () => {
        for (const [turn, item] of asList(items).entries()) {
            if (turn >= bounds.loop) {
                taintBy(i, s.body, `the loop in line ${line} runs more than ${bounds.loop} times`);
                return "next";
            }
            i.set(s.variable, item);
            const completion = turnOf(i, s.body);
            if (completion === "break") {
                return "next";
            }
            if (completion !== "next") {
                return completion;
            }
        }
        return "next";
    }).completion;
}

function runSwitch(i: Interpreter, s: Extract<Stmt, { t: "switch" }>): Completion {
    const subject = s.mode === "file" ? notKnown("it depends on what a file holds") : evaluateStatement(i, s.subject, false);
    const line = i.m.lineOf(i.source, s);
    const why = `it depends on the switch in line ${line}`;
    return i.m.frame("loop", () => why, () => {
        for (const item of subject.k === "list" ? subject.items : [subject]) {
            i.set("_", item);
            const completion = runClauses(i, s, item, 0, false, why);
            if (completion !== "next" && completion !== "continue") {
                return completion;
            }
        }
        return "next";
    }).completion;
}

function runClauses(i: Interpreter, s: Extract<Stmt, { t: "switch" }>, item: Val, index: number, matched: boolean | undefined, why: string): Completion {
    const clause = s.clauses[index];
    if (clause === undefined) {
        return "next";
    }
    const rest = (hit: boolean | undefined) => runClauses(i, s, item, index + 1, hit, why);
    const fits = clause.match === undefined ? (matched === undefined ? undefined : !matched) : matches(i, s.mode, clause.match, item);
    if (fits === false) {
        return rest(matched);
    }
    const body = () => {
        const completion = i.run(clause.body);
        return completion === "next" ? rest(true) : completion;
    };
    return fits === true ? body() : either(i, [body, () => rest(matched === true ? true : undefined)], why);
}

function matches(i: Interpreter, mode: "exact" | "wildcard" | "regex" | "file", match: Expr, item: Val): boolean | undefined {
    const value = evaluate(i, match);
    if (value.k === "block") {
        return truth(collapse(i.block(value, () => i.set("_", item)).output));
    }
    const [a, b] = [asString(item), asString(value)];
    if (a === undefined || b === undefined) {
        return undefined;
    }
    if (mode === "regex") {
        return undefined;
    }
    return mode === "wildcard" ? wildcard(b)(a) : a.toLowerCase() === b.toLowerCase();
}

function runTry(i: Interpreter, s: Extract<Stmt, { t: "try" }>): Completion {
    let completion = i.run(s.body);
    if (completion === "fail" && s.catches.length > 0) {
        completion = runCatches(i, s.catches);
    } else if (completion === "next" && s.catches.some((c) => c.length > 0)) {
        const why = `it depends on whether the try block in line ${i.m.lineOf(i.source, s)} fails`;
        completion = either(i, [() => "next", () => runCatches(i, s.catches)], why);
    }
    if (s.finallyBody !== undefined) {
        const last = i.run(s.finallyBody);
        return last === "next" ? completion : last;
    }
    return completion;
}

function runCatches(i: Interpreter, catches: readonly (readonly Stmt[])[]): Completion {
    return catches.length === 1 ? i.run(catches[0]!) : either(i, catches.map((c) => () => i.run(c)), "it depends on which error is caught");
}
