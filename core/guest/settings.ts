import { SettingValue } from "./model";
import { Setting, ValueEffect } from "./setting";
import { agentSettings } from "./settings/agents";
import { certificateSettings } from "./settings/certificate";
import { firewallProfileKeys, firewallProfileValues, firewallSettings } from "./settings/firewall";
import { listenerSettings } from "./settings/listener";
import { networkSettings } from "./settings/network";
import { rightSettings } from "./settings/rights";
import { securitySettings } from "./settings/security";
import { serviceSettings } from "./settings/services";
import { sessionSettings } from "./settings/sessions";
import { tlsSettings } from "./settings/tls";
import { breaks, keys, numeric, weakens } from "./settings/values";

export { listenerKeyFilePrefix, machineKeysFolder } from "./settings/certificate";
export { firewallProfileKeys, remoteDesktopDisplayGroup, remoteDesktopRuleGroup, shippedFirewallRules } from "./settings/firewall";
export type { ShippedFirewallRule } from "./settings/firewall";
export { networkCategory, unidentifiedNetworksKey } from "./settings/network";
export type { NetworkCategory } from "./settings/network";
export { accountOf, accountsOf, administrators, deniesLocalAccounts, remoteDesktopUsers } from "./settings/rights";
export { serviceStart } from "./settings/services";
export type { ServiceStart } from "./settings/services";
export { keys as registryKeys, numeric } from "./settings/values";

/**
 * Every Windows value that Remote Desktop depends on. Values are what Windows stores: DWORDs as numbers (so
 * `rdp-enabled` is 0 when RDP is allowed), service start types, states and network categories as lower-case words.
 * To add a setting, add an entry to the list of its area.
 */
export const settings: readonly Setting[] = [
    ...listenerSettings,
    ...securitySettings,
    ...tlsSettings,
    ...serviceSettings,
    ...firewallSettings,
    ...networkSettings,
    ...sessionSettings,
    ...certificateSettings,
    ...rightSettings,
    ...agentSettings,
];

const byId = new Map(settings.map((setting) => [setting.id, setting]));

/** The setting with that id, if there is one. */
export function settingById(id: string): Setting | undefined {
    return byId.get(id);
}

/** The setting with that id. @throws Error when there is none, which is a mistake in rdp-ready's own code. */
export function requireSetting(id: string): Setting {
    const setting = byId.get(id);
    if (setting === undefined) {
        throw new Error(`there is no setting '${id}' in core/guest/settings`);
    }
    return setting;
}

/** A setting found by where it lives in the registry. */
export interface SettingAt {
    readonly setting: Setting;
    /** It was found where group policy puts it, which overrides the local value. False for settings that live nowhere else. */
    readonly viaPolicy: boolean;
}

/**
 * The setting that a registry value belongs to, however the key is spelled: `HKLM:\…`, `HKEY_LOCAL_MACHINE\…`,
 * `Registry::HKLM\…`, any case, doubled or trailing backslashes, forward slashes, `ControlSet001`.
 */
export function settingAt(key: string, valueName: string): SettingAt | undefined {
    const normal = normalRegistryKey(key);
    const direct = byPlace.get(placeKey(normal, valueName));
    if (direct !== undefined) {
        return direct;
    }
    // The category of one known network: the GUID differs from host to host.
    return valueName.toLowerCase() === "category" && knownNetwork.test(normal)
        ? { setting: requireSetting("network-category"), viaPolicy: false }
        : undefined;
}

/** A registry key as `hklm\…` in lower case, with `ControlSetNNN` as `currentcontrolset`: two spellings of one key give one result. */
export function normalRegistryKey(key: string): string {
    return key
        .trim()
        .replace(/^(microsoft\.powershell\.core\\)?registry::/i, "")
        .replace(/\//g, "\\")
        .replace(/\\{2,}/g, "\\")
        .toLowerCase()
        .replace(/^\\/, "")
        .replace(/^hkey_local_machine(?=[:\\]|$)/, "hklm")
        .replace(/^hkey_current_user(?=[:\\]|$)/, "hkcu")
        .replace(/^(hklm|hkcu):\\?/, "$1\\")
        .replace(/\\$/, "")
        .replace(/^hklm\\system\\controlset\d+(?=\\|$)/, "hklm\\system\\currentcontrolset");
}

function placeKey(normalKey: string, valueName: string): string {
    return `${normalKey}\n${valueName.trim().toLowerCase()}`;
}

const knownNetwork = /^hklm\\software\\microsoft\\windows nt\\currentversion\\networklist\\profiles\\\{[^\\]*\}$/;

/** The registry value behind a setting; undefined for ACLs, user rights and network categories, which have none of their own. */
export function registryPlace(setting: Setting): { readonly key: string; readonly value: string } | undefined {
    const { place } = setting;
    switch (place.kind) {
        case "registry":
            return { key: place.key, value: place.value };
        case "service":
            return place.aspect === "start" ? { key: `${keys.services}\\${place.service}`, value: "Start" } : undefined;
        case "firewall-profile":
            return { key: firewallProfileKeys(place.profile).local, value: firewallProfileValues[place.aspect] };
        case "certificate-binding":
            return { key: keys.listener, value: "SSLCertificateSHA1Hash" };
        case "network-category":
        case "user-right":
        case "acl":
            return undefined;
    }
}

const byPlace = new Map<string, SettingAt>(
    settings.flatMap((setting): [string, SettingAt][] => {
        const local = registryPlace(setting);
        const at = (place: { readonly key: string; readonly value: string }, viaPolicy: boolean): [string, SettingAt] => [
            placeKey(normalRegistryKey(place.key), place.value),
            { setting, viaPolicy },
        ];
        return [...(local === undefined ? [] : [at(local, false)]), ...(setting.policy === undefined ? [] : [at(setting.policy, true)])];
    }),
);

/** What one value of a state does, with the values beside it taken into account. */
export interface Judgement extends ValueEffect {
    readonly setting: Setting;
}

/**
 * Judges values together. Some depend on each other (rdp-domain §2.2): RDP's own security layer cannot carry NLA,
 * so the two contradict each other; negotiation is only as safe as NLA makes it. Values that are fine give no entry;
 * ids that are not in the table are ignored.
 */
export function judgeSettings(values: ReadonlyMap<string, SettingValue>): Judgement[] {
    const judgements: Judgement[] = [];
    for (const [id, value] of values) {
        const setting = settingById(id);
        const effect = setting && (together(id, value, values) ?? setting.judge(value));
        if (setting && effect) {
            judgements.push({ setting, ...effect });
        }
    }
    return judgements;
}

function together(id: string, value: SettingValue, values: ReadonlyMap<string, SettingValue>): ValueEffect | undefined {
    const other = (name: string) => (values.has(name) ? numeric(values.get(name)!) : undefined);
    if (id === "security-layer") {
        const layer = numeric(value);
        if (layer === 0 && other("nla") === 1) {
            return breaks("0x904", "RDP's own security layer cannot carry the Network Level Authentication that the host requires, and clients are turned away during negotiation");
        }
        if (layer === 1 && other("nla") === 0) {
            return weakens("client and host may settle on RDP's own encryption without TLS, because Network Level Authentication is off");
        }
    }
    return undefined;
}
