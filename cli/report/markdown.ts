import { ruleUrl } from "../../policies/message";
import { FindingView, HostView, PathView, Section, countsLine, countsOf } from "./model";
import { placeOf } from "./table";

const signs: Readonly<Record<HostView["verdict"], string>> = { ready: "✅ ready", blocked: "❌ blocked", unknown: "❔ unknown", private: "⚪ private" };

/** Comments on GitHub and GitLab end at 65,536 characters. */
const longest = 60_000;

/** The report for a comment on a pull request: verdicts first, findings with what to write, details folded. */
export function markdownReport(sections: readonly Section[]): string {
    const counts = countsOf(sections);
    const blocking = sections.flatMap((s) => s.findings).filter((f) => f.level === "mandatory");
    const title = blocking.length > 0 ? "❌ Remote Desktop would not work" : counts.verdicts.unknown > 0 ? "❔ Remote Desktop: not everything is known yet" : "✅ Remote Desktop is ready";
    const head = ["<!-- rdp-ready -->", `### ${title}`, "", `${countsLine(counts, " · ")}.`, ""];
    const verdicts = counts.hosts === 0 ? [] : ["| program | host | verdict | decided by |", "| --- | --- | --- | --- |", ...sections.flatMap((s) => s.hosts.map((h) => row(h, s))), ""];
    const advice = sections.flatMap((s) => s.findings).filter((f) => f.level !== "mandatory");
    const parts = [
        ...blocking.map(finding),
        ...(advice.length === 0 ? [] : [folded(`${advice.length} that do not block`, advice.map(finding))]),
        ...(counts.hosts === 0 ? [] : [folded("Paths and assumptions", sections.flatMap(details))]),
    ];
    return fitted([...head, ...verdicts].join("\n"), parts);
}

/** Whole parts as long as there is room. */
function fitted(head: string, parts: readonly string[]): string {
    let text = head;
    for (const [i, part] of parts.entries()) {
        if (text.length + part.length > longest) {
            return `${text}\n${parts.length - i} more: run \`rdp-ready check\` to see all.\n`;
        }
        text += `${part}\n`;
    }
    return text;
}

function row(host: HostView, section: Section): string {
    const telling = host.paths.find((p) => p.verdict !== "open");
    const why = host.verdict === "private" ? "nobody is meant to connect" : telling !== undefined ? telling.decidedBy.text : (host.reasons[0] ?? "");
    return `| ${cell(section.names.join(", "))} | ${cell(host.name)} | ${signs[host.verdict]} | ${cell(why)} |`;
}

function finding(f: FindingView): string {
    const place = [placeOf(f.urn), f.property, f.line === null ? "" : `line ${f.line}`].filter((p) => p !== "").join(" ");
    const symptom = f.symptom === "none" ? "" : `, the client shows ${f.symptom === "either" ? "0x904 or 0x204" : f.symptom === "other" ? "another error" : f.symptom}`;
    return [
        `- **[${f.rule} ${f.name}](${ruleUrl(f)})** (${f.severity}${symptom})${f.outcome === "unknown" ? ", not decided" : ""}`,
        `  ${inline(f.message)}`,
        `  Where: ${code(place)}`,
        ...(f.fix === null ? [] : [`  Write: ${code(f.fix)}`]),
        "",
    ].join("  \n");
}

function details(section: Section): string[] {
    return [
        `**${inline(section.names.join(", "))}**`,
        "",
        ...section.hosts.flatMap((h) => [
            `${inline(h.name)} (${h.cloud}, ${h.port === null ? "port not known" : `port ${h.port}`}): ${h.verdict}`,
            "",
            ...(h.paths.length === 0 ? [] : ["```text", ...h.paths.map(picture), "```", ""]),
            ...h.assumptions.map((a) => `- assumes: ${inline(a)}`),
            "",
        ]),
    ];
}

function picture(path: PathView): string {
    const hops = path.hops.map((h) => `${h.name}${h.deciding && path.verdict !== "open" ? (path.verdict === "closed" ? " ✗" : " ?") : ""}`);
    return [path.client, ...(hops.length === 0 ? ["no path ✗"] : hops)].join(" ──▶ ").replaceAll("```", "'''");
}

function folded(summary: string, lines: readonly string[]): string {
    return `<details><summary>${summary}</summary>\n\n${lines.join("\n")}\n</details>\n`;
}

/** Text of others inside Markdown: nothing of it is markup. */
function inline(text: string): string {
    return text.replace(/[\\`*_[\]<>#@|~]/g, (c) => (c === "<" ? "&lt;" : c === ">" ? "&gt;" : c === "@" ? "&#64;" : `\\${c}`)).replace(/\r?\n/g, " ");
}

function cell(text: string): string {
    return inline(text);
}

/** A code span, with a fence that the text does not hold. */
function code(text: string): string {
    const longestRun = Math.max(0, ...(text.match(/`+/g) ?? []).map((r) => r.length));
    const fence = "`".repeat(longestRun + 1);
    const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
    return `${fence}${pad}${text.replace(/\r?\n/g, " ")}${pad}${fence}`;
}
