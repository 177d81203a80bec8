import assert from "node:assert";
import fc from "fast-check";
import { CertificateFacts } from "../../../core/certificate/facts";
import { readCertificate } from "../../../core/certificate/read";
import { isKnown } from "../../../core/known";
import { pkcs12 } from "../../../policies/rules/shared/example-certificates";
import { certificate, clientUse, keyPair, remoteDesktopUse, serverUse } from "./made";
import forge from "node-forge";

/** The facts as plain values. */
function facts(text: string, passwords: readonly string[] = []): Record<string, unknown> {
    const read = readCertificate(text, passwords);
    assert.ok(isKnown(read), isKnown(read) ? "" : read.reason);
    return Object.fromEntries(Object.entries(read.value).map(([k, v]: [string, CertificateFacts[keyof CertificateFacts]]) => [k, isKnown<unknown>(v) ? v.value : v.reason]));
}

function reason(text: string, passwords: readonly string[] = []): string {
    const read = readCertificate(text, passwords);
    assert.ok(!isKnown(read), "it was read");
    return read.reason;
}

describe("certificates: reading", () => {
    const made = certificate({ dns: ["Desk.example.com", "*.corp.example"], addresses: ["203.0.113.7"], uses: [serverUse, remoteDesktopUse] });
    const expected = {
        validity: { notBefore: Date.parse("2025-01-01T00:00:00Z"), notAfter: Date.parse("2027-01-01T00:00:00Z") },
        uses: [serverUse, remoteDesktopUse],
        names: ["desk.example.com", "*.corp.example", "203.0.113.7"],
        key: { type: "rsa", bits: 2048 },
        selfSigned: true,
    };

    it("PEM, with and without its key", () => {
        assert.deepStrictEqual(facts(made.pem), { ...expected, privateKey: "absent" });
        assert.deepStrictEqual(facts(`${made.keyPem}\n${made.pem}`), { ...expected, privateKey: "present" });
        const foreign = forge.pki.privateKeyToPem(keyPair(2048, "other").privateKey);
        assert.deepStrictEqual(facts(`${made.pem}${foreign}`), { ...expected, privateKey: "foreign" });
    });

    it("PEM inside a script, indented", () => {
        assert.deepStrictEqual(facts(`$pem = @'\n${made.pem.replace(/^/gm, "    ")}\n'@\nSet-Content C:\\rdp.cer $pem`), { ...expected, privateKey: "absent" });
    });

    it("DER in base64", () => assert.deepStrictEqual(facts(made.der), { ...expected, privateKey: "absent" }));

    for (const algorithm of ["3des", "aes256"] as const) {
        it(`PKCS#12 with ${algorithm}: by the right password among several`, () => {
            assert.deepStrictEqual(facts(made.pfx("pa55", { algorithm }), ["wrong", "pa55"]), { ...expected, privateKey: "present" });
        });
    }

    it("PKCS#12 without its password is not known, and the reason holds no secret", () => {
        const why = reason(made.pfx("pa55"), ["hunter2"]);
        assert.match(why, /password/);
        assert.ok(!why.includes("hunter2"));
    });

    it("EC certificates in PKCS#12, which forge cannot read", () => {
        assert.deepStrictEqual(facts(pkcs12.client), {
            validity: { notBefore: Date.parse("2020-01-01T00:00:00Z"), notAfter: Date.parse("2120-01-01T00:00:00Z") },
            uses: [clientUse],
            names: ["desk.example.com"],
            key: { type: "ec", bits: 256 },
            privateKey: "present",
            selfSigned: true,
        });
    });

    it("the common name counts where there is no other name", () => {
        assert.deepStrictEqual(facts(certificate({ commonName: "old.example.com" }).pem)["names"], ["old.example.com"]);
        assert.deepStrictEqual(facts(certificate({ commonName: "old.example.com", dns: ["new.example.com"] }).pem)["names"], ["new.example.com"]);
        assert.deepStrictEqual(facts(certificate({ commonName: "" }).pem)["names"], []);
    });

    it("no extended key usage is any use", () => assert.deepStrictEqual(facts(certificate().pem)["uses"], []));

    it("among several, the one whose key is there", () => {
        const other = certificate({ commonName: "other.example.com", bits: 3072 });
        assert.deepStrictEqual(facts(`${other.pem}${made.pem}${made.keyPem}`)["names"], expected.names);
        assert.deepStrictEqual(facts(`${other.pem}${made.pem}`)["names"], ["other.example.com"]);
    });

    describe("what is no certificate", () => {
        const hostile: Record<string, string> = {
            empty: "",
            text: "not a certificate",
            "10 MB": "A".repeat(10_000_000),
            "base64 of nothing": Buffer.alloc(4000).toString("base64"),
            "broken PEM": `-----BEGIN CERTIFICATE-----\n${"A".repeat(400)}\n-----END CERTIFICATE-----`,
            "many beginnings": "-----BEGIN CERTIFICATE-----".repeat(30_000),
            "deep ASN.1": Buffer.concat([...Array.from({ length: 20_000 }, () => Buffer.from([0x30, 0x80])), Buffer.alloc(100)]).toString("base64"),
            "endless length": Buffer.concat([Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), Buffer.alloc(500)]).toString("base64"),
            truncated: made.der.slice(0, 400),
        };
        for (const [name, text] of Object.entries(hostile)) {
            it(`${name} is not known, in no time`, () => {
                const start = process.hrtime.bigint();
                assert.notStrictEqual(reason(text), "");
                assert.ok(process.hrtime.bigint() - start < 2_000_000_000n, "it took two seconds");
            });
        }

        for (const algorithm of ["3des", "aes256"] as const) {
            it(`a key that is stretched beyond all reason (${algorithm}) is not derived`, () => {
                const octets = Buffer.from(made.pfx("x", { count: 65_539, algorithm }), "base64");
                const [rounds, more] = [Buffer.from("0203010003", "hex"), Buffer.from("02037fffff", "hex")];
                const first = octets.indexOf(rounds);
                assert.ok(first > 0 && octets.indexOf(rounds, first + 1) > 0, "the rounds of the encryption and of the seal");
                more.copy(octets, first);
                assert.match(reason(octets.toString("base64"), ["x"]), /more often/);
            });
        }

        it("a count of rounds beyond all reason is told from a wrong password", () => {
            const { asn1 } = forge;
            const pfx = asn1.fromDer(forge.util.decode64(made.pfx("x")));
            const mac = (pfx.value as forge.asn1.Asn1[])[2]!;
            (mac.value as forge.asn1.Asn1[])[2]!.value = "\x7f\xff\xff\xff";
            assert.match(reason(forge.util.encode64(asn1.toDer(pfx).getBytes()), ["x"]), /more often/);
        });
    });

    it("never throws, whatever octets change", () => {
        const pfx = Buffer.from(made.pfx("x", { count: 1 }), "base64");
        const der = Buffer.from(made.der, "base64");
        fc.assert(
            fc.property(fc.constantFrom(pfx, der), fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { minLength: 1, maxLength: 4 }), (source, changes) => {
                const octets = Buffer.from(source);
                changes.forEach(([at, value]) => (octets[at % octets.length] = value));
                const read = readCertificate(octets.toString("base64"), ["x"]);
                return isKnown(read) || read.reason !== "";
            }),
            { numRuns: 60 },
        );
    });
});
