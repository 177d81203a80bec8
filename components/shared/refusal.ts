import * as pulumi from "@pulumi/pulumi";

/** The component being constructed, for messages: `RdpHost 'web'`. */
export interface Subject {
    readonly component: string;
    readonly name: string;
    /** The argument that holds the properties, for those that are nested: `certificate`. */
    readonly within?: string;
}

/** Refuses an argument: names the component, the property and what to write instead. Also understood by Pulumi when a plugin throws it. */
export function refuse(subject: Subject, property: string, problem: string, remedy: string): never {
    const propertyPath = subject.within === undefined ? property : `${subject.within}.${property}`;
    throw new pulumi.InputPropertyError({
        propertyPath,
        reason: `${subject.component} '${subject.name}': ${propertyPath} ${problem}. ${remedy}`.trimEnd(),
    });
}

/** Refuses a value that is not one of the documented choices. */
export function checkChoice<T extends string>(subject: Subject, property: string, value: string, choices: readonly T[]): T {
    const found = choices.find((c) => c.toLowerCase() === value.toLowerCase());
    return found ?? refuse(subject, property, `is "${value}"`, `Write one of: ${choices.map((c) => `"${c}"`).join(", ")}.`);
}
