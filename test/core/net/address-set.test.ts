import assert from "node:assert/strict";
import fc from "fast-check";
import { AddressError, AddressSet } from "../../../core/net/address-set";
import { linkLocal, privateAddresses, publicInternet, rfc1918 } from "../../../core/net/well-known";
import { blocks, has, probes, setOf, textOf } from "./arbitrary";
import { isIn } from "./oracle";

const set = (...texts: string[]) => AddressSet.parseAll(texts);

describe("AddressSet: laws", () => {
    const sets = blocks.map(setOf);
    const everywhere = AddressSet.all;
    const not = (a: AddressSet) => everywhere.minus(a);

    it("holds exactly the addresses that it was made of", () => {
        fc.assert(
            fc.property(blocks, (b) => {
                const made = setOf(b);
                for (const probe of probes) assert.equal(has(made, probe), isIn(b, probe));
            }),
            { numRuns: 500 },
        );
    });

    it("union, intersect and minus say what they say, address by address", () => {
        fc.assert(
            fc.property(blocks, blocks, (a, b) => {
                const [x, y] = [setOf(a), setOf(b)];
                const [either, each, only] = [x.union(y), x.intersect(y), x.minus(y)];
                for (const probe of probes) {
                    const [inA, inB] = [isIn(a, probe), isIn(b, probe)];
                    assert.deepEqual([has(either, probe), has(each, probe), has(only, probe)], [inA || inB, inA && inB, inA && !inB]);
                }
            }),
            { numRuns: 1000 },
        );
    });

    it("obeys De Morgan, distribution, double complement, and has one form for equal sets", () => {
        fc.assert(
            fc.property(sets, sets, sets, (a, b, c) => {
                const same = (x: AddressSet, y: AddressSet) => x.equals(y) || assert.equal(x.toString(), y.toString());
                same(not(a.union(b)), not(a).intersect(not(b)));
                same(not(a.intersect(b)), not(a).union(not(b)));
                same(a.intersect(b.union(c)), a.intersect(b).union(a.intersect(c)));
                same(a.minus(b), a.intersect(not(b)));
                same(not(not(a)), a);
                same(a.union(b), b.union(a));
                same(a.union(a), a);
                same(a.minus(b).union(a.intersect(b)), a);
                assert.equal(a.union(b).size + a.intersect(b).size, a.size + b.size);
            }),
            { numRuns: 1000 },
        );
    });

    it("covers and overlaps agree with the operations", () => {
        fc.assert(
            fc.property(sets, sets, (a, b) => {
                assert.equal(a.covers(b), b.minus(a).isEmpty);
                assert.equal(a.overlaps(b), !a.intersect(b).isEmpty);
                assert.equal(a.equals(b), a.covers(b) && b.covers(a));
                assert.equal(a.isEmpty, a.size === 0n);
            }),
            { numRuns: 2000 },
        );
    });

    it("reads back what it prints", () => {
        fc.assert(
            fc.property(sets, (a) => {
                assert.ok(AddressSet.parseAll(a.toCidrs()).equals(a));
                for (const cidr of a.toCidrs()) AddressSet.parseStrict(cidr);
                if (!a.isEmpty && !a.equals(AddressSet.all)) assert.ok(AddressSet.parseAll(a.toString().split(", ")).equals(a));
            }),
            { numRuns: 1000 },
        );
    });

    it("prints the shortest list: no two CIDRs of it join into one", () => {
        fc.assert(
            fc.property(sets, (a) => {
                const cidrs = a.toCidrs().map((text) => AddressSet.parse(text));
                cidrs.slice(1).forEach((next, i) => {
                    const pair = cidrs[i]!.union(next);
                    if (cidrs[i]!.size === next.size) assert.equal(pair.toCidrs().length, 2);
                });
            }),
            { numRuns: 500 },
        );
    });

    it("samples an address that it holds", () => {
        fc.assert(
            fc.property(sets, (a) => {
                const sample = a.sample();
                assert.equal(sample === undefined, a.isEmpty);
                if (sample !== undefined) assert.ok(a.covers(AddressSet.parse(sample)));
            }),
        );
    });
});

describe("AddressSet.parse", () => {
    it("reads networks, addresses, ranges and dotted masks of both families", () => {
        const cases: [string, string][] = [
            ["203.0.113.0/24", "203.0.113.0/24"],
            [" 203.0.113.7 ", "203.0.113.7"],
            ["203.0.113.7/32", "203.0.113.7"],
            ["10.0.0.0/255.255.255.0", "10.0.0.0/24"],
            ["10.0.0.4-10.0.0.11", "10.0.0.4/30, 10.0.0.8/30"],
            ["10.0.0.4 - 10.0.0.4", "10.0.0.4"],
            ["0.0.0.0/0", "0.0.0.0/0"],
            ["0.0.0.0-255.255.255.255", "0.0.0.0/0"],
            ["2001:db8::/32", "2001:db8::/32"],
            ["2001:DB8:0:0::1", "2001:db8::1"],
            ["::/0", "::/0"],
            ["::ffff:1.2.3.4", "::ffff:102:304"],
            ["fe80::1-fe80::2", "fe80::1, fe80::2"],
        ];
        for (const [text, printed] of cases) assert.equal(AddressSet.parse(text).toString(), printed);
    });

    it("host bits in a CIDR: the network in parse, refused in parseStrict with both corrections", () => {
        assert.equal(AddressSet.parse("203.0.113.5/24").toString(), "203.0.113.0/24");
        assert.throws(() => AddressSet.parseStrict("203.0.113.5/24"), {
            name: "AddressError",
            message: '"203.0.113.5/24" has host bits set: write 203.0.113.0/24 for the network, or 203.0.113.5/32 for the single address',
        });
        assert.throws(() => AddressSet.parseStrict("2001:db8::1/64"), /write 2001:db8::\/64 for the network, or 2001:db8::1\/128/);
        assert.equal(AddressSet.parseStrict("203.0.113.0/24").size, 256n);
    });

    it("refuses what is no address, names it and says what to write", () => {
        const refused: [string, RegExp][] = [
            ["", /"" is not an address: write a CIDR/],
            ["office", /"office" is not an address: write a CIDR such as 203\.0\.113\.0\/24/],
            ["10.0.0", /is not an address/],
            ["010.0.0.1", /is not an address/],
            ["0x0a000001", /is not an address/],
            ["167772161", /is not an address/],
            ["256.0.0.1", /is not an address/],
            ["fe80::1%eth0", /is not an address/],
            ["10.0.0.0/", /"10\.0\.0\.0\/" is not a network: an IPv4 prefix length is a number from 0 to 32/],
            ["10.0.0.0/33", /prefix length is a number from 0 to 32/],
            ["10.0.0.0/255.0.255.0", /prefix length is a number/],
            ["2001:db8::/129", /IPv6 prefix length is a number from 0 to 128, as in 2001:db8::\/32/],
            ["10.0.0.9-10.0.0.1", /runs backwards: write the lower address first, 10\.0\.0\.1-10\.0\.0\.9/],
            ["10.0.0.1-2001:db8::1", /mixes IPv4 and IPv6/],
            ["10.0.0.1-", /is not an address/],
            ["10.0.0.0/8-10.0.0.1", /is not a network/],
        ];
        for (const [text, message] of refused) {
            assert.throws(() => AddressSet.parse(text), (error) => error instanceof AddressError && message.test(error.message), text);
        }
    });

    it("takes every spelling of an address for the same address", () => {
        fc.assert(
            fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (value) => {
                const long = textOf({ family: 6, value });
                const printed = AddressSet.parse(long).toString();
                assert.ok(AddressSet.parse(printed).equals(AddressSet.parse(long.toUpperCase())));
            }),
        );
    });
});

describe("AddressSet: what people read", () => {
    it("names the special sets", () => {
        assert.equal(String(AddressSet.none), "nothing");
        assert.equal(String(set("0.0.0.0/0", "::/0")), "any address");
        assert.equal(String(publicInternet), "the public Internet");
        assert.equal(String(AddressSet.allV4), "0.0.0.0/0");
    });

    it("cuts long lists short, but never for the sake of one", () => {
        const many = set("10.0.0.0/32", "10.0.0.2/32", "10.0.0.4/32", "10.0.0.6/32", "10.0.0.8/32");
        assert.equal(many.describe(3), "10.0.0.0, 10.0.0.2, 10.0.0.4 and 2 more");
        assert.equal(many.describe(4), "10.0.0.0, 10.0.0.2, 10.0.0.4, 10.0.0.6, 10.0.0.8");
    });

    it("samples the first host rather than the network's own address", () => {
        assert.equal(set("203.0.113.0/24").sample(), "203.0.113.1");
        assert.equal(set("203.0.113.0").sample(), "203.0.113.0");
        assert.equal(set("203.0.113.0/31").sample(), "203.0.113.0");
        assert.equal(set("2001:db8::/64").sample(), "2001:db8::1");
    });
});

describe("coversInternet: the world in disguise", () => {
    const yes = [
        ["0.0.0.0/0"],
        ["::/0"],
        ["2000::/3"],
        ["0.0.0.0/1", "128.0.0.0/1"],
        ["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/1"],
        ["::/1", "8000::/1"],
        ["1.0.0.0-223.255.255.255"],
        ["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"],
    ];
    for (const texts of yes) it(`${texts} is`, () => assert.ok(set(...texts).coversInternet));
    const no = [["0.0.0.0/1"], ["10.0.0.0/8"], ["128.0.0.0/1", "0.0.0.0/2"], ["2000::/4"], ["fc00::/7"], ["1.0.0.0-203.0.113.0"]];
    for (const texts of no) it(`${texts} is not`, () => assert.ok(!set(...texts).coversInternet));
    it("the public Internet itself is, nothing is not", () => {
        assert.ok(publicInternet.coversInternet);
        assert.ok(!AddressSet.none.coversInternet);
    });
});

describe("well-known addresses", () => {
    it("keep private and public apart", () => {
        assert.ok(!publicInternet.overlaps(privateAddresses));
        assert.ok(!publicInternet.overlaps(linkLocal));
        assert.ok(privateAddresses.covers(rfc1918));
        for (const text of ["8.8.8.8", "172.32.0.0", "100.128.0.0", "2a00::1"]) assert.ok(publicInternet.covers(set(text)), text);
        for (const text of ["172.31.255.255", "100.127.255.255", "169.254.169.254", "127.0.0.1", "224.0.0.1", "fd00::1", "fe80::1", "::1", "168.63.129.16"]) {
            assert.ok(!publicInternet.overlaps(set(text)), text);
        }
    });

    it("documentation blocks are public: examples use them as clients", () => {
        assert.ok(publicInternet.covers(set("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")));
    });
});
