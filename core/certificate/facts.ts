import { Known } from "../known";

/** What is known of a certificate. A fact that its source does not tell is not known, with that reason. */
export interface CertificateFacts {
    /** Milliseconds since 1970. */
    readonly validity: Known<{ readonly notBefore: number; readonly notAfter: number }>;
    /** Extended key usages as OIDs; none: any use. */
    readonly uses: Known<readonly string[]>;
    /** DNS names (`*.example.com` too) and addresses, lower case; the common name only where no other name is given, as clients do it. */
    readonly names: Known<readonly string[]>;
    /** Bits are known for RSA keys, and for EC keys of the usual curves. */
    readonly key: Known<{ readonly type: "rsa" | "ec" | "other"; readonly bits?: number }>;
    /** `foreign`: the key that comes with the certificate is another certificate's. */
    readonly privateKey: Known<"present" | "absent" | "foreign">;
    readonly selfSigned: Known<boolean>;
}

export const serverAuthentication = "1.3.6.1.5.5.7.3.1";
export const remoteDesktopAuthentication = "1.3.6.1.4.1.311.54.1.2";
/** anyExtendedKeyUsage (RFC 5280 §4.2.1.12). */
export const anyUse = "2.5.29.37.0";

/** All facts not known, for one and the same reason. */
export function noFacts(reason: string): CertificateFacts {
    const nothing = { state: "unknown", reason } as const;
    return { validity: nothing, uses: nothing, names: nothing, key: nothing, privateKey: nothing, selfSigned: nothing };
}
