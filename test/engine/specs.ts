/** Stacks that tests and rules write as lists of resources, as programs for the real engine. */
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { unknown } from "@pulumi/pulumi/output";
import { isUnknownMarker } from "../../policies/value";
import type { Spec } from "../policies/fixture";

/** A resource of any type, with the outputs that others of the stack take from it. */
class Raw extends pulumi.CustomResource {
    readonly [output: string]: unknown;

    constructor({ type, name }: Spec, inputs: pulumi.Inputs, outputs: readonly string[], options: pulumi.CustomResourceOptions) {
        super(type, name, { ...Object.fromEntries(outputs.map((o) => [o, undefined])), ...inputs }, options);
    }
}

const reference = /\$\{([\w-]+)(?:\.([\w.[\]-]+))?\}/g;
const onlyReference = new RegExp(`^${reference.source}$`);

/** `${name.property}` becomes that output of that resource, `${name}` the resource, and the marker of an unknown value a value that no preview knows. */
export function programOf(specs: readonly Spec[]): PulumiFn {
    const wanted = wantedOutputs(specs);
    return async () => {
        const made = new Map<string, Raw>();
        const named = (name: string): Raw => made.get(name) ?? make(specs.find((s) => s.name === name)!);
        const make = (spec: Spec): Raw => {
            const inputs = Object.fromEntries(Object.entries(spec.inputs).map(([property, value]) => [property, resolve(value, spec.from?.[property] ?? [])]));
            const outputs = [...(wanted.get(spec.name) ?? [])].filter((o) => o !== "id");
            const raw = new Raw(spec, inputs, outputs, { dependsOn: (spec.dependsOn ?? []).map(named) });
            made.set(spec.name, raw);
            return raw;
        };
        const resolve = (value: unknown, from: readonly string[]): unknown =>
            typeof value === "string"
                ? text(value, from)
                : Array.isArray(value)
                  ? value.map((v) => resolve(v, from))
                  : typeof value === "object" && value !== null
                    ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v, from)]))
                    : value;
        const text = (value: string, from: readonly string[]): unknown => {
            const [, name, path] = onlyReference.exec(value) ?? [];
            if (isUnknownMarker(value)) {
                return from.length === 0 ? pulumi.output(unknown) : pulumi.all(from.map((f) => named(f).id)).apply(([id]) => id);
            }
            if (name !== undefined) {
                return path === undefined ? named(name) : outputOf(named(name), path);
            }
            const values = [...value.matchAll(reference)].map(([, n, p]) => outputOf(named(n!), p!));
            return values.length === 0 ? value : pulumi.all(values).apply((all) => value.replace(reference, () => String(all.shift())));
        };
        specs.forEach((s) => named(s.name));
    };
}

/** By resource: the outputs that others take from it. */
function wantedOutputs(specs: readonly Spec[]): Map<string, Set<string>> {
    const wanted = new Map<string, Set<string>>();
    const find = (value: unknown): void => {
        if (typeof value === "string") {
            for (const [, name, path] of value.matchAll(reference)) {
                wanted.set(name!, (wanted.get(name!) ?? new Set()).add(/^\w+/.exec(path ?? "id")![0]));
            }
        } else if (typeof value === "object" && value !== null) {
            Object.values(value).forEach(find);
        }
    };
    specs.forEach((s) => find(s.inputs));
    return wanted;
}

function outputOf(resource: Raw, path: string): pulumi.Output<unknown> {
    const [first, ...rest] = path.match(/\w+/g)!;
    return (resource[first!] as pulumi.Output<unknown>).apply((value: unknown) => rest.reduce<unknown>((v, step) => (v as Record<string, unknown> | undefined)?.[step], value));
}
