import { SettingValue } from "../model";
import { Setting } from "../setting";
import { accountOf, networkCategory, numeric, registryPlace, serviceStart, settingById } from "../settings";
import { Val } from "./value";

export function settingOfSlot(slot: string): Setting | undefined {
    return /^[sp]:/.test(slot) ? settingById(slot.slice(2)) : undefined;
}

/** The registry key behind a slot. */
export function placeOf(slot: string): string {
    const setting = settingOfSlot(slot);
    return setting === undefined ? slot : (registryPlace(setting)?.key ?? "");
}

export function reasonOf(v: Val, otherwise: string): string {
    return v.k === "unknown" ? v.why : otherwise;
}

/** The value in the form in which the settings table keeps it. */
export function normalise(setting: Setting | undefined, raw: SettingValue): SettingValue {
    const { place } = setting ?? {};
    if (place === undefined) {
        return raw;
    }
    switch (place.kind) {
        case "service":
            return place.aspect === "start" ? (serviceStart(raw) ?? raw) : String(raw).toLowerCase();
        case "network-category":
            return networkCategory(raw) ?? raw;
        case "firewall-profile":
            return numeric(raw) ?? raw;
        case "registry":
            return place.type === "DWORD" ? (numeric(raw) ?? raw) : place.type === "MULTI_SZ" ? (typeof raw === "string" ? [raw] : raw) : place.type === "BINARY" ? raw : textOf(raw);
        case "certificate-binding":
            return Array.isArray(raw) && raw.every((b) => /^\d+$/.test(b)) ? raw.map((b) => Number(b).toString(16).padStart(2, "0").toUpperCase()).join("") : textOf(raw);
        case "user-right":
            return Array.isArray(raw) ? raw.map(accountOf) : raw;
        default:
            return raw;
    }
}

const textOf = (raw: SettingValue): SettingValue => (typeof raw === "number" ? String(raw) : raw);
