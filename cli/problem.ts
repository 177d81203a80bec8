/**
 * Something that keeps `rdp-ready` from doing its work. The message is for people: it names the file or property and
 * says what to do. Ends the command with exit code 2, without a stack trace.
 */
export class Problem extends Error {
    override readonly name = "Problem";
}

/** What went wrong, as text, whatever was thrown. */
export function messageOf(thrown: unknown): string {
    return thrown instanceof Error ? thrown.message : String(thrown);
}
