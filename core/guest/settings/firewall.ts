import { Setting } from "../setting";
import { breaks, keys, numeric, undocumented, weakens } from "./values";

/** A firewall rule that Windows ships for Remote Desktop (rdp-domain §2.4). */
export interface ShippedFirewallRule {
    /** Stable and the same in every language, unlike the display name. */
    readonly name: "RemoteDesktop-UserMode-In-TCP" | "RemoteDesktop-UserMode-In-UDP" | "RemoteDesktop-Shadow-In-TCP";
    readonly protocol: "tcp" | "udp";
    /** Local port as shipped; undefined: any. It does not follow `PortNumber`. */
    readonly port: 3389 | undefined;
    readonly program: string;
    readonly service: string | undefined;
    /** Whether a session depends on it. */
    readonly needed: "required" | "optional" | "no";
}

/** The rules carry no profile, i.e. they apply in all three. */
export const shippedFirewallRules: readonly ShippedFirewallRule[] = [
    { name: "RemoteDesktop-UserMode-In-TCP", protocol: "tcp", port: 3389, program: "%SystemRoot%\\system32\\svchost.exe", service: "termservice", needed: "required" },
    { name: "RemoteDesktop-UserMode-In-UDP", protocol: "udp", port: 3389, program: "%SystemRoot%\\system32\\svchost.exe", service: "termservice", needed: "optional" },
    { name: "RemoteDesktop-Shadow-In-TCP", protocol: "tcp", port: undefined, program: "%SystemRoot%\\system32\\RdpSa.exe", service: undefined, needed: "no" },
];

/** `Group` of the shipped rules, the same in every language. */
export const remoteDesktopRuleGroup = "@FirewallAPI.dll,-28752";

/** English `DisplayGroup` of the shipped rules. Localised, so it is recognised when read and never written. */
export const remoteDesktopDisplayGroup = "Remote Desktop";

const profiles = [
    { id: "domain", key: "DomainProfile" },
    { id: "private", key: "StandardProfile" },
    { id: "public", key: "PublicProfile" },
] as const;

/** The registry key of a firewall profile (Windows calls Private "Standard" there), local and by policy. */
export function firewallProfileKeys(profile: "domain" | "private" | "public"): { readonly local: string; readonly policy: string } {
    const { key } = profiles.find((p) => p.id === profile)!;
    return { local: `${keys.firewall}\\${key}`, policy: `${keys.firewallPolicy}\\${key}` };
}

/** Registry value names behind the aspects of a profile. `AllowInboundRules` of `Set-NetFirewallProfile` is the reverse of block-all. */
export const firewallProfileValues = {
    enabled: "EnableFirewall",
    "block-all-inbound": "DoNotAllowExceptions",
    "local-rules": "AllowLocalPolicyMerge",
} as const;

/** Whether each profile of the Windows firewall lets the RDP rule work: 1 and 0. */
export const firewallSettings: readonly Setting[] = profiles.flatMap(({ id }): Setting[] => {
    const { policy } = firewallProfileKeys(id);
    const while_ = `while the network counts as ${id}`;
    const common = { causes: ["firewall-or-port-blocked", "public-network-profile"], source: "§2.4 Microsoft, NetSecurity module; Guest OS firewall is blocking inbound traffic" };
    return [
        {
            ...common,
            id: `firewall-${id}-enabled`,
            title: `Firewall is on in the ${id} profile`,
            place: { kind: "firewall-profile", profile: id, aspect: "enabled" },
            policy: { key: policy, value: firewallProfileValues.enabled },
            default: 1,
            safe: undefined,
            judge: (value) => (numeric(value) === 0 ? weakens(`the host has no firewall of its own ${while_}; the RDP rule is all that Remote Desktop needs`) : undefined),
            meaning: `Whether the Windows firewall filters ${while_}. Remote Desktop works either way; turning it off is no remedy, and rdp-ready does not turn it on behind the back of other services.`,
        },
        {
            ...common,
            id: `firewall-${id}-block-all`,
            title: `Firewall blocks everything inbound in the ${id} profile`,
            place: { kind: "firewall-profile", profile: id, aspect: "block-all-inbound" },
            policy: { key: policy, value: firewallProfileValues["block-all-inbound"] },
            default: 0,
            safe: 0,
            judge: (value) => (numeric(value) === 0 ? undefined : breaks("0x204", `allow rules are ignored ${while_} and Remote Desktop is blocked`)),
            meaning: "1 blocks every inbound connection, also those that an allow rule admits (AllowInboundRules False, DoNotAllowExceptions 1).",
        },
        {
            ...common,
            id: `firewall-${id}-local-rules`,
            title: `Firewall honours local rules in the ${id} profile`,
            place: { kind: "firewall-profile", profile: id, aspect: "local-rules" },
            policy: { key: policy, value: firewallProfileValues["local-rules"] },
            default: 1,
            safe: undefined,
            judge: (value) =>
                numeric(value) === 0
                    ? breaks("0x204", `local rules are ignored ${while_}, and unless group policy brings an RDP rule of its own, Remote Desktop is blocked`)
                    : undefined,
            meaning: "0 makes the firewall ignore rules that do not come from group policy (AllowLocalFirewallRules False).",
        },
    ];
}).concat(
    (["domain", "private"] as const).map((id): Setting => ({
        id: `firewall-${id}-remote-desktop-exception`,
        title: `Group policy's Remote Desktop exception in the ${id} profile`,
        place: { kind: "registry", key: `${firewallProfileKeys(id).policy}\\Services\\RemoteDesktop`, value: "Enabled", type: "DWORD" },
        default: undefined,
        safe: undefined,
        judge: (value) => {
            switch (numeric(value)) {
                case 1:
                    return undefined;
                case 0:
                    return breaks("0x204", "group policy blocks the Remote Desktop port");
                default:
                    return undocumented("1 to allow, 0 to block");
            }
        },
        meaning: "1 admits Remote Desktop from the policy's RemoteAddresses, 0 blocks it, absent leaves the matter to the firewall's rules.",
        causes: ["firewall-or-port-blocked"],
        source: "§2.4 WindowsFirewall.admx, Allow inbound Remote Desktop exceptions",
    })),
);
