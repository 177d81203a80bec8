import { lookup } from "./lookup";
import { gunzipSync } from "node:zlib";

/** Texts as carriers bring them: encoded, compressed, with byte order marks. */

/** The bytes of a base64 text as characters; undefined where it is no base64. */
export function decodeBytes(base64: string, encoding: "utf16le" | "utf8"): string | undefined {
    const compact = base64.replace(/\s+/g, "");
    if (compact === "" || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(compact)) {
        return undefined;
    }
    return Buffer.from(compact, "base64").toString(encoding).replace(/^\uFEFF/, "");
}

export type PowerShellArguments = { readonly kind: "command" | "encoded" | "file"; /** Index of the first word that belongs to it. */ readonly from: number } | { readonly kind: "none" };

const withValue = ["executionpolicy", "version", "windowstyle", "inputformat", "outputformat", "configurationname", "psconsolefile", "workingdirectory", "settingsfile", "custompipename"];
const alone = ["noprofile", "nologo", "noninteractive", "noexit", "sta", "mta", "login", "interactive"];
const short = lookup<string>({ ex: "executionpolicy", ep: "executionpolicy", exec: "executionpolicy", nop: "noprofile", noni: "noninteractive", nol: "nologo", w: "windowstyle", wd: "workingdirectory", v: "version", i: "interactive" });

/** What the words of a `powershell.exe` command line run. Parameters may be shortened. */
export function powershellArguments(words: readonly string[]): PowerShellArguments {
    for (let n = 0; n < words.length; n++) {
        const match = /^[-/\u2013\u2014](\w+)$/.exec(words[n]!);
        if (match === null) {
            return { kind: words[n]!.toLowerCase().endsWith(".ps1") && n === words.length - 1 ? "file" : "command", from: n };
        }
        const name = match[1]!.toLowerCase();
        const full = short[name] ?? [...withValue, ...alone].find((p) => p.startsWith(name));
        if (name === "c" || "command".startsWith(name)) {
            return { kind: "command", from: n + 1 };
        }
        if (name === "ec" || "encodedcommand".startsWith(name)) {
            return { kind: "encoded", from: n + 1 };
        }
        if ("file".startsWith(name)) {
            return { kind: "file", from: n + 1 };
        }
        if (full !== undefined && withValue.includes(full)) {
            n++;
        }
    }
    return { kind: "none" };
}

/** A text with its encodings taken off. */
export interface DecodedText {
    readonly text: string;
    /** What was taken off, outermost first. Empty: the text is as it was given. */
    readonly how: readonly ("base64" | "gzip" | "utf-16" | "byte order mark")[];
    /** Why a layer could not be taken off, where one could not. */
    readonly failed?: string;
}

/** More than any carrier holds; gzip that expands beyond it is not followed. */
const longestText = 4_000_000;
const base64Text = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/** Takes base64, gzip, UTF-16 and byte order marks off a text, in the order in which they lie. */
export function decodeText(raw: string): DecodedText {
    const how: DecodedText["how"][number][] = [];
    let text = raw;
    for (let layer = 0; layer < 3; layer++) {
        text = plainText(text, how);
        const bytes = base64Bytes(text);
        if (bytes === undefined) {
            return { text, how };
        }
        if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
            how.push("base64", "gzip");
            try {
                text = characters(gunzipSync(bytes, { maxOutputLength: longestText }), how);
            } catch (failure) {
                return { text, how, failed: failure instanceof RangeError ? `the compressed text is longer than ${longestText} characters` : "the compressed text is damaged" };
            }
            continue;
        }
        const inner: DecodedText["how"][number][] = ["base64"];
        const decoded = characters(bytes, inner);
        if (!readable(decoded)) {
            return { text, how };
        }
        how.push(...inner);
        text = decoded;
    }
    return { text, how };
}

/** Removes byte order marks, and the zero bytes of UTF-16 that was read byte by byte. */
function plainText(text: string, how: DecodedText["how"][number][]): string {
    let result = text;
    if (/^(?:\xff\xfe|\ufffd\ufffd)?(?:[^\0]\0){2}/.test(result.slice(0, 8))) {
        how.push("utf-16");
        result = result.replace(/^(?:\xff\xfe|\ufffd\ufffd)/, "").replaceAll("\0", "");
    }
    if (/^(?:\ufeff|\xef\xbb\xbf)/.test(result)) {
        how.push("byte order mark");
        result = result.replace(/^(?:\ufeff|\xef\xbb\xbf)/, "");
    }
    return result;
}

function base64Bytes(text: string): Buffer | undefined {
    const compact = text.replace(/\s+/g, "");
    if (compact.length < 12 || compact.length % 4 !== 0 || compact.length > longestText || !base64Text.test(compact)) {
        return undefined;
    }
    return Buffer.from(compact, "base64");
}

function characters(bytes: Buffer, how: DecodedText["how"][number][]): string {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) {
        how.push("utf-16");
        return bytes.subarray(2).toString("utf16le");
    }
    if (bytes[0] === 0xfe && bytes[1] === 0xff) {
        how.push("utf-16");
        return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2))).swap16().toString("utf16le");
    }
    if (bytes.length >= 4 && bytes.length % 2 === 0 && bytes[1] === 0 && bytes[3] === 0) {
        how.push("utf-16");
        return bytes.toString("utf16le");
    }
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
        how.push("byte order mark");
        return bytes.subarray(3).toString("utf8");
    }
    return bytes.toString("utf8");
}

/** Whether decoding gave a text rather than noise: base64 words such as `Restart1` decode too. */
function readable(text: string): boolean {
    const sample = text.slice(0, 4000);
    const odd = (sample.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/g) ?? []).length;
    return sample.length > 0 && odd * 50 <= sample.length;
}
