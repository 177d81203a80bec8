import { CarrierRule } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { judgeSetting } from "./shared/setting";

const listener = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";
const write = (value: number): string => `Set-ItemProperty -Path '${listener}' -Name SecurityLayer -Value ${value} -Type DWord`;

const rule: CarrierRule = {
    id: "RDP204",
    name: "security-layer-tls",
    title: "Sessions are protected by TLS, not by the RDP security layer",
    severity: "high",
    effect: "weakens",
    symptom: "none",
    causes: ["security-layer", "credssp-tls-mismatch"],
    why:
        "SecurityLayer 0 makes the listener speak RDP's own encryption: the server proves no identity, and NLA, which runs inside TLS, cannot be used. " +
        "SecurityLayer 1 (negotiate) is fine together with NLA, as Microsoft's own image script sets it; 2 is preferred " +
        "(Microsoft: Win32_TSGeneralSetting, prepare-for-upload-vhd-image; MS-RDPBCGR 5.4).",
    remedy: "Write SecurityLayer 2, or delete the line. If an old client cannot do TLS, update the client.",
    defaultLevel: "advisory",
    scope: "carrier",
    check: (carrier) =>
        judgeSetting(carrier, "security-layer", {
            must: "protect sessions with TLS",
            fix: (s) => (s.literal === undefined ? "SecurityLayer 2" : `2 instead of ${s.literal.text}`),
        }),
    examples: [
        { name: "rdp-security-layer-only", expect: "violation", says: "TLS", resources: azureVmWithScript(write(0)) },
        { name: "user-data-rdp-security-layer", expect: "violation", says: "SecurityLayer", resources: ec2WithUserData(write(0)) },
        { name: "negotiate-is-fine-with-nla", expect: "compliant", resources: azureVmWithScript(write(1)) },
        { name: "tls", expect: "compliant", resources: ec2WithUserData(write(2)) },
        { name: "value-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($layer)\n${write(0).replace("Value 0", "Value $layer")}`) },
    ],
};

export default rule;
