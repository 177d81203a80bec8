import { ExampleResource, HostRule } from "../rule";
import { azureWithVaultCertificate, ec2Associated, fromSecretsManager } from "./shared/example-certificates";
import { azureVmWithScript } from "./shared/example-stacks";
import { certificatesFor, fallsBack, fromObstacle } from "./shared/certificate";

const secretsUser = "/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6";
const reader = "/providers/Microsoft.Authorization/roleDefinitions/21090545-7ca7-4776-b22c-e363652d74d2";

const rule: HostRule = {
    id: "RDP305",
    name: "certificate-identity-reads-vault",
    title: "The host may read the store that its certificate comes from",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["expired-certificate"],
    why:
        "The Key Vault extension signs in with the VM's managed identity, which needs the role Key Vault Secrets User or an access policy that gets secrets; a script on AWS reads with the role of the instance profile. Without, the certificate never arrives, or is not renewed, " +
        "and nothing but a log in the guest says so (Microsoft: Key Vault VM extension for Windows; AWS: identity-based policies of Secrets Manager).",
    remedy: "Give the VM an identity and that identity the role Key Vault Secrets User on the vault, and let the vault's firewall admit the host's subnet; on AWS allow the one action on the one secret.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => certificatesFor(host).flatMap((c) => c.barred.map((obstacle) => fromObstacle(host, c, obstacle, `be there for ${host.name} to fetch`, `it does not arrive: ${fallsBack}`))),
    examples: [
        { name: "vault-of-another-stack", expect: "compliant", resources: azureWithVaultCertificate() },
        { name: "no-identity", expect: "violation", says: "no managed identity", resources: azureWithVaultCertificate({ identity: null }) },
        { name: "role-on-the-vault", expect: "compliant", resources: azureWithVaultCertificate({ more: [vault({ enableRbacAuthorization: true }), role(secretsUser)] }) },
        { name: "no-role", expect: "violation", says: "no role", resources: azureWithVaultCertificate({ more: [vault({ enableRbacAuthorization: true })] }) },
        { name: "role-that-reads-no-secrets", expect: "violation", says: "no role", resources: azureWithVaultCertificate({ more: [vault({ enableRbacAuthorization: true }), role(reader)] }) },
        { name: "policy-where-roles-count", expect: "violation", says: "no role", resources: azureWithVaultCertificate({ more: [vault({ enableRbacAuthorization: true }), policy(["get"])] }) },
        { name: "access-policy", expect: "compliant", resources: azureWithVaultCertificate({ more: [vault({ enableRbacAuthorization: false }), policy(["get"])] }) },
        { name: "access-policy-for-listing-only", expect: "violation", says: "no access policy", resources: azureWithVaultCertificate({ more: [vault({ enableRbacAuthorization: false }), policy(["list"])] }) },
        { name: "role-of-its-own", expect: "unknown", says: "not known", resources: azureWithVaultCertificate({ more: [vault({ enableRbacAuthorization: true }), role("/providers/Microsoft.Authorization/roleDefinitions/0f2c1a5e-1111-4222-8333-94f9d1b6a001")] }) },
        { name: "vault-closed-to-networks", expect: "unknown", says: "firewall", resources: azureWithVaultCertificate({ more: [vault({ enableRbacAuthorization: true, networkAcls: { bypass: "AzureServices", defaultAction: "Deny" } }), role(secretsUser)] }) },
        { name: "role-of-the-instance-reads-the-secret", expect: "compliant", resources: ec2Associated(fromSecretsManager, "secretsmanager:GetSecretValue", "rate(1 day)") },
        { name: "role-of-the-instance-does-not", expect: "violation", says: "secretsmanager:GetSecretValue", resources: ec2Associated(fromSecretsManager, undefined, "rate(1 day)") },
        { name: "windows-own-certificate", expect: "compliant", resources: azureVmWithScript("Get-Date") },
    ],
};

function vault(properties: Record<string, unknown>): ExampleResource {
    return { type: "azure-native:keyvault:Vault", name: "vault", inputs: { resourceGroupName: "rg", vaultName: "kv-desk", properties: { tenantId: "0d2c1a5e-1111-4222-8333-94f9d1b6a001", sku: { family: "A", name: "standard" }, ...properties } } };
}

function role(roleDefinitionId: string): ExampleResource {
    return { type: "azure-native:authorization:RoleAssignment", name: "assignment", inputs: { principalId: "${vm.identity.principalId}", principalType: "ServicePrincipal", roleDefinitionId, scope: "${vault.id}" } };
}

function policy(secrets: readonly string[]): ExampleResource {
    return { type: "azure-native:keyvault:AccessPolicy", name: "policy", inputs: { resourceGroupName: "rg", vaultName: "${vault.name}", policy: { objectId: "${vm.identity.principalId}", tenantId: "0d2c1a5e-1111-4222-8333-94f9d1b6a001", permissions: { secrets } } } };
}

export default rule;
