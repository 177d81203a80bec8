/** Character classes of PowerShell. Web pages turn quotes and dashes into typographic ones; PowerShell takes them for the plain ones. */

export const isSingleQuote = (c: string | undefined): boolean => c === "'" || (c !== undefined && c >= "\u2018" && c <= "\u201b");
export const isDoubleQuote = (c: string | undefined): boolean => c === '"' || (c !== undefined && c >= "\u201c" && c <= "\u201e");
export const isDash = (c: string | undefined): boolean => c === "-" || (c !== undefined && c >= "\u2013" && c <= "\u2015");
export const isBlank = (c: string | undefined): boolean =>
    c === " " || c === "\t" || c === "\u00a0" || c === "\ufeff" || c === "\u200b" || c === "\u2060" || c === "\v" || c === "\f" || c === "\u3000" || c === "\u0085";
export const isNewline = (c: string | undefined): boolean => c === "\n" || c === "\r";
export const isWordChar = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{Nd}_]/u.test(c);

/** Nested deeper than this, a script is not analysed: recursion must stay far from the end of the stack. */
export const maxDepth = 200;

const mostWords = 200_000;
/** Running a statement takes a step at least, and no more than so many steps are taken. */
const mostStatements = 150_000;
const longestReread = 200_000;

export class SyntaxFailure extends Error {
    constructor(
        readonly offset: number,
        message: string,
    ) {
        super(message);
    }
}

/** The script exceeds a bound of the reader; it says nothing about the script's correctness. */
export class TooComplex extends Error {
    constructor(
        readonly offset: number,
        message: string,
    ) {
        super(message);
    }
}

/** A position in a text, and the ways over blanks and comments. */
export class Scanner {
    pos = 0;
    private depth = 0;
    private reread = 0;
    private words = 0;
    private statements = 0;

    constructor(readonly text: string) {}

    peek(ahead = 0): string | undefined {
        return this.text[this.pos + ahead];
    }

    /** One more value or argument. A script of 10,000 lines has some 70,000. */
    count(): void {
        if (++this.words > mostWords) {
            throw new TooComplex(this.pos, `it has more than ${mostWords} words`);
        }
    }

    countStatement(): void {
        if (++this.statements > mostStatements) {
            throw new TooComplex(this.pos, `it has more than ${mostStatements} statements`);
        }
    }

    /** Goes back to read the same characters in another way. Nested, that doubles with each level, so it is bounded. */
    back(to: number): void {
        this.reread += this.pos - to;
        if (this.reread > longestReread) {
            throw new TooComplex(to, "it has too many expressions inside words");
        }
        this.pos = to;
    }

    get atEnd(): boolean {
        return this.pos >= this.text.length;
    }

    fail(message: string, offset = this.pos): never {
        throw new SyntaxFailure(offset, message);
    }

    /** Runs `f` one level deeper. */
    nested<T>(f: () => T): T {
        if (++this.depth > maxDepth) {
            throw new TooComplex(this.pos, `nested more than ${maxDepth} levels deep`);
        }
        try {
            return f();
        } finally {
            this.depth--;
        }
    }

    /** Skips blanks, comments and continued lines; with `newlines`, also line ends. */
    skip(newlines = false): void {
        for (;;) {
            const c = this.peek();
            if (isBlank(c) || (newlines && isNewline(c))) {
                this.pos++;
            } else if (c === "#") {
                this.toLineEnd();
            } else if (c === "<" && this.peek(1) === "#") {
                const end = this.text.indexOf("#>", this.pos + 2);
                if (end < 0) {
                    this.fail("the comment '<#' has no end");
                }
                this.pos = end + 2;
            } else if (c === "`" && (isNewline(this.peek(1)) || this.pos + 1 >= this.text.length)) {
                this.pos += this.peek(1) === "\r" && this.peek(2) === "\n" ? 3 : 2;
            } else {
                return;
            }
        }
    }

    /** Skips everything that may stand between two statements. */
    skipSeparators(): void {
        for (;;) {
            this.skip(true);
            if (this.peek() !== ";") {
                return;
            }
            this.pos++;
        }
    }

    toLineEnd(): void {
        while (!this.atEnd && !isNewline(this.peek())) {
            this.pos++;
        }
    }

    expect(c: string): void {
        if (this.peek() !== c) {
            this.fail(this.atEnd ? `'${c}' is missing at the end` : `'${c}' expected`);
        }
        this.pos++;
    }

    /** Matches a sticky expression here and moves past it. */
    take(pattern: RegExp): string | undefined {
        pattern.lastIndex = this.pos;
        const match = pattern.exec(this.text);
        if (match === null) {
            return undefined;
        }
        this.pos += match[0].length;
        return match[0];
    }

    /** Like `take`, without moving. */
    see(pattern: RegExp): string | undefined {
        pattern.lastIndex = this.pos;
        return pattern.exec(this.text)?.[0];
    }
}
