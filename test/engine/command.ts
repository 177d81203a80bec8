import { execFile } from "node:child_process";
import { join } from "node:path";

/** What tests read of a report. */
export interface Report {
    readonly hosts: { readonly name: string; readonly verdict: string; readonly paths: { client: string; via: string; verdict: string }[] }[];
    readonly findings: { readonly urn: string; readonly rule: string; readonly name: string; readonly level: string; readonly outcome: string }[];
}

const root = join(__dirname, "..", "..");

/** The command as users run it: its report on one program, preview or export. */
export function check(file: string): Promise<Report> {
    return new Promise((resolve, reject) =>
        execFile(process.execPath, [join(root, "dist", "rdp-ready.js"), "check", file, "--format", "json"], { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
            stdout === "" ? reject(new Error(`${error?.message}\n${stderr}`)) : resolve(JSON.parse(stdout) as Report),
        ),
    );
}

/** What all views must agree on. */
export function essence(report: Report): unknown {
    return {
        hosts: report.hosts.map(({ name, verdict, paths }) => ({ name, verdict, paths: paths.map((p) => [p.client, p.via, p.verdict].join(" ")).sort() })).sort((a, b) => a.name.localeCompare(b.name)),
        findings: report.findings.map((f) => [f.rule, f.level, f.outcome].join(" ")).sort(),
    };
}
