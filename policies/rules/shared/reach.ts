import { Host } from "../../../core/host";
import { admittedBy } from "../../../core/net/evaluate";
import { Client, Hop, PathVerdict, Piece } from "../../../core/net/path-model";
import { describeShare } from "../../../core/net/share";
import { reachability } from "../../../core/reachability";
import { Origin } from "../../../core/origin";
import { Finding } from "../../rule";

/** Clients that one and the same fact keeps from a host, or keeps from being decided. */
export interface Stopped {
    readonly verdict: "closed" | "unknown";
    readonly clients: readonly Client[];
    /** Absent when the stack builds no path at all. */
    readonly best?: PathVerdict;
    readonly hop?: Hop;
    readonly piece?: Piece;
}

/** Who does not get in for certain, by what decides. */
export function stopped(host: Host): Stopped[] {
    const groups = new Map<string, Stopped>();
    for (const { client, verdict, best } of reachability(host).clients) {
        if (verdict === "open") {
            continue;
        }
        const piece = best?.deciding;
        const hop = piece === undefined ? undefined : best?.path.hops[piece.hop];
        const key = [verdict, piece?.hop, piece?.decidedBy.urn, piece?.decidedBy.text, best === undefined ? "" : describeShare(client, admittedBy(best)) === `none of ${client.name}`].join(" ");
        const group = groups.get(key);
        groups.set(key, {
            verdict,
            clients: [...(group?.clients ?? []), client],
            ...(best === undefined ? {} : { best }),
            ...(hop === undefined ? {} : { hop }),
            ...(piece === undefined ? {} : { piece }),
        });
    }
    return [...groups.values()];
}

/** "203.0.113.0/24 and 198.51.100.7/32" */
export function names(clients: readonly Client[]): string {
    const all = clients.map((c) => c.name);
    return all.length <= 1 ? (all[0] ?? "the clients") : `${all.slice(0, -1).join(", ")} and ${all[all.length - 1]}`;
}

/** Where a finding points, and what a host that nobody declared may claim at most. */
export function placed(host: Host, origin: Origin): Pick<Finding, "urn" | "property" | "atMost"> {
    return {
        urn: origin.urn,
        ...(origin.property === undefined ? {} : { property: origin.property }),
        ...(host.intent.kind === "implied-by-address" ? { atMost: "advisory" as const } : {}),
    };
}

/** What a closed path shows, in words. */
export function shown(symptom: string): string {
    return symptom === "0x204" ? "0x204 or 0x108" : symptom;
}
