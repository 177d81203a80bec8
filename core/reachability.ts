import { Host, Intent } from "./host";
import { isKnown } from "./known";
import { reach as reachTogether, someOpenness } from "./net/evaluate";
import { Client, Hop, Openness, Path, PathVerdict, Via } from "./net/path-model";
import { publicInternet } from "./net/well-known";
import { Origin } from "./origin";

/** What became of one client: on the way that serves it best, and on every other. */
export interface ClientReach {
    readonly client: Client;
    readonly verdict: Openness;
    /** Absent when the stack builds no path at all. */
    readonly best?: PathVerdict;
    readonly all: readonly PathVerdict[];
}

export interface Reachability {
    /** `open` when every client that must get in does. */
    readonly verdict: Openness;
    readonly clients: readonly ClientReach[];
    readonly assumptions: readonly string[];
    /** One sentence for each client that does not get in for certain. */
    readonly reasons: readonly string[];
}

const cache = new WeakMap<Host, Reachability>();

/**
 * Whether the clients that are meant to reach a host do. Declared clients must get in whole; of implied ones, some
 * address must. Worked out once per host.
 */
export function reachability(host: Host): Reachability {
    let result = cache.get(host);
    if (result === undefined) {
        result = workOut(host);
        cache.set(host, result);
    }
    return result;
}

function workOut(host: Host): Reachability {
    const implied = host.intent.kind !== "declared";
    const clients = host.intent.clients.map((client) => reach(client, pathsFor(host, client, implied), implied ? host.intent : undefined));
    const verdicts = clients.map((c) => c.verdict);
    const verdict: Openness = verdicts.includes("closed") ? "closed" : verdicts.includes("unknown") ? "unknown" : "open";
    return {
        verdict,
        clients,
        assumptions: [...new Set(clients.flatMap((c) => (c.best === undefined ? [] : c.best.assumptions)))],
        reasons: clients
            .filter((c) => c.verdict !== "open")
            .map((c) => `${c.client.name}: ${c.best?.deciding.decidedBy.text ?? host.noPath?.text ?? "there is no path"}`),
    };
}

const publicVias: readonly Via[] = ["public-address", "nat-rule", "load-balancer"];

/**
 * The paths that count for a client. A declared path is the only one. With implied intent, a public path that exists is
 * what the rule was written for when it names public addresses; without one it is about the private network (design: "Outside the stack").
 */
function pathsFor(host: Host, client: Client, implied: boolean): readonly Path[] {
    if (host.intent.via !== undefined) {
        // Who declares the private network knows that the clients are on it, also with public addresses of their own.
        return host.paths.filter((p) => p.via === host.intent.via).map((p) => (p.via === "private-network" ? withAnyClient(p, "assumed") : p));
    }
    if (!implied) {
        return host.paths;
    }
    const publicPaths = host.paths.filter((p) => publicVias.includes(p.via));
    if (publicPaths.length > 0) {
        return client.addresses.overlaps(publicInternet) ? publicPaths : host.paths;
    }
    // Where the stack builds another way, or a forwarder that leads nowhere, that may be the one that was meant.
    const onlyPrivate = host.paths.every((p) => p.via === "private-network") && !/TargetGroup|LoadBalancer|Nat/.test(typeOf(host.noPath?.urn ?? ""));
    return host.paths.map((p) => (p.via === "private-network" ? withAnyClient(p, onlyPrivate ? "assumed" : "unknown") : p));
}

/** Companies route their own public addresses over VPN and ExpressRoute: whoever the rule names may be on the private network. */
function withAnyClient(path: Path, verdict: "assumed" | "unknown"): Path {
    const hops = path.hops.map((h): Hop => {
        if (h.kind !== "access" || h.gate.type !== "clients") {
            return h;
        }
        return { ...h, origin: { ...h.origin, text: "the clients that the rule names are on the private network" }, gate: { type: "fixed", verdict } };
    });
    return { ...path, hops };
}

function typeOf(urn: string): string {
    return urn.split("::")[2] ?? "";
}

/** @param implied the intent, where it is not declared */
function reach(client: Client, paths: readonly Path[], implied: Intent | undefined): ClientReach {
    const together = reachTogether(paths, client);
    if (implied === undefined) {
        return { client, verdict: together.verdict, all: together.paths, ...(together.best === undefined ? {} : { best: together.best }) };
    }
    // Some address is enough: the path on which most is open serves it best.
    const verdicts = together.paths.map((v) => ({ v, openness: admitsWhomItNames(v, implied) ? ("open" as const) : someOpenness(v) }));
    const best = verdicts.find((x) => x.openness === "open") ?? verdicts.find((x) => x.openness === "unknown");
    if (best !== undefined) {
        return { client, verdict: best.openness, best: best.openness === "open" ? best.v : atFurthest(best.v, "unknown"), all: together.paths };
    }
    return { client, verdict: "closed", all: together.paths, ...(together.best === undefined ? {} : { best: atFurthest(together.best, "closed") }) };
}

/** Which addresses the rule names may be unknown: those that it was written for, it admits, if all else about it is known. */
function admitsWhomItNames(verdict: PathVerdict, { origin }: Intent): boolean {
    const isIt = (o: Origin): boolean => origin !== undefined && o.urn === origin.urn && o.property === origin.property && o.text === origin.text;
    const undecided = verdict.pieces.filter((p) => p.verdict === "unknown");
    const rules = verdict.path.hops.flatMap((h) => (h.gate.type === "filter" ? h.gate.filter.rules : []));
    const rule = rules.find((r) => isIt(r.origin));
    const onlySources = rule !== undefined && [rule.allow, rule.protocol, rule.ports, rule.sourcePorts, rule.coversHost].every((k) => isKnown<unknown>(k));
    return onlySources && undecided.length > 0 && undecided.every((p) => isIt(p.decidedBy));
}

/** Of a client that need not get in whole, the part that gets furthest is the one that the rule was written for. */
function atFurthest(verdict: PathVerdict, openness: Openness): PathVerdict {
    const pieces = verdict.pieces.filter((p) => p.verdict === openness);
    return { ...verdict, deciding: pieces.reduce((a, b) => (b.hop > a.hop ? b : a), pieces[0] ?? verdict.deciding) };
}
