import { Known } from "../known";
import { Origin } from "../origin";
import { Symptom } from "../symptom";
import { AddressSet } from "./address-set";
import { AddressBounds } from "./bounds";
import { Filter } from "./filter-model";

/** How a client gets to a host. The names are those of the tag `rdp-ready:path` and of the report. */
export const vias = [
    "public-address",
    "nat-rule",
    "load-balancer",
    "private-network",
    "bastion",
    "session-manager",
    "instance-connect",
    "gateway",
] as const;
export type Via = (typeof vias)[number];

export type HopKind = "address" | "route" | "filter" | "forwarder" | "access" | "guest-firewall" | "listener";

export interface Client {
    /** As the author wrote it: `203.0.113.0/24`, or `Internet`. */
    readonly name: string;
    readonly addresses: AddressSet;
}

/** What a hop does with a connection. */
export type Gate =
    /** Decided without looking at the client. `assumed` is open by assumption: what decides lies outside the stack. */
    | { readonly type: "fixed"; readonly verdict: "open" | "closed" | "unknown" | "assumed" }
    /** Open to these clients only, e.g. a public address is not a way for 10.0.0.0/8. */
    | { readonly type: "clients"; readonly clients: AddressBounds }
    | { readonly type: "filter"; readonly filter: Filter }
    /**
     * Goes on at `toPort`; from then on the connection comes from some address of `sourcesBecome`, where given (SNAT, Bastion, tunnels).
     * `terminates`: it accepts the client's connection itself, so what fails behind it looks like 0x904 (rdp-domain §7.4).
     */
    | {
          readonly type: "forward";
          readonly fromPort: Known<number>;
          readonly toPort: Known<number>;
          readonly sourcesBecome?: AddressBounds;
          readonly terminates: boolean;
          /** Absent where nothing is known to forget idle connections. */
          readonly idle?: IdleTimeout;
      };

/**
 * How long a forwarder keeps a connection on which nothing is sent. Azure Load Balancer: 4 minutes and no reset unless told
 * otherwise (rdp-domain §7.1); NLB: 350 s and a reset (§7.2).
 */
export interface IdleTimeout {
    readonly minutes: Known<number>;
    /** True: the connection is closed by a reset, and the client shows 0x904. False: it is forgotten, and the session freezes (§7.4). */
    readonly reset: Known<boolean>;
    /** Where the time-out is written, or would be. */
    readonly origin: Origin;
}

/** One step of a path. `origin.text` says in words what decides there. */
export interface Hop {
    readonly kind: HopKind;
    /** Short name for the picture: `NSG web-nsg (subnet)`. */
    readonly name: string;
    readonly origin: Origin;
    readonly gate: Gate;
    /**
     * What the client sees if this hop does not let it through. Default: 0x204, as for any closed port on a direct path (a silent drop
     * may show as 0x108 instead). A failure to connect behind a terminating forwarder shows as 0x904, whatever stands here (rdp-domain §7.4).
     */
    readonly symptom?: Symptom;
    /** It lets connections through, and yet cannot stay as it is: completes "it …". */
    readonly retired?: string;
}

/** A way to the host that the stack builds. */
export interface Path {
    readonly via: Via;
    /** The port that the client dials. */
    readonly port: Known<number>;
    readonly hops: readonly Hop[];
}

export type Openness = "open" | "closed" | "unknown";

/** Part of a client's addresses, and what decided over it. */
export interface Piece {
    readonly addresses: AddressSet;
    readonly verdict: Openness;
    /** Index into the path's hops; the last hop for an open piece. */
    readonly hop: number;
    readonly decidedBy: Origin;
    /** With `unknown`: completes "it is not known whether …, because <why>". */
    readonly why?: string;
    /** What these clients see if they do not get through; `none` for an open piece. */
    readonly symptom: Symptom;
}

export interface HopVerdict {
    readonly hop: Hop;
    /** `not-reached`: an earlier hop has closed the path for all of the client. */
    readonly verdict: Openness | "assumed" | "partly" | "not-reached";
    /** What decided at this hop, e.g. the rule that admitted the client. */
    readonly decidedBy: Origin;
}

/** What became of one client on one path. */
export interface PathVerdict {
    readonly client: Client;
    readonly path: Path;
    /** `closed` when any part is closed for certain, else `unknown` when any part is not known, else `open`. */
    readonly verdict: Openness;
    readonly pieces: readonly Piece[];
    readonly hops: readonly HopVerdict[];
    /** The piece that settles the verdict. */
    readonly deciding: Piece;
    /** Texts of the hops that are open by assumption. */
    readonly assumptions: readonly string[];
}
