import * as pulumi from "@pulumi/pulumi";

/** A tag value holds 256 characters in both clouds. */
export const tagValueLimit = 256;

/**
 * Spreads words over as few tag values as fit, separated by blanks (AWS dislikes commas):
 * `name`, `name-2`, `name-3`, … Joining the values with blanks gives the words again.
 */
export function splitIntoTags(name: string, words: readonly string[], limit: number = tagValueLimit): Record<string, string> {
    const values: string[] = [];
    let current = "";
    for (const word of words) {
        if (word.length > limit) {
            throw new RangeError(`'${word.slice(0, 40)}…' has ${word.length} characters, and a tag value holds ${limit}`);
        }
        if (current === "") {
            current = word;
        } else if (current.length + 1 + word.length <= limit) {
            current += ` ${word}`;
        } else {
            values.push(current);
            current = word;
        }
    }
    values.push(current);
    return Object.fromEntries(values.map((value, i) => [i === 0 ? name : `${name}-${i + 1}`, value]));
}

/**
 * The tags that tell policy packs, and people, who is meant to reach a host and how.
 * @param from addresses from which a forwarder that another stack owns opens its own connections to the host
 */
export function intentTags(clients: readonly string[], port: number, path: string = "public-address", from?: string): Record<string, string> {
    return {
        ...splitIntoTags("rdp-ready:clients", clients),
        "rdp-ready:port": String(port),
        "rdp-ready:path": path,
        ...(from === undefined ? {} : { "rdp-ready:from": from }),
    };
}

/** The tags of a host: the caller's, and those that declare its clients, which win. */
export function hostTags(
    tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined,
    clients: pulumi.Output<string[]>,
    port: pulumi.Output<number>,
    path?: string,
    from?: pulumi.Input<string>,
): pulumi.Output<Record<string, string>> {
    return pulumi.all([tags ?? {}, clients, port, from]).apply(([own, c, p, f]) => ({ ...own, ...intentTags(c, p, path, f) }));
}
