import { lookup } from "../lookup";
import { registryKeys, remoteDesktopRuleGroup } from "../../settings";
import { known } from "../../../known";
import { Call, Handler } from "../call";
import { asString, num, str, Val } from "../value";
import { change, select } from "./firewall-rules";

/** Roles, session collections, policies, helpers of boxstarter, restarts. */
export const roleCommands: Record<string, Handler> = {
    "install-windowsfeature": installFeature,
    "add-windowsfeature": installFeature,
    "enable-windowsoptionalfeature": () => [],
    "set-rdsessioncollectionconfiguration": collection,
    "set-rdlicenseconfiguration": licensing,
    "enable-remotedesktop": enableRemoteDesktop,
    "disable-remotedesktop": () => [],
    lgpo: (call) => call.m.note("LGPO applies policies that are not known"),
    "invoke-gpupdate": () => [],
    "set-gpregistryvalue": () => [],
    "add-computer": joinDomain,
    netdom: (call) => {
        if (/^join$/i.test(asString(call.argv()[0] ?? str("")) ?? "")) {
            call.m.action("domain-joined");
        }
    },
    djoin: (call) => {
        if (call.argv().some((v) => /^[/-]requestodj$/i.test(asString(v) ?? ""))) {
            call.m.action("domain-joined");
        }
    },
    "restart-computer": restart,
    "stop-computer": restart,
    shutdown: (call) => {
        if (call.args.some((a) => a.t === "argument" && /^[/-](r|s|g)$/i.test(asString(a.value) ?? "")) || call.args.some((a) => a.t === "parameter" && /^(r|s|g)$/i.test(a.name))) {
            call.m.action("restart");
        }
    },
    "set-tlsciphersuite": () => [],
};

function restart(call: Call): void {
    if (!call.bind("ComputerName|CN ; *Force *Wait Timeout Delay Protocol").idle) {
        call.m.action("restart");
    }
}

/** A member of a domain has other licences, other accounts, and policies that no stack shows. */
function joinDomain(call: Call): void {
    const bound = call.bind("DomainName|DN|Domain ; WorkgroupName|WGN OUPath Server NewName LocalCredential UnjoinDomainCredential Options *Restart *Force");
    if (!bound.idle && (bound.has("DomainName") || bound.has("WorkgroupName"))) {
        call.m.action(bound.has("DomainName") ? "domain-joined" : "workgroup-joined");
    }
    if (bound.flag("Restart")) {
        call.m.action("restart");
    }
}

function installFeature(call: Call): void {
    const bound = call.bind("Name ; *IncludeAllSubFeature *IncludeManagementTools Source LogPath *Restart Vhd ConfigurationFilePath *Remove");
    for (const name of bound.list("Name")) {
        const text = asString(name) ?? "";
        if (/^rds-rd-server$/i.test(text)) {
            call.m.action("rds-session-host-installed");
        } else if (/^(rds-|remote-desktop-services)/i.test(text)) {
            call.m.action("rds-role-installed");
            if (/^rds-gateway$/i.test(text)) {
                call.m.action("rd-gateway-installed");
            }
        }
    }
    if (bound.flag("Restart")) {
        call.m.action("restart");
    }
}

const minutes = (v: Val): Val => (v.k === "number" ? { ...v, v: v.v * 60_000 } : v);

/** A collection's configuration lands on every session host of it. */
function collection(call: Call): void {
    const bound = call.bind(
        "CollectionName ; CollectionDescription UserGroup ClientDeviceRedirectionOptions MaxRedirectedMonitors ClientPrinterRedirected RDEasyPrintDriverEnabled ClientPrinterAsDefault TemporaryFoldersPerSession BrokenConnectionAction TemporaryFoldersDeletedOnExit AutomaticReconnectionEnabled ActiveSessionLimitMin DisconnectedSessionLimitMin IdleSessionLimitMin AuthenticateUsingNLA EncryptionLevel SecurityLayer LoadBalancing CustomRdpProperty ConnectionBroker *DisableUserProfileDisk",
    );
    const write = (parameter: string, value: string, of: (v: Val) => Val) => {
        const given = bound.get(parameter);
        if (given !== undefined) {
            call.m.write(call.m.slotOf(registryKeys.listener, value), of(given));
        }
    };
    const word = (table: Record<string, number>) => (v: Val): Val => {
        const n = lookup(table)[(asString(v) ?? "").toLowerCase()];
        return n === undefined ? v : num(n);
    };
    write("AuthenticateUsingNLA", "UserAuthentication", (v) => (v.k === "bool" ? { ...num(v.v ? 1 : 0), ...(v.src ? { src: v.src } : {}) } : v));
    write("SecurityLayer", "SecurityLayer", word({ rdp: 0, negotiate: 1, ssl: 2 }));
    write("EncryptionLevel", "MinEncryptionLevel", word({ low: 1, clientcompatible: 2, high: 3, fipscompliant: 4 }));
    write("ActiveSessionLimitMin", "MaxConnectionTime", minutes);
    write("DisconnectedSessionLimitMin", "MaxDisconnectionTime", minutes);
    write("IdleSessionLimitMin", "MaxIdleTime", minutes);
}

function licensing(call: Call): void {
    const bound = call.bind("; Mode LicenseServer ConnectionBroker *Force");
    const mode = lookup({ perdevice: 2, peruser: 4 })[(bound.text("Mode") ?? "").toLowerCase()];
    if (mode !== undefined) {
        call.m.write(call.m.slotOf(registryKeys.policy, "LicensingMode"), num(mode));
    }
    const servers = bound.get("LicenseServer");
    if (servers !== undefined) {
        const text = bound.list("LicenseServer").map(asString);
        call.m.write(call.m.slotOf(registryKeys.policy, "LicenseServers"), text.every((t) => t !== undefined) ? str(text.join(",")) : servers);
    }
}

/** Boxstarter's helper: allows connections and opens the firewall; NLA stays on unless told otherwise. */
function enableRemoteDesktop(call: Call): void {
    const bound = call.bind("; *DoNotRequireUserLevelAuthentication");
    call.m.write(call.m.slotOf(registryKeys.terminalServer, "fDenyTSConnections"), num(0));
    call.m.write(call.m.slotOf(registryKeys.listener, "UserAuthentication"), num(bound.flag("DoNotRequireUserLevelAuthentication") ? 0 : 1));
    change(call.m, select(call.m, "group", [str(remoteDesktopRuleGroup)]), { enabled: known(true) });
}
