import * as util from "node:util";

/** How a report is drawn: colours, characters, width. */
export interface Terminal {
    readonly width: number;
    readonly paint: (style: Style, text: string) => string;
    readonly glyphs: Glyphs;
}

export type Style = "red" | "green" | "yellow" | "cyan" | "dim" | "bold";

export interface Glyphs {
    readonly arrow: string;
    /** Where no connection gets any more. */
    readonly deadArrow: string;
    readonly ready: string;
    readonly blocked: string;
    readonly unknown: string;
    readonly private: string;
    readonly decides: string;
    readonly bullet: string;
    readonly dot: string;
    readonly dash: string;
    readonly rule: string;
}

const unicode: Glyphs = { arrow: "──▶", deadArrow: "┄┄▷", ready: "✓", blocked: "✗", unknown: "?", private: "○", decides: "└─", bullet: "•", dot: " · ", dash: "—", rule: "─" };
const ascii: Glyphs = { arrow: "-->", deadArrow: "..>", ready: "+", blocked: "X", unknown: "?", private: "o", decides: "`-", bullet: "*", dot: ", ", dash: "-", rule: "-" };

const narrowest = 60;
const widest = 120;
const usual = 100;

export interface TerminalChoice {
    readonly color: boolean;
    /** The report goes to a file. */
    readonly toFile: boolean;
}

export function terminalOf(choice: TerminalChoice, stream: { isTTY?: boolean; columns?: number } = process.stdout, env: NodeJS.ProcessEnv = process.env): Terminal {
    const isTty = stream.isTTY === true && !choice.toFile;
    const columns = isTty ? stream.columns : Number(env["COLUMNS"]);
    const coloured = choice.color && (env["NO_COLOR"] ?? "") === "" && isTty && env["TERM"] !== "dumb";
    return {
        width: Math.min(widest, Math.max(narrowest, columns !== undefined && columns > 0 ? columns : usual)),
        paint: coloured ? paint : (_style, text) => text,
        glyphs: speaksUtf8(env) ? unicode : ascii,
    };
}

/** Node 20.9 has no styleText yet: text without colour is still text. */
function paint(style: Style, text: string): string {
    const styleText = util.styleText as ((format: Style, text: string, options: { validateStream: boolean }) => string) | undefined;
    return styleText === undefined ? text : styleText(style, text, { validateStream: false });
}

/** A locale that says otherwise wins; without any locale (containers, Windows) today's terminals speak UTF-8. */
function speaksUtf8(env: NodeJS.ProcessEnv): boolean {
    const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((l) => l !== undefined && l !== "");
    return locale === undefined || /utf-?8/i.test(locale);
}

/** Breaks a text into lines of at most `width`, between words; words that are longer stay whole. */
export function wrap(text: string, width: number): string[] {
    const lines: string[] = [];
    for (const paragraph of text.split("\n")) {
        let line = "";
        for (const word of paragraph.split(/ +/)) {
            if (line !== "" && line.length + 1 + word.length > width) {
                lines.push(line);
                line = word;
            } else {
                line = line === "" ? word : `${line} ${word}`;
            }
        }
        lines.push(line);
    }
    return lines;
}
