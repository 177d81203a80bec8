import { Finding, RuleMetadata } from "./rule";

export const docsUrl = "https://github.com/rdp-ready/rdp-ready/blob/main/docs/rules/";

/** The page of a rule; its address derives from its name. */
export function ruleUrl(rule: Pick<RuleMetadata, "name">): string {
    return `${docsUrl}${rule.name}.md`;
}

/** A finding as one text: what is wrong, where, what to write. */
export function findingText(finding: Finding, rule: Pick<RuleMetadata, "id">): string {
    const line = finding.line === undefined ? "" : `, line ${finding.line}${finding.column === undefined ? "" : `:${finding.column}`}`;
    const where = finding.property === undefined ? "" : ` [${finding.property}${line}]`;
    const fix = finding.fix === undefined ? "" : ` Write: ${finding.fix}`;
    return `${rule.id}: ${finding.message}${where}${fix}`;
}
