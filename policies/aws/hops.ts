import { AddressBounds } from "../../core/net/bounds";
import { Gate, Hop, HopKind } from "../../core/net/path-model";
import { Origin } from "../../core/origin";
import { PackOptions } from "../rule";
import { Target, Targets } from "./links";

export function fixedHop(kind: HopKind, name: string, verdict: "open" | "closed" | "unknown" | "assumed", origin: Origin): Hop {
    return { kind, name, origin, gate: { type: "fixed", verdict } };
}

export function clientsHop(kind: HopKind, name: string, clients: AddressBounds, origin: Origin): Hop {
    return { kind, name, origin, gate: { type: "clients", clients } };
}

/** A hop that another stack decides: open by assumption, unless the pack is told not to assume. */
export function outsideHop(kind: HopKind, name: string, origin: Origin, options: PackOptions): Hop {
    return fixedHop(kind, name, options.outside === "assume-open" ? "assumed" : "unknown", origin);
}

/**
 * One hop for whichever of several targets it is: the hop, where it is the same for all, else a hop that is not known.
 * @param origin of the property that names the targets
 */
export function sameForAll(kind: HopKind, name: string, targets: Targets, origin: Origin, make: (t: Target) => readonly Hop[]): readonly Hop[] {
    const made = targets.all.map(make);
    const [first] = made;
    if (first === undefined) {
        return [fixedHop(kind, name, "unknown", { ...origin, text: targets.why ?? `${origin.text} names nothing` })];
    }
    if (made.every((m) => sameHops(m, first))) {
        return first;
    }
    const why = targets.why ?? `${origin.text} names ${targets.all.map((t) => t.name).join(", ")}, which differ: ${[...new Set(made.flat().map((h) => h.origin.text))].slice(0, 3).join("; ")}`;
    return [fixedHop(kind, name, "unknown", { ...origin, text: why })];
}

export function sameHops(a: readonly Hop[], b: readonly Hop[]): boolean {
    return a === b || (a.length === b.length && a.every((hop, i) => gateKey(hop.gate) === gateKey(b[i]!.gate)));
}

/** What a gate does, without where that stands. */
export function gateKey(gate: Gate): string {
    switch (gate.type) {
        case "fixed":
            return gate.verdict;
        case "clients":
            return boundsKey(gate.clients);
        case "forward":
            return JSON.stringify([gate.fromPort, gate.toPort, gate.terminates, gate.sourcesBecome === undefined ? "" : boundsKey(gate.sourcesBecome)]);
        case "filter":
            return JSON.stringify([
                gate.filter.order,
                gate.filter.otherwise.allow,
                gate.filter.rules.map((r) => [r.allow, r.protocol, boundsKey(r.sources), portsKey(r.sourcePorts), portsKey(r.ports), r.coversHost]),
            ]);
    }
}

function boundsKey(bounds: AddressBounds): string {
    return `${bounds.least.toCidrs().join()}<${bounds.most.toCidrs().join()}`;
}

function portsKey(ports: { readonly state: string; readonly value?: { toString(): string } }): string {
    return `${ports.state} ${ports.value === undefined ? "" : ports.value.toString()}`;
}
