import { Carrier, Reading } from "../../core/guest/model";
import { networkCategory, numeric } from "../../core/guest/settings";
import { isKnown } from "../../core/known";
import { CarrierRule, Finding } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { advisingWhereWeakened } from "./shared/repair";
import { judgeSetting, place } from "./shared/setting";

const policy = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall";
const mergeOff = (profile: string): string => `New-Item '${policy}\\${profile}' -Force\nSet-ItemProperty '${policy}\\${profile}' -Name AllowLocalPolicyMerge -Value 0 -Type DWord`;
const exception = (profile: string, value: number): string => `New-Item '${policy}\\${profile}\\Services\\RemoteDesktop' -Force\nSet-ItemProperty '${policy}\\${profile}\\Services\\RemoteDesktop' -Name Enabled -Value ${value} -Type DWord`;

const rule: CarrierRule = {
    id: "RDP229",
    name: "firewall-honours-rdp-rule",
    title: "Nothing overrules the firewall's rule for Remote Desktop",
    severity: "medium",
    effect: "breaks",
    symptom: "0x204",
    causes: ["firewall-or-port-blocked", "public-network-profile"],
    why:
        "An enabled allow rule is not the last word. \"Block all, including allowed apps\" ignores it while the network has that category; with AllowLocalPolicyMerge 0, as baselines set it for Public, Windows ignores every rule that does not come from group policy; " +
        "and group policy's own Remote Desktop exception, when it is disabled, blocks the port: under StandardProfile on every network outside a domain, which is where cloud hosts start. The client then sees 0x204 " +
        "(Microsoft: NetSecurity module; WindowsFirewall.admx, Allow inbound Remote Desktop exceptions).",
    remedy: "Leave AllowInboundRules and AllowLocalFirewallRules as Windows has them, and narrow the RDP rule with -RemoteAddress; with a policy exception, Enabled 1 and its RemoteAddresses.",
    defaultLevel: "mandatory",
    scope: "carrier",
    check: (carrier: Carrier): Finding[] =>
        carrier.reading.state.settings.size === 0 || carrier.runs === "never" ? [] : advisingWhereWeakened([...blockAll(carrier), ...localRulesIgnored(carrier), ...exceptions(carrier)]),
    examples: [
        { name: "policy-blocks-remote-desktop", expect: "violation", says: "blocks the Remote Desktop port", resources: azureVmWithScript(exception("StandardProfile", 0)) },
        { name: "policy-blocks-it-in-the-domain", expect: "violation", says: "group policy", resources: ec2WithUserData(exception("DomainProfile", 0)) },
        { name: "everything-blocked-on-the-private-network-that-the-script-sets", expect: "violation", says: "private", resources: azureVmWithScript("Get-NetConnectionProfile | Set-NetConnectionProfile -NetworkCategory Private\nSet-NetFirewallProfile -Profile Private -AllowInboundRules False") },
        { name: "everything-blocked-in-the-domain", expect: "violation", says: "domain", resources: ec2WithUserData("Set-NetFirewallProfile -Profile Domain -AllowInboundRules False") },
        { name: "policy-admits-remote-desktop", expect: "compliant", resources: azureVmWithScript(exception("StandardProfile", 1)) },
        { name: "policy-admits-it-where-local-rules-are-ignored", expect: "compliant", resources: ec2WithUserData(`${mergeOff("PublicProfile")}\n${exception("StandardProfile", 1)}`) },
        { name: "inbound-blocked-by-default-with-rules", expect: "compliant", resources: azureVmWithScript("Set-NetFirewallProfile -All -DefaultInboundAction Block -AllowInboundRules True") },
        { name: "nobody-is-meant-to-connect", expect: "compliant", resources: ec2WithUserData(exception("StandardProfile", 0), { private: true }) },
        { name: "local-rules-ignored-on-public-networks", expect: "unknown", says: "group policy", resources: azureVmWithScript(mergeOff("PublicProfile")) },
        { name: "exception-from-a-parameter", expect: "unknown", says: "cannot be told", resources: ec2WithUserData(`param($enabled)\n${exception("StandardProfile", 0).replace("Value 0", "Value $enabled")}`) },
    ],
};

const profiles = ["domain", "private", "public"] as const;
type Profile = (typeof profiles)[number];

/** The category that the script itself gives to the network: nothing else in a stack makes it Private. */
function setsPrivate(carrier: Carrier): boolean {
    const { settings } = carrier.reading.state;
    return ["network-category", "unidentified-networks-category"].some((id) => {
        const reading = settings.get(id);
        return reading !== undefined && isKnown(reading.value) && networkCategory(reading.value.value) === "private";
    });
}

/** On Public networks guest-firewall-admits judges it, with all rules. */
function blockAll(carrier: Carrier): Finding[] {
    if (carrier.reading.state.settings.has("firewall-public-block-all")) {
        return [];
    }
    return (["domain", "private"] as const).flatMap((profile) => {
        const found = judgeSetting(carrier, `firewall-${profile}-block-all`, { must: "honour its rule for Remote Desktop", fix: () => `Set-NetFirewallProfile -Profile ${profile} -AllowInboundRules True` });
        return profile === "private" && setsPrivate(carrier) ? found : found.map((f) => ({ ...f, atMost: "advisory" as const }));
    });
}

/** Group policy may bring a rule of its own, and no stack shows it. */
function localRulesIgnored(carrier: Carrier): Finding[] {
    const { settings } = carrier.reading.state;
    const admits = settings.get("firewall-private-remote-desktop-exception");
    if (admits !== undefined && isKnown(admits.value) && numeric(admits.value.value) === 1) {
        return [];
    }
    const byStatement = new Map<number, { reading: Reading; together: Profile[] }>();
    for (const profile of profiles) {
        const reading = settings.get(`firewall-${profile}-local-rules`);
        if (reading !== undefined && (!isKnown(reading.value) || numeric(reading.value.value) === 0)) {
            const same = byStatement.get(reading.statement.start);
            byStatement.set(reading.statement.start, { reading, together: [...(same?.together ?? []), profile] });
        }
    }
    return [...byStatement.values()].map(({ reading: { statement }, together }): Finding => {
        const message =
            `The guest must honour its rule for Remote Desktop: ${place(carrier, statement)} says "${statement.text}", so local rules are ignored in the profile ${together.join(", ")}; ` +
            "whether group policy brings a rule for Remote Desktop, or leaves the port blocked, cannot be told.";
        return {
            urn: carrier.urn,
            property: carrier.property,
            line: statement.line,
            column: statement.column,
            outcome: "unknown",
            message,
            fix: "AllowLocalFirewallRules NotConfigured, or group policy's Remote Desktop exception with Enabled 1",
        };
    });
}

function exceptions(carrier: Carrier): Finding[] {
    return (["domain", "private"] as const).flatMap((profile) => {
        const found = judgeSetting(carrier, `firewall-${profile}-remote-desktop-exception`, { must: "let group policy admit Remote Desktop", fix: () => "Enabled 1 with the clients in RemoteAddresses, or no such key" });
        return profile === "private" ? found : found.map((f) => ({ ...f, atMost: "advisory" as const }));
    });
}

export default rule;
