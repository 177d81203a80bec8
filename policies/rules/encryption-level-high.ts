import { CarrierRule } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { judgeSetting } from "./shared/setting";

const listener = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";
const write = (value: number | string): string => `Set-ItemProperty -Path '${listener}' -Name MinEncryptionLevel -Value ${value} -Type DWord`;

const rule: CarrierRule = {
    id: "RDP215",
    name: "encryption-level-high",
    title: "The encryption level is not low",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["security-layer", "credssp-tls-mismatch"],
    why:
        "MinEncryptionLevel 1 permits RDP's low encryption, which protects what the client sends and nothing that the host answers, and which Windows rejects together with TLS. " +
        "Azure's own run command ResetRDPCert leaves a host at 1, together with SecurityLayer 0. Only the legacy security layer uses the level; 2 is Windows' default, 3 is preferred (Microsoft: Win32_TSGeneralSetting.SetEncryptionLevel).",
    remedy: "Write MinEncryptionLevel 3, or delete the line.",
    defaultLevel: "advisory",
    scope: "carrier",
    check: (carrier) =>
        judgeSetting(carrier, "min-encryption-level", {
            must: "refuse RDP's low encryption",
            fix: (s) => (s.literal === undefined ? "MinEncryptionLevel 3" : `3 instead of ${s.literal.text}`),
        }),
    examples: [
        { name: "low-encryption", expect: "violation", says: "MinEncryptionLevel", resources: azureVmWithScript(write(1)) },
        { name: "policy-sets-low-encryption", expect: "violation", says: "low encryption", resources: ec2WithUserData(write(1).replace(listener, "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services")) },
        { name: "client-compatible-is-the-default", expect: "compliant", resources: azureVmWithScript(write(2)) },
        { name: "high", expect: "compliant", resources: ec2WithUserData(write(3)) },
        { name: "value-from-a-parameter", expect: "unknown", says: "cannot be told", resources: azureVmWithScript(`param($level)\n${write("$level")}`) },
    ],
};

export default rule;
