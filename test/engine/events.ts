/** What a run of the engine did, read from its event log. */
import type { EngineEvent } from "@pulumi/pulumi/automation";

/** One report of a policy. */
export interface Violation {
    policy: string;
    pack: string;
    /** Enforcement level as the engine names it: `mandatory` or `advisory`. */
    level: string;
    message: string;
    /** Resource that the report is about; for some stack policies the stack itself. */
    urn: string | undefined;
}

/** One change that a remediation made. */
export interface Remediation {
    policy: string;
    pack: string;
    urn: string | undefined;
    before: Record<string, unknown>;
    after: Record<string, unknown>;
}

/** A message of the engine, a provider or the program. */
export interface Diagnostic {
    severity: string;
    message: string;
    urn: string | undefined;
}

/** One operation on one resource. */
export interface Step {
    op: string;
    urn: string;
    type: string;
    /** True when the step belongs to a preview. */
    planning: boolean;
}

/** What a run did; of an `up` with a preview, its last phase: the preview where that blocked, else the update. */
export interface EngineResult {
    /** True when the CLI ended with code 0. */
    ok: boolean;
    exitCode: number;
    violations: Violation[];
    remediations: Remediation[];
    diagnostics: Diagnostic[];
    /** Operations by name, such as `{ create: 5, same: 1 }`. */
    summary: Record<string, number>;
    steps: Step[];
    stdout: string;
    stderr: string;
    durationMs: number;
}

/** What the Automation API's typings leave out. */
interface RemediationEvent {
    policyRemediationEvent?: {
        resourceUrn?: string;
        policyName: string;
        policyPackName: string;
        before?: Record<string, unknown>;
        after?: Record<string, unknown>;
    };
}

/** Events of a log with one JSON object a line. */
export function parseEvents(log: string): EngineEvent[] {
    return log
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => JSON.parse(line) as EngineEvent);
}

/** The parts of a result that come from events. */
export function readEvents(events: EngineEvent[]): Pick<EngineResult, "violations" | "remediations" | "diagnostics" | "summary" | "steps"> {
    const violations: Violation[] = [];
    const remediations: Remediation[] = [];
    const diagnostics: Diagnostic[] = [];
    const steps: Step[] = [];
    let summary: Record<string, number> = {};
    for (const event of events as (EngineEvent & RemediationEvent)[]) {
        const {
            policyEvent: policy,
            policyRemediationEvent: remediation,
            diagnosticEvent: diagnostic,
            resourcePreEvent: step,
            summaryEvent: end,
        } = event;
        if (policy) {
            const level = policy.enforcementLevel === "warning" ? "advisory" : policy.enforcementLevel;
            violations.push({
                policy: policy.policyName,
                pack: policy.policyPackName,
                level,
                message: clean(policy.message),
                urn: policy.resourceUrn || undefined,
            });
        }
        if (remediation) {
            const { policyName, policyPackName, resourceUrn, before, after } = remediation;
            remediations.push({ policy: policyName, pack: policyPackName, urn: resourceUrn || undefined, before: before ?? {}, after: after ?? {} });
        }
        if (diagnostic && !diagnostic.ephemeral && (diagnostic.severity as string) !== "debug")
            diagnostics.push({ severity: diagnostic.severity, message: clean(diagnostic.message), urn: diagnostic.urn || undefined });
        if (step) steps.push({ op: step.metadata.op, urn: step.metadata.urn, type: step.metadata.type, planning: step.planning ?? false });
        if (end) summary = { ...(end.resourceChanges as Record<string, number>) };
    }
    return { violations, remediations, diagnostics, summary, steps };
}

/** Text without the engine's colour directives (`<{%reset%}>`). */
export function clean(text: string): string {
    return text.replace(/<\{%[^%]*%\}>/g, "").trim();
}
