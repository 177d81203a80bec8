import { Interpreter } from "./interpreter";
import { Completion, Machine } from "./machine";
import { parsePowerShell } from "./parse/statements";
import { ScriptSource } from "./source";
import { Val } from "./value";
import { runBatch } from "./batch";

const normalPath = (path: string): string => path.trim().replace(/^["']|["']$/g, "").replace(/\//g, "\\").replace(/^\.\\/, "").replace(/\\{2,}/g, "\\").toLowerCase();

/** Scripts inside scripts: strings that are run, files that the script writes and runs. */
export const runText = {
    /** The source for a text that a value holds; where the value is a literal in plain characters, positions carry over. */
    source(i: Interpreter, value: Val, text: string): ScriptSource {
        const src = "src" in value ? value.src : undefined;
        if (src !== undefined) {
            const outer = src.source as ScriptSource;
            const raw = outer.text.slice(src.start, src.end);
            const at = raw.indexOf(text);
            if (at >= 0) {
                return new ScriptSource(text, { within: outer, span: src, plainAt: src.start + at });
            }
        }
        const { source, span } = i.m.here;
        return new ScriptSource(text, { within: source, span });
    },

    powershell(i: Interpreter, value: Val, text: string, edition: "windows" | "core" = "windows"): Completion {
        const source = runText.source(i, value, text);
        const parsed = parsePowerShell(text, edition);
        const problem = parsed.problems[0];
        if (problem !== undefined) {
            i.m.note(`a script inside the script has a syntax error (${problem.message}), so nothing of it runs`);
            return "next";
        }
        return i.within(source, () => {
            i.m.frame("script", () => "it depends on where an inner script ends", () => i.run(parsed.block.body));
            return "next";
        });
    },

    batch(i: Interpreter, value: Val, text: string): Completion {
        const source = runText.source(i, value, text);
        i.within(source, () => runBatch(i, source));
        return "next";
    },

    keepFile(m: Machine, path: string, content: Val): void {
        m.store.set(`t:${normalPath(path)}`, { e: "text", v: content });
    },

    file(m: Machine, path: string): Val | undefined {
        const entry = m.store.get(`t:${normalPath(path)}`);
        return entry?.e === "text" ? entry.v : undefined;
    },
};
