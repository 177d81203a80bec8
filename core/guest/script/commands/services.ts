import { lookup } from "../lookup";
import { settingById } from "../../settings";
import { Bound, Call, Handler } from "../call";
import { Machine } from "../machine";
import { wildcard } from "../glob";
import { userRemoved } from "./profiles";
import { netAccounts } from "./rights";
import { asPattern, asString, HOLE, notKnown, str, thing, Val } from "../value";

/** Services that the settings table knows, by lower-case name, and the display names that scripts use for them. */
const displayNames = lookup<string>({
    "remote desktop services": "TermService",
    "remote desktop configuration": "SessionEnv",
    "remote desktop services usermode port redirector": "UmRdpService",
    "certificate propagation": "CertPropSvc",
    "cng key isolation": "KeyIso",
    "cryptographic services": "CryptSvc",
    "windows firewall": "mpssvc",
    "windows defender firewall": "mpssvc",
    "base filtering engine": "BFE",
    "dhcp client": "Dhcp",
    "network store interface service": "nsi",
});
const known = ["TermService", "UmRdpService", "SessionEnv", "CertPropSvc", "KeyIso", "CryptSvc", "Dhcp", "nsi", "BFE", "mpssvc"];

export const serviceCommands: Record<string, Handler> = {
    "set-service": setService,
    "new-service": () => [],
    "stop-service": (call) => changeState(call, "stopped"),
    "start-service": (call) => changeState(call, "running"),
    "restart-service": (call) => changeState(call, "running"),
    "resume-service": (call) => changeState(call, "running"),
    "suspend-service": (call) => changeState(call, "stopped"),
    "remove-service": (call) => namesOf(call, call.bind(signature)).forEach((name) => setStart(call.m, name, str("disabled"))),
    "get-service": (call) => {
        const bound = call.bind(signature);
        const names = namesOf(call, bound);
        return names.length > 0 ? names.map((name) => thing({ o: "service", name })) : [notKnown("a service is looked up when the script runs")];
    },
    sc: (call) => sc(call.m, call.argv()),
    net: (call) => net(call.m, call.argv()),
    net1: (call) => net(call.m, call.argv()),
};

const signature = "Name|ServiceName DisplayName|DN StartupType|StartMode|SST|ST ; InputObject Status Description Include Exclude SecurityDescriptorSddl *Force *NoWait *DependentServices *RequiredServices";

function namesOf(call: Call, bound: Bound): string[] {
    const given = bound.has("Name") ? bound.list("Name") : bound.has("DisplayName") ? bound.list("DisplayName") : bound.has("InputObject") ? bound.list("InputObject") : (call.input ?? []);
    return given.flatMap((v) => services(call.m, v));
}

/** The services that a name, a display name or a wildcard means. Names not in the table stay as they are. */
function services(m: Machine, v: Val): string[] {
    const text = asString(v);
    if (text === undefined) {
        const fits = wildcard(asPattern(v).replaceAll(HOLE, "*"));
        if (asPattern(v) !== HOLE) {
            known.filter(fits).forEach((name) => ["start", "state"].forEach((aspect) => m.writeUnknown(`s:service-${name.toLowerCase()}-${aspect}`, "which service is meant is known only when the script runs")));
        }
        return [];
    }
    const fits = wildcard(text.trim());
    const hits = new Set([...known.filter(fits), ...Object.entries(displayNames).flatMap(([display, name]) => (fits(display) ? [name] : []))]);
    return hits.size > 0 ? [...hits] : [text];
}

function setService(call: Call): void {
    const bound = call.bind(signature.replace("DisplayName|DN StartupType|StartMode|SST|ST ;", "StartupType|StartMode|SST|ST ; DisplayName|DN"));
    if (bound.idle) {
        return;
    }
    const given = bound.has("Name") ? bound.list("Name") : bound.has("InputObject") ? bound.list("InputObject") : (call.input ?? []);
    for (const name of given.flatMap((v) => services(call.m, v))) {
        const start = bound.get("StartupType");
        if (start !== undefined) {
            setStart(call.m, name, start);
        }
        const status = bound.get("Status");
        if (status !== undefined) {
            setState(call.m, name, /^stop/i.test(asString(status) ?? "") ? str("stopped") : /^run/i.test(asString(status) ?? "") ? str("running") : notKnown("its status is computed when the script runs"));
        }
    }
}

function changeState(call: Call, state: "running" | "stopped"): void {
    const bound = call.bind("Name|ServiceName ; DisplayName|DN InputObject Include Exclude *Force *NoWait");
    if (!bound.idle) {
        namesOf(call, bound).forEach((name) => setState(call.m, name, str(state)));
    }
}

/** The session port redirector depends on TermService: it stops and starts with it. */
function setState(m: Machine, name: string, state: Val): void {
    for (const service of name.toLowerCase() === "termservice" && asString(state) === "stopped" ? [name, "UmRdpService"] : [name]) {
        put(m, `s:service-${service.toLowerCase()}-state`, state);
    }
    if (name.toLowerCase() === "termservice" && asString(state) === "running" && m.slot("s:service-umrdpservice-state") !== undefined) {
        put(m, "s:service-umrdpservice-state", state);
    }
}

function setStart(m: Machine, name: string, start: Val): void {
    put(m, `s:service-${name.toLowerCase()}-start`, start);
}

function put(m: Machine, slot: string, value: Val): void {
    if (settingById(slot.slice(2)) !== undefined) {
        m.write(slot, value);
    }
}

export function serviceState(m: Machine, name: string): Val {
    return m.current(`s:service-${name.toLowerCase()}-state`, `the state of ${name}`);
}

export function startOf(m: Machine, name: string): Val {
    return m.current(`s:service-${name.toLowerCase()}-start`, `the start type of ${name}`);
}

/** `sc.exe config|stop|start|failure|delete NAME …` */
export function sc(m: Machine, argv: readonly Val[]): void {
    const words = argv.map(asPattern);
    if (/^\\\\/.test(words[0] ?? "")) {
        return;
    }
    const verb = words[0]?.toLowerCase();
    const service = argv[1];
    if (service === undefined) {
        return;
    }
    for (const name of services(m, service)) {
        switch (verb) {
            case "stop":
                setState(m, name, str("stopped"));
                break;
            case "start":
                setState(m, name, str("running"));
                break;
            case "delete":
                setStart(m, name, str("disabled"));
                break;
            case "config": {
                const start = option(argv, "start");
                if (start !== undefined) {
                    setStart(m, name, start);
                }
                break;
            }
            case "failure": {
                const actions = option(argv, "actions");
                if (actions !== undefined) {
                    const text = asString(actions);
                    put(m, `s:service-${name.toLowerCase()}-recovery`, text === undefined ? actions : str(/^restart\b/i.test(text) ? "restart" : "none"));
                }
                break;
            }
        }
    }
}

/** `start= disabled` and `start=disabled`. */
function option(argv: readonly Val[], name: string): Val | undefined {
    const at = argv.findIndex((v) => asPattern(v).toLowerCase().startsWith(`${name}=`));
    if (at < 0) {
        return undefined;
    }
    const word = asPattern(argv[at]!);
    return word.length > name.length + 1 ? (asString(argv[at]!) === undefined ? notKnown("an argument is computed when the script runs") : str(word.slice(name.length + 1))) : argv[at + 1];
}

/** `net stop|start NAME` */
export function net(m: Machine, argv: readonly Val[]): void {
    const verb = asPattern(argv[0] ?? str("")).toLowerCase();
    const service = argv[1];
    if (verb === "localgroup" || verb === "user") {
        const words = argv.map(asPattern);
        netAccounts(m, words);
        if (verb === "user" && words.some((w) => /^\/del(ete)?$/i.test(w))) {
            userRemoved(m, words[1] ?? "");
        }
        return;
    }
    if ((verb === "stop" || verb === "start") && service !== undefined) {
        services(m, service).forEach((name) => setState(m, name, str(verb === "stop" ? "stopped" : "running")));
    }
}
