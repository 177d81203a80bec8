import { lookup } from "../lookup";
import { networkCategory, registryKeys } from "../../settings";
import { Call, Handler } from "../call";
import { evaluate } from "../evaluate";
import { ScriptSource } from "../source";
import { asList, asString, NULL, num, str, Val } from "../value";
import { dispatch } from "../dispatch";
import { select } from "./firewall-rules";
import { dscRight } from "./rights";

type Properties = ReadonlyMap<string, Val>;

/** Resources of DSC configurations. Desired State Configuration applies them, so what they say is what the guest gets. */
export const dscResources = lookup<(call: Call, p: Properties) => void>({
    registry: registry,
    xregistry: registry,
    service: service,
    xservice: service,
    firewall: firewall,
    xfirewall: firewall,
    firewallprofile: (call, p) => run(call, "set-netfirewallprofile", p, { name: "Profile", enabled: "Enabled", allowinboundrules: "AllowInboundRules", allowlocalfirewallrules: "AllowLocalFirewallRules" }),
    netconnectionprofile: (call, p) => {
        const category = p.get("networkcategory");
        const text = category && asString(category);
        if (category !== undefined && (text === undefined || networkCategory(text) !== undefined)) {
            call.m.write("s:network-category", category);
        }
    },
    remotedesktopadmin: remoteDesktop,
    xremotedesktopadmin: remoteDesktop,
    windowsfeature: (call, p) => {
        if (present(p)) {
            run(call, "install-windowsfeature", p, { name: "Name" });
        }
    },
    userrightsassignment: (call, p) => dscRight(call.m, asString(p.get("policy") ?? NULL) ?? "", p.get("identity") ?? NULL, present(p), /^(true|\$true)$/i.test(asString(p.get("force") ?? NULL) ?? "")),
    computer: (call, p) => {
        if (p.has("domainname")) {
            call.m.action("domain-joined");
        }
    },
    script: (call, p) => {
        const set = p.get("setscript");
        if (set?.k === "block") {
            call.i.block(set, () => undefined);
        }
    },
});

/** `Node name { … }` and `Resource name { … }` inside a configuration. */
export const dscCommands: Record<string, Handler> = {
    node: (call) => {
        const block = call.args.flatMap((a) => (a.t === "argument" && a.value.k === "block" ? [a.value] : []))[0];
        if (block !== undefined) {
            call.i.block(block, () => undefined);
        }
    },
};

/** A resource's handler, where a command looks like one: a name and a block, and the name is a resource's. */
export function dscResource(call: Call): boolean {
    const last = call.args[call.args.length - 1];
    const handler = dscResources[call.name];
    if (handler === undefined || call.args.length > 2 || last?.t !== "argument" || last.value.k !== "block") {
        return false;
    }
    handler(call, propertiesOf(call, last.value));
    return true;
}

/** `Name = value` lines, which the parser takes for commands. */
function propertiesOf(call: Call, block: Extract<Val, { k: "block" }>): Properties {
    const found = new Map<string, Val>();
    call.i.within(block.source as ScriptSource, () => {
        for (const statement of block.block.body) {
            const command = statement.t === "pipeline" ? statement.elements[0] : undefined;
            if (command?.t !== "command") {
                continue;
            }
            const name = asString(evaluate(call.i, command.name)) ?? "";
            const at = name.indexOf("=");
            const args = command.args.flatMap((a) => (a.t === "argument" ? [a.value] : []));
            if (at > 0) {
                found.set(name.slice(0, at).toLowerCase(), at < name.length - 1 ? str(name.slice(at + 1)) : args[0] === undefined ? NULL : evaluate(call.i, args[0]));
            } else if (args.length >= 2) {
                found.set(name.toLowerCase(), evaluate(call.i, args[1]!));
            } else if (args.length === 1) {
                const text = asString(evaluate(call.i, args[0]!)) ?? "";
                found.set(name.toLowerCase(), str(text.replace(/^=/, "")));
            }
        }
    });
    return found;
}

const present = (p: Properties): boolean => !/^absent$/i.test(asString(p.get("ensure") ?? NULL) ?? "");

/** Runs the cmdlet that does what the resource does. */
function run(call: Call, name: string, p: Properties, names: Readonly<Record<string, string>>): void {
    const args = Object.entries(names).flatMap(([property, parameter]) => {
        const value = p.get(property);
        return value === undefined ? [] : [{ t: "parameter" as const, name: parameter, value }];
    });
    dispatch(call.i, name, args, undefined, "");
}

function registry(call: Call, p: Properties): void {
    const key = p.get("key");
    const name = p.get("valuename");
    if (key === undefined || name === undefined) {
        return;
    }
    const path = asString(key);
    const whole = path !== undefined && !/^(hk|registry::)/i.test(path) ? str(`HKLM:\\${path}`) : key;
    if (present(p)) {
        const data = asList(p.get("valuedata") ?? NULL);
        call.m.writeRegistry(whole, name, data.length === 1 ? data[0]! : (p.get("valuedata") ?? str("")));
    } else {
        call.m.removeRegistry(whole, name);
    }
}

function service(call: Call, p: Properties): void {
    run(call, "set-service", new Map([...p].map(([k, v]): [string, Val] => [k === "state" ? "status" : k, v])), { name: "Name", startuptype: "StartupType", status: "Status" });
}

function firewall(call: Call, p: Properties): void {
    const name = p.get("name");
    if (name === undefined) {
        return;
    }
    if (!present(p)) {
        run(call, "remove-netfirewallrule", p, { name: "Name" });
        return;
    }
    const isNew = select(call.m, "name", [name]).keys.length === 0;
    const fields = { enabled: "Enabled", profile: "Profile", direction: "Direction", action: "Action", protocol: "Protocol", localport: "LocalPort", remoteaddress: "RemoteAddress" };
    run(call, isNew ? "new-netfirewallrule" : "set-netfirewallrule", p, { name: "Name", ...(isNew ? { displayname: "DisplayName" } : {}), ...fields });
}

/** ComputerManagementDsc: Ensure turns Remote Desktop on or off, UserAuthentication is NLA. */
function remoteDesktop(call: Call, p: Properties): void {
    call.m.write(call.m.slotOf(registryKeys.terminalServer, "fDenyTSConnections"), num(present(p) ? 0 : 1));
    const nla = asString(p.get("userauthentication") ?? NULL)?.toLowerCase();
    if (nla === "secure" || nla === "nonsecure") {
        call.m.write(call.m.slotOf(registryKeys.listener, "UserAuthentication"), num(nla === "secure" ? 1 : 0));
    }
}
