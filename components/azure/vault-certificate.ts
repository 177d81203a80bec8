import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { refuse, Subject } from "../shared/refusal";

/** A certificate in a key vault, as the Key Vault extension and a role assignment name it. */
export interface VaultCertificate {
    /** Secret URL without a version. */
    readonly url: string;
    /** Scope of the secret behind the certificate; undefined where the vault's id was not given. */
    readonly scope: string | undefined;
    /** Id of the role that reads secrets; undefined with `scope`. */
    readonly role: string | undefined;
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
        return { url, ...access(vault, name) };
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
    return { url: `https://${vault.name.toLowerCase()}.vault.azure.net/secrets/${name}`, ...access(vault, name) };
}

interface Vault {
    readonly id: string;
    readonly name: string;
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

function access(vault: Vault | undefined, name: string): Pick<VaultCertificate, "scope" | "role"> {
    return vault === undefined
        ? { scope: undefined, role: undefined }
        : { scope: `${vault.id}/secrets/${name}`, role: `${vault.subscription}/providers/Microsoft.Authorization/roleDefinitions/${keyVaultSecretsUser}` };
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
        scope: certificate.apply((c) => c.scope ?? ""),
        roleDefinitionId: certificate.apply((c) => c.role ?? ""),
        principalId,
        // Named, because a directory that has not heard of a new identity yet would refuse it.
        principalType: "ServicePrincipal",
        description: "The certificate of Remote Desktop",
    };
    return new authorization.RoleAssignment(name, args, opts);
}
