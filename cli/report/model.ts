import { knownOr } from "../../core/known";
import { ClientReach } from "../../core/reachability";
import { JudgedFinding, JudgedHost, Verdict } from "../../policies/judge";
import { RuleMetadata } from "../../policies/rule";
import { Judged } from "../check";
import type { FirewallRuleView, JudgedScript, ScriptEffect } from "../sources/script";
import type { ScriptNote } from "../sources/script-file";
import { redactAll, redactor } from "../redact";

/** Version 1 of the report: the field names are a contract (design: "The command"). */
export interface Report {
    readonly schema: "rdp-ready/report@1";
    readonly hosts: readonly ReportHost[];
    readonly findings: readonly ReportFinding[];
    readonly script?: ReportScript;
}

export interface ReportHost {
    readonly urn: string;
    readonly name: string;
    readonly cloud: "azure" | "aws";
    readonly intent: "declared" | "implied" | "none";
    readonly port: number | null;
    readonly verdict: Verdict;
    readonly assumptions: readonly string[];
    readonly paths: readonly ReportPath[];
}

export interface ReportPath {
    readonly client: string;
    readonly via: string | null;
    readonly verdict: "open" | "closed" | "unknown";
    readonly decidedBy: { readonly urn: string; readonly property: string; readonly text: string };
}

export interface ReportFinding {
    readonly rule: string;
    readonly name: string;
    readonly severity: RuleMetadata["severity"];
    readonly level: JudgedFinding["level"];
    readonly outcome: "violation" | "unknown" | "excepted";
    readonly effect: JudgedFinding["effect"];
    readonly symptom: JudgedFinding["symptom"];
    readonly urn: string;
    readonly property: string;
    readonly line: number | null;
    readonly message: string;
    readonly fix: string | null;
    readonly causes: readonly string[];
}

/** What a script leaves behind, by setting id. */
export interface ReportScript {
    readonly file: string;
    readonly settings: Readonly<Record<string, { readonly value: unknown; readonly line: number }>>;
    /** Rules of the Windows firewall that bear on Remote Desktop, by name. */
    readonly firewallRules: Readonly<Record<string, FirewallRuleView>>;
    readonly effect: ScriptEffect;
    /** Parts that were not understood, or are not run. */
    readonly notes: readonly ScriptNote[];
}

/** One step of the picture of a path. */
export interface HopView {
    readonly name: string;
    readonly verdict: "open" | "closed" | "unknown" | "assumed" | "partly" | "not-reached";
    readonly deciding: boolean;
}

/** A path with everything that its picture shows. */
export interface PathView extends ReportPath {
    readonly hops: readonly HopView[];
}

export interface HostView extends ReportHost {
    readonly type: string;
    /** URNs of what the host is made of: itself, its scripts, the hops of its paths. */
    readonly parts: readonly string[];
    readonly paths: readonly PathView[];
    /** Why the host is not ready, beyond its paths. */
    readonly reasons: readonly string[];
}

export interface FindingView extends ReportFinding {
    /** Of the rule. */
    readonly title: string;
    readonly column: number | null;
}

/** What was judged together: a program, or all given state. */
export interface Section {
    readonly names: readonly string[];
    /** Absolute paths of the files that a code review shows. */
    readonly files: readonly string[];
    readonly hosts: readonly HostView[];
    readonly findings: readonly FindingView[];
    /** What was taken for granted for everything here. */
    readonly assumptions: readonly string[];
    /** Set for a script file. */
    readonly script?: ReportScript;
}

/** The sections that all formats are made of. No secret gets past here. */
export function sectionsOf(judged: readonly Judged[]): Section[] {
    return judged.map((world) =>
        redactAll(
            {
                names: world.script === undefined ? world.sources.map((s) => s.name) : [world.script.name],
                files: world.script === undefined ? world.sources.map((s) => s.file) : [world.script.file],
                hosts: world.hosts.map((h) => hostView(h, world.assumptions)),
                findings: world.findings.map(findingView).sort(byWeight),
                assumptions: world.assumptions,
                ...(world.script === undefined ? {} : { script: scriptView(world.script) }),
            },
            redactor(world.secrets),
        ),
    );
}

/** The report of `--format json`. */
export function reportOf(sections: readonly Section[]): Report {
    const script = sections.find((s) => s.script !== undefined)?.script;
    return {
        schema: "rdp-ready/report@1",
        hosts: sections.flatMap((s) => s.hosts).map(({ urn, name, cloud, intent, port, verdict, assumptions, paths }) => ({
            urn, name, cloud, intent, port, verdict, assumptions,
            paths: paths.map(({ client, via, verdict, decidedBy }) => ({ client, via, verdict, decidedBy })),
        })),
        findings: sections.flatMap((s) => s.findings).map(({ title: _title, column: _column, ...finding }) => finding),
        ...(script === undefined ? {} : { script }),
    };
}

function scriptView({ name, settings, firewallRules, effect, notes }: JudgedScript): NonNullable<Section["script"]> {
    return { file: name, settings, firewallRules, effect, notes };
}

function hostView({ host, verdict, reasons, reachability, assumptions }: JudgedHost, shared: readonly string[]): HostView {
    return {
        urn: host.urn,
        type: host.type,
        parts: [host.urn, ...host.carriers.map((c) => c.urn), ...host.paths.flatMap((p) => p.hops.map((h) => h.origin.urn))],
        name: host.name,
        cloud: host.cloud,
        intent: host.intent.kind === "implied-by-address" ? "implied" : host.intent.kind,
        port: knownOr(host.port, null),
        verdict,
        assumptions: [...new Set([...assumptions, ...shared])],
        paths: reachability.clients.map((c) => pathView(c, host)),
        reasons,
    };
}

function pathView({ client, verdict, best }: ClientReach, host: JudgedHost["host"]): PathView {
    const deciding = best?.deciding;
    const origin = deciding?.decidedBy ?? host.noPath ?? { urn: host.urn, text: "the stack builds no path to this host" };
    return {
        client: client.name,
        via: best?.path.via ?? null,
        verdict,
        decidedBy: { urn: origin.urn, property: origin.property ?? "", text: origin.text },
        hops: (best?.hops ?? []).map(({ hop, verdict: at }, i) => ({ name: hop.name, verdict: at, deciding: i === deciding?.hop })),
    };
}

function findingView(f: JudgedFinding): FindingView {
    return {
        rule: f.rule.id,
        name: f.rule.name,
        severity: f.rule.severity,
        level: f.level,
        outcome: f.outcome,
        effect: f.effect,
        symptom: f.symptom,
        urn: f.urn.replace(/^script::/, ""),
        property: f.property ?? "",
        line: f.line ?? null,
        message: f.message,
        fix: f.fix ?? null,
        causes: f.rule.causes,
        title: f.rule.title,
        column: f.column ?? null,
    };
}

const levelWeight = { mandatory: 0, remediate: 1, advisory: 2 };
const severityWeight = { high: 0, medium: 1, low: 2 };

/** What blocks comes first. */
function byWeight(a: FindingView, b: FindingView): number {
    return levelWeight[a.level] - levelWeight[b.level] || severityWeight[a.severity] - severityWeight[b.severity] || a.rule.localeCompare(b.rule) || a.urn.localeCompare(b.urn);
}

/** Numbers for a last line. */
export interface Counts {
    readonly programs: number;
    readonly scripts: number;
    readonly hosts: number;
    readonly verdicts: Readonly<Record<Verdict, number>>;
    readonly blocking: number;
    readonly repaired: number;
    readonly advisory: number;
}

export function countsOf(sections: readonly Section[]): Counts {
    const hosts = sections.flatMap((s) => s.hosts);
    const findings = sections.flatMap((s) => s.findings);
    const count = (verdict: Verdict): number => hosts.filter((h) => h.verdict === verdict).length;
    const at = (level: ReportFinding["level"]): number => findings.filter((f) => f.level === level).length;
    return {
        programs: sections.filter((s) => s.script === undefined).flatMap((s) => s.names).length,
        scripts: sections.filter((s) => s.script !== undefined).length,
        hosts: hosts.length,
        verdicts: { ready: count("ready"), blocked: count("blocked"), unknown: count("unknown"), private: count("private") },
        blocking: at("mandatory"),
        repaired: at("remediate"),
        advisory: at("advisory"),
    };
}

/** `2 hosts`, `1 host`. */
export function plural(n: number, word: string): string {
    return `${n} ${word}${n === 1 ? "" : "s"}`;
}

/** The counts as one line. */
export function countsLine(counts: Counts, separator: string): string {
    const verdicts = (Object.entries(counts.verdicts) as [Verdict, number][]).filter(([, n]) => n > 0).map(([verdict, n]) => `${n} ${verdict}`);
    const total = counts.blocking + counts.repaired + counts.advisory;
    const levels = [counts.blocking > 0 ? `${counts.blocking} blocking` : "", counts.repaired > 0 ? `${counts.repaired} to be repaired` : "", counts.advisory > 0 ? `${counts.advisory} advisory` : ""].filter((t) => t !== "");
    return [
        ...(counts.scripts === 0 ? [] : [plural(counts.scripts, "script")]),
        ...(counts.programs === 0
            ? []
            : [plural(counts.programs, "program"), counts.hosts === 0 ? "no Windows host" : `${plural(counts.hosts, "host")}: ${verdicts.join(", ")}`]),
        total === 0 ? "no findings" : `${plural(total, "finding")}: ${levels.join(", ")}`,
    ].join(separator);
}
