import { SettingValue } from "../model";
import { Setting } from "../setting";
import { keys, numeric, undocumented, weakens } from "./values";

export type NetworkCategory = "public" | "private" | "domain";

/** A network category however it is spelled: `Private`, `DomainAuthenticated`, or the registry's 0, 1, 2. */
export function networkCategory(value: SettingValue): NetworkCategory | undefined {
    switch (String(value).trim().toLowerCase()) {
        case "public":
        case "0":
            return "public";
        case "private":
        case "1":
            return "private";
        case "domain":
        case "domainauthenticated":
        case "2":
            return "domain";
        default:
            return undefined;
    }
}

/** Key of the "Unidentified Networks" node of the Network List Manager policies (rdp-domain §3). */
export const unidentifiedNetworksKey =
    "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\Signatures\\010103000F0000F0010000000F0000F0C967A3643C3AD745950DA7859209176EF5B87C875FA20DF21951640E807D7C24";

const publicNetwork = "the Public firewall profile applies, and an RDP rule for Private or Domain networks does not";

/** Network category and transport (rdp-domain §3, §2.16). */
export const networkSettings: readonly Setting[] = [
    {
        id: "network-category",
        title: "Category of the connected networks",
        place: { kind: "network-category" },
        default: "public",
        safe: "private",
        judge: (value) => {
            switch (networkCategory(value)) {
                case "public":
                    return weakens(publicNetwork);
                case undefined:
                    return undocumented("public, private or domain");
                default:
                    return undefined;
            }
        },
        meaning: "`public`, `private` or `domain`; it selects the firewall profile. Windows keeps it per network, so a new adapter or subnet starts as Public again: the RDP rule should apply in every profile.",
        causes: ["public-network-profile"],
        source: "§3 Microsoft, Set-NetConnectionProfile",
    },
    {
        id: "unidentified-networks-category",
        title: "Category of unidentified networks by policy",
        place: { kind: "registry", key: unidentifiedNetworksKey, value: "Category", type: "DWORD" },
        default: undefined,
        safe: 1,
        judge: (value) => {
            switch (numeric(value)) {
                case 1:
                    return undefined;
                case 0:
                    return weakens(`for every network that Windows does not recognise ${publicNetwork}`);
                default:
                    return undocumented("0 for Public, 1 for Private");
            }
        },
        meaning: "1 makes networks that Windows does not recognise Private from the start, 0 Public. A Network List Manager policy, so it outlives adapters.",
        causes: ["public-network-profile"],
        source: "§3 Microsoft, Network List Manager policies",
    },
    {
        id: "select-transport",
        title: "Transport by policy (SelectTransport)",
        place: { kind: "registry", key: keys.policy, value: "SelectTransport", type: "DWORD" },
        default: undefined,
        safe: undefined,
        judge: (value) => ([0, 1, 2].includes(numeric(value) ?? -1) ? undefined : undocumented("0, 1 or 2")),
        meaning: "0 uses UDP and TCP, 1 TCP only, 2 either. The connection always starts on TCP; TCP only is a remedy where UDP is lossy.",
        causes: ["packet-loss"],
        source: "§2.16 TerminalServer.admx, Select RDP transport protocols",
    },
];
