import * as authorization from "@pulumi/azure-native/authorization";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { checkDnsNames, checkWhole } from "../shared/certificate";
import { settle } from "../shared/plain";
import { refuse, Subject } from "../shared/refusal";
import { issueScript } from "./issue-script";
import { roleDefinition, VaultCertificate } from "./vault-certificate";

/**
 * How a key vault makes a certificate, and renews it. A deployment script orders it, by an identity of its own that keeps
 * the role Key Vault Certificates Officer on the vault: it may manage certificates, and read no private key. The vault
 * must use Azure's roles and let Azure's container instances in; whoever deploys may assign roles on the vault and use
 * managed identities, and the subscription allows container instances and storage accounts with keys. One certificate is
 * made in one place: further hosts with the same one leave `issue` out, and its `dnsNames` hold the names of all. Azure
 * removes the script's resource after a day: after a refresh the next update makes it again, which changes nothing in
 * the vault, and orders a certificate anew that somebody has deleted and purged. Without a refresh the script runs again
 * only when `issue` or the names change. Where it failed and Azure does not run it again, `pulumi up --replace` with the
 * script's URN does.
 */
export interface CertificateIssue {
    /** Name of an issuer that is set up in the vault: the account of an integrated authority, DigiCert or GlobalSign (`az keyvault certificate issuer create`). `Self` and `Unknown` are refused: clients would be warned of the one, and the vault cannot renew the other. */
    issuer: pulumi.Input<string>;
    /** Size of the RSA key in bits: 2048, 3072 or 4096. Default: 2048. */
    keySize?: pulumi.Input<number>;
    /** Months that each certificate is valid, 2 to 12. Default: 3, because public authorities issue for at most 200 days since March 2026, and for 100 from March 2027 (CA/Browser Forum, ballot SC-081v3). */
    validityMonths?: pulumi.Input<number>;
    /** Days before its end when the vault renews it, 7 to 27 times `validityMonths`. Default: 30. */
    renewDaysBefore?: pulumi.Input<number>;
}

/** Policy of a certificate, as the REST interface of Key Vault takes it (version 7.4). */
export interface CertificatePolicy {
    readonly issuer: { readonly name: string };
    readonly key_props: { readonly kty: "RSA"; readonly key_size: number; readonly exportable: true; readonly reuse_key: false };
    readonly secret_props: { readonly contentType: "application/x-pkcs12" };
    readonly x509_props: { readonly subject: string; readonly sans: { readonly dns_names: readonly string[] }; readonly ekus: readonly string[]; readonly key_usage: readonly string[]; readonly validity_months: number };
    readonly lifetime_actions: readonly { readonly trigger: { readonly days_before_expiry: number }; readonly action: { readonly action_type: "AutoRenew" } }[];
}

const serverAuthentication = "1.3.6.1.5.5.7.3.1";
/** Longest common name (RFC 5280, upper bound of X.520). */
const longestCommonName = 64;
/** Single labels, and domains that nobody can own (CA/Browser Forum, Baseline Requirements §4.2.2; RFC 6761, RFC 6762, RFC 8375). */
const notIssued = /^[^.]+$|\.(?:local|localhost|internal|lan|corp|home|test|invalid|home\.arpa)$/i;
const remedyForIssuer = "Write the name of an issuer that is set up in the vault (az keyvault certificate issuer list).";

/** The policy for what was asked, or a refusal that says what to write. */
function policyFor(holder: Subject, issue: pulumi.Unwrap<CertificateIssue>, dnsNames: readonly string[]): CertificatePolicy {
    const subject: Subject = { ...holder, within: holder.within === undefined ? "issue" : `${holder.within}.issue` };
    const { issuer, keySize = 2048, validityMonths = 3, renewDaysBefore = 30 } = issue;
    if (typeof issuer !== "string" || !/^[0-9A-Za-z-]{1,127}$/.test(issuer)) {
        refuse(subject, "issuer", issuer === undefined ? "is missing" : `is "${String(issuer)}", which is no name of an issuer`, remedyForIssuer);
    }
    if (/^self$/i.test(issuer)) {
        refuse(subject, "issuer", 'is "Self": clients are warned of a self-signed certificate, and version 4.0 of the Key Vault extension does not install it', `${remedyForIssuer} For a self-signed one, leave the certificate to Windows.`);
    }
    if (/^unknown$/i.test(issuer)) {
        refuse(subject, "issuer", 'is "Unknown", from which the vault cannot renew', remedyForIssuer);
    }
    if (![2048, 3072, 4096].includes(keySize)) {
        refuse(subject, "keySize", `is ${JSON.stringify(keySize)}`, "Write 2048, 3072 or 4096.");
    }
    const months = checkWhole(subject, "validityMonths", validityMonths, 2, 12, "months");
    const days = checkWhole(subject, "renewDaysBefore", renewDaysBefore, 7, months * 27, "days");
    const unissued = dnsNames.findIndex((n) => notIssued.test(n));
    if (unissued >= 0) {
        refuse(holder, `dnsNames[${unissued}]`, `is "${dnsNames[unissued]}", and public authorities issue for no such name`, "Write a name in a domain that you own, or make the certificate by hand and leave issue out.");
    }
    const common = dnsNames.find((n) => n.length <= longestCommonName);
    if (common === undefined) {
        refuse(holder, "dnsNames", `hold no name of at most ${longestCommonName} characters, which the certificate's subject needs`, "Add a shorter name.");
    }
    return {
        issuer: { name: issuer },
        key_props: { kty: "RSA", key_size: keySize, exportable: true, reuse_key: false },
        secret_props: { contentType: "application/x-pkcs12" },
        x509_props: { subject: `CN=${common}`, sans: { dns_names: [...dnsNames].sort() }, ekus: [serverAuthentication], key_usage: ["digitalSignature", "keyEncipherment"], validity_months: months },
        lifetime_actions: [{ trigger: { days_before_expiry: days }, action: { action_type: "AutoRenew" } }],
    };
}

/**
 * The policy: checked at once where what it comes from is plain, else when it is known.
 * @param holder of `issue` and `dnsNames`
 */
export function checkedIssue(holder: Subject, issue: CertificateIssue, dnsNames: pulumi.Input<pulumi.Input<string>[]> | undefined): pulumi.Output<CertificatePolicy> {
    return settle({ issue, dnsNames }, (a) => policyFor(holder, a.issue, checkDnsNames(holder, a.dnsNames)));
}

/** Built-in role Key Vault Certificates Officer: makes and changes certificates; reads no private key. */
const keyVaultCertificatesOfficer = "a4417e6f-fecd-4de8-b567-7b0420556985";

/** Before 2.64.0, whose image lost tools that the service's own wrapper calls (github.com/Azure/azure-cli, issues 29830 and 30450). */
const azCliVersion = "2.61.0";

interface Place {
    readonly resourceGroupName: pulumi.Input<string>;
    readonly location: pulumi.Input<string> | undefined;
    readonly tags: pulumi.Input<{ [key: string]: pulumi.Input<string> }> | undefined;
}

/**
 * Makes the certificate in the vault by a deployment script, because Azure Resource Manager has no resource for one. It
 * changes nothing where the vault has it already, and makes a new version where issuer, key or names differ.
 */
export function issueCertificate(
    name: string,
    certificate: pulumi.Output<VaultCertificate>,
    policy: pulumi.Output<CertificatePolicy>,
    { resourceGroupName, location, tags }: Place,
    opts: pulumi.CustomResourceOptions,
): resources.AzureCliScript {
    const identity = new managedidentity.UserAssignedIdentity(`${name}-issue`, { resourceGroupName, location, tags }, opts);
    const role = new authorization.RoleAssignment(
        `${name}-issue`,
        {
            scope: certificate.apply((c) => `${c.vault?.id}`),
            roleDefinitionId: certificate.apply((c) => roleDefinition(c.vault, keyVaultCertificatesOfficer)),
            principalId: identity.principalId,
            principalType: "ServicePrincipal",
            description: "Makes the certificate of Remote Desktop",
        },
        opts,
    );
    const variables = pulumi.all([certificate, policy]).apply(([c, p]) => {
        const { origin, hostname } = new URL(c.url);
        return [
            { name: "VAULT", value: origin },
            // The audience of tokens for this cloud's vaults: https://vault.azure.net.
            { name: "RESOURCE", value: `https://${hostname.split(".").slice(1).join(".")}` },
            { name: "CERTIFICATE", value: c.name },
            { name: "POLICY", value: JSON.stringify(p) },
            { name: "ISSUED", value: issued(p) },
            { name: "RENEWED", value: renewed(p) },
        ];
    });
    return new resources.AzureCliScript(
        `${name}-issue`,
        {
            resourceGroupName,
            location,
            kind: "AzureCLI",
            azCliVersion,
            identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
            environmentVariables: variables,
            scriptContent: issueScript,
            timeout: "PT2H",
            cleanupPreference: "OnSuccess",
            retentionInterval: "P1D",
            tags,
        },
        { ...opts, dependsOn: [role] },
    );
}

/** What a new version is needed for, as the script reads it of the vault's policy. */
function issued({ issuer, key_props, secret_props, x509_props }: CertificatePolicy): string {
    const list = (values: readonly string[]): string => [...values].sort().join(",");
    const parts = [issuer.name, key_props.kty, key_props.key_size, key_props.exportable, secret_props.contentType, list(x509_props.ekus), list(x509_props.key_usage), x509_props.validity_months, list(x509_props.sans.dns_names)];
    return parts.join("|").toLowerCase();
}

/** What the vault does with the version that it has. */
function renewed({ lifetime_actions: [action] }: CertificatePolicy): string {
    return [action!.action.action_type, action!.trigger.days_before_expiry].join("|").toLowerCase();
}
