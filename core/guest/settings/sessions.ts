import { Setting } from "../setting";
import { keys, numeric, terminalServicesPolicy, undocumented, weakens } from "./values";

/** Below this a limit cuts people off while they work. rdp-ready's own bound: five minutes. */
const shortestUsefulLimit = 5 * 60_000;

/** Limits of sessions and RDS licensing (rdp-domain §2.6, §2.11). Limits are in milliseconds, 0 = none. */
export const sessionSettings: readonly Setting[] = [
    ...limit("idle", "MaxIdleTime", "an idle session is disconnected"),
    ...limit("disconnection", "MaxDisconnectionTime", "a disconnected session is logged off"),
    ...limit("connection", "MaxConnectionTime", "an active session is disconnected"),
    {
        id: "reset-broken",
        title: "What a reached limit does (fResetBroken)",
        place: { kind: "registry", key: keys.listener, value: "fResetBroken", type: "DWORD" },
        policy: terminalServicesPolicy("fResetBroken"),
        default: 0,
        safe: undefined,
        judge: (value) => ([0, 1].includes(numeric(value) ?? -1) ? undefined : undocumented("0 or 1")),
        meaning: "0 disconnects a session whose limit is reached, 1 ends it with whatever was open in it.",
        causes: ["stuck-session"],
        source: "§2.2, §2.6 TerminalServer.admx",
    },
    {
        id: "single-session-per-user",
        title: "One session per user (fSingleSessionPerUser)",
        place: { kind: "registry", key: keys.terminalServer, value: "fSingleSessionPerUser", type: "DWORD" },
        policy: terminalServicesPolicy("fSingleSessionPerUser"),
        default: 1,
        safe: 1,
        judge: (value) => (numeric(value) === 0 ? weakens("each log-on makes another session, and what a user left open goes on out of sight") : undefined),
        meaning: "1 puts a user back into the session that was disconnected; 0 makes a new one each time.",
        causes: ["stuck-session", "session-cap"],
        source: "§2.6 TerminalServer.admx",
    },
    {
        id: "licensing-mode",
        title: "RDS licensing mode by policy (LicensingMode)",
        place: { kind: "registry", key: keys.policy, value: "LicensingMode", type: "DWORD" },
        default: undefined,
        safe: undefined,
        judge: (value) => ([2, 4].includes(numeric(value) ?? -1) ? undefined : weakens("it is neither 2 (per device) nor 4 (per user), so a Session Host gets no licences once its 120 days of grace are over")),
        meaning: "2 per device, 4 per user. Matters with the Session Host role only; workgroup hosts can use per device only. Its failures are 0x808 and 0x908, not 0x904.",
        causes: ["licensing"],
        source: "§2.11 Microsoft, RDS client access licences; TerminalServer.admx",
    },
    {
        id: "license-servers",
        title: "RDS licence servers by policy (LicenseServers)",
        place: { kind: "registry", key: keys.policy, value: "LicenseServers", type: "SZ" },
        default: undefined,
        safe: undefined,
        judge: (value) => (String(value).replace(/[\s,;]/g, "") === "" ? weakens("no licence server is named, so a Session Host gets no licences once its 120 days of grace are over") : undefined),
        meaning: "Names of the licence servers, separated by commas. Matters with the Session Host role only.",
        causes: ["licensing"],
        source: "§2.11 TerminalServer.admx",
    },
];

function limit(what: "idle" | "disconnection" | "connection", value: string, happens: string): Setting[] {
    const common = { causes: ["stuck-session", "session-cap"], source: "§2.2, §2.6 TerminalServer.admx" };
    return [
        {
            ...common,
            id: `max-${what}-time`,
            title: `Session limit in milliseconds (${value})`,
            place: { kind: "registry", key: keys.listener, value, type: "DWORD" },
            policy: terminalServicesPolicy(value),
            default: 0,
            safe: what === "disconnection" ? 8 * 3_600_000 : 0,
            judge: (v) => {
                const ms = numeric(v);
                if (ms === undefined) {
                    return undocumented("milliseconds, 0 for no limit");
                }
                return ms > 0 && ms < shortestUsefulLimit ? weakens(`${happens} after ${ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`}, while people still work`) : undefined;
            },
            meaning: `Milliseconds after which ${happens}; 0: never. Counts only while fInherit${value} is 0 or where the policy sets it.`,
        },
        {
            ...common,
            id: `inherit-max-${what}-time`,
            title: `Where ${value} comes from (fInherit${value})`,
            place: { kind: "registry", key: keys.listener, value: `fInherit${value}`, type: "DWORD" },
            default: 1,
            safe: what === "disconnection" ? 0 : 1,
            judge: (v) => ([0, 1].includes(numeric(v) ?? -1) ? undefined : undocumented("0 or 1")),
            meaning: `1 takes the limit from the user's account, 0 from ${value} beside it.`,
        },
    ];
}
