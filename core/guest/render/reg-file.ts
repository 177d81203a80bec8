import { DesiredState, settingsOf } from "../desired";
import { SettingValue } from "../model";
import { registryPlace, requireSetting, serviceStart } from "../settings";

/**
 * The registry's part of a desired state as a .reg file for `reg import`: listener, policy values, TLS and service start
 * types, without firewall rules (so a port of your own stays closed in the guest), network category, permissions and
 * service recovery. Unlike the script it neither looks at what is there nor spares values that group policy owns. ASCII
 * with CRLF, which `reg import` takes.
 */
export function renderRegFile(desired: DesiredState): string {
    const byKey = new Map<string, string[]>();
    for (const [id, value] of settingsOf(desired)) {
        const setting = requireSetting(id);
        const at = registryPlace(setting);
        if (at === undefined) {
            continue;
        }
        const type = setting.place.kind === "registry" ? setting.place.type : "DWORD";
        const data = setting.place.kind === "service" ? startNumber(value) : value;
        const key = at.key.replace(/^HKLM\\/, "HKEY_LOCAL_MACHINE\\");
        byKey.set(key, [...(byKey.get(key) ?? []), `${quoted(at.value)}=${regData(type, data)}`]);
    }
    const sections = [...byKey].map(([key, lines]) => `[${key}]\r\n${lines.join("\r\n")}\r\n`);
    return `Windows Registry Editor Version 5.00\r\n\r\n${sections.join("\r\n")}`;
}

/** The registry's `Start` of a service. */
function startNumber(value: SettingValue): number {
    return { automatic: 2, manual: 3, disabled: 4 }[serviceStart(value) ?? "manual"];
}

function regData(type: "DWORD" | "SZ" | "EXPAND_SZ" | "MULTI_SZ" | "BINARY", value: SettingValue): string {
    if (type === "DWORD" && typeof value === "number") {
        return `dword:${value.toString(16).padStart(8, "0")}`;
    }
    if (type === "SZ" && typeof value === "string") {
        return quoted(value);
    }
    throw new Error(`a .reg file for a value of type ${type} is not written by rdp-ready`);
}

function quoted(text: string): string {
    return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
