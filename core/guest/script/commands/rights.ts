import { accountOf, numeric, remoteDesktopUsers, serviceStart, settings } from "../../settings";
import { Call, Handler } from "../call";
import { lookup } from "../lookup";
import { Machine } from "../machine";
import { runText } from "../text";
import { asList, asPath, asPattern, asString, HOLE, list, notKnown, num, str, thing, Val } from "../value";

/** User rights, by the constants that scripts and security templates name: the settings of rdp-domain §2.20. */
const rights = lookup<string>(Object.fromEntries(settings.flatMap((s) => (s.place.kind === "user-right" ? [[s.place.right.toLowerCase(), s.id]] : []))));
const rightName = new RegExp(Object.keys(rights).join("|"), "i");

/** User rights and local groups: who may log on. */
export const rightCommands: Record<string, Handler> = {
    secedit,
    ntrights: (call) => ntrights(call.m, call.argv()),
    "grant-userright": (call) => byModule(call, "add"),
    "revoke-userright": (call) => byModule(call, "remove"),
    "grant-privilege": (call) => byModule(call, "add"),
    "grant-cprivilege": (call) => byModule(call, "add"),
    "revoke-privilege": (call) => byModule(call, "remove"),
    "revoke-cprivilege": (call) => byModule(call, "remove"),
    "get-localgroupmember": (call) => {
        const bound = call.bind("Group|Name Member ; SID");
        const group = bound.text("Group") ?? bound.text("SID");
        return [group !== undefined && accountOf(group) === remoteDesktopUsers && !bound.has("Member") ? thing({ o: "members", group: remoteDesktopUsers }) : notKnown("a group's members are looked up when the script runs")];
    },
    "add-localgroupmember": (call) => group(call, "added"),
    "remove-localgroupmember": (call) => group(call, "emptied"),
};

/** Adds to or takes from a right's accounts, on top of what the script or Windows has there. */
function changeRight(m: Machine, right: Val, account: Val, how: "add" | "remove"): void {
    const name = asPattern(right);
    const id = rights[name.toLowerCase()];
    if (id === undefined) {
        rightNamed(m, name);
        return;
    }
    const slot = `s:${id}`;
    const denies = id.startsWith("right-deny");
    const found = m.slot(slot);
    const before = found === undefined || found.value.state === "absent" ? (settings.find((s) => s.id === id)?.default ?? []) : found.value.state === "known" ? found.value.value : undefined;
    const names = asList(account).map(asString);
    if (!Array.isArray(before) || names.some((n) => n === undefined)) {
        // One more who may, or one fewer who may not, locks nobody out.
        if (denies === (how === "add") || !Array.isArray(before)) {
            m.writeUnknown(slot, "whose right it changes is known only when the script runs");
        }
        return;
    }
    const accounts = before.map(String).filter((a) => !names.some((n) => accountOf(n!) === a));
    m.write(slot, list([...accounts, ...(how === "add" ? names.map((n) => accountOf(n!)) : [])].map(str)));
}

/** Replaces the accounts of a right, as a security template does. */
function setRight(m: Machine, name: string, accounts: string): void {
    const id = rights[name.toLowerCase()];
    if (id === undefined) {
        return;
    }
    if (accounts.includes(HOLE)) {
        m.writeUnknown(`s:${id}`, "the accounts are computed when the script runs");
        return;
    }
    m.write(`s:${id}`, list(accounts.split(",").map(accountOf).filter((a) => a !== "").map(str)));
}

/** Something that is not followed names a user right: afterwards nobody knows who has it. */
export function rightNamed(m: Machine, text: string): boolean {
    const name = rightName.exec(text.slice(0, 2000))?.[0].toLowerCase();
    if (name === undefined) {
        return false;
    }
    m.writeUnknown(`s:${rights[name]!}`, "what changes the right is not followed");
    return true;
}

/** `ntrights +r RIGHT -u ACCOUNT`, `-r` to take it away, `-m \\HOST` for another machine. */
function ntrights(m: Machine, argv: readonly Val[]): void {
    const words = argv.map(asPattern);
    const after = (option: string): Val | undefined => {
        const at = words.findIndex((w) => w.toLowerCase() === option);
        return at < 0 ? undefined : argv[at + 1];
    };
    const account = after("-u");
    const [add, remove] = [after("+r"), after("-r")];
    if (after("-m") === undefined && account !== undefined && (add ?? remove) !== undefined) {
        changeRight(m, (add ?? remove)!, account, add === undefined ? "remove" : "add");
    }
}

/** The cmdlets of Carbon and of UserRights.ps1, which name account and right alike. */
function byModule(call: Call, how: "add" | "remove"): void {
    const bound = call.bind("Account|Identity|Username|UserName Right|Privilege|UserRight ; Computer");
    if (bound.idle || bound.has("Computer")) {
        return;
    }
    bound.list("Right").forEach((right) => changeRight(call.m, right, bound.get("Account") ?? notKnown(""), how));
}

/** Members of Remote Desktop Users: some join it, or all of them are taken out. */
function group(call: Call, how: "added" | "emptied"): void {
    const bound = call.bind("Group|Name Member ; SID");
    const name = bound.text("Group") ?? bound.text("SID");
    const members = [...bound.list("Member"), ...(call.input ?? [])];
    if (bound.idle || name === undefined || accountOf(name) !== remoteDesktopUsers) {
        return;
    }
    if (how === "added" || members.some((v) => v.k === "object" && v.o.o === "members")) {
        call.m.action(`remote-desktop-users-${how}`);
    }
}

/** `net localgroup "Remote Desktop Users" NAME /add`, `net user NAME /delete` */
export function netAccounts(m: Machine, words: readonly string[]): void {
    const [what, name = ""] = [words[0]?.toLowerCase(), words[1]];
    const option = (o: string) => words.some((w) => w.toLowerCase() === o);
    if (what === "localgroup" && accountOf(name) === remoteDesktopUsers && option("/add") && words.length > 3) {
        m.action("remote-desktop-users-added");
    }
}

/** A resource UserRightsAssignment of SecurityPolicyDsc. */
export function dscRight(m: Machine, policy: string, identity: Val, present: boolean, exact: boolean): void {
    const right = { allow_log_on_through_remote_desktop_services: "SeRemoteInteractiveLogonRight", deny_log_on_through_remote_desktop_services: "SeDenyRemoteInteractiveLogonRight", access_this_computer_from_the_network: "SeNetworkLogonRight", deny_access_to_this_computer_from_the_network: "SeDenyNetworkLogonRight" }[policy.toLowerCase().trim()];
    if (right === undefined) {
        return;
    }
    if (!exact) {
        changeRight(m, str(right), identity, present ? "add" : "remove");
        return;
    }
    const names = asList(identity).map(asString);
    setRight(m, right, names.some((n) => n === undefined) ? HOLE : names.join(","));
}

const exported = " (exported)";

/** Whether a script names anything of a security template that bears on Remote Desktop. */
const namesSecurity = (text: string): boolean => rightName.test(text) || /MACHINE\\|__members|privilege rights|registry values|service general/i.test(text);

/** `secedit /configure /cfg FILE`: applies a security template, which is read where this script wrote it. */
function secedit(call: Call): void {
    const words = call.argv().map(asPath);
    const after = (option: string): string | undefined => {
        const at = words.findIndex((w) => w.toLowerCase() === `/${option}` || w.toLowerCase() === `-${option}`);
        return at < 0 ? undefined : words[at + 1];
    };
    const does = (verb: string) => words.some((w) => w.toLowerCase() === `/${verb}` || w.toLowerCase() === `-${verb}`);
    const file = after("cfg");
    if (does("export") && file !== undefined) {
        runText.keepFile(call.m, file, notKnown("it is what the guest's own policy holds"));
        runText.keepFile(call.m, `${file}${exported}`, str(""));
        return;
    }
    if (!does("configure")) {
        return;
    }
    const content = file === undefined ? undefined : runText.file(call.m, file);
    const text = content === undefined ? "" : asPattern(content);
    if (!/^\s*\[/m.test(text) && file !== undefined && runText.file(call.m, `${file}${exported}`) !== undefined && !namesSecurity(call.i.source.text)) {
        // The guest's own policy, with something else edited in it: the complexity of passwords, mostly.
        return;
    }
    if (!/^\s*\[/m.test(text)) {
        call.m.note("secedit applies a security template whose content is not known");
        return;
    }
    const at = words.findIndex((w) => /^[/-]areas$/i.test(w));
    const areas = at < 0 ? undefined : words.slice(at + 1).join(" ").toUpperCase();
    const covers = (area: string) => areas === undefined || areas.includes(area);
    template(call.m, text, covers);
}

/** The sections of a security template that bear on Remote Desktop. */
function template(m: Machine, text: string, covers: (area: string) => boolean): void {
    let section = "";
    for (const raw of text.split(/\r?\n/)) {
        const line = raw.trim();
        const head = /^\[([^\]]*)\]/.exec(line);
        if (head !== null) {
            section = head[1]!.trim().toLowerCase();
            continue;
        }
        const at = line.indexOf("=");
        const [name, value] = at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
        if (line === "" || line.startsWith(";")) {
            continue;
        }
        if (section === "privilege rights" && covers("USER_RIGHTS")) {
            setRight(m, name, value);
        } else if (section === "registry values" && covers("SECURITYPOLICY")) {
            registryValue(m, name, value);
        } else if (section === "group membership" && covers("GROUP_MGMT")) {
            const member = /^(.*)__members$/i.exec(name)?.[1];
            if (member !== undefined && accountOf(member) === remoteDesktopUsers) {
                m.action(`remote-desktop-users-${value === "" ? "emptied" : "added"}`);
            }
        } else if (section === "service general setting" && covers("SERVICES")) {
            const [service = "", start = ""] = line.split(",").map((w) => w.trim().replace(/"/g, ""));
            if (serviceStart(start) !== undefined && settings.some((s) => s.id === `service-${service.toLowerCase()}-start`)) {
                m.write(`s:service-${service.toLowerCase()}-start`, str(start));
            }
        }
    }
}

/** `MACHINE\System\…\Lsa\DisableRestrictedAdmin=4,0`: type (1 text, 4 number, 7 list) and data. */
function registryValue(m: Machine, name: string, value: string): void {
    const path = name.replace(/^machine\\/i, "HKLM\\");
    const at = path.lastIndexOf("\\");
    const [, type, data = ""] = /^(\d)\s*,\s*(.*)$/.exec(value) ?? [];
    if (at < 0 || type === undefined) {
        return;
    }
    const plain = data.replace(/^"|"$/g, "");
    const number = numeric(plain);
    const given = plain.includes(HOLE) ? notKnown("it is computed when the script runs", plain) : type === "4" && number !== undefined ? num(number) : type === "7" ? list(plain.split(",").map(str)) : str(plain);
    m.writeRegistry(str(path.slice(0, at)), str(path.slice(at + 1)), given);
}
