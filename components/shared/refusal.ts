import * as pulumi from "@pulumi/pulumi";

/** The component being constructed, for messages: `RdpHost 'web'`. */
export interface Subject {
    readonly component: string;
    readonly name: string;
}

/** Refuses an argument: names the component, the property and what to write instead. Also understood by Pulumi when a plugin throws it. */
export function refuse(subject: Subject, property: string, problem: string, remedy: string): never {
    throw new pulumi.InputPropertyError({
        propertyPath: property,
        reason: `${subject.component} '${subject.name}': ${property} ${problem}. ${remedy}`.trimEnd(),
    });
}

/** Refuses a value that is not one of the documented choices. */
export function checkChoice<T extends string>(subject: Subject, property: string, value: string, choices: readonly T[]): T {
    const found = choices.find((c) => c.toLowerCase() === value.toLowerCase());
    return found ?? refuse(subject, property, `is "${value}"`, `Write one of: ${choices.map((c) => `"${c}"`).join(", ")}.`);
}
