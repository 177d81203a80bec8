import { isKeyReadable } from "../../core/certificate/delivery";
import { HostRule } from "../rule";
import { azureWithVaultCertificate, bindDaily, ec2Associated, fromSecretsManager, grantKey, importAndBind, pkcs12 } from "./shared/example-certificates";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { certificatesFor, fallsBack, fromAnswer } from "./shared/certificate";

const rule: HostRule = {
    id: "RDP303",
    name: "certificate-key-readable",
    title: "The listener's account may read the certificate's key",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["machinekeys", "certificate-names"],
    why:
        "The listener runs as NETWORK SERVICE, and an imported key is SYSTEM's and the administrators'. Where the account cannot read it, Windows logs event 1055 and takes its self-signed certificate; with that one broken too, clients are accepted and dropped with 0x904 " +
        "(Microsoft: Remote Desktop listener certificate configurations, KB3042780).",
    remedy: 'Name "Network Service" in the accounts of the observed certificate, or grant Read on the one key file by its SID, S-1-5-20.',
    defaultLevel: "advisory",
    scope: "host",
    check: (host) =>
        certificatesFor(host).flatMap((c) =>
            fromAnswer(
                host,
                c,
                isKeyReadable(c, host.carriers),
                "let NETWORK SERVICE read its key",
                fallsBack,
                c.delivery.kind === "key-vault-extension" ? 'accounts: ["Network Service"] in the observed certificate' : "icacls <key file> /grant '*S-1-5-20:(R)' in the script, for the certificate's own key file only",
            ),
        ),
    examples: [
        { name: "account-named", expect: "compliant", resources: azureWithVaultCertificate() },
        { name: "no-account-named", expect: "violation", says: "accounts", resources: azureWithVaultCertificate({ observed: { accounts: [] } }) },
        { name: "another-account-named", expect: "violation", says: "NETWORK SERVICE", resources: azureWithVaultCertificate({ observed: { accounts: ["IIS_IUSRS"] } }) },
        { name: "script-grants-instead", expect: "compliant", resources: azureWithVaultCertificate({ observed: { accounts: [] }, script: `${bindDaily}\n${grantKey}` }) },
        { name: "accounts-that-are-computed", expect: "unknown", says: "accounts", resources: azureWithVaultCertificate({ observed: { accounts: ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"] } }) },
        { name: "imported-and-granted", expect: "compliant", resources: ec2WithUserData(importAndBind(pkcs12.good)) },
        { name: "imported-and-not-granted", expect: "violation", says: "self-signed", resources: ec2WithUserData(importAndBind(pkcs12.good, "")) },
        { name: "association-grants", expect: "compliant", resources: ec2Associated(fromSecretsManager, "secretsmanager:GetSecretValue", "rate(1 day)") },
        { name: "windows-own-certificate", expect: "compliant", resources: azureVmWithScript("Get-Date") },
    ],
};

export default rule;
