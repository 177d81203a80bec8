import { isKnown, type Known } from "../known";
import type { Origin } from "../origin";
import type { Symptom } from "../symptom";
import { AddressSet } from "./address-set";
import { addressesOf, admit, type Admission } from "./admit";
import type { AddressBounds } from "./bounds";
import type { Client, Hop, HopVerdict, Openness, Path, PathVerdict, Piece } from "./path-model";

/**
 * Walks a client's connections along a path (TCP, unless told otherwise; UDP 3389 is judged apart, rdp-domain §7.3). Each address
 * is open if every hop lets it through for certain, closed if some hop refuses it for certain, else unknown. Hops are judged one by
 * one: two hops that hang on the same unknown are not played off against each other, so the answer may be unknown where a joint
 * analysis would know; it is never wrong. Forwarders are taken to carry the protocol asked for: a path for TCP is none for UDP.
 */
export function evaluatePath(path: Path, client: Client, protocol: "tcp" | "udp" = "tcp"): PathVerdict {
    const walk: Walk = {
        protocol,
        live: [{ addresses: client.addresses }],
        pieces: [],
        passed: part(client.addresses, nothingInTheWay),
        port: path.port,
        source: undefined,
        accepted: false,
    };
    const hops: HopVerdict[] = path.hops.map((hop, index) => step(hop, index, walk));
    for (const { addresses, doubt } of walk.live) {
        if (doubt !== undefined) walk.pieces.push({ addresses, verdict: "unknown", ...doubt });
        else walk.pieces.push(...walk.passed.map((by): Piece => openPiece(addresses.intersect(by.addresses), by.decidedBy, path)));
    }
    const pieces = joined(walk.pieces.filter((piece) => !piece.addresses.isEmpty));
    if (pieces.length === 0) pieces.push(nobody(client, path));
    const verdict = worst(pieces);
    return {
        client,
        path,
        verdict,
        pieces,
        hops,
        deciding: largest(pieces.filter((piece) => piece.verdict === verdict)),
        assumptions: path.hops.filter((_, i) => hops[i]!.verdict === "assumed").map((hop) => hop.origin.text),
    };
}

/** Whether some of the client's addresses get through for certain: what an implied intent asks for. */
export function someOpen(verdict: PathVerdict): boolean {
    return verdict.pieces.some((piece) => piece.verdict === "open");
}

/** `open` if some address gets through, `closed` if none can, else `unknown`. */
export function someOpenness(verdict: PathVerdict): Openness {
    if (someOpen(verdict)) return "open";
    return verdict.pieces.some((piece) => piece.verdict === "unknown") ? "unknown" : "closed";
}

/** The client's addresses that get through for certain. */
export function admittedBy(verdict: PathVerdict): AddressSet {
    return addressesOf(verdict.pieces.filter((piece) => piece.verdict === "open"));
}

/**
 * The best verdict of several ways to a host: open before unknown before closed; then the one that lets more of the client in;
 * then the one that gets furthest, so that a finding names the hop that is worth repairing. `undefined` without any path.
 */
export function bestPath(paths: readonly Path[], client: Client): PathVerdict | undefined {
    return best(paths.map((path) => evaluatePath(path, client)));
}

/** What became of a client on all paths together. */
export interface Reach {
    /** `open` when every address gets in by some path, `closed` when some address gets in by none for certain. */
    readonly verdict: Openness;
    /** A partition of the client's addresses. */
    readonly open: AddressSet;
    readonly unknown: AddressSet;
    readonly closed: AddressSet;
    readonly paths: readonly PathVerdict[];
    /** As `bestPath`; `undefined` without any path. */
    readonly best: PathVerdict | undefined;
}

/** As `bestPath`, but parts of a client may use different paths, e.g. IPv4 and IPv6 through two public addresses. */
export function reach(paths: readonly Path[], client: Client): Reach {
    const verdicts = paths.map((path) => evaluatePath(path, client));
    const open = addressesOf(verdicts.flatMap((verdict) => verdict.pieces.filter((piece) => piece.verdict === "open")));
    const possible = addressesOf(verdicts.flatMap((verdict) => verdict.pieces.filter((piece) => piece.verdict === "unknown")));
    const unknown = possible.minus(open);
    const closed = client.addresses.minus(open).minus(unknown);
    const vacuous = client.addresses.isEmpty && verdicts.length > 0;
    const verdict = !closed.isEmpty || verdicts.length === 0 ? "closed" : vacuous || !unknown.isEmpty ? "unknown" : "open";
    return { verdict, open, unknown, closed, paths: verdicts, best: best(verdicts) };
}

/** Part of the client on its way; `doubt` is the first hop that could not be decided for it. */
interface Live {
    readonly addresses: AddressSet;
    readonly doubt?: Pick<Piece, "hop" | "decidedBy" | "why" | "symptom">;
}

/** What changes from hop to hop. */
interface Walk {
    readonly protocol: "tcp" | "udp";
    live: Live[];
    readonly pieces: Piece[];
    /** What the last hop let through, by deciding rule. */
    passed: Admission["open"];
    port: Known<number>;
    /** Where connections come from, once a hop has replaced the client's own addresses. */
    source: AddressBounds | undefined;
    /** A terminating forwarder has accepted the client's connection. */
    accepted: boolean;
}

function step(hop: Hop, index: number, walk: Walk): HopVerdict {
    if (walk.live.every((piece) => piece.addresses.isEmpty)) return { hop, verdict: "not-reached", decidedBy: hop.origin };
    const arriving = addressesOf(walk.live);
    const { source } = walk;
    const admission = source === undefined ? through(hop, arriving, walk) : together(throughAll(hop, source, walk), arriving, source, hop.origin);
    const symptom = symptomOf(hop, walk.accepted);
    for (const { addresses, decidedBy } of admission.closed) {
        walk.pieces.push({ addresses, verdict: "closed", hop: index, decidedBy, symptom });
    }
    walk.passed = admission.open;
    const passed = addressesOf(admission.open);
    const live: Live[] = walk.live.map((piece) => ({ ...piece, addresses: piece.addresses.intersect(passed) }));
    for (const { addresses, decidedBy, why } of admission.unknown) {
        const doubt = { hop: index, decidedBy, ...(why === undefined ? {} : { why }), symptom };
        for (const piece of walk.live) live.push({ addresses: piece.addresses.intersect(addresses), doubt: piece.doubt ?? doubt });
    }
    walk.live = live.filter((piece) => !piece.addresses.isEmpty);
    if (hop.gate.type === "forward") {
        walk.port = hop.gate.toPort;
        walk.source = hop.gate.sourcesBecome ?? walk.source;
        walk.accepted ||= hop.gate.terminates;
    }
    return hopVerdict(hop, admission);
}

function hopVerdict(hop: Hop, { open, closed, unknown }: Admission): HopVerdict {
    const first = largestOf(closed) ?? largestOf(unknown) ?? largestOf(open);
    const decidedBy = first?.decidedBy ?? hop.origin;
    if (closed.length > 0) return { hop, verdict: open.length + unknown.length > 0 ? "partly" : "closed", decidedBy };
    if (unknown.length > 0) return { hop, verdict: "unknown", decidedBy };
    return { hop, verdict: hop.gate.type === "fixed" && hop.gate.verdict === "assumed" ? "assumed" : "open", decidedBy };
}

/** What a hop does with connections from `addresses`. */
function through(hop: Hop, addresses: AddressSet, { port, protocol }: Walk): Admission {
    const { gate, origin } = hop;
    switch (gate.type) {
        case "fixed":
            return all(gate.verdict === "assumed" ? "open" : gate.verdict, addresses, origin);
        case "clients": {
            const { least, most, why } = gate.clients;
            const possible = addresses.intersect(most);
            const sure = possible.intersect(least);
            return {
                open: part(sure, origin),
                closed: part(addresses.minus(most), origin),
                unknown: part(possible.minus(sure), origin, why ?? "it is not known which clients come this way"),
            };
        }
        case "filter":
            return admit(gate.filter, { clients: addresses, protocol, port });
        case "forward":
            return forward(gate.fromPort, port, addresses, origin);
    }
}

/** The same object is the same value, known or not: a path whose port is the forwarder's own, still to be computed, gets in. */
function forward(listens: Known<number>, dialled: Known<number>, addresses: AddressSet, origin: Origin): Admission {
    if (listens === dialled) return all("open", addresses, origin);
    for (const [port, what] of [[listens, "the port that it listens on"], [dialled, "the port that the client dials"]] as const) {
        if (!isKnown(port)) return all("unknown", addresses, origin, `${what} is not known: ${port.reason}`);
    }
    return all(isKnown(listens) && isKnown(dialled) && listens.value === dialled.value ? "open" : "closed", addresses, origin);
}

function throughAll(hop: Hop, source: AddressBounds, walk: Walk): Admission {
    // A gate that does not look at the source needs none, and there may be none to show it.
    const looks = hop.gate.type === "filter" || hop.gate.type === "clients";
    return through(hop, looks ? source.most : AddressSet.all, walk);
}

/**
 * Once the source is replaced, all of the client shares one fate. Which address of `source` a connection comes from is not known,
 * so it gets through for certain only if all of them do, and is refused for certain only if all of them are.
 */
function together({ open, closed, unknown }: Admission, arriving: AddressSet, source: AddressBounds, origin: Origin): Admission {
    if (open.length > 0 && closed.length + unknown.length === 0) return all("open", arriving, largestOf(open)!.decidedBy);
    if (closed.length > 0 && open.length + unknown.length === 0) return all("closed", arriving, largestOf(closed)!.decidedBy);
    const doubt = largestOf(unknown) ?? largestOf(closed);
    if (doubt === undefined) return all("unknown", arriving, origin, source.why ?? "it is not known which address the connection comes from here");
    const some = `of ${source.most.describe()}, where connections come from here, only ${addressesOf(open).describe()} gets through for certain`;
    return all("unknown", arriving, doubt.decidedBy, [source.why, doubt.why ?? some].filter((why) => why !== undefined).join("; "));
}

function all(verdict: Openness, addresses: AddressSet, decidedBy: Origin, why?: string): Admission {
    return { open: [], closed: [], unknown: [], [verdict]: part(addresses, decidedBy, why) };
}

function part(addresses: AddressSet, decidedBy: Origin, why?: string): Admission["open"] {
    return addresses.isEmpty ? [] : [{ addresses, decidedBy, ...(why === undefined ? {} : { why }) }];
}

/** Behind a terminating forwarder the client has its connection, so a failure to connect shows as a socket that closes. */
function symptomOf(hop: Hop, accepted: boolean): Symptom {
    const own = hop.symptom ?? "0x204";
    return accepted && (own === "0x204" || own === "0x108" || own === "either") ? "0x904" : own;
}

function best(verdicts: readonly PathVerdict[]): PathVerdict | undefined {
    const rank = { open: 2, unknown: 1, closed: 0 };
    const better = (a: PathVerdict, b: PathVerdict): boolean => {
        if (a.verdict !== b.verdict) return rank[a.verdict] > rank[b.verdict];
        const [mine, yours] = [admittedBy(a).size, admittedBy(b).size];
        return mine !== yours ? mine > yours : a.deciding.hop > b.deciding.hop;
    };
    return verdicts.reduce<PathVerdict | undefined>((found, verdict) => (found === undefined || better(verdict, found) ? verdict : found), undefined);
}

function worst(pieces: readonly Piece[]): Openness {
    if (pieces.some((piece) => piece.verdict === "closed")) return "closed";
    return pieces.some((piece) => piece.verdict === "unknown") ? "unknown" : "open";
}

/** One piece for each verdict, hop and deciding rule. */
function joined(pieces: readonly Piece[]): Piece[] {
    const out: Piece[] = [];
    for (const piece of pieces) {
        const twin = out.findIndex((p) => p.verdict === piece.verdict && p.hop === piece.hop && p.decidedBy === piece.decidedBy && p.why === piece.why);
        if (twin < 0) out.push(piece);
        else out[twin] = { ...piece, addresses: piece.addresses.union(out[twin]!.addresses) };
    }
    return out;
}

function largest(pieces: readonly Piece[]): Piece {
    return largestOf(pieces) as Piece;
}

function largestOf<T extends { readonly addresses: AddressSet }>(parts: readonly T[]): T | undefined {
    return parts.length < 2 ? parts[0] : parts.reduce((most, next) => (next.addresses.size > most.addresses.size ? next : most));
}

function openPiece(addresses: AddressSet, decidedBy: Origin, path: Path): Piece {
    return { addresses, verdict: "open", hop: path.hops.length - 1, decidedBy, symptom: "none" };
}

const nothingInTheWay: Origin = { urn: "", text: "nothing stands between the client and the host" };

/** A client without addresses would be vacuously open; that is no news to anyone. */
function nobody(client: Client, path: Path): Piece {
    const decidedBy = { urn: path.hops[0]?.origin.urn ?? "", text: `the client ${client.name} has no addresses` };
    return { addresses: AddressSet.none, verdict: "unknown", hop: 0, decidedBy, why: decidedBy.text, symptom: "other" };
}
