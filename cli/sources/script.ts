import { extname } from "node:path";
import { Carrier } from "../../core/guest/model";
import { readScript } from "../../core/guest/script";
import { settingById } from "../../core/guest/settings";
import { isKnown, known } from "../../core/known";
import { PolicyConfig, effectiveLevel, packOptions, ruleOptions } from "../../policies/config";
import { JudgedFinding, findingLevel } from "../../policies/judge";
import { Rule } from "../../policies/rule";
import { readText } from "../files";

/** What a script does to Remote Desktop, taken together. */
export type ScriptEffect = "works" | "breaks" | "insecure" | "none" | "unknown";

export interface JudgedScript {
    /** As the user named it. */
    readonly name: string;
    readonly file: string;
    /** By setting id; `null` where the value cannot be told. */
    readonly settings: Readonly<Record<string, { readonly value: unknown; readonly line: number }>>;
    readonly effect: ScriptEffect;
    /** Parts that were not understood. */
    readonly notes: readonly string[];
    readonly findings: readonly JudgedFinding[];
}

/** Reads a PowerShell or batch file and judges what it leaves behind, with the rules that judge scripts in stacks. */
export function judgeScript(path: string, name: string, rules: readonly Rule[], config: PolicyConfig): JudgedScript {
    const text = readText(path);
    const language = /^\.(bat|cmd)$/i.test(extname(path)) ? "batch" : "powershell";
    const reading = readScript(text, language);
    const urn = `script::${name}`;
    const carrier: Carrier = { urn, kind: "run-command", property: "", language, script: known(text), runs: "on-change", reading };
    const options = packOptions(config);
    const findings = rules.flatMap((rule) =>
        rule.scope !== "carrier"
            ? []
            : rule.check(carrier, ruleOptions(config, rule)).flatMap((f): JudgedFinding[] => {
                  const level = findingLevel(f, effectiveLevel(config, rule), options);
                  // Rules speak of what brings a script into the guest; here it is the file itself.
                  const message = f.message.replaceAll(`run command ${name}`, name);
                  return level === "disabled" ? [] : [{ ...f, message, rule, level, effect: f.effect ?? rule.effect, symptom: f.symptom ?? rule.symptom }];
              }),
    );
    const { settings, firewallRules, actions } = reading.state;
    const entries = [...settings].map(([id, r]) => [id, { value: isKnown(r.value) ? r.value.value : null, line: r.statement.line }] as const);
    const effects = [...settings].flatMap(([id, r]) => (isKnown(r.value) ? (settingById(id)?.judge(r.value.value)?.effect ?? "safe") : "unknown"));
    const touched = entries.length + firewallRules.length + actions.length > 0;
    const violated = (effect: "breaks" | "weakens"): boolean => effects.includes(effect) || findings.some((f) => f.outcome === "violation" && f.effect === effect);
    const undecided = effects.includes("unknown") || findings.some((f) => f.outcome === "unknown");
    return {
        name,
        file: path,
        settings: Object.fromEntries(entries),
        effect: violated("breaks") ? "breaks" : undecided ? "unknown" : violated("weakens") ? "insecure" : touched ? "works" : reading.notAnalysed.length > 0 ? "unknown" : "none",
        notes: [...reading.notAnalysed.map((n) => n.reason), ...reading.syntaxErrors.map((e) => `line ${e.line}, column ${e.column}: syntax error`)],
        findings,
    };
}
