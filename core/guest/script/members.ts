import { HOLE, asList, asNumber, asPath, asString, bool, list, NULL, notKnown, num, str, thing, Thing, TRUE, Val } from "./value";
import { assignTo } from "./assign";
import { callStatic, staticMember } from "./dotnet";
import { Interpreter } from "./interpreter";
import { Expr } from "./parse/ast";
import { truth } from "./value";
import { binary } from "./operators";
import { serviceState, startOf } from "./commands/services";
import { rightNamed } from "./commands/rights";
import { callWmi, setWmiProperty } from "./commands/wmi";
import { profilesOf, ruleMember } from "./commands/firewall-rules";

const later = (what: string) => notKnown(`${what} is read when the script runs`);

/** `target.name` and `[type]::name`. */
export function memberOf(i: Interpreter, target: Val, name: string, isStatic: boolean): Val {
    if (isStatic || target.k === "type") {
        return target.k === "type" ? staticMember(target.name, name) : later(name);
    }
    switch (target.k) {
        case "table":
            return target.entries.get(name) ?? (name === "count" ? num(target.entries.size) : name === "keys" ? list([...target.entries.keys()].map(str)) : name === "values" ? list([...target.entries.values()]) : NULL);
        case "string":
            return name === "length" ? num(target.v.length) : name === "count" ? num(1) : NULL;
        case "list":
            if (name === "count" || name === "length") {
                return num(target.items.length);
            }
            return list(target.items.map((item) => memberOf(i, item, name, false)).flatMap(asList));
        case "object":
            return thingMember(i, target.o, name);
        case "null":
            return name === "count" || name === "length" ? num(0) : NULL;
        case "number":
        case "bool":
            return name === "count" ? num(1) : NULL;
        case "unknown":
            return notKnown(target.why);
        default:
            return later(name);
    }
}

function thingMember(i: Interpreter, o: Thing, name: string): Val {
    switch (o.o) {
        case "key":
        case "key-values":
            if (/^(pspath|name|fullname)$/.test(name)) {
                return o.path.includes(HOLE) ? notKnown("the registry key is looked up when the script runs", o.path) : str(o.path);
            }
            if (name === "pschildname") {
                return o.path.includes(HOLE) ? later("a registry key's name") : str(o.path.split("\\").pop()!);
            }
            if (o.path.includes(HOLE)) {
                return later("a registry value");
            }
            return o.o === "key-values" ? i.m.current(i.m.slotOf(o.path, name), name) : later(name);
        case "current":
            return later(o.label);
        case "service":
            return name === "status" || name === "state" ? serviceState(i.m, o.name) : name === "starttype" || name === "startmode" ? startOf(i.m, o.name) : /^(name|servicename)$/.test(name) ? str(o.name) : later(`${o.name}'s ${name}`);
        case "wmi":
            if (o.service !== undefined) {
                return thingMember(i, { o: "service", name: o.service }, name);
            }
            return name === "psbase" ? thing(o) : setWmiProperty.read(i.m, o.className, name);
        case "connection":
            return name === "networkcategory" ? i.m.current("s:network-category", "the network's category") : later(name);
        case "rule":
        case "rules":
            return ruleMember(i.m, o, name);
        case "firewall-profile": {
            const profiles = profilesOf(str(o.profile));
            const profile = profiles.state === "known" ? profiles.value[0] : undefined;
            const slot = (aspect: string) => `s:firewall-${profile}-${aspect}`;
            if (profile === undefined) {
                return later("a firewall profile");
            }
            return name === "enabled"
                ? thing({ o: "current", slot: slot("enabled"), label: name, words: { true: 1, false: 0 } })
                : name === "allowinboundrules"
                  ? thing({ o: "current", slot: slot("block-all"), label: name, words: { false: 1, true: 0 } })
                  : name === "name" || name === "profile"
                    ? str(o.profile)
                    : later("a firewall profile");
        }
        case "file":
            return /^(fullname|pspath|path)$/.test(name) ? (o.path.includes(HOLE) ? notKnown("the file is looked up when the script runs", o.path) : str(o.path)) : later(name);
        case "com":
            return thing(o);
        default:
            return later(name);
    }
}

/** `target.name = value`. */
export function assignMember(i: Interpreter, o: Thing, name: string, value: Val): void {
    if (o.o === "wmi") {
        setWmiProperty.write(i.m, o.className, name, value);
    }
}

/** `target.name(args)` and `[type]::name(args)`. */
export function invokeMethod(i: Interpreter, targetExpr: Expr, target: Val, name: string, args: readonly Val[], isStatic: boolean): Val {
    if (name === "isinrole") {
        // Carriers run as LocalSystem or an administrator.
        return TRUE;
    }
    if (name === "setcategory" && args[0] !== undefined) {
        i.m.write("s:network-category", args[0]);
        return NULL;
    }
    if (isStatic || target.k === "type") {
        return target.k === "type" ? callStatic(i, target.name, name, args) : later(name);
    }
    if (name === "tostring" && args.length === 0) {
        const text = asString(target);
        return text === undefined ? target : str(text);
    }
    switch (target.k) {
        case "string":
            return stringMethod(target.v, name, args);
        case "list":
            if (name === "foreach" || name === "where") {
                return perItem(i, target.items, args[0], name);
            }
            return mutate(i, targetExpr, target, name, args) ?? (name === "contains" ? binary("contains", target, args[0] ?? NULL) : list(target.items.flatMap((item) => asList(invokeMethod(i, targetExpr, item, name, args, false)))));
        case "table":
            if (name === "getenumerator") {
                return list([...target.entries].map(([key, value]): Val => ({ k: "table", entries: new Map([["key", str(key)], ["name", str(key)], ["value", value]]) })));
            }
            return mutate(i, targetExpr, target, name, args) ?? (/^contains(key)?$/.test(name) ? bool(target.entries.has((asString(args[0] ?? NULL) ?? "").toLowerCase())) : later(name));
        case "block":
            if (name === "invoke" || name === "invokereturnasis") {
                return list(i.block(target, () => i.set("args", list(args))).output);
            }
            return later(name);
        case "object":
            return thingMethod(i, target.o, name, args);
        case "unknown":
            if (target.pattern === undefined && /^(set|delete|create)/.test(name) && /value$/.test(name)) {
                i.m.writeRegistry(notKnown(target.why), args[0] ?? NULL, args[1] ?? NULL);
            }
            rightNamed(i.m, args.map(asPath).join(" "));
            return notKnown(target.why);
        default:
            return later(name);
    }
}

function perItem(i: Interpreter, items: readonly Val[], block: Val | undefined, name: string): Val {
    if (block?.k !== "block") {
        return later(name);
    }
    const results: Val[] = [];
    for (const item of items) {
        const { output } = i.block(block, () => i.set("_", item));
        if (name === "foreach") {
            results.push(...output);
        } else {
            const keep = truth(output.length === 1 ? output[0]! : list(output));
            if (keep === undefined) {
                return notKnown("it depends on a condition that is not known here");
            }
            if (keep) {
                results.push(item);
            }
        }
    }
    return list(results);
}

/** Methods that change a list or a table in place. */
function mutate(i: Interpreter, targetExpr: Expr, target: Extract<Val, { k: "list" | "table" }>, name: string, args: readonly Val[]): Val | undefined {
    let changed: Val | undefined;
    if (target.k === "list" && (name === "add" || name === "addrange") && args[0] !== undefined) {
        changed = list([...target.items, ...(name === "add" ? [args[0]] : asList(args[0]))]);
    } else if (target.k === "table" && (name === "add" || name === "set_item" || name === "remove")) {
        const key = asString(args[0] ?? NULL)?.toLowerCase();
        if (key === undefined) {
            changed = notKnown("a key of the table is computed when the script runs");
        } else {
            const entries = new Map(target.entries);
            if (name === "remove") {
                entries.delete(key);
            } else {
                entries.set(key, args[1] ?? NULL);
            }
            changed = { k: "table", entries };
        }
    } else if (name === "clear") {
        changed = target.k === "list" ? list([]) : { k: "table", entries: new Map() };
    }
    if (changed === undefined) {
        return undefined;
    }
    assignTo(i, targetExpr, "=", changed);
    return NULL;
}

function stringMethod(text: string, name: string, args: readonly Val[]): Val {
    const [a, b] = args.map(asString);
    if (args.length > 0 && a === undefined) {
        return later("a part of a string");
    }
    switch (name) {
        case "tolower":
        case "tolowerinvariant":
            return str(text.toLowerCase());
        case "toupper":
        case "toupperinvariant":
            return str(text.toUpperCase());
        case "trim":
        case "trimstart":
        case "trimend": {
            const set = args.length === 0 ? " \t\r\n" : a!;
            let [from, to] = [0, text.length];
            while (name !== "trimend" && from < to && set.includes(text[from]!)) {
                from++;
            }
            while (name !== "trimstart" && to > from && set.includes(text[to - 1]!)) {
                to--;
            }
            return str(text.slice(from, to));
        }
        case "replace":
            return a && b !== undefined ? str(text.replaceAll(a, () => b)) : str(text);
        case "split":
            return list((a ? text.split(new RegExp(`[${a.replace(/[\]\\^-]/g, "\\$&")}]`)) : text.split(/\s+/)).slice(0, 5000).map(str));
        case "startswith":
            return bool(text.startsWith(a ?? ""));
        case "endswith":
            return bool(text.endsWith(a ?? ""));
        case "contains":
            return bool(text.includes(a ?? ""));
        case "equals":
            return bool(text === a);
        case "indexof":
            return num(text.indexOf(a ?? ""));
        case "substring": {
            const [from, length] = args.map(asNumber);
            return from === undefined ? later("a part of a string") : str(text.slice(from, length === undefined ? undefined : from + length));
        }
        case "insert":
        default:
            return later("a string");
    }
}

function thingMethod(i: Interpreter, o: Thing, name: string, args: readonly Val[]): Val {
    switch (o.o) {
        case "key":
        case "key-values": {
            const path = o.path.includes(HOLE) ? notKnown("the registry key is looked up when the script runs", o.path) : str(o.path);
            switch (name) {
                case "setvalue":
                    i.m.writeRegistry(path, args[0] ?? str(""), args[1] ?? NULL);
                    return NULL;
                case "deletevalue":
                    i.m.removeRegistry(path, args[0] ?? str(""));
                    return NULL;
                case "deletesubkey":
                case "deletesubkeytree": {
                    const below = asString(args[0] ?? NULL);
                    i.m.removeRegistry(below === undefined ? notKnown("the registry path is computed when the script runs", `${o.path}\\${HOLE}`) : str(`${o.path}\\${below}`), undefined);
                    return NULL;
                }
                case "opensubkey":
                case "createsubkey":
                    return thing({ o: "key", path: `${o.path}\\${asString(args[0] ?? NULL) ?? HOLE}` });
                case "getvalue": {
                    const value = asString(args[0] ?? NULL);
                    return value === undefined || o.path.includes(HOLE) ? later("a registry value") : i.m.current(i.m.slotOf(o.path, value), value);
                }
                default:
                    return NULL;
            }
        }
        case "service":
            if (name === "stop" || name === "start") {
                i.m.write(`s:service-${o.name.toLowerCase()}-state`, str(name === "stop" ? "stopped" : "running"));
            }
            return NULL;
        case "wmi":
            return callWmi(i.m, o, name, args);
        case "bytes":
            return later("a byte array");
        case "connection":
        case "com":
            return thing(o);
        default:
            return later(name);
    }
}
