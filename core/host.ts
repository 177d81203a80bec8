import { Carrier } from "./guest/model";
import { Known } from "./known";
import { HostLife } from "./life";
import { Filter } from "./net/filter-model";
import { Client, Path, Via } from "./net/path-model";
import { Origin } from "./origin";

export type Cloud = "azure" | "aws";

/** Who should reach a host (design: "Intent"). */
export interface Intent {
    /** `implied-by-address`: the only sign is a public address to which no other port is opened. */
    readonly kind: "declared" | "implied" | "implied-by-address" | "none";
    /** Declared: every one of them must get in. Implied: some address of theirs must. Empty with `none`. */
    readonly clients: readonly Client[];
    /** The only path that counts, where the author named one. */
    readonly via?: Via;
    /** What says so. */
    readonly origin?: Origin;
    /** Declarations that could not be read (a malformed CIDR in a tag): the author means something that we do not know. */
    readonly mistakes: readonly Origin[];
}

/** One Windows VM or instance with (possibly) an RDP listener: what host rules judge. */
export interface Host {
    readonly urn: string;
    /** Resource type token, for messages. */
    readonly type: string;
    readonly name: string;
    readonly cloud: Cloud;
    readonly intent: Intent;
    /** The port that clients dial and the listener should listen on: declared, else the guest's, else 3389. */
    readonly port: Known<number>;
    /** Every way to the host that the stack builds, in no particular order. None: `noPath` says why. */
    readonly paths: readonly Path[];
    /** Why there is no path, and where to add one. */
    readonly noPath?: Origin;
    /** What brings settings into the guest, in the order in which the guest runs it. */
    readonly carriers: readonly Carrier[];
    /** False for an image whose system is not known: guest rules then stay silent. */
    readonly knownWindows: boolean;
    /** DNS names that lead to the host, or are meant to, in no particular order. */
    readonly names: readonly HostName[];
    /** Types that bear on the host and are not modelled; each makes the verdict `unknown`. */
    readonly unmodelled: readonly Unmodelled[];
    /** Image, size and life. Absent for a host of a type that is not modelled. */
    readonly life?: HostLife;
}

/**
 * A name that clients may dial (rdp-domain §2.18).
 * - `static`: it leads to the host by an address that stays, or follows the address by itself;
 * - `dynamic`: it leads to the host by an address that the host loses when it stops;
 * - `elsewhere`: it is meant for the host for certain, and leads to another address;
 * - `nothing`: it leads to an address that is attached to nothing;
 * - `unknown`: it may be any of these.
 */
export interface HostName {
    /** As clients write it, as far as it is known. */
    readonly name: string;
    readonly origin: Origin;
    readonly points: "static" | "dynamic" | "elsewhere" | "nothing" | "unknown";
    /** What it points at, to complete "it points at …"; for `unknown`, a sentence that says what is not known. */
    readonly text: string;
}

export interface Unmodelled {
    readonly urn: string;
    readonly type: string;
    /** What to do about it. */
    readonly remedy: string;
}

/** A filter as one resource declares it, before it is linked to hosts: what filter rules judge. */
export interface DeclaredFilter {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly cloud: Cloud;
    readonly kind: "nsg" | "security-group" | "network-acl";
    readonly direction: "in" | "out";
    /** `filter.rules[i]` is what stands at `filter.rules[i].origin.property`. */
    readonly filter: Filter;
}
