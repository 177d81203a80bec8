import { Handler } from "../call";
import { asString, bool, list, notKnown, NULL, num, str, Val } from "../value";

/** Texts that hold data: JSON, CSV. */
export const dataCommands: Record<string, Handler> = {
    "convertfrom-json": (call) => {
        const text = textOf(call.input ?? call.bind("InputObject ; Depth *AsHashtable *NoEnumerate").list("InputObject"));
        try {
            return [text === undefined ? notKnown("it is read when the script runs") : fromJson(JSON.parse(text), 0)];
        } catch {
            return [notKnown("the JSON text is not valid")];
        }
    },
    "convertfrom-csv": (call) => {
        const bound = call.bind("InputObject Delimiter ; Header *UseCulture");
        const text = textOf(call.input ?? bound.list("InputObject"));
        if (text === undefined) {
            return [notKnown("it is read when the script runs")];
        }
        const rows = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#TYPE")).slice(0, 1000).map((line) => fields(line, bound.text("Delimiter") ?? ","));
        const given = bound.list("Header").map((h) => asString(h) ?? "");
        const header = given.length > 0 ? given : (rows.shift() ?? []);
        return rows.map((row): Val => ({ k: "table", entries: new Map(header.map((name, n): [string, Val] => [name.trim().toLowerCase(), row[n] === undefined ? NULL : str(row[n])])) }));
    },
};

function textOf(items: readonly Val[]): string | undefined {
    const whole = items.length === 1 ? asString(items[0]!) : undefined;
    return whole ?? (items.every((v) => v.k === "string") ? items.map((v) => asString(v)).join("\n") : undefined);
}

function fromJson(value: unknown, depth: number): Val {
    if (depth > 20) {
        return notKnown("the JSON text is nested too deep");
    }
    switch (typeof value) {
        case "string":
            return str(value);
        case "number":
            return num(value);
        case "boolean":
            return bool(value);
        case "object":
            if (value === null) {
                return NULL;
            }
            return Array.isArray(value)
                ? list(value.slice(0, 5000).map((v) => fromJson(v, depth + 1)))
                : { k: "table", entries: new Map(Object.entries(value).map(([name, v]) => [name.toLowerCase(), fromJson(v, depth + 1)])) };
        default:
            return NULL;
    }
}

function fields(line: string, delimiter: string): string[] {
    const found: string[] = [];
    let field = "";
    let quoted = false;
    for (let n = 0; n < line.length; n++) {
        const c = line[n]!;
        if (c === '"') {
            quoted = quoted ? line[n + 1] === '"' : true;
            if (quoted && line[n + 1] === '"' && field !== "") {
                field += c;
                n++;
            }
        } else if (c === delimiter && !quoted) {
            found.push(field);
            field = "";
        } else {
            field += c;
        }
    }
    return [...found, field];
}
