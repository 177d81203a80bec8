import { Carrier, CarrierKind, emptyReading } from "../core/guest/model";
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
    const { urn, kind, property, language, script, runs } = source;
    const reading =
        isKnown(script) && (language === "powershell" || language === "batch") ? readScript(script.value, language) : emptyReading;
    return { urn, kind, property, language, script, runs, reading };
}
