import { Resource } from "../../policies/resource";
import { ExampleResource } from "../../policies/rule";
import { isUnknownMarker, unknownString } from "../../policies/value";
import { World } from "../../policies/world";
import { idOf, outputsOf, withPrivateAddresses } from "./fixture-cloud";

/**
 * Small stacks for tests, in both forms in which the packs meet them:
 * - `preview`: ids and computed values are unknown, `propertyDependencies` tell where a value comes from;
 * - `state`: everything is known, `propertyDependencies` are left out, so that only ids link.
 */
export interface Spec extends ExampleResource {
    /** Name of the component that the resource is a child of. */
    readonly parent?: string;
    /** Read with `.get()`: no inputs of its own, known id. */
    readonly external?: boolean;
    readonly opaque?: boolean;
    /** In state: what the provider answers beyond the inputs, the id among it. Wins over what the fixture makes up. */
    readonly outputs?: Record<string, unknown>;
}

export interface Stack {
    readonly preview: World;
    readonly state: World;
    urn(name: string): string;
}

export const forms = ["preview", "state"] as const;
export type Form = (typeof forms)[number];

/** A value that comes from another resource: `ref("nsg")` is its id, `ref("vnet", "subnets[0].id")` any output. May stand inside a longer text. */
export function ref(name: string, property = "id"): string {
    return `\${${name}.${property}}`;
}

/** The whole resource as a value: `subnet: whole("subnet")`. */
export function whole(name: string): string {
    return `\${${name}}`;
}

export function stack(specs: readonly Spec[]): Stack {
    const urns = new Map(specs.map((s) => [s.name, urnOf(s, specs)]));
    if (urns.size !== specs.length) {
        throw new Error("two resources of a fixture have the same name");
    }
    const urn = (name: string): string => {
        const found = urns.get(name);
        if (found === undefined) {
            throw new Error(`the fixture has no resource "${name}"`);
        }
        return found;
    };
    return { preview: new World(specs.map((s) => inPreview(s, specs, urn))), state: new World(inState(specs, urn)), urn };
}

/** The same stack judged in both forms. */
export function bothForms(specs: readonly Spec[], judge: (world: World, form: Form, made: Stack) => void): void {
    const made = stack(specs);
    for (const form of forms) {
        judge(made[form], form, made);
    }
}

function urnOf(spec: Spec, specs: readonly Spec[]): string {
    const types: string[] = [];
    for (let s: Spec | undefined = spec; s !== undefined; s = specs.find((p) => p.name === s?.parent)) {
        types.unshift(s.type);
    }
    return `urn:pulumi:dev::test::${types.join("$")}::${spec.name}`;
}

function base(spec: Spec, urn: (name: string) => string): Pick<Resource, "urn" | "type" | "name"> & Partial<Resource> {
    return {
        urn: urn(spec.name),
        type: spec.type,
        name: spec.name,
        ...(spec.parent === undefined ? {} : { parent: urn(spec.parent) }),
        ...(spec.external === undefined ? {} : { external: spec.external }),
        ...(spec.opaque === undefined ? {} : { opaque: spec.opaque }),
    };
}

function inPreview(spec: Spec, specs: readonly Spec[], urn: (name: string) => string): Resource {
    const dependencies: Record<string, string[]> = {};
    const inputs: Record<string, unknown> = {};
    for (const [property, value] of Object.entries(spec.inputs)) {
        const sources = new Set((spec.from?.[property] ?? []).map(urn));
        inputs[property] = mapStrings(value, (text) =>
            substitute(text, (name, path) => {
                sources.add(urn(name));
                const source = specs.find((s) => s.name === name)!;
                const given = path === undefined || path === "id" ? undefined : pick(source.inputs, path);
                return given === undefined || typeof given === "string" && /\$\{/.test(given) ? unknownString : given;
            }),
        );
        if (sources.size > 0) {
            dependencies[property] = [...sources];
        }
    }
    const told = { dependencies: [...new Set([...Object.values(dependencies).flat(), ...(spec.dependsOn ?? []).map(urn)])] };
    // What is read has an id and outputs in a preview too.
    return spec.external
        ? { ...base(spec, urn), id: idOf(spec, spec.inputs), inputs: {}, outputs: { ...inputs, ...spec.outputs }, propertyDependencies: dependencies }
        : { ...base(spec, urn), inputs, outputs: inputs, propertyDependencies: dependencies, ...told };
}

function inState(specs: readonly Spec[], urn: (name: string) => string): Resource[] {
    const made = new Map<string, Resource>();
    const make = (spec: Spec, depth: number): Resource => {
        const known = made.get(spec.name);
        if (known !== undefined) {
            return known;
        }
        if (depth > specs.length) {
            throw new Error(`the fixture's resource "${spec.name}" comes from itself`);
        }
        const source = (name: string): Resource => {
            urn(name);
            return make(specs.find((s) => s.name === name)!, depth + 1);
        };
        const inputs: Record<string, unknown> = {};
        const sources = new Set(spec.dependsOn ?? []);
        for (const [property, value] of Object.entries(spec.inputs)) {
            const from = spec.from?.[property] ?? [];
            from.forEach((f) => sources.add(f));
            inputs[property] = mapStrings(value, (text) =>
                isUnknownMarker(text) && from.length === 1
                    ? source(from[0]!).id
                    : substitute(text, (name, path) => {
                          sources.add(name);
                          const target = source(name);
                          if (path === undefined) {
                              return reference(target);
                          }
                          const found = path === "id" ? target.id : pick(target.outputs, path);
                          if (found === undefined) {
                              throw new Error(`the fixture's resource "${name}" has no output ${path}`);
                          }
                          return found;
                      }),
            );
        }
        const id = typeof spec.outputs?.["id"] === "string" ? spec.outputs["id"] : idOf(spec, inputs);
        const resource: Resource = {
            ...base(spec, urn),
            id,
            inputs: spec.external === true ? {} : inputs,
            outputs: { ...outputsOf(spec, id, inputs), ...spec.outputs },
            propertyDependencies: {},
            dependencies: [...sources].map(urn),
        };
        made.set(spec.name, resource);
        return resource;
    };
    const resources = specs.map((s) => make(s, 0));
    return resources.map((r) => ({ ...r, outputs: withPrivateAddresses(r, resources) }));
}

/** A resource as a value, as an export holds it (sdk/go/common/resource/properties.go: resource reference). */
function reference(target: Resource): unknown {
    return { "4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e", urn: target.urn, id: target.id };
}

function mapStrings(value: unknown, f: (text: string) => unknown): unknown {
    if (typeof value === "string") {
        return f(value);
    }
    if (Array.isArray(value)) {
        return value.map((v) => mapStrings(v, f));
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, mapStrings(v, f)]))
        : value;
}

/** Replaces the references in a text. A text that is nothing but a reference becomes its value, of whatever type. */
function substitute(text: string, resolve: (name: string, path: string | undefined) => unknown): unknown {
    const pattern = /\$\{([\w-]+)(?:\.([\w.[\]-]+))?\}/g;
    const alone = new RegExp(`^${pattern.source}$`).exec(text);
    if (alone !== null) {
        return resolve(alone[1]!, alone[2]);
    }
    let unknown = false;
    const result = text.replace(pattern, (_, name: string, path: string | undefined) => {
        const value = resolve(name, path);
        unknown ||= isUnknownMarker(value);
        return String(value);
    });
    return unknown ? unknownString : result;
}

function pick(root: unknown, path: string): unknown {
    return (path.match(/[^.[\]]+/g) ?? []).reduce<unknown>(
        (value, step) => (typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined),
        root,
    );
}
