import { CarrierRule } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { advisingWhereWeakened } from "./shared/repair";
import { judgeSetting } from "./shared/setting";

const listener = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";
const write = (value: number | string): string => `Set-ItemProperty -Path '${listener}' -Name MaxInstanceCount -Value ${value}`;

const rule: CarrierRule = {
    id: "RDP210",
    name: "session-limit-not-below-two",
    title: "The listener accepts two sessions at least",
    severity: "medium",
    effect: "breaks",
    symptom: "0x904",
    causes: ["session-cap", "stuck-session"],
    why:
        "MaxInstanceCount caps the sessions of the listener. With 1, whoever is first takes the only place until the session ends, and with 0 there is none: the listener accepts the next client and drops it, which the client shows as 0x904. " +
        "Windows' own value is 4294967295, no limit; without the Session Host role two administrative sessions are allowed in any case (Microsoft: TerminalServer.admx, Limit number of connections).",
    remedy: "Write MaxInstanceCount 4294967295 (0xFFFFFFFF) or delete the line; to free forgotten sessions, set MaxDisconnectionTime instead.",
    defaultLevel: "mandatory",
    scope: "carrier",
    check: (carrier) =>
        advisingWhereWeakened(
            judgeSetting(carrier, "max-instance-count", {
                must: "accept two sessions at least",
                fix: (s) => (s.literal === undefined ? "MaxInstanceCount 4294967295" : `4294967295 (no limit), or 2 at least, instead of ${s.literal.text}`),
            }),
        ),
    examples: [
        { name: "one-session", expect: "violation", says: "everybody else is dropped", resources: azureVmWithScript(write(1)) },
        { name: "policy-allows-none", expect: "violation", says: "dropped", resources: ec2WithUserData(write(0).replace(listener, "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services")) },
        { name: "no-limit", expect: "compliant", resources: azureVmWithScript(write("0xFFFFFFFF")) },
        { name: "two-sessions", expect: "compliant", resources: ec2WithUserData(write(2)) },
        { name: "nobody-is-meant-to-connect", expect: "compliant", resources: ec2WithUserData(write(1), { private: true }) },
        { name: "value-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($sessions)\n${write("$sessions")}`) },
    ],
};

export default rule;
