import { Known, isKnown, known, unknown } from "../../core/known";
import { Resource } from "../resource";
import { at, elementsOf, isPresent, membersOf, read, readString } from "../value";
import { Estate, cloudName, idOf, kindOf, propsOf } from "./estate";

/** What a reference may mean: a resource of its own, or a member of a list in one, such as a subnet inside its VNet. */
export interface Target {
    readonly resource: Resource;
    /** `subnets[1]`; empty for the resource itself. */
    readonly path: string;
    /** The properties of the resource or member. */
    readonly props: Readonly<Record<string, unknown>>;
    readonly name: string;
}

export interface Reference {
    /** With `certain`, one at most; none means that nothing stands there, or something `outside`. */
    readonly candidates: readonly Target[];
    readonly certain: boolean;
    /** A known id that nothing in these stacks has. */
    readonly outside?: string;
    /** A resource of a provider that is not modelled. */
    readonly foreign?: Resource;
}

/** A kind that references name, and the list of another kind in which it may stand as well. */
export interface Named {
    readonly kind: string;
    readonly inline?: { readonly kind: string; readonly list: string };
}

export const nowhere: Reference = { candidates: [], certain: true };

/** ARM resources are in another provider's state under the same ids; `azure:` is the classic provider. */
const foreignTypes = /^(?:azure|terraform|pulumi-azapi|azapi):/;
const resourceReference = "5cf8f73096256a8f31e491e813e4eb8e";

/**
 * What the value at `property` of `from` refers to. People write `{ id }`, a bare id, a whole resource, or an object that a
 * lookup returned. Known ids decide; at preview the resources do that the property was computed from.
 */
export function resolve(estate: Estate, from: Resource, property: string, value: unknown, named: Named): Reference {
    if (!isPresent(value)) {
        return nowhere;
    }
    const members = membersOf(value);
    const urn = members["urn"];
    const whole = typeof urn === "string" && Object.values(members).includes(resourceReference) ? estate.world.urn(urn) : undefined;
    if (whole !== undefined) {
        return kindOf(whole) === named.kind ? certainly(target(whole)) : nowhere;
    }
    const k = read(value);
    const id: Known<string> = isKnown(k) ? readString(typeof k.value === "string" ? k.value : members["id"]) : k;
    return isKnown(id) ? byId(estate, from, property, id.value, named) : byDependency(estate, from, property, named);
}

function byId(estate: Estate, from: Resource, property: string, id: string, named: Named): Reference {
    const found = estate.world.id(id);
    if (found !== undefined) {
        return kindOf(found) === named.kind ? certainly(target(found)) : foreignTypes.test(found.type) ? { ...nowhere, foreign: found } : nowhere;
    }
    const [, ownerId = "", list = "", name = ""] = /^(.*)\/([^/]+)\/([^/]+)$/.exec(id) ?? [];
    const owner = named.inline?.list.toLowerCase() === list.toLowerCase() ? estate.world.id(ownerId) ?? byTail(estate, ownerId) : undefined;
    if (owner !== undefined && named.inline !== undefined && kindOf(owner) === named.inline.kind) {
        const member = inlineTargets(owner, named.inline.list).find((t) => t.name.toLowerCase() === name.toLowerCase());
        if (member !== undefined) {
            return certainly(member);
        }
        if (!allKnown(propsOf(owner)[named.inline.list])) {
            return { candidates: [], certain: false };
        }
    }
    const tailed = byTail(estate, id);
    if (tailed !== undefined && kindOf(tailed) === named.kind) {
        return certainly(target(tailed));
    }
    // The id of something that exists already, while the resources of this preview carry none.
    const candidates = dependencyTargets(estate, from, property, named).filter((t) => idOf(t.resource) === undefined && mayBeNamed(t, name));
    return candidates.length === 1 ? certainly(candidates[0]!) : candidates.length > 1 ? { candidates, certain: false } : { ...nowhere, outside: id };
}

/** Whether a list and each of its members are known. */
export function allKnown(value: unknown): boolean {
    const list = elementsOf(value);
    return isKnown(list) && list.value.every((v) => isKnown(read(v)));
}

function byTail(estate: Estate, id: string): Resource | undefined {
    const parts = id.toLowerCase().split("/");
    return parts.length < 3 ? undefined : estate.tails.get(`/${parts.slice(-4).join("/")}`) ?? estate.tails.get(`/${parts.slice(-2).join("/")}`);
}

function mayBeNamed(t: Target, name: string): boolean {
    const own = t.path === "" ? cloudName(t.resource) : t.name;
    return own === undefined ? name.toLowerCase().startsWith(t.resource.name.toLowerCase()) : own.toLowerCase() === name.toLowerCase();
}

function byDependency(estate: Estate, from: Resource, property: string, named: Named): Reference {
    const candidates = dependencyTargets(estate, from, property, named);
    if (candidates.length > 0) {
        return { candidates, certain: candidates.length === 1 };
    }
    const foreign = estate.world.dependencies(from, property, (r) => foreignTypes.test(r.type))[0];
    return { candidates, certain: false, ...(foreign === undefined ? {} : { foreign }) };
}

function dependencyTargets(estate: Estate, from: Resource, property: string, { kind, inline }: Named): readonly Target[] {
    return estate.world
        .dependencies(from, property, (r) => kindOf(r) !== undefined)
        .flatMap((r) => (kindOf(r) === kind ? [target(r)] : kindOf(r) === inline?.kind && inline !== undefined ? inlineTargets(r, inline.list) : []));
}

export function target(resource: Resource): Target {
    return { resource, path: "", props: propsOf(resource), name: resource.name };
}

/** Members by the list that they stand in: many references look into the same few lists. */
const madeTargets = new WeakMap<object, readonly Target[]>();

export function inlineTargets(owner: Resource, list: string): readonly Target[] {
    const value = propsOf(owner)[list];
    const known = typeof value === "object" && value !== null ? madeTargets.get(value) : undefined;
    if (known !== undefined && (known.length === 0 || known[0]!.resource === owner)) {
        return known;
    }
    const members = elementsOf(value);
    const targets = isKnown(members)
        ? members.value.map((m, i) => ({ resource: owner, path: `${list}[${i}]`, props: membersOf(m), name: nameIn(m) ?? `${owner.name} ${list}[${i}]` }))
        : [];
    if (typeof value === "object" && value !== null) {
        madeTargets.set(value, targets);
    }
    return targets;
}

function nameIn(member: unknown): string | undefined {
    const name = readString(at(member, "name"));
    return isKnown(name) ? name.value : undefined;
}

function certainly(t: Target): Reference {
    return { candidates: [t], certain: true };
}

/** The property path of something inside a target. */
export function pathIn(t: Pick<Target, "path">, property: string): string {
    return t.path === "" ? property : `${t.path}.${property}`;
}

/** Identifies what a reference means, so that two references can be compared. */
export function keyOf(t: Target): string {
    return `${t.resource.urn}#${t.path}`;
}

/** The one target of a reference, or why it cannot be told. `what` names it: "the subnet of NIC web". */
export function theTarget(reference: Reference, what: string): Known<Target | undefined> {
    if (reference.certain) {
        return known(reference.candidates[0]);
    }
    return unknown(
        reference.candidates.length === 0
            ? `${what} is computed by the cloud and not known at preview`
            : `${what} is one of ${reference.candidates.map((t) => t.name).join(", ")}, and a preview does not tell which`,
    );
}

/** What a list of references means as a whole. */
export interface References {
    readonly sure: readonly Target[];
    readonly maybe: readonly Target[];
    readonly outside: readonly string[];
    /** Why `sure` may not be all. */
    readonly why?: string;
    readonly foreign?: Resource;
}

/**
 * Resolves the members of a list. As many unknown members as resources that the list was computed from are just these
 * resources, in whatever order.
 */
export function resolveAll(estate: Estate, from: Resource, property: string, list: unknown, named: Named, what: string): References {
    const members = elementsOf(list);
    const each = isKnown(members)
        ? members.value.map((m, i) => resolve(estate, from, `${property}[${i}]`, m, named))
        : [resolve(estate, from, property, list, named)];
    const certain = each.filter((r) => r.certain).flatMap((r) => r.candidates);
    const outside = each.flatMap((r) => (r.outside === undefined ? [] : [r.outside]));
    const open = each.filter((r) => !r.certain);
    const taken = new Set(certain.map(keyOf));
    const candidates = distinct(open.flatMap((r) => r.candidates)).filter((t) => !taken.has(keyOf(t)));
    const foreign = each.find((r) => r.foreign !== undefined)?.foreign;
    if (foreign !== undefined) {
        return { sure: distinct(certain), maybe: candidates, outside, why: `${what} is a ${foreign.type}, which is not modelled`, foreign };
    }
    if (open.length === 0) {
        return { sure: distinct(certain), maybe: [], outside };
    }
    if (isKnown(members) && candidates.length === open.length) {
        return { sure: distinct([...certain, ...candidates]), maybe: [], outside };
    }
    const why =
        candidates.length === 0 ? `${what} is computed by the cloud and not known at preview` : `${what} may be ${candidates.map((t) => t.name).join(", ")}, and a preview does not tell which`;
    return { sure: distinct(certain), maybe: candidates, outside, why };
}

function distinct(targets: readonly Target[]): Target[] {
    return [...new Map(targets.map((t) => [keyOf(t), t])).values()];
}

/** Standalone parts of a resource (the SecurityRule of an NSG, the run command of a VM): by its URN. */
export interface Part {
    readonly resource: Resource;
    /** Why it may belong to another owner. */
    readonly doubt?: string;
}

/** A kind whose resources are parts of another resource, which they name in `property`. One constant each, so that `once` knows it. */
export interface PartKind {
    readonly kind: string;
    readonly property: string;
    readonly ownerKind: string;
}

export function partsOf(estate: Estate, owner: Resource, kind: PartKind): readonly Part[] {
    return estate.once(partsByOwner, kind).get(owner.urn) ?? [];
}

/** Parts by the URN of their owner. */
function partsByOwner(estate: Estate, { kind, property, ownerKind }: PartKind): ReadonlyMap<string, readonly Part[]> {
    const parts = new Map<string, Part[]>();
    for (const resource of estate.of(kind)) {
        const owners = ownersOf(estate, resource, property, ownerKind);
        for (const owner of owners) {
            const doubt = owners.length === 1 ? {} : { doubt: `${resource.name} belongs to one of ${owners.map((o) => o.name).join(", ")}, and a preview does not tell which` };
            const list = parts.get(owner.urn);
            if (list === undefined) {
                parts.set(owner.urn, [{ resource, ...doubt }]);
            } else {
                list.push({ resource, ...doubt });
            }
        }
    }
    return parts;
}

/** The owner of one part. */
export function ownerOf(estate: Estate, part: Resource, { property, ownerKind }: Pick<PartKind, "property" | "ownerKind">): Reference {
    const owners = ownersOf(estate, part, property, ownerKind);
    if (owners.length > 0) {
        return { candidates: owners.map(target), certain: owners.length === 1 };
    }
    const name = readString(propsOf(part)[property]);
    return isKnown(name) ? { ...nowhere, outside: name.value } : { candidates: [], certain: false };
}

function ownersOf(estate: Estate, part: Resource, property: string, ownerKind: string): readonly Resource[] {
    const accepts = (r: Resource): boolean => kindOf(r) === ownerKind;
    // .../networkSecurityGroups/web/securityRules/rdp is a part of .../networkSecurityGroups/web.
    const byId = estate.world.id((idOf(part) ?? "").split("/").slice(0, -2).join("/"));
    if (byId !== undefined && accepts(byId)) {
        return [byId];
    }
    const dependencies = estate.world.dependencies(part, property, accepts);
    if (dependencies.length > 0) {
        return dependencies;
    }
    const name = readString(propsOf(part)[property]);
    const same = isKnown(name) ? estate.named(ownerKind, name.value) : [];
    if (same.length < 2) {
        return same;
    }
    const group = (r: Resource): unknown => propsOf(r)["resourceGroupName"];
    const near = same.filter((r) => group(r) === group(part));
    return near.length > 0 ? near : same;
}
