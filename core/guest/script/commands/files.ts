import { Call, Handler } from "../call";
import { Machine } from "../machine";
import { tidyPath, trimEnd } from "../paths";
import { runText } from "../text";
import { asPath, asPattern, asString, HOLE, notKnown, str, thing, Val } from "../value";
import { goneKey, goneProfile } from "./profiles";
import { registryPath } from "./registry";

/** Files and folders: what becomes of MachineKeys, and files that the script writes to run or import them later. */
export const fileCommands: Record<string, Handler> = {
    "new-item": newItem,
    "remove-item": removeItem,
    "rename-item": (call) => moved(call, "Path|LiteralPath NewName ; *Force"),
    "move-item": (call) => moved(call, "Path|LiteralPath Destination ; *Force Filter Include Exclude"),
    "rename-computer": () => [],
    "copy-item": () => [],
    "get-item": getItem,
    "get-childitem": getChildItem,
    "get-content": getContent,
    "set-content": (call) => setContent(call, false),
    "add-content": (call) => setContent(call, true),
    "out-file": outFile,
    "set-acl": (call) => acl(call.m, call.bind("Path|LiteralPath AclObject ; InputObject").list("Path").map(asPath), false),
    icacls: (call) => icacls(call.m, call.argv()),
    cacls: (call) => icacls(call.m, call.argv()),
    xcacls: (call) => icacls(call.m, call.argv()),
    takeown: (call) => takeown(call.m, call.argv()),
    attrib: () => [],
};

const isFolder = (path: string): boolean => /\\rsa\\machinekeys\\?$/i.test(tidyPath(path));
const isInside = (path: string): boolean => /\\rsa\\machinekeys\\[^\\]+$/i.test(tidyPath(path));
const isKeyFile = (path: string): boolean => /f686aace6942fb7f7ceb231212eef4a4/i.test(path);

/** Renamed, moved or removed: the keys of IIS, SQL, WinRM and the VM agent are gone with the folder. */
export function goneFiles(m: Machine, which: readonly string[], how: "renamed" | "removed"): void {
    for (const path of which) {
        if (isFolder(path) || /\\crypto\\rsa\\?$/i.test(tidyPath(path))) {
            m.action(`machinekeys-${how}`);
        } else if (isKeyFile(path)) {
            m.action(`rdp-key-file-${how}`);
        } else if (isInside(path) && /[*?]/.test(path)) {
            m.action(`machinekeys-${how}`);
        } else if (isInside(path)) {
            // The key of another certificate is its owner's business.
            if (path.includes(HOLE)) {
                m.note(`'machinekeys-${how}' where the file that is meant is the listener's key`);
            }
        } else {
            goneProfile(m, path);
        }
    }
}

function moved(call: Call, signature: string): void {
    const bound = call.bind(signature);
    if (bound.idle) {
        return;
    }
    const given = bound.has("Path") ? bound.list("Path") : (call.input ?? []);
    const keys = given.map((v) => registryPath(call.i, v));
    keys.forEach((key) => key !== undefined && goneKey(call.m, asPath(key)));
    goneFiles(call.m, given.filter((_, n) => keys[n] === undefined).map(asPath), "renamed");
}

function newItem(call: Call): readonly Val[] {
    const bound = call.bind("Path ; ItemType|Type Value|Target Name *Force");
    if (bound.idle) {
        return [];
    }
    return bound.list("Path").flatMap((given) => {
        const name = bound.text("Name");
        const whole = name === undefined ? given : str(`${trimEnd(asPath(given))}\\${name}`);
        const key = registryPath(call.i, whole);
        if (key === undefined) {
            const content = bound.get("Value");
            if (content !== undefined) {
                runText.keepFile(call.m, asPath(whole), content);
            }
            return [thing({ o: "file", path: asPath(whole) })];
        }
        // -Force replaces a key that is there by an empty one: values that the script wrote before are lost.
        if (bound.flag("Force")) {
            call.m.emptyKey(asPath(key));
        }
        call.m.keyMade(asPath(key));
        return [thing({ o: "key", path: asPath(key) })];
    });
}

function removeItem(call: Call): void {
    const bound = call.bind("Path|LiteralPath|PSPath ; Filter Include Exclude *Recurse *Force Stream");
    if (bound.idle) {
        return;
    }
    const files: string[] = [];
    for (const given of bound.has("Path") ? bound.list("Path") : (call.input ?? [])) {
        const key = registryPath(call.i, given);
        if (key === undefined) {
            files.push(asPath(given));
        } else {
            call.m.removeRegistry(key, undefined);
            goneKey(call.m, asPath(key));
        }
    }
    goneFiles(call.m, files, "removed");
}

function getItem(call: Call): readonly Val[] {
    const bound = call.bind("Path|LiteralPath|PSPath ; Filter Include Exclude *Force");
    return bound.list("Path").map((given) => {
        const key = registryPath(call.i, given);
        return key === undefined ? thing({ o: "file", path: asPath(given) }) : thing({ o: "key", path: asPath(key) });
    });
}

/** The children of a folder or key: one stands for all of them. */
function getChildItem(call: Call): readonly Val[] {
    const bound = call.bind("Path|LiteralPath|PSPath Filter ; Include Exclude *Recurse *Force *Name Depth *File *Directory Attributes");
    return bound.list("Path").map((given) => {
        const key = registryPath(call.i, given);
        if (key === undefined) {
            const filter = bound.text("Filter") ?? bound.text("Include");
            return thing({ o: "file", path: `${tidyPath(asPath(given)).replace(/\\\*$/, "")}\\${filter ?? "*"}` });
        }
        const text = asPath(key).replace(/\\?\*?$/, "");
        return thing({ o: "key", path: /\\networklist\\profiles$/i.test(text) ? `${text}\\{*}` : `${text}\\${HOLE}` });
    });
}

function getContent(call: Call): readonly Val[] {
    const path = call.bind("Path|LiteralPath ; *Raw Encoding TotalCount Tail ReadCount").text("Path");
    const content = path === undefined ? undefined : runText.file(call.m, path);
    return [content ?? notKnown("a file is read when the script runs")];
}

function contentOf(values: readonly Val[]): Val {
    const texts = values.map(asString);
    return texts.every((t) => t !== undefined) ? (values.length === 1 && values[0]!.k === "string" ? values[0]! : str(texts.join("\r\n"))) : notKnown("the file's content is computed when the script runs", values.map(asPattern).join("\r\n"));
}

function setContent(call: Call, append: boolean): void {
    const bound = call.bind("Path|LiteralPath Value ; Encoding *Force *NoNewline Filter Include Exclude Stream");
    if (call.name === "set-content" && /^(config|stop|start|failure|failureflag|delete|query|qc|sdset|triggerinfo)$/i.test(bound.text("Path") ?? "") && bound.has("Value")) {
        call.m.note("'sc' is Set-Content in Windows PowerShell and changes no service; 'sc.exe' would");
        return;
    }
    const path = bound.text("Path");
    if (path === undefined || bound.idle) {
        return;
    }
    const added = contentOf(bound.has("Value") ? bound.list("Value") : (call.input ?? []));
    const before = append ? runText.file(call.m, path) : undefined;
    runText.keepFile(call.m, path, before === undefined ? added : before.k === "string" && added.k === "string" ? str(`${before.v}\r\n${added.v}`) : notKnown("the file's content is not known"));
}

function outFile(call: Call): void {
    const bound = call.bind("FilePath|LiteralPath|Path Encoding ; InputObject *Append *Force *NoClobber *NoNewline Width");
    const path = bound.text("FilePath");
    if (path !== undefined) {
        runText.keepFile(call.m, path, contentOf(bound.has("InputObject") ? bound.list("InputObject") : (call.input ?? [])));
    }
}

/** `icacls PATH /grant … /t`: on MachineKeys, the permissions of every key of the machine. */
export function icacls(m: Machine, argv: readonly Val[]): void {
    const words = argv.map(asPath);
    const lower = words.map((w) => w.toLowerCase());
    const changes = lower.some((w) => /^\/(grant|deny|remove|reset|setowner|inheritance|restore|g|p|e|r)\b/.test(w));
    if (changes && words[0] !== undefined) {
        acl(m, [words[0]], lower.includes("/t"));
    }
}

function takeown(m: Machine, argv: readonly Val[]): void {
    const words = argv.map(asPath);
    const at = words.findIndex((w) => /^[/-]f$/i.test(w));
    if (at >= 0 && words[at + 1] !== undefined) {
        acl(m, [words[at + 1]!], words.some((w) => /^[/-]r$/i.test(w)));
    }
}

function acl(m: Machine, which: readonly string[], recursive: boolean): void {
    for (const path of which) {
        if (isKeyFile(path)) {
            m.write("s:rdp-key-file-acl", str("default"));
            m.action("rdp-key-file-acl");
        } else if (isFolder(path) || (isInside(path) && /[*?]/.test(path))) {
            m.write("s:machinekeys-acl", str(recursive || isInside(path) ? "recursive" : "default"));
            m.action("machinekeys-acl");
        }
    }
}
