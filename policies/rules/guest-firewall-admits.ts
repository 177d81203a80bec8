import { guestHops, listenerPort } from "../../core/guest/hops";
import { Carrier } from "../../core/guest/model";
import { isKnown, known } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { admit } from "../../core/net/admit";
import { CarrierRule, Finding } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { carrierNames, nameOf } from "./shared/setting";

const rule: CarrierRule = {
    id: "RDP207",
    name: "guest-firewall-admits",
    title: "The Windows firewall lets Remote Desktop in",
    severity: "high",
    effect: "breaks",
    symptom: "0x204",
    causes: ["firewall-or-port-blocked", "public-network-profile"],
    why:
        "The rules RemoteDesktop-UserMode-In-TCP and -UDP admit port 3389 on every profile. A script that disables or removes them, adds a block (which beats every allow), " +
        "or turns on \"block all, including allowed apps\" leaves the client with 0x204 although the cloud's own filters are open (Microsoft: NetSecurity module, guest-os-firewall-blocking-inbound-traffic).",
    remedy: "Enable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP, RemoteDesktop-UserMode-In-UDP; narrow it with -RemoteAddress rather than turning it off.",
    defaultLevel: "mandatory",
    scope: "carrier",
    hop: "guest-firewall",
    check: (given: Carrier): Finding[] => {
        // Whether the guest ever runs it is for carrier-runs to tell.
        const { obstacle: _, ...carrier } = given;
        if (carrier.runs === "never" || !isKnown(carrier.script)) {
            return [];
        }
        const port = listenerPort([carrier]) ?? known(3389);
        if (!isKnown(port)) {
            return [];
        }
        const [hop] = guestHops([carrier], port, carrier.urn);
        const { gate } = hop!;
        // What was not understood in the script is for verdict-known to say, once per host.
        if (gate.type === "fixed" && gate.verdict === "unknown") {
            return [];
        }
        const admitted =
            gate.type === "filter"
                ? admit(gate.filter, { clients: AddressSet.all, protocol: "tcp", port: port.value })
                : { open: gate.type === "fixed" && gate.verdict === "open" ? [0] : [], unknown: [], closed: [{ decidedBy: hop!.origin }] };
        if (admitted.open.length > 0) {
            return [];
        }
        const doubt = admitted.unknown[0];
        const origin = doubt?.decidedBy ?? admitted.closed[0]?.decidedBy ?? hop!.origin;
        const line = lineOf(carrier, origin.text);
        const where = { urn: carrier.urn, property: carrier.property, ...(line === undefined ? {} : { line }) };
        const who = `${carrierNames[carrier.kind]} ${nameOf(carrier.urn)}`;
        if (doubt !== undefined) {
            return [{ ...where, outcome: "unknown", message: `The Windows firewall must admit port ${port.value}: after ${who} that depends on "${origin.text}": ${doubt.why ?? "what the script leaves behind cannot be told"}.` }];
        }
        const message = `The Windows firewall must admit port ${port.value}: ${who} leaves no rule that does (${origin.text}), so the client sees 0x204.`;
        return [{ ...where, outcome: "violation", message, fix: whatToWrite(port.value) }];
    },
    examples: [
        { name: "built-in-rules-disabled", expect: "violation", says: "0x204", resources: azureVmWithScript("Disable-NetFirewallRule -DisplayGroup 'Remote Desktop'") },
        {
            name: "block-beats-allow",
            expect: "violation",
            says: "Windows firewall",
            resources: ec2WithUserData("New-NetFirewallRule -DisplayName 'no rdp' -Direction Inbound -Protocol TCP -LocalPort 3389 -Action Block"),
        },
        { name: "enabled-by-display-group", expect: "compliant", resources: azureVmWithScript("Enable-NetFirewallRule -DisplayGroup 'Remote Desktop'") },
        {
            name: "block-of-another-port",
            expect: "compliant",
            resources: ec2WithUserData("New-NetFirewallRule -DisplayName 'no smb' -Direction Inbound -Protocol TCP -LocalPort 445 -Action Block"),
        },
        {
            name: "outbound-block",
            expect: "compliant",
            resources: azureVmWithScript("New-NetFirewallRule -DisplayName 'no rdp out' -Direction Outbound -Protocol TCP -RemotePort 3389 -Action Block"),
        },
        {
            name: "port-from-a-parameter",
            expect: "unknown",
            says: "depends on",
            resources: azureVmWithScript("param($p)\nNew-NetFirewallRule -DisplayName 'block' -Direction Inbound -Protocol TCP -LocalPort $p -Action Block"),
        },
    ],
};

function whatToWrite(port: number): string {
    return port === 3389
        ? "Enable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP, and no block rule for the port"
        : `New-NetFirewallRule -DisplayName "Remote Desktop" -Direction Inbound -Protocol TCP -LocalPort ${port} -RemoteAddress the clients, and no block rule for the port`;
}

/** The line that a hop's text ends with, as hops of the guest name it. */
function lineOf(carrier: Carrier, text: string): number | undefined {
    const m = /\(line (\d+)\)$/.exec(text);
    return m === null ? carrier.reading.state.firewallRules[0]?.statement.line : Number(m[1]);
}

export default rule;
