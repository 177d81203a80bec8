import assert from "node:assert/strict";
import fc from "fast-check";
import { AddressSet } from "../../../core/net/address-set";
import { addressesOf, admit } from "../../../core/net/admit";
import { evaluatePath, reach, someOpen } from "../../../core/net/evaluate";
import { blocks, filterOf, gates, has, pathOf, plainFilter, port, probes, setOf, somePorts } from "./arbitrary";
import { admitOne, isIn, walkOne, type Verdict } from "./oracle";

const candidates = [...new Set(somePorts.flatMap((p) => [p - 1, p, p + 1]))].filter((p) => p > 0 && p < 65536);

describe("admit, against every possible world of every address", () => {
    it("agrees on who gets in, who does not and who cannot be told", () => {
        fc.assert(
            fc.property(plainFilter, blocks, fc.constantFrom("tcp" as const, "udp" as const), port, (plain, clients, protocol, at) => {
                const all = setOf(clients);
                const admission = admit(filterOf(plain), { clients: all, protocol, port: at });
                const sets = { open: addressesOf(admission.open), closed: addressesOf(admission.closed), unknown: addressesOf(admission.unknown) };
                assert.ok(sets.open.union(sets.closed).union(sets.unknown).equals(all), "every client is in a part");
                for (const probe of probes) {
                    const got = (["open", "closed", "unknown"] as const).filter((kind) => has(sets[kind], probe));
                    const expected = isIn(clients, probe) ? [admitOne(plain, probe, protocol, at.state === "known" ? [at.value] : candidates)] : [];
                    assert.deepEqual(got, expected);
                }
            }),
            { numRuns: 3000 },
        );
    });

    it("puts no address into two parts, and names a reason for every unknown part", () => {
        fc.assert(
            fc.property(plainFilter, port, (plain, at) => {
                const { open, closed, unknown } = admit(filterOf(plain), { clients: AddressSet.all, protocol: "tcp", port: at });
                const parts = [...open, ...closed, ...unknown];
                assert.equal(parts.reduce((sum, part) => sum + part.addresses.size, 0n), AddressSet.all.size);
                for (const part of unknown) assert.match(part.why ?? "", /\w/);
                for (const part of [...open, ...closed]) assert.equal(part.why, undefined);
            }),
            { numRuns: 1000 },
        );
    });

    it("names a rule that, taken alone, is able to decide so", () => {
        fc.assert(
            fc.property(plainFilter, (plain) => {
                const { open, closed } = admit(filterOf(plain), { clients: AddressSet.all, protocol: "tcp", port: 3389 });
                for (const [parts, allow] of [[open, true], [closed, false]] as const) {
                    for (const part of parts) {
                        const rule = plain.rules[Number(/rule (\d)/.exec(part.decidedBy.text)?.[1] ?? -1)];
                        assert.equal(rule === undefined ? plain.otherwise : rule.allow.state === "known" && rule.allow.value, allow);
                    }
                }
            }),
            { numRuns: 1000 },
        );
    });
});

describe("evaluatePath, against one address that walks the hops", () => {
    it("agrees on the verdict and the deciding hop of every address", () => {
        fc.assert(
            fc.property(gates, blocks, port, fc.constantFrom("tcp" as const, "tcp" as const, "udp" as const), (plain, clients, dialled, protocol) => {
                const client = { name: "office", addresses: setOf(clients) };
                const verdict = evaluatePath(pathOf(plain, dialled), client, protocol);
                assert.ok(addressesOf(verdict.pieces).equals(client.addresses));
                const seen = new Set<Verdict>();
                for (const probe of probes.filter((p) => isIn(clients, p))) {
                    const expected = walkOne(plain, probe, dialled, probes, candidates, protocol);
                    const pieces = verdict.pieces.filter((piece) => has(piece.addresses, probe));
                    assert.deepEqual(pieces.map(({ verdict: v, hop }) => ({ verdict: v, hop })), [{ verdict: expected.verdict, hop: expected.hop }]);
                    assert.equal(pieces[0]!.symptom, expected.verdict === "open" ? "none" : expected.accepted ? "0x904" : "0x204");
                    seen.add(expected.verdict);
                }
                const worst = (["closed", "unknown", "open"] as const).find((v) => seen.has(v)) ?? "unknown";
                assert.equal(verdict.verdict, worst);
                assert.equal(verdict.deciding.verdict, worst);
                assert.equal(someOpen(verdict), seen.has("open"));
            }),
            { numRuns: 2000 },
        );
    });

    it("tells at each hop who arrives and what becomes of them", () => {
        fc.assert(
            fc.property(gates, port, (plain, dialled) => {
                const { hops, pieces } = evaluatePath(pathOf(plain, dialled), { name: "anyone", addresses: AddressSet.all });
                assert.equal(hops.length, plain.length);
                hops.forEach((hop, i) => {
                    const arrives = pieces.some((piece) => piece.verdict !== "closed" || piece.hop >= i);
                    const closes = pieces.some((piece) => piece.verdict === "closed" && piece.hop === i);
                    const passes = pieces.some((piece) => piece.verdict !== "closed" || piece.hop > i);
                    const expected = !arrives ? ["not-reached"] : closes ? [passes ? "partly" : "closed"] : ["open", "assumed", "unknown"];
                    assert.ok(expected.includes(hop.verdict), `hop ${i} is ${hop.verdict}, not ${expected}`);
                });
            }),
            { numRuns: 500 },
        );
    });

    it("adds up several paths address by address", () => {
        fc.assert(
            fc.property(fc.array(gates, { maxLength: 3 }), blocks, port, (paths, clients, dialled) => {
                const got = reach(paths.map((plain) => pathOf(plain, dialled)), { name: "office", addresses: setOf(clients) });
                assert.equal(got.open.size + got.unknown.size + got.closed.size, setOf(clients).size, "a partition");
                for (const probe of probes.filter((p) => isIn(clients, p))) {
                    const verdicts = paths.map((plain) => walkOne(plain, probe, dialled, probes, candidates).verdict);
                    const expected = (["open", "unknown"] as const).find((v) => verdicts.includes(v)) ?? "closed";
                    assert.ok(has(got[expected], probe));
                }
            }),
            { numRuns: 300 },
        );
    });
});
