import * as pulumi from "@pulumi/pulumi";
import { isPlain } from "../shared/plain";
import { refuse, Subject } from "../shared/refusal";
import { checked, chosenMode } from "./certificate-plan";

/** A certificate for the host that RdpHost makes, which renews itself and stays bound (see RdpCertificate). */
export interface HostCertificate {
    /** ARN of a private certificate authority that exists and signs keys that the guest makes. Pass this or `secretArn`. */
    certificateAuthorityArn?: pulumi.Input<string>;
    /** How the authority signs, which depends on its own key: `SHA256WITHRSA`, `SHA256WITHECDSA` and so on. Default: `SHA256WITHRSA`. */
    signingAlgorithm?: pulumi.Input<string>;
    /** Days for which the authority issues a certificate, 7 to 397. Each costs up to 0.75 USD. Default: 90. */
    validityDays?: pulumi.Input<number>;
    /** Days before its end at which the next certificate is asked for. Default: a third of `validityDays`. */
    renewBeforeDays?: pulumi.Input<number>;
    /** Full ARN of a secret that holds a PFX with one private key: as binary, in base64, or as JSON with `pfx` in base64 and `password`. */
    secretArn?: pulumi.Input<string>;
    /** ARN of the key that encrypts the secret, where that is not AWS' own. */
    secretKmsKeyArn?: pulumi.Input<string>;
    /** Names that clients type, e.g. `desk.example.com`. The certificate must cover all of them; a wildcard certificate does. */
    dnsNames: pulumi.Input<pulumi.Input<string>[]>;
    /** Name of the role of `instanceProfileName`, which is given permission to read the one secret, or to use the one authority. Default: the role that the host makes; a role of your own must have the permission. */
    roleName?: pulumi.Input<string>;
}

/** Refuses a certificate that cannot be: before anything is made where the arguments are plain. */
export function checkHostCertificate(subject: Subject, certificate: HostCertificate): void {
    if (certificate.certificateAuthorityArn === undefined && certificate.secretArn === undefined) {
        refuse(subject, "secretArn", "is missing, and so is certificateAuthorityArn", "Pass one of them, or no certificate for the one that Windows makes and renews.");
    }
    const mode = chosenMode(subject, undefined, certificate);
    if (isPlain(certificate)) {
        checked(subject, mode, certificate);
    }
}
