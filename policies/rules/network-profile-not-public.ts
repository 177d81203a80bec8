import { listenerPort } from "../../core/guest/hops";
import { Carrier, GuestFirewallRule } from "../../core/guest/model";
import { isKnown, knownOr } from "../../core/known";
import { CarrierRule, Finding } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { judgeSetting, place } from "./shared/setting";

const shipped = "RemoteDesktop-UserMode-In-TCP";
const addRule = (port: number, profile: string): string =>
    `New-NetFirewallRule -DisplayName 'rdp' -Direction Inbound -Protocol TCP -LocalPort ${port} -Profile ${profile} -Action Allow`;
const setPort = (port: number): string => `Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' -Name PortNumber -Value ${port}`;

const rule: CarrierRule = {
    id: "RDP208",
    name: "network-profile-not-public",
    title: "Remote Desktop does not depend on the network's category",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["public-network-profile"],
    why:
        "Cloud networks start as Public, and a new NIC, subnet or restored disk starts as Public again. The built-in RDP rules are for every profile, so Public alone blocks nothing; a rule that a script limits to Private or Domain lets clients in " +
        "only as long as the category holds, and is without effect on the first boot of a new host or while no domain controller answers. Then the client sees 0x204 (Microsoft: Set-NetConnectionProfile, New-NetFirewallRule).",
    remedy: "Give the rule every profile (-Profile Any) and narrow it with -RemoteAddress. Do not set the category to Public; Private holds best as the policy for unidentified networks.",
    defaultLevel: "advisory",
    scope: "carrier",
    check: (carrier: Carrier): Finding[] => {
        const { settings, firewallRules } = carrier.reading.state;
        if (carrier.runs === "never" || (settings.size === 0 && firewallRules.length === 0)) {
            return [];
        }
        const how = { must: "not be put on a Public network", fix: () => "Private, or no such line" };
        return [...judgeSetting(carrier, "network-category", how), ...judgeSetting(carrier, "unidentified-networks-category", how), ...narrowed(carrier)];
    },
    examples: [
        { name: "category-set-to-public", expect: "violation", says: "Public", resources: azureVmWithScript("Get-NetConnectionProfile | Set-NetConnectionProfile -NetworkCategory Public") },
        { name: "built-in-rule-limited-to-domain", expect: "violation", says: "domain", resources: ec2WithUserData(`Set-NetFirewallRule -Name ${shipped} -Profile Domain`) },
        { name: "custom-port-for-private-networks-only", expect: "violation", says: "3390", resources: azureVmWithScript(`${setPort(3390)}\n${addRule(3390, "Domain,Private")}`) },
        { name: "category-set-to-private", expect: "compliant", resources: azureVmWithScript("Get-NetConnectionProfile | Set-NetConnectionProfile -NetworkCategory Private") },
        { name: "narrow-rule-beside-the-built-in-one", expect: "compliant", resources: ec2WithUserData(addRule(3389, "Private")) },
        { name: "built-in-rule-for-every-profile", expect: "compliant", resources: azureVmWithScript(`Set-NetFirewallRule -Name ${shipped} -Profile Any -RemoteAddress 203.0.113.0/24`) },
        { name: "private-rule-for-another-port", expect: "compliant", resources: ec2WithUserData(addRule(445, "Private")) },
        { name: "category-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript("param($category)\nGet-NetConnectionProfile | Set-NetConnectionProfile -NetworkCategory $category") },
    ],
};

/** Rules that admit the RDP port on Private or Domain networks only, where no other admits it on Public ones. */
function narrowed(carrier: Carrier): Finding[] {
    const rules = carrier.reading.state.firewallRules;
    const port = knownOr(listenerPort([carrier]) ?? { state: "known", value: 3389 }, 0);
    const admitting = rules.filter((r) => admits(r, port));
    const untouched = port === 3389 && !rules.some((r) => r.name.toLowerCase() === shipped.toLowerCase());
    if (untouched || admitting.some((r) => !isKnown(r.profiles) || r.profiles.value.includes("public"))) {
        return [];
    }
    return admitting.map((r): Finding => {
        const { statement } = r;
        const where = { urn: carrier.urn, property: carrier.property, line: statement.line, column: statement.column };
        const limited = knownOr(r.profiles, []).join(" and ");
        const message =
            `The Windows firewall must admit port ${port} whatever the network's category: ${place(carrier, statement)} says "${statement.text}", which limits the rule to ${limited} networks, ` +
            "so clients are let in only while the network counts as one, and a new NIC starts as Public.";
        return { ...where, outcome: "violation", message, fix: "-Profile Any, narrowed with -RemoteAddress" };
    });
}

/** Whether the rule surely lets TCP in on the port; what is not known about a rule is for guest-firewall-admits to tell. */
function admits(r: GuestFirewallRule, port: number): boolean {
    const ports = knownOr(r.ports, undefined);
    const covers = ports !== undefined && (ports.length === 0 ? !r.builtIn || port === 3389 : ports.some(([from, to]) => from <= port && port <= to));
    // Images ship the built-in rules enabled.
    return knownOr(r.enabled, r.builtIn) && knownOr(r.direction, "out") === "in" && knownOr(r.action, "block") === "allow" && ["tcp", "any"].includes(knownOr(r.protocol, "other")) && covers;
}

export default rule;
