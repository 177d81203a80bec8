import { Call, Handler } from "../call";
import { either } from "../statements";
import { reasonOf } from "../slots";
import { memberOf } from "../members";
import { binary } from "../operators";
import { asPath, asString, Condition, FALSE, HOLE, list, notKnown, NULL, str, thing, TRUE, truth, Val } from "../value";
import { pathExists } from "./registry";
import { trimEnd } from "../paths";
import { selectedRules } from "./firewall-rules";

const none: Handler = () => [];
const pass: Handler = (call) => call.input ?? [];
const open = (what: string): Handler => () => [notKnown(what)];

/** Commands of the language itself: loops over the pipeline, filters, variables, and such as have no effect on the guest. */
export const coreCommands: Record<string, Handler> = {
    "foreach-object": forEachObject,
    "where-object": whereObject,
    "select-object": selectObject,
    "sort-object": pass,
    "tee-object": pass,
    "get-unique": pass,
    "write-output": (call) => call.args.flatMap((arg) => (arg.t === "argument" ? [arg.value] : [])),
    "out-string": (call) => [textOf(call.input ?? [])],
    "out-null": none,
    "out-host": none,
    "out-default": none,
    "write-host": none,
    "write-verbose": none,
    "write-debug": none,
    "write-warning": none,
    "write-information": none,
    "write-error": none,
    "write-progress": none,
    "write-eventlog": none,
    "start-sleep": none,
    "set-strictmode": none,
    "set-executionpolicy": none,
    "import-module": none,
    "start-transcript": none,
    "stop-transcript": none,
    "get-date": open("it depends on when the script runs"),
    "read-host": open("it is typed in when the script runs"),
    "set-variable": setVariable,
    "new-variable": setVariable,
    "get-variable": (call) => [call.i.get((call.bind("Name ; *ValueOnly Scope").text("Name") ?? "?").toLowerCase())],
    "remove-variable": none,
    "set-alias": setAlias,
    "new-alias": setAlias,
    "new-object": newObject,
    "join-path": joinPath,
    "split-path": splitPath,
    "test-path": testPath,
    "resolve-path": (call) => call.bind("Path|LiteralPath").list("Path"),
    "convert-path": (call) => call.bind("Path|LiteralPath").list("Path"),
    "get-command": open("it depends on what the guest has"),
    "get-host": open("it depends on what the guest has"),
};

function forEachObject(call: Call): readonly Val[] {
    const bound = call.bind("Process|MemberName ArgumentList ; Begin End InputObject RemainingScripts *Parallel");
    const items = call.input ?? bound.list("InputObject");
    const blocks = [bound.get("Process"), ...bound.rest].filter((v) => v !== undefined);
    const process = blocks.length > 1 && blocks[0]?.k === "block" ? blocks[1] : blocks[0];
    const begin = bound.get("Begin") ?? (blocks.length > 1 ? blocks[0] : undefined);
    const end = bound.get("End") ?? (blocks.length > 2 ? blocks[2] : undefined);
    const output: Val[] = [];
    const run = (block: Val | undefined, item: Val) => {
        if (block?.k === "block" && call.completion === "next") {
            output.push(...call.each(block, item));
        }
    };
    run(begin, NULL);
    for (const item of items) {
        if (process?.k !== "block") {
            output.push(memberOf(call.i, item, (asString(process ?? NULL) ?? HOLE).toLowerCase(), false));
        } else if (item.k === "unknown" || item.k === "condition") {
            const why = reasonOf(item, "it depends on what a pipeline yields");
            call.completion = either(call.i, [() => "next", () => { run(process, item); return "next"; }], why);
        } else {
            const from = output.length;
            run(process, item);
            if (item.k === "object" && item.o.o === "rule-field") {
                // What is computed from one field of a rule, and compared later, is still about that field.
                output.splice(from, output.length, ...output.slice(from).map((v) => (v.k === "unknown" ? { ...v, about: item.o } : v)));
            }
        }
    }
    run(end, NULL);
    return output;
}

/** Filters objects. One whose test cannot be decided makes it unknown what comes out, except where a filter leaves the sense unchanged. */
function whereObject(call: Call): readonly Val[] {
    const bound = call.bind("Property|FilterScript Value ; InputObject *EQ|ceq *NE *GT *GE *LT *LE *Like *NotLike *Match *NotMatch *Contains *NotContains *In *NotIn *Is *IsNot *Not");
    const filter = bound.get("Property");
    const output: Val[] = [];
    const operator = ["eq", "ne", "gt", "ge", "lt", "le", "like", "notlike", "match", "notmatch", "contains", "notcontains", "in", "notin"].find((name) => bound.has(name));
    for (const item of call.input ?? bound.list("InputObject")) {
        if (item.k === "object" && item.o.o === "connection") {
            // A host in the cloud has one network; a filter picks it by a property that it has.
            output.push(item);
            continue;
        }
        if (item.k === "object" && (item.o.o === "profiles" || item.o.o === "members")) {
            output.push(item.o.o === "profiles" ? thing({ o: "profiles", filtered: true }) : notKnown("it depends on a filter that is not known here"));
            continue;
        }
        if (item.k === "object" && (item.o.o === "rules" || item.o.o === "rule")) {
            output.push(...filterRules(call, item, filter, operator, bound.get("Value") ?? bound.rest[0]));
            continue;
        }
        const keep = keeps(call, item, filter, operator, bound.get("Value") ?? bound.rest[0]);
        const known = truth(keep);
        if (known === undefined) {
            output.push(keep.k === "condition" ? maybe(item, keep.c) : notKnown(reasonOf(keep, "it depends on a filter that is not known here")));
        } else if (known) {
            output.push(item);
        }
    }
    return output;
}

/** An object that a filter lets through only where a condition holds. */
function maybe(item: Val, _condition: Condition): Val {
    return notKnown("it depends on a filter that is not known here", asString(item));
}

function keeps(call: Call, item: Val, filter: Val | undefined, operator: string | undefined, value: Val | undefined): Val {
    if (filter?.k === "block") {
        const output = call.each(filter, item);
        return output.length === 1 ? output[0]! : list(output);
    }
    const member = memberOf(call.i, item, (asString(filter ?? NULL) ?? HOLE).toLowerCase(), false);
    if (operator === undefined) {
        return member;
    }
    const condition = call.m.test(operator, member, value ?? NULL);
    return condition === undefined ? binary(operator, member, value ?? NULL) : { k: "condition", c: condition };
}

/** A test that a firewall rule is disabled. */
function isDisabled(c: Condition): boolean {
    const [is, word] = c.t === "not" ? [c.of, /^true$/i] : [c, /^false$/i];
    return is.t === "rule" && is.field === "enabled" && is.value.k === "string" && word.test(is.value.v);
}

/** A set of firewall rules is taken apart, so that each rule can be tested. */
function filterRules(call: Call, item: Val, filter: Val | undefined, operator: string | undefined, value: Val | undefined): Val[] {
    return selectedRules(call.m, item).flatMap((key): Val[] => {
        const rule = { o: "rule", key } as const;
        const keep = keeps(call, thing(rule), filter, operator, value);
        if (keep.k === "condition" && isDisabled(keep.c)) {
            return [thing({ ...rule, ifDisabled: true })];
        }
        const passes = truth(keep);
        return passes === undefined ? [notKnown("it depends on a filter that is not known here", key)] : passes ? [thing(rule)] : [];
    });
}

function selectObject(call: Call): readonly Val[] {
    const bound = call.bind("Property ; ExpandProperty First Last Skip *Unique InputObject Index");
    const expand = bound.text("ExpandProperty");
    const items = call.input ?? [];
    return expand === undefined ? items : items.map((item) => memberOf(call.i, item, expand.toLowerCase(), false));
}

function textOf(items: readonly Val[]): Val {
    const texts = items.map(asString);
    return texts.every((t) => t !== undefined) ? str(texts.join("\r\n")) : notKnown("it is what a command prints");
}

function setVariable(call: Call): void {
    const bound = call.bind("Name Value ; Scope Option Description *Force");
    const name = bound.text("Name");
    if (name !== undefined) {
        const scope = /^(global|script)$/i.exec(bound.text("Scope") ?? "")?.[0];
        call.i.set(`${scope === undefined ? "" : `${scope.toLowerCase()}:`}${name.toLowerCase()}`, bound.get("Value") ?? NULL);
    }
}

function setAlias(call: Call): void {
    const bound = call.bind("Name Value ; Option Scope Description *Force");
    const [name, value] = [bound.text("Name"), bound.text("Value")];
    if (name !== undefined && value !== undefined) {
        call.m.store.set(`al:${name.toLowerCase()}`, { e: "text", v: str(value) });
    }
}

function newObject(call: Call): readonly Val[] {
    const bound = call.bind("TypeName ArgumentList|Args ; ComObject Property *Strict");
    const com = bound.text("ComObject");
    if (com !== undefined) {
        return [thing({ o: "com", name: com.toLowerCase() })];
    }
    const type = (bound.text("TypeName") ?? "").toLowerCase();
    if (/(^|\.)(psobject|pscustomobject)$/.test(type)) {
        return [bound.get("Property") ?? { k: "table", entries: new Map() }];
    }
    if (/(list|arraylist|collection)/.test(type)) {
        return [list([])].map((v) => ({ ...v }));
    }
    if (/(hashtable|dictionary)/.test(type)) {
        return [{ k: "table", entries: new Map() }];
    }
    return [notKnown(`an object of type ${type} is not followed`)];
}

function joinPath(call: Call): readonly Val[] {
    const bound = call.bind("Path ChildPath ; *Resolve AdditionalChildPath");
    return bound.list("Path").map((path) => {
        const parts = [path, bound.get("ChildPath") ?? str("")];
        const texts = parts.map((p) => asString(p));
        const text = `${trimEnd(asPath(path))}\\${(texts[1] ?? HOLE).replace(/^[\\/]+/, "")}`;
        return text.includes(HOLE) ? notKnown("a path is computed when the script runs", text) : str(text);
    });
}

function splitPath(call: Call): readonly Val[] {
    const bound = call.bind("Path|LiteralPath ; *Parent *Leaf *Qualifier *NoQualifier *IsAbsolute *Resolve");
    const path = bound.text("Path");
    if (path === undefined) {
        return [notKnown("a path is computed when the script runs")];
    }
    const at = Math.max(trimEnd(path).lastIndexOf("\\"), trimEnd(path).lastIndexOf("/"));
    return [bound.flag("Leaf") ? str(path.slice(at + 1)) : bound.flag("Qualifier") ? str(/^\w+:/.exec(path)?.[0] ?? "") : str(at < 0 ? "" : path.slice(0, at))];
}

function testPath(call: Call): readonly Val[] {
    const bound = call.bind("Path|LiteralPath ; Filter Include Exclude PathType *IsValid");
    const path = bound.text("Path");
    const exists = path === undefined ? undefined : pathExists(call, path);
    return [exists === undefined ? { k: "condition", c: { t: "open", why: "it depends on what the guest has" } } : exists ? TRUE : FALSE];
}
