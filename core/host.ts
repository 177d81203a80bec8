import { CertificateFacts } from "./certificate/facts";
import { ScriptSource } from "./certificate/scripts";
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
    /** Names that connection files of these stacks have clients dial to get to the host, or through it. Absent where there are none. */
    readonly rdpFiles?: readonly RdpFileName[];
    /** What may join it to a domain, apart from its scripts. Absent where nothing in the stack does; it may still be in one. */
    readonly domain?: Origin;
    /** Certificates that the stack brings for the listener. Most hosts have none: Windows makes its own and renews it. */
    readonly certificates: readonly ListenerCertificate[];
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

/** A name in a connection file (.rdp) that the stack hands out. */
export interface RdpFileName {
    /** `gateway`: the RD Gateway that the file has clients go through. */
    readonly kind: "host" | "gateway";
    readonly name: string;
    readonly origin: Origin;
}

/** A certificate that the stack brings to a host for its listener, in place of the one that Windows makes (rdp-domain §4). */
export interface ListenerCertificate {
    /** As messages call it, after "the": `certificate rdp of vault kv-prod`. */
    readonly name: string;
    /** Where the stack brings it to the host. */
    readonly origin: Origin;
    readonly delivery: CertificateDelivery;
    /** What the stack says of the certificate itself, and where. Absent: it is made elsewhere. */
    readonly facts?: Known<CertificateFacts>;
    readonly factsOrigin: Origin;
    /** What keeps a renewed certificate from being made, or from coming to the host. */
    readonly stale: readonly Obstacle[];
    /** What keeps the host from fetching it at all. */
    readonly barred: readonly Obstacle[];
}

/** How a certificate comes into the guest. */
export type CertificateDelivery =
    | {
          readonly kind: "key-vault-extension";
          /** Major version of the extension. */
          readonly version: Known<number>;
          /** Accounts that the extension lets read the key. */
          readonly accounts: Known<readonly string[]>;
          /** Whether a renewed certificate carries a link to the one before, without which Windows notes no replacement. */
          readonly linked: Known<boolean>;
          /** Release of Windows Server on the host, `client` for another Windows. */
          readonly release: Known<number | "client">;
          /** Settings that its version does not know any more. */
          readonly removed: readonly string[];
      }
    | { readonly kind: "vm-profile" }
    | { readonly kind: "script"; readonly source: ScriptSource };

export interface Obstacle {
    readonly origin: Origin;
    /** For `stale` completes "it …", for `barred` is a clause of its own. */
    readonly text: string;
    /** False: it may be so, and the stack does not tell. */
    readonly certain: boolean;
    /** What to write. */
    readonly fix: string;
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

/** Whether the host itself is of a type that is not modelled: then nobody can say what it is meant for either. */
export function isUnmodelled(host: Pick<Host, "urn" | "unmodelled">): boolean {
    return host.unmodelled.some((u) => u.urn === host.urn);
}
