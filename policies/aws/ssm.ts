import { Known, isKnown, known, unknown } from "../../core/known";
import { isPresent, membersOf, read, readString } from "../value";
import { parseYaml } from "./user-data";

/** What an association hands to a document, by name; not known where the whole of it is not. */
export type Parameters = ReadonlyMap<string, Known<string>> | Exclude<Known<never>, { state: "known" }>;

/**
 * The PowerShell scripts of an SSM document's content, JSON or YAML, schema 1.2 and 2.x. `{{ name }}` becomes the value that the
 * association gives, else the parameter's default; where neither is known it stays, and the script reader knows it for a gap.
 */
export function documentScripts(content: string, given: Parameters): string[] {
    const root = content.trimStart().startsWith("{") ? parseJson(content) : parseYaml(content);
    const steps = list(member(root, "mainSteps")).filter((s) => member(s, "action") === "aws:runPowerShellScript" && forWindows(s));
    const legacy = list(member(member(member(root, "runtimeConfig"), "aws:runPowerShellScript"), "properties"));
    return [...steps.map((s) => member(member(s, "inputs"), "runCommand")), ...legacy.map((p) => member(p, "runCommand"))]
        .map(lines)
        .flatMap((s) => (s === undefined ? [] : [s.includes("{{") ? filled(s, member(root, "parameters"), given) : s]));
}

function filled(script: string, declared: unknown, given: Parameters): string {
    return script.replace(/\{\{\s*([\w-]+)\s*\}\}/g, (gap, name: string) => {
        const byDefault = member(member(declared, name), "default");
        const value = given instanceof Map ? (given as ReadonlyMap<string, Known<string>>).get(name) : unknown("");
        if (value !== undefined) {
            return isKnown(value) ? value.value : gap;
        }
        return typeof byDefault === "string" || typeof byDefault === "number" || typeof byDefault === "boolean" ? String(byDefault) : gap;
    });
}

function forWindows(step: unknown): boolean {
    const platform = list(member(member(step, "precondition"), "StringEquals"));
    return platform.length === 0 || platform.includes("Windows") || !platform.includes("platformType");
}

function lines(command: unknown): string | undefined {
    return typeof command === "string" ? command : Array.isArray(command) ? command.filter((l) => typeof l === "string").join("\n") : undefined;
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return undefined;
    }
}

function member(value: unknown, name: string): unknown {
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function list(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? (value as unknown[]) : [];
}

/** Values that an association hands to a document: texts or lists of texts. */
export function parameterText(value: unknown): Known<string> {
    const k = read(value);
    if (isKnown(k) && Array.isArray(k.value)) {
        const texts = (k.value as unknown[]).map(readString);
        const missing = texts.find((t) => !isKnown(t));
        return missing !== undefined && !isKnown(missing) ? missing : known(texts.map((t) => (isKnown(t) ? t.value : "")).join("\n"));
    }
    return readString(value);
}

const rdpTcp = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";

/**
 * What the document AWSSupport-TroubleshootRDP does for its parameters, as the PowerShell that would do the same.
 * Without parameters, or with `Check`, it changes nothing (rdp-domain §2.2).
 */
export function troubleshootScript(parameters: unknown): Known<string> {
    const says = (name: string): Known<string> => {
        const value = membersOf(parameters)[name];
        return isPresent(value) ? parameterText(value) : known("");
    };
    const actions: readonly (readonly [string, string, string])[] = [
        ["Firewall", "Disable", "Set-NetFirewallProfile -Profile Domain,Private,Public -Enabled False"],
        ["NLASettingAction", "Disable", `Set-ItemProperty -Path '${rdpTcp}' -Name UserAuthentication -Value 0`],
        ["RDPPortAction", "Modify", `Set-ItemProperty -Path '${rdpTcp}' -Name PortNumber -Value 3389`],
        ["RemoteConnections", "Enable", "Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server' -Name fDenyTSConnections -Value 0"],
        ["RDPServiceStartupType", "Auto", "Set-Service -Name TermService -StartupType Automatic"],
    ];
    const script: string[] = [];
    for (const [name, action, statement] of actions) {
        const value = says(name);
        if (!isKnown(value)) {
            return unknown(`the parameter ${name} is not known: ${value.reason}`);
        }
        if (value.value.toLowerCase() === action.toLowerCase()) {
            script.push(statement);
        }
    }
    return known(script.join("\n"));
}
