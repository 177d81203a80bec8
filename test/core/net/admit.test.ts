import assert from "node:assert/strict";
import { known, unknown, type Known } from "../../../core/known";
import { AddressSet } from "../../../core/net/address-set";
import { addressesOf, admit, type Admission, type Part } from "../../../core/net/admit";
import { exactly, unknownAddresses, type AddressBounds } from "../../../core/net/bounds";
import type { Filter, FilterOrder, FilterRule } from "../../../core/net/filter-model";
import { PortSet } from "../../../core/net/port-set";
import { azurePrefix } from "../../../core/net/tags";

const office = "203.0.113.0/24";

const from = (...texts: string[]): AddressBounds => exactly(AddressSet.parseAll(texts));

function rule(text: string, sources: AddressBounds, ports: string | Known<PortSet>, more: Partial<FilterRule> = {}): FilterRule {
    return {
        allow: known(!text.startsWith("deny")),
        protocol: known("tcp"),
        sources,
        sourcePorts: known(PortSet.all),
        ports: typeof ports === "string" ? known(PortSet.parse(ports)) : ports,
        coversHost: known(true),
        origin: { urn: "urn:nsg", text },
        ...more,
    };
}

function filter(rules: readonly FilterRule[], order: FilterOrder = "first-match"): Filter {
    return { order, rules, otherwise: { allow: false, origin: { urn: "urn:nsg", text: "DenyAllInBound" } } };
}

function ask(rules: readonly FilterRule[], clients = office, order?: FilterOrder, port: Known<number> | number = 3389): Admission {
    return admit(filter(rules, order), { clients: AddressSet.parseAll(clients.split(" ")), protocol: "tcp", port });
}

const told = (parts: readonly Part[]) => parts.map((part) => `${part.addresses} by ${part.decidedBy.text}`);

function expect(got: Admission, expected: { open?: string[]; closed?: string[]; unknown?: string[] }): void {
    assert.deepEqual(
        { open: told(got.open), closed: told(got.closed), unknown: told(got.unknown) },
        { open: expected.open ?? [], closed: expected.closed ?? [], unknown: expected.unknown ?? [] },
    );
}

describe("admit, first match", () => {
    it("allow-shadowed-by-earlier-deny: the deny decides", () => {
        const rules = [rule("deny all", exactly(AddressSet.all), "*"), rule("allow rdp", from(office), "3389")];
        expect(ask(rules), { closed: [`${office} by deny all`] });
    });

    it("deny-after-the-allow: the allow stands first in priority and decides", () => {
        const rules = [rule("allow rdp", from(office), "3389"), rule("deny all", exactly(AddressSet.all), "*")];
        expect(ask(rules), { open: [`${office} by allow rdp`] });
    });

    it("range-and-list-hold-3389", () => {
        expect(ask([rule("allow 3000-4000", from(office), "3000-4000")]), { open: [`${office} by allow 3000-4000`] });
        expect(ask([rule("allow list", from(office), "80,443,3389")]), { open: [`${office} by allow list`] });
    });

    it("typo-33389: another port admits nobody", () => {
        expect(ask([rule("allow 33389", from(office), "33389")]), { closed: [`${office} by DenyAllInBound`] });
    });

    it("world-in-two-halves: 0.0.0.0/1 and 128.0.0.0/1 admit everyone, each its half", () => {
        const rules = [rule("allow lower", from("0.0.0.0/1"), "3389"), rule("allow upper", from("128.0.0.0/1"), "3389")];
        const got = ask(rules, "0.0.0.0/0");
        expect(got, { open: ["0.0.0.0/1 by allow lower", "128.0.0.0/1 by allow upper"] });
        assert.ok(addressesOf(got.open).coversInternet);
    });

    it("ipv6-client-meets-an-ipv4-rule: not admitted, while the whole of both families is", () => {
        expect(ask([rule("allow v4", from("0.0.0.0/0"), "3389")], "2001:db8::/32"), { closed: ["2001:db8::/32 by DenyAllInBound"] });
        expect(ask([rule("allow any", azurePrefix("*"), "3389")], "2001:db8::/32"), { open: ["2001:db8::/32 by allow any"] });
    });

    it("partly-admitted: the client is split at the rule's edge", () => {
        expect(ask([rule("allow half", from("203.0.113.0/25"), "3389")]), {
            open: ["203.0.113.0/25 by allow half"],
            closed: ["203.0.113.128/25 by DenyAllInBound"],
        });
    });

    it("hole-in-the-allow: a single denied address is closed, the rest is open", () => {
        const got = ask([rule("deny one", from("203.0.113.7"), "*"), rule("allow rdp", from(office), "3389")]);
        assert.deepEqual(told(got.closed), ["203.0.113.7 by deny one"]);
        assert.equal(addressesOf(got.open).size, 255n);
    });

    it("udp-only rule does not admit TCP; a rule of another protocol does nothing", () => {
        const rules = [rule("deny icmp", exactly(AddressSet.all), "*", { protocol: known("other") }), rule("allow udp", from(office), "3389", { protocol: known("udp") })];
        expect(ask(rules), { closed: [`${office} by DenyAllInBound`] });
        expect(admit(filter(rules), { clients: AddressSet.parse(office), protocol: "udp", port: 3389 }), { open: [`${office} by allow udp`] });
    });

    it("rule for other hosts does nothing", () => {
        const rules = [rule("deny others", exactly(AddressSet.all), "*", { coversHost: known(false) }), rule("allow rdp", from(office), "3389")];
        expect(ask(rules), { open: [`${office} by allow rdp`] });
    });
});

describe("admit, source ports", () => {
    const narrowed = (text: string, ports: string) => rule(text, from(office), "3389", { sourcePorts: known(PortSet.parse(ports)) });

    it("source-port-3389: an allow that the client never meets", () => {
        expect(ask([narrowed("allow from 3389", "3389")]), { closed: [`${office} by DenyAllInBound`] });
    });

    it("an allow for a part of the ephemeral ports is no way in; for all of them it is", () => {
        expect(ask([narrowed("allow some", "49152-65535")]), { closed: [`${office} by DenyAllInBound`] });
        expect(ask([narrowed("allow all", "1024-65535")]), { open: [`${office} by allow all`] });
    });

    it("allows for parts of the ephemeral ports that add up to all of them are a way in", () => {
        const got = ask([narrowed("allow low", "1024-32767"), narrowed("allow high", "32768-65535")]);
        assert.equal(String(addressesOf(got.open)), office);
    });

    it("a deny for a part of the ephemeral ports refuses at random: closed", () => {
        expect(ask([narrowed("deny some", "50000-65535"), rule("allow rdp", from(office), "3389")]), { closed: [`${office} by deny some`] });
        expect(ask([narrowed("deny low", "1-1023"), rule("allow rdp", from(office), "3389")]), { open: [`${office} by allow rdp`] });
    });
});

describe("admit, what is not known", () => {
    const secret = unknown("it is computed by the cloud");

    it("unknown-tag-before-the-deny: private clients are closed for certain, public ones are not known", () => {
        const rules = [rule("allow from tag", azurePrefix("AzureDevOps"), "3389")];
        const got = ask(rules, "203.0.113.0/24 10.0.0.0/8");
        expect(got, { closed: ["10.0.0.0/8 by DenyAllInBound"], unknown: [`${office} by allow from tag`] });
        assert.match(got.unknown[0]!.why!, /Microsoft changes the addresses of the service tag AzureDevOps/);
    });

    it("unknown-allow-that-changes-nothing: both worlds agree, so the answer is known", () => {
        const rules = [rule("allow maybe", unknownAddresses("it is a prefix list"), "3389"), rule("allow rdp", from(office), "3389")];
        expect(ask(rules), { open: [`${office} by allow rdp`] });
    });

    it("the rule that would change the outcome is named, not the first uncertain one", () => {
        const rules = [
            rule("deny maybe", unknownAddresses("it is a prefix list"), "*"),
            rule("allow maybe", unknownAddresses("another prefix list"), "3389"),
        ];
        expect(ask(rules), { unknown: [`${office} by allow maybe`] });
        expect(ask([...rules, rule("allow rdp", from(office), "3389")]), { unknown: [`${office} by deny maybe`] });
    });

    it("every kind of unknown makes a rule that may match, and says why", () => {
        const cases: [Partial<FilterRule>, RegExp][] = [
            [{ allow: secret }, /whether it allows or denies is not known: it is computed/],
            [{ protocol: secret }, /its protocol is not known/],
            [{ ports: secret }, /its tcp ports are not known/],
            [{ coversHost: secret }, /whether it applies to this host is not known/],
            [{ sourcePorts: secret }, /its source ports are not known/],
            [{ sources: unknownAddresses("it is a prefix list of another stack") }, /^it is a prefix list of another stack$/],
        ];
        for (const [fact, why] of cases) {
            const got = ask([rule("allow rdp", from(office), "3389", fact)]);
            expect(got, { unknown: [`${office} by allow rdp`] });
            assert.match(got.unknown[0]!.why!, why);
        }
    });

    it("an unknown that cannot matter does not matter", () => {
        expect(ask([rule("allow web", from(office), "443", { protocol: secret, sources: unknownAddresses("tag") })]), { closed: [`${office} by DenyAllInBound`] });
        expect(ask([rule("allow elsewhere", from("198.51.100.0/24"), "3389", { ports: secret })]), { closed: [`${office} by DenyAllInBound`] });
    });

    it("an unknown port is open where every port is, closed where none is", () => {
        const split = [rule("allow low", from(office), "0-3000"), rule("allow high", from(office), "3001-65535")];
        const got = ask(split, "203.0.113.0/24 198.51.100.0/24", "first-match", secret);
        assert.equal(String(addressesOf(got.open)), office);
        assert.equal(String(addressesOf(got.closed)), "198.51.100.0/24");
        const some = ask([rule("allow rdp", from(office), "3389")], office, "first-match", secret);
        expect(some, { unknown: [`${office} by allow rdp`] });
        assert.match(some.unknown[0]!.why!, /the port is not known: it is computed by the cloud/);
    });
});

describe("admit, other orders", () => {
    const deny = rule("deny rdp", from("203.0.113.0/25"), "3389");
    const allow = rule("allow rdp", from(office), "3389");

    it("a Windows firewall's deny wins wherever it stands", () => {
        for (const rules of [[deny, allow], [allow, deny]]) {
            expect(ask(rules, office, "deny-wins"), { open: ["203.0.113.128/25 by allow rdp"], closed: ["203.0.113.0/25 by deny rdp"] });
        }
    });

    it("a security group has no denies", () => {
        expect(ask([deny, allow], office, "any-allow"), { open: [`${office} by allow rdp`] });
    });

    it("a security group's unknown rule does not spoil a certain one", () => {
        const maybe = rule("allow from group", unknownAddresses("the members are in another stack"), "3389");
        expect(ask([maybe, allow], office, "any-allow"), { open: [`${office} by allow rdp`] });
        expect(ask([maybe], office, "any-allow"), { unknown: [`${office} by allow from group`] });
    });
});
