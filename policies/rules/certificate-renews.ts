import { HostRule } from "../rule";
import { azureBinding, azureWithVaultCertificate, bindDaily, bindNewest, ec2Associated, fromSecretsManager, importAndBind, keyVaultCertificate, pkcs12, renewingPolicy, secretUrl } from "./shared/example-certificates";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { certificatesFor, fromObstacle, warns } from "./shared/certificate";

const rule: HostRule = {
    id: "RDP301",
    name: "certificate-renews",
    title: "The listener's certificate is renewed by itself",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["expired-certificate"],
    why:
        "Windows renews the certificate that it makes itself; one that a stack brings ends on its day unless something makes a new one and carries it to the host. A secret's URL with a version, osProfile.secrets, a script that runs once " +
        "and a Key Vault policy without AutoRenew all stop at the first one. From that day clients warn, and those that insist on a trusted certificate refuse with 0x1B07; it becomes 0x904 where Windows cannot make its own either " +
        "(Microsoft: Key Vault VM extension for Windows, Remote Desktop listener certificate configurations).",
    remedy: "Let the Key Vault VM extension observe the secret's URL without a version, with a certificate policy that renews; on AWS fetch and bind it by a State Manager association on a schedule.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => certificatesFor(host).flatMap((c) => c.stale.map((obstacle) => fromObstacle(host, c, { ...obstacle, text: `it ${obstacle.text}` }, "be renewed by itself", `after its end ${warns}`))),
    examples: [
        { name: "url-without-version", expect: "compliant", resources: azureWithVaultCertificate() },
        { name: "url-pinned-to-a-version", expect: "violation", says: "0123456789abcdef0123456789abcdef", resources: azureWithVaultCertificate({ url: `${secretUrl}/0123456789abcdef0123456789abcdef` }) },
        { name: "url-that-is-computed", expect: "unknown", says: "URL is not known", resources: azureWithVaultCertificate({ url: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }) },
        {
            name: "copied-by-the-vm-profile",
            expect: "violation",
            says: "when the VM is deployed",
            resources: azureBinding(bindNewest, { osProfile: { windowsConfiguration: {}, secrets: [{ sourceVault: { id: "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-desk" }, vaultCertificates: [{ certificateUrl: `${secretUrl}/0123456789abcdef0123456789abcdef`, certificateStore: "My" }] }] } }),
        },
        { name: "policy-that-renews", expect: "compliant", resources: azureWithVaultCertificate({ more: [keyVaultCertificate({ certificatePolicy: renewingPolicy() })] }) },
        { name: "policy-that-only-mails", expect: "violation", says: "AutoRenew", resources: azureWithVaultCertificate({ more: [keyVaultCertificate({ certificatePolicy: renewingPolicy({ lifetimeActions: [{ action: { actionType: "EmailContacts" }, trigger: { daysBeforeExpiry: 30 } }] }) })] }) },
        { name: "web-server-certificate-pinned", expect: "compliant", resources: azureWithVaultCertificate({ url: "https://kv-desk.vault.azure.net/secrets/shop/0123456789abcdef0123456789abcdef", script: "Install-WindowsFeature Web-Server" }) },
        { name: "windows-own-certificate", expect: "compliant", resources: azureVmWithScript("Get-Date") },
        { name: "pfx-in-user-data", expect: "violation", says: "first start only", resources: ec2WithUserData(importAndBind(pkcs12.good)) },
        { name: "self-signed-at-launch", expect: "violation", says: "self-signed", resources: ec2WithUserData(`$certificate = New-SelfSignedCertificate -DnsName desk.example.com -CertStoreLocation Cert:\\LocalMachine\\My\n${bindNewest.split("\n").slice(1).join("\n")}`) },
        { name: "association-on-a-schedule", expect: "compliant", resources: ec2Associated(fromSecretsManager, "secretsmanager:GetSecretValue", "rate(1 day)") },
        { name: "association-without-a-schedule", expect: "violation", says: "deployed or changed", resources: ec2Associated(fromSecretsManager, "secretsmanager:GetSecretValue") },
        { name: "acme-client-with-a-task-of-its-own", expect: "compliant", resources: ec2WithUserData(`C:\\acme\\wacs.exe --source manual --host desk.example.com --store certificatestore --installation script --script C:\\acme\\rdp.ps1\n${bindDaily}`) },
    ],
};

export default rule;
