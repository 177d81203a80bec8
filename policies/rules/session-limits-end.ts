import { Carrier } from "../../core/guest/model";
import { CarrierRule, Finding } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { SettingJudgement, judgeSetting } from "./shared/setting";

const policy = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services";
const write = (name: string, value: number | string): string => `Set-ItemProperty -Path '${policy}' -Name ${name} -Value ${value} -Type DWord`;

const timeToWork: SettingJudgement = { must: "leave people time to work", fix: () => "0 for no limit, or five minutes at least (300000)" };
const documented: SettingJudgement = { must: "have session limits that Windows documents", fix: () => "0 or 1" };

/** By setting; the limits are in milliseconds. */
const judged: readonly (readonly [string, SettingJudgement])[] = [
    ...["idle", "disconnection", "connection"].flatMap((what) => [[`max-${what}-time`, timeToWork] as const, [`inherit-max-${what}-time`, documented] as const]),
    ["reset-broken", documented],
    ["single-session-per-user", { must: "put people back into the session that they left", fix: () => "fSingleSessionPerUser 1, which is Windows' default" }],
    ["disable-auto-reconnect", { must: "let clients reconnect after a short loss of the network", fix: () => "fDisableAutoReconnect 0" }],
];

const rule: CarrierRule = {
    id: "RDP211",
    name: "session-limits-end",
    title: "Session limits end forgotten sessions, not live work",
    severity: "low",
    effect: "weakens",
    symptom: "none",
    causes: ["stuck-session", "session-cap", "packet-loss"],
    why:
        "A limit on disconnected sessions frees what people forget. Limits are in milliseconds: a script that means 15 minutes and writes 15 or 900 cuts people off at once, and what they see looks like a fault of the network. " +
        "Several sessions for one user, or no automatic reconnection, leave sessions behind that nobody takes up again (Microsoft: TerminalServer.admx, Session Time Limits). Less than five minutes is rdp-ready's own bound.",
    remedy: "Write milliseconds: 28800000 for eight hours of disconnection, 0 for no limit. Leave fSingleSessionPerUser at 1.",
    defaultLevel: "advisory",
    scope: "carrier",
    check: (carrier: Carrier): Finding[] => (carrier.reading.state.settings.size === 0 ? [] : judged.flatMap(([id, how]) => judgeSetting(carrier, id, how))),
    examples: [
        { name: "minutes-instead-of-milliseconds", expect: "violation", says: "MaxIdleTime", resources: azureVmWithScript(write("MaxIdleTime", 15)) },
        { name: "limit-of-a-few-milliseconds", expect: "violation", says: "after 15 ms", resources: ec2WithUserData(write("MaxDisconnectionTime", 15)) },
        { name: "active-sessions-end-after-a-minute", expect: "violation", says: "60 s", resources: ec2WithUserData(write("MaxConnectionTime", 60000)) },
        { name: "many-sessions-for-one-user", expect: "violation", says: "fSingleSessionPerUser", resources: azureVmWithScript(write("fSingleSessionPerUser", 0)) },
        { name: "disconnected-sessions-end-after-eight-hours", expect: "compliant", resources: azureVmWithScript(write("MaxDisconnectionTime", 28_800_000)) },
        { name: "no-limits", expect: "compliant", resources: ec2WithUserData(`${write("MaxIdleTime", 0)}\n${write("MaxConnectionTime", 0)}\n${write("fResetBroken", 1)}`) },
        { name: "limit-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($idle)\n${write("MaxIdleTime", "$idle")}`) },
    ],
};

export default rule;
