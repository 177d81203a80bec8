import { Unmodelled } from "../../core/host";
import { Known, isKnown, known, unknown } from "../../core/known";
import { AddressSet } from "../../core/net/address-set";
import { admit, addressesOf } from "../../core/net/admit";
import { exactly, unknownAddresses } from "../../core/net/bounds";
import { Filter, FilterRule } from "../../core/net/filter-model";
import { Hop, HopKind } from "../../core/net/path-model";
import { PortSet } from "../../core/net/port-set";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { Estate } from "./estate";

/** Hops that every part of the reader makes alike. */

export function fixedHop(kind: HopKind, name: string, verdict: "open" | "closed" | "unknown" | "assumed", origin: Origin): Hop {
    return { kind, name, origin, gate: { type: "fixed", verdict } };
}

/** Something of another stack: an assumption, or undecided, as the pack's option `outside` says. */
export function outsideHop(estate: Estate, kind: HopKind, name: string, origin: Origin): Hop {
    return fixedHop(kind, name, estate.options.outside === "unknown" ? "unknown" : "assumed", origin);
}

/** The last segment of an ARM id, for people. */
export function shortId(id: string): string {
    const parts = id.split("/").filter((p) => p !== "");
    const subnet = parts.findIndex((p) => p.toLowerCase() === "subnets");
    return subnet >= 1 ? `${parts[subnet - 1]}/${parts[subnet + 1] ?? ""}` : parts.at(-1) ?? id;
}

export function unmodelled(resource: Resource): Unmodelled {
    return {
        urn: resource.urn,
        type: resource.type,
        remedy: "declare it with azure-native, whose resources rdp-ready reads",
    };
}

/** What one of several candidates does: a filter, or nothing in the way. */
export interface Alternative {
    readonly name: string;
    readonly filter: Filter | undefined;
}

/**
 * The filter that is one of several, when a preview does not tell which: open where all of them are open, closed where all of
 * them are closed, else unknown. Counts for one port, since that is what makes the answer exact.
 */
export function anyOf(alternatives: readonly Alternative[], port: Known<number>, origin: Origin, why: string): Filter | undefined {
    if (alternatives.every((a) => a.filter === undefined)) {
        return undefined;
    }
    let open = AddressSet.all;
    let closed = AddressSet.all;
    let names = false;
    for (const { filter } of alternatives) {
        if (filter === undefined) {
            closed = AddressSet.none;
            continue;
        }
        const admission = admit(filter, { clients: AddressSet.all, protocol: "tcp", port });
        open = open.intersect(addressesOf(admission.open));
        closed = closed.intersect(addressesOf(admission.closed));
        names ||= isKnown(port) && filter.rules.some((r) => isKnown(r.ports) && r.ports.value.contains(port.value) && r.ports.value.size < 1000);
    }
    const rule = (allow: Known<boolean>, set: AddressSet, text: string): FilterRule => ({
        allow,
        protocol: known("tcp"),
        sources: isKnown(allow) ? exactly(set) : unknownAddresses(why, set),
        sourcePorts: known(PortSet.all),
        ports: known(names && isKnown(port) ? PortSet.of(port.value) : PortSet.all),
        coversHost: known(true),
        origin: { ...origin, text },
    });
    const each = alternatives.map((a) => a.name).join(", ");
    return {
        order: "first-match",
        rules: [
            ...(open.isEmpty ? [] : [rule(known(true), open, `each of ${each} lets it through`)]),
            ...(closed.isEmpty ? [] : [rule(known(false), closed, `each of ${each} refuses it`)]),
            rule(unknown(why), AddressSet.all.minus(open).minus(closed), why),
        ],
        otherwise: { allow: false, origin },
    };
}
