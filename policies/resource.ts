/**
 * A resource as the readers see it, wherever it comes from: the engine's analysis, a program under mocks, a preview's
 * JSON or a stack export. Values are plain JSON; unknowns and secrets stay in place as the markers that `value.ts` knows.
 */
export interface Resource {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** URN of the parent, where it has one that is not the stack. */
    readonly parent?: string;
    /** Provider-assigned id; absent at preview. */
    readonly id?: string;
    /** What the author wrote. Absent for a resource that is only read (`.get()`), whose `outputs` then tell. */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** What the provider answered; the inputs again at preview. */
    readonly outputs: Readonly<Record<string, unknown>>;
    /** By top-level input property: URNs of the resources that its value comes from. */
    readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
    /** URNs of the resources that the deployment finishes first: by `dependsOn` or by any property. Absent where that was not told. */
    readonly dependencies?: readonly string[];
    /** Read, not managed (`.get()`): it belongs to another stack. */
    readonly external?: boolean;
    /** A component that bears on no host itself: it is kept for what depends on it, and depends on its children. */
    readonly component?: boolean;
    /** A component whose children are not visible (a remote component under mocks). */
    readonly opaque?: boolean;
}
