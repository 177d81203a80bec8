import { lookup } from "./lookup";
import { HOLE, asList, asNumber, asPath, asString, bool, list, NULL, notKnown, num, str, thing, Val } from "./value";
import { Interpreter } from "./interpreter";
import { parsePowerShell } from "./parse/statements";
import { runText } from "./text";
import { rightNamed } from "./commands/rights";

const hives = lookup<string>({ localmachine: "HKLM", currentuser: "HKCU", users: "HKU", classesroot: "HKCR", currentconfig: "HKCC" });
const limits = lookup<number>({ "uint32.maxvalue": 4294967295, "int32.maxvalue": 2147483647, "int.maxvalue": 2147483647, "uint16.maxvalue": 65535 });

/** `[type]::name` */
export function staticMember(type: string, name: string): Val {
    const short = type.replace(/^system\./, "");
    if (/(^|\.)registry$/.test(short)) {
        return thing({ o: "key", path: hives[name] ?? HOLE });
    }
    const limit = limits[`${short}.${name}`];
    if (limit !== undefined) {
        return num(limit);
    }
    if (/(^|\.)encoding$/.test(short)) {
        return { k: "type", name: `encoding.${name}` };
    }
    if (/^(environment|datetime|io\.path|net\.|diagnostics|guid|appdomain)/.test(short)) {
        return name === "newline" ? str("\r\n") : notKnown("it is read when the script runs");
    }
    if (short === "string" && name === "empty") {
        return str("");
    }
    // Members of enumerations stand for themselves.
    return str(name);
}

/** `[type]::name(args)` */
export function callStatic(i: Interpreter, type: string, name: string, args: readonly Val[]): Val {
    const short = type.replace(/^system\./, "");
    const [first = NULL, second = NULL, third = NULL] = args;
    const text = asString(first);
    if (/(^|\.)registry$/.test(short)) {
        if (name === "setvalue") {
            i.m.writeRegistry(first, second, third);
            return NULL;
        }
        if (name === "getvalue") {
            const value = asString(second);
            return text === undefined || value === undefined ? notKnown("a registry value is read when the script runs") : i.m.current(i.m.slotOf(text, value), value);
        }
    }
    if (/(^|\.)registrykey$/.test(short) && /^open(remote)?basekey$/.test(name)) {
        const other = name === "openremotebasekey" && !/^(\.|localhost|127\.0\.0\.1|)$/i.test(asString(second) ?? "");
        return thing({ o: "key", path: other ? "ANOTHER-MACHINE" : (hives[text?.toLowerCase() ?? ""] ?? HOLE) });
    }
    if (short === "string") {
        switch (name) {
            case "isnullorempty":
            case "isnullorwhitespace":
                return text === undefined ? notKnown("it depends on what the guest has") : bool(text.trim() === "");
            case "join": {
                const parts = (args.length === 2 ? asList(second) : args.slice(1)).map(asString);
                return text === undefined || parts.some((p) => p === undefined) ? notKnown("it is computed when the script runs") : str(parts.join(text));
            }
            case "concat": {
                const parts = args.map(asString);
                return parts.some((p) => p === undefined) ? notKnown("it is computed when the script runs") : str(parts.join(""));
            }
            case "format": {
                const values = args.slice(1).map(asString);
                return text === undefined || values.some((v) => v === undefined) ? notKnown("it is computed when the script runs") : str(text.replace(/\{(\d+)\}/g, (_, n: string) => values[Number(n)] ?? ""));
            }
        }
    }
    if (short === "convert") {
        if (name === "frombase64string") {
            return text === undefined ? notKnown("it is computed when the script runs") : thing({ o: "bytes", base64: text });
        }
        if (name === "toint32" || name === "touint32" || name === "toint64") {
            const n = second.k === "number" && second.v === 16 ? parseInt(text ?? "", 16) : asNumber(first);
            return n === undefined || Number.isNaN(n) ? notKnown("it is computed when the script runs") : num(n);
        }
    }
    if (short.startsWith("encoding.") && name === "getstring" && first.k === "object" && first.o.o === "bytes") {
        const bytes = Buffer.from(first.o.base64, "base64");
        return str(bytes.toString(/unicode/.test(short) ? "utf16le" : /ascii/.test(short) ? "latin1" : "utf8"));
    }
    if (/(^|\.)scriptblock$/.test(short) && name === "create" && text !== undefined) {
        const source = runText.source(i, first, text);
        const parsed = parsePowerShell(text);
        return { k: "block", block: parsed.block, source };
    }
    if (/(^|\.)file$/.test(short)) {
        if (/^(writealltext|writealllines|appendalltext)$/.test(name) && text !== undefined) {
            runText.keepFile(i.m, text, asList(second).length > 1 ? str(asList(second).map((v) => asString(v) ?? HOLE).join("\r\n")) : second);
            return NULL;
        }
        return name === "exists" ? notKnown("it depends on a file of the guest") : notKnown("a file is read when the script runs");
    }
    if (short === "environment" && name === "getenvironmentvariable" && text !== undefined) {
        return i.get(`env:${text.toLowerCase()}`);
    }
    if (/(^|\.)activator$/.test(short)) {
        return thing({ o: "com", name: "" });
    }
    if (name === "new") {
        return /(list|arraylist|collection)/.test(short) ? list([]) : /(hashtable|dictionary)/.test(short) ? { k: "table", entries: new Map() } : notKnown(`an object of type ${type} is not followed`);
    }
    rightNamed(i.m, args.map(asPath).join(" "));
    return notKnown("it is computed when the script runs");
}
