import { Setting } from "../setting";
import { numeric, weakens } from "./values";

/** Microsoft Defender, as far as scripts turn it off (rdp-domain §2.12). What other agents do stands in their own consoles. */
const policy = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender";
const common = {
    default: undefined,
    safe: undefined,
    causes: ["antivirus"],
    source: "§2.12 Microsoft, Set-MpPreference; WindowsDefender.admx",
} as const;

const off = (what: string) => weakens(`${what}, which does not cure 0x904: Defender does not filter the RDP port`);

export const agentSettings: readonly Setting[] = [
    {
        ...common,
        id: "defender-disabled",
        title: "Microsoft Defender is turned off by policy (DisableAntiSpyware)",
        place: { kind: "registry", key: policy, value: "DisableAntiSpyware", type: "DWORD" },
        judge: (value) => (numeric(value) === 1 ? off("Microsoft Defender does not run") : undefined),
        meaning: "1 turns Microsoft Defender off. Windows turns it off by itself where another antivirus is registered.",
    },
    {
        ...common,
        id: "defender-realtime-off",
        title: "Microsoft Defender's real-time protection is off (DisableRealtimeMonitoring)",
        place: { kind: "registry", key: `${policy}\\Real-Time Protection`, value: "DisableRealtimeMonitoring", type: "DWORD" },
        judge: (value) => (numeric(value) === 1 ? off("files are not checked as they are used") : undefined),
        meaning: "1 turns real-time protection off, by policy or with Set-MpPreference.",
    },
];
