import { isRebound } from "../../core/certificate/delivery";
import { HostRule } from "../rule";
import { azureWithVaultCertificate, bindDaily, bindNewest, bindOnReplacement, ec2Associated } from "./shared/example-certificates";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { certificatesFor, fromAnswer, warns } from "./shared/certificate";

const rule: HostRule = {
    id: "RDP302",
    name: "certificate-rebound",
    title: "A renewed certificate is bound to the listener again",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["expired-certificate"],
    why:
        "The listener holds one thumbprint. The Key Vault extension installs a renewed certificate and leaves the listener with the old one, which then ends: clients warn, or refuse with 0x1B07. A notification task of Windows binds anew only where the renewed " +
        "certificate carries a link to the one before, which version 3 of the extension writes with linkOnRenewal and version 4 always (Microsoft: Key Vault VM extension for Windows, New-CertificateNotificationTask).",
    remedy: "Let a scheduled task bind the newest matching certificate every day, and a notification task upon replacement.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) =>
        certificatesFor(host).flatMap((c) =>
            fromAnswer(host, c, isRebound(c, host.carriers), "be bound to the listener again after each renewal", `after a renewal the listener keeps the old one, and from its end ${warns}`, "a scheduled task that sets SSLCertificateSHA1Hash of Win32_TSGeneralSetting to the newest matching certificate every day"),
        ),
    examples: [
        { name: "daily-task", expect: "compliant", resources: azureWithVaultCertificate() },
        { name: "run-command-binds-once", expect: "violation", says: "nothing runs again", resources: azureWithVaultCertificate({ script: bindNewest }) },
        { name: "extension-alone", expect: "violation", says: "by no script", resources: azureWithVaultCertificate({ url: "https://kv-desk.vault.azure.net/secrets/rdp-desk", script: "Get-Date" }) },
        { name: "web-server-certificate", expect: "compliant", resources: azureWithVaultCertificate({ url: "https://kv-desk.vault.azure.net/secrets/shop", script: "Get-Date" }) },
        { name: "extension-and-a-script-out-of-sight", expect: "unknown", says: "not known", resources: azureWithVaultCertificate({ url: "https://kv-desk.vault.azure.net/secrets/rdp-desk", script: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }) },
        { name: "notification-task-of-version-4", expect: "compliant", resources: azureWithVaultCertificate({ script: bindOnReplacement }) },
        { name: "notification-task-without-a-link", expect: "violation", says: "linkOnRenewal", resources: azureWithVaultCertificate({ version: "3.0", script: bindOnReplacement }) },
        { name: "notification-task-with-a-link", expect: "compliant", resources: azureWithVaultCertificate({ version: "3.0", management: { linkOnRenewal: true }, script: bindOnReplacement }) },
        { name: "enrolled-certificate-bound-at-launch", expect: "violation", says: "enrolled certificate", resources: ec2WithUserData(`Get-Certificate -Template RemoteDesktop -CertStoreLocation Cert:\\LocalMachine\\My\n${bindNewest}`) },
        { name: "bound-by-state-manager-on-a-schedule", expect: "compliant", resources: ec2Associated(bindNewest, undefined, "rate(1 day)") },
        { name: "task-registered-at-launch", expect: "compliant", resources: ec2WithUserData(bindDaily) },
        { name: "listener-read-and-not-bound", expect: "compliant", resources: azureVmWithScript("(Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting).SSLCertificateSHA1Hash") },
    ],
};

export default rule;
