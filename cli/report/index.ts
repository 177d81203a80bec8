import { Rule } from "../../policies/rule";
import { jsonReport } from "./json";
import { junitReport } from "./junit";
import { markdownReport } from "./markdown";
import { Section, reportOf } from "./model";
import { sarifReport } from "./sarif";
import { tableReport } from "./table";
import { Terminal } from "./terminal";

export const formats = ["table", "json", "sarif", "junit", "markdown"] as const;
export type Format = (typeof formats)[number];

export interface RenderContext {
    readonly rules: readonly Rule[];
    readonly version: string;
    readonly terminal: Terminal;
}

export function render(format: Format, sections: readonly Section[], { rules, version, terminal }: RenderContext): string {
    switch (format) {
        case "table":
            return tableReport(sections, terminal);
        case "json":
            return jsonReport(reportOf(sections));
        case "sarif":
            return sarifReport(sections, rules, version);
        case "junit":
            return junitReport(sections);
        case "markdown":
            return markdownReport(sections);
    }
}
