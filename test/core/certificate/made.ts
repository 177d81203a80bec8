import { generateKeyPairSync } from "node:crypto";
import forge from "node-forge";

/** Real certificates and PKCS#12 files for the tests. RSA keys are made once for each size. */

export interface Wanted {
    readonly from?: Date;
    readonly to?: Date;
    readonly bits?: number;
    readonly commonName?: string;
    readonly dns?: readonly string[];
    readonly addresses?: readonly string[];
    /** OIDs; absent: no extension. */
    readonly uses?: readonly string[];
}

export interface Made {
    readonly pem: string;
    readonly der: string;
    readonly keyPem: string;
    pfx(password: string, options?: { readonly count?: number; readonly algorithm?: "3des" | "aes256" }): string;
}

export const serverUse = "1.3.6.1.5.5.7.3.1";
export const clientUse = "1.3.6.1.5.5.7.3.2";
export const remoteDesktopUse = "1.3.6.1.4.1.311.54.1.2";

const keys = new Map<string, forge.pki.rsa.KeyPair>();

export function keyPair(bits: number, name = ""): forge.pki.rsa.KeyPair {
    const id = `${bits} ${name}`;
    let pair = keys.get(id);
    if (pair === undefined) {
        const made = generateKeyPairSync("rsa", { modulusLength: bits, publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { type: "pkcs8", format: "pem" } });
        keys.set(id, (pair = { privateKey: forge.pki.privateKeyFromPem(made.privateKey), publicKey: forge.pki.publicKeyFromPem(made.publicKey) }));
    }
    return pair;
}

export function certificate({ from = new Date("2025-01-01T00:00:00Z"), to = new Date("2027-01-01T00:00:00Z"), bits = 2048, commonName = "desk.example.com", dns = [], addresses = [], uses }: Wanted = {}): Made {
    const pair = keyPair(bits);
    const made = forge.pki.createCertificate();
    made.publicKey = pair.publicKey;
    made.serialNumber = "0a0b0c0d";
    made.validity.notBefore = from;
    made.validity.notAfter = to;
    const subject = commonName === "" ? [{ shortName: "O", value: "Example" }] : [{ shortName: "CN", value: commonName }];
    made.setSubject(subject);
    made.setIssuer(subject);
    const altNames = [...dns.map((value) => ({ type: 2, value })), ...addresses.map((ip) => ({ type: 7, ip }))];
    made.setExtensions([
        ...(altNames.length === 0 ? [] : [{ name: "subjectAltName", altNames }]),
        ...(uses === undefined ? [] : [{ name: "extKeyUsage", ...Object.fromEntries(uses.map((u) => [forge.pki.oids[u] ?? u, true])) }]),
    ]);
    made.sign(pair.privateKey, forge.md.sha256.create());
    return {
        pem: forge.pki.certificateToPem(made),
        der: forge.util.encode64(forge.asn1.toDer(forge.pki.certificateToAsn1(made)).getBytes()),
        keyPem: forge.pki.privateKeyToPem(pair.privateKey),
        pfx: (password, { count = 2048, algorithm = "3des" } = {}) => forge.util.encode64(forge.asn1.toDer(forge.pkcs12.toPkcs12Asn1(pair.privateKey, [made], password, { algorithm, count })).getBytes()),
    };
}
