import { isKnown, known, type Known } from "../known";
import type { Origin } from "../origin";
import { AddressSet } from "./address-set";
import type { Filter, FilterOrder, FilterRule } from "./filter-model";
import { PortSet } from "./port-set";

export interface Traffic {
    readonly clients: AddressSet;
    readonly protocol: "tcp" | "udp";
    /** The port as the filter sees it: after translation by a forwarder. */
    readonly port: Known<number> | number;
    /** The ports that clients connect from. Default: 1024-65535. */
    readonly sourcePorts?: PortSet;
}

/** Clients for which one rule (or the filter's `otherwise`) decides. */
export interface Part {
    readonly addresses: AddressSet;
    readonly decidedBy: Origin;
    /** In `unknown` only: what is not known; completes "it is not known whether …, because <why>". */
    readonly why?: string;
}

/** A partition of the clients: every address is in exactly one part. */
export interface Admission {
    readonly open: readonly Part[];
    readonly closed: readonly Part[];
    readonly unknown: readonly Part[];
}

/**
 * Which clients a filter lets through. An address is `open` if every possible world opens it, `closed` if every possible world
 * closes it, else `unknown`. A world settles everything that is not known: each rule's action, protocol, ports and destination,
 * and which addresses its source holds, independently of every other rule; and the port asked for, which all rules share.
 *
 * Source ports: a client connects from any ephemeral port, so a port must be open from all of them. An allow rule that takes only
 * some of them (source port 3389 is the usual mistake) lets nobody in, unless other rules allow the rest; a deny rule that takes
 * some of them refuses connections at random, which counts as closed.
 */
export function admit(filter: Filter, traffic: Traffic): Admission {
    const sourcePorts = tellingPorts(filter.rules.map((rule) => rule.sourcePorts), traffic.sourcePorts ?? PortSet.ephemeral);
    const decide = (port: number): Admission =>
        fromEveryPort(sourcePorts.map((sourcePort) => decideOne(filter, traffic, port, sourcePort)), traffic.clients);
    const port = typeof traffic.port === "number" ? known(traffic.port) : traffic.port;
    if (isKnown(port)) return decide(port.value);
    const worlds = tellingPorts(filter.rules.map((rule) => rule.ports), PortSet.range(1, 65535)).map(decide);
    return inEveryWorld(worlds, traffic.clients, `the port is not known: ${port.reason}`);
}

function decideOne(filter: Filter, { clients, protocol }: Traffic, port: number, sourcePort: number): Admission {
    const rules: Ruling[] = [];
    for (const rule of filter.rules) {
        const actions = actionsOf(rule, protocol, port, sourcePort, filter.order);
        if (actions !== skip) rules.push({ rule, actions });
    }
    const sorter = new Sorter(protocol);
    if (filter.order === "first-match") firstMatch(rules, filter.otherwise, clients, sorter);
    else denyWins(rules, filter.otherwise, clients, sorter);
    return sorter.admission();
}

/** What a rule may do with a packet: a set of outcomes, as bits. */
type Actions = number;
const opens = 1;
const closes = 2;
const skip = 4;

/** A rule that may bear on the traffic, and what it does to the addresses that are surely among its sources. */
interface Ruling {
    readonly rule: FilterRule;
    readonly actions: Actions;
}

type Otherwise = Filter["otherwise"];

function actionsOf(rule: FilterRule, protocol: "tcp" | "udp", port: number, sourcePort: number, order: FilterOrder): Actions {
    let certain = true;
    const mayHold = <T>(fact: Known<T>, holds: (value: T) => boolean): boolean => {
        if (isKnown(fact)) return holds(fact.value);
        certain = false;
        return true;
    };
    const mayMatch =
        mayHold(rule.ports, (ports) => ports.contains(port)) &&
        mayHold(rule.protocol, (p) => p === "any" || p === protocol) &&
        mayHold(rule.coversHost, (covers) => covers) &&
        mayHold(rule.sourcePorts, (ports) => ports.contains(sourcePort));
    if (!mayMatch) return skip;
    // A security group has no denies: a rule that is none of its allows does nothing.
    const denies = order === "any-allow" ? skip : closes;
    const actions = isKnown(rule.allow) ? (rule.allow.value ? opens : denies) : opens | denies;
    return certain ? actions : actions | skip;
}

/** Addresses that have met the same uncertain rules so far. */
interface Pending {
    readonly addresses: AddressSet;
    /** The first rule that may have let them through, and the first that may have refused them. */
    readonly mayOpen?: FilterRule;
    readonly mayClose?: FilterRule;
}

function firstMatch(rules: readonly Ruling[], otherwise: Otherwise, clients: AddressSet, sorter: Sorter): void {
    let pending: Pending[] = [{ addresses: clients }];
    for (const { rule, actions } of rules) {
        const next: Pending[] = [];
        for (const piece of pending) {
            const here = piece.addresses.intersect(rule.sources.most);
            if (here.isEmpty) {
                next.push(piece);
                continue;
            }
            const sure = (actions & skip) === 0 ? here.intersect(rule.sources.least) : AddressSet.none;
            if (!sure.isEmpty) {
                const met = { ...piece, ...(actions === (opens | closes) ? { mayOpen: piece.mayOpen ?? rule, mayClose: piece.mayClose ?? rule } : {}) };
                sorter.settle(sure, (actions & opens) !== 0, rule.origin, met);
            }
            const uncertain = here.minus(sure);
            if (!uncertain.isEmpty) {
                next.push({
                    addresses: uncertain,
                    mayOpen: piece.mayOpen ?? ((actions & opens) !== 0 ? rule : undefined),
                    mayClose: piece.mayClose ?? ((actions & closes) !== 0 ? rule : undefined),
                });
            }
            const rest = piece.addresses.minus(here);
            if (!rest.isEmpty) next.push({ ...piece, addresses: rest });
        }
        pending = merged(next);
        if (pending.length === 0) return;
    }
    for (const piece of pending) sorter.settle(piece.addresses, otherwise.allow, otherwise.origin, piece);
}

/** A matching deny beats every allow; with the denies taken out (`actionsOf`), this is also the order of a security group. */
function denyWins(rules: readonly Ruling[], otherwise: Otherwise, clients: AddressSet, sorter: Sorter): void {
    let rest = clients;
    for (const { rule, actions } of rules) {
        if (actions !== closes) continue;
        sorter.settle(rest.intersect(rule.sources.least), false, rule.origin, {});
        rest = rest.minus(rule.sources.least);
    }
    let pieces: Pending[] = [{ addresses: rest }];
    for (const { rule, actions } of rules) {
        if ((actions & closes) !== 0) pieces = mark(pieces, rule, "mayClose");
    }
    // From here on: worlds in which no deny matches. A rule that allows or denies, which is not known, stays for the last step.
    for (const { rule, actions } of rules) {
        if (actions !== opens) continue;
        for (const piece of pieces) sorter.settle(piece.addresses.intersect(rule.sources.least), true, rule.origin, { mayClose: piece.mayClose });
        pieces = merged(pieces.map((piece) => ({ ...piece, addresses: piece.addresses.minus(rule.sources.least) })));
    }
    for (const { rule, actions } of rules) {
        if ((actions & opens) !== 0) pieces = mark(pieces, rule, "mayOpen");
    }
    for (const piece of pieces) sorter.settle(piece.addresses, otherwise.allow, otherwise.origin, piece);
}

/** Notes `rule` at all addresses that are possibly among its sources and have met no such rule yet. */
function mark(pieces: readonly Pending[], rule: FilterRule, as: "mayOpen" | "mayClose"): Pending[] {
    return merged(
        pieces.flatMap((piece) =>
            piece[as] !== undefined
                ? [piece]
                : [
                      { ...piece, addresses: piece.addresses.intersect(rule.sources.most), [as]: rule },
                      { ...piece, addresses: piece.addresses.minus(rule.sources.most) },
                  ],
        ),
    );
}

/** Joins pieces with the same history and drops empty ones, so that their number stays small. */
function merged(pieces: readonly Pending[]): Pending[] {
    const out: Pending[] = [];
    for (const piece of pieces) {
        if (piece.addresses.isEmpty) continue;
        const twin = out.findIndex((p) => p.mayOpen === piece.mayOpen && p.mayClose === piece.mayClose);
        if (twin < 0) out.push(piece);
        else out[twin] = { ...piece, addresses: piece.addresses.union(out[twin]!.addresses) };
    }
    return out;
}

/** Collects settled addresses, one part for each deciding rule. */
class Sorter {
    readonly #parts: Record<keyof Admission, Map<Origin, Part>> = { open: new Map(), closed: new Map(), unknown: new Map() };

    constructor(private readonly protocol: "tcp" | "udp") {}

    /** `open` is what comes to pass unless one of the uncertain rules that the addresses have met says otherwise. */
    settle(addresses: AddressSet, open: boolean, by: Origin, met: Omit<Pending, "addresses">): void {
        if (addresses.isEmpty) return;
        const contrary = open ? met.mayClose : met.mayOpen;
        if (contrary === undefined) this.#add(open ? "open" : "closed", { addresses, decidedBy: by });
        else this.#add("unknown", { addresses, decidedBy: contrary.origin, why: whyUncertain(contrary, this.protocol) });
    }

    admission(): Admission {
        const { open, closed, unknown } = this.#parts;
        return { open: [...open.values()], closed: [...closed.values()], unknown: [...unknown.values()] };
    }

    #add(kind: keyof Admission, part: Part): void {
        const parts = this.#parts[kind];
        const before = parts.get(part.decidedBy);
        parts.set(part.decidedBy, before === undefined ? part : { ...part, addresses: before.addresses.union(part.addresses) });
    }
}

function whyUncertain(rule: FilterRule, protocol: "tcp" | "udp"): string {
    const facts: [string, Known<unknown>][] = [
        ["whether it allows or denies is not known", rule.allow],
        ["its protocol is not known", rule.protocol],
        [`its ${protocol} ports are not known`, rule.ports],
        ["whether it applies to this host is not known", rule.coversHost],
        ["its source ports are not known", rule.sourcePorts],
    ];
    const reasons = facts.flatMap(([what, fact]) => (isKnown(fact) ? [] : [`${what}: ${fact.reason}`]));
    if (rule.sources.why !== undefined) reasons.push(rule.sources.why);
    return reasons.length === 0 ? "its sources are not known" : reasons.join("; ");
}

/** One port out of `all` for each group of ports that the known sets cannot tell apart. */
function tellingPorts(sets: readonly Known<PortSet>[], all: PortSet): number[] {
    const tests = new Set<PortSet>();
    for (const set of sets) if (isKnown(set) && !set.value.covers(all) && set.value.overlaps(all)) tests.add(set.value);
    const starts = all.ranges().map(([from]) => from);
    if (tests.size === 0) return starts.slice(0, 1);
    for (const set of tests) for (const [from, to] of set.ranges()) starts.push(from, to + 1);
    const groups = new Map<string, number>();
    for (const port of starts) {
        if (all.contains(port)) groups.set([...tests].map((set) => (set.contains(port) ? "1" : "0")).join(""), port);
    }
    return [...groups.values()];
}

/** Open where every source port is open, closed where some source port is closed. */
function fromEveryPort(ports: readonly Admission[], clients: AddressSet): Admission {
    const [first, ...others] = ports;
    if (first === undefined || others.length === 0) return first ?? nobody;
    const closed = disjoint(ports.flatMap((port) => port.closed), clients);
    const unknown = disjoint(ports.flatMap((port) => port.unknown), clients.minus(addressesOf(closed)));
    return { open: within(first.open, common(ports, "open")), closed, unknown };
}

/** Open where every world is open, closed where every world is closed. */
function inEveryWorld(worlds: readonly Admission[], clients: AddressSet, why: string): Admission {
    const [first, ...others] = worlds;
    if (first === undefined || others.length === 0) return first ?? nobody;
    const open = within(first.open, common(worlds, "open"));
    const closed = within(first.closed, common(worlds, "closed"));
    const rest = clients.minus(addressesOf(open)).minus(addressesOf(closed));
    // Point at a rule that would let the clients through in some world; there is one, or they would be closed.
    const unknown = disjoint(worlds.flatMap((world) => [...world.open, ...world.unknown]), rest);
    return { open, closed, unknown: unknown.map((part) => ({ ...part, why: part.why === undefined ? why : `${why}; ${part.why}` })) };
}

/** The parts, cut down so that each address of `bounds` stays in the first part that holds it. */
function disjoint(parts: readonly Part[], bounds: AddressSet): Part[] {
    let rest = bounds;
    return parts.flatMap((part) => {
        const addresses = rest.intersect(part.addresses);
        rest = rest.minus(part.addresses);
        return addresses.isEmpty ? [] : [{ ...part, addresses }];
    });
}

function common(worlds: readonly Admission[], kind: "open" | "closed"): AddressSet {
    return worlds.map((world) => addressesOf(world[kind])).reduce((all, set) => all.intersect(set));
}

function within(parts: readonly Part[], bounds: AddressSet): Part[] {
    return parts.map((part) => ({ ...part, addresses: part.addresses.intersect(bounds) })).filter((part) => !part.addresses.isEmpty);
}

const nobody: Admission = { open: [], closed: [], unknown: [] };

/** All addresses of some parts. */
export function addressesOf(parts: readonly { readonly addresses: AddressSet }[]): AddressSet {
    return parts.reduce((all, part) => all.union(part.addresses), AddressSet.none);
}
