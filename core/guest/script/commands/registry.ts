import { normalRegistryKey } from "../../settings";
import { Bound, Call, Handler } from "../call";
import { asPath, asString, HOLE, notKnown, NULL, str, thing, Val } from "../value";
import { Interpreter } from "../interpreter";
import { everywhere } from "../machine";
import { reasonOf } from "../slots";
import { runText } from "../text";
import { goneKey, goneValue } from "./profiles";

const property = "Path|LiteralPath|PSPath Name|PSProperty Value ; Type|PropertyType InputObject Filter Include Exclude *Force";

/** Cmdlets and programs that read and write the registry. */
export const registryCommands: Record<string, Handler> = {
    "set-itemproperty": (call) => writeProperty(call, false),
    "new-itemproperty": (call) => writeProperty(call, true),
    "remove-itemproperty": removeProperty,
    "clear-itemproperty": (call) => unknownProperty(call, "it is cleared"),
    "rename-itemproperty": (call) => unknownProperty(call, "it is renamed"),
    "get-itemproperty": getProperty,
    "get-itempropertyvalue": getPropertyValue,
    "new-psdrive": newDrive,
    reg: (call) => reg(call.i, call.argv()),
    regedit: (call) => importFile(call.i, call.argv()),
    regini: (call) => call.m.note("regini changes the registry from a file that is not known"),
    "set-location": setLocation,
    "push-location": setLocation,
    "pop-location": (call) => call.i.set("variable: location", NULL),
};

/** The registry key that a path names; undefined for files. `HKLM:\a`, `Registry::HKLM\a`, drives and relative paths. */
export function registryPath(i: Interpreter, value: Val): Val | undefined {
    if (value.k === "object" && (value.o.o === "key" || value.o.o === "key-values")) {
        return value.o.path.includes(HOLE) ? notKnown("the registry key is looked up when the script runs", value.o.path) : str(value.o.path);
    }
    const text = asPath(value).trim();
    const known = (path: string): Val => (path.includes(HOLE) ? notKnown(reasonOf(value, "the registry path is computed when the script runs"), path) : str(path));
    const bare = text.replace(/^(microsoft\.powershell\.core\\)?registry::/i, "");
    if (/^(hklm|hkcu|hkcr|hku|hkcc):?([\\/]|$)/i.test(bare) || /^hkey_\w+:?([\\/]|$)/i.test(bare)) {
        return known(bare);
    }
    const drive = /^(\w+):[\\/]?(.*)$/s.exec(bare);
    if (drive !== null) {
        const root = i.m.store.get(`d:${drive[1]!.toLowerCase()}`);
        return root?.e === "text" ? known(`${asPath(root.v)}\\${drive[2]}`) : undefined;
    }
    if (text.startsWith(HOLE) && !/^\uFFFD:?\\?[a-z]:/i.test(text)) {
        return known(text);
    }
    const here = i.m.store.get("d:");
    return here?.e === "text" && !/^[\\/]/.test(text) ? known(`${asPath(here.v)}\\${text.replace(/^\.[\\/]?/, "")}`) : undefined;
}

/** The paths that a cmdlet works on: its Path parameter, or what came through the pipeline. */
function targets(call: Call, bound: Bound): Val[] {
    const given = bound.has("Path") ? bound.list("Path") : bound.has("InputObject") ? bound.list("InputObject") : (call.input ?? []).filter((v) => v.k !== "string");
    return given.flatMap((v) => {
        const path = registryPath(call.i, v);
        return path === undefined ? [] : [path];
    });
}

function writeProperty(call: Call, isNew: boolean): void {
    const bound = call.bind(property);
    if (bound.idle) {
        return;
    }
    // `Get-ItemProperty … | Set-ItemProperty -Name n -Value v`: position 0 is then the name.
    const shifted = call.input !== undefined && bound.has("Path") && registryPath(call.i, bound.get("Path")!) === undefined;
    const names = shifted ? bound.list("Path") : bound.list("Name");
    const value = (shifted && !bound.has("Value") ? bound.get("Name") : bound.get("Value")) ?? NULL;
    const paths = shifted ? targets(call, new Bound(new Map(), [])) : targets(call, bound);
    for (const path of paths) {
        for (const name of names) {
            if (isNew && !bound.flag("Force") && keepsExisting(call, path, name)) {
                continue;
            }
            call.m.writeRegistry(path, name, value);
        }
    }
}

/** New-ItemProperty fails without -Force where the value exists already, as those of the listener do. */
function keepsExisting(call: Call, path: Val, name: Val): boolean {
    const [key, value] = [asString(path), asString(name)];
    if (key === undefined || value === undefined) {
        return false;
    }
    const slot = call.m.slotOf(key, value);
    const found = call.m.slot(slot);
    if (found !== undefined) {
        return found.value.state === "known" && !found.fact;
    }
    if (slot.startsWith("s:") && everywhere.has(slot.slice(2))) {
        call.m.writeUnknown(slot, "New-ItemProperty without -Force fails where the value exists already");
        return true;
    }
    return false;
}

function removeProperty(call: Call): void {
    const bound = call.bind("Path|LiteralPath|PSPath Name|PSProperty ; InputObject Filter Include Exclude *Force");
    if (bound.idle) {
        return;
    }
    for (const path of targets(call, bound)) {
        bound.list("Name").forEach((name) => call.m.removeRegistry(path, name));
        goneValue(call.m, asPath(path));
    }
}

function unknownProperty(call: Call, why: string): void {
    const bound = call.bind(property);
    for (const path of targets(call, bound)) {
        bound.list("Name").forEach((name) => call.m.writeRegistry(path, name, notKnown(why)));
    }
}

function getProperty(call: Call): readonly Val[] {
    const bound = call.bind("Path|LiteralPath|PSPath Name|PSProperty ; InputObject Filter Include Exclude");
    const paths = targets(call, bound);
    return paths.length === 0 ? [notKnown("a file's properties are read when the script runs")] : paths.map((path) => thing({ o: "key-values", path: asPath(path) }));
}

function getPropertyValue(call: Call): readonly Val[] {
    const bound = call.bind("Path|LiteralPath|PSPath Name|PSProperty ; Filter Include Exclude");
    return targets(call, bound).flatMap((path) =>
        bound.list("Name").map((name) => {
            const [key, value] = [asString(path), asString(name)];
            return key === undefined || value === undefined ? notKnown("a registry value is read when the script runs") : call.m.current(call.m.slotOf(key, value), value);
        }),
    );
}

function newDrive(call: Call): readonly Val[] {
    const bound = call.bind("Name PSProvider Root ; Scope Description Credential *Persist");
    const name = bound.text("Name");
    if (name !== undefined && /registry/i.test(bound.text("PSProvider") ?? "")) {
        call.m.store.set(`d:${name.toLowerCase()}`, { e: "text", v: registryPath(call.i, bound.get("Root") ?? NULL) ?? bound.get("Root") ?? NULL });
    }
    return [];
}

function setLocation(call: Call): void {
    const path = call.bind("Path|LiteralPath ; StackName").get("Path");
    const key = path === undefined ? undefined : registryPath(call.i, path);
    call.m.store.set("d:", key === undefined ? undefined : { e: "text", v: key });
}

/** Keys that every Windows has. */
const alwaysThere = new Set(
    [
        "hklm:",
        "hklm",
        "hklm\\system",
        "hklm\\software",
        "hklm\\software\\microsoft\\windows",
        "hklm\\software\\policies\\microsoft",
        "hklm\\system\\currentcontrolset",
        "hklm\\system\\currentcontrolset\\control",
        "hklm\\system\\currentcontrolset\\control\\terminal server",
        "hklm\\system\\currentcontrolset\\control\\terminal server\\winstations",
        "hklm\\system\\currentcontrolset\\control\\terminal server\\winstations\\rdp-tcp",
        "hklm\\system\\currentcontrolset\\control\\lsa",
        "hklm\\system\\currentcontrolset\\services\\termservice",
        "hklm\\system\\currentcontrolset\\control\\securityproviders\\schannel",
        "hklm\\system\\currentcontrolset\\control\\securityproviders\\schannel\\protocols",
        "hklm\\software\\microsoft\\windows nt\\currentversion\\networklist\\profiles",
        "hklm\\software\\microsoft\\windows nt\\currentversion\\profilelist",
        "hklm\\software\\microsoft\\windows\\currentversion\\policies\\system",
    ].map((key) => normalRegistryKey(key)),
);

/** Whether a path certainly exists; undefined where it cannot be told. */
export function pathExists(call: Call, path: string): boolean | undefined {
    const key = registryPath(call.i, str(path));
    if (key === undefined) {
        return /^(c:|%systemdrive%)\\(windows|programdata|program files)(\\microsoft\\crypto\\rsa(\\machinekeys)?)?\\?$/i.test(path) || /\\microsoft\\crypto\\rsa\\machinekeys\\?$/i.test(path) ? true : undefined;
    }
    const normal = normalRegistryKey(asPath(key));
    return alwaysThere.has(normal) || call.m.store.get(`k:${normal}`) !== undefined ? true : undefined;
}

/** `reg add|delete|import|copy|restore …` */
export function reg(i: Interpreter, argv: readonly Val[]): void {
    const words = argv.map(asPath);
    const verb = words[0]?.toLowerCase();
    if (verb === "import" || verb === "restore" || verb === "load" || verb === "copy") {
        importFile(i, argv.slice(1));
        return;
    }
    const target = argv[1];
    if ((verb !== "add" && verb !== "delete") || target === undefined) {
        return;
    }
    if (/^\\\\/.test(words[1]!)) {
        return;
    }
    const option = (name: string): Val | undefined => {
        const at = words.findIndex((w) => w.toLowerCase() === `/${name}` || w.toLowerCase() === `-${name}`);
        return at < 0 ? undefined : argv[at + 1];
    };
    const flag = (name: string) => words.some((w) => w.toLowerCase() === `/${name}` || w.toLowerCase() === `-${name}`);
    const key = registryPath(i, target) ?? target;
    if (verb === "delete") {
        if (flag("va")) {
            i.m.removeRegistry(key, undefined);
            goneValue(i.m, asPath(key));
        } else {
            i.m.removeRegistry(key, option("v"));
            (option("v") === undefined ? goneKey : goneValue)(i.m, asPath(key));
        }
        return;
    }
    const name = option("v");
    if (name !== undefined) {
        i.m.writeRegistry(key, name, option("d") ?? str(""));
    }
}

function importFile(i: Interpreter, argv: readonly Val[]): void {
    const path = argv.map(asPath).find((w) => !/^[/-]\w+$/.test(w)) ?? "";
    const content = runText.file(i.m, path);
    const text = content && asString(content);
    if (text === undefined) {
        i.m.note(`imports a registry file whose content is not known (${path.replaceAll(HOLE, "…").slice(0, 60)})`);
        return;
    }
    importRegistry(i.m, text);
}

/** Applies the text of a `.reg` file. */
export function importRegistry(m: Call["m"], text: string): void {
    let key: string | undefined;
    for (const raw of text.replace(/\\\r?\n[ \t]*/g, "").split(/\r?\n/)) {
        const line = raw.trim();
        const section = /^\s*\[(-?)([^\]]+)\]/.exec(line);
        if (section !== null) {
            key = section[1] === "-" ? undefined : section[2];
            if (section[1] === "-") {
                m.removeRegistry(str(section[2]!), undefined);
                goneKey(m, section[2]!);
            }
            continue;
        }
        const entry = /^"((?:[^"\\]|\\.)*)"\s*=\s*(.*)$/.exec(line);
        if (entry === null || key === undefined) {
            continue;
        }
        const [name, data] = [entry[1]!.replace(/\\(.)/g, "$1"), entry[2]!];
        const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(data);
        if (data === "-") {
            m.removeRegistry(str(key), str(name));
        } else if (/^dword:/i.test(data)) {
            m.writeRegistry(str(key), str(name), { k: "number", v: parseInt(data.slice(6), 16) });
        } else if (quoted !== null) {
            m.writeRegistry(str(key), str(name), str(quoted[1]!.replace(/\\(.)/g, "$1")));
        } else {
            m.writeRegistry(str(key), str(name), hexData(data));
        }
    }
}

function hexData(data: string): Val {
    const match = /^hex(?:\(([0-9a-f]+)\))?:([0-9a-f,\s]*)$/i.exec(data);
    if (match === null) {
        return notKnown("its form in the registry file is not known");
    }
    const bytes = Buffer.from((match[2] ?? "").replace(/[^0-9a-f]/gi, ""), "hex");
    switch (match[1]) {
        case "2":
        case "1":
            return str(bytes.toString("utf16le").replace(/\0+$/, ""));
        case "7":
            return { k: "list", items: bytes.toString("utf16le").replace(/\0+$/, "").split("\0").map(str) };
        default:
            return str(bytes.toString("hex").toUpperCase());
    }
}
