/**
 * Where the listener's certificate comes from.
 * `store`: something else, such as Azure's Key Vault extension, puts it into LocalMachine\My and renews it there.
 * `secret`: a PFX in AWS Secrets Manager. `private-ca`: the guest makes a key and has AWS Private CA sign it. Both are
 * told which, and for which names, by parameters of their SSM document.
 * `windows`: the self-signed certificate that Windows makes and renews.
 */
export type CertificatePlan = StorePlan | { readonly kind: "secret" } | PrivateCaPlan | { readonly kind: "windows" };

export interface StorePlan {
    readonly kind: "store";
    /** Names that clients type, all of which the certificate must cover. */
    readonly names: readonly string[];
}

export interface PrivateCaPlan {
    readonly kind: "private-ca";
    readonly signingAlgorithm: string;
    /** Days for which a certificate is asked. */
    readonly validityDays: number;
    /** Days before its end at which the next one is asked for. */
    readonly renewBeforeDays: number;
}
