/** The slow truth: one address, one packet, every possible world. Shares no code with what it checks. */
import type { Known } from "../../../core/known";
import type { FilterOrder } from "../../../core/net/filter-model";

/** Addresses `lo` to `hi` of one family, both included. */
export interface Block {
    family: 4 | 6;
    lo: bigint;
    hi: bigint;
}
export interface Address {
    family: 4 | 6;
    value: bigint;
}
export type Blocks = readonly Block[];
export type Ports = readonly { from: number; to: number }[];

export interface PlainBounds {
    least: Blocks;
    /** `most` is `least` and these. */
    perhaps: Blocks;
}

export interface PlainRule {
    allow: Known<boolean>;
    protocol: Known<"tcp" | "udp" | "any" | "other">;
    sources: PlainBounds;
    sourcePorts: Known<Ports>;
    ports: Known<Ports>;
    coversHost: Known<boolean>;
}

export interface PlainFilter {
    order: FilterOrder;
    rules: PlainRule[];
    otherwise: boolean;
}

export type Verdict = "open" | "closed" | "unknown";

export const isIn = (blocks: Blocks, { family, value }: Address): boolean => blocks.some((b) => b.family === family && b.lo <= value && value <= b.hi);
const portIn = (ports: Ports, port: number): boolean => ports.some(({ from, to }) => from <= port && port <= to);

/** Every value that a fact may have, out of `candidates`. */
const worldsOf = <T>(fact: Known<T>, candidates: readonly T[]): readonly T[] => (fact.state === "known" ? [fact.value] : candidates);

type Deed = "opens" | "closes" | "nothing";

/** Client ports on both sides of every edge that a rule may draw. */
const ephemeral = [1024, 3388, 3389, 3390, 30000, 30001, 49151, 49152, 65535];
const someSourcePorts: Ports[] = [[{ from: 0, to: 65535 }], [], [{ from: 3389, to: 3389 }], [{ from: 0, to: 30000 }]];

/** Everything that a rule may do to packets from each client port, by trying every value of everything that is not known. */
function deeds(rule: PlainRule, from: Address, protocol: "tcp" | "udp", port: number): Deed[][] {
    const found = new Map<string, Deed[]>();
    const memberships = isIn(rule.sources.least, from) ? [true] : isIn(rule.sources.perhaps, from) ? [true, false] : [false];
    for (const allow of worldsOf(rule.allow, [true, false]))
        for (const p of worldsOf(rule.protocol, ["tcp", "udp", "any", "other"]))
            for (const covers of worldsOf(rule.coversHost, [true, false]))
                for (const ports of worldsOf<Ports>(rule.ports, [[{ from: 0, to: 65535 }], []]))
                    for (const sourcePorts of worldsOf(rule.sourcePorts, someSourcePorts))
                        for (const member of memberships) {
                            const hit = member && covers && (p === "any" || p === protocol) && portIn(ports, port);
                            const deed = ephemeral.map((e): Deed => (!hit || !portIn(sourcePorts, e) ? "nothing" : allow ? "opens" : "closes"));
                            found.set(deed.join(), deed);
                        }
    return [...found.values()];
}

function outcome(order: FilterOrder, list: readonly Deed[], otherwise: boolean): boolean {
    if (order === "first-match") {
        const first = list.find((deed) => deed !== "nothing");
        return first === undefined ? otherwise : first === "opens";
    }
    if (order === "deny-wins" && list.includes("closes")) return false;
    return list.includes("opens") ? true : otherwise;
}

function everyChoice<T>(options: readonly Iterable<T>[]): T[][] {
    return options.reduce<T[][]>((lists, option) => lists.flatMap((list) => [...option].map((item) => [...list, item])), [[]]);
}

/** `ports`: the candidates, where the port is not known. */
export function admitOne(filter: PlainFilter, from: Address, protocol: "tcp" | "udp", ports: readonly number[]): Verdict {
    const outcomes = new Set<boolean>();
    for (const port of ports) {
        const options = filter.rules.map((rule) => deeds(rule, from, protocol, port));
        for (const world of everyChoice(options)) {
            // A client that cannot connect from some of its ports cannot be said to get in.
            outcomes.add(ephemeral.every((_, i) => outcome(filter.order, world.map((deed) => deed[i]!), filter.otherwise)));
        }
    }
    return outcomes.size === 2 ? "unknown" : outcomes.has(true) ? "open" : "closed";
}

export type PlainGate =
    | { type: "fixed"; verdict: Verdict | "assumed" }
    | { type: "clients"; clients: PlainBounds }
    | { type: "filter"; filter: PlainFilter }
    | { type: "forward"; fromPort: Known<number>; toPort: Known<number>; sourcesBecome?: PlainBounds; terminates: boolean };

/** One address walks the hops. `everyone` must hold a probe of each region of addresses that some gate can tell apart. */
export function walkOne(
    gates: readonly PlainGate[],
    from: Address,
    dialled: Known<number>,
    everyone: readonly Address[],
    candidates: readonly number[],
    protocol: "tcp" | "udp" = "tcp",
): { verdict: Verdict; hop: number; accepted: boolean } {
    let port = dialled;
    let sources = [from];
    let accepted = false;
    let doubt: { hop: number; accepted: boolean } | undefined;
    for (const [hop, gate] of gates.entries()) {
        const verdicts = new Set(sources.map((source) => judge(gate, source, port, candidates, protocol)));
        const verdict = verdicts.size === 1 ? [...verdicts][0]! : "unknown";
        if (verdict === "closed") return { verdict, hop, accepted };
        if (verdict === "unknown") doubt ??= { hop, accepted };
        if (gate.type === "forward") {
            port = gate.toPort;
            const become = gate.sourcesBecome;
            if (become) sources = everyone.filter((a) => isIn(become.least, a) || isIn(become.perhaps, a));
            accepted ||= gate.terminates;
        }
    }
    return doubt ? { verdict: "unknown", ...doubt } : { verdict: "open", hop: gates.length - 1, accepted };
}

function judge(gate: PlainGate, from: Address, port: Known<number>, candidates: readonly number[], protocol: "tcp" | "udp"): Verdict {
    switch (gate.type) {
        case "fixed":
            return gate.verdict === "assumed" ? "open" : gate.verdict;
        case "clients":
            return isIn(gate.clients.least, from) ? "open" : isIn(gate.clients.perhaps, from) ? "unknown" : "closed";
        case "filter":
            return admitOne(gate.filter, from, protocol, port.state === "known" ? [port.value] : candidates);
        case "forward":
            if (gate.fromPort.state !== "known" || port.state !== "known") return "unknown";
            return gate.fromPort.value === port.value ? "open" : "closed";
    }
}
