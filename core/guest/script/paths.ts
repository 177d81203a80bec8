/** Without slashes of either kind at the end. */
export function trimEnd(path: string): string {
    let end = path.length;
    while (end > 0 && (path[end - 1] === "\\" || path[end - 1] === "/")) {
        end--;
    }
    return path.slice(0, end);
}

/** A file's path in one spelling: backslashes, none doubled, no quotes around it. */
export function tidyPath(path: string): string {
    return trimEnd(path.trim().replace(/^["']|["']$/g, "").replace(/\//g, "\\").replace(/\\{2,}/g, "\\"));
}
