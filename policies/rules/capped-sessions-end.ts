import { numeric } from "../../core/guest/settings";
import { GuestView } from "../../core/guest/view";
import { Host } from "../../core/host";
import { isKnown } from "../../core/known";
import { Finding, HostRule } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { place } from "./shared/setting";

const policy = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services";
const write = (name: string, value: number | string): string => `Set-ItemProperty -Path '${policy}' -Name ${name} -Value ${value} -Type DWord`;
const cap = write("MaxInstanceCount", 5);
const eightHours = write("MaxDisconnectionTime", 28_800_000);

/** A policy of this many sessions means no limit (TerminalServer.admx). */
const noLimit = 999_999;

const rule: HostRule = {
    id: "RDP230",
    name: "capped-sessions-end",
    title: "Where sessions are capped, forgotten ones end",
    severity: "low",
    effect: "weakens",
    symptom: "none",
    causes: ["stuck-session", "session-cap"],
    why:
        "By default a disconnected session lives until the host restarts, and counts. Where MaxInstanceCount caps the sessions, forgotten ones take one place after the other, until the listener accepts the next client and drops it: 0x904. " +
        "MaxDisconnectionTime ends a session some time after its client has gone; a group policy of a domain may do so too (Microsoft: TerminalServer.admx, Set time limit for disconnected sessions, Limit number of connections).",
    remedy: "Write MaxDisconnectionTime beside MaxInstanceCount, 28800000 for eight hours, or cap nothing.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => (host.intent.kind === "none" || host.domain !== undefined ? [] : judge(host)),
    examples: [
        { name: "cap-and-no-limit", expect: "violation", says: "no script", resources: azureVmWithScript(cap) },
        { name: "cap-and-a-limit-of-zero", expect: "violation", says: "MaxDisconnectionTime", resources: ec2WithUserData(`${cap}\n${write("MaxDisconnectionTime", 0)}`) },
        { name: "cap-and-a-limit", expect: "compliant", resources: azureVmWithScript(`${cap}\n${eightHours}`) },
        { name: "limit-without-a-cap", expect: "compliant", resources: ec2WithUserData(eightHours) },
        { name: "no-cap-at-all", expect: "compliant", resources: ec2WithUserData(write("MaxInstanceCount", "0xFFFFFFFF")) },
        { name: "script-that-logs-them-off", expect: "compliant", resources: azureVmWithScript(`${cap}\nquser | Select-String ' Disc ' | ForEach-Object { logoff ($_ -split '\\s+')[2] }`) },
        { name: "script-that-joins-a-domain", expect: "compliant", resources: azureVmWithScript(`${cap}\nAdd-Computer -DomainName corp.example.com -Credential $credential`) },
        { name: "nobody-is-meant-to-connect", expect: "compliant", resources: ec2WithUserData(cap, { private: true }) },
        { name: "limit-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($limit)\n${cap}\n${write("MaxDisconnectionTime", "$limit")}`) },
        { name: "limit-may-stand-in-a-script-that-cannot-be-read", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`${cap}\nInvoke-Expression (Invoke-WebRequest https://example.org/limits.ps1).Content`) },
    ],
};

/** Commands by which a script ends sessions itself. Lenient: a word is enough. */
const endsThem = /\b(?:logoff|rwinsta|reset\s+session|Invoke-RDUserLogoff|WTSLogoffSession)\b/i;

function judge(host: Host): Finding[] {
    const guest = new GuestView(host.carriers);
    const capped = guest.placed("max-instance-count");
    const sessions = capped !== undefined && isKnown(capped.reading.value) ? numeric(capped.reading.value.value) : undefined;
    // Fewer than two are another rule's.
    if (capped === undefined || sessions === undefined || sessions < 2 || sessions >= noLimit) {
        return [];
    }
    const limit = guest.reading("max-disconnection-time");
    const time = limit !== undefined && isKnown(limit.value) ? numeric(limit.value.value) : undefined;
    if ((time !== undefined && time > 0) || guest.does("domain-joined") || host.carriers.some((c) => isKnown(c.script) && endsThem.test(c.script.value))) {
        return [];
    }
    const { carrier, reading } = capped;
    const { line, column } = reading.statement;
    const at = { urn: carrier.urn, property: carrier.property, line, column, fix: "MaxDisconnectionTime 28800000 (eight hours) as well" };
    const must = `The host ${host.name} must end forgotten sessions, because ${place(carrier, reading.statement)} caps them at ${sessions}`;
    const doubt = limit !== undefined && !isKnown(limit.value) ? limit.value.reason : time === undefined ? guest.doubt(undefined)?.text : undefined;
    return doubt !== undefined
        ? [{ ...at, outcome: "unknown", message: `${must}: whether a script limits disconnected ones cannot be told: ${doubt}.` }]
        : [{ ...at, outcome: "violation", message: `${must}: ${time === 0 ? "MaxDisconnectionTime is 0, which is no limit" : "no script sets MaxDisconnectionTime"}, so they fill the cap, and the next client is dropped (0x904).` }];
}

export default rule;
