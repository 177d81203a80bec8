import assert from "node:assert/strict";
import { known, unknown, type Known } from "../../../core/known";
import { AddressSet } from "../../../core/net/address-set";
import { exactly, unknownAddresses, type AddressBounds } from "../../../core/net/bounds";
import { admittedBy, bestPath, evaluatePath, reach, someOpen, someOpenness } from "../../../core/net/evaluate";
import type { FilterRule } from "../../../core/net/filter-model";
import type { Client, Gate, Hop, HopKind, Path } from "../../../core/net/path-model";
import { PortSet } from "../../../core/net/port-set";
import { describeShare } from "../../../core/net/share";
import { publicInternet } from "../../../core/net/well-known";
import type { Symptom } from "../../../core/symptom";

const set = (...texts: string[]) => AddressSet.parseAll(texts);
const client = (...texts: string[]): Client => ({ name: texts.join(" "), addresses: set(...texts) });
const office = client("203.0.113.0/24");

function hop(name: string, kind: HopKind, gate: Gate, symptom?: Symptom): Hop {
    return { name, kind, origin: { urn: `urn:${name}`, text: name }, gate, ...(symptom === undefined ? {} : { symptom }) };
}
const publicAddress = hop("public address", "address", { type: "clients", clients: exactly(publicInternet) });
const listener = (verdict: "open" | "closed" | "unknown" = "open", symptom?: Symptom) => hop("listener", "listener", { type: "fixed", verdict }, symptom);
const forwarder = (fromPort: Known<number>, toPort: Known<number>, more: { sourcesBecome?: AddressBounds; terminates?: boolean } = {}): Hop =>
    hop("forwarder", "forwarder", { type: "forward", fromPort, toPort, terminates: false, ...more });

function rule(text: string, sources: AddressBounds, ports = "*"): FilterRule {
    return {
        allow: known(!text.startsWith("deny")),
        protocol: known("tcp"),
        sources,
        sourcePorts: known(PortSet.all),
        ports: known(PortSet.parse(ports)),
        coversHost: known(true),
        origin: { urn: "urn:nsg", text },
    };
}

function filter(name: string, rules: readonly FilterRule[], otherwise: { allow: boolean; text: string }): Hop {
    const origin = { urn: `urn:${name}`, text: otherwise.text };
    return hop(name, "filter", { type: "filter", filter: { order: "first-match", rules, otherwise: { allow: otherwise.allow, origin } } });
}

const nsg = (name: string, sources: AddressBounds, ports = "3389"): Hop =>
    filter(name, [rule(`${name} allow`, sources, ports)], { allow: false, text: `${name} DenyAllInBound` });

const path = (...hops: Hop[]): Path => ({ via: "public-address", port: known(3389), hops });
const everyone = exactly(AddressSet.all);

describe("evaluatePath", () => {
    it("both NSGs must admit: the one that does not is named, and what lies behind is not reached", () => {
        const got = evaluatePath(path(publicAddress, nsg("subnet", exactly(set("198.51.100.0/24"))), nsg("nic", everyone), listener()), office);
        assert.equal(got.verdict, "closed");
        assert.equal(got.deciding.decidedBy.text, "subnet DenyAllInBound");
        assert.equal(got.deciding.symptom, "0x204");
        assert.deepEqual(got.hops.map((h) => h.verdict), ["open", "closed", "not-reached", "not-reached"]);
    });

    it("an open path ends at the last hop, and each filter names the rule that admitted", () => {
        const got = evaluatePath(path(publicAddress, nsg("nic", everyone), listener()), office);
        assert.equal(got.verdict, "open");
        assert.deepEqual([got.deciding.hop, got.deciding.symptom, got.deciding.decidedBy.text], [2, "none", "listener"]);
        assert.deepEqual(got.hops.map((h) => h.decidedBy.text), ["public address", "nic allow", "listener"]);
    });

    it("private-client-on-a-public-address: no way", () => {
        const got = evaluatePath(path(publicAddress, nsg("nic", everyone)), client("10.0.0.0/8"));
        assert.deepEqual([got.verdict, got.deciding.hop], ["closed", 0]);
    });

    it("two filters that each admit another half leave nobody, piece by piece", () => {
        const got = evaluatePath(path(nsg("subnet", exactly(set("203.0.113.0/25"))), nsg("nic", exactly(set("203.0.113.128/25")))), office);
        assert.deepEqual(got.pieces.map((p) => `${p.addresses} ${p.verdict} at ${p.hop}`), ["203.0.113.128/25 closed at 0", "203.0.113.0/25 closed at 1"]);
        assert.deepEqual(got.hops.map((h) => h.verdict), ["partly", "closed"]);
        assert.ok(!someOpen(got));
    });

    it("nat-rule: the filter sees the back-end port, not the one dialled", () => {
        const dial: Path = { via: "nat-rule", port: known(50001), hops: [forwarder(known(50001), known(3389)), nsg("nic", everyone, "3389"), listener()] };
        assert.equal(evaluatePath(dial, office).verdict, "open");
        assert.equal(evaluatePath({ ...dial, hops: [dial.hops[0]!, nsg("nic", everyone, "50001")] }, office).verdict, "closed");
        assert.equal(evaluatePath({ ...dial, port: known(3389) }, office).deciding.hop, 0);
    });

    it("a forwarder's own computed port, dialled as such, is the same port", () => {
        const computed = unknown("computed");
        assert.equal(evaluatePath({ via: "nat-rule", port: computed, hops: [forwarder(computed, known(3389)), listener()] }, office).verdict, "open");
        const got = evaluatePath({ via: "nat-rule", port: known(3389), hops: [forwarder(computed, known(3389)), listener()] }, office);
        assert.equal(got.verdict, "unknown");
        assert.equal(got.deciding.why, "the port that it listens on is not known: computed");
    });

    it("source-replaced-by-the-balancer: the host's group must admit the balancer, not the client", () => {
        const snat = forwarder(known(3389), known(3389), { sourcesBecome: exactly(set("10.0.1.0/26")) });
        assert.equal(evaluatePath(path(snat, nsg("sg", exactly(set("10.0.0.0/8")))), office).verdict, "open");
        const refused = evaluatePath(path(snat, nsg("sg", exactly(office.addresses))), office);
        assert.equal(refused.verdict, "closed");
        assert.ok(refused.deciding.addresses.equals(office.addresses), "pieces are the client's own addresses");
    });

    it("a host that admits a part of the balancer's addresses cannot be decided, and the reason names the part", () => {
        const snat = forwarder(known(3389), known(3389), { sourcesBecome: exactly(set("10.0.1.0/26")) });
        const got = evaluatePath(path(snat, nsg("sg", exactly(set("10.0.1.0/27")))), office);
        assert.equal(got.verdict, "unknown");
        assert.equal(got.deciding.why, "of 10.0.1.0/26, where connections come from here, only 10.0.1.0/27 gets through for certain");
    });

    it("a balancer whose addresses nobody named cannot be decided at a filter, whatever the filter holds", () => {
        const nowhere = forwarder(known(3389), known(3389), { sourcesBecome: exactly(AddressSet.none) });
        assert.equal(evaluatePath(path(nowhere, nsg("sg", everyone)), office).verdict, "unknown");
        assert.equal(evaluatePath(path(nowhere, listener()), office).verdict, "open");
    });

    it("terminating-forwarder: what fails behind it looks like 0x904, what fails before it does not", () => {
        const tls = forwarder(known(3389), known(3389), { terminates: true });
        assert.equal(evaluatePath(path(tls, nsg("sg", exactly(AddressSet.none))), office).deciding.symptom, "0x904");
        assert.equal(evaluatePath(path(tls, listener("closed", "0x204")), office).deciding.symptom, "0x904");
        assert.equal(evaluatePath(path(tls, hop("route", "route", { type: "fixed", verdict: "closed" }, "0x108")), office).deciding.symptom, "0x904");
        assert.equal(evaluatePath(path(nsg("sg", exactly(AddressSet.none)), tls), office).deciding.symptom, "0x204");
        assert.equal(evaluatePath(path(forwarder(known(3389), known(3389)), listener("closed")), office).deciding.symptom, "0x204");
    });

    it("a hop's own symptom stands", () => {
        assert.equal(evaluatePath(path(hop("route", "route", { type: "fixed", verdict: "closed" }, "0x108")), office).deciding.symptom, "0x108");
        assert.equal(evaluatePath(path(forwarder(known(3389), known(3389), { terminates: true }), listener("closed", "other")), office).deciding.symptom, "other");
    });

    it("closed-behind-unknown: what is certain wins over what is not known", () => {
        const got = evaluatePath(path(listener("unknown"), nsg("nic", exactly(AddressSet.none))), office);
        assert.deepEqual([got.verdict, got.deciding.hop], ["closed", 1]);
        assert.deepEqual(got.hops.map((h) => h.verdict), ["unknown", "closed"]);
    });

    it("the first hop that is not known is named, though later ones are not known either", () => {
        const got = evaluatePath(path(nsg("subnet", unknownAddresses("it is a tag")), listener("unknown")), office);
        assert.deepEqual([got.verdict, got.deciding.hop, got.deciding.why], ["unknown", 0, "it is a tag"]);
        assert.equal(someOpenness(got), "unknown");
    });

    it("each deciding rule has its piece, and the largest settles the verdict", () => {
        const denies = ["203.0.113.0/28", "203.0.113.128/25", "203.0.113.64/27"].map((cidr) => rule(`deny ${cidr}`, exactly(set(cidr))));
        const got = evaluatePath(path(filter("nsg", denies, { allow: true, text: "rest" })), office);
        assert.deepEqual(got.pieces.map((p) => p.decidedBy.text), ["deny 203.0.113.0/28", "deny 203.0.113.128/25", "deny 203.0.113.64/27", "rest"]);
        assert.equal(got.deciding.decidedBy.text, "deny 203.0.113.128/25");
        assert.equal(got.hops[0]!.decidedBy.text, "deny 203.0.113.128/25");
    });

    it("one-resource-on-two-hops: its pieces keep their hops apart", () => {
        const gate = (clients: AddressSet): Hop => ({ ...hop("table", "route", { type: "clients", clients: exactly(clients) }), origin: table });
        const table = { urn: "urn:table", text: "route table" };
        const got = evaluatePath(path(gate(set("203.0.113.0/25")), gate(set("203.0.113.0/26"))), office);
        assert.deepEqual(got.pieces.filter((p) => p.verdict === "closed").map((p) => p.hop), [0, 1]);
    });

    it("assumptions are listed, but not those that are never reached", () => {
        const assumed = (name: string) => hop(name, "filter", { type: "fixed", verdict: "assumed" });
        const got = evaluatePath(path(assumed("subnet NSG of another stack"), nsg("nic", exactly(AddressSet.none)), assumed("guest")), office);
        assert.deepEqual(got.assumptions, ["subnet NSG of another stack"]);
        assert.deepEqual(got.hops.map((h) => h.verdict), ["assumed", "closed", "not-reached"]);
    });

    it("a client without addresses is never ready", () => {
        const got = evaluatePath(path(listener()), { name: "nobody", addresses: AddressSet.none });
        assert.deepEqual([got.verdict, got.deciding.why], ["unknown", "the client nobody has no addresses"]);
        assert.equal(reach([path(listener())], got.client).verdict, "unknown");
    });
});

describe("bestPath", () => {
    const closedEarly = path(nsg("early", exactly(AddressSet.none)), listener());
    const closedLate = path(nsg("subnet", everyone), nsg("late", exactly(AddressSet.none)), listener());
    const half = path(nsg("half", exactly(set("203.0.113.0/25"))), listener());

    it("prefers open to unknown to closed", () => {
        assert.equal(bestPath([closedLate, path(listener("unknown")), path(listener())], office)!.verdict, "open");
        assert.equal(bestPath([closedLate, path(listener("unknown"))], office)!.verdict, "unknown");
    });

    it("among closed paths, prefers the one that admits more, then the one that gets furthest", () => {
        assert.equal(bestPath([closedEarly, closedLate], office)!.deciding.decidedBy.text, "late DenyAllInBound");
        assert.equal(bestPath([closedLate, half], office)!.deciding.decidedBy.text, "half DenyAllInBound");
    });

    it("has no verdict without a path", () => assert.equal(bestPath([], office), undefined));
});

describe("reach", () => {
    it("dual-stack: IPv4 and IPv6 through two public addresses are one open client", () => {
        const only = (family: AddressSet) => path(hop("address", "address", { type: "clients", clients: exactly(family) }), listener());
        const both = client("203.0.113.0/24", "2001:db8::/32");
        const got = reach([only(AddressSet.allV4), only(AddressSet.allV6)], both);
        assert.equal(got.verdict, "open");
        assert.equal(bestPath([only(AddressSet.allV4)], both)!.verdict, "closed");
    });

    it("without a path everything is closed", () => assert.equal(reach([], office).verdict, "closed"));
});

describe("describeShare", () => {
    const cases: [Client, AddressSet, string][] = [
        [office, AddressSet.all, "all of 203.0.113.0/24"],
        [office, set("10.0.0.0/8"), "none of 203.0.113.0/24"],
        [office, set("203.0.113.0/25"), "203.0.113.0/25 of 203.0.113.0/24"],
        [office, AddressSet.all.minus(set("203.0.113.7")), "all of 203.0.113.0/24 but 203.0.113.7"],
        [client("203.0.113.0/24", "2001:db8::/32"), AddressSet.allV4, "only the IPv4 part of 203.0.113.0/24 2001:db8::/32"],
        [client("10.0.0.0/22"), set("10.0.0.1", "10.0.1.0/24", "10.0.3.0/25"), "385 of the 1,024 addresses of 10.0.0.0/22"],
        [client("10.0.0.0/29"), set("10.0.0.0", "10.0.0.2", "10.0.0.4", "10.0.0.6"), "half of 10.0.0.0/29"],
        [client("0.0.0.0/0"), publicInternet, "about 86% of 0.0.0.0/0"],
        [client("2001:db8::/32"), set("2001:db8::1", "2001:db8::4", "2001:db8::8"), "less than 1% of 2001:db8::/32"],
    ];
    for (const [who, admitted, words] of cases) it(words, () => assert.equal(describeShare(who, admitted), words));

    it("reads admittedBy", () => {
        const verdict = evaluatePath(path(nsg("nic", exactly(set("203.0.113.0/25")))), office);
        assert.equal(describeShare(office, admittedBy(verdict)), "203.0.113.0/25 of 203.0.113.0/24");
    });
});
