import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Problem, messageOf } from "./problem";

const reasons: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file or directory",
    EACCES: "permission denied",
    EPERM: "permission denied",
    EISDIR: "it is a directory",
    ENOTDIR: "a part of the path is not a directory",
    ELOOP: "it is a link that leads to itself",
    ENOSPC: "the disk is full",
    EROFS: "the file system is read-only",
};

/** Why a file operation failed, in words. */
export function fileReason(error: unknown): string {
    const code = (error as NodeJS.ErrnoException).code;
    return (code === undefined ? undefined : reasons[code]) ?? messageOf(error);
}

export function isDirectory(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

export function isFile(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * The text of a file. PowerShell's `>` writes UTF-16 with a byte order mark, so that encoding is understood too.
 * @throws Problem that names the file
 */
export function readText(path: string): string {
    let bytes: Buffer;
    try {
        bytes = readFileSync(path);
    } catch (e) {
        throw new Problem(`${shown(path)} cannot be read: ${fileReason(e)}.`);
    }
    if (bytes[0] === 0xff && bytes[1] === 0xfe) {
        return bytes.toString("utf16le", 2);
    }
    if (bytes[0] === 0xfe && bytes[1] === 0xff) {
        return bytes.subarray(2, bytes.length - (bytes.length % 2)).swap16().toString("utf16le");
    }
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.toString("utf8", 3) : bytes.toString("utf8");
}

/**
 * Writes a file whole or not at all: beside its place first, then renamed.
 * @throws Problem that names the file
 */
export function writeWhole(path: string, text: string): void {
    const temporary = join(dirname(path), `.rdp-ready-${process.pid}-${Date.now()}.tmp`);
    try {
        if (isDirectory(path)) {
            throw new Problem(`${shown(path)} cannot be written: it is a directory.`);
        }
        writeFileSync(temporary, text);
        renameSync(temporary, path);
    } catch (e) {
        rmSync(temporary, { force: true });
        throw e instanceof Problem ? e : new Problem(`${shown(path)} cannot be written: ${fileReason(e)}.`);
    }
}

/** A path as people know it: relative to where they are, unless that is longer. */
export function shown(path: string): string {
    const fromHere = relative(process.cwd(), path);
    return fromHere === "" ? "." : fromHere.length < path.length ? fromHere : path;
}
