import { lookup } from "../lookup";
import { firewallProfileKeys, remoteDesktopRuleGroup } from "../../settings";
import { firewallProfileValues } from "../../settings/firewall";
import { Bound, Call, Handler } from "../call";
import { Machine } from "../machine";
import { reasonOf } from "../slots";
import { asPattern, asString, HOLE, notKnown, num, str, thing, Val } from "../value";
import { actionOf, add, addressesOf, allProfiles, change, directionOf, enabledOf, portsOf, profilesOf, protocolOf, remove, RuleChange, ruleKey, select, selectedRules, Selection, ruleAt } from "./firewall-rules";
import { known } from "../../../known";

type Profile = "domain" | "private" | "public";

const selectors = "Name|ID|InstanceID ; DisplayName DisplayGroup Group|RuleGroup InputObject *All PolicyStore GPOSession *TracePolicyStore AssociatedNetLayerProfile Direction Action Enabled";
const properties = "NewDisplayName Description Profile Platform Direction Action EdgeTraversalPolicy LooseSourceMapping LocalOnlyMapping LocalUser RemoteUser RemoteMachine Owner Authentication Encryption Protocol LocalPort RemotePort IcmpType DynamicTarget LocalAddress RemoteAddress Program Package Service InterfaceAlias InterfaceType Enabled";
const setSignature = `Name|ID|InstanceID ; DisplayName DisplayGroup Group|RuleGroup InputObject *All PolicyStore GPOSession ${properties}`;
const newSignature = `; Name|ID|InstanceID DisplayName Group PolicyStore GPOSession ${properties.replace("NewDisplayName ", "")}`;
const profileSignature =
    "Profile|Name ; *All InputObject PolicyStore GPOSession Enabled DefaultInboundAction DefaultOutboundAction AllowInboundRules AllowLocalFirewallRules AllowLocalIPsecRules AllowUserApps AllowUserPorts AllowUnicastResponseToMulticast NotifyOnListen EnableStealthModeForIPsec LogFileName LogMaxSizeKilobytes LogAllowed LogBlocked LogIgnored DisabledInterfaceAliases";

export const firewallCommands: Record<string, Handler> = {
    "new-netfirewallrule": newRule,
    "set-netfirewallrule": (call) => {
        const bound = call.bind(setSignature);
        if (!bound.idle) {
            change(call.m, chosen(call, bound), changeOf(bound));
        }
    },
    "enable-netfirewallrule": (call) => toggle(call, true),
    "disable-netfirewallrule": (call) => toggle(call, false),
    "remove-netfirewallrule": (call) => {
        const bound = call.bind(selectors);
        if (!bound.idle) {
            remove(call.m, chosen(call, bound));
        }
    },
    "get-netfirewallrule": getRule,
    "show-netfirewallrule": getRule,
    "get-netfirewallportfilter": passRules,
    "get-netfirewalladdressfilter": passRules,
    "set-netfirewallportfilter": (call) => filterOf(call, "Protocol LocalPort RemotePort IcmpType DynamicTarget"),
    "set-netfirewalladdressfilter": (call) => filterOf(call, "LocalAddress RemoteAddress"),
    "set-netfirewallprofile": setProfile,
    "get-netfirewallprofile": (call) => {
        const names = call.bind(profileSignature).list("Profile");
        return (names.length === 0 ? allProfiles.map((p) => str(p)) : names).map((name) => thing({ o: "firewall-profile", profile: asPattern(name) }));
    },
    netsh: (call) => netsh(call.m, call.argv()),
};

function newRule(call: Call): readonly Val[] {
    const bound = call.bind(newSignature);
    if (bound.idle) {
        return [];
    }
    const [name, display] = [bound.get("Name"), bound.get("DisplayName")];
    const given = name ?? display;
    if (given === undefined) {
        return [];
    }
    const text = asPattern(given).replaceAll(HOLE, "…");
    const label = display === undefined ? text : asPattern(display).replaceAll(HOLE, "…");
    add(call.m, text, label, bound.text("Group") ?? "", changeOf(bound));
    return [thing({ o: "rule", key: ruleKey(text) })];
}

function changeOf(bound: Bound): RuleChange {
    const read = <T>(name: string, of: (v: Val) => T): T | undefined => {
        const value = bound.get(name);
        return value === undefined ? undefined : of(value);
    };
    return without({
        enabled: read("Enabled", enabledOf),
        direction: read("Direction", directionOf),
        action: read("Action", actionOf),
        protocol: read("Protocol", protocolOf),
        ports: read("LocalPort", portsOf),
        profiles: read("Profile", profilesOf),
        remoteAddresses: read("RemoteAddress", addressesOf),
    });
}

/** Drops what is undefined. */
function without(change: { readonly [K in keyof RuleChange]: RuleChange[K] | undefined }): RuleChange {
    return Object.fromEntries(Object.entries(change).filter(([, v]) => v !== undefined)) as RuleChange;
}

/** The rules that a cmdlet is told to work on. */
function chosen(call: Call, bound: Bound): Selection {
    for (const [parameter, by] of [["Name", "name"], ["DisplayName", "displayName"], ["DisplayGroup", "displayGroup"], ["Group", "group"]] as const) {
        if (bound.has(parameter)) {
            return select(call.m, by, bound.list(parameter));
        }
    }
    if (bound.flag("All")) {
        return select(call.m, "all", []);
    }
    return ofObjects(call, bound.has("InputObject") ? bound.list("InputObject") : (call.input ?? []));
}

function ofObjects(call: Call, objects: readonly Val[]): Selection {
    const keys: string[] = [];
    const ifDisabled = new Set<string>();
    let unsure: string | undefined;
    for (const item of objects) {
        keys.push(...selectedRules(call.m, item));
        if (item.k === "object" && item.o.o === "rule" && item.o.ifDisabled === true) {
            ifDisabled.add(item.o.key);
        }
        if (item.k === "unknown") {
            unsure = item.why;
            if (item.pattern !== undefined) {
                keys.push(item.pattern);
            }
        }
    }
    return { keys: [...new Set(keys)], ifDisabled, ...(unsure === undefined ? {} : { unsure }) };
}

function toggle(call: Call, enabled: boolean): void {
    const bound = call.bind(selectors);
    if (!bound.idle) {
        change(call.m, chosen(call, bound), { enabled: known(enabled) });
    }
}

function getRule(call: Call): readonly Val[] {
    const bound = call.bind(selectors);
    for (const [parameter, by] of [["Name", "name"], ["DisplayName", "displayName"], ["DisplayGroup", "displayGroup"], ["Group", "group"]] as const) {
        if (bound.has(parameter)) {
            const { keys, unsure } = select(call.m, by, bound.list(parameter));
            if (unsure !== undefined) {
                return [notKnown(unsure)];
            }
            // A rule that neither Windows ships for RDP nor this script has made is taken not to be there.
            return keys.map((key) => thing({ o: "rule", key }));
        }
    }
    const filtered = bound.has("Direction") || bound.has("Action") || bound.has("Enabled");
    return filtered ? [notKnown("which rules are meant is known only when the script runs")] : [thing({ o: "rules", select: { by: "all", values: [] } })];
}

function passRules(call: Call): readonly Val[] {
    return call.input ?? call.bind("; AssociatedNetFirewallRule *All").list("AssociatedNetFirewallRule");
}

function filterOf(call: Call, names: string): void {
    const bound = call.bind(`; InputObject ${names}`);
    if (!bound.idle) {
        change(call.m, ofObjects(call, bound.has("InputObject") ? bound.list("InputObject") : (call.input ?? [])), changeOf(bound));
    }
}

// --- profiles

export function writeProfile(m: Machine, profiles: readonly Profile[], aspect: keyof typeof firewallProfileValues, value: Val): void {
    for (const profile of profiles) {
        m.write(m.slotOf(firewallProfileKeys(profile).local, firewallProfileValues[aspect]), value);
    }
}

function setProfile(call: Call): void {
    const bound = call.bind(profileSignature);
    if (bound.idle) {
        return;
    }
    const objects = bound.has("InputObject") ? bound.list("InputObject") : (call.input ?? []);
    const piped = objects.flatMap((v) => (v.k === "object" && v.o.o === "firewall-profile" ? [str(v.o.profile)] : []));
    const given = bound.get("Profile") ?? (piped.length > 0 ? { k: "list" as const, items: piped } : undefined);
    const named = given === undefined ? known(allProfiles) : profilesOf(given);
    const profiles = named.state === "known" ? named.value : allProfiles;
    const value = (parameter: string, yes: number, no: number): Val | undefined => {
        const v = bound.get(parameter);
        if (v === undefined) {
            return undefined;
        }
        const on = enabledOf(v);
        return named.state !== "known" ? notKnown(named.reason) : on.state === "known" ? { ...num(on.value ? yes : no), ...("src" in v && v.src ? { src: v.src } : {}) } : notKnown(reasonOf(v, on.reason));
    };
    const write = (aspect: keyof typeof firewallProfileValues, v: Val | undefined) => v && writeProfile(call.m, profiles, aspect, v);
    if (!/notconfigured/i.test(bound.text("AllowInboundRules") ?? "")) {
        write("block-all-inbound", value("AllowInboundRules", 0, 1));
    }
    if (!/notconfigured/i.test(bound.text("AllowLocalFirewallRules") ?? "")) {
        write("local-rules", value("AllowLocalFirewallRules", 1, 0));
    }
    if (!/notconfigured/i.test(bound.text("Enabled") ?? "")) {
        write("enabled", value("Enabled", 1, 0));
    }
}

// --- netsh

/** `netsh advfirewall …` and the older `netsh firewall …` */
export function netsh(m: Machine, argv: readonly Val[]): void {
    const words = argv.map((v) => asPattern(v));
    const lower = words.map((w) => w.toLowerCase());
    if (lower[0] === "-r" || lower.includes("-r")) {
        return;
    }
    if (lower[0] === "advfirewall") {
        if (lower[1] === "firewall") {
            netshRule(m, lower[2] ?? "", argv.slice(lower[3]?.startsWith("rule") ? 4 : 3));
        } else if (lower[1] === "set") {
            netshProfile(m, lower[2] ?? "", lower.slice(3));
        } else if (lower[1] === "reset") {
            allProfiles.forEach((p) => {
                writeProfile(m, [p], "enabled", num(1));
                writeProfile(m, [p], "block-all-inbound", num(0));
            });
            change(m, select(m, "group", [str(remoteDesktopRuleGroup)]), { enabled: known(false) });
        } else if (lower[1] === "import") {
            m.note("imports a firewall policy whose content is not known");
        }
    } else if (lower[0] === "firewall") {
        netshOld(m, lower.slice(1), argv.slice(1));
    }
}

function netshRule(m: Machine, verb: string, argv: readonly Val[]): void {
    const filters = new Map<string, Val>();
    const changes = new Map<string, Val>();
    let into = verb === "add" ? changes : filters;
    for (const arg of argv) {
        const text = asPattern(arg);
        const at = text.indexOf("=");
        if (/^new$/i.test(text)) {
            into = changes;
        } else if (at > 0) {
            const value = text.slice(at + 1).trim().replace(/^"|"$/g, "");
            into.set(text.slice(0, at).trim().toLowerCase(), value.includes(HOLE) ? notKnown(reasonOf(arg, "an argument is computed when the script runs"), value) : str(value));
        }
    }
    const read = <T>(name: string, of: (v: Val) => T): T | undefined => (changes.has(name) ? of(changes.get(name)!) : undefined);
    const what = without({
        enabled: read("enable", enabledOf),
        direction: read("dir", directionOf),
        action: read("action", actionOf),
        protocol: read("protocol", protocolOf),
        ports: read("localport", portsOf),
        profiles: read("profile", profilesOf),
        remoteAddresses: read("remoteip", addressesOf),
    });
    const name = filters.get("name") ?? changes.get("name");
    if (verb === "add" && name !== undefined) {
        const text = asPattern(name).replaceAll(HOLE, "…");
        add(m, text, text, "", what);
        return;
    }
    const group = filters.get("group");
    const all = name !== undefined && /^all$/i.test(asPattern(name));
    const found = group !== undefined ? byGroup(m, group) : name === undefined ? { keys: [] } : all ? select(m, "all", []) : byName(m, name);
    if (verb === "set") {
        change(m, found, what);
    } else if (verb === "delete") {
        remove(m, narrowed(m, found, filters));
    }
}

/** netsh takes the name of a group in the language of Windows, or its resource name. */
function byGroup(m: Machine, group: Val): Selection {
    const byResource = select(m, "group", [group]);
    return byResource.keys.length > 0 || byResource.unsure !== undefined ? byResource : select(m, "displayGroup", [group]);
}

/** netsh's `name=` is the display name. */
function byName(m: Machine, name: Val): Selection {
    const display = select(m, "displayName", [name]);
    return display.keys.length > 0 ? display : select(m, "name", [name]);
}

/** `delete rule name=all protocol=tcp localport=3389` deletes just the rules that fit the other filters too. */
function narrowed(m: Machine, found: Selection, filters: ReadonlyMap<string, Val>): Selection {
    const port = filters.get("localport");
    const protocol = filters.get("protocol");
    const wanted = port && portsOf(port);
    const proto = protocol && protocolOf(protocol);
    const fits = (key: string): boolean => {
        const rule = ruleAt(m, key);
        const ports = !wanted || wanted.state !== "known" || (rule?.ports.state === "known" && JSON.stringify(rule.ports.value) === JSON.stringify(wanted.value));
        return ports && (!proto || proto.state !== "known" || (rule?.protocol.state === "known" && rule.protocol.value === proto.value));
    };
    return { ...found, keys: found.keys.filter(fits) };
}

const profileNames = lookup<readonly Profile[]>({ allprofiles: allProfiles, domainprofile: ["domain"], privateprofile: ["private"], publicprofile: ["public"], currentprofile: allProfiles });

function netshProfile(m: Machine, which: string, words: readonly string[]): void {
    const profiles = profileNames[which];
    if (profiles === undefined) {
        return;
    }
    const current = which === "currentprofile" ? notKnown("which profile is current is known only when the script runs") : undefined;
    const [what, value = ""] = words;
    const write = (aspect: keyof typeof firewallProfileValues, n: number) => writeProfile(m, profiles, aspect, current ?? num(n));
    if (what === "state" && /^(on|off|notconfigured)$/.test(value)) {
        write("enabled", value === "off" ? 0 : 1);
    } else if (what === "firewallpolicy") {
        const inbound = value.split(",")[0]!.trim();
        if (/^(blockinbound|blockinboundalways|allowinbound)$/.test(inbound)) {
            write("block-all-inbound", inbound === "blockinboundalways" ? 1 : 0);
        }
    } else if (what === "settings" && value === "localfirewallrules") {
        write("local-rules", words[2] === "disable" ? 0 : 1);
    }
}

/** `netsh firewall set service remotedesktop enable`, `set opmode disable`, `add portopening TCP 3389 RDP` */
function netshOld(m: Machine, words: readonly string[], argv: readonly Val[]): void {
    const rest = words.slice(2).map((w) => w.replace(/^\w+=/, ""));
    const scope = words.find((w) => /^profile=/.test(w))?.slice(8) ?? rest[3];
    const profiles = scope === "domain" ? (["domain"] as const) : scope === "standard" ? (["private", "public"] as const) : allProfiles;
    if (words[0] === "set" && words[1] === "service" && (rest[0] === "remotedesktop" || rest[0] === "all")) {
        change(m, select(m, "group", [str(remoteDesktopRuleGroup)]), { enabled: known(rest[1] !== "disable"), profiles: known(profiles) });
    } else if (words[0] === "set" && words[1] === "opmode") {
        writeProfile(m, allProfiles, "enabled", num(rest[0] === "disable" ? 0 : 1));
    } else if (words[0] === "add" && words[1] === "portopening") {
        const [protocol, port, name] = argv.slice(2).map((v) => str(asPattern(v).replace(/^\w+=/, "")));
        if (protocol !== undefined && port !== undefined) {
            const label = asString(name ?? port) ?? "";
            add(m, label, label, "", { protocol: protocolOf(protocol), ports: portsOf(port) });
        }
    }
}
