import { Carrier, GuestFirewallRule, Reading, RuleProperty, ScriptReading, Statement } from "../../core/guest/model";
import { readScript } from "../../core/guest/script";
import { settingById } from "../../core/guest/settings";
import { Known, isKnown, known } from "../../core/known";
import { PolicyConfig, effectiveLevel, packOptions, ruleOptions } from "../../policies/config";
import { JudgedFinding, findingLevel } from "../../policies/judge";
import { Rule } from "../../policies/rule";
import { carrierNames } from "../../policies/rules/shared/setting";
import { ScriptNote, ScriptPart, readScriptFile } from "./script-file";

/** What a script does to Remote Desktop, taken together. */
export type ScriptEffect = "works" | "breaks" | "insecure" | "none" | "unknown";

/** A rule of the Windows firewall as a script leaves it. */
export type FirewallRuleView = { readonly [K in RuleProperty]: unknown } & { readonly line: number };

export interface JudgedScript {
    /** As the user named it. */
    readonly name: string;
    readonly file: string;
    /** By setting id; `null` where the value cannot be told. */
    readonly settings: Readonly<Record<string, { readonly value: unknown; readonly line: number }>>;
    /** Those that bear on Remote Desktop, by name; `null` for what cannot be told, or is as the image has it. */
    readonly firewallRules: Readonly<Record<string, FirewallRuleView>>;
    readonly effect: ScriptEffect;
    readonly notes: readonly ScriptNote[];
    readonly findings: readonly JudgedFinding[];
}

/**
 * Reads a file with scripts (PowerShell, batch, `.reg`, EC2 user data, SSM documents) and judges what they leave behind,
 * with the rules that judge scripts in stacks. Of several scripts in one file the last to speak wins.
 * @throws Problem for a file that holds no script
 */
export function judgeScript(path: string, name: string, rules: readonly Rule[], config: PolicyConfig): JudgedScript {
    const { text, parts, notes } = readScriptFile(path, name);
    const readings = lastWins(parts.map((part) => inFile(readScript(part.script, part.language), part, text)));
    const findings = parts.flatMap((part, i) => findingsOf(part, readings[i]!, name, rules, config));
    const settings = new Map<string, Reading>(readings.flatMap((r) => [...r.state.settings]));
    const unread = readings.flatMap((r) => [
        ...r.notAnalysed.map(({ line, reason }): ScriptNote => ({ line, what: "not understood", text: reason })),
        // The first is among what was not understood.
        ...r.syntaxErrors.slice(1).map(({ line, column }): ScriptNote => ({ line, what: "not understood", text: `syntax error, column ${column}` })),
    ]);
    const all = [...notes, ...unread].sort((a, b) => a.line - b.line);
    const doubtful = all.some((n) => n.what === "not understood");
    const touched = settings.size > 0 || readings.some((r) => r.state.firewallRules.length + r.state.actions.length > 0);
    return {
        name,
        file: path,
        settings: Object.fromEntries([...settings].map(([id, r]) => [id, { value: isKnown(r.value) ? r.value.value : null, line: r.statement.line }])),
        firewallRules: Object.fromEntries(rulesForRdp(readings, settings.get("port")).map((r) => [r.name, ruleView(r)])),
        effect: effectOf([...settings], findings, doubtful, touched),
        notes: all,
        findings,
    };
}

/** The rules that admit or bar Remote Desktop: Windows' own, and those that name its port, or may. */
function rulesForRdp(readings: readonly ScriptReading[], port: Reading | undefined): GuestFirewallRule[] {
    const own = port !== undefined && isKnown(port.value) ? Number(port.value.value) : 3389;
    const named = (r: GuestFirewallRule): boolean => !isKnown(r.ports) || r.ports.value.some(([from, to]) => from <= own && own <= to);
    return readings.flatMap((r) => r.state.firewallRules).filter((r) => (r.builtIn || named(r)) && r.name !== "RemoteDesktop-Shadow-In-TCP");
}

function ruleView({ enabled, direction, action, protocol, ports, profiles, remoteAddresses, statement }: GuestFirewallRule): FirewallRuleView {
    const told = (k: Known<unknown>): unknown => (isKnown(k) ? k.value : null);
    return { enabled: told(enabled), direction: told(direction), action: told(action), protocol: told(protocol), ports: told(ports), profiles: told(profiles), remoteAddresses: told(remoteAddresses), line: statement.line };
}

function effectOf(settings: readonly (readonly [string, Reading])[], findings: readonly JudgedFinding[], doubtful: boolean, touched: boolean): ScriptEffect {
    const effects = settings.map(([id, r]) => (isKnown(r.value) ? (settingById(id)?.judge(r.value.value)?.effect ?? "safe") : "unknown"));
    const violated = (effect: "breaks" | "weakens"): boolean => effects.includes(effect) || findings.some((f) => f.outcome === "violation" && f.effect === effect);
    if (violated("breaks")) {
        return "breaks";
    }
    if (doubtful || effects.includes("unknown") || findings.some((f) => f.outcome === "unknown")) {
        return "unknown";
    }
    return violated("weakens") ? "insecure" : touched ? "works" : "none";
}

function findingsOf(part: ScriptPart, reading: ScriptReading, name: string, rules: readonly Rule[], config: PolicyConfig): JudgedFinding[] {
    const carrier: Carrier = { urn: `script::${name}`, kind: part.kind, property: part.property, language: part.language, script: known(part.script), runs: "on-change", reading };
    const options = packOptions(config);
    return rules.flatMap((rule) =>
        rule.scope !== "carrier"
            ? []
            : rule.check(carrier, ruleOptions(config, rule)).flatMap((f): JudgedFinding[] => {
                  const level = findingLevel(f, effectiveLevel(config, rule), options);
                  // Rules speak of what brings a script into the guest; here it is the file itself.
                  const message = f.message.replaceAll(`${carrierNames[part.kind]} ${name}`, name);
                  return level === "disabled" ? [] : [{ ...f, message, rule, level, effect: f.effect ?? rule.effect, symptom: f.symptom ?? rule.symptom }];
              }),
    );
}

/** The readings without what a later one overrides. */
function lastWins(readings: readonly ScriptReading[]): ScriptReading[] {
    const settings = new Set<string>();
    const rules = new Set<string>();
    const result: ScriptReading[] = [];
    for (const reading of [...readings].reverse()) {
        const { state } = reading;
        const decided = (rule: GuestFirewallRule): boolean => isKnown(rule.enabled) && isKnown(rule.action);
        result.unshift({
            ...reading,
            state: {
                ...state,
                settings: new Map([...state.settings].filter(([id]) => !settings.has(id))),
                firewallRules: state.firewallRules.filter((r) => !rules.has(r.name.toLowerCase())),
            },
        });
        [...state.settings.keys()].forEach((id) => settings.add(id));
        state.firewallRules.filter(decided).forEach((r) => rules.add(r.name.toLowerCase()));
    }
    return result;
}

/** The reading with lines of the file in place of lines of the script. */
function inFile(reading: ScriptReading, { lines, derived }: ScriptPart, text: string): ScriptReading {
    if (lines === undefined && derived === undefined) {
        return reading;
    }
    const written = derived === undefined ? undefined : text.split(/\r\n|\n|\r/);
    const line = (n: number): number => lines?.[n - 1] ?? lines?.at(-1) ?? n;
    const words = (reason: string): string => reason.replace(/\bline (\d+)\b/g, (_, n: string) => `line ${line(Number(n))}`);
    const moved = (s: Statement): Statement => ({ ...s, line: line(s.line), text: written === undefined || s.text === "<redacted>" ? s.text : (written[s.line - 1]?.trim().slice(0, 160) ?? s.text) });
    const { state } = reading;
    return {
        state: {
            settings: new Map([...state.settings].map(([id, r]) => [id, { value: isKnown(r.value) ? r.value : { ...r.value, reason: words(r.value.reason) }, statement: moved(r.statement) }])),
            firewallRules: state.firewallRules.map((r) => ({ ...r, statement: moved(r.statement) })),
            actions: state.actions.map((a) => ({ ...a, statement: moved(a.statement) })),
        },
        notAnalysed: reading.notAnalysed.map((n) => ({ line: line(n.line), reason: words(n.reason) })),
        syntaxErrors: reading.syntaxErrors.map((e) => ({ ...e, line: line(e.line) })),
    };
}
