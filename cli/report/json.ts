import { Report } from "./model";

export function jsonReport(report: Report): string {
    return `${JSON.stringify(report, null, 2)}\n`;
}
