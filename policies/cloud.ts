import { Carrier, CarrierKind, Obstacle, emptyReading } from "../core/guest/model";
import { withRestart } from "../core/guest/restart";
import { readScript } from "../core/guest/script";
import { Cloud, DeclaredFilter, Host } from "../core/host";
import { Known, isKnown } from "../core/known";
import { Resource } from "./resource";
import { PackOptions } from "./rule";
import { World } from "./world";

/** A carrier before its script has been read. */
export interface CarrierSource {
    readonly urn: string;
    readonly kind: CarrierKind;
    readonly property: string;
    readonly language: Carrier["language"];
    readonly script: Known<string>;
    readonly runs: Carrier["runs"];
    /** Values that the resource hands to the script's parameters; those that it does not name have their defaults. */
    readonly parameters?: ReadonlyMap<string, Known<string>>;
    /** Why the guest does not run it, or may not, as far as the resource itself tells. */
    readonly obstacle?: Obstacle;
    /**
     * The script as it stands in a value of `property`: says what the guest would run if the property held that value.
     * Repairs use it to prove that an edit changes just what it means to.
     */
    extract(propertyValue: unknown): string | undefined;
}

/** What a cloud's pack knows of its resources. Turns them into the model; judges nothing. */
export interface CloudReader {
    readonly cloud: Cloud;
    /** Whether resources of this type bear on any host; others are not recorded. */
    matters(type: string): boolean;
    /** Whether resources of this type are hosts or templates of hosts. */
    isHost(type: string): boolean;
    /** Scripts that one resource brings into a guest. Looks at this resource only. */
    carriers(resource: Resource): CarrierSource[];
    /** Filters that one resource declares. Looks at this resource only. */
    filters(resource: Resource): DeclaredFilter[];
    /** Every Windows host with its ways in. */
    hosts(world: World, options: PackOptions): Host[];
}

export function readCarrier(source: CarrierSource): Carrier {
    const { urn, kind, property, language, script, runs, parameters, obstacle } = source;
    const reading =
        isKnown(script) && (language === "powershell" || language === "batch") ? withRestart(readScript(script.value, language, parameters)) : emptyReading;
    return { urn, kind, property, language, script, runs, reading, ...(obstacle === undefined ? {} : { obstacle }) };
}
