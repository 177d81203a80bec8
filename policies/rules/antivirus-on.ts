import { Carrier } from "../../core/guest/model";
import { CarrierRule, Finding } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { judgeActions } from "./shared/action";
import { judgeSetting } from "./shared/setting";

const policy = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows Defender";
const off = "Set-MpPreference -DisableRealtimeMonitoring $true";

const rule: CarrierRule = {
    id: "RDP225",
    name: "antivirus-on",
    title: "Microsoft Defender stays on",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["antivirus", "vpn"],
    why:
        "\"Test with the antivirus off\" is advice for 0x904 that stays in scripts. Microsoft Defender does not filter the RDP port, so turning it off cures nothing and leaves the host without protection. " +
        "Whether an agent of another vendor (antivirus, VPN, TLS inspection) lets Remote Desktop through stands in that agent's own console and in no script; a root certificate that a script imports for it changes nothing for the listener " +
        "(Microsoft: Set-MpPreference, WindowsDefender.admx).",
    remedy: "Delete the line; where a scan is in the way of something, exclude its path with Add-MpPreference -ExclusionPath. Allow Remote Desktop in the other agent's own policy.",
    defaultLevel: "advisory",
    scope: "carrier",
    check: (carrier: Carrier): Finding[] => {
        const { settings, actions, perhaps = [] } = carrier.reading.state;
        if (carrier.runs === "never" || (settings.size === 0 && actions.length + perhaps.length === 0)) {
            return [];
        }
        const how = { must: "keep Microsoft Defender on", fix: () => "no such line; Add-MpPreference -ExclusionPath for what must not be scanned" };
        return [
            ...judgeSetting(carrier, "defender-realtime-off", how),
            ...judgeSetting(carrier, "defender-disabled", how),
            ...judgeActions(carrier, {
                must: how.must,
                done: { "defender-removed": { does: "removes Microsoft Defender", effect: "weakens", symptom: "none", text: "nothing checks what runs on the host unless another antivirus is installed" } },
                fix: how.fix(),
            }),
        ];
    },
    examples: [
        { name: "real-time-protection-off", expect: "violation", says: "does not cure 0x904", resources: azureVmWithScript(off) },
        { name: "off-by-policy", expect: "violation", says: "Defender does not run", resources: ec2WithUserData(`New-Item '${policy}' -Force\nSet-ItemProperty '${policy}' -Name DisableAntiSpyware -Value 1 -Type DWord`) },
        { name: "feature-removed", expect: "violation", says: "another antivirus", resources: azureVmWithScript("Uninstall-WindowsFeature -Name Windows-Defender") },
        { name: "off-while-it-installs", expect: "compliant", resources: azureVmWithScript(`${off}\nStart-Process C:\\setup.exe -ArgumentList '/S' -Wait\n${off.replace("$true", "$false")}`) },
        { name: "path-excluded", expect: "compliant", resources: ec2WithUserData("Add-MpPreference -ExclusionPath D:\\data") },
        { name: "another-vendors-agent-installed", expect: "compliant", resources: azureVmWithScript("msiexec /i C:\\agent.msi /qn\nImport-Certificate -FilePath C:\\inspection-root.cer -CertStoreLocation Cert:\\LocalMachine\\Root") },
        { name: "state-from-a-parameter", expect: "unknown", says: "cannot be told", resources: ec2WithUserData("param($off)\nSet-MpPreference -DisableRealtimeMonitoring $off") },
    ],
};

export default rule;
