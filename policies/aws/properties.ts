import { Known, isKnown } from "../../core/known";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { isPresent, readString } from "../value";

/** A value and where it stands, so that it can be linked and pointed at. */
export interface Property {
    readonly from: Resource;
    /** Path below the resource: `networkInterfaces[0].subnetId`. */
    readonly path: string;
    readonly value: unknown;
}

/**
 * What the author wrote. Outputs are no help there: a security group's list also holds its standalone rules after a refresh,
 * user data may come back as a hash. A resource that is only read has nothing but outputs.
 */
export function authored(r: Resource, property: string): unknown {
    return isRead(r) ? r.outputs[property] : r.inputs[property];
}

/** A resource of which only outputs are there. */
export function isRead(r: Resource): boolean {
    return r.external === true || Object.keys(r.inputs).length === 0;
}

export function property(from: Resource, path: string): Property {
    return { from, path, value: authored(from, path) };
}

/** The first of several properties that the author wrote. */
export function firstOf(...properties: (Property | undefined)[]): Property | undefined {
    return properties.find((p) => p !== undefined && isPresent(p.value) && p.value !== "");
}

export function originOf(p: Property, text: string): Origin {
    return { urn: p.from.urn, property: p.path, text };
}

/** A text that stands there and is not empty; undefined where there is none or it is not known. */
export function textOf(value: unknown): string | undefined {
    const k: Known<string> | undefined = isPresent(value) ? readString(value) : undefined;
    return k !== undefined && isKnown(k) && k.value !== "" ? k.value : undefined;
}
