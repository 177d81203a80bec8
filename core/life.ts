import { Known } from "./known";
import { WindowsImage } from "./os/windows";
import { Origin } from "./origin";

/** A value and where it stands. */
export interface Fact<T> {
    readonly value: Known<T>;
    readonly origin: Origin;
}

/**
 * Something that takes the host away while clients may need it (rdp-domain §6.4).
 * - `spot`: the cloud takes the machine back when it needs the capacity;
 * - `schedule`: a schedule stops it;
 * - `terminate`: a shutdown from inside destroys it;
 * - `hibernation`: it can be put to sleep.
 */
export interface End {
    readonly kind: "spot" | "schedule" | "terminate" | "hibernation";
    readonly origin: Origin;
}

/** Whether Windows gets its updates, as far as the stack decides it. */
export interface Patching {
    /** Not known where a property is not; `origin.text` says what decides. */
    readonly on: Known<boolean>;
    readonly origin: Origin;
}

/**
 * Whether somebody has a credential to log on with.
 * - `fine`: somebody has, or the stack says nothing against it;
 * - `refused`: the cloud refuses what is given, and makes no host;
 * - `none`: nobody has one.
 * `origin.text` completes "…: <text>"; it never holds a secret.
 */
export interface Credential {
    readonly state: "fine" | "refused" | "none" | "unknown";
    readonly origin: Origin;
    /** How somebody may get in all the same: the finding then only advises. */
    readonly rescue?: string;
    /** What to write. */
    readonly fix: string;
}

/** Image, size and life of a host. What is absent, the stack does not say. */
export interface HostLife {
    /** Unknown for an image of which there is only an id. */
    readonly image: Fact<WindowsImage>;
    readonly size?: Fact<string>;
    /** CPU credits that run out: the author asked for it. */
    readonly throttled?: Origin;
    readonly patching?: Patching;
    /** Who else brings updates: a maintenance configuration, a patch baseline that is applied. */
    readonly patchedBy?: Origin;
    readonly ends: readonly End[];
    readonly credential?: Credential;
    /** A password that stands in the program in clear. */
    readonly literalPassword?: Origin;
}
