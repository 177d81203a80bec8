/** Texts that everybody writes; masking them would only garble a report. */
const harmless = /^(true|false|null|\d{1,5}|\[secret\])$/i;
const shortest = 4;
const longestLine = 120;

/**
 * Replaces secrets in a text. A secret of several lines (a script that was computed from a password) is hidden line by
 * line as well, since messages quote single lines.
 */
export function redactor(secrets: Iterable<string>): (text: string) => string {
    const parts = new Set<string>();
    for (const secret of secrets) {
        for (const part of [secret, ...(secret.includes("\n") ? secret.split("\n") : [])]) {
            const text = part.trim();
            if (text.length >= shortest && !harmless.test(text)) {
                parts.add(text.length > longestLine ? text.slice(0, longestLine) : text);
            }
        }
    }
    if (parts.size === 0) {
        return (text) => text;
    }
    const longestFirst = [...parts].sort((a, b) => b.length - a.length);
    return (text) => longestFirst.reduce((masked, part) => (masked.includes(part) ? masked.split(part).join("[secret]") : masked), text);
}

/** The same for every text inside a value. */
export function redactAll<T>(value: T, redact: (text: string) => string): T {
    const visit = (v: unknown): unknown => {
        if (typeof v === "string") {
            return redact(v);
        }
        if (Array.isArray(v)) {
            return v.map(visit);
        }
        return typeof v === "object" && v !== null ? Object.fromEntries(Object.entries(v).map(([k, m]) => [k, visit(m)])) : v;
    };
    return visit(value) as T;
}
