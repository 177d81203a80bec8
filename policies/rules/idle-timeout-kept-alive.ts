import { keepAliveMinutes } from "../../core/guest/keep-alive";
import { Cloud, Host } from "../../core/host";
import { Known, isKnown, known, knownOr, unknown } from "../../core/known";
import { Hop, IdleTimeout } from "../../core/net/path-model";
import { reachability } from "../../core/reachability";
import { Finding, HostRule } from "../rule";
import { azureBehindNatRule, ec2BehindNlb } from "./shared/example-stacks";
import { placed } from "./shared/reach";

/** From here on, a forwarder that resets will do without keep-alive: it is the most that Azure allows, and the client learns of the end. */
const longEnough = 30;

const keepAlive = (minutes: number): string =>
    [
        "$policies = 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services'",
        "Set-ItemProperty -Path $policies -Name KeepAliveEnable -Value 1 -Type DWord",
        `Set-ItemProperty -Path $policies -Name KeepAliveInterval -Value ${minutes} -Type DWord`,
    ].join("\n");

const notKnown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const rule: HostRule = {
    id: "RDP106",
    name: "idle-timeout-kept-alive",
    title: "The host's keep-alive is faster than every forwarder's idle time-out",
    severity: "low",
    effect: "weakens",
    symptom: "none",
    causes: ["packet-loss", "nat-forwarding"],
    why:
        "A session in which nobody types sends nothing. An Azure load balancer forgets such a connection after 4 minutes and tells nobody: the session freezes. " +
        "With a TCP reset, and behind a Network Load Balancer after 350 seconds, the connection is closed instead, and the client shows 0x904 in mid-session. " +
        "Keep-alive messages of the host keep it from being idle (Microsoft: load-balancer-tcp-reset; AWS: network load balancer listeners; Microsoft: TerminalServer.admx, KeepAliveInterval).",
    remedy: "Send a keep-alive every minute (the components' argument `keepAlive`), or give the forwarder 30 minutes and a TCP reset.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => (host.intent.kind === "none" ? [] : forwarders(host).flatMap((f) => judge(host, f))),
    examples: [
        { name: "nat-rule-forgets-after-4-minutes", expect: "violation", says: "freezes", resources: azureBehindNatRule({}) },
        { name: "nat-rule-resets-after-4-minutes", expect: "violation", says: "0x904 in mid-session", resources: azureBehindNatRule({ enableTcpReset: true }) },
        { name: "longest-time-out-without-reset", expect: "violation", says: "after 30 idle minutes", resources: azureBehindNatRule({ idleTimeoutInMinutes: 30 }) },
        { name: "longest-time-out-with-reset", expect: "compliant", resources: azureBehindNatRule({ idleTimeoutInMinutes: 30, enableTcpReset: true }) },
        { name: "keep-alive-every-minute", expect: "compliant", resources: azureBehindNatRule({}, keepAlive(1)) },
        { name: "keep-alive-slower-than-the-time-out", expect: "violation", says: "keep-alive comes every 5 minutes", resources: azureBehindNatRule({}, keepAlive(5)) },
        { name: "nlb-resets-after-350-seconds", expect: "violation", says: "0x904 in mid-session", resources: ec2BehindNlb({}) },
        { name: "nlb-with-keep-alive", expect: "compliant", resources: ec2BehindNlb({}, keepAlive(1)) },
        { name: "nlb-that-waits-an-hour", expect: "compliant", resources: ec2BehindNlb({ tcpIdleTimeoutSeconds: 3600 }) },
        { name: "time-out-that-is-not-known-yet", expect: "unknown", says: "not known", resources: azureBehindNatRule({ idleTimeoutInMinutes: notKnown, enableTcpReset: true }) },
    ],
};

interface Forwarder {
    readonly hop: Hop;
    readonly idle: IdleTimeout;
}

/** Forwarders on ways that some client gets through, each once. */
function forwarders(host: Host): Forwarder[] {
    const found = new Map<string, Forwarder>();
    for (const { path, pieces } of reachability(host).clients.flatMap((c) => c.all)) {
        if (pieces.every((p) => p.verdict === "closed")) {
            continue;
        }
        for (const hop of path.hops) {
            const idle = hop.gate.type === "forward" ? hop.gate.idle : undefined;
            if (idle !== undefined) {
                found.set(`${idle.origin.urn}#${idle.origin.property ?? ""}`, { hop, idle });
            }
        }
    }
    return [...found.values()];
}

function judge(host: Host, { hop, idle }: Forwarder): Finding[] {
    const every = keepAliveMinutes(host.carriers);
    const kept = staysAlive(idle, every);
    const where = placed(host, idle.origin);
    if (!isKnown(kept)) {
        return [{ ...where, outcome: "unknown", message: `The ${hop.name} must keep idle sessions on ${host.name} alive: whether it does is not known, because ${kept.reason}.` }];
    }
    if (kept.value) {
        return [];
    }
    const minutes = Math.round(knownOr(idle.minutes, 0) * 10) / 10;
    const guest = isKnown(every) && every.value !== "none" ? `the host's keep-alive comes every ${every.value} minutes` : "the stack switches no keep-alive on in the guest";
    const reset = knownOr(idle.reset, undefined);
    const seen = reset === undefined ? "freezes, or closes with 0x904," : reset ? "closes with 0x904 in mid-session" : "freezes";
    const message = `The ${hop.name} must not end idle sessions on ${host.name}: ${idle.origin.text}, and ${guest}, so a session ${seen} after ${minutes} idle minutes.`;
    return [{ ...where, outcome: "violation", message, fix: whatToWrite(host.cloud) }];
}

/** Whether a session on which nobody types survives, or lasts long enough and ends where the client can see it. */
function staysAlive({ minutes, reset }: IdleTimeout, every: Known<number | "none">): Known<boolean> {
    const interval = isKnown(every) && every.value !== "none" ? every.value : undefined;
    // Neither cloud lets a forwarder forget sooner than that.
    if (interval !== undefined && interval <= 1 && !isKnown(minutes)) {
        return known(true);
    }
    if (!isKnown(minutes)) {
        return unknown(`its idle time-out is not known: ${minutes.reason}`);
    }
    if (interval !== undefined && interval < minutes.value) {
        return known(true);
    }
    if (minutes.value >= longEnough && knownOr(reset, true)) {
        return isKnown(reset) ? known(true) : unknown(`whether it sends a TCP reset is not known: ${reset.reason}`);
    }
    return isKnown(every) ? known(false) : unknown(every.reason);
}

function whatToWrite(cloud: Cloud): string {
    const guest = "KeepAliveEnable 1 and KeepAliveInterval 1 in the guest, under HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services";
    return cloud === "azure" ? `${guest}; or idleTimeoutInMinutes: 30 with enableTcpReset: true` : `${guest}; or tcpIdleTimeoutSeconds: 1800 or more`;
}

export default rule;
