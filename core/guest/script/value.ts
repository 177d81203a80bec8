import { RuleProperty, SettingValue } from "../model";
import { ScriptBlock, Span } from "./parse/ast";

/** A script text that is being read, and where its statements stand in the text that was given. */
export interface Source {
    readonly text: string;
}

/** The literal that a value was written as. */
export interface LiteralSpan extends Span {
    readonly source: Source;
}

/** What an expression yields, as far as it can be known without running it. */
export type Val =
    | { readonly k: "string"; readonly v: string; readonly src?: LiteralSpan; readonly from?: Source; readonly bare?: boolean }
    | { readonly k: "number"; readonly v: number; readonly src?: LiteralSpan }
    | { readonly k: "bool"; readonly v: boolean; readonly src?: LiteralSpan }
    | { readonly k: "null" }
    | { readonly k: "list"; readonly items: readonly Val[] }
    | { readonly k: "table"; readonly entries: ReadonlyMap<string, Val> }
    | { readonly k: "block"; readonly block: ScriptBlock; readonly source: Source }
    | { readonly k: "type"; readonly name: string }
    | { readonly k: "object"; readonly o: Thing }
    | { readonly k: "condition"; readonly c: Condition }
    /** `about`: computed from that alone. `pattern`: the string's known parts, with `\uFFFD` for what is not known. */
    | { readonly k: "unknown"; readonly why: string; readonly pattern?: string; readonly about?: Thing };

/** Windows objects that scripts pass from one command to the next. */
export type Thing =
    | { readonly o: "key"; readonly path: string }
    | { readonly o: "key-values"; readonly path: string }
    /** What the guest has now. `words`: what a test compares it with, where that differs from what the setting stores. */
    | { readonly o: "current"; readonly slot: string; readonly label: string; readonly words?: Readonly<Record<string, SettingValue>> }
    | { readonly o: "rule-field"; readonly key: string; readonly field: RuleField }
    | { readonly o: "rules"; readonly select: RuleSelector }
    /** `ifDisabled`: a filter lets it through only where it is disabled. */
    | { readonly o: "rule"; readonly key: string; readonly ifDisabled?: true }
    | { readonly o: "service"; readonly name: string }
    | { readonly o: "wmi"; readonly className: string; readonly service?: string }
    /** Base64 of a byte array. */
    | { readonly o: "bytes"; readonly base64: string }
    | { readonly o: "connection" }
    /** The members of a local group. */
    | { readonly o: "members"; readonly group: string }
    /** User profiles; `filtered`: some of them. */
    | { readonly o: "profiles"; readonly filtered: boolean }
    | { readonly o: "firewall-profile"; readonly profile: string }
    | { readonly o: "file"; readonly path: string }
    | { readonly o: "com"; readonly name: string };

export interface RuleSelector {
    readonly by: "all" | "name" | "group" | "displayGroup" | "displayName";
    readonly values: readonly string[];
}

export type RuleField = RuleProperty;

/** What is true exactly when a test on the guest's state is true. */
export type Condition =
    | { readonly t: "is"; readonly slot: string; readonly value: SettingValue | "absent" }
    /** A firewall rule's field has the value that a script writes as `value`. */
    | { readonly t: "rule"; readonly key: string; readonly field: RuleField; readonly value: Val }
    | { readonly t: "not"; readonly of: Condition }
    | { readonly t: "and" | "or"; readonly left: Condition; readonly right: Condition }
    /** Known to be undecidable. */
    | { readonly t: "open"; readonly why: string };

export const HOLE = "\uFFFD";

export const NULL: Val = { k: "null" };
export const TRUE: Val = { k: "bool", v: true };
export const FALSE: Val = { k: "bool", v: false };
export const EMPTY: Val = { k: "list", items: [] };

export const str = (v: string): Val => ({ k: "string", v });
export const num = (v: number): Val => ({ k: "number", v });
export const bool = (v: boolean): Val => (v ? TRUE : FALSE);
export const list = (items: readonly Val[]): Val => ({ k: "list", items });
export const thing = (o: Thing): Val => ({ k: "object", o });
export const notKnown = (why: string, pattern?: string): Val => ({ k: "unknown", why, ...(pattern === undefined ? {} : { pattern }) });

/** The value as PowerShell would put it into a string; undefined where it is not known. */
export function asString(v: Val): string | undefined {
    switch (v.k) {
        case "string":
            return v.v;
        case "number":
            return String(v.v);
        case "bool":
            return v.v ? "True" : "False";
        case "null":
            return "";
        case "list": {
            const parts = v.items.map(asString);
            return parts.every((p) => p !== undefined) ? parts.join(" ") : undefined;
        }
        case "type":
            return v.name;
        case "object":
            return thingText(v.o);
        default:
            return undefined;
    }
}

function thingText(o: Thing): string | undefined {
    switch (o.o) {
        case "key":
        case "key-values":
            return o.path;
        case "file":
            return o.path;
        case "service":
            return o.name;
        default:
            return undefined;
    }
}

/** Like `asString`, with `HOLE` for parts that are not known. */
export function asPattern(v: Val): string {
    if (v.k === "unknown") {
        return v.pattern ?? HOLE;
    }
    if (v.k === "list") {
        return v.items.map(asPattern).join(" ");
    }
    return asString(v) ?? HOLE;
}

/** Like `asPattern` for paths and names; what is longer than any of those is not followed. */
export function asPath(v: Val): string {
    const text = asPattern(v);
    return text.length > 1000 ? HOLE : text;
}

export function asNumber(v: Val): number | undefined {
    switch (v.k) {
        case "number":
            return v.v;
        case "bool":
            return v.v ? 1 : 0;
        case "null":
            return 0;
        case "string": {
            const text = v.v.trim();
            return /^[+-]?(\d+\.?\d*(e[+-]?\d+)?|\.\d+|0x[0-9a-f]+)$/i.test(text) ? Number(text) : undefined;
        }
        default:
            return undefined;
    }
}

/** True or false as PowerShell's conditions take it; undefined where it cannot be told. */
export function truth(v: Val): boolean | undefined {
    switch (v.k) {
        case "bool":
            return v.v;
        case "null":
            return false;
        case "number":
            return v.v !== 0;
        case "string":
            return v.v !== "";
        case "list":
            return v.items.length === 0 ? false : v.items.length > 1 && !v.items.every(isMaybe) ? true : truth(v.items[0]!);
        case "table":
        case "block":
        case "type":
            return true;
        case "object":
            return v.o.o === "current" || v.o.o === "rule-field" || v.o.o === "rules" || isMaybe(v) ? undefined : true;
        default:
            return undefined;
    }
}

/** Whether it is there only under a condition. */
const isMaybe = (v: Val): boolean => v.k === "object" && v.o.o === "rule" && v.o.ifDisabled === true;

export function asList(v: Val): readonly Val[] {
    return v.k === "list" ? v.items : v.k === "null" ? [] : [v];
}

/** One value for what a pipeline yielded: nothing, the single object, or a list. */
export function collapse(items: readonly Val[]): Val {
    return items.length === 0 ? NULL : items.length === 1 ? items[0]! : list(items);
}

/** Whether two values are certainly the same. Deep structures are compared to a limited depth. */
export function same(a: Val, b: Val, depth = 6): boolean {
    if (a === b) {
        return true;
    }
    if (a.k !== b.k || depth === 0) {
        return false;
    }
    switch (a.k) {
        case "string":
        case "number":
        case "bool":
            return a.v === (b as typeof a).v;
        case "null":
            return true;
        case "list": {
            const other = (b as typeof a).items;
            return a.items.length === other.length && a.items.length < 200 && a.items.every((item, i) => same(item, other[i]!, depth - 1));
        }
        case "table": {
            const other = (b as typeof a).entries;
            return a.entries.size === other.size && a.entries.size < 200 && [...a.entries].every(([k, v]) => other.has(k) && same(v, other.get(k)!, depth - 1));
        }
        case "type":
            return a.name === (b as typeof a).name;
        case "block":
            return a.block === (b as typeof a).block;
        case "object":
            return JSON.stringify(a.o) === JSON.stringify((b as typeof a).o);
        default:
            return false;
    }
}

/** The value as a setting stores it; undefined where it is not known. */
export function asSetting(v: Val): SettingValue | undefined {
    switch (v.k) {
        case "string":
        case "number":
        case "bool":
            return v.v;
        case "list": {
            const parts = v.items.map(asString);
            return parts.every((p) => p !== undefined) ? parts : undefined;
        }
        default:
            return asString(v);
    }
}

export type ScriptBlockVal = Extract<Val, { k: "block" }>;
