import { Cause, causes } from "../core/causes";
import { Setting } from "../core/guest/setting";
import { settings } from "../core/guest/settings";
import { nearest } from "../policies/config";
import { ruleUrl } from "../policies/message";
import { Rule } from "../policies/rule";
import { extendedCodes, primaryCodes } from "./codes";
import { Problem } from "./problem";
import { Terminal, wrap } from "./report/terminal";

/**
 * What codes, rules, settings and causes mean. Two codes are one error and its extension, as mstsc shows them.
 * @throws Problem for a topic that does not exist, with the nearest one that does
 */
export function explain(topics: readonly string[], rules: readonly Rule[], t: Terminal): string {
    const blocks: string[][] = [];
    let codes = 0;
    for (const topic of topics.flatMap((x) => x.split(",")).map((x) => x.trim()).filter((x) => x !== "")) {
        if (/^(0x[0-9a-f]+|\d+)$/i.test(topic)) {
            codes += 1;
            blocks.push(codeBlock(Number(topic), codes > 1, rules, t));
            continue;
        }
        blocks.push(namedBlock(topic, rules, t));
    }
    return `${blocks.map((b) => b.join("\n")).join("\n\n")}\n`;
}

function codeBlock(value: number, extended: boolean, rules: readonly Rule[], t: Terminal): string[] {
    const found = (extended ? extendedCodes : primaryCodes).find((c) => c.code === value) ?? extendedCodes.find((c) => c.code === value);
    if (found === undefined) {
        const list = (extended ? extendedCodes : primaryCodes).map((c) => hex(c.code)).join(", ");
        throw new Problem(`${hex(value)} is not a code that rdp-ready can explain. It knows ${list}.`);
    }
    const likely = found.causes.flatMap((id) => causes.find((c) => c.id === id) ?? []);
    return [
        t.paint("bold", `${hex(found.code)} ${found.name}${extendedCodes.includes(found) ? " (extended)" : ""}`),
        ...text(found.text, t),
        ...likely.flatMap((c) => causeLines(c, rules, t)),
    ];
}

function causeLines(cause: Cause, rules: readonly Rule[], t: Terminal): string[] {
    return ["", `  ${t.paint("cyan", cause.title)}  ${t.paint("dim", cause.id)}`, ...causeBody(cause, rules, t, "    ")];
}

function causeBody(cause: Cause, rules: readonly Rule[], t: Terminal, indent: string): string[] {
    const guards = rules.filter((r) => r.causes.includes(cause.id)).map((r) => `${r.id} ${r.name}`);
    return [
        ...text(cause.what, t, indent),
        ...labelled("tell by", cause.tell, t, indent),
        ...labelled("guard", cause.guard, t, indent),
        ...(guards.length === 0 ? [] : labelled("rules", guards.join(", "), t, indent)),
        ...(cause.unsafe === undefined ? [] : labelled("do not", cause.unsafe, t, indent)),
    ];
}

function namedBlock(topic: string, rules: readonly Rule[], t: Terminal): string[] {
    const wanted = topic.toLowerCase();
    const rule = rules.find((r) => r.id.toLowerCase() === wanted || r.name === wanted);
    const setting = settings.find((s) => s.id === wanted);
    const cause = causes.find((c) => c.id === wanted);
    if (rule === undefined && setting === undefined && cause === undefined) {
        const names = [...rules.flatMap((r) => [r.id.toLowerCase(), r.name]), ...settings.map((s) => s.id), ...causes.map((c) => c.id)];
        const near = nearest(wanted, names);
        const hint = near === undefined ? "Topics are error codes (0x904), rules (RDP101, nla-required), settings (security-layer) and causes (machinekeys)." : `Did you mean "${/^rdp\d/.test(near) ? near.toUpperCase() : near}"?`;
        throw new Problem(`there is nothing to explain about "${topic}". ${hint}`);
    }
    return [
        ...(rule === undefined ? [] : ruleBlock(rule, t)),
        ...(setting === undefined ? [] : [...(rule === undefined ? [] : [""]), ...settingBlock(setting, t)]),
        ...(cause === undefined ? [] : [...(rule === undefined && setting === undefined ? [] : [""]), t.paint("bold", cause.title), ...causeBody(cause, rules, t, "  ")]),
    ];
}

function ruleBlock(rule: Rule, t: Terminal): string[] {
    const options = Object.entries(rule.options ?? {});
    return [
        t.paint("bold", `${rule.id} ${rule.name}`),
        ...text(rule.title, t),
        ...labelled("level", `${rule.defaultLevel} by default${t.glyphs.dot}severity ${rule.severity}${t.glyphs.dot}${rule.effect === "breaks" ? `the client shows ${rule.symptom}` : "the session comes up, less safely"}`, t, "  "),
        ...labelled("why", rule.why, t, "  "),
        ...labelled("do", rule.remedy, t, "  "),
        ...options.flatMap(([name, o]) => labelled("option", `${name} (${o.type}${o.default === undefined ? "" : `, default ${JSON.stringify(o.default)}`}): ${o.description}`, t, "  ")),
        ...labelled("page", ruleUrl(rule), t, "  "),
    ];
}

function settingBlock(setting: Setting, t: Terminal): string[] {
    const { place } = setting;
    const where = place.kind === "registry" ? `${place.key}\\${place.value} (${place.type})` : Object.values(place).join(" ");
    return [
        t.paint("bold", `${setting.id}: ${setting.title}`),
        ...text(setting.meaning, t),
        ...labelled("where", where, t, "  "),
        ...(setting.policy === undefined ? [] : labelled("policy", `${setting.policy.key}\\${setting.policy.value} overrides it`, t, "  ")),
        ...labelled("default", String(setting.default ?? "none"), t, "  "),
        ...(setting.safe === undefined ? [] : labelled("safe", String(setting.safe), t, "  ")),
        ...labelled("source", setting.source, t, "  "),
    ];
}

function text(content: string, t: Terminal, indent = "  "): string[] {
    return wrap(content, t.width - indent.length).map((l) => indent + l);
}

function labelled(label: string, content: string, t: Terminal, indent: string): string[] {
    const head = label.padEnd(9);
    return wrap(content, t.width - indent.length - head.length).map((l, i) => `${indent}${i === 0 ? t.paint("dim", head) : " ".repeat(head.length)}${l}`);
}

function hex(value: number): string {
    return `0x${value.toString(16).toUpperCase()}`;
}
