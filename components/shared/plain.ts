import * as pulumi from "@pulumi/pulumi";

/** Whether a value holds no output and no promise at any depth, so that it can be judged at construction. */
export function isPlain(value: unknown): boolean {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) {
        return false;
    }
    if (value === null || typeof value !== "object" || pulumi.Resource.isInstance(value)) {
        return true;
    }
    return Object.values(value).every(isPlain);
}

/**
 * Applies `f` at once to a plain value, so that what it refuses is refused where the component is constructed,
 * and to anything else as soon as it is known.
 */
export function settle<T, U>(input: T, f: (value: pulumi.Unwrap<T>) => U): pulumi.Output<U> {
    if (isPlain(input)) {
        // A plain value is its own unwrapped form.
        return pulumi.output(f(input as pulumi.Unwrap<T>)) as pulumi.Output<U>;
    }
    return pulumi.output(input).apply(f) as pulumi.Output<U>;
}
