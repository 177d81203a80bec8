import assert from "node:assert";
import fc from "fast-check";
import { Demands, faultsOf } from "../../../core/certificate/judge";
import { nameMatches } from "../../../core/certificate/names";
import { readCertificate } from "../../../core/certificate/read";
import { parseSecretUrl } from "../../../core/certificate/secret-url";
import { isKnown } from "../../../core/known";
import { Wanted, certificate, clientUse, remoteDesktopUse, serverUse } from "./made";

const now = Date.parse("2026-06-01T00:00:00Z");

/** Kinds of fault of a certificate that comes with its key. */
function faults(wanted: Wanted, demands: Partial<Demands> = {}): string[] {
    const read = readCertificate(certificate(wanted).pfx("", { count: 1 }));
    assert.ok(isKnown(read));
    return faultsOf(read.value, { now, days: 30, dialled: [], ...demands }).map((f) => f.kind);
}

describe("certificates: judging", () => {
    it("one that is right has no fault", () => {
        for (const uses of [undefined, [serverUse], [remoteDesktopUse], [clientUse, serverUse], ["2.5.29.37.0"]]) {
            assert.deepStrictEqual(faults({ ...(uses === undefined ? {} : { uses }), dns: ["desk.example.com"] }, { dialled: ["desk.example.com"] }), []);
        }
    });

    it("dates", () => {
        assert.deepStrictEqual(faults({ to: new Date("2026-05-31T23:59:59Z") }), ["expired"]);
        assert.deepStrictEqual(faults({ from: new Date("2026-06-02T00:00:00Z") }), ["not-yet-valid"]);
        assert.deepStrictEqual(faults({ to: new Date("2026-06-30T00:00:00Z") }), ["expires-soon"]);
        assert.deepStrictEqual(faults({ to: new Date("2026-06-30T00:00:00Z") }, { days: 29 }), []);
        assert.deepStrictEqual(faults({ to: new Date("2026-07-01T00:00:00Z") }), []);
    });

    it("uses, key and names", () => {
        assert.deepStrictEqual(faults({ uses: [clientUse] }), ["use"]);
        assert.deepStrictEqual(faults({ bits: 1024 }), ["key"]);
        assert.deepStrictEqual(faults({ dns: ["a.example.com"] }, { dialled: ["b.example.com"] }), ["name"]);
        assert.deepStrictEqual(faults({ dns: ["a.example.com"] }, { dialled: ["b.example.com", "a.example.com"] }), []);
        assert.deepStrictEqual(faults({ commonName: "" }, { dialled: ["b.example.com"] }), ["name"]);
        assert.deepStrictEqual(faults({ dns: ["a.example.com"], addresses: ["203.0.113.7"] }, { dialled: ["203.0.113.7"] }), []);
    });

    it("one without its key", () => {
        const read = readCertificate(certificate().pem);
        assert.ok(isKnown(read));
        assert.deepStrictEqual(faultsOf(read.value, { now, days: 30, dialled: [] }).map((f) => f.kind), ["no-private-key"]);
    });

    it("later is never better: once expired, a certificate stays so", () => {
        const read = readCertificate(certificate().der);
        assert.ok(isKnown(read));
        const expired = (at: number): boolean => faultsOf(read.value, { now: at, days: 0, dialled: [] }).some((f) => f.kind === "expired");
        fc.assert(fc.property(fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true }), fc.nat(10 ** 9), (date, later) => !expired(+date) || expired(+date + later)));
    });
});

describe("certificates: names", () => {
    const table: readonly (readonly [string, string, boolean])[] = [
        ["desk.example.com", "DESK.example.com.", true],
        ["desk.example.com", "other.example.com", false],
        ["*.example.com", "desk.example.com", true],
        ["*.example.com", "a.desk.example.com", false],
        ["*.example.com", "example.com", false],
        ["*.com", "example.com", false],
        ["*", "desk", false],
        ["d*.example.com", "desk.example.com", false],
        ["203.0.113.7", "203.0.113.7", true],
        ["203.0.113.7", "203.0.113.70", false],
        ["2001:db8::1", "2001:0DB8:0:0:0:0:0:1", true],
        ["*.0.113.7", "203.0.113.7", false],
        ["", "", false],
    ];
    for (const [own, dialled, matches] of table) {
        it(`"${own}" ${matches ? "stands" : "does not stand"} for "${dialled}"`, () => assert.strictEqual(nameMatches(own, dialled), matches));
    }

    it("a wildcard stands for every name with one label more, and for no other", () => {
        const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?$/);
        fc.assert(
            fc.property(fc.array(label, { minLength: 2, maxLength: 4 }), fc.array(label, { minLength: 0, maxLength: 3 }), (zone, below) => {
                const name = [...below, ...zone, "example"].join(".");
                return nameMatches(`*.${[...zone, "example"].join(".")}`, name) === (below.length === 1);
            }),
        );
    });
});

describe("certificates: addresses of secrets", () => {
    it("with and without a version", () => {
        assert.deepStrictEqual(parseSecretUrl("https://KV.vault.azure.net:443/secrets/desk/0123456789abcdef0123456789abcdef"), {
            vault: "kv",
            name: "desk",
            version: "0123456789abcdef0123456789abcdef",
            collection: "secrets",
            unversioned: "https://KV.vault.azure.net/secrets/desk",
        });
        assert.strictEqual(parseSecretUrl("https://kv.vault.azure.net/secrets/desk/")?.version, undefined);
        assert.strictEqual(parseSecretUrl("https://kv.vault.azure.cn/certificates/desk")?.collection, "certificates");
        assert.strictEqual(parseSecretUrl("https://kv.example.com/secrets/desk"), undefined);
    });

    it("what it writes without a version has none", () => {
        fc.assert(
            fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{2,20}$/), fc.stringMatching(/^[a-zA-Z0-9-]{1,30}$/), fc.option(fc.stringMatching(/^[0-9a-f]{32}$/), { nil: undefined }), (vault, name, version) => {
                const again = parseSecretUrl(parseSecretUrl(`https://${vault}.vault.azure.net/secrets/${name}${version === undefined ? "" : `/${version}`}`)!.unversioned);
                return again?.version === undefined && again?.name === name && again.vault === vault;
            }),
        );
    });
});
