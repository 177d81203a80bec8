import { Statement } from "../model";
import { Span } from "./parse/ast";
import { Source } from "./value";

/** Words near which a script line may hold a secret. */
const secret = /passw|pwd\b|secret|token|credential|accountkey|apikey|api-key|access[-_]?key|connectionstring|securestring|sharedkey|sas\b|net1?(\.exe)?\s+user\s|sig=|private[-_]?key|licen[cs]ekey|\/rp\b|-p:/i;
const longest = 160;

/** The text that was handed to the reader, or a script inside it whose characters stand there one for one. */
export class ScriptSource implements Source {
    private lineStarts: number[] | undefined;

    constructor(
        readonly text: string,
        /** Where the text stands in another one: at an offset where it is a plain part of it, else at the statement that runs it. */
        readonly place?: { readonly within: ScriptSource; readonly span: Span; readonly plainAt?: number },
    ) {}

    position(offset: number): { line: number; column: number } {
        if (this.lineStarts === undefined) {
            this.lineStarts = [0];
            const ends = /\r\n|\n|\r/g;
            while (ends.exec(this.text) !== null) {
                this.lineStarts.push(ends.lastIndex);
            }
        }
        let low = 0;
        let high = this.lineStarts.length - 1;
        while (low < high) {
            const middle = (low + high + 1) >> 1;
            if (this.lineStarts[middle]! <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return { line: low + 1, column: offset - this.lineStarts[low]! + 1 };
    }

    /** The same span in the text that was handed to the reader; for scripts that were decoded, the statement that runs them. */
    outermost(span: Span): { readonly source: ScriptSource; readonly span: Span; readonly exact: boolean } {
        if (this.place === undefined) {
            return { source: this, span, exact: true };
        }
        const { within, plainAt } = this.place;
        if (plainAt === undefined) {
            return { ...within.outermost(this.place.span), exact: false };
        }
        return within.outermost({ start: plainAt + span.start, end: plainAt + span.end });
    }

    statement(span: Span, literal?: Span): Statement {
        const outer = this.outermost(span);
        const { source, exact } = outer;
        const at = source.position(outer.span.start);
        const lit = exact && literal !== undefined ? this.outermost(literal).span : undefined;
        const inside = lit !== undefined && lit.start >= outer.span.start && lit.end <= outer.span.end;
        const text = quote(this.text.slice(span.start, Math.min(span.end, span.start + 2000)));
        return {
            ...at,
            start: outer.span.start,
            end: outer.span.end,
            text,
            ...(inside && text !== redacted ? { literal: { ...lit, text: source.text.slice(lit.start, lit.end) } } : {}),
        };
    }
}

const redacted = "<redacted>";

/** A statement as a message may show it. */
export function quote(text: string): string {
    if (secret.test(text)) {
        return redacted;
    }
    // A comment behind it is no part of what it does, and may say anything.
    const line = text.trim().replace(/\s#[^\n'"]*$/, "").replace(/\s+/g, " ").trimEnd();
    return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
