import { CarrierSource, readCarrier } from "./cloud";
import { CarrierRule, PropertyEdit, ScriptEdit } from "./rule";
import { at } from "./value";

/**
 * The value of a property whose script is changed by `edits` and by nothing else, or undefined where that cannot be
 * done. The script may be embedded (a line of a JSON document, a YAML block): each edit is made at every place of the
 * value where its literal stands, and the place is kept at which the script, read back, is the wanted one.
 */
export function editEmbedded(value: unknown, extract: (v: unknown) => string | undefined, edits: readonly ScriptEdit[]): unknown {
    let current = value;
    // From the end, so that offsets of the remaining edits stay true.
    for (const edit of [...edits].sort((a, b) => b.start - a.start)) {
        const script = extract(current);
        if (script === undefined) {
            return undefined;
        }
        const wanted = script.slice(0, edit.start) + edit.replacement + script.slice(edit.end);
        const next = candidates(current, script.slice(edit.start, edit.end), edit.replacement).find((c) => extract(c) === wanted);
        if (next === undefined) {
            return undefined;
        }
        current = next;
    }
    return current;
}

/** The value with one occurrence of `literal` replaced, for each occurrence in each text of it. */
function* candidatesIn(value: unknown, literal: string, replacement: string): Generator<unknown> {
    if (typeof value === "string") {
        for (let i = value.indexOf(literal); i >= 0 && literal !== ""; i = value.indexOf(literal, i + 1)) {
            yield value.slice(0, i) + replacement + value.slice(i + literal.length);
        }
    } else if (Array.isArray(value)) {
        for (let i = 0; i < value.length; i++) {
            for (const c of candidatesIn(value[i], literal, replacement)) {
                yield [...(value.slice(0, i) as unknown[]), c, ...(value.slice(i + 1) as unknown[])];
            }
        }
    } else if (typeof value === "object" && value !== null) {
        for (const [k, v] of Object.entries(value)) {
            for (const c of candidatesIn(v, literal, replacement)) {
                yield { ...value, [k]: c };
            }
        }
    }
}

/** Places at which one literal may stand before we give up. */
const maxCandidates = 2000;

function candidates(value: unknown, literal: string, replacement: string): unknown[] {
    const found: unknown[] = [];
    for (const c of candidatesIn(value, literal, replacement)) {
        found.push(c);
        if (found.length >= maxCandidates) {
            break;
        }
    }
    return found;
}

/** The edit of the carrier's property that repairs what `rule` finds, or undefined where it cannot be repaired safely. */
export function carrierFix(rule: CarrierRule, source: CarrierSource, inputs: unknown, assumeNew: boolean): PropertyEdit | undefined {
    // What runs once will not run again: a repair would be a lie about a host that exists.
    const runsAgain = source.runs === "on-change" || source.runs === "scheduled" || source.runs === "every-boot";
    if (rule.fix === undefined || source.runs === "never" || !(runsAgain || assumeNew)) {
        return undefined;
    }
    const carrier = readCarrier(source);
    const edits = rule.fix(carrier);
    const before = at(inputs, source.property);
    if (edits.length === 0 || before === undefined) {
        return undefined;
    }
    const after = editEmbedded(before, (v) => source.extract(v), edits);
    return after === undefined ? undefined : { property: source.property, before, after };
}

/** Sets the value at a path whose parents exist. */
export function setAt(root: Record<string, unknown>, path: string, value: unknown): void {
    const steps = path.match(/[^.[\]]+/g) ?? [];
    let parent = root;
    for (const step of steps.slice(0, -1)) {
        parent = parent[step] as Record<string, unknown>;
    }
    parent[steps[steps.length - 1]!] = value;
}
