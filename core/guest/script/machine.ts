import { Known, known, unknown } from "../../known";
import { SettingValue } from "../model";
import { normalRegistryKey, registryPlace, settingAt, settings } from "../settings";
import { Entry, merge, Rule, Slot } from "./entries";
import { Span } from "./parse/ast";
import { TooComplex } from "./parse/scan";
import { normalise, placeOf, reasonOf, settingOfSlot } from "./slots";
import { ScriptSource } from "./source";
import { mentioned } from "./taint";
import { withGaps } from "./glob";
import { Changes, Store } from "./store";
import { factOfRule } from "./commands/firewall-rules";
import { asPath, asPattern, asSetting, Condition, HOLE, notKnown, NULL, num, str, thing, Val } from "./value";

export type Completion = "next" | "break" | "continue" | "return" | "exit" | "fail";

/** Bounds of one reading. Beyond them the script is not analysed, and the reading says so. */
export const bounds = { steps: 150_000, loop: 2_000, calls: 40, depth: 500, list: 5_000, text: 1_000_000, rules: 400, notes: 50 } as const;

interface Frame {
    readonly kind: "script" | "function" | "loop" | "iteration";
    readonly level: number;
    /** States in which some way through the script left this frame early. */
    readonly left: Changes<Entry>[];
}

/** Settings whose registry values Windows Server ships with. */
export const everywhere: ReadonlySet<string> = new Set(["rdp-enabled", "nla", "security-layer", "port", "min-encryption-level", "max-instance-count", "lan-adapter", "single-session-per-user", ...settings.filter((s) => s.place.kind === "service" && s.place.aspect === "start").map((s) => s.id)]);

const stays = { loop: "break", iteration: "continue", function: "return", script: undefined } as const;

/** The guest as the script changes it, and where in the script one is. */
export class Machine {
    readonly store = new Store<Entry>();
    readonly notes: { reason: string; line: number }[] = [];
    /** Some script ran that is not known: variables and functions may come from there. */
    opaque = false;
    private readonly frames: Frame[] = [];
    private steps = 0;
    private readonly fitting = new Map<string, string[]>();
    private depth = 0;
    /** Statements under way, innermost last. */
    readonly trail: { source: ScriptSource; span: Span }[] = [];

    constructor(readonly root: ScriptSource) {}

    // --- where we are

    get here(): { source: ScriptSource; span: Span } {
        return this.trail[this.trail.length - 1] ?? { source: this.root, span: { start: 0, end: 0 } };
    }

    get line(): number {
        return this.lineOf(this.here.source, this.here.span);
    }

    lineOf(source: ScriptSource, span: Span): number {
        const outer = source.outermost(span);
        return outer.source.position(outer.span.start).line;
    }

    /** Runs `f` as part of a statement. */
    at<T>(source: ScriptSource, span: Span, f: () => T): T {
        this.step();
        if (++this.depth > bounds.depth) {
            throw new TooComplex(span.start, `nested more than ${bounds.depth} levels deep`);
        }
        this.trail.push({ source, span });
        try {
            return f();
        } finally {
            this.trail.pop();
            this.depth--;
        }
    }

    step(cost = 1): void {
        this.steps += cost;
        if (this.steps > bounds.steps) {
            throw new TooComplex(this.here.span.start, `more than ${bounds.steps} steps`);
        }
    }

    /** Something that was not understood and may matter. */
    note(reason: string): void {
        const { line } = this;
        if (this.notes.length < bounds.notes && !this.notes.some((n) => n.line === line && n.reason === reason)) {
            this.notes.push({ reason, line });
        }
    }

    /** The statement that decides a value: the innermost one that holds its literal, else the one under way. */
    statement(value?: Val) {
        const src = value !== undefined && "src" in value ? value.src : undefined;
        if (src !== undefined) {
            for (let i = this.trail.length - 1; i >= 0; i--) {
                const { source, span } = this.trail[i]!;
                if (source === src.source && src.start >= span.start && src.end <= span.end) {
                    return source.statement(span, src);
                }
            }
        }
        const { source, span } = this.here;
        return source.statement(span);
    }

    // --- branches

    /** Runs `f` as a place that `break`, `continue`, `return` or `exit` may leave; all ways out are joined behind it. */
    frame(kind: Frame["kind"], why: () => string, f: () => Completion): { completion: Completion; several: boolean } {
        const frame: Frame = { kind, level: this.store.depth, left: [] };
        this.store.begin();
        this.frames.push(frame);
        let completion: Completion = "fail";
        let open = true;
        try {
            completion = f();
            this.frames.pop();
            const own = kind === "script" || completion === "next" || completion === stays[kind];
            if (!own && frame.left.length > 0) {
                // This way leads further out; the others go on behind the frame.
                this.leave(completion);
            }
            const changes = this.store.end();
            open = false;
            const goesOn = own ? kind !== "script" || completion !== "fail" || frame.left.length === 0 : frame.left.length === 0;
            merge(this.store, goesOn ? [changes, ...frame.left] : frame.left, why());
            return { completion: own ? "next" : frame.left.length > 0 ? "next" : completion, several: frame.left.length > 0 };
        } finally {
            if (open) {
                this.frames.splice(this.frames.indexOf(frame) >>> 0, 1);
                this.store.apply(this.store.end());
            }
        }
    }

    /** Runs alternatives of which just one happens, and it is not known which. */
    alternatives(ways: readonly (() => Completion)[], why: string): Completion {
        const survivors: Changes<Entry>[] = [];
        let failed = 0;
        let last: Completion = "next";
        for (const way of ways) {
            this.store.begin();
            let completion: Completion = "fail";
            try {
                completion = way();
                last = completion;
                this.leave(completion);
            } finally {
                const changes = this.store.end();
                if (completion === "next") {
                    survivors.push(changes);
                } else if (completion === "fail") {
                    failed++;
                }
            }
        }
        if (survivors.length === 0) {
            return failed === ways.length ? "fail" : last === "fail" ? "exit" : last;
        }
        merge(this.store, survivors, why);
        return "next";
    }

    /** Keeps the present state for the frame that the completion leads out of. A failing way is not followed. */
    private leave(completion: Completion): void {
        const kind = { break: "loop", continue: "iteration", return: "function", exit: "script", next: undefined, fail: undefined }[completion];
        for (let i = this.frames.length - 1; kind !== undefined && i >= 0; i--) {
            const frame = this.frames[i]!;
            if (frame.kind === kind || frame.kind === "script" || (frame.kind === "function" && kind !== "script")) {
                frame.left.push(this.store.since(frame.level));
                return;
            }
        }
    }

    // --- settings

    /** The key under which the value of a registry value is kept. */
    slotOf(key: string, name: string): string {
        const service = /\\services\\([^\\]+)$/i.exec(normalRegistryKey(key))?.[1];
        if (service !== undefined && name.trim().toLowerCase() === "failureactions") {
            return `s:service-${service}-recovery`;
        }
        const at = settingAt(key, name);
        return at === undefined ? `r:${normalRegistryKey(key)}\n${name.trim().toLowerCase()}` : `${at.viaPolicy ? "p" : "s"}:${at.setting.id}`;
    }

    slot(key: string): Slot | undefined {
        const entry = this.store.get(key);
        return entry?.e === "slot" ? entry : undefined;
    }

    write(slot: string, value: Val): void {
        const raw = asSetting(value);
        const setting = settingOfSlot(slot);
        const result: Known<SettingValue> = raw === undefined ? unknown(value.k === "unknown" ? value.why : "its value is computed when the script runs") : known(normalise(setting, raw));
        this.store.set(slot, { e: "slot", value: result, statement: this.statement(value) });
    }

    writeUnknown(slot: string, why: string): void {
        this.store.set(slot, { e: "slot", value: unknown(why), statement: this.statement() });
    }

    /** The registry value is removed: what Windows does without it holds again. */
    remove(slot: string): void {
        this.store.set(slot, { e: "slot", value: { state: "absent" }, statement: this.statement() });
    }

    /** Writes a registry value whose key or name may be known in part only. */
    writeRegistry(key: Val, name: Val, value: Val): void {
        const keyText = asPath(key);
        const nameText = asPath(name);
        if (/\\currentversion\\run(once)?\\?$/i.test(keyText) && mentioned(asPattern(value)).length > 0) {
            this.note("a command that runs at the next start may change Remote Desktop; it is not followed");
        }
        if (!keyText.includes(HOLE) && !nameText.includes(HOLE)) {
            this.write(this.slotOf(keyText, nameText), value);
            return;
        }
        const why = reasonOf(keyText.includes(HOLE) ? key : name, "the registry path is computed when the script runs");
        for (const candidate of this.candidates(keyText, nameText)) {
            this.writeUnknown(candidate, why);
        }
        this.note(`writes a registry value whose ${keyText.includes(HOLE) ? "path" : "name"} is not known: ${why}`);
    }

    removeRegistry(key: Val, name: Val | undefined): void {
        const keyText = asPath(key);
        const nameText = name === undefined ? HOLE : asPath(name);
        if (!keyText.includes(HOLE) && !nameText.includes(HOLE)) {
            this.remove(this.slotOf(keyText, nameText));
            return;
        }
        const certain = name === undefined && !keyText.includes(HOLE);
        for (const candidate of this.candidates(certain ? `${keyText}${HOLE}` : keyText, nameText)) {
            if (certain) {
                this.remove(candidate);
            } else {
                this.writeUnknown(candidate, reasonOf(key, "the registry path is computed when the script runs"));
            }
        }
    }

    /** A key was replaced by an empty one: what the script wrote there before is gone. */
    emptyKey(key: string): void {
        for (const slot of this.candidates(`${key}${HOLE}`, HOLE)) {
            const found = this.slot(slot);
            if (found !== undefined && found.value.state !== "absent" && found.fact === undefined) {
                this.remove(slot);
            }
        }
    }

    /** From here on the key is there. */
    keyMade(key: string): void {
        this.store.set(`k:${normalRegistryKey(key)}`, { e: "text", v: NULL });
    }

    /** Slots of all settings whose place fits patterns with holes. Two holes alone would fit everything, and fit nothing. */
    private candidates(keyPattern: string, namePattern: string): string[] {
        const cached = this.fitting.get(`${keyPattern}\n${namePattern}`);
        if (cached !== undefined) {
            return cached;
        }
        this.step(20);
        const words = keyPattern.replaceAll(HOLE, "").replace(/[\\:\s]/g, "");
        if (words === "" && namePattern === HOLE) {
            return [];
        }
        const head = keyPattern.startsWith(HOLE) ? "" : normalRegistryKey(keyPattern.split(HOLE)[0]! + "x").slice(0, -1);
        const rest = keyPattern.startsWith(HOLE) ? keyPattern : head + (keyPattern.includes(HOLE) ? keyPattern.slice(keyPattern.indexOf(HOLE)) : "");
        const fitsKey = withGaps(rest.replace(/\\{2,}/g, "\\"), HOLE);
        const fitsName = withGaps(namePattern, HOLE);
        const found: string[] = [];
        for (const setting of settings) {
            const local = registryPlace(setting);
            if (local !== undefined && fitsKey(normalRegistryKey(local.key)) && fitsName(local.value.toLowerCase())) {
                found.push(`s:${setting.id}`);
            }
            if (setting.policy !== undefined && fitsKey(normalRegistryKey(setting.policy.key)) && fitsName(setting.policy.value.toLowerCase())) {
                found.push(`p:${setting.id}`);
            }
        }
        if (this.fitting.size < 500) {
            this.fitting.set(`${keyPattern}\n${namePattern}`, found);
        }
        return found;
    }

    /** What reading the slot yields at this point of the script. */
    current(slot: string, label: string): Val {
        const found = this.slot(slot);
        if (found === undefined || found.value.state === "not") {
            // Policies that the script does not write are taken as not configured: where one is, it overrides any script.
            const policy = slot.startsWith("p:") || /\\policies\\/i.test(placeOf(slot));
            return policy ? NULL : thing({ o: "current", slot, label });
        }
        if (found.value.state === "absent") {
            return NULL;
        }
        if (found.value.state !== "known") {
            return notKnown(found.value.state === "unknown" || found.value.state === "unsupported" ? found.value.reason : "");
        }
        const { value } = found.value;
        return typeof value === "number" ? num(value) : typeof value === "boolean" ? { k: "bool", v: value } : typeof value === "string" ? str(value) : { k: "list", items: value.map(str) };
    }

    /** Whether a value is one that every Windows server has, so that a test for its absence fails. */
    isThere(v: Val): boolean {
        return v.k === "object" && v.o.o === "current" && v.o.slot.startsWith("s:") && everywhere.has(v.o.slot.slice(2));
    }

    /** A comparison of what the guest has now with a known value, as a condition. */
    test(op: string, left: Val, right: Val): Condition | undefined {
        const field = left.k === "object" ? left.o : left.k === "unknown" ? left.about : undefined;
        if (field?.o === "rule-field" && right.k !== "unknown" && right.k !== "object" && (op === "eq" || op === "ne" || op === "in" || op === "contains")) {
            const is: Condition = { t: "rule", key: field.key, field: field.field, value: right };
            return op === "ne" ? { t: "not", of: is } : is;
        }
        if (left.k !== "object" || left.o.o !== "current") {
            return undefined;
        }
        const { slot, words } = left.o;
        const given = right.k === "null" ? "absent" : asSetting(right);
        const raw = words === undefined || given === undefined ? given : Object.entries(words).find(([word]) => word === String(given).toLowerCase())?.[1];
        if ((op !== "eq" && op !== "ne") || raw === undefined || right.k === "object") {
            return { t: "open", why: "it depends on what the guest has" };
        }
        const is: Condition = { t: "is", slot, value: raw === "absent" ? raw : normalise(settingOfSlot(slot), raw) };
        return op === "eq" ? is : { t: "not", of: is };
    }

    /** Takes over what a test says about the guest, for the branch that runs when it came out as `outcome`. */
    assume(condition: Condition, outcome: boolean): void {
        switch (condition.t) {
            case "not":
                this.assume(condition.of, !outcome);
                break;
            case "and":
            case "or":
                if (outcome === (condition.t === "and")) {
                    this.assume(condition.left, outcome);
                    this.assume(condition.right, outcome);
                }
                break;
            case "is":
                if (outcome && (this.slot(condition.slot)?.value.state ?? "unknown") !== "known") {
                    const value = condition.value === "absent" ? ({ state: "absent" } as const) : known(condition.value);
                    this.store.set(condition.slot, { e: "slot", value, statement: this.statement(), fact: true });
                }
                if (!outcome && condition.value !== "absent" && this.slot(condition.slot) === undefined) {
                    this.store.set(condition.slot, { e: "slot", value: { state: "not", value: condition.value }, statement: this.statement(), fact: true });
                }
                break;
            case "rule":
                if (outcome) {
                    factOfRule(this, condition);
                }
                break;
            case "open":
                break;
        }
    }

    action(id: string): void {
        this.store.set(`a:${id}`, { e: "action", id, statement: this.statement() });
    }

    rule(key: string): Rule | undefined {
        const entry = this.store.get(`f:${key}`);
        return entry?.e === "rule" ? entry.rule : undefined;
    }

    setRule(key: string, rule: Rule): void {
        this.store.set(`f:${key}`, { e: "rule", rule });
    }
}
