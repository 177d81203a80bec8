import { splitUserData } from "../../core/guest/script";
import { Obstacle } from "../../core/guest/model";
import { carrierLimits } from "../../core/guest/render/limits";
import { Known, isKnown, known, unknown } from "../../core/known";
import { read, readString } from "../value";

/** One script of an instance's user data. */
export interface UserDataPart {
    readonly language: "powershell" | "batch";
    readonly script: string;
    readonly runs: "once" | "every-boot" | "never";
    readonly obstacle?: Obstacle;
}

/** What kind of system user data was written for. */
export type Audience = "windows" | "linux" | "either";

/**
 * User data as plain text. Launch templates and `userDataBase64` hold base64; `userData` may hold it too, and the provider
 * then passes it on. Before version 6 the provider answered with a SHA-1 of the text, of which nothing can be told.
 */
export function readUserData(value: unknown, encoded: boolean): Known<string> {
    const special = read(value);
    const k = isKnown(special) ? readString(special.value) : special;
    if (!isKnown(k)) {
        return k;
    }
    if (/^[0-9a-f]{40}$/.test(k.value)) {
        return unknown("the provider gives a hash of the user data, not the text");
    }
    const decoded = decodeBase64(k.value);
    if (encoded && decoded === undefined) {
        return unknown("it is not base64");
    }
    return known(decoded !== undefined && (encoded || /[<\n]|^version:/.test(decoded)) ? decoded : k.value);
}

/** User data that EC2 refuses, and the instance with it (rdp-domain §5.2); undefined where it fits or is not known. */
export function tooLarge(value: unknown, encoded: boolean): Obstacle | undefined {
    const text = readString(value);
    if (!isKnown(text)) {
        return undefined;
    }
    const bytes = bytesOf(text.value);
    const { most, advice } = carrierLimits["user-data"];
    const size = bytes !== undefined && (encoded || /[<\n]|^version:/.test(bytes.toString("latin1"))) ? bytes.length : Buffer.byteLength(text.value);
    return size > most ? { text: `EC2 user data holds ${most} bytes before base64, and this has ${size}: EC2 refuses to launch the instance`, fix: advice, certain: true, noHost: true } : undefined;
}

function bytesOf(text: string): Buffer | undefined {
    if (/[^A-Za-z0-9+/=\s]/.test(text)) {
        return undefined;
    }
    const compact = text.replace(/\s+/g, "");
    return compact === "" || compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact) ? undefined : Buffer.from(compact, "base64");
}

function decodeBase64(text: string): string | undefined {
    const bytes = bytesOf(text);
    if (bytes === undefined) {
        return undefined;
    }
    const wide = bytes.length > 1 && bytes[0] === 0xff && bytes[1] === 0xfe;
    return bytes.toString(wide ? "utf16le" : "utf8").replace(/^\uFEFF/, "");
}

export function audienceOf(userData: string): Audience {
    if (partsOf(userData).some((p) => p.runs !== "never")) {
        return "windows";
    }
    return /^\s*(#!|#cloud-|#include|#part-handler|Content-Type: multipart|MIME-Version:|\[settings)/.test(userData) ? "linux" : "either";
}

/** The scripts in the order in which EC2Launch runs them; tags are case-sensitive (rdp-domain §5.2). */
export function partsOf(userData: string): UserDataPart[] {
    const parts = splitUserData(userData).map(({ language, script, persist, problem, fix = "" }): UserDataPart => ({
        language,
        script,
        runs: problem !== undefined ? "never" : persist ? "every-boot" : "once",
        ...(problem === undefined ? {} : { obstacle: { text: `EC2 passes over it: ${problem}`, fix, certain: true } }),
    }));
    if (parts.length > 0) {
        return parts;
    }
    // Windows passes over a script without its tag; whoever wrote it meant it to run.
    const foreign = /^\s*(?:#ps1|rem cmd\b)/i.test(userData);
    const obstacle: Obstacle = {
        text: foreign ? "only images with cloudbase-init run a script that begins like this, and which image it is cannot be told" : "EC2 runs what stands between <powershell> and </powershell>, or in <script>, and it has no such tag",
        fix: "<powershell> before the script and </powershell> behind it, in lower case",
        certain: !foreign,
    };
    return !/^\s*#!/.test(userData) && !/^\s*#cloud-/.test(userData) && /\b(Set|New|Enable|Disable)-\w+|\breg(\.exe)? add\b|\bnetsh\b|HKLM[:\\]/i.test(userData)
        ? [{ language: "powershell", script: userData.replace(/^\s*<\/?[\w ]{1,20}>\s*$/gm, ""), runs: "never", obstacle }]
        : [];
}

/** Parses YAML or JSON; undefined where it is neither. The parser loads only when there is something to parse. */
export function parseYaml(text: string): unknown {
    try {
        const { parse } = require("yaml") as typeof import("yaml");
        return parse(text) as unknown;
    } catch {
        return undefined;
    }
}
