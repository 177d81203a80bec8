import { lookup } from "../lookup";
import { Call, Handler } from "../call";
import { Machine } from "../machine";
import { registryKeys, remoteDesktopRuleGroup } from "../../settings";
import { asList, asPath, asString, notKnown, NULL, num, str, Thing, thing, Val } from "../value";
import { change, select } from "./firewall-rules";
import { known } from "../../../known";
import { sc } from "./services";

const signature = "ClassName|Class ; Namespace|NS Filter Query Property InputObject QueryDialect Namespace Authentication Impersonation *EnableAllPrivileges *Amended *KeyOnly *Recurse Locale OperationTimeoutSec";

/** WMI and CIM: the listener's settings, the terminal service, services. */
export const wmiCommands: Record<string, Handler> = {
    "get-wmiobject": getObject,
    "get-ciminstance": getObject,
    "get-cimclass": getObject,
    "invoke-cimmethod": invoke,
    "invoke-wmimethod": invoke,
    "set-ciminstance": setInstance,
    "set-wmiinstance": setInstance,
    wmic: (call) => wmic(call.m, call.argv()),
};

function getObject(call: Call): readonly Val[] {
    const bound = call.bind(signature);
    const query = bound.text("Query") ?? "";
    const className = (bound.text("ClassName") ?? /\bfrom\s+(\w+)/i.exec(query)?.[1])?.toLowerCase();
    if (className === undefined || bound.idle) {
        return [notKnown("a WMI object is looked up when the script runs")];
    }
    if (className === "win32_service") {
        const name = /name\s*(?:=|like)\s*["']([^"']+)["']/i.exec(bound.text("Filter") ?? query)?.[1];
        return name === undefined ? [notKnown("a service is looked up when the script runs")] : [thing({ o: "wmi", className, service: name })];
    }
    if (className === "win32_userprofile") {
        return [thing({ o: "profiles", filtered: bound.has("Filter") || /\bwhere\b/i.test(query) })];
    }
    if (className === "msft_netconnectionprofile") {
        return [thing({ o: "connection" })];
    }
    return known_.has(className) ? [thing({ o: "wmi", className })] : [notKnown(`the guest's ${className} is read when the script runs`)];
}

const known_ = new Set(["win32_tsgeneralsetting", "win32_terminalservicesetting", "win32_tsremotecontrolsetting", "win32_tssessionsetting", "win32_tsnetworkadaptersetting"]);

/** Properties and methods by the registry value that they stand for. */
const properties = lookup<string>({
    userauthenticationrequired: "UserAuthentication",
    securitylayer: "SecurityLayer",
    minencryptionlevel: "MinEncryptionLevel",
    sslcertificatesha1hash: "SSLCertificateSHA1Hash",
});
const methods = lookup<string>({
    setuserauthenticationrequired: "UserAuthentication",
    setsecuritylayer: "SecurityLayer",
    setencryptionlevel: "MinEncryptionLevel",
});

export const setWmiProperty = {
    read(m: Machine, className: string, name: string): Val {
        const value = properties[name];
        if (value !== undefined && className === "win32_tsgeneralsetting") {
            return m.current(m.slotOf(registryKeys.listener, value), value);
        }
        if (name === "allowtsconnections" && className === "win32_terminalservicesetting") {
            const denied = m.current(m.slotOf(registryKeys.terminalServer, "fDenyTSConnections"), "fDenyTSConnections");
            return denied.k === "number" ? num(1 - denied.v) : denied.k === "object" && denied.o.o === "current" ? thing({ ...denied.o, words: { "1": 0, "0": 1, true: 0, false: 1 } }) : denied;
        }
        return notKnown(`the guest's ${name} is read when the script runs`);
    },
    write(m: Machine, className: string, name: string, value: Val): void {
        const target = properties[name];
        if (target !== undefined && className === "win32_tsgeneralsetting") {
            m.write(m.slotOf(registryKeys.listener, target), value);
        }
        if (name === "logons" && className === "win32_terminalservicesetting") {
            m.write(m.slotOf(registryKeys.listener, "TSServerDrainMode"), value);
        }
    },
};

/** `$object.Method(args)` */
export function callWmi(m: Machine, o: Extract<Thing, { o: "wmi" }>, name: string, args: readonly Val[]): Val {
    const [first = NULL, second] = args;
    if (o.className === "win32_service" && o.service !== undefined) {
        const service = str(o.service);
        if (name === "changestartmode") {
            sc(m, [str("config"), service, str("start="), first]);
        } else if (name === "stopservice" || name === "startservice") {
            sc(m, [str(name === "stopservice" ? "stop" : "start"), service]);
        } else if (name === "change") {
            const mode = args[4];
            if (mode !== undefined && mode.k !== "null") {
                sc(m, [str("config"), service, str("start="), mode]);
            }
        }
        return NULL;
    }
    const value = methods[name];
    if (value !== undefined) {
        m.write(m.slotOf(registryKeys.listener, value), first);
    } else if (name === "setallowtsconnections") {
        const allowed = asString(first);
        const deny = allowed === undefined ? first : { ...num(/^(1|true)$/i.test(allowed) ? 0 : 1) };
        m.write(m.slotOf(registryKeys.terminalServer, "fDenyTSConnections"), deny);
        if (second !== undefined && /^(1|true)$/i.test(asString(second) ?? "") && allowed !== undefined) {
            change(m, select(m, "group", [str(remoteDesktopRuleGroup)]), { enabled: known(/^(1|true)$/i.test(allowed)) });
        }
    }
    return NULL;
}

function invoke(call: Call): void {
    const bound = call.bind(
        call.name === "invoke-cimmethod"
            ? "InputObject Arguments ; ClassName|Class MethodName|Name Namespace Query Filter CimClass ResourceUri OperationTimeoutSec QueryDialect"
            : "Class Name ArgumentList ; InputObject Path Namespace Authentication Impersonation *EnableAllPrivileges",
    );
    if (bound.idle) {
        return;
    }
    const method = (bound.text(call.name === "invoke-cimmethod" ? "MethodName" : "Name") ?? "").toLowerCase();
    const given = bound.get("Arguments") ?? bound.get("ArgumentList") ?? NULL;
    const args = given.k === "table" ? inOrder(method, given.entries) : asList(given);
    const objects = [...(call.input ?? []), ...bound.list("InputObject")];
    const className = (bound.text("ClassName") ?? bound.text("Class") ?? /\bfrom\s+(\w+)/i.exec(bound.text("Query") ?? "")?.[1])?.toLowerCase();
    if (className !== undefined) {
        const name = /name\s*=\s*["']([^"']+)["']/i.exec(`${bound.text("Filter") ?? ""} ${bound.text("Query") ?? ""}`)?.[1];
        objects.push(thing({ o: "wmi", className, ...(name !== undefined && className === "win32_service" ? { service: name } : {}) }));
    }
    for (const item of objects) {
        if (item.k === "object" && item.o.o === "wmi") {
            callWmi(call.m, item.o, method, args);
        }
    }
}

/** Named arguments in the order of the method's own. */
function inOrder(method: string, entries: ReadonlyMap<string, Val>): Val[] {
    if (method === "setallowtsconnections") {
        return [entries.get("allowtsconnections") ?? NULL, ...(entries.has("modifyfirewallexception") ? [entries.get("modifyfirewallexception")!] : [])];
    }
    return [...entries.values()];
}

function setInstance(call: Call): void {
    const bound = call.bind(call.name === "set-ciminstance" ? "InputObject ; Property|Arguments Query Namespace ClassName" : "Class Arguments ; InputObject Path Namespace PutType");
    const table = bound.get("Property") ?? bound.get("Arguments");
    const query = /\bfrom\s+(\w+)/i.exec(bound.text("Query") ?? "")?.[1];
    const path = /(\w+)(?:\.[^\\:]*)?$/.exec((bound.text("Path") ?? "").slice(-300))?.[1];
    const named = (bound.text("ClassName") ?? bound.text("Class") ?? query ?? path)?.toLowerCase();
    const objects = [...(call.input ?? []), ...bound.list("InputObject"), ...(named === undefined ? [] : [thing({ o: "wmi", className: named })])];
    if (bound.idle || table?.k !== "table") {
        return;
    }
    for (const item of objects) {
        if (item.k === "object" && item.o.o === "wmi") {
            for (const [name, value] of table.entries) {
                setWmiProperty.write(call.m, item.o.className, name, value);
            }
        } else if (item.k === "object" && item.o.o === "connection" && table.entries.has("networkcategory")) {
            call.m.write("s:network-category", table.entries.get("networkcategory")!);
        }
    }
}

/** `wmic /namespace:\\root\cimv2\TerminalServices PATH Win32_TSGeneralSetting … Set|Call …` */
export function wmic(m: Machine, argv: readonly Val[]): void {
    const text = argv.map(asPath).join(" ").slice(0, 2000);
    if (/\/node:(?!"?(localhost|127\.0\.0\.1|\.)"?[\s/])/i.test(text)) {
        return;
    }
    const service = /\bservice\b.*?\bname\s*(?:=|like)\s*["']?([\w%]+)/i.exec(text)?.[1] ?? /\bservice\s+["']?(\w+)["']?\s+call\b/i.exec(text)?.[1];
    const call = /\bcall\s+(\w+)\s*\(?\s*([^)]*)\)?/i.exec(text);
    if (service !== undefined && call !== null) {
        callWmi(m, { o: "wmi", className: "win32_service", service: service.replaceAll("%", "*") }, call[1]!.toLowerCase(), values(call[2]!));
        return;
    }
    const className = /\b(win32_tsgeneralsetting|win32_terminalservicesetting)\b/i.exec(text)?.[1]?.toLowerCase() ?? (/\brdtoggle\b/i.test(text) ? "win32_terminalservicesetting" : undefined);
    if (className === undefined) {
        if (/\brdnic\b|\brdaccount\b/i.test(text) || call === null) {
            return;
        }
        return;
    }
    if (call !== null) {
        callWmi(m, { o: "wmi", className }, call[1]!.toLowerCase(), values(call[2]!));
        return;
    }
    for (const [, name, value] of (/\bset\s+(.*)$/i.exec(text)?.[1] ?? "").matchAll(/(\w+)\s*=\s*["']?([^"',\s]*)["']?/g)) {
        setWmiProperty.write(m, className, name!.toLowerCase(), str(value!));
    }
}

const values = (text: string): Val[] =>
    text
        .split(/[\s,]+/)
        .filter((w) => w !== "")
        .map((w) => str(w.replace(/^\w+=/, "").replace(/["']/g, "")));
