import { registryPlace, settings } from "../settings";
import { Interpreter } from "./interpreter";
import { Machine } from "./machine";
import { Stmt } from "./parse/ast";
import { notKnown } from "./value";

/** Value names that mean something only below one particular key. */
const common = new Set(["enabled", "start", "category", "programdata", "disabledbydefault", "functions", "enablefirewall", "donotallowexceptions", "allowlocalpolicymerge"]);

/** Value names and services of all settings. */
const wordsOfInterest = new RegExp(
    `\\b(?:${[
        ...new Set([
            ...settings.flatMap((s) => [registryPlace(s)?.value, s.policy?.value, s.place.kind === "service" ? s.place.service : undefined].flatMap((w) => (w === undefined ? [] : [w.toLowerCase()]))),
            "networkcategory",
        ]),
    ].join("|")})\\b`,
    "g",
);

/** Slots of the settings that a text speaks of. The antivirus is none that a session depends on. */
export function mentioned(text: string): string[] {
    const lower = text.toLowerCase();
    const words = new Set<string>();
    for (const match of lower.matchAll(wordsOfInterest)) {
        words.add(match[0]);
    }
    const profiles = /netfirewallprofile|advfirewall\s+set\s+\w*profiles?\b/.test(lower);
    if (words.size === 0 && !profiles) {
        return [];
    }
    return settings.filter((s) => !s.id.startsWith("defender-")).flatMap((setting) => {
        const places = [registryPlace(setting), setting.policy].flatMap((p) => (p === undefined ? [] : [p]));
        const named = places.some(({ key, value }) => words.has(value.toLowerCase()) && (!common.has(value.toLowerCase()) || mentionsKey(lower, key)));
        const { place } = setting;
        const other =
            (place.kind === "service" && words.has(place.service.toLowerCase())) ||
            (place.kind === "network-category" && words.has("networkcategory")) ||
            (place.kind === "firewall-profile" && profiles);
        return named || other ? [`s:${setting.id}`] : [];
    });
}

function mentionsKey(text: string, key: string): boolean {
    const parts = key.toLowerCase().split("\\");
    return parts.slice(-2).every((part) => text.includes(part)) || text.includes(parts.slice(-1)[0]!);
}

/** Makes unknown every setting that a text speaks of. */
export function taintText(m: Machine, text: string, why: string): void {
    for (const slot of mentioned(text)) {
        m.writeUnknown(slot, why);
    }
}

/** Gives up on a block: what it assigns, and (unless only variables are meant) every setting that it speaks of, is not known behind it. */
export function taintBy(i: Interpreter, body: readonly Stmt[], why: string, what: "all" | "variables" = "all"): void {
    const first = body[0];
    if (first === undefined) {
        return;
    }
    const text = i.source.text.slice(first.start, body[body.length - 1]!.end);
    for (const match of text.matchAll(/\$(\w+(?::\w+)?)\s*(?:[+*/%-]?=(?!=)|\+\+|--)/g)) {
        i.set(match[1]!.toLowerCase(), notKnown(why));
    }
    if (what === "all") {
        taintText(i.m, text, why);
        if (mentioned(text).length > 0) {
            i.m.note(why);
        }
    }
}
