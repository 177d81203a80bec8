import type { KeyObject, X509Certificate } from "node:crypto";
import type { asn1 as Asn1Module, pkcs12 as Pkcs12Module } from "node-forge";
import { Known, isKnown, known, unknown } from "../known";
import { CertificateFacts } from "./facts";

/** Larger than any chain of certificates with its key. */
const mostCharacters = 1_000_000;
const mostCertificates = 32;
/** Windows writes 2,000 rounds, OpenSSL 2,048; more than this is somebody who wants the reader to hang. */
const mostRounds = 2_000_000;
const notACertificate = "it is no certificate in PEM, DER or PKCS#12 form";

interface Contents {
    readonly certificates: readonly X509Certificate[];
    /** Private keys; `locked`: one is there and cannot be read. */
    readonly keys: readonly (KeyObject | "locked")[];
}

/**
 * The facts of the certificate that a text holds: PEM (one or more, in any order, with or without the key), or DER or
 * PKCS#12 in base64. Never throws, and its time is bounded whatever it is given. Nothing of a private key leaves it.
 * @param passwords for PKCS#12, tried in order; without any, the empty one
 */
export function readCertificate(text: string, passwords: readonly string[] = []): Known<CertificateFacts> {
    if (text.length > mostCharacters) {
        return unknown("it is larger than any certificate");
    }
    try {
        const contents = text.includes("-----BEGIN ") ? fromPem(text) : fromBase64(text, passwords);
        return isKnown(contents) ? factsOf(contents.value) : contents;
    } catch {
        return unknown(notACertificate);
    }
}

// Node's crypto and forge take as long to load as a whole pack does to start: only those who have a certificate pay.
const crypto = (): typeof import("node:crypto") => require("node:crypto") as typeof import("node:crypto");
const forge = (): typeof import("node-forge") => require("node-forge") as typeof import("node-forge");

const pemBlock = /-----BEGIN ([A-Z0-9 ]{1,40})-----((?:[A-Za-z0-9+/=\s:,]|-(?!-))*)-----END \1-----/g;

function fromPem(text: string): Known<Contents> {
    const certificates: X509Certificate[] = [];
    const keys: (KeyObject | "locked")[] = [];
    for (const [whole, label] of text.matchAll(pemBlock)) {
        const block = whole.replace(/^[ \t]+/gm, "");
        if (/^(?:X509 |TRUSTED )?CERTIFICATE$/.test(label!) && certificates.length < mostCertificates) {
            certificates.push(new (crypto().X509Certificate)(block));
        } else if (label!.endsWith("PRIVATE KEY")) {
            keys.push(keyFrom(block));
        }
    }
    return certificates.length > 0 ? known({ certificates, keys }) : unknown("its PEM text holds no certificate");
}

function keyFrom(pem: string): KeyObject | "locked" {
    try {
        return crypto().createPrivateKey(pem);
    } catch {
        return "locked";
    }
}

function fromBase64(text: string, passwords: readonly string[]): Known<Contents> {
    const plain = text.replace(/\s+/g, "");
    if (!/^[A-Za-z0-9+/]{64,}={0,2}$/.test(plain)) {
        return unknown(notACertificate);
    }
    const der = Buffer.from(plain, "base64");
    if (der[0] !== 0x30) {
        return unknown(notACertificate);
    }
    try {
        return known({ certificates: [new (crypto().X509Certificate)(der)], keys: [] });
    } catch {
        return fromPkcs12(der.toString("binary"), passwords);
    }
}

function fromPkcs12(der: string, passwords: readonly string[]): Known<Contents> {
    const { asn1, pkcs12 } = forge();
    const pfx = asn1.fromDer(der);
    if (roundsIn(asn1, pfx, 0) > mostRounds) {
        return unknown("its password is stretched more often than any program does");
    }
    for (const password of [...new Set([...passwords, ""])].slice(0, 8)) {
        try {
            return contentsOf(pkcs12.pkcs12FromAsn1(pfx, false, password));
        } catch {
            // The next password may fit; a file that is damaged fails with all of them.
        }
    }
    return unknown("it is a PKCS#12 file that cannot be read without its password, or is damaged");
}

/** The most rounds of any key derivation: the number that follows a salt, in the envelope and in what it holds in the clear. */
function roundsIn(asn1: typeof Asn1Module, node: Asn1Module.Asn1, depth: number): number {
    if (depth > 40) {
        return Infinity;
    }
    if (typeof node.value === "string") {
        if (node.type !== asn1.Type.OCTETSTRING || !node.value.startsWith("\x30")) {
            return 0;
        }
        try {
            return roundsIn(asn1, asn1.fromDer(node.value), depth + 1);
        } catch {
            return 0;
        }
    }
    return node.value.reduce((most, child, i) => {
        const before = node.value[i - 1] as Asn1Module.Asn1 | undefined;
        const counted = child.type === asn1.Type.INTEGER && typeof child.value === "string" && before?.type === asn1.Type.OCTETSTRING;
        return Math.max(most, counted ? integer(child.value as string) : roundsIn(asn1, child, depth + 1));
    }, 0);
}

function integer(bytes: string): number {
    return bytes.length > 6 ? Infinity : [...bytes].reduce((n, c) => n * 256 + c.charCodeAt(0), 0);
}

function contentsOf(pfx: Pkcs12Module.Pkcs12Pfx): Known<Contents> {
    const { asn1, pki } = forge();
    const certificates: X509Certificate[] = [];
    const keys: (KeyObject | "locked")[] = [];
    const bytes = (node: Asn1Module.Asn1): Buffer => Buffer.from(asn1.toDer(node).getBytes(), "binary");
    for (const bag of pfx.safeContents.flatMap((s) => s.safeBags)) {
        if (bag.type === pki.oids["certBag"] && certificates.length < mostCertificates) {
            // forge knows RSA certificates only, and keeps the structure of all others.
            certificates.push(new (crypto().X509Certificate)(bytes(bag.cert ? pki.certificateToAsn1(bag.cert) : bag.asn1)));
        } else if (bag.type === pki.oids["keyBag"] || bag.type === pki.oids["pkcs8ShroudedKeyBag"]) {
            const structure = bag.key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(bag.key)) : (bag.asn1 as Asn1Module.Asn1 | undefined);
            keys.push(structure === undefined ? "locked" : privateKey(bytes(structure)));
        }
    }
    return certificates.length > 0 ? known({ certificates, keys }) : unknown("its PKCS#12 file holds no certificate");
}

function privateKey(der: Buffer): KeyObject | "locked" {
    try {
        return crypto().createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    } catch {
        return "locked";
    }
}

/** The certificate of the key that comes along, else the first that is not an authority's, else the first. */
function factsOf({ certificates, keys }: Contents): Known<CertificateFacts> {
    const open = keys.filter((k) => k !== "locked");
    const ofKey = certificates.find((c) => open.some((k) => c.checkPrivateKey(k)));
    const leaf = ofKey ?? certificates.find((c) => !c.ca) ?? certificates[0]!;
    const [notBefore, notAfter] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
    return known({
        validity: Number.isNaN(notBefore) || Number.isNaN(notAfter) ? unknown("its dates cannot be read") : known({ notBefore, notAfter }),
        // Node calls extended key usages so, and gives their OIDs.
        uses: known((leaf.keyUsage as readonly string[] | undefined) ?? []),
        names: known(namesIn(leaf)),
        key: keyFacts(leaf),
        privateKey: known(ofKey !== undefined || keys.includes("locked") ? "present" : keys.length === 0 ? "absent" : "foreign"),
        selfSigned: known(leaf.subject === leaf.issuer && leaf.checkIssued(leaf)),
    });
}

function namesIn(certificate: X509Certificate): string[] {
    const alternative = [...(certificate.subjectAltName ?? "").matchAll(/(?:^|, )(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(([, name = ""]) => name.replace(/^"|"$/g, ""));
    const common = /(?:^|\n)CN=([^\n]+)/.exec(certificate.subject)?.[1];
    return (alternative.length > 0 ? alternative : common === undefined ? [] : [common]).map((n) => n.trim().toLowerCase());
}

const curveBits: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

function keyFacts(certificate: X509Certificate): CertificateFacts["key"] {
    try {
        const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
        const bits = type === "ec" ? curveBits[details?.namedCurve ?? ""] : details?.modulusLength;
        return known({ type: type === "rsa" || type === "rsa-pss" ? "rsa" : type === "ec" ? "ec" : "other", ...(bits === undefined ? {} : { bits }) });
    } catch {
        return unknown("its key is of a kind that cannot be read");
    }
}
