import { Known, isKnown, known, unknown } from "../core/known";
import { Resource } from "./resource";
import { isPresent, read } from "./value";

/** What a property links to. */
export interface Link {
    /** The resources of the world that it may link to; with `certain`, exactly one. */
    readonly candidates: readonly Resource[];
    readonly certain: boolean;
    /** A known id that no resource of this world has: it belongs to another stack. */
    readonly outside?: string;
}

const none: Link = { candidates: [], certain: true };

/**
 * All resources that are judged together, with the two ways of linking them: by the id that a property holds (in state),
 * and by the resources that its value was computed from (at preview, when ids are unknown). Both give the same model.
 */
export class World {
    private readonly byUrn = new Map<string, Resource>();
    private readonly byId = new Map<string, Resource>();
    private readonly byType = new Map<string, Resource[]>();

    readonly resources: readonly Resource[];

    constructor(given: readonly Resource[]) {
        this.resources = throughComponents(given);
        for (const r of this.resources) {
            this.byUrn.set(r.urn, r);
            if (r.id !== undefined && r.id !== "") {
                // Azure answers with ids in another case than it was asked with.
                this.byId.set(r.id.toLowerCase(), r);
            }
            const same = this.byType.get(r.type);
            if (same === undefined) {
                this.byType.set(r.type, [r]);
            } else {
                same.push(r);
            }
        }
    }

    urn(urn: string): Resource | undefined {
        return this.byUrn.get(urn);
    }

    id(id: string): Resource | undefined {
        return this.byId.get(id.toLowerCase());
    }

    /** Type tokens that occur. */
    get types(): Iterable<string> {
        return this.byType.keys();
    }

    ofType(type: string): readonly Resource[] {
        return this.byType.get(type) ?? [];
    }

    /**
     * The resource that the value at `property` of `from` links to.
     * `property` is a path; dependencies are recorded for its first step only, so that at preview several candidates may
     * remain: then all are returned and the link is not certain.
     * @param accepts says which resources can stand there (a NIC's configuration names subnets *and* addresses).
     */
    link(from: Resource, property: string, value: unknown, accepts: (r: Resource) => boolean): Link {
        if (!isPresent(value)) {
            return none;
        }
        const k = read(value);
        if (isKnown(k) && typeof k.value === "string") {
            const found = this.id(k.value);
            if (found !== undefined) {
                return accepts(found) ? { candidates: [found], certain: true } : none;
            }
            // The engine gives a policy no ids of azure-native resources, but they end in the resource's name.
            const possible = this.dependencies(from, property, accepts).filter((r) => r.id === undefined || names(r, k.value as string));
            const byDependency = possible.length > 1 ? possible.filter((r) => names(r, k.value as string)) : possible;
            return byDependency.length === 1
                ? { candidates: byDependency, certain: true }
                : { candidates: [], certain: true, outside: k.value };
        }
        const candidates = this.dependencies(from, property, accepts);
        return { candidates, certain: candidates.length === 1 };
    }

    /** The resources of one kind that the value of a property was computed from. */
    dependencies(from: Resource, property: string, accepts: (r: Resource) => boolean): Resource[] {
        const top = /^[^.[]+/.exec(property)?.[0] ?? property;
        return (from.propertyDependencies[top] ?? [])
            .map((urn) => this.byUrn.get(urn))
            .filter((r): r is Resource => r !== undefined && accepts(r));
    }
}

/**
 * A value that a remote component gave depends on the component, not on the child that it really comes from: all of its
 * children then are possible.
 */
function throughComponents(resources: readonly Resource[]): readonly Resource[] {
    const components = new Set(resources.filter((r) => r.component === true).map((r) => r.urn));
    if (components.size === 0) {
        return resources;
    }
    const children = new Map<string, string[]>();
    for (const r of resources) {
        if (r.parent !== undefined) {
            children.set(r.parent, [...(children.get(r.parent) ?? []), r.urn]);
        }
    }
    const inside = (urn: string): string[] => (components.has(urn) ? (children.get(urn) ?? []).flatMap(inside) : [urn, ...(children.get(urn) ?? []).flatMap(inside)]);
    return resources.map((r) => {
        const given = Object.entries(r.propertyDependencies);
        return given.some(([, urns]) => urns.some((u) => components.has(u)))
            ? { ...r, propertyDependencies: Object.fromEntries(given.map(([k, urns]) => [k, [...new Set(urns.flatMap((u) => (components.has(u) ? inside(u) : [u])))]])) }
            : r;
    });
}

/** Whether a text that is not the id is a name by which the resource goes: its cloud name or ARN. */
function names(r: Resource, text: string): boolean {
    const last = text.slice(text.lastIndexOf("/") + 1).toLowerCase();
    return ["name", "arn"].some((p) => [r.outputs[p], r.inputs[p]].some((v) => v === text || (typeof v === "string" && v.toLowerCase() === last)));
}

/** The one resource of a link, or why it cannot be told. `what` names it in the reason: "the subnet of NIC web". */
export function theOne(link: Link, what: string): Known<Resource | undefined> {
    if (link.certain) {
        return known(link.candidates[0]);
    }
    return unknown(
        link.candidates.length === 0
            ? `${what} is computed by the cloud and not known at preview`
            : `${what} is one of ${link.candidates.map((c) => c.name).join(", ")}, and a preview does not tell which`,
    );
}

/** Azure-native type tokens come with a version in the module, and from local packages; this is the plain form. */
export function canonicalType(type: string): string {
    // azure-native:network/v20230201:NetworkSecurityGroup, azure-native_network_v20230201:network:NetworkSecurityGroup
    const m = /^azure-native(?:_[a-z0-9]+_v[0-9a-z]+)?:([a-z0-9]+)(?:\/v[0-9a-z]+)?:(\w+)$/i.exec(type);
    return m === null ? type : `azure-native:${m[1]}:${m[2]}`;
}
