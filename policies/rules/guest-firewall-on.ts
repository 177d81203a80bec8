import { Carrier } from "../../core/guest/model";
import { requireSetting } from "../../core/guest/settings";
import { CarrierRule, Finding } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { judgeSetting } from "./shared/setting";
import { judgeService } from "./shared/service";

const profiles = ["domain", "private", "public"] as const;

const rule: CarrierRule = {
    id: "RDP214",
    name: "guest-firewall-on",
    title: "The Windows firewall stays on",
    severity: "high",
    effect: "weakens",
    symptom: "none",
    causes: ["firewall-or-port-blocked"],
    why:
        "Turning off a profile, or the services mpssvc and BFE behind the firewall, opens every port of the guest to whatever the cloud's filters let through, and to every neighbour in its network. Remote Desktop needs its own rules only. " +
        "Microsoft does not support a stopped firewall service, and asks to turn profiles on (Microsoft: Windows Firewall overview, NetSecurity module, prepare-for-upload-vhd-image).",
    remedy: "Delete the line and write Enable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP, RemoteDesktop-UserMode-In-UDP.",
    defaultLevel: "advisory",
    scope: "carrier",
    check: (carrier: Carrier): Finding[] => {
        if (carrier.reading.state.settings.size === 0) {
            return [];
        }
        const services = ["mpssvc", "BFE"].flatMap((name) => judgeService(carrier, name, { must: `let the service ${name} run`, fix: () => "start type Automatic, and the service running" }));
        return [...profilesOff(carrier), ...services];
    },
    examples: [
        { name: "every-profile-off", expect: "violation", says: "domain, private, public", resources: azureVmWithScript("Set-NetFirewallProfile -Profile Domain,Public,Private -Enabled False") },
        { name: "netsh-turns-all-profiles-off", expect: "violation", says: "no firewall of its own", resources: ec2WithUserData("netsh advfirewall set allprofiles state off") },
        { name: "public-profile-off", expect: "violation", says: "public", resources: azureVmWithScript("Set-NetFirewallProfile -Name Public -Enabled False") },
        { name: "firewall-service-disabled", expect: "violation", says: "mpssvc", resources: ec2WithUserData("Set-Service -Name mpssvc -StartupType Disabled") },
        {
            name: "off-while-it-installs-then-on",
            expect: "compliant",
            resources: azureVmWithScript("Set-NetFirewallProfile -All -Enabled False\nWrite-Output 'installing'\nSet-NetFirewallProfile -All -Enabled True"),
        },
        { name: "rule-instead-of-off", expect: "compliant", resources: ec2WithUserData("Enable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP, RemoteDesktop-UserMode-In-UDP") },
        { name: "state-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript("param($state)\nSet-NetFirewallProfile -Profile Public -Enabled $state") },
    ],
};

/** One finding for each statement, however many profiles it turns off. */
function profilesOff(carrier: Carrier): Finding[] {
    const { settings } = carrier.reading.state;
    const byStatement = new Map<number, (typeof profiles)[number][]>();
    for (const profile of profiles) {
        const reading = settings.get(`firewall-${profile}-enabled`);
        if (reading !== undefined) {
            byStatement.set(reading.statement.start, [...(byStatement.get(reading.statement.start) ?? []), profile]);
        }
    }
    return [...byStatement.values()].flatMap((together) => {
        const id = `firewall-${together[0]!}-enabled`;
        return judgeSetting(carrier, id, {
            must: "keep the Windows firewall on",
            fix: () => "Enable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP, RemoteDesktop-UserMode-In-UDP, with every profile on",
            judge: (value) => {
                const effect = requireSetting(id).judge(value);
                return effect && { ...effect, text: `the host has no firewall of its own in the ${together.join(", ")} profile${together.length === 1 ? "" : "s"}; the RDP rule is all that Remote Desktop needs` };
            },
        });
    });
}

export default rule;
