import { bounds } from "./machine";
import { Span } from "./parse/ast";
import { wildcard } from "./glob";
import { asList, asNumber, asString, bool, EMPTY, list, notKnown, num, Source, str, Val } from "./value";

/** A binary operator of which both sides have been evaluated. */
export function binary(op: string, left: Val, right: Val): Val {
    const why = left.k === "unknown" ? left.why : right.k === "unknown" ? right.why : "it is computed when the script runs";
    if (op === "+") {
        return plus(left, right, why);
    }
    if (op === "," || op === "f") {
        return format(left, right, why);
    }
    const { about } = left.k === "unknown" ? left : {};
    if (op === "join" && (about !== undefined || (left.k === "list" && left.items.length === 1 && left.items[0]!.k === "object"))) {
        return about !== undefined ? left : (left as Extract<Val, { k: "list" }>).items[0]!;
    }
    if (op === "band" && left.k === "object" && right.k === "number" && right.v === 4294967295) {
        return left;
    }
    if ((op === "eq" || op === "ne") && (left.k === "null" || right.k === "null")) {
        const result = equal(left, right);
        return result === undefined ? notKnown(why) : bool(result === (op === "eq"));
    }
    if (open(left) || open(right)) {
        return notKnown(why);
    }
    switch (op) {
        case "-":
        case "/":
        case "%":
        case "*":
        case "band":
        case "bor":
        case "bxor":
        case "shl":
        case "shr":
            return arithmetic(op, left, right);
        case "..":
            return range(left, right);
        case "join":
            return joined(left, asString(right));
        case "split":
            return split(left, right);
        case "replace":
            return replace(left, right);
        case "as":
            return right.k === "type" ? castTo(right.name, left) : left;
        case "is":
        case "isnot": {
            const result = isOfType(left, right);
            return result === undefined ? notKnown(why) : bool(result === (op === "is"));
        }
        case "xor":
            return notKnown(why);
        default:
            return comparison(op, left, right, why);
    }
}

const open = (v: Val): boolean => v.k === "unknown" || v.k === "condition" || (v.k === "object" && asString(v) === undefined);

function plus(left: Val, right: Val, why: string): Val {
    if (left.k === "list") {
        return right.k === "unknown" ? notKnown(why) : list([...left.items, ...(right.k === "list" ? right.items : [right])].slice(0, bounds.list + 1));
    }
    if (left.k === "table" && right.k === "table") {
        return { k: "table", entries: new Map([...left.entries, ...right.entries]) };
    }
    if (left.k === "number" || left.k === "bool") {
        const n = asNumber(right);
        return n === undefined ? notKnown(why) : num(asNumber(left)! + n);
    }
    if (left.k === "null") {
        return right;
    }
    const [a, b] = [asString(left), asString(right)];
    if (a !== undefined && b !== undefined) {
        return a.length + b.length > bounds.text ? notKnown("it grows too large to follow") : str(a + b);
    }
    if (left.k === "string" || (left.k === "unknown" && left.pattern !== undefined)) {
        const text = (a ?? (left.k === "unknown" ? left.pattern! : "")) + (b ?? (right.k === "unknown" ? (right.pattern ?? "\uFFFD") : "\uFFFD"));
        return text.length > bounds.text ? notKnown("it grows too large to follow") : notKnown(why, text);
    }
    return notKnown(why);
}

/** `"{0}\\{1}" -f $a, $b` without numeric formats. */
function format(left: Val, right: Val, why: string): Val {
    const pattern = asString(left);
    if (pattern === undefined) {
        return notKnown(why);
    }
    const args = asList(right);
    let known = true;
    const text = pattern.replace(/\{\{|\}\}|\{(\d+)(?:,-?\d+)?(?::([^}]*))?\}/g, (whole, index?: string, style?: string) => {
        if (index === undefined) {
            return whole[0]!;
        }
        const value = args[Number(index)];
        const part = value === undefined ? undefined : asString(value);
        if (part === undefined || style) {
            known = false;
            return "\uFFFD";
        }
        return part;
    });
    return known ? str(text) : notKnown(why, text);
}

function arithmetic(op: string, left: Val, right: Val): Val {
    if (op === "*" && left.k === "string" && right.k === "number") {
        return left.v.length * right.v > bounds.text || right.v < 0 ? notKnown("it grows too large to follow") : str(left.v.repeat(right.v));
    }
    const [a, b] = [asNumber(left), asNumber(right)];
    if (a === undefined || b === undefined) {
        return notKnown("it is computed when the script runs");
    }
    const results: Record<string, () => number> = {
        "-": () => a - b,
        "*": () => a * b,
        "/": () => a / b,
        "%": () => a % b,
        band: () => Number(BigInt(Math.trunc(a)) & BigInt(Math.trunc(b))),
        bor: () => Number(BigInt(Math.trunc(a)) | BigInt(Math.trunc(b))),
        bxor: () => Number(BigInt(Math.trunc(a)) ^ BigInt(Math.trunc(b))),
        shl: () => a * 2 ** b,
        shr: () => Math.floor(a / 2 ** b),
    };
    const result = Number.isFinite(a) && Number.isFinite(b) ? results[op]!() : NaN;
    return Number.isFinite(result) ? num(result) : notKnown("it is computed when the script runs");
}

function range(left: Val, right: Val): Val {
    const [a, b] = [asNumber(left), asNumber(right)];
    if (a === undefined || b === undefined) {
        return notKnown("it is computed when the script runs");
    }
    if (Math.abs(b - a) > bounds.list) {
        return notKnown("it grows too large to follow");
    }
    const step = a <= b ? 1 : -1;
    return list(Array.from({ length: Math.abs(b - a) + 1 }, (_, n) => num(a + n * step)));
}

function joined(left: Val, separator: string | undefined): Val {
    const parts = asList(left).map(asString);
    return separator === undefined || parts.some((p) => p === undefined) ? notKnown("it is computed when the script runs") : str(parts.join(separator));
}

/** Only separators without special meaning in a regular expression are followed. */
function split(left: Val, right: Val): Val {
    const text = asString(left);
    const separator = asString(asList(right)[0] ?? str(" "));
    if (text === undefined || separator === undefined) {
        return notKnown("it is computed when the script runs");
    }
    const plain = separator.replace(/\\([\W_])/g, "$1");
    if (separator === " ") {
        return list(text.split(/\s+/).filter((p) => p !== "").map(str));
    }
    if (/^\\[srn][+*]?$|^\\r\?\\n$|^`?[\r\n]+$/.test(separator)) {
        return list(text.split(/\s+/).map(str));
    }
    return /[[\](){}^$*+?|.]/.test(separator.replace(/\\[\W_]/g, "")) ? notKnown("it is computed when the script runs") : list(text.split(plain).slice(0, bounds.list).map(str));
}

function replace(left: Val, right: Val): Val {
    const text = asString(left);
    const [from, to] = asList(right).map(asString);
    if (text === undefined || from === undefined || /[[\](){}^$*+?|.]/.test(from.replace(/\\[\W_]/g, "")) || /[$]/.test(to ?? "")) {
        return notKnown("it is computed when the script runs");
    }
    const plain = from.replace(/\\([\W_])/g, "$1").replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return str(text.replace(new RegExp(plain, "gi"), () => to ?? ""));
}

function comparison(op: string, left: Val, right: Val, why: string): Val {
    if (op === "contains" || op === "notcontains" || op === "in" || op === "notin") {
        const [haystack, needle] = op.endsWith("in") ? [right, left] : [left, right];
        const results = asList(haystack).map((item) => equal(item, needle));
        const hit = results.some((r) => r === true) ? true : results.some((r) => r === undefined) ? undefined : false;
        return hit === undefined ? notKnown(why) : bool(hit !== op.startsWith("not"));
    }
    if (left.k === "list") {
        const kept = left.items.map((item) => comparison(op, item, right, why));
        return kept.some((k) => k.k !== "bool") ? notKnown(why) : kept.length === 0 ? EMPTY : list(left.items.filter((_, n) => (kept[n] as { v: boolean }).v));
    }
    if (op === "eq" || op === "ne") {
        const result = equal(left, right);
        return result === undefined ? notKnown(why) : bool(result === (op === "eq"));
    }
    if (op === "like" || op === "notlike") {
        const [text, pattern] = [asString(left), asString(right)];
        return text === undefined || pattern === undefined ? notKnown(why) : bool(wildcard(pattern)(text) === (op === "like"));
    }
    if (op === "match" || op === "notmatch") {
        const [text, pattern] = [asString(left), asString(right)];
        if (text === undefined || pattern === undefined || /[[\](){}*+?|.\\]/.test(pattern.replace(/\\[\W_]/g, ""))) {
            return notKnown(why);
        }
        const plain = pattern.replace(/\\([\W_])/g, "$1").toLowerCase();
        const subject = text.toLowerCase();
        const word = plain.replace(/^\^|\$$/g, "");
        const hit = plain.startsWith("^") ? (plain.endsWith("$") ? subject === word : subject.startsWith(word)) : plain.endsWith("$") ? subject.endsWith(word) : subject.includes(word);
        return bool(hit === (op === "match"));
    }
    const [a, b] = [asNumber(left), asNumber(right)];
    if (a === undefined || b === undefined) {
        return notKnown(why);
    }
    const results: Record<string, boolean> = { gt: a > b, ge: a >= b, lt: a < b, le: a <= b };
    return op in results ? bool(results[op]!) : notKnown(why);
}

/** Objects that a command handed out are there; what one reads from the guest may not be. */
const maybeNull = (v: Val): boolean => v.k === "unknown" || v.k === "condition" || (v.k === "object" && (v.o.o === "current" || v.o.o === "rule-field" || v.o.o === "rules"));

/** Equality as `-eq` sees it: case-insensitive, the right side brought to the type of the left. */
function equal(left: Val, right: Val): boolean | undefined {
    if (left.k === "null" || right.k === "null") {
        return left.k === right.k ? true : maybeNull(left) || maybeNull(right) ? undefined : false;
    }
    if (left.k === "number" || left.k === "bool") {
        const n = left.k === "bool" && right.k === "string" ? Number(right.v !== "") : asNumber(right);
        return n === undefined ? (open(right) ? undefined : false) : n === asNumber(left);
    }
    const [a, b] = [asString(left), asString(right)];
    return a === undefined || b === undefined ? undefined : a.toLowerCase() === b.toLowerCase();
}

function isOfType(value: Val, type: Val): boolean | undefined {
    const name = type.k === "type" ? type.name.replace(/^system\./, "") : asString(type)?.toLowerCase().replace(/^system\./, "");
    switch (value.k) {
        case "null":
            return false;
        case "string":
            return name === "string";
        case "number":
            return name === undefined ? undefined : Number.isInteger(value.v) ? /^(int|int32|long|int64)$/.test(name) : name === "double";
        case "bool":
            return name === "bool" || name === "boolean";
        case "list":
            return name === undefined ? undefined : /^(array|object\[\]|string\[\]|collections\..*)$/.test(name);
        case "table":
            return name === undefined ? undefined : /^(hashtable|collections\.hashtable|collections\.idictionary)$/.test(name);
        default:
            return undefined;
    }
}

/** `[type] value`; types that leave the value what it is for our purposes are passed over. */
export function castTo(type: string, value: Val, source?: Source, span?: Span): Val {
    if (value.k === "unknown" || value.k === "condition") {
        return value.k === "condition" && type.startsWith("bool") ? value : value.k === "condition" ? notKnown("it is computed when the script runs") : value;
    }
    if (value.k === "object" && value.o.o !== "bytes" && !/wmi/.test(type)) {
        return value;
    }
    const src = "src" in value && value.src ? { src: value.src } : source !== undefined && span !== undefined ? {} : {};
    switch (type) {
        case "int":
        case "int32":
        case "uint32":
        case "int64":
        case "uint64":
        case "long":
        case "byte":
        case "int16":
        case "uint16":
        case "double":
        case "system.int32":
        case "system.uint32":
        case "decimal": {
            const n = asNumber(value);
            return n === undefined ? notKnown("it is computed when the script runs") : { k: "number", v: /double|decimal/.test(type) ? n : Math.round(n), ...src };
        }
        case "string":
        case "system.string": {
            const text = asString(value);
            return text === undefined ? notKnown("it is computed when the script runs") : { k: "string", v: text, ...src };
        }
        case "bool":
        case "boolean":
        case "system.boolean":
        case "switch": {
            const text = value.k === "string" ? value.v !== "" : value.k === "number" ? value.v !== 0 : value.k === "bool" ? value.v : value.k === "null" ? false : undefined;
            return text === undefined ? value : bool(text);
        }
        case "void":
            return { k: "null" };
        case "string[]":
        case "int[]":
        case "object[]":
        case "array":
            return value.k === "list" ? value : list(asList(value));
        case "char":
            return value.k === "number" ? str(String.fromCharCode(value.v)) : value;
        case "wmiclass":
        case "wmi": {
            const text = asString(value);
            const name = /(?:^|[:\\])([\w]+)(?:[.=@][^\\]*)?$/.exec(text ?? "")?.[1];
            return name === undefined ? notKnown("it is computed when the script runs") : { k: "object", o: { o: "wmi", className: name.toLowerCase() } };
        }
        default:
            return value;
    }
}
