import { untouched } from "../../model";
import { isKnown, Known, known, unknown } from "../../../known";
import { remoteDesktopDisplayGroup, remoteDesktopRuleGroup, shippedFirewallRules } from "../../settings";
import { Rule } from "../entries";
import { bounds, Machine } from "../machine";
import { reasonOf } from "../slots";
import { wildcard } from "../glob";
import { asList, asPattern, asString, HOLE, notKnown, RuleField, str, Thing, thing, Val } from "../value";

type Profile = "domain" | "private" | "public";
export const allProfiles: readonly Profile[] = ["domain", "private", "public"];

const displayNames: Record<string, string> = {
    "RemoteDesktop-UserMode-In-TCP": "Remote Desktop - User Mode (TCP-In)",
    "RemoteDesktop-UserMode-In-UDP": "Remote Desktop - User Mode (UDP-In)",
    "RemoteDesktop-Shadow-In-TCP": "Remote Desktop - Shadow (TCP-In)",
};
/** The single rule of Windows 2008 and earlier templates; scripts still name it. */
const oldName = "remotedesktop-in-tcp";

export const ruleKey = (name: string): string => name.trim().toLowerCase();

/** A rule that Windows ships, as it ships it; whether it is enabled depends on the image. */
function shipped(m: Machine, name: string): Rule | undefined {
    const rule = shippedFirewallRules.find((r) => r.name.toLowerCase() === name);
    return (
        rule && {
            name: rule.name,
            displayName: displayNames[rule.name] ?? rule.name,
            group: remoteDesktopRuleGroup,
            builtIn: true,
            enabled: unknown(untouched),
            direction: known("in"),
            action: known("allow"),
            protocol: known(rule.protocol),
            ports: known(rule.port === undefined ? [] : [[rule.port, rule.port] as const]),
            profiles: known(allProfiles),
            remoteAddresses: known(["any"]),
            written: [],
            statement: m.statement(),
        }
    );
}

/** Keys of all rules that a selector can mean: the shipped ones and those that the script made. */
function candidates(m: Machine): string[] {
    const made = m.store.keys("f:").map((key) => key.slice(2));
    return [...new Set([...shippedFirewallRules.map((r) => ruleKey(r.name)), ...made])];
}

export function ruleAt(m: Machine, key: string): Rule | undefined {
    return m.rule(key) ?? shipped(m, key);
}

export interface Selection {
    readonly keys: readonly string[];
    /** Why it is not certain that these and just these are meant. */
    readonly unsure?: string;
    /** Those of them that are meant only where they are disabled. */
    readonly ifDisabled?: ReadonlySet<string>;
}

/** Rules by name, group or display text, with wildcards. */
export function select(m: Machine, by: "all" | "name" | "group" | "displayGroup" | "displayName", values: readonly Val[]): Selection {
    const keys = new Set<string>();
    let unsure: string | undefined;
    for (const value of by === "all" ? [str("*")] : values) {
        const text = asString(value);
        if (text === undefined && asPattern(value).replaceAll(HOLE, "").trim() === "") {
            unsure = reasonOf(value, "which rule is meant is known only when the script runs");
            continue;
        }
        unsure ??= text === undefined ? reasonOf(value, "which rule is meant is known only when the script runs") : undefined;
        const fits = wildcard((text ?? asPattern(value).replaceAll(HOLE, "*")).trim());
        for (const key of candidates(m)) {
            const rule = ruleAt(m, key)!;
            if (!rule.removed && textsOf(rule, by).some(fits)) {
                keys.add(key);
            }
        }
        if (by === "name" && ruleKey(text ?? "") === oldName) {
            keys.add("remotedesktop-usermode-in-tcp");
        }
    }
    return { keys: [...keys], ...(unsure === undefined ? {} : { unsure }) };
}

function textsOf(rule: Rule, by: "all" | "name" | "group" | "displayGroup" | "displayName"): readonly string[] {
    switch (by) {
        case "all":
        case "name":
            return [rule.name];
        case "displayName":
            return [rule.displayName];
        case "group":
            return [rule.group];
        case "displayGroup":
            return rule.builtIn ? [remoteDesktopDisplayGroup] : [rule.group];
    }
}

/** Rule keys behind a value that a command passed on. */
export function selectedRules(m: Machine, v: Val): readonly string[] {
    if (v.k !== "object") {
        return [];
    }
    return v.o.o === "rule" ? [v.o.key] : v.o.o === "rules" ? select(m, v.o.select.by, v.o.select.values.map(str)).keys : [];
}

/** Reading a property of a rule. */
export function ruleMember(m: Machine, o: Extract<Thing, { o: "rule" | "rules" }>, name: string): Val {
    const key = o.o === "rule" ? o.key : selectedRules(m, thing(o))[0];
    const rule = key === undefined ? undefined : ruleAt(m, key);
    if (rule === undefined) {
        return notKnown("a firewall rule is read when the script runs");
    }
    // Whatever an earlier boot, a policy or a person made of a rule counts, unless this script has written it.
    const field = (name: RuleField): Val => thing({ o: "rule-field", key: key!, field: name });
    const written = m.rule(key!) !== undefined && m.rule(key!)?.fact !== true;
    const read = <T>(k: Known<T>, text: (value: T) => string, name: RuleField): Val => (isKnown(k) && (written || name === "direction") ? str(text(k.value)) : field(name));
    switch (name) {
        case "name":
        case "instanceid":
        case "id":
            return str(rule.name);
        case "displayname":
            return str(rule.displayName);
        case "group":
        case "rulegroup":
            return str(rule.group);
        case "displaygroup":
            return str(rule.builtIn ? remoteDesktopDisplayGroup : rule.group);
        case "enabled":
            return read(rule.enabled, (v) => (v ? "True" : "False"), "enabled");
        case "direction":
            return read(rule.direction, (v) => (v === "in" ? "Inbound" : "Outbound"), "direction");
        case "action":
            return read(rule.action, (v) => (v === "allow" ? "Allow" : "Block"), "action");
        case "protocol":
            return field("protocol");
        case "localport":
            return field("ports");
        case "profile":
            return field("profiles");
        case "remoteaddress":
        case "remoteip":
            return field("remoteAddresses");
        default:
            return notKnown("a firewall rule is read when the script runs");
    }
}

/** Takes over what a test says of a rule. */
export function factOfRule(m: Machine, { key, field, value }: { readonly key: string; readonly field: RuleField; readonly value: Val }): void {
    const rule = ruleAt(m, key);
    if (rule === undefined) {
        return;
    }
    const texts = asList(value).map((v) => factText(field, v));
    const first = texts[0];
    if (first === undefined || !isKnown(first) || texts.some((t) => !isKnown(t) || JSON.stringify(t.value) !== JSON.stringify(first.value))) {
        return;
    }
    const mark = m.rule(key) === undefined || rule.fact ? { fact: true as const } : {};
    m.setRule(key, { ...rule, [field]: first, ...mark });
}

function factText(field: RuleField, v: Val): Known<unknown> {
    switch (field) {
        case "enabled":
            return enabledOf(v);
        case "direction":
            return directionOf(v);
        case "action":
            return actionOf(v);
        case "protocol":
            return protocolOf(v);
        case "ports":
            return portsOf(v);
        case "profiles":
            return profilesOf(v);
        case "remoteAddresses":
            return addressesOf(str(asPattern(v).trim().split(/[\s,]+/).join(",")));
    }
}

/** What a command says of a rule; absent: nothing. */
export interface RuleChange {
    readonly enabled?: Known<boolean>;
    readonly direction?: Known<"in" | "out">;
    readonly action?: Known<"allow" | "block">;
    readonly protocol?: Known<"tcp" | "udp" | "any" | "other">;
    readonly ports?: Known<readonly (readonly [number, number])[]>;
    readonly profiles?: Known<readonly Profile[]>;
    readonly remoteAddresses?: Known<readonly string[]>;
}

export function change(m: Machine, selection: Selection, what: RuleChange): void {
    for (const key of selection.keys) {
        const rule = ruleAt(m, key);
        if (rule === undefined) {
            continue;
        }
        // Enabled afterwards, whether or not it was before.
        const enables = Object.keys(what).length === 1 && what.enabled !== undefined && isKnown(what.enabled) && what.enabled.value;
        const unsure = selection.unsure ?? (selection.ifDisabled?.has(key) === true && !enables ? "it depends on whether the rule is disabled" : undefined);
        const doubtful = unsure === undefined ? what : (Object.fromEntries(Object.keys(what).map((k) => [k, unknown(unsure)])) as RuleChange);
        const { removed: _, fact: __, ...kept } = rule;
        const written = rule.written && { written: [...new Set([...rule.written, ...(Object.keys(what) as RuleField[])])] };
        m.setRule(key, { ...kept, ...doubtful, ...written, statement: m.statement() });
    }
    if (selection.unsure !== undefined) {
        m.note(`changes a firewall rule that is not known: ${selection.unsure}`);
    }
}

export function remove(m: Machine, selection: Selection): void {
    for (const key of selection.keys) {
        const rule = ruleAt(m, key);
        if (rule !== undefined) {
            const enabled = selection.unsure === undefined ? known(false) : unknown(selection.unsure);
            const written = rule.written && { written: [...new Set([...rule.written, "enabled" as const])] };
            m.setRule(key, { ...rule, enabled, ...written, ...(selection.unsure === undefined ? { removed: true } : {}), statement: m.statement() });
        }
    }
}

export function add(m: Machine, name: string, displayName: string, group: string, what: RuleChange): void {
    const key = ruleKey(name);
    if (m.store.get(`f:${key}`) === undefined && m.store.keys("f:").length >= bounds.rules) {
        m.note(`makes more than ${bounds.rules} firewall rules; the rest is not followed`);
        return;
    }
    m.setRule(key, {
        name,
        displayName,
        group,
        builtIn: false,
        enabled: known(true),
        direction: known("in"),
        action: known("allow"),
        protocol: known("any"),
        ports: known([]),
        profiles: known(allProfiles),
        remoteAddresses: known(["any"]),
        ...what,
        statement: m.statement(),
    });
}

// --- values of rules

const words = (v: Val): string[] | undefined => {
    const texts = asList(v).map(asString);
    return texts.every((t) => t !== undefined) ? texts.flatMap((t) => t.split(",")).map((t) => t.trim()) : undefined;
};

const computed = (v: Val, what: string): Known<never> => unknown(reasonOf(v, `its ${what} is computed when the script runs`));

function fromWord<T>(v: Val, what: string, read: (word: string) => T | undefined): Known<T> {
    const text = asString(v)?.trim().toLowerCase();
    const value = text === undefined ? undefined : read(text);
    return value === undefined ? computed(v, what) : known(value);
}

export const enabledOf = (v: Val): Known<boolean> => fromWord(v, "state", (w) => (/^(true|yes|1|enable|\$true)$/.test(w) ? true : /^(false|no|0|2|disable|\$false)$/.test(w) ? false : undefined));
export const directionOf = (v: Val): Known<"in" | "out"> => fromWord(v, "direction", (w) => (/^in/.test(w) || w === "1" ? "in" : /^out/.test(w) || w === "2" ? "out" : undefined));
export const actionOf = (v: Val): Known<"allow" | "block"> => fromWord(v, "action", (w) => (/^(allow|bypass)/.test(w) || w === "2" ? "allow" : /^block/.test(w) || w === "4" ? "block" : undefined));
export const protocolOf = (v: Val): Known<"tcp" | "udp" | "any" | "other"> =>
    fromWord(v, "protocol", (w) => (w === "tcp" || w === "6" ? "tcp" : w === "udp" || w === "17" ? "udp" : w === "any" || w === "" ? "any" : "other"));

export function portsOf(v: Val): Known<readonly (readonly [number, number])[]> {
    const all = words(v);
    if (all === undefined) {
        return computed(v, "port");
    }
    if (all.some((w) => /^any$/i.test(w))) {
        return known([]);
    }
    const ranges = all.map((w) => /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(w)).map((m) => m && ([Number(m[1]), Number(m[2] ?? m[1])] as const));
    // Names such as RPC or IPHTTPS stand for ports that RDP does not use.
    const numbers = ranges.filter((r) => r !== null);
    return numbers.length === 0 ? unknown(`'${all.join(",").slice(0, 40)}' is no port number`) : known(numbers);
}

export function profilesOf(v: Val): Known<readonly Profile[]> {
    const all = words(v);
    if (all === undefined) {
        return computed(v, "profile");
    }
    const found = new Set<Profile>();
    for (const word of all.map((w) => w.toLowerCase())) {
        const bits = /^\d+$/.test(word) ? Number(word) : undefined;
        if (word === "any" || word === "all" || word === "*" || word === "notapplicable" || bits === 0 || bits === 7) {
            return known(allProfiles);
        }
        const named = allProfiles.filter((p, n) => p === word || (bits !== undefined && (bits & (1 << n)) !== 0));
        if (named.length === 0) {
            return unknown(`'${word.slice(0, 40)}' is no firewall profile`);
        }
        named.forEach((p) => found.add(p));
    }
    return known(allProfiles.filter((p) => found.has(p)));
}

export function addressesOf(v: Val): Known<readonly string[]> {
    const all = words(v);
    return all === undefined ? computed(v, "remote address") : known(all.some((w) => /^(any|\*)$/i.test(w)) ? ["any"] : all);
}
