import { Setting } from "../setting";
import { breaks, keys, numeric, terminalServicesPolicy, undocumented, weakens } from "./values";

/** The listener itself: whether it exists, where it listens and whom it lets try (rdp-domain §2.1, §2.2, §2.5). */
export const listenerSettings: readonly Setting[] = [
    {
        id: "rdp-enabled",
        title: "Remote Desktop is enabled (fDenyTSConnections)",
        place: { kind: "registry", key: keys.terminalServer, value: "fDenyTSConnections", type: "DWORD" },
        policy: terminalServicesPolicy("fDenyTSConnections"),
        default: 1,
        safe: 0,
        judge: (value) => {
            switch (numeric(value)) {
                case 0:
                    return undefined;
                case 1:
                    return breaks("0x204", "Windows denies Remote Desktop and nothing listens on the port");
                default:
                    return undocumented("0 to allow, 1 to deny");
            }
        },
        meaning: "Whether Windows accepts Remote Desktop connections. The value is a denial: 0 allows, 1 denies. Server images of the Azure and AWS marketplaces ship it as 0.",
        causes: ["service-stopped", "firewall-or-port-blocked"],
        source: "§2.1 Microsoft, Prepare a Windows VHD to upload to Azure; TerminalServer.admx",
    },
    {
        id: "port",
        title: "Port of the RDP listener (PortNumber)",
        place: { kind: "registry", key: keys.listener, value: "PortNumber", type: "DWORD" },
        default: 3389,
        safe: 3389,
        judge: (value) => {
            const port = numeric(value);
            if (port === undefined || port < 1 || port > 65535) {
                return breaks("0x204", "it is not a TCP port (1 to 65535) and the listener cannot open it");
            }
            return port >= 49152
                ? weakens("it lies in Windows' dynamic port range (49152 and up), where another program may take it before the listener does")
                : undefined;
        },
        meaning: "The TCP and UDP port on which Windows listens for Remote Desktop. The guest's firewall rule, filters, forwarders and clients must all name the same one; a change takes effect when TermService restarts.",
        causes: ["custom-port", "firewall-or-port-blocked"],
        source: "§2.5 Microsoft, Change the listening port for Remote Desktop",
    },
    {
        id: "lan-adapter",
        title: "Network adapters of the listener (LanAdapter)",
        place: { kind: "registry", key: keys.listener, value: "LanAdapter", type: "DWORD" },
        default: 0,
        safe: 0,
        judge: (value) =>
            numeric(value) === 0
                ? undefined
                : weakens("the listener is tied to one network adapter by its number, and a replaced adapter leaves nothing that listens (0x204)"),
        meaning: "0 listens on every network adapter; another number ties the listener to the adapter with that index.",
        causes: ["service-stopped", "firewall-or-port-blocked"],
        source: "§2.2 Microsoft, Prepare a Windows VHD to upload to Azure",
    },
    {
        id: "max-instance-count",
        title: "Greatest number of sessions (MaxInstanceCount)",
        place: { kind: "registry", key: keys.listener, value: "MaxInstanceCount", type: "DWORD" },
        policy: terminalServicesPolicy("MaxInstanceCount"),
        default: 0xffffffff,
        safe: 0xffffffff,
        judge: (value) => {
            const count = numeric(value);
            if (count === undefined) {
                return undocumented("a number of sessions, 4294967295 for no limit");
            }
            return count < 2
                ? breaks("0x904", count === 0 ? "every connection is over the limit and is dropped" : "while one session is there, in use or not, everybody else is dropped")
                : undefined;
        },
        meaning: "How many sessions the listener accepts; 4294967295 (and 999999 in the policy) means no limit. Without the Session Host role Windows allows two administrative sessions in any case.",
        causes: ["session-cap", "stuck-session"],
        source: "§2.2, §2.6 TerminalServer.admx, Limit number of connections",
    },
    {
        id: "drain-mode",
        title: "Drain mode (TSServerDrainMode)",
        place: { kind: "registry", key: keys.listener, value: "TSServerDrainMode", type: "DWORD" },
        default: 0,
        safe: undefined,
        judge: (value) =>
            numeric(value) === 0 ? undefined : breaks("other", "the host is in drain mode and refuses new log-ons"),
        meaning: "0 accepts new log-ons. 1 and 2 refuse them, for good or until the next restart, while existing sessions go on. Administrators use it before maintenance, so rdp-ready reports it and leaves it alone.",
        causes: ["session-cap"],
        source: "§2.1 Microsoft, azure-support-scripts RDPSettings.ps1",
    },
    keepAlive(
        "keep-alive-timeout",
        "Keep-alive of the listener (KeepAliveTimeout)",
        { key: keys.listener, value: "KeepAliveTimeout" },
        (n) => (n === 0 ? weakens(noKeepAlive) : undefined),
        "Turns keep-alive messages on for this listener (1).",
    ),
    keepAlive(
        "keep-alive-enable",
        "Keep-alive by policy (KeepAliveEnable)",
        { key: keys.policy, value: "KeepAliveEnable" },
        (n) => (n === 0 ? weakens(noKeepAlive) : undefined),
        "1 makes the host check the state of its sessions at the keep-alive interval. It exists as a policy value only.",
    ),
    keepAlive(
        "keep-alive-interval",
        "Keep-alive interval in minutes (KeepAliveInterval)",
        { key: keys.policy, value: "KeepAliveInterval" },
        (n) => (n === undefined || n < 1 || n > 999999 ? undocumented("1 to 999999 minutes") : undefined),
        "Minutes between keep-alive messages. It must be shorter than the idle timeout of every balancer and NAT gateway on the path; 1 is shorter than all of them.",
    ),
    {
        id: "disable-auto-reconnect",
        title: "Automatic reconnection by policy (fDisableAutoReconnect)",
        place: { kind: "registry", key: keys.policy, value: "fDisableAutoReconnect", type: "DWORD" },
        default: undefined,
        safe: undefined,
        judge: (value) => (numeric(value) === 1 ? weakens("a short loss of the network ends in a disconnected session instead of a reconnection") : undefined),
        meaning: "0 lets clients take a session up again by themselves after a network failure; 1 forbids it.",
        causes: ["packet-loss", "stuck-session"],
        source: "§2.2 Microsoft, Prepare a Windows VHD to upload to Azure; TerminalServer.admx",
    },
];

const noKeepAlive = "the host does not notice dead connections, and a balancer's idle timeout cuts silent sessions";

function keepAlive(
    id: string,
    title: string,
    at: { readonly key: string; readonly value: string },
    judge: (n: number | undefined) => ReturnType<Setting["judge"]>,
    meaning: string,
): Setting {
    return {
        id,
        title,
        place: { kind: "registry", ...at, type: "DWORD" },
        default: undefined,
        safe: 1,
        judge: (value) => judge(numeric(value)),
        meaning,
        causes: ["packet-loss", "stuck-session"],
        source: "§2.2, §2.16 Microsoft, Prepare a Windows VHD to upload to Azure",
    };
}
