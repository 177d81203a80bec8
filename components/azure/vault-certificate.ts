import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { refuse, Subject } from "../shared/refusal";

/** A certificate in a key vault, as the Key Vault extension and a role assignment name it. */
export interface VaultCertificate {
    /** Secret URL without a version. */
    readonly url: string;
    /** Name of the certificate, without a version. */
    readonly name: string;
    /** Undefined where its id was not given. */
    readonly vault: Vault | undefined;
}

/** Where a certificate is, before it is checked. */
export interface VaultCertificateArgs {
    readonly vaultId?: string | undefined;
    readonly certificateName?: string | undefined;
    readonly certificateUrl?: string | undefined;
}

const vaultPattern = /^(\/subscriptions\/[0-9a-f-]{36})\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/([a-z][a-z0-9-]{1,22}[a-z0-9])$/i;
const namePattern = /^[0-9A-Za-z-]{1,127}$/;
const neverRenews = "is a version, and a version never renews: the host would keep it until it expires";

/** Built-in role Key Vault Secrets User: reads secrets, and with them the keys of certificates, and nothing else. */
export const keyVaultSecretsUser = "4633458b-17de-408a-b874-0445c86b69e6";

/** The certificate's addresses, or a refusal that says what to write. */
export function checkVaultCertificate(subject: Subject, args: VaultCertificateArgs): VaultCertificate {
    const vault = args.vaultId === undefined ? undefined : parseVault(subject, args.vaultId);
    if ((args.certificateName === undefined) === (args.certificateUrl === undefined)) {
        const problem = args.certificateName === undefined ? "is missing" : "is given beside certificateUrl";
        refuse(subject, "certificateName", problem, "Pass the name of a certificate in the vault, or its URL as certificateUrl, not both.");
    }
    if (args.certificateUrl !== undefined) {
        const { url, vaultName, name } = parseUrl(subject, args.certificateUrl);
        if (vault !== undefined && vault.name.toLowerCase() !== vaultName) {
            refuse(subject, "certificateUrl", `is in the vault ${vaultName}, but vaultId is ${vault.name}`, "Pass both of the same vault.");
        }
        return { url, name, vault };
    }
    const name = args.certificateName!;
    if (vault === undefined) {
        return refuse(subject, "vaultId", "is missing beside certificateName", "Pass the id of the key vault, e.g. vault.id, or the certificate's URL as certificateUrl.");
    }
    if (/^[0-9A-Za-z-]+\/[0-9a-f]{32}$/i.test(name)) {
        refuse(subject, "certificateName", `is "${name}", which ${neverRenews}`, `Write "${name.split("/")[0]}".`);
    }
    if (!namePattern.test(name)) {
        refuse(subject, "certificateName", `is "${name}", which is no name of a certificate`, "Write its name in the vault: up to 127 letters, digits and hyphens.");
    }
    return { url: `https://${vault.name.toLowerCase()}.vault.azure.net/secrets/${name}`, name, vault };
}

/** A key vault, by its id. */
export interface Vault {
    readonly id: string;
    readonly name: string;
    /** `/subscriptions/<id>` */
    readonly subscription: string;
}

function parseVault(subject: Subject, vaultId: string): Vault {
    const [, subscription, name] = vaultPattern.exec(vaultId) ?? [];
    if (subscription === undefined || name === undefined) {
        const remedy = "Write /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.KeyVault/vaults/<name>, which vault.id and `az keyvault show --query id` give.";
        return refuse(subject, "vaultId", `is "${vaultId}", which is no id of a key vault`, remedy);
    }
    return { id: vaultId, name, subscription };
}

function parseUrl(subject: Subject, text: string): { url: string; vaultName: string; name: string } {
    const property = "certificateUrl";
    const example = "https://<vault>.vault.azure.net/secrets/<name>";
    const [, host, vaultName, kind, name, version] = /^(https:\/\/([a-z0-9-]+)\.vault\.[a-z.]+)(?::443)?\/(secrets|certificates|keys)\/([0-9A-Za-z-]{1,127})(?:\/([^/?#]*))?$/i.exec(text) ?? [];
    if (host === undefined || vaultName === undefined || name === undefined) {
        return refuse(subject, property, `is "${text}", which is no URL of a certificate`, `Write ${example}.`);
    }
    const right = `${host}/secrets/${name}`;
    if (version !== undefined && version !== "") {
        refuse(subject, property, `ends with "${version}", which ${neverRenews}`, `Write ${right}.`);
    }
    if (kind?.toLowerCase() !== "secrets") {
        refuse(subject, property, `leads to ${kind}, which does not hold the certificate with its private key`, `Write ${right}.`);
    }
    return { url: right, vaultName: vaultName.toLowerCase(), name };
}

/** Lets an identity read the certificate, and nothing else of the vault. */
export function grantVault(name: string, certificate: pulumi.Output<VaultCertificate>, principalId: pulumi.Input<string>, opts: pulumi.CustomResourceOptions): authorization.RoleAssignment {
    const args = {
        scope: certificate.apply((c) => `${c.vault?.id}/secrets/${c.name}`),
        roleDefinitionId: certificate.apply((c) => roleDefinition(c.vault, keyVaultSecretsUser)),
        principalId,
        // Named, because a directory that has not heard of a new identity yet would refuse it.
        principalType: "ServicePrincipal",
        description: "The certificate of Remote Desktop",
    };
    return new authorization.RoleAssignment(name, args, opts);
}

/** Id of a built-in role, in the vault's subscription. */
export function roleDefinition(vault: Vault | undefined, role: string): string {
    return `${vault?.subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
}
