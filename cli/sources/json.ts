import { shown } from "../files";
import { Problem, messageOf } from "../problem";

/**
 * Parses the JSON of a file.
 * @throws Problem with line and column, or, for an empty file, with what usually empties it
 */
export function parseJson(text: string, path: string): unknown {
    if (text.trim() === "") {
        throw new Problem(`${shown(path)} is empty. The command that should have written it has probably failed: run it again and look at its error output.`);
    }
    try {
        return JSON.parse(text);
    } catch (e) {
        throw new Problem(`${shown(path)} is not valid JSON${position(messageOf(e), text)}: ${plain(messageOf(e))}.`);
    }
}

/** `, line 3, column 7`, where the parser tells. */
function position(message: string, text: string): string {
    const offset = /at position (\d+)/.exec(message)?.[1] ?? (/end of JSON|Unterminated/.test(message) ? text.length : undefined);
    if (offset === undefined) {
        return "";
    }
    const before = text.slice(0, Number(offset)).split("\n");
    return `, line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** Without the parser's own position, and without the piece of the text that it quotes: that may be a secret. */
function plain(message: string): string {
    return message.replace(/ (in JSON )?at position.*$/s, "").replace(/,? (\.\.\.)?".*" is not valid JSON$/s, "").replace(/^./, (c) => c.toLowerCase());
}

export function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}
