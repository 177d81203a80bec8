import { SettingValue } from "../model";
import { ValueEffect } from "../setting";
import { Symptom } from "../../symptom";

/** `HKLM\…` keys that the settings share (rdp-domain §2). */
export const keys = {
    terminalServer: "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server",
    winStations: "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations",
    listener: "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp",
    policy: "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services",
    lsa: "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa",
    services: "HKLM\\SYSTEM\\CurrentControlSet\\Services",
    schannel: "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols",
    firewall: "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy",
    firewallPolicy: "HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall",
    networkList: "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList",
} as const;

/** A DWORD in the registry of a group policy that overrides `RDP-Tcp`'s own. */
export function terminalServicesPolicy(value: string): { readonly key: string; readonly value: string } {
    return { key: keys.policy, value };
}

/**
 * A setting's value as an unsigned 32-bit number, however a script spells it: `1`, `"1"`, `0xFFFFFFFF`,
 * `-1` (4294967295), `$true`, `"True"`, `"yes"`. Undefined where it is no number.
 */
export function numeric(value: SettingValue): number | undefined {
    if (typeof value === "number") {
        return Number.isInteger(value) ? (value < 0 ? value + 2 ** 32 : value) : undefined;
    }
    if (typeof value === "boolean") {
        return value ? 1 : 0;
    }
    if (typeof value !== "string") {
        return undefined;
    }
    const text = value.trim().toLowerCase();
    if (/^(\$?true|yes|on|enable|enabled)$/.test(text)) {
        return 1;
    }
    if (/^(\$?false|no|off|disable|disabled)$/.test(text)) {
        return 0;
    }
    return /^(-?\d+|0x[0-9a-f]+)$/.test(text) ? numeric(Number(text)) : undefined;
}

export function breaks(symptom: Exclude<Symptom, "none">, text: string): ValueEffect {
    return { effect: "breaks", symptom, text };
}

/** Weakened settings still let the session come up: their symptom is always `none`. */
export function weakens(text: string): ValueEffect {
    return { effect: "weakens", symptom: "none", text };
}

/** What to say of a value that Windows does not document for a setting. */
export function undocumented(allowed: string): ValueEffect {
    return weakens(`Windows documents no such value (it takes ${allowed}), and what the host then does is not defined`);
}
