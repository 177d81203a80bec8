import { undoing } from "../core/guest/hops";
import { Carrier } from "../core/guest/model";
import { Host, isUnmodelled } from "../core/host";
import { isKnown } from "../core/known";
import { Reachability, reachability } from "../core/reachability";
import { Effect, Symptom } from "../core/symptom";
import { CloudReader, readCarrier } from "./cloud";
import { PolicyConfig, effectiveLevel, packOptions, ruleOptions } from "./config";
import { Resource } from "./resource";
import { carrierFix, setAt } from "./fixes";
import { Finding, Level, Options, PackOptions, Rule } from "./rule";
import { carrierNames, nameOf } from "./rules/shared/setting";
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
    /** `remediate`: the deployment repairs it, and everything else is judged as repaired. What cannot be repaired is mandatory, as in the engine. */
    readonly level: Exclude<Level, "disabled">;
    readonly effect: Effect;
    readonly symptom: Symptom;
}

/** Whether `pulumi up` with the packs would be stopped. */
export function blocks(finding: Pick<JudgedFinding, "level">): boolean {
    return finding.level === "mandatory";
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
    const repairs: JudgedFinding[] = [];
    const world = new World(resources.map((r) => repair(r, readers, configured, config, options, repairs)));
    const hosts: Host[] = [];
    const partFindings: JudgedFinding[] = [];
    const seen = new Set<string>();
    const judgeCarriers = (carriers: readonly Carrier[]): void => {
        carriers.forEach((c) => seen.add(scriptKey(c)));
        for (const { rule, options: own } of configured) {
            if (rule.scope === "carrier") {
                partFindings.push(...carriers.flatMap((c) => rule.check(c, own)).flatMap((f) => report(f, rule, config, options)));
            }
        }
    };
    for (const reader of readers) {
        const mine = world.resources.filter((r) => reader.matters(r.type));
        if (mine.length === 0) {
            continue;
        }
        hosts.push(...reader.hosts(world, options));
        for (const resource of mine.filter((r) => r.external !== true)) {
            judgeCarriers(reader.carriers(resource).map(readCarrier));
            const filters = reader.filters(resource);
            for (const { rule, options: own } of configured) {
                const parts: readonly Finding[] = rule.scope === "filter" ? filters.flatMap((f) => rule.check(f, own)) : [];
                partFindings.push(...parts.flatMap((f) => report(f, rule, config, options)));
            }
        }
    }
    // What a resource alone does not tell: values that an association hands to a document, custom data that another script runs.
    for (const carrier of hosts.flatMap((h) => h.carriers)) {
        if (isKnown(carrier.script) && !seen.has(scriptKey(carrier))) {
            judgeCarriers([carrier]);
        }
    }
    const ofParts = placeByIntent(partFindings, hosts).flatMap((f) => {
        const level = f.outcome === "unknown" ? findingLevel(f, f.level, options) : f.level;
        return level === "disabled" ? [] : [{ ...f, level }];
    });
    const ofHosts: JudgedFinding[] = [];
    const own = new Map(hosts.map((h): [Host, JudgedFinding[]] => [h, []]));
    for (const { rule, options: given } of configured) {
        if (rule.scope === "host") {
            for (const host of hosts) {
                const found = rule.check(host, given).flatMap((f) => report(f, rule, config, options));
                ofHosts.push(...found);
                own.get(host)!.push(...found);
            }
        }
    }
    return { hosts: hosts.map((h) => judgeHost(h, ofParts, own.get(h)!)), findings: [...ofParts, ...ofHosts, ...repairs] };
}

function scriptKey(c: Carrier): string {
    return [c.urn, c.property, c.runs === "never", isKnown(c.script) ? c.script.value : ""].join(" ");
}

/** The resource as the rules at level `remediate` deploy it; what they repair is noted in `repairs`. */
function repair(
    resource: Resource,
    readers: readonly CloudReader[],
    configured: readonly { readonly rule: Rule; readonly options: Options }[],
    config: PolicyConfig,
    options: PackOptions,
    repairs: JudgedFinding[],
): Resource {
    let current = resource;
    for (const { rule, options: own } of configured) {
        const reader = readers.find((r) => r.matters(resource.type));
        if (rule.scope === "host" || rule.fix === undefined || reader === undefined || resource.external === true || effectiveLevel(config, rule) !== "remediate") {
            continue;
        }
        const edits =
            rule.scope === "filter"
                ? reader.filters(current).flatMap((f) => rule.fix?.(f) ?? [])
                : reader.carriers(current).flatMap((s) => carrierFix(rule, s, current.inputs, options.assumeNew) ?? []);
        if (edits.length > 0) {
            const found =
                rule.scope === "filter" ? reader.filters(current).flatMap((f) => rule.check(f, own)) : reader.carriers(current).map(readCarrier).flatMap((c) => rule.check(c, own));
            repairs.push(...found.flatMap((f) => report(f, rule, config, options)).map((f) => ({ ...f, level: "remediate" as const })));
            const inputs = structuredClone(current.inputs) as Record<string, unknown>;
            edits.forEach((e) => setAt(inputs, e.property, e.after));
            current = { ...current, inputs, outputs: current.outputs === current.inputs ? inputs : current.outputs };
        }
    }
    return current;
}

function report(finding: Finding, rule: Rule, config: PolicyConfig, options: PackOptions): JudgedFinding[] {
    const level = findingLevel(finding, effectiveLevel(config, rule), options);
    return level === "disabled"
        ? []
        : [{ ...finding, rule, level: level === "remediate" ? "mandatory" : level, effect: finding.effect ?? rule.effect, symptom: finding.symptom ?? rule.symptom }];
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
    // The listener or the firewall as all scripts of a host leave it: a later script may have repaired what one broke.
    const repaired = new Map<string, boolean>();
    for (const host of hosts) {
        for (const carrier of host.carriers) {
            repaired.set(carrier.urn, (repaired.get(carrier.urn) ?? true) && host.intent.kind !== "none" && reachability(host).verdict === "open");
        }
    }
    return findings.flatMap((f) => {
        const intent = intents.get(f.urn);
        if (f.rule.scope !== "carrier" || f.effect !== "breaks") {
            return [f];
        }
        if (intent === undefined) {
            // A script for hosts of other stacks, beside hosts that it is not for: who is meant to reach those is out of sight.
            return [hosts.length > 0 && f.level === "mandatory" ? { ...f, level: "advisory" as const } : f];
        }
        if (f.rule.hop !== undefined && repaired.get(f.urn) === true) {
            return [];
        }
        const undone = f.rule.hop === undefined || f.outcome !== "violation" || intent === "none" ? undefined : undoneBy(f, f.rule.hop, hosts);
        if (undone !== undefined) {
            return undone.length === 0 ? [] : [{ ...f, outcome: "unknown" as const, message: `${f.message} Whether that stays so cannot be told: ${undone.join(" and ")} may undo it.` }];
        }
        return intent === "none" ? [] : [intent === "implied-by-address" && f.level !== "advisory" ? { ...f, level: "advisory" as const } : f];
    });
}

/** Names of the scripts that may undo what a finding says, none where they certainly do; undefined where it stands on some host. */
function undoneBy(f: Finding, hop: "guest-firewall" | "listener", hosts: readonly Host[]): readonly string[] | undefined {
    const each = hosts.flatMap((host) => {
        const carrier = host.carriers.find((c) => c.urn === f.urn && c.property === f.property);
        return carrier === undefined || host.intent.kind === "none" ? [] : [undoing(carrier, host.carriers, host.port, hop)];
    });
    const names = each.flatMap((u) => (u === undefined || u.certain ? [] : u.by.map((c) => `${carrierNames[c.kind]} ${nameOf(c.urn)}`)));
    return each.length === 0 || each.includes(undefined) ? undefined : [...new Set(names)];
}

const strength = ["none", "implied-by-address", "implied", "declared"] as const;

function stronger(a: Host["intent"]["kind"] | undefined, b: Host["intent"]["kind"]): Host["intent"]["kind"] {
    return a === undefined || strength.indexOf(b) > strength.indexOf(a) ? b : a;
}

/** @param own what host rules found about this host, wherever it stands: on its key pair, its association, its NSG */
function judgeHost(host: Host, ofParts: readonly JudgedFinding[], own: readonly JudgedFinding[]): JudgedHost {
    const reach = reachability(host);
    const carriers = new Set(host.carriers.map((c) => c.urn));
    // A script shared with other hosts may be repaired here by one that runs later: the path then tells.
    const ofCarriers = ofParts.filter((f) => f.rule.scope === "carrier" && carriers.has(f.urn) && (f.rule.hop === undefined || reach.verdict !== "open"));
    const blocking = [...ofCarriers, ...own].filter((f) => f.effect === "breaks" && f.outcome === "violation" && blocks(f));
    const verdict: Verdict =
        host.intent.kind === "none"
            ? isUnmodelled(host)
                ? "unknown"
                : "private"
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
