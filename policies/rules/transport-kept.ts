import { Carrier } from "../../core/guest/model";
import { numeric } from "../../core/guest/settings";
import { isKnown } from "../../core/known";
import { CarrierRule, Finding } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { judgeSetting, place } from "./shared/setting";

const policy = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services";
const listener = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";
const write = (name: string, value: number | string, key = policy): string => `Set-ItemProperty -Path '${key}' -Name ${name} -Value ${value} -Type DWord`;

const kept = { must: "notice connections that have died", fix: () => "KeepAliveEnable 1 and KeepAliveInterval 1, under HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services" };

const rule: CarrierRule = {
    id: "RDP226",
    name: "transport-kept",
    title: "Keep-alive and transport have values that Windows follows",
    severity: "low",
    effect: "weakens",
    symptom: "none",
    causes: ["packet-loss", "stuck-session"],
    why:
        "KeepAliveInterval counts minutes (1 to 999999) and does nothing unless KeepAliveEnable is 1; with keep-alive off the host takes dead connections for live sessions, which then block the user's next log-on. " +
        "SelectTransport takes 0 (UDP and TCP), 1 (TCP only) or 2 (either), and all three connect, because every session starts on TCP. Client\\fClientDisableUDP is a setting for the client that runs on this host and changes nothing for those who come in " +
        "(Microsoft: prepare-for-upload-vhd-image; TerminalServer.admx, Configure keep-alive connection interval, Select RDP transport protocols).",
    remedy: "Write KeepAliveEnable 1 together with KeepAliveInterval 1, and SelectTransport 0, 1 or 2, or none of them.",
    defaultLevel: "advisory",
    scope: "carrier",
    check: (carrier: Carrier): Finding[] => {
        if (carrier.reading.state.settings.size === 0) {
            return [];
        }
        return [
            ...judgeSetting(carrier, "select-transport", { must: "have a transport that Windows documents", fix: () => "SelectTransport 0, 1 or 2" }),
            ...(["keep-alive-enable", "keep-alive-timeout", "keep-alive-interval"] as const).flatMap((id) => judgeSetting(carrier, id, kept)),
            ...intervalWithoutSwitch(carrier),
        ];
    },
    examples: [
        { name: "interval-that-nothing-switches-on", expect: "violation", says: "KeepAliveEnable", resources: azureVmWithScript(write("KeepAliveInterval", 1)) },
        { name: "interval-of-no-minutes", expect: "violation", says: "1 to 999999", resources: ec2WithUserData(`${write("KeepAliveEnable", 1)}\n${write("KeepAliveInterval", 0)}`) },
        { name: "keep-alive-off", expect: "violation", says: "dead connections", resources: azureVmWithScript(write("KeepAliveEnable", 0)) },
        { name: "listener-keep-alive-off", expect: "violation", says: "KeepAliveTimeout", resources: ec2WithUserData(write("KeepAliveTimeout", 0, listener)) },
        { name: "transport-that-does-not-exist", expect: "violation", says: "0, 1 or 2", resources: azureVmWithScript(write("SelectTransport", 3)) },
        { name: "keep-alive-every-minute", expect: "compliant", resources: azureVmWithScript(`${write("KeepAliveEnable", 1)}\n${write("KeepAliveInterval", 1)}\n${write("KeepAliveTimeout", 1, listener)}`) },
        { name: "tcp-only", expect: "compliant", resources: ec2WithUserData(write("SelectTransport", 1)) },
        { name: "udp-off-for-the-client-on-the-host", expect: "compliant", resources: azureVmWithScript(write("fClientDisableUDP", 1, `${policy}\\Client`)) },
        { name: "interval-from-a-parameter", expect: "unknown", says: "cannot be told", resources: ec2WithUserData(`param($minutes)\n${write("KeepAliveEnable", 1)}\n${write("KeepAliveInterval", "$minutes")}`) },
    ],
};

/** The interval is written, and nothing in the script switches keep-alive on; another script or policy may. */
function intervalWithoutSwitch(carrier: Carrier): Finding[] {
    const { settings } = carrier.reading.state;
    const interval = settings.get("keep-alive-interval");
    if (interval === undefined || settings.has("keep-alive-enable") || carrier.runs === "never" || carrier.reading.notAnalysed.length > 0) {
        return [];
    }
    if (!isKnown(interval.value) || numeric(interval.value.value) === 0) {
        return [];
    }
    const { statement } = interval;
    const where = { urn: carrier.urn, property: carrier.property, line: statement.line, column: statement.column };
    const message = `The guest must ${kept.must}: ${place(carrier, statement)} says "${statement.text}" and the script writes no KeepAliveEnable, so the interval has no effect.`;
    return [{ ...where, outcome: "violation", message, fix: "KeepAliveEnable 1 as well" }];
}

export default rule;
