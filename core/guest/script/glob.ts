/** What one position of a wildcard pattern accepts; `"*"`: any number of characters. */
type Token = "*" | ((c: string) => boolean);

/** A PowerShell wildcard pattern (`*`, `?`, `[a-c]`) as a test, case-insensitive. Takes time in proportion to text and pattern, whatever they are. */
export function wildcard(pattern: string): (text: string) => boolean {
    const tokens = tokensOf(pattern.slice(0, 1000).toLowerCase());
    return (text) => fits(tokens, text.slice(0, 4000).toLowerCase());
}

/** Like `wildcard`, where `gap` stands for any text and all other characters for themselves. */
export function withGaps(pattern: string, gap: string): (text: string) => boolean {
    const tokens = [...pattern.slice(0, 4000).toLowerCase()].map((p): Token => (p === gap ? "*" : (c) => c === p));
    return (text) => fits(tokens, text.slice(0, 4000).toLowerCase());
}

function tokensOf(pattern: string): Token[] {
    const tokens: Token[] = [];
    for (let n = 0; n < pattern.length; n++) {
        const p = pattern[n]!;
        const end = p === "[" ? pattern.indexOf("]", n + 2) : -1;
        if (p === "*") {
            tokens.push("*");
        } else if (p === "?") {
            tokens.push(() => true);
        } else if (p === "`" && n + 1 < pattern.length) {
            const next = pattern[++n]!;
            tokens.push((c) => c === next);
        } else if (end > 0) {
            tokens.push(classOf(pattern.slice(n + 1, end)));
            n = end;
        } else {
            tokens.push((c) => c === p);
        }
    }
    return tokens;
}

function classOf(text: string): Token {
    const ranges = [...text.matchAll(/(.)-(.)|(.)/gs)].map((m): [string, string] => [m[1] ?? m[3]!, m[2] ?? m[3]!]);
    return (c) => ranges.some(([from, to]) => c >= from && c <= to);
}

/** The last star takes up what does not fit; an earlier one never has to be tried again. */
function fits(tokens: readonly Token[], text: string): boolean {
    let [t, n] = [0, 0];
    let [star, from] = [-1, 0];
    while (n < text.length) {
        const token = tokens[t];
        if (token === "*") {
            star = t++;
            from = n;
        } else if (token?.(text[n]!)) {
            t++;
            n++;
        } else if (star >= 0) {
            t = star + 1;
            n = ++from;
        } else {
            return false;
        }
    }
    while (tokens[t] === "*") {
        t++;
    }
    return t === tokens.length;
}
