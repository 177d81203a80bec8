import { Resource } from "../../policies/resource";

/** Where resources came from, and what could not be learnt there. */
export interface Source {
    readonly kind: "program" | "export" | "preview";
    /** As the user named it. */
    readonly name: string;
    /** The file that a code review shows: a program's entry, an export. Absolute. */
    readonly file: string;
    readonly resources: readonly Resource[];
    /** What was taken for granted to get this far: a secret that was not given, a cloud function that was not called. */
    readonly assumptions: readonly string[];
    /** Values that must never be printed. */
    readonly secrets: readonly string[];
}

/** What sources need to know of the clouds. */
export interface Interest {
    /** Whether resources of this type bear on any host. */
    matters(type: string): boolean;
}
