import { isKnown, Known, unknown } from "../../known";
import { GuestFirewallRule, leftOrEnabled, SettingValue, Statement, untouched } from "../model";
import { ScriptBlock } from "./parse/ast";
import { settingById } from "../settings";
import { Changes, Store } from "./store";
import { notKnown, same, Source, Val } from "./value";

/** A firewall rule with what later commands select it by. */
export interface Rule extends GuestFirewallRule {
    readonly displayName: string;
    readonly group: string;
    /** Removed by the script. */
    readonly removed?: boolean;
    /** Not written by the script: a test that was passed says that the rule is so. */
    readonly fact?: true;
}

export interface Slot {
    readonly e: "slot";
    /** `not`: a test says that it is anything but this. */
    readonly value: Known<SettingValue> | { readonly state: "absent" } | { readonly state: "not"; readonly value: SettingValue };
    readonly statement: Statement;
    /** Not written by the script: a test that was passed says that the guest has it already. */
    readonly fact?: true;
}

export type Entry =
    | { readonly e: "variable"; readonly v: Val }
    | { readonly e: "function"; readonly block: ScriptBlock; readonly source: Source }
    | Slot
    | { readonly e: "rule"; readonly rule: Rule }
    | { readonly e: "action"; readonly id: string; readonly statement: Statement; readonly maybe?: true }
    | { readonly e: "text"; readonly v: Val };

export const sameSetting = (a: SettingValue, b: SettingValue): boolean => a === b || (Array.isArray(a) && Array.isArray(b) && JSON.stringify(a) === JSON.stringify(b));

function sameSlot(a: Slot["value"], b: Slot["value"]): boolean {
    return a.state === "known" ? b.state === "known" && sameSetting(a.value, b.value) : a.state === "absent" && b.state === "absent";
}

const sameKnown = (a: Known<unknown>, b: Known<unknown>): boolean => isKnown(a) && isKnown(b) && JSON.stringify(a.value) === JSON.stringify(b.value);

/** Joins what several ways through the script leave behind; what differs between them becomes unknown. */
export function merge(store: Store<Entry>, ways: readonly Changes<Entry>[], why: string): void {
    if (ways.length === 1) {
        store.apply(ways[0]!);
        return;
    }
    const keys = new Set<string>();
    ways.forEach((way) => {
        for (const key of way.keys()) {
            keys.add(key);
        }
    });
    for (const key of keys) {
        const before = store.get(key);
        const results = ways.map((way) => (way.has(key) ? way.get(key) : before));
        store.set(
            key,
            results.reduce((a, b) => mergeEntry(key, a, b, before, why)),
        );
    }
}

function mergeEntry(key: string, a: Entry | undefined, b: Entry | undefined, before: Entry | undefined, why: string): Entry | undefined {
    if (a === b) {
        return a;
    }
    const some = a ?? b!;
    switch (some.e) {
        case "variable": {
            const left = a?.e === "variable" ? a.v : undefined;
            const right = b?.e === "variable" ? b.v : undefined;
            return left !== undefined && right !== undefined && same(left, right) ? { e: "variable", v: strip(left) } : { e: "variable", v: notKnown(why) };
        }
        case "text":
            return a?.e === "text" && b?.e === "text" && same(a.v, b.v) ? a : { e: "text", v: notKnown(why) };
        case "function":
            return some;
        case "slot":
            return mergeSlot(key, a?.e === "slot" ? a : undefined, b?.e === "slot" ? b : undefined, before?.e === "slot" ? before : undefined, why);
        case "rule":
            return mergeRuleEntry(a?.e === "rule" ? a.rule : undefined, b?.e === "rule" ? b.rule : undefined, before, why);
        case "action":
            return a !== undefined && b !== undefined && !(a.e === "action" && a.maybe) ? b : { ...some, maybe: true };
    }
}

/** A value that two branches agree on no longer comes from one literal. */
function strip(v: Val): Val {
    return v.k === "string" || v.k === "number" ? ({ k: v.k, v: v.v } as Val) : v;
}

function mergeSlot(key: string, a: Slot | undefined, b: Slot | undefined, before: Slot | undefined, why: string): Slot | undefined {
    if (a && b && sameSlot(a.value, b.value)) {
        return a.fact ? b : a;
    }
    // Facts of branches that wrote nothing say nothing about what the script leaves behind.
    const left = a?.fact ? before : a;
    const right = b?.fact ? before : b;
    if (left === right) {
        return left;
    }
    const written = left ?? right!;
    if (left === undefined || right === undefined) {
        const fact = (left === undefined ? a : b)?.fact ? (left === undefined ? a : b) : undefined;
        if (fills(key, written.value, fact?.value)) {
            return written;
        }
    }
    return { e: "slot", value: unknown(why), statement: { ...(written.fact ? (right ?? written) : written).statement } };
}

function mergeRule(a: Rule | undefined, b: Rule | undefined, why: string): Rule {
    if (a === undefined || b === undefined) {
        const only = (a ?? b)!;
        return only.builtIn ? (merelyEnabled(only) ? { ...only, enabled: unknown(leftOrEnabled) } : blur(only, why)) : { ...only, enabled: isKnown(only.enabled) && !only.enabled.value ? only.enabled : unknown(why) };
    }
    if (Boolean(a.removed) !== Boolean(b.removed)) {
        const { removed: _, ...kept } = a.removed ? b : a;
        return { ...kept, enabled: unknown(why) };
    }
    const join = <T>(x: Known<T>, y: Known<T>): Known<T> => (sameKnown(x, y) ? x : unknown(why));
    const atLeast = [a.enabled, b.enabled].every((e) => (isKnown(e) ? e.value : e.reason === untouched || e.reason === leftOrEnabled));
    const written = a.written && b.written && { written: [...new Set([...a.written, ...b.written])] };
    return {
        ...(b.fact ? a : b),
        ...written,
        enabled: sameKnown(a.enabled, b.enabled) ? a.enabled : atLeast ? unknown(leftOrEnabled) : unknown(why),
        direction: join(a.direction, b.direction),
        action: join(a.action, b.action),
        protocol: join(a.protocol, b.protocol),
        ports: join(a.ports, b.ports),
        profiles: join(a.profiles, b.profiles),
        remoteAddresses: sameAddresses(a.remoteAddresses, b.remoteAddresses) ? (a.fact ? b : a).remoteAddresses : unknown(why),
    };
}

/**
 * Whether a value that only one branch writes holds in the other as well: there a test says that the setting has not the
 * one bad value that the script repairs, or the write merely brings back what Windows has (a service started, default
 * permissions granted).
 */
function fills(key: string, written: Slot["value"], fact: Slot["value"] | undefined): boolean {
    if (written.state !== "known") {
        return false;
    }
    const { place, default: standard } = settingById(key.slice(2)) ?? {};
    if (fact?.state === "not") {
        const twoSided = place?.kind === "service" || place?.kind === "firewall-profile" || place?.kind === "network-category" || key === "s:rdp-enabled" || key === "s:nla";
        return twoSided && !sameSetting(fact.value, written.value);
    }
    return fact === undefined && (place?.kind === "acl" || (place?.kind === "service" && place.aspect === "state")) && standard !== undefined && sameSetting(standard, written.value);
}

function mergeRuleEntry(a: Rule | undefined, b: Rule | undefined, before: Entry | undefined, why: string): Entry | undefined {
    const asBefore = (rule: Rule | undefined) => rule === undefined || rule.fact === true || (before?.e === "rule" && before.rule === rule);
    if (asBefore(a) && asBefore(b)) {
        return before;
    }
    const { fact: _, ...rule } = mergeRule(a, b, why);
    return { e: "rule", rule };
}

/** Two lists of addresses that admit the same: order does not matter, nor does /32 behind a single address. */
function sameAddresses(a: Known<readonly string[]>, b: Known<readonly string[]>): boolean {
    const plain = (list: readonly string[]) => [...new Set(list.map((x) => x.trim().toLowerCase().replace(/(\/32|(?<=:.*)\/128)$/, "")))].sort().join(" ");
    return isKnown(a) && isKnown(b) && plain(a.value) === plain(b.value);
}

/** Whether all that the script does with a shipped rule is to enable it, perhaps. */
function merelyEnabled({ written, enabled }: Rule): boolean {
    return written?.every((w) => w === "enabled") === true && (isKnown(enabled) ? enabled.value : enabled.reason === leftOrEnabled);
}

/** A shipped rule that only some ways through the script touch. */
function blur(rule: Rule, why: string): Rule {
    const u = unknown(why);
    return { ...rule, enabled: u, action: u, ports: u, profiles: u, remoteAddresses: u };
}
