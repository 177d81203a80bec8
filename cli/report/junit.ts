import { FindingView, HostView, Section } from "./model";

/** JUnit XML, which most CI systems show: a suite for each program, a case for each host and each finding. */
export function junitReport(sections: readonly Section[]): string {
    const suites = sections.map(suite);
    const total = (key: "tests" | "failures" | "skipped"): number => suites.reduce((n, s) => n + s[key], 0);
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuites name="rdp-ready" tests="${total("tests")}" failures="${total("failures")}" errors="0" skipped="${total("skipped")}">`,
        ...suites.map((s) => s.xml),
        "</testsuites>",
        "",
    ].join("\n");
}

interface Suite {
    readonly xml: string;
    readonly tests: number;
    readonly failures: number;
    readonly skipped: number;
}

function suite(section: Section): Suite {
    const name = section.names.join(", ");
    const cases = [...section.hosts.map((h) => hostCase(h, name)), ...section.findings.map((f) => findingCase(f, name))];
    const count = (outcome: Case["outcome"]): number => cases.filter((c) => c.outcome === outcome).length;
    const [failures, skipped] = [count("failure"), count("skipped")];
    const head = `  <testsuite name="${escape(name)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}">`;
    return { xml: [head, ...cases.map((c) => c.xml), "  </testsuite>"].join("\n"), tests: cases.length, failures, skipped };
}

interface Case {
    readonly outcome: "pass" | "failure" | "skipped";
    readonly xml: string;
}

function hostCase(host: HostView, suite: string): Case {
    const why = [...host.reasons, ...(host.verdict === "private" ? ["nobody is meant to connect"] : [])].join("\n");
    const outcome = host.verdict === "blocked" ? "failure" : host.verdict === "ready" ? "pass" : "skipped";
    const body =
        outcome === "failure"
            ? `<failure message="${escape(why.split("\n")[0] ?? "")}" type="blocked">${escape(why)}</failure>`
            : outcome === "skipped"
              ? `<skipped message="${escape(`${host.verdict}: ${why}`)}"/>`
              : "";
    const assumed = host.assumptions.map((a) => `assumes: ${a}`).join("\n");
    return { outcome, xml: testCase(`${host.name} can be reached over RDP`, suite, assumed === "" ? body : `${body}<system-out>${escape(assumed)}</system-out>`) };
}

function findingCase(f: FindingView, suite: string): Case {
    const place = [f.urn, f.property, f.line === null ? "" : `line ${f.line}`].filter((p) => p !== "").join(" ");
    const text = `${f.message}\n${place}${f.fix === null ? "" : `\nWrite: ${f.fix}`}`;
    const blocking = f.level === "mandatory";
    const body = blocking
        ? `<failure message="${escape(f.message)}" type="${escape(f.name)}">${escape(text)}</failure>`
        : `<system-out>${escape(`advisory: ${text}`)}</system-out>`;
    return { outcome: blocking ? "failure" : "pass", xml: testCase(`${f.rule} ${f.name}: ${f.urn.split("::").at(-1)}`, suite, body) };
}

function testCase(name: string, suite: string, body: string): string {
    const head = `    <testcase name="${escape(name)}" classname="${escape(suite)}"`;
    return body === "" ? `${head}/>` : `${head}>${body}</testcase>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\n": "&#10;" };

/** XML has no way to write most control characters. */
function escape(text: string): string {
    return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd").replace(/[&<>"'\n]/g, (c) => entities[c]!);
}
