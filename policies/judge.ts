import { Host } from "../core/host";
import { Reachability, reachability } from "../core/reachability";
import { Effect, Symptom } from "../core/symptom";
import { CloudReader, readCarrier } from "./cloud";
import { PolicyConfig, effectiveLevel, packOptions, ruleOptions } from "./config";
import { Resource } from "./resource";
import { Finding, Level, PackOptions, Rule } from "./rule";
import { World } from "./world";

export type Verdict = "ready" | "blocked" | "unknown" | "private";

export interface JudgedHost {
    readonly host: Host;
    readonly verdict: Verdict;
    /** Why, in a sentence each: the deciding hop of each client, the finding that blocks, what is not known. */
    readonly reasons: readonly string[];
    readonly reachability: Reachability;
    /** What was taken for granted because it lies outside the stack. */
    readonly assumptions: readonly string[];
}

export interface JudgedFinding extends Finding {
    readonly rule: Rule;
    readonly level: Exclude<Level, "disabled">;
    readonly effect: Effect;
    readonly symptom: Symptom;
}

export interface Judgement {
    readonly hosts: readonly JudgedHost[];
    readonly findings: readonly JudgedFinding[];
}

/**
 * Judges resources of any number of stacks as one world, as the packs do in an engine.
 * @param readers the clouds to look at
 */
export function judge(
    resources: readonly Resource[],
    readers: readonly CloudReader[],
    rules: readonly Rule[],
    config: PolicyConfig,
): Judgement {
    const options = packOptions(config);
    const configured = rules.map((rule) => ({ rule, options: ruleOptions(config, rule) }));
    const world = new World(resources);
    const hosts: Host[] = [];
    const partFindings: JudgedFinding[] = [];
    for (const reader of readers) {
        const mine = world.resources.filter((r) => reader.matters(r.type));
        if (mine.length === 0) {
            continue;
        }
        hosts.push(...reader.hosts(world, options));
        for (const resource of mine.filter((r) => r.external !== true)) {
            const carriers = reader.carriers(resource).map(readCarrier);
            const filters = reader.filters(resource);
            for (const { rule, options: own } of configured) {
                const parts: readonly Finding[] =
                    rule.scope === "carrier" ? carriers.flatMap((c) => rule.check(c, own)) : rule.scope === "filter" ? filters.flatMap((f) => rule.check(f, own)) : [];
                partFindings.push(...parts.flatMap((f) => report(f, rule, config, options)));
            }
        }
    }
    const findings = placeByIntent(partFindings, hosts);
    for (const { rule, options: own } of configured) {
        if (rule.scope === "host") {
            const found = hosts.flatMap((h) => rule.check(h, own));
            findings.push(...found.flatMap((f) => report(f, rule, config, options)));
        }
    }
    return { hosts: hosts.map((h) => judgeHost(h, findings)), findings };
}

function report(finding: Finding, rule: Rule, config: PolicyConfig, options: PackOptions): JudgedFinding[] {
    const level = findingLevel(finding, effectiveLevel(config, rule), options);
    return level === "disabled"
        ? []
        : [{ ...finding, rule, level, effect: finding.effect ?? rule.effect, symptom: finding.symptom ?? rule.symptom }];
}

/** The level at which one finding of a rule is reported: what is not known, and what only an address implies, is lowered. */
export function findingLevel(finding: Finding, level: Level, options: PackOptions): Level {
    if (level === "disabled" || (finding.outcome === "unknown" && options.onUnknown === "off")) {
        return "disabled";
    }
    if (finding.outcome === "unknown") {
        return level === "advisory" ? "advisory" : options.onUnknown === "mandatory" ? "mandatory" : "advisory";
    }
    return finding.atMost ?? level;
}

/**
 * What breaks the guest's Remote Desktop is a fault only where somebody is meant to use it: on a host without RDP intent
 * a finding that `breaks` is dropped (a server that is hardened on purpose), on one with a bare public address it advises.
 */
export function placeByIntent(findings: readonly JudgedFinding[], hosts: readonly Host[]): JudgedFinding[] {
    const intents = new Map<string, Host["intent"]["kind"]>();
    for (const host of hosts) {
        for (const carrier of host.carriers) {
            intents.set(carrier.urn, stronger(intents.get(carrier.urn), host.intent.kind));
        }
    }
    return findings.flatMap((f) => {
        const intent = intents.get(f.urn);
        if (f.rule.scope !== "carrier" || f.effect !== "breaks" || intent === undefined) {
            return [f];
        }
        return intent === "none" ? [] : [intent === "implied-by-address" && f.level !== "advisory" ? { ...f, level: "advisory" as const } : f];
    });
}

const strength = ["none", "implied-by-address", "implied", "declared"] as const;

function stronger(a: Host["intent"]["kind"] | undefined, b: Host["intent"]["kind"]): Host["intent"]["kind"] {
    return a === undefined || strength.indexOf(b) > strength.indexOf(a) ? b : a;
}

function judgeHost(host: Host, findings: readonly JudgedFinding[]): JudgedHost {
    const reach = reachability(host);
    const mine = new Set([host.urn, ...host.carriers.map((c) => c.urn)]);
    const blocking = findings.filter(
        (f) => f.effect === "breaks" && f.outcome === "violation" && f.level !== "advisory" && (mine.has(f.urn) || f.rule.scope === "host" && f.urn === host.urn),
    );
    const verdict: Verdict =
        host.intent.kind === "none"
            ? "private"
            : reach.verdict === "closed" || blocking.length > 0
              ? "blocked"
              : host.unmodelled.length > 0 || host.intent.mistakes.length > 0 || reach.verdict === "unknown"
                ? "unknown"
                : "ready";
    const reasons = [
        ...blocking.map((f) => f.message),
        ...reach.reasons,
        ...host.unmodelled.map((u) => `${u.type} is not modelled: ${u.remedy}`),
        ...host.intent.mistakes.map((m) => m.text),
    ];
    return { host, verdict, reasons: verdict === "ready" || verdict === "private" ? [] : reasons, reachability: reach, assumptions: reach.assumptions };
}
