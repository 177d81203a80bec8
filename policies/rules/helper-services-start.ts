import { Carrier } from "../../core/guest/model";
import { CarrierRule, Finding } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { advisingWhereWeakened } from "./shared/repair";
import { judgeService } from "./shared/service";
import { judgeSetting } from "./shared/setting";

/** Whose start type and state matter, with Windows' own start type. */
const helpers = [
    ["SessionEnv", "Manual"],
    ["CertPropSvc", "Manual"],
    ["KeyIso", "Manual"],
    ["CryptSvc", "Automatic"],
    ["Dhcp", "Automatic"],
    ["nsi", "Automatic"],
] as const;

const rule: CarrierRule = {
    id: "RDP216",
    name: "helper-services-start",
    title: "The services behind Remote Desktop can start",
    severity: "medium",
    effect: "breaks",
    symptom: "0x904",
    causes: ["service-stopped", "expired-certificate", "machinekeys", "routing-or-isp"],
    why:
        "SessionEnv makes and renews the listener's certificate, with the help of CertPropSvc, KeyIso and CryptSvc. Lists of \"unneeded services\" disable them; everything works until the certificate expires within six months, and then the host accepts clients and drops them: 0x904. " +
        "Without Dhcp or nsi a cloud host loses its network (0x108); without UmRdpService sessions lack drives and printers (Microsoft: Troubleshoot Azure VM RDP connection issues by event ID, prepare-for-upload-vhd-image).",
    remedy: "Leave the start types at Windows' own: Manual for SessionEnv, CertPropSvc, KeyIso and UmRdpService, Automatic for CryptSvc, Dhcp and nsi.",
    defaultLevel: "mandatory",
    scope: "carrier",
    check: (carrier: Carrier): Finding[] => {
        if (carrier.reading.state.settings.size === 0) {
            return [];
        }
        return advisingWhereWeakened([
            ...helpers.flatMap(([name, start]) => judgeService(carrier, name, { must: `let the service ${name} start`, fix: () => `start type ${start}, which is Windows' default, and the service not left stopped` })),
            // It comes back together with TermService: only its start type matters.
            ...judgeSetting(carrier, "service-umrdpservice-start", { must: "let the service UmRdpService start", fix: () => "start type Manual, which is Windows' default" }),
        ]);
    },
    examples: [
        { name: "unneeded-services-disabled", expect: "violation", says: "SessionEnv", resources: azureVmWithScript("'SessionEnv', 'UmRdpService' | ForEach-Object { Set-Service -Name $_ -StartupType Disabled }") },
        { name: "key-isolation-disabled-with-sc", expect: "violation", says: "KeyIso", resources: ec2WithUserData("sc.exe config KeyIso start= disabled") },
        { name: "dhcp-disabled", expect: "violation", says: "address", resources: azureVmWithScript("Set-Service -Name Dhcp -StartupType Disabled") },
        { name: "no-redirected-drives", expect: "violation", says: "UmRdpService", resources: ec2WithUserData("Set-Service -Name UmRdpService -StartupType Disabled") },
        { name: "certificate-made-anew", expect: "compliant", resources: azureVmWithScript("Stop-Service SessionEnv -Force\nStart-Service SessionEnv\nRestart-Service TermService -Force") },
        { name: "stopped-before-a-restart", expect: "compliant", resources: ec2WithUserData("Stop-Service SessionEnv -Force\nRestart-Computer -Force") },
        { name: "other-services-disabled", expect: "compliant", resources: azureVmWithScript("'Spooler', 'Fax' | ForEach-Object { Set-Service -Name $_ -StartupType Disabled }") },
        { name: "nobody-is-meant-to-connect", expect: "compliant", resources: ec2WithUserData("Set-Service -Name SessionEnv -StartupType Disabled", { private: true }) },
        { name: "start-type-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript("param($start)\nSet-Service -Name SessionEnv -StartupType $start") },
    ],
};

export default rule;
