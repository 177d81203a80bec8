import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { checkDnsNames } from "../shared/certificate";
import { isPlain, settle } from "../shared/plain";
import { refuse, Subject } from "../shared/refusal";
import { CertificateIssue, CertificatePolicy, checkedIssue, issueCertificate } from "./issued-certificate";
import { checkVaultCertificate, grantVault, VaultCertificate } from "./vault-certificate";

/** A certificate of a key vault for the host that RdpHost makes, which renews itself and stays bound (see RdpCertificate). */
export interface HostCertificate {
    /** Id of the key vault, from any stack. It must let the virtual machine in, and use Azure's roles for access rather than access policies. */
    vaultId: pulumi.Input<string>;
    /** Name of the certificate in the vault, without a version. */
    certificateName?: pulumi.Input<string>;
    /** Secret URL of the certificate instead of its name, without a version: `https://<vault>.vault.azure.net/secrets/<name>`. */
    certificateUrl?: pulumi.Input<string>;
    /** Makes the certificate in the vault, and has the vault renew it. Default: it is there already. */
    issue?: CertificateIssue;
    /** Names that clients type, e.g. `desk.example.com`. The certificate must cover all of them; a wildcard certificate does. */
    dnsNames: pulumi.Input<pulumi.Input<string>[]>;
}

/** A certificate for a new host, checked. */
export interface CheckedCertificate {
    readonly certificate: pulumi.Output<VaultCertificate>;
    /** Where it is to be made. */
    readonly policy: pulumi.Output<CertificatePolicy> | undefined;
}

/** The certificate's addresses, or a refusal: before anything is made where the arguments are plain. */
export function checkedHostCertificate(subject: Subject, { vaultId, certificateName, certificateUrl, dnsNames, issue }: HostCertificate): CheckedCertificate {
    if (vaultId === undefined) {
        refuse(subject, "vaultId", "is missing", "Pass the id of the key vault, e.g. vault.id: the host's identity is given its role there.");
    }
    if (isPlain(dnsNames)) {
        checkDnsNames(subject, dnsNames as string[]);
    }
    return {
        certificate: settle({ vaultId, certificateName, certificateUrl }, (c) => checkVaultCertificate(subject, c)),
        policy: issue === undefined ? undefined : checkedIssue(subject, issue, dnsNames),
    };
}

/** The identity by which a new host reads its certificate, with the one role that it needs. */
export interface HostIdentity {
    readonly identity: managedidentity.UserAssignedIdentity;
    readonly ready: pulumi.Resource[];
}

export function hostIdentity(
    name: string,
    { certificate, policy }: CheckedCertificate,
    place: { readonly resourceGroupName: pulumi.Input<string>; readonly location: pulumi.Input<string> | undefined },
    opts: pulumi.CustomResourceOptions,
): HostIdentity {
    const identity = new managedidentity.UserAssignedIdentity(name, { resourceGroupName: place.resourceGroupName, location: place.location }, opts);
    const made = policy === undefined ? [] : [issueCertificate(name, certificate, policy, { ...place, tags: undefined }, opts)];
    return { identity, ready: [grantVault(name, certificate, identity.principalId, { ...opts, dependsOn: made })] };
}
