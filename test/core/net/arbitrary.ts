/** Random sets, filters and paths in a small world, so that their parts collide often. */
import fc from "fast-check";
import { known, unknown, unsupported, type Known } from "../../../core/known";
import { AddressSet } from "../../../core/net/address-set";
import type { AddressBounds } from "../../../core/net/bounds";
import type { Filter } from "../../../core/net/filter-model";
import type { Gate, Hop, Path } from "../../../core/net/path-model";
import { PortSet } from "../../../core/net/port-set";
import type { Address, Block, Blocks, PlainBounds, PlainFilter, PlainGate, PlainRule, Ports } from "./oracle";

const base = { 4: 0x0a000000n, 6: 0x20010db8n << 96n };
const end = { 4: (1n << 32n) - 1n, 6: (1n << 128n) - 1n };
const span = 24;

const family = fc.constantFrom<4 | 6>(4, 6);

const block: fc.Arbitrary<Block> = fc.oneof(
    {
        weight: 6,
        arbitrary: fc
            .tuple(family, fc.nat(span), fc.nat(span))
            .map(([f, a, b]) => ({ family: f, lo: base[f] + BigInt(Math.min(a, b)), hi: base[f] + BigInt(Math.max(a, b)) })),
    },
    { weight: 2, arbitrary: family.map((f) => ({ family: f, lo: 0n, hi: end[f] })) },
    // A half of everything, and single addresses at the very ends.
    { weight: 1, arbitrary: fc.tuple(family, fc.boolean()).map(([f, upper]) => ({ family: f, lo: upper ? end[f] / 2n + 1n : 0n, hi: upper ? end[f] : end[f] / 2n })) },
    { weight: 1, arbitrary: fc.tuple(family, fc.boolean()).map(([f, upper]) => ({ family: f, lo: upper ? end[f] : 0n, hi: upper ? end[f] : 0n })) },
);
export const blocks: fc.Arbitrary<Block[]> = fc.array(block, { maxLength: 3 });

/** One address from every region that blocks of this world can tell apart. */
export const probes: readonly Address[] = ([4, 6] as const).flatMap((f) =>
    [0n, 1n, end[f] / 2n, end[f] / 2n + 1n, end[f] - 1n, end[f], base[f] - 1n, ...Array.from({ length: span + 2 }, (_, i) => base[f] + BigInt(i))].map((value) => ({ family: f, value })),
);

export function textOf({ family: f, value }: Address): string {
    if (f === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
    return Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(":");
}

export const setOf = (all: Blocks): AddressSet =>
    AddressSet.parseAll(all.map((b) => `${textOf({ family: b.family, value: b.lo })}-${textOf({ family: b.family, value: b.hi })}`));
const singles = new Map(probes.map((probe) => [probe, AddressSet.parse(textOf(probe))]));
export const has = (set: AddressSet, probe: Address): boolean => set.covers(singles.get(probe) ?? AddressSet.parse(textOf(probe)));

const boundsOf = ({ least, perhaps }: PlainBounds): AddressBounds => ({ least: setOf(least), most: setOf([...least, ...perhaps]), why: "it is a tag" });
const portsOf = (ports: Ports): PortSet => ports.map(({ from, to }) => PortSet.range(from, to)).reduce((a, b) => a.union(b), PortSet.none);

const dubious = <T>(value: fc.Arbitrary<T>, weight = 8): fc.Arbitrary<Known<T>> =>
    fc.oneof(
        { weight, arbitrary: value.map(known) },
        { weight: 1, arbitrary: fc.constantFrom(unknown("computed"), unsupported("odd")) },
    );

const bounds: fc.Arbitrary<PlainBounds> = fc.record({ least: blocks, perhaps: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: blocks }) });

export const somePorts = [1, 80, 443, 3000, 3388, 3389, 3390, 4000, 65535];
const portRanges: fc.Arbitrary<Ports> = fc.array(
    fc.tuple(fc.constantFrom(0, ...somePorts), fc.constantFrom(0, ...somePorts)).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) })),
    { minLength: 1, maxLength: 2 },
);
const everyPort: Ports = [{ from: 0, to: 65535 }];

const narrow: Ports[] = ([[1024, 65535], [3389, 3389], [1, 80], [1, 30000], [30001, 65535], [49152, 65535]] as const).map(([from, to]) => [{ from, to }]);
const rule: fc.Arbitrary<PlainRule> = fc.record({
    allow: dubious(fc.boolean(), 12),
    protocol: dubious(fc.constantFrom("tcp", "tcp", "tcp", "any", "udp", "other")),
    sources: bounds,
    sourcePorts: fc.oneof({ weight: 5, arbitrary: fc.constant(known(everyPort)) }, { weight: 1, arbitrary: dubious(fc.constantFrom(...narrow)) }),
    ports: dubious(fc.oneof(fc.constant(everyPort), fc.constant<Ports>([{ from: 3389, to: 3389 }]), portRanges)),
    coversHost: dubious(fc.constantFrom(true, true, true, true, false)),
});

export const plainFilter: fc.Arbitrary<PlainFilter> = fc.record({
    order: fc.constantFrom("first-match", "any-allow", "deny-wins"),
    rules: fc.array(rule, { maxLength: 6 }),
    otherwise: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

export const port = dubious(fc.constantFrom(3389, 3389, 3389, 3390, 443, 50001), 6);

export const filterOf = (plain: PlainFilter): Filter => ({
    order: plain.order,
    otherwise: { allow: plain.otherwise, origin: { urn: "filter", text: "otherwise" } },
    rules: plain.rules.map((r, i) => ({
        allow: r.allow,
        protocol: r.protocol,
        sources: boundsOf(r.sources),
        sourcePorts: r.sourcePorts.state === "known" ? known(portsOf(r.sourcePorts.value)) : r.sourcePorts,
        ports: r.ports.state === "known" ? known(portsOf(r.ports.value)) : r.ports,
        coversHost: r.coversHost,
        origin: { urn: "filter", property: `rules[${i}]`, text: `rule ${i}` },
    })),
});

const gate: fc.Arbitrary<PlainGate> = fc.oneof(
    { weight: 2, arbitrary: fc.record({ type: fc.constant("fixed" as const), verdict: fc.constantFrom("open", "open", "assumed", "assumed", "closed", "unknown") }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("clients" as const), clients: bounds }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant("filter" as const), filter: plainFilter }) },
    {
        weight: 2,
        arbitrary: fc.record(
            {
                type: fc.constant("forward" as const),
                fromPort: dubious(fc.constantFrom(3389, 3389, 443), 9),
                toPort: dubious(fc.constantFrom(3389, 3389, 443), 9),
                sourcesBecome: bounds.filter((b) => b.least.length + b.perhaps.length > 0),
                terminates: fc.boolean(),
            },
            { requiredKeys: ["type", "fromPort", "toPort", "terminates"] },
        ),
    },
);
export const gates = fc.array(gate, { minLength: 1, maxLength: 5 });

export const pathOf = (plain: readonly PlainGate[], dialled: Known<number>): Path => ({ via: "public-address", port: dialled, hops: plain.map(hopOf) });

function hopOf(plain: PlainGate, index: number): Hop {
    const origin = { urn: `hop ${index}`, text: `hop ${index}` };
    return { kind: plain.type === "forward" ? "forwarder" : plain.type === "filter" ? "filter" : "route", name: `hop ${index}`, origin, gate: gateOf(plain) };
}

function gateOf(plain: PlainGate): Gate {
    if (plain.type === "clients") return { type: "clients", clients: boundsOf(plain.clients) };
    if (plain.type === "filter") return { type: "filter", filter: filterOf(plain.filter) };
    if (plain.type === "fixed") return plain;
    const { sourcesBecome, ...rest } = plain;
    return sourcesBecome === undefined ? rest : { ...rest, sourcesBecome: boundsOf(sourcesBecome) };
}
