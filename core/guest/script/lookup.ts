/** A table that is looked up by words of a script: names such as `constructor` are not in it unless written there. */
export function lookup<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
    return Object.assign(Object.create(null) as Record<string, T>, entries);
}
