import { HOLE, asList, asPattern, asString, bool, collapse, Condition, EMPTY, list, NULL, notKnown, num, str, thing, truth, Val } from "./value";
import { Interpreter } from "./interpreter";
import { Expr, Stmt } from "./parse/ast";
import { execute } from "./statements";
import { binary, castTo } from "./operators";
import { invokeMethod, memberOf } from "./members";
import { assignTo } from "./assign";
import { bounds } from "./machine";

/** The value of a statement to the right of `=`, in parentheses, or as a condition. */
export function evaluateStatement(i: Interpreter, s: Stmt, keepList: boolean): Val {
    const value = expressionOf(s);
    if (value !== undefined) {
        return i.m.at(i.source, s, () => evaluate(i, value));
    }
    if (s.t === "assign") {
        // `if ($x = f)`: the assignment's value.
        const assigned = evaluateStatement(i, s.value, true);
        i.m.at(i.source, s, () => assignTo(i, s.target, s.op, assigned));
        return assigned;
    }
    const { output } = i.collect(() => execute(i, s));
    return keepList || output.length !== 1 ? collapse(output) : output[0]!;
}

/** The expression that a statement consists of, where it is nothing else. */
function expressionOf(s: Stmt | undefined): Expr | undefined {
    const only = s?.t === "pipeline" && s.elements.length === 1 ? s.elements[0] : undefined;
    return only?.t === "expression" ? only.value : undefined;
}

/** The test on the guest's state that a value stands for. */
export function conditionOf(v: Val): Condition {
    if (v.k === "condition") {
        return v.c;
    }
    const known = truth(v);
    return { t: "open", why: known === undefined && v.k === "unknown" ? v.why : "" };
}

export function evaluate(i: Interpreter, e: Expr): Val {
    i.m.step();
    switch (e.t) {
        case "string":
            return gap.test(e.value)
                ? notKnown("a parameter of the document is filled in when it runs", e.value.replace(new RegExp(gap, "g"), HOLE))
                : { k: "string", v: e.value, src: { source: i.source, start: e.start, end: e.end }, ...(e.bare ? { bare: true } : {}) };
        case "number":
            return { k: "number", v: e.value, src: { source: i.source, start: e.start, end: e.end } };
        case "interpolated":
            return interpolate(i, e.parts);
        case "variable": {
            const value = i.get(e.name);
            return value.k === "bool" ? { ...value, src: { source: i.source, start: e.start, end: e.end } } : value;
        }
        case "array":
            return list(e.items.map((item) => evaluate(i, item)));
        case "statements":
            return statementsOf(i, e);
        case "block":
            return { k: "block", block: e.block, source: i.source };
        case "hash": {
            const entries = new Map<string, Val>();
            for (const { key, value } of e.entries) {
                const name = asString(evaluate(i, key));
                if (name === undefined) {
                    return notKnown("a key of the table is computed when the script runs");
                }
                entries.set(name.toLowerCase(), evaluateStatement(i, value, true));
            }
            return { k: "table", entries };
        }
        case "type":
            return { k: "type", name: e.name };
        case "cast":
            return castTo(e.type, evaluate(i, e.operand), i.source, e);
        case "unary":
            return unary(i, e.op, e.operand, e);
        case "postfix": {
            const before = evaluate(i, e.operand);
            assignTo(i, e.operand, e.op === "++" ? "+=" : "-=", num(1));
            return before;
        }
        case "binary":
            return chain(i, e);
        case "member":
            return memberOf(i, evaluate(i, e.target), nameOf(i, e.name), e.isStatic);
        case "invoke":
            return invokeMethod(
                i,
                e.target,
                evaluate(i, e.target),
                nameOf(i, e.name),
                e.args.map((arg) => evaluate(i, arg)),
                e.isStatic,
            );
        case "index":
            return indexed(evaluate(i, e.target), evaluate(i, e.index));
    }
}

function nameOf(i: Interpreter, e: Expr): string {
    return (asString(evaluate(i, e)) ?? HOLE).toLowerCase();
}

/** A string with its parts filled in; a part that is not known leaves a hole. */
/** A parameter of an SSM document that nobody has filled in yet: `{{ name }}`. */
const gap = /\{\{\s*[\w:.-]+\s*\}\}/;

function interpolate(i: Interpreter, parts: readonly (string | Expr)[]): Val {
    const only = parts.length === 1 ? parts[0] : undefined;
    if (only !== undefined && typeof only !== "string") {
        const value = evaluate(i, only);
        const text = asString(value);
        return text === undefined ? (value.k === "object" || value.k === "unknown" ? value : notKnown("it is computed when the script runs")) : str(text);
    }
    let text = "";
    let why: string | undefined;
    for (const part of parts) {
        if (typeof part === "string") {
            text += part.replace(new RegExp(gap, "g"), HOLE);
            why ??= gap.test(part) ? "a parameter of the document is filled in when it runs" : undefined;
            continue;
        }
        const value = evaluate(i, part);
        const known = asString(value);
        text += known ?? asPattern(value);
        if (known === undefined) {
            why ??= value.k === "unknown" ? value.why : "a part of a string is computed when the script runs";
        }
        if (text.length > bounds.text) {
            return notKnown("it grows too large to follow");
        }
    }
    return why === undefined ? str(text) : notKnown(why, text);
}

function statementsOf(i: Interpreter, e: Extract<Expr, { t: "statements" }>): Val {
    if (e.form === "paren" && e.body.length === 1) {
        return evaluateStatement(i, e.body[0]!, true);
    }
    if (e.body.length === 1 && expressionOf(e.body[0]) !== undefined) {
        const value = evaluateStatement(i, e.body[0]!, true);
        if (e.form !== "array") {
            return value;
        }
        return value.k === "unknown" || value.k === "condition" ? value : list(asList(value));
    }
    const { output } = i.collect(() => {
        for (const statement of e.body) {
            const value = evaluateStatement(i, statement, true);
            if (statement.t !== "assign" && statement.t !== "function") {
                i.emit(value);
            }
        }
        return "next";
    });
    if (e.form === "array") {
        return output.some((o) => o.k === "unknown") ? output.find((o) => o.k === "unknown")! : output.length === 0 ? EMPTY : list(output);
    }
    return collapse(output);
}

function unary(i: Interpreter, op: string, operand: Expr, whole: Expr): Val {
    if (op === "++" || op === "--") {
        assignTo(i, operand, op === "++" ? "+=" : "-=", num(1));
        return evaluate(i, operand);
    }
    const value = evaluate(i, operand);
    switch (op) {
        case "not": {
            const known = truth(value);
            if (known !== undefined) {
                return bool(!known);
            }
            return { k: "condition", c: { t: "not", of: conditionOf(value) } };
        }
        case "-":
            return value.k === "number" ? { k: "number", v: -value.v, src: { source: i.source, start: whole.start, end: whole.end } } : notKnown("a number is computed when the script runs");
        case "+":
            return value;
        case "join":
            return value.k === "unknown" ? value : binary("join", value, str(""));
        case "split":
            return value.k === "unknown" ? value : binary("split", value, str(" "));
        default:
            return notKnown("a number is computed when the script runs");
    }
}

/** Binary operators. Long chains lean to the left; they are folded without recursion. */
function chain(i: Interpreter, e: Expr): Val {
    const rest: Extract<Expr, { t: "binary" }>[] = [];
    let first = e;
    while (first.t === "binary") {
        rest.push(first);
        first = first.left;
    }
    let value = evaluate(i, first);
    for (const { op, right } of rest.reverse()) {
        i.m.step();
        value = op === "and" || op === "or" ? logical(i, op, value, right) : compare(i, op, value, evaluate(i, right));
    }
    return value;
}

function logical(i: Interpreter, op: "and" | "or", left: Val, rightSide: Expr): Val {
    const known = truth(left);
    if (known === (op === "or")) {
        return bool(known);
    }
    const right = evaluate(i, rightSide);
    const other = truth(right);
    if (known !== undefined) {
        return other === undefined ? (right.k === "condition" ? right : { k: "condition", c: conditionOf(right) }) : bool(other);
    }
    if (other !== undefined) {
        return other === (op === "or") ? bool(other) : left.k === "condition" ? left : { k: "condition", c: conditionOf(left) };
    }
    return { k: "condition", c: { t: op, left: conditionOf(left), right: conditionOf(right) } };
}

/** Comparisons of what the guest has now with a known value become conditions; all else is computed or not known. */
function compare(i: Interpreter, op: string, left: Val, right: Val): Val {
    if ((op === "eq" || op === "ne") && (left.k === "null" ? i.m.isThere(right) : right.k === "null" && i.m.isThere(left))) {
        return bool(op === "ne");
    }
    if (/^(eq|ne|is|isnot|match|notmatch|like|notlike|in|contains)$/.test(op)) {
        const condition = i.m.test(op, left, right) ?? i.m.test(op === "in" ? "contains" : op === "contains" ? "in" : op, right, left);
        if (condition !== undefined) {
            return { k: "condition", c: condition };
        }
    }
    const result = binary(op, left, right);
    // Long texts and lists cost as much as many short ones.
    i.m.step(result.k === "string" ? result.v.length >> 7 : result.k === "list" ? result.items.length >> 2 : 0);
    return result;
}

export function indexed(target: Val, index: Val): Val {
    if (target.k === "table") {
        const name = asString(index);
        return name === undefined ? notKnown("it is looked up by a name computed when the script runs") : (target.entries.get(name.toLowerCase()) ?? NULL);
    }
    if (target.k === "list" && index.k === "number") {
        return target.items.at(index.v) ?? NULL;
    }
    if (target.k === "list" && index.k === "list") {
        return list(index.items.map((at) => indexed(target, at)));
    }
    if (target.k === "string" && index.k === "number") {
        const c = target.v.at(index.v);
        return c === undefined ? NULL : str(c);
    }
    if (target.k === "object" && index.k === "number") {
        // SERVICE_FAILURE_ACTIONS keeps the type of the first action at byte 20; 1 restarts the service.
        if (target.o.o === "current" && target.o.slot.endsWith("-recovery")) {
            return index.v === 20 ? thing({ ...target.o, words: { "1": "restart", "0": "none" } }) : notKnown("it is read when the script runs");
        }
        return target;
    }
    if (target.k === "unknown") {
        return notKnown(target.why);
    }
    return target.k === "null" ? NULL : notKnown("it is looked up when the script runs");
}
