import type { FirewallRuleView } from "../sources/script";
import { nameOfUrn, typeOfUrn } from "../sources/state";
import { FindingView, HopView, HostView, PathView, ReportScript, Section, countsLine, countsOf, plural } from "./model";
import { Style, Terminal, wrap } from "./terminal";

const verdictStyles: Readonly<Record<HostView["verdict"], Style>> = { ready: "green", blocked: "red", unknown: "yellow", private: "dim" };

/** The report for people: per program and host the verdict, the path as a picture, and the findings with what to write. */
export function tableReport(sections: readonly Section[], terminal: Terminal): string {
    const blocks = sections.map((s) => section(s, terminal));
    const shared = sharedAssumptions(sections, terminal);
    const last = terminal.paint("bold", countsLine(countsOf(sections), terminal.glyphs.dot));
    return `${[...blocks, ...shared, last].join("\n\n")}\n`;
}

function section(s: Section, t: Terminal): string {
    const lines = [t.paint("bold", s.names.join(", "))];
    if (s.script !== undefined) {
        lines.push(...scriptLines(s.script, t));
    } else if (s.hosts.length === 0) {
        lines.push(`  ${t.paint("dim", "no Windows host")}`);
    }
    for (const host of s.hosts) {
        lines.push(...hostLines(host, s, t));
    }
    for (const finding of s.findings.filter((f) => ownerOf(f, s) === undefined)) {
        lines.push("", ...findingLines(finding, t, s.script === undefined ? "  " : "      "));
    }
    return lines.join("\n");
}

const effects: Readonly<Record<ReportScript["effect"], { readonly style: Style; readonly glyph: HostView["verdict"]; readonly text: string }>> = {
    works: { style: "green", glyph: "ready", text: "Remote Desktop works after this script" },
    breaks: { style: "red", glyph: "blocked", text: "breaks Remote Desktop" },
    insecure: { style: "yellow", glyph: "unknown", text: "Remote Desktop works, less safely than it should" },
    none: { style: "dim", glyph: "private", text: "does nothing to Remote Desktop" },
    unknown: { style: "yellow", glyph: "unknown", text: "what it does to Remote Desktop cannot be told" },
};

function scriptLines(script: NonNullable<Section["script"]>, t: Terminal): string[] {
    const { style, glyph, text } = effects[script.effect];
    const settings = [
        ...Object.entries(script.settings).map(([id, { value, line }]) => ({ id, text: value === null ? "not known" : String(value), line })),
        ...Object.entries(script.firewallRules).map(([id, rule]) => ({ id, text: ruleText(rule), line: rule.line })),
    ];
    const widest = Math.max(0, ...settings.map(({ id }) => id.length));
    return [
        `  ${t.paint(style, `${t.glyphs[glyph]} ${text}`)}`,
        ...settings.map(({ id, text, line }) => `      ${id.padEnd(widest)}  ${text}  ${t.paint("dim", `line ${line}`)}`),
        ...script.notes.flatMap((n) => hanging(`${n.what}  `, `line ${n.line}: ${n.text}`, t, "      ")),
    ];
}

/** `allows tcp 3389 in, from any, in every profile` */
function ruleText(rule: FirewallRuleView): string {
    if (rule.enabled === false) {
        return "off";
    }
    const some = (value: unknown, what: string): string => (value === null ? `${what} not known` : value as string);
    const ports = (rule.ports as readonly (readonly [number, number])[] | null)?.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(", ");
    const profiles = rule.profiles as readonly string[] | null;
    const does = rule.action === null ? "action not known" : `${rule.action as string}s`;
    return [
        `${rule.enabled === null ? "if it is on, " : ""}${does} ${some(rule.protocol, "protocol")} ${ports === undefined ? "ports not known" : ports === "" ? "every port" : ports} ${some(rule.direction, "direction")}`,
        rule.remoteAddresses === null ? "addresses not known" : `from ${(rule.remoteAddresses as readonly string[]).join(", ")}`,
        profiles === null ? "profiles not known" : profiles.length === 3 ? "in every profile" : `in ${profiles.join(" and ")} networks`,
    ].join(", ");
}

/** What whole programs took for granted, once for all of them. */
function sharedAssumptions(sections: readonly Section[], t: Terminal): string[] {
    const by = new Map<string, number>();
    sections.filter((s) => s.hosts.length > 0).flatMap((s) => [...new Set(s.assumptions)]).forEach((a) => by.set(a, (by.get(a) ?? 0) + 1));
    const lines = [...by].flatMap(([text, n]) => assumptionLines([sections.length === 1 ? text : `${text} (${plural(n, "program")})`], t, ""));
    return lines.length === 0 ? [] : [lines.join("\n")];
}

function hostLines(host: HostView, s: Section, t: Terminal): string[] {
    const style = verdictStyles[host.verdict];
    const facts = [host.cloud, intentText(host), host.port === null ? "port not known" : `port ${host.port}`].join(t.glyphs.dot);
    const lines = [`  ${t.paint(style, `${t.glyphs[host.verdict]} ${host.verdict.padEnd(7)}`)} ${t.paint("bold", host.name)}  ${t.paint("dim", facts)}`];
    for (const paths of alike(host.paths)) {
        lines.push(...pathLines(paths, t, "      "));
    }
    const own = s.findings.filter((f) => ownerOf(f, s) === host);
    const messages = new Set(s.findings.map((f) => f.message));
    // The picture tells already what became of each client.
    const said = (reason: string): boolean => messages.has(reason) || host.paths.some((p) => reason.startsWith(`${p.client}: `));
    for (const reason of host.reasons.filter((r) => !said(r))) {
        lines.push(...hanging(`${t.glyphs.bullet} `, reason, t, "      "));
    }
    const particular = host.assumptions.filter((a) => !s.assumptions.includes(a));
    if (particular.length > 0) {
        lines.push(...assumptionLines(particular, t, "      "));
    }
    for (const finding of own) {
        lines.push("", ...findingLines(finding, t, "      "));
    }
    return lines;
}

/** Clients that fare alike share a picture. */
function alike(paths: readonly PathView[]): PathView[][] {
    const groups = new Map<string, PathView[]>();
    for (const path of paths) {
        const { client: _, ...rest } = path;
        const key = JSON.stringify(rest);
        groups.set(key, [...(groups.get(key) ?? []), path]);
    }
    return [...groups.values()];
}

/** The host under which a finding stands: the host itself, else the first that it is a part of. */
function ownerOf(finding: FindingView, { hosts }: Section): HostView | undefined {
    return hosts.find((h) => h.urn === finding.urn) ?? hosts.find((h) => h.parts.includes(finding.urn));
}

function intentText(host: HostView): string {
    switch (host.intent) {
        case "declared":
            return "clients declared";
        case "implied":
            return "clients implied";
        case "none":
            return "nobody is meant to connect";
    }
}

/**
 * `203.0.113.0/24 ──▶ public address web-ip ──▶ NSG web-nsg (subnet) ✗ ──▶ …`, broken between hops, with the text of
 * the deciding hop below.
 */
function pathLines(paths: readonly PathView[], t: Terminal, indent: string): string[] {
    const path = paths[0]!;
    const clients = wrap(paths.map((p) => p.client).join(", "), t.width - indent.length);
    const last = clients.at(-1) ?? "";
    const lines = clients.slice(0, -1).map((c) => indent + t.paint("cyan", c));
    let line = indent + t.paint("cyan", last);
    let length = indent.length + last.length;
    const hops = path.hops.length > 0 ? path.hops : [{ name: "no path", verdict: path.verdict, deciding: true } as HopView];
    for (const hop of hops) {
        const mark = markOf(hop, path, t);
        const dead = hop.verdict === "not-reached";
        const arrow = dead ? t.glyphs.deadArrow : t.glyphs.arrow;
        const plain = ` ${arrow} ${hop.name}${mark === "" ? "" : ` ${mark}`}`;
        if (length + plain.length > t.width) {
            lines.push(line);
            line = `${indent} `;
            length = line.length;
        }
        line += ` ${t.paint(dead ? "dim" : styleOf(path.verdict), arrow)} ${hopText(hop, mark, path, t)}`;
        length += plain.length;
    }
    lines.push(line);
    if (path.verdict !== "open") {
        const where = path.decidedBy.property === "" ? "" : ` (${placeOf(path.decidedBy.urn)} ${path.decidedBy.property})`;
        const text = hanging(`${t.glyphs.decides} `, path.decidedBy.text + where, t, indent);
        lines.push(...text.map((l) => t.paint(styleOf(path.verdict), l)));
    }
    return lines;
}

function styleOf(verdict: PathView["verdict"]): Style {
    return verdict === "open" ? "green" : verdict === "closed" ? "red" : "yellow";
}

function markOf(hop: HopView, path: PathView, t: Terminal): string {
    if (hop.deciding && path.verdict !== "open") {
        return path.verdict === "closed" ? t.glyphs.blocked : t.glyphs.unknown;
    }
    return hop.verdict === "assumed" ? "(assumed)" : hop.verdict === "closed" ? t.glyphs.blocked : hop.verdict === "unknown" ? t.glyphs.unknown : "";
}

function hopText(hop: HopView, mark: string, path: PathView, t: Terminal): string {
    const decides = hop.deciding && path.verdict !== "open";
    const name = hop.verdict === "not-reached" ? t.paint("dim", hop.name) : decides ? t.paint("bold", hop.name) : hop.name;
    return mark === "" ? name : `${name} ${t.paint(decides ? styleOf(path.verdict) : "dim", mark)}`;
}

function findingLines(f: FindingView, t: Terminal, indent: string): string[] {
    const style: Style = f.level === "mandatory" ? "red" : "yellow";
    const facts = [levelText(f), f.outcome === "unknown" ? "not decided" : "", symptomText(f)].filter((x) => x !== "").join(t.glyphs.dot);
    const inner = `${indent}  `;
    const line = f.line === null ? "" : `, line ${f.line}`;
    const where = `${placeOf(f.urn)}${f.property === "" ? "" : ` ${f.property}`}${line}`;
    return [
        `${indent}${t.paint(style, `${f.rule} ${f.name}`)}  ${t.paint("dim", facts)}`,
        ...hanging("", f.message, t, inner),
        ...hanging("where  ", where, t, inner),
        ...(f.fix === null ? [] : hanging("write  ", f.fix, t, inner)),
    ];
}

function levelText(f: FindingView): string {
    return { advisory: "advisory", remediate: "the deployment repairs it", mandatory: "blocks the deployment" }[f.level];
}

/** What the client shows, unless the message says so itself. */
function symptomText(f: FindingView): string {
    if (/0x[0-9a-f]{3}/i.test(f.message)) {
        return "";
    }
    switch (f.symptom) {
        case "none":
            return "the session comes up, less safely";
        case "either":
            return "the client shows 0x904 or 0x204";
        case "other":
            return "the client shows another error";
        default:
            return `the client shows ${f.symptom}`;
    }
}

function assumptionLines(assumptions: readonly string[], t: Terminal, indent: string): string[] {
    return assumptions.flatMap((a) => hanging("assumes  ", a, t, indent).map((l) => t.paint("dim", l)));
}

/** A resource for people: its name, and the last part of its type. */
export function placeOf(urn: string): string {
    const type = typeOfUrn(urn)?.split(":").at(-1);
    return type === undefined ? urn : `${type} ${nameOfUrn(urn)}`;
}

function hanging(head: string, text: string, t: Terminal, indent: string): string[] {
    const [first = "", ...rest] = wrap(text, t.width - indent.length - head.length);
    return [`${indent}${head}${first}`, ...rest.map((l) => `${indent}${" ".repeat(head.length)}${l}`)];
}
