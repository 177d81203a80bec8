/** Where in the stack a fact stands, so that a message can point at it. */
export interface Origin {
    readonly urn: string;
    /** Property path in the author's terms, e.g. `securityRules[2]`. */
    readonly property?: string;
    /** What stands there, in words for people, e.g. `deny tcp 3389 from *, priority 100`. Never a secret. */
    readonly text: string;
}
