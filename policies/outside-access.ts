import { known } from "../core/known";
import { AddressBounds, unknownAddresses } from "../core/net/bounds";
import { Hop, Path, Via } from "../core/net/path-model";
import { privateV4 } from "../core/net/well-known";
import { Declaration } from "./intent";
import { PackOptions } from "./rule";
import { World } from "./world";

/** Access that a stack of its own often builds for many: a hub's Bastion or firewall, an RD Gateway. */
const named: Partial<Readonly<Record<Via, { readonly name: string; readonly terminates: boolean }>>> = {
    bastion: { name: "Bastion", terminates: true },
    gateway: { name: "RD Gateway", terminates: true },
    "nat-rule": { name: "NAT rule", terminates: false },
    "load-balancer": { name: "load balancer", terminates: false },
};

/** Access that belongs to the host's own network: that of another stack is only meant where this network is, or where the author says from where it connects. */
const ofNetwork: typeof named = { ...named, "instance-connect": { name: "Instance Connect Endpoint", terminates: true } };

const forwarderTypes = /LoadBalancer|InboundNat|TargetGroup|AzureFirewall|FirewallPolicy|BastionHost|:lb\/|:alb\/|:elb\//i;

/**
 * The paths of a host whose author declares one that this stack does not build. Then another stack does: the access is an
 * assumption, and what lies behind it, from some private address to the listener, is judged as the stack has it.
 * A stack with forwarders of its own that do not lead to the host gets no such benefit of the doubt, unless the author says
 * from which addresses the other stack's access connects.
 * @param scene.foreign the host's network belongs to another stack
 * @param scene.mayReplace ways on which a cloud's own services may put their address in the place of the client's
 */
export function withOutsideAccess(paths: readonly Path[], { via, from }: Pick<Declaration, "via" | "from">, world: World, options: PackOptions, urn: string, { foreign, mayReplace }: { readonly foreign: boolean; readonly mayReplace: readonly Via[] }): readonly Path[] {
    const access = via === undefined ? undefined : (from === undefined && !foreign ? named : ofNetwork)[via];
    if (via === undefined || access === undefined || paths.some((p) => p.via === via) || (from === undefined && [...world.types].some((t) => forwarderTypes.test(t)))) {
        return paths;
    }
    const inside = paths.filter((p) => p.via === "private-network");
    const what = `${access.name} of another stack`;
    const sources = from ?? unknownAddresses(`the address of the ${what} is not known`, privateV4);
    // Where the host usually sees its own address, its owner may have it show the client's; and the other way round.
    const usual = access.terminates ? sources : undefined;
    const other = via === "instance-connect" && from === undefined ? [undefined] : mayReplace.includes(via) ? [sources] : [];
    const made = inside.flatMap((p) => {
        const rest = p.hops.filter((h) => h.kind !== "access");
        const path = (s: AddressBounds | undefined, doubt: readonly Hop[]): Path => ({ ...p, via, hops: [...hopsOf({ what, terminates: access.terminates, sources: s }, p, options, urn), ...doubt, ...rest] });
        return [path(usual, []), ...other.map((s) => path(s, from === undefined ? [addressDoubt(what, urn)] : []))];
    });
    return [...paths, ...made];
}

/** For the less usual of two ways, on which alone nobody should call a host ready. */
function addressDoubt(what: string, urn: string): Hop {
    return { kind: "access", name: what, origin: { urn, property: 'tags["rdp-ready:path"]', text: `whether the host sees the client's address or that of the ${what} is for another stack to say` }, gate: { type: "fixed", verdict: "unknown" } };
}

interface Outside {
    readonly what: string;
    readonly terminates: boolean;
    /** From where the host sees its connections; absent where it sees the client's own address. */
    readonly sources: AddressBounds | undefined;
}

function hopsOf({ what, terminates, sources }: Outside, path: Path, options: PackOptions, urn: string): Hop[] {
    const origin = { urn, property: 'tags["rdp-ready:path"]', text: `the clients reach the host through ${/^(?:I|RD)/.test(what) ? "an" : "a"} ${what}` };
    return [
        { kind: "access", name: what, origin, gate: { type: "fixed", verdict: options.outside === "unknown" ? "unknown" : "assumed" } },
        {
            kind: "forwarder",
            name: what,
            origin,
            gate: {
                type: "forward",
                fromPort: path.port,
                toPort: path.port.state === "known" ? known(path.port.value) : path.port,
                ...(sources === undefined ? {} : { sourcesBecome: sources }),
                terminates,
            },
        },
    ];
}
