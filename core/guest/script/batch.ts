import { BatchNode, parseBatch } from "./batch-parse";
import { Interpreter } from "./interpreter";
import { bounds, Completion } from "./machine";
import { ScriptSource } from "./source";
import { dispatch, plainName } from "./dispatch";
import { goneFiles } from "./commands/files";
import { Arg } from "./call";
import { either } from "./statements";
import { runText } from "./text";
import { asPattern, asString, HOLE, notKnown, num, str, Val } from "./value";
import { expandBatch, Expanded, wordsOf } from "./batch-words";

/** Runs a batch file, or a command line of cmd. */
export function runBatch(i: Interpreter, source: ScriptSource): Completion {
    return new Batch(i, source).run();
}

/** cmd's own limit. */
const longestLine = 8191;

class Batch {
    private readonly nodes: readonly BatchNode[];
    private jumps = 0;

    constructor(
        private readonly i: Interpreter,
        private readonly source: ScriptSource,
    ) {
        this.nodes = parseBatch(source.text);
    }

    run(): Completion {
        return this.i.m.frame("script", () => "it depends on where the batch file ends", () => this.from(0)).completion;
    }

    private from(index: number): Completion {
        for (let n = index; n < this.nodes.length; n++) {
            const completion = this.node(this.nodes[n]!);
            if (completion !== "next") {
                return completion;
            }
        }
        return "next";
    }

    private node(node: BatchNode): Completion {
        const { i } = this;
        return i.m.at(this.source, node, (): Completion => {
            switch (node.t) {
                case "label":
                    return "next";
                case "group":
                    return this.body(node.body);
                case "either": {
                    const left = this.node(node.left);
                    if (left !== "next") {
                        return left;
                    }
                    if (i.get("lastexitcode").k !== "number") {
                        return either(i, [() => "next", () => this.node(node.right)], `it depends on how the command in line ${i.m.line} ends`);
                    }
                    return node.op === "&&" ? this.node(node.right) : "next";
                }
                case "if": {
                    const outcome = this.test(node.test);
                    const no = (): Completion => (node.otherwise === undefined ? "next" : this.node(node.otherwise));
                    return outcome === undefined ? either(i, [() => this.node(node.then), no], `it depends on the condition in line ${i.m.line}`) : outcome ? this.node(node.then) : no();
                }
                case "for":
                    return this.loop(node);
                case "command":
                    return this.command(node);
            }
        });
    }

    private body(nodes: readonly BatchNode[]): Completion {
        for (const node of nodes) {
            const completion = this.node(node);
            if (completion !== "next") {
                return completion;
            }
        }
        return "next";
    }

    /** Commands are taken to succeed: error levels are 0. */
    private test(text: string): boolean | undefined {
        const match = /^(\/i\s+)?(not\s+)?(.*)$/is.exec(text)!;
        const negate = match[2] !== undefined;
        const outcome = this.plainTest(match[3]!, match[1] !== undefined);
        return outcome === undefined ? undefined : outcome !== negate;
    }

    private plainTest(text: string, ignoreCase: boolean): boolean | undefined {
        const word = /^(\w+)\s+(.*)$/s.exec(text);
        switch (word?.[1]?.toLowerCase()) {
            case "errorlevel": {
                const code = this.i.get("lastexitcode");
                return code.k === "number" ? Number(word![2]) <= code.v : undefined;
            }
            case "defined":
                return this.variable(word![2]!.trim()) === undefined ? undefined : true;
            case "exist":
            case "cmdextversion":
                return undefined;
        }
        const expanded = expandBatch(text, [], (name) => this.variable(name)).text;
        const operator = /==|\s(?:equ|neq|lss|leq|gtr|geq)\s/i.exec(expanded);
        if (operator === null || expanded.includes(HOLE)) {
            return undefined;
        }
        const fold = (s: string) => (ignoreCase ? s.toLowerCase() : s).trim();
        const [a, b] = [fold(expanded.slice(0, operator.index)), fold(expanded.slice(operator.index + operator[0].length))];
        const [x, y] = [Number(a.replace(/"/g, "")), Number(b.replace(/"/g, ""))];
        switch (operator[0].trim().toLowerCase()) {
            case "==":
                return a === b;
            case "equ":
                return a === b || x === y;
            case "neq":
                return a !== b && x !== y;
            case "lss":
                return x < y;
            case "leq":
                return x <= y;
            case "gtr":
                return x > y;
            default:
                return x >= y;
        }
    }

    private loop(node: Extract<BatchNode, { t: "for" }>): Completion {
        const { i } = this;
        const name = `%${node.variable}`;
        const items = this.itemsOf(node);
        if (items === undefined) {
            i.set(name, notKnown("it depends on what a loop runs over"));
            return either(i, [() => "next", () => this.node(node.body)], `it depends on what the loop in line ${i.m.line} runs over`);
        }
        for (const item of items) {
            i.set(name, item);
            const completion = this.node(node.body);
            if (completion !== "next") {
                return completion;
            }
        }
        return "next";
    }

    private itemsOf(node: Extract<BatchNode, { t: "for" }>): readonly Val[] | undefined {
        const set = expandBatch(node.set, [], (name) => this.variable(name)).text;
        if (set.includes(HOLE)) {
            return undefined;
        }
        if (node.option === "/l") {
            const [start, step, end] = set.split(",").map((w) => Number(w.trim()));
            const turns = Math.floor((end! - start!) / step!) + 1;
            return Number.isInteger(turns) && turns <= bounds.loop ? Array.from({ length: Math.max(0, turns) }, (_, n) => num(start! + n * step!)) : undefined;
        }
        if (node.option !== "" || /[*?]/.test(set)) {
            return undefined;
        }
        return (set.match(/(?:"[^"]*"|[^\s",;=])+/g) ?? []).map(str);
    }

    /** A variable of the batch file or the environment; undefined where it is not set. */
    private variable(name: string): Val | undefined {
        const lower = name.toLowerCase();
        if (/^%/.test(name)) {
            const value = this.i.get(name);
            return value.k === "null" ? undefined : value;
        }
        if (lower === "errorlevel") {
            return this.i.get("lastexitcode");
        }
        if (/^[~*0-9]/.test(lower) || /[:]/.test(lower)) {
            return notKnown(`%${name}% is known only when the script runs`);
        }
        const value = this.i.get(`env:${lower}`);
        const own = this.i.m.store.get(`v:env:${lower}`) !== undefined;
        if (value.k !== "unknown" || own || outside.has(lower)) {
            return value;
        }
        return undefined;
    }

    private command(node: Extract<BatchNode, { t: "command" }>): Completion {
        const expanded = expandBatch(node.text, node.map, (name) => this.variable(name));
        if (expanded.text.length > longestLine) {
            this.i.m.note(`a line of more than ${longestLine} characters, which cmd does not run`);
            return "next";
        }
        const line = expanded.text.trim();
        const name = /^[^\s/;,="]+|^"[^"]*"/.exec(line)?.[0].replace(/"/g, "") ?? "";
        switch (plainName(name)) {
            case "set":
                this.assign(line.replace(/^\S+\s*/, ""));
                return "next";
            case "goto":
                return this.goTo(/^goto\s*:?\s*(\S+)/i.exec(line)?.[1]?.toLowerCase() ?? "eof");
            case "exit": {
                const code = /(\d+)$/.exec(line.slice(-10))?.[1];
                return code !== undefined && Number(code) !== 0 ? "fail" : "exit";
            }
            case "call": {
                const rest = line.replace(/^call\s+/i, "");
                if (rest.startsWith(":")) {
                    return this.callLabel(/^:(\S+)/.exec(rest)?.[1]?.toLowerCase() ?? "");
                }
                return this.program({ text: rest, map: [] });
            }
            case "echo":
            case "echo.":
                this.echo(line);
                return "next";
            case "start":
                return this.program({ text: line.replace(/^start\s+(?:"[^"]*"\s+)?(?:\/\w+\s+)*/i, ""), map: [] });
            default:
                return this.program(expanded);
        }
    }

    private program(expanded: Expanded): Completion {
        const { i } = this;
        const { words, files } = wordsOf(expanded, this.source);
        const first = words[0];
        const name = first && asString(first);
        if (name === undefined) {
            if (first !== undefined) {
                i.m.note("runs a program whose name is not known");
            }
            return "next";
        }
        const rest = words.slice(1);
        const plain = plainName(name);
        const paths = rest.map(asPattern).filter((w) => !/^\/\w$/.test(w));
        switch (plain) {
            case "ren":
            case "rename":
            case "move":
                goneFiles(i.m, paths.slice(0, 1), "renamed");
                return "next";
            case "del":
            case "erase":
            case "rd":
            case "rmdir":
                goneFiles(i.m, paths, "removed");
                return "next";
        }
        const args = rest.map((value): Arg => ({ t: "argument", value }));
        const file = /\.(bat|cmd|ps1|vbs)$/i.test(name) ? name : `${plain}.exe`;
        const { completion } = dispatch(i, file, args, undefined, "");
        files.forEach((path) => runText.keepFile(i.m, path, notKnown("the file's content is not known")));
        return completion;
    }

    private echo(line: string): void {
        const at = line.lastIndexOf(">");
        const path = line.slice(at + 1).trim();
        if (at > 0 && path !== "" && !path.startsWith("&")) {
            const append = line[at - 1] === ">";
            const before = append ? runText.file(this.i.m, path) : str("");
            const text = line.slice(5, append ? at - 1 : at).trim();
            runText.keepFile(this.i.m, path, before?.k === "string" && !text.includes(HOLE) ? str(`${before.v}${text}\r\n`) : notKnown("the file's content is not known"));
        }
    }

    private assign(text: string): void {
        const option = /^\/([ap])\s+/i.exec(text)?.[1]?.toLowerCase();
        const given = text.replace(/^\/[ap]\s+/i, "").trim().replace(/^"|"$/g, "");
        const at = given.indexOf("=");
        if (at <= 0) {
            return;
        }
        const name = given.slice(0, at).trim().toLowerCase();
        const value = given.slice(at + 1);
        const number = option === "a" && /^\s*-?(?:0x[0-9a-f]+|\d+)\s*$/i.test(value) ? num(Number(value)) : undefined;
        this.i.set(`env:${name}`, option === "p" ? notKnown("it is typed in when the script runs") : (number ?? (option === "a" || value.includes(HOLE) ? notKnown("it is computed when the script runs", value) : str(value))));
    }

    /** Goes on at the label; where that was the last thing to do, the batch file ends. */
    private goTo(label: string): Completion {
        if (label === "eof") {
            return "exit";
        }
        const at = this.nodes.findIndex((n) => n.t === "label" && n.name === label);
        if (at < 0 || ++this.jumps > 200) {
            return "fail";
        }
        const completion = this.from(at + 1);
        return completion === "next" ? "exit" : completion;
    }

    private callLabel(label: string): Completion {
        const at = this.nodes.findIndex((n) => n.t === "label" && n.name === label);
        if (at >= 0 && ++this.jumps <= 200) {
            this.i.m.frame("script", () => "it depends on where a subroutine ends", () => this.from(at + 1));
        }
        return "next";
    }
}

/** Environment variables that are set but not known here. */
const outside = new Set(["computername", "username", "userdomain", "userprofile", "temp", "tmp", "path", "date", "time", "random", "cd", "number_of_processors", "processor_architecture", "logonserver", "appdata", "localappdata", "homedrive", "homepath"]);
