import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePort, PortError, PortSet } from "../../../core/net/port-set";

describe("PortSet", () => {
    it("reads what people write", () => {
        const cases: [string | number, string, number][] = [
            ["3389", "3389", 1],
            [3389, "3389", 1],
            ["3000-4000", "3000-4000", 1001],
            ["*", "*", 65536],
            ["Any", "*", 65536],
            ["80,443", "80,443", 2],
            ["443, 80", "80,443", 2],
            ["3388-3389,3390", "3388-3390", 3],
            ["0-65535", "*", 65536],
            ["0", "0", 1],
        ];
        for (const [text, printed, size] of cases) {
            assert.equal(String(PortSet.parse(text)), printed);
            assert.equal(PortSet.parse(text).size, size);
        }
    });

    it("a range and a list hold the port between their ends", () => {
        assert.ok(PortSet.parse("3000-4000").contains(3389));
        assert.ok(PortSet.parse("80,3380-3390,443").contains(3389));
        assert.ok(!PortSet.parse("33389").contains(3389));
        assert.ok(!PortSet.parse("80,443").contains(3389));
    });

    it("refuses what is no port, and says what to write", () => {
        for (const text of ["", "rdp", "70000", "65536", "-1", "3389-", "4000-3000", "80,,443", "3.5", "3389/tcp", "0x50"]) {
            assert.throws(() => PortSet.parse(text), PortError, text);
        }
        assert.throws(() => PortSet.parse("rdp"), /"rdp" is not a port range: write a port such as 3389/);
        assert.throws(() => PortSet.parse("4000-3000"), /runs backwards: write 3000-4000/);
        assert.throws(() => PortSet.range(1, 70000), /whole numbers from 0 to 65535/);
        assert.throws(() => PortSet.of(1.5), PortError);
    });

    it("covers, overlaps, union and printing agree with the ports themselves", () => {
        const ports = fc.array(fc.tuple(fc.nat(12), fc.nat(12)).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]), { maxLength: 3 });
        const setOf = (ranges: [number, number][]) => ranges.reduce((all, [a, b]) => all.union(PortSet.range(a, b)), PortSet.none);
        const listOf = (set: PortSet) => Array.from({ length: 14 }, (_, p) => p).filter((p) => set.contains(p));
        fc.assert(
            fc.property(ports, ports, (p, q) => {
                const [a, b] = [setOf(p), setOf(q)];
                const [x, y] = [listOf(a), listOf(b)];
                assert.deepEqual(listOf(a.union(b)), [...new Set([...x, ...y])].sort((m, n) => m - n));
                assert.equal(a.covers(b), y.every((n) => x.includes(n)));
                assert.equal(a.overlaps(b), y.some((n) => x.includes(n)));
                assert.equal(a.equals(b), String(x) === String(y));
                if (!a.isEmpty) assert.ok(PortSet.parse(a.toString()).equals(a));
            }),
            { numRuns: 1000 },
        );
    });
});

describe("parsePort", () => {
    it("takes numbers and their text", () => assert.deepEqual([3389, "3389", " 443 ", 65535, 1].map(parsePort), [3389, 3389, 443, 65535, 1]));

    for (const value of [0, 70000, 3.5, -1, NaN, "0", "abc", "3389-3390", "3.5", "", null, undefined, true, {}]) {
        it(`refuses ${typeof value} ${JSON.stringify(value)}`, () => {
            assert.throws(() => parsePort(value), (e) => e instanceof PortError && /is not a port: write a whole number from 1 to 65535, such as 3389/.test(e.message));
        });
    }
});
