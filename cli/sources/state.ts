import { Resource } from "../../policies/resource";
import { Interest } from "./source";
import { isObject, textOf } from "./json";

const specialKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/**
 * A resource of a deployment, as exports and previews hold it; undefined for those that do not bear on any host.
 * @param revealed collects secrets that stand in the file as plain text (`pulumi stack export --show-secrets`)
 */
export function readState(state: unknown, interest: Interest, revealed: Set<string> | undefined): Resource | undefined {
    if (!isObject(state)) {
        return undefined;
    }
    const urn = textOf(state["urn"]);
    const type = textOf(state["type"]) ?? (urn === undefined ? undefined : typeOfUrn(urn));
    if (urn === undefined || type === undefined) {
        return undefined;
    }
    const parent = textOf(state["parent"]);
    if (!interest.matters(type)) {
        const component = state["custom"] === false && type !== "pulumi:pulumi:Stack";
        return component ? { urn, type, name: nameOfUrn(urn), inputs: {}, outputs: {}, propertyDependencies: {}, component, ...(parent === undefined ? {} : { parent }) } : undefined;
    }
    const id = textOf(state["id"]);
    const external = state["external"] === true;
    const inputs = properties(state["inputs"], revealed);
    return {
        urn,
        type,
        name: nameOfUrn(urn),
        ...(parent === undefined || typeOfUrn(parent) === "pulumi:pulumi:Stack" ? {} : { parent }),
        ...(id === undefined ? {} : { id }),
        inputs: external ? {} : inputs,
        outputs: isObject(state["outputs"]) ? properties(state["outputs"], revealed) : inputs,
        propertyDependencies: dependencies(state["propertyDependencies"]),
        dependencies: (Array.isArray(state["dependencies"]) ? (state["dependencies"] as unknown[]) : []).filter((d) => typeof d === "string"),
        ...(external ? { external } : {}),
    };
}

/** `urn:pulumi:dev::project::parent$type::name` */
export function typeOfUrn(urn: string): string | undefined {
    return textOf(urn.split("::")[2]?.split("$").at(-1));
}

export function nameOfUrn(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

function properties(value: unknown, revealed: Set<string> | undefined): Record<string, unknown> {
    const plain = revealed === undefined ? value : reveal(value, revealed);
    return isObject(plain) ? plain : {};
}

/** Puts secrets that stand there as plain text in place, and remembers them. */
function reveal(value: unknown, revealed: Set<string>): unknown {
    if (Array.isArray(value)) {
        return value.map((v) => reveal(v, revealed));
    }
    if (!isObject(value)) {
        return value;
    }
    if (value[specialKey] === secretSignature && typeof value["plaintext"] === "string") {
        const plain = parsed(value["plaintext"]);
        rememberTexts(plain, revealed);
        return plain;
    }
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, reveal(v, revealed)]));
}

/** The engine stores a secret as the JSON of its value. */
function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

/** Collects every text inside a value. */
export function rememberTexts(value: unknown, into: Set<string>): void {
    if (typeof value === "string") {
        into.add(value);
    } else if (typeof value === "object" && value !== null) {
        Object.values(value).forEach((v) => rememberTexts(v, into));
    }
}

function dependencies(value: unknown): Record<string, readonly string[]> {
    if (!isObject(value)) {
        return {};
    }
    return Object.fromEntries(Object.entries(value).flatMap(([k, v]) => (Array.isArray(v) ? [[k, v.filter((u): u is string => typeof u === "string")]] : [])));
}
