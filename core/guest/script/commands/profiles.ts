import { normalRegistryKey } from "../../settings";
import { Call, Handler } from "../call";
import { Machine } from "../machine";
import { tidyPath } from "../paths";
import { asString, HOLE } from "../value";

/** Users, their profiles, and the antivirus. */
export const profileCommands: Record<string, Handler> = {
    "remove-ciminstance": removeInstances,
    "remove-wmiobject": removeInstances,
    "remove-localuser": (call) => call.bind("Name|InputObject ; SID").list("Name").forEach((v) => userRemoved(call.m, asString(v) ?? "")),
    "set-mppreference": (call) => {
        const bound = call.bind("; DisableRealtimeMonitoring|drtm *Force");
        const off = bound.get("DisableRealtimeMonitoring");
        if (off !== undefined && !bound.idle) {
            call.m.write("s:defender-realtime-off", off);
        }
    },
    "uninstall-windowsfeature": removeFeature,
    "remove-windowsfeature": removeFeature,
    "disable-windowsoptionalfeature": removeFeature,
};

const profileList = /^hklm\\software\\microsoft\\windows nt\\currentversion\\profilelist(?:\\(.*))?$/;

/** A registry key is removed, renamed or emptied: what becomes of ProfileList and of RDS' days of grace. */
export function goneKey(m: Machine, key: string): void {
    const normal = normalRegistryKey(key);
    const below = profileList.exec(normal);
    if (below !== null) {
        const sid = below[1]?.replace(/\\.*$/, "");
        if (sid === undefined || sid === "*" || /^s-1-5-(18|19|20)$/.test(sid)) {
            m.action("profile-list-removed");
        } else if (!sid.endsWith(".bak")) {
            m.action("user-profile-removed");
        }
    }
    if (/\\control\\terminal server\\rcm(\\graceperiod)?$/.test(normal)) {
        m.action("grace-period-reset");
    }
}

/** A value below RCM\GracePeriod is removed. */
export function goneValue(m: Machine, key: string): void {
    if (/\\control\\terminal server\\rcm\\graceperiod$/.test(normalRegistryKey(key))) {
        m.action("grace-period-reset");
    }
}

/** A file or folder is removed or renamed that is a user's profile, or what new profiles are made from. Files deeper inside are the user's own. */
export function goneProfile(m: Machine, path: string): void {
    const tidy = tidyPath(path).toLowerCase();
    const hive = /^(.*)\\ntuser\.dat\*?$/.exec(tidy);
    const folder = hive === null ? tidy : hive[1]!;
    const name = /^(?:c:|%systemdrive%)?\\users(?:\\([^\\]*))?$/.exec(folder)?.[1];
    const whole = hive === null && /^(?:c:|%systemdrive%)\\users(\\\*)?$/.test(tidy);
    if (whole || (name !== undefined && /^default$/.test(name))) {
        m.action("default-profile-removed");
    } else if (hive !== null || (name !== undefined && name !== "" && !/^(public|default user|all users|default\..*)$/.test(name))) {
        // Whoever removes the account with its folder leaves nothing behind.
        if (name === undefined || m.store.get(`u:${name}`) === undefined) {
            m.action("user-profile-removed");
            m.store.set("pf:", { e: "text", v: { k: "string", v: name ?? HOLE } });
        }
    }
}

export function userRemoved(m: Machine, name: string): void {
    const lower = name.trim().toLowerCase();
    m.store.set(`u:${lower}`, { e: "text", v: { k: "bool", v: true } });
    const last = m.store.get("pf:");
    if (last?.e === "text" && asString(last.v) === lower) {
        m.store.set("a:user-profile-removed", undefined);
    }
}

/** Removing Win32_UserProfile takes folder and registry key together, as Windows does it itself; without a filter, everybody's. */
function removeInstances(call: Call): void {
    const bound = call.bind("InputObject|CimInstance ; Query Namespace Class Path");
    if (bound.idle) {
        return;
    }
    const query = bound.text("Query");
    const items = [...(call.input ?? []), ...bound.list("InputObject")];
    const all = query === undefined ? items.some((v) => v.k === "object" && v.o.o === "profiles" && !v.o.filtered) : /\bfrom\s+win32_userprofile\s*$/i.test(query);
    if (all) {
        call.m.action("every-profile-removed");
    }
}

function removeFeature(call: Call): void {
    const bound = call.bind("Name|FeatureName ; *Online *Remove *Restart *NoRestart *IncludeManagementTools Path LogPath Vhd");
    if (bound.idle) {
        return;
    }
    if (bound.list("Name").some((v) => /^windows-defender(-features|-default-definitions)?$/i.test(asString(v) ?? ""))) {
        call.m.action("defender-removed");
    }
    if (bound.list("Name").some((v) => /^rds-rd-server$/i.test(asString(v) ?? ""))) {
        call.m.store.set("a:rds-session-host-installed", undefined);
    }
    if (bound.flag("Restart")) {
        call.m.action("restart");
    }
}
