import { CarrierRule } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { repairNumber } from "./shared/repair";
import { judgeSetting } from "./shared/setting";

const off = "Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' -Name UserAuthentication -Value 0";

const rule: CarrierRule = {
    id: "RDP203",
    name: "nla-required",
    title: "Network Level Authentication stays required",
    severity: "high",
    effect: "weakens",
    symptom: "none",
    causes: ["nla"],
    why:
        "UserAuthentication 0 under RDP-Tcp lets anybody who reaches the port open a log-on screen before proving who they are. " +
        "It is often written to make an error go away; it does not cure 0x904, whose causes lie in the certificate, TLS or a cap. " +
        "Windows requires NLA by default since Server 2012 (Microsoft: prepare-for-upload-vhd-image; Win32_TSGeneralSetting.UserAuthenticationRequired).",
    remedy: "Write UserAuthentication 1 (or delete the line: 1 is the default), and find what the change was meant to cure with `rdp-ready explain 0x904`.",
    defaultLevel: "advisory",
    scope: "carrier",
    check: (carrier) =>
        judgeSetting(carrier, "nla", {
            must: "require Network Level Authentication",
            fix: (s) => (s.literal === undefined ? "UserAuthentication 1" : `1 instead of ${s.literal.text}`),
        }),
    fix: (carrier) => repairNumber(carrier, "nla", 0, 1),
    examples: [
        { name: "run-command-turns-nla-off", expect: "violation", says: "Network Level Authentication", resources: azureVmWithScript(off) },
        { name: "user-data-turns-nla-off", expect: "violation", says: "UserAuthentication", resources: ec2WithUserData(off) },
        { name: "off-then-on-again", expect: "compliant", resources: azureVmWithScript(`${off}\nRestart-Service TermService -Force\n${off.replace("Value 0", "Value 1")}`) },
        { name: "comment-that-mentions-it", expect: "compliant", resources: azureVmWithScript(`# never: ${off}\nWrite-Output 'done'`) },
        { name: "value-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($nla)\n${off.replace("Value 0", "Value $nla")}`) },
    ],
};

export default rule;
