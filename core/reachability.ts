import { Host } from "./host";
import { reach as reachTogether, someOpenness } from "./net/evaluate";
import { Client, Openness, Path, PathVerdict, Via } from "./net/path-model";
import { publicInternet } from "./net/well-known";

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
    const clients = host.intent.clients.map((client) => reach(client, pathsFor(host, client, implied), implied));
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
        return host.paths.filter((p) => p.via === host.intent.via);
    }
    if (!implied) {
        return host.paths;
    }
    const publicPaths = host.paths.filter((p) => publicVias.includes(p.via));
    return publicPaths.length > 0 && client.addresses.overlaps(publicInternet) ? publicPaths : host.paths;
}

function reach(client: Client, paths: readonly Path[], implied: boolean): ClientReach {
    const together = reachTogether(paths, client);
    if (!implied) {
        return { client, verdict: together.verdict, all: together.paths, ...(together.best === undefined ? {} : { best: together.best }) };
    }
    // Some address is enough: the path on which most is open serves it best.
    const verdicts = together.paths.map((v) => ({ v, openness: someOpenness(v) }));
    const best = verdicts.find((x) => x.openness === "open") ?? verdicts.find((x) => x.openness === "unknown");
    return best === undefined
        ? { client, verdict: "closed", all: together.paths, ...(together.best === undefined ? {} : { best: together.best }) }
        : { client, verdict: best.openness, best: best.v, all: together.paths };
}
