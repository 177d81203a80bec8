import { createHash } from "node:crypto";
import { relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { ruleUrl } from "../../policies/message";
import { Rule } from "../../policies/rule";
import { nameOfUrn } from "../sources/state";
import { FindingView, Section } from "./model";

/** GitHub's scale for security severity, 0 to 10. */
const securitySeverity = { high: "8.0", medium: "5.5", low: "3.0" };

/** SARIF 2.1.0 for code scanning. The rule table comes from the rules' metadata. */
export function sarifReport(sections: readonly Section[], rules: readonly Rule[], version: string): string {
    const index = new Map(rules.map((r, i) => [r.id, i]));
    const log = {
        $schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [
            {
                tool: {
                    driver: {
                        name: "rdp-ready",
                        version,
                        semanticVersion: version,
                        informationUri: "https://github.com/rdp-ready/rdp-ready",
                        rules: rules.map(ruleEntry),
                    },
                },
                columnKind: "utf16CodeUnits",
                originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(process.cwd()).href}/` } },
                invocations: [{ executionSuccessful: true, toolExecutionNotifications: sections.flatMap(assumptions) }],
                results: sections.flatMap((s) => s.findings.map((f) => result(f, s, index))),
            },
        ],
    };
    return `${JSON.stringify(log, null, 2)}\n`;
}

/** What a verdict takes for granted is no result; viewers show it beside the results. */
function assumptions(section: Section): object[] {
    return section.hosts.flatMap((h) =>
        h.assumptions.map((a) => ({
            level: "note",
            message: { text: `${h.name} is ${h.verdict}, which assumes: ${a}` },
            locations: [{ logicalLocations: [{ name: h.name, fullyQualifiedName: h.urn, kind: "resource" }] }],
        })),
    );
}

function ruleEntry(rule: Rule): object {
    return {
        id: rule.id,
        name: rule.name,
        shortDescription: { text: rule.title },
        fullDescription: { text: rule.why },
        help: { text: `${rule.why}\n\n${rule.remedy}`, markdown: `${rule.why}\n\n**What to do:** ${rule.remedy}` },
        helpUri: ruleUrl(rule),
        defaultConfiguration: { level: rule.defaultLevel === "advisory" ? "warning" : "error" },
        properties: { tags: ["rdp", rule.effect, ...rule.causes], precision: "high", "security-severity": securitySeverity[rule.severity] },
    };
}

function result(f: FindingView, section: Section, index: ReadonlyMap<string, number>): object {
    const text = f.fix === null ? f.message : `${f.message} Write: ${f.fix}`;
    const property = f.property === "" ? "" : `.${f.property}`;
    const file = section.files[0];
    return {
        ruleId: f.rule,
        ruleIndex: index.get(f.rule) ?? -1,
        level: f.level === "mandatory" ? "error" : f.outcome === "unknown" ? "note" : "warning",
        message: { text },
        locations: [
            {
                ...(file === undefined ? {} : { physicalLocation: { artifactLocation: artifact(file), region: { startLine: section.script === undefined ? 1 : (f.line ?? 1) } } }),
                logicalLocations: [{ name: nameOfUrn(f.urn), fullyQualifiedName: `${f.urn}${property}`, kind: "resource" }],
            },
        ],
        partialFingerprints: { "rdpReady/v1": createHash("sha256").update(`${f.rule}|${f.urn}|${f.property}`).digest("hex") },
        properties: { outcome: f.outcome, effect: f.effect, symptom: f.symptom, property: f.property, line: f.line, causes: f.causes },
    };
}

/** Relative to where the command runs, as code scanning wants it, unless the file lies elsewhere. */
function artifact(file: string): object {
    const path = relative(process.cwd(), file);
    return path.startsWith("..") || /^[A-Za-z]:/.test(path)
        ? { uri: pathToFileURL(file).href }
        : { uri: path.split(sep).map(encodeURIComponent).join("/"), uriBaseId: "SRCROOT" };
}
