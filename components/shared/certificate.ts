import { isIP } from "node:net";
import { refuse, Subject } from "./refusal";

/**
 * The names that clients type, or a refusal that says what to write. A certificate may be a wildcard; what people type
 * never is.
 */
export function checkDnsNames(subject: Subject, names: readonly string[] | undefined): string[] {
    const remedy = 'List the names that clients type, e.g. dnsNames: ["desk.example.com"]; the certificate must cover all of them.';
    if (names === undefined || names === null || typeof names === "string") {
        refuse(subject, "dnsNames", names ? "is one text" : "is missing", remedy);
    }
    if (names.length === 0) {
        refuse(subject, "dnsNames", "is empty, so no certificate could be told from others", remedy);
    }
    names.forEach((name, i) => checkDnsName(subject, `dnsNames[${i}]`, name));
    return [...new Set(names.map((name) => name.toLowerCase()))];
}

/** Letters, digits and hyphens in labels of at most 63, 253 in all: what DNS takes as a host's name (RFC 1123 §2.1). */
const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

function checkDnsName(subject: Subject, property: string, name: string): void {
    if (name === "") {
        refuse(subject, property, "is empty", 'Write a name that clients type, e.g. "desk.example.com".');
    }
    if (name.includes("*")) {
        refuse(subject, property, `is "${name}", a wildcard, which nobody types`, 'Write the name that clients type, e.g. "desk.example.com"; a certificate for the wildcard covers it.');
    }
    if (isIP(name) !== 0) {
        refuse(subject, property, `is "${name}", an address, which certificate authorities do not name`, 'Write a name that leads to the address, e.g. "desk.example.com".');
    }
    if (!hostName.test(name)) {
        refuse(subject, property, `is "${name}", which is no host name`, 'Write letters, digits, hyphens and dots, e.g. "desk.example.com"; other letters as punycode.');
    }
}

/** What belongs to another mode is refused rather than ignored. */
export function refuseOthers(subject: Subject, mode: string, args: object, others: readonly string[]): void {
    const stray = others.find((name) => (args as Record<string, unknown>)[name] !== undefined);
    if (stray !== undefined) {
        refuse(subject, stray, `means nothing in mode "${mode}"`, "Leave it out, or choose the mode that it belongs to.");
    }
}

/** Whole numbers in a range. */
export function checkWhole(subject: Subject, property: string, value: number, least: number, most: number, unit: string): number {
    if (!Number.isInteger(value) || value < least || value > most) {
        refuse(subject, property, `is ${String(value)}`, `Write whole ${unit} from ${least} to ${most}.`);
    }
    return value;
}
