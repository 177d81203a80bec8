import { isKnown } from "../../core/known";
import { Resource } from "../resource";
import { elementsOf, isPresent, read } from "../value";
import { World } from "../world";
import { Kind, kindOf, typesOf } from "./kinds";
import { Property, authored } from "./properties";

/** What a property names: a resource of this world, or an id that another stack owns. */
export interface Target {
    /** The same for everything that names the same thing: the id where it is known, else the URN. */
    readonly key: string;
    readonly resource?: Resource;
    readonly name: string;
}

export interface Targets {
    readonly all: readonly Target[];
    /** False: it is one or several of `all`, or something else altogether; `why` says so. */
    readonly certain: boolean;
    readonly why?: string;
}

export const nothing: Targets = { all: [], certain: true };

/** A resource that names another one in some property. */
export interface Child {
    readonly resource: Resource;
    /** False where a preview does not tell which of several parents it names. */
    readonly certain: boolean;
}

/** Values other than the id by which a resource is named; an id of AWS is unique within a kind only. */
const aliases: Partial<Record<Kind, readonly string[]>> = {
    SecurityGroup: ["name"],
    NetworkAcl: [],
    LaunchTemplate: ["name"],
    LaunchConfiguration: ["name"],
    AutoScalingGroup: ["name"],
    LoadBalancer: ["arn"],
    ClassicBalancer: ["name"],
    AcceleratorListener: ["arn"],
    TargetGroup: ["arn"],
    InstanceProfile: ["name", "arn"],
    Role: ["name", "arn"],
    Policy: ["arn"],
    SsmDocument: ["name", "arn"],
    Instance: ["privateIp", "spotInstanceId"],
    NetworkInterface: ["privateIp"],
    Eip: ["allocationId", "publicIp"],
    SsmParameter: ["value", "insecureValue"],
    KeyPair: ["keyName"],
};

/** Outputs of a VPC that name what AWS made with it. */
export type VpcDefault = "defaultRouteTableId" | "defaultSecurityGroupId" | "defaultNetworkAclId";

const resourceReferenceKey = "4dabf18193072939515e22adb298388d";
const resourceReference = "5cf8f73096256a8f31e491e813e4eb8e";

/** Links resources of one world, by id in state and by dependencies at preview. Each index is made once, when first needed. */
export class Links {
    private readonly byName = new Map<Kind, Map<string, Resource>>();
    private readonly ofKindCache = new Map<Kind, readonly Resource[]>();
    private readonly childrenCache = new Map<string, Map<string, Child[]>>();

    private readonly vpcDefaults = new Map<VpcDefault, Map<string, Resource>>();

    constructor(readonly world: World) {}

    ofKind(kind: Kind): readonly Resource[] {
        let all = this.ofKindCache.get(kind);
        if (all === undefined) {
            all = typesOf(kind).flatMap((t) => this.world.ofType(t));
            this.ofKindCache.set(kind, all);
        }
        return all;
    }

    /** The resource of a kind that goes by this id, name or ARN. One that is managed here beats one that is only read. */
    find(kind: Kind, name: string): Resource | undefined {
        let names = this.byName.get(kind);
        if (names === undefined) {
            names = new Map();
            const own = this.ofKind(kind);
            for (const r of own.filter((r) => r.external === true).concat(own.filter((r) => r.external !== true))) {
                for (const alias of aliases[kind] ?? []) {
                    for (const value of [r.inputs[alias], r.outputs[alias]]) {
                        const k = read(value);
                        if (isKnown(k) && typeof k.value === "string" && k.value !== "") {
                            names.set(k.value, r);
                        }
                    }
                }
            }
            for (const r of own.filter((r) => r.external === true).concat(own.filter((r) => r.external !== true))) {
                if (r.id !== undefined) {
                    names.set(r.id, r);
                }
            }
            this.byName.set(kind, names);
        }
        return names.get(name);
    }

    /** What is read with `.get()` may be managed by another stack of the same world, which then knows more of it. */
    target(found: Resource): Target {
        const kind = found.external === true && found.id !== undefined ? kindOf(found.type) : undefined;
        const r = (kind === undefined ? undefined : this.find(kind, found.id!)) ?? found;
        return { key: r.id ?? r.urn, resource: r, name: r.name };
    }

    /** What one value names. `kinds`: what can stand there. */
    link(p: Property, ...kinds: readonly Kind[]): Targets {
        if (!isPresent(p.value) || p.value === "") {
            return nothing;
        }
        const k = read(p.value);
        if (!isKnown(k)) {
            return this.oneOf(p, this.dependencies(p, kinds));
        }
        const found = this.known(p, k.value, kinds);
        if (found !== undefined) {
            return { all: [found], certain: true };
        }
        if (typeof k.value !== "string") {
            return this.oneOf(p, this.dependencies(p, kinds));
        }
        const nameless = this.dependencies(p, kinds).filter((r) => r.id === undefined);
        return { all: [nameless.length === 1 ? this.target(nameless[0]!) : { key: k.value, name: k.value }], certain: true };
    }

    /**
     * What the values of a list name, all at once: with as many unknown values as resources that they come from, every one
     * of those is in the list, even though a preview does not tell which value is which. A single value is a list of one.
     */
    linkAll(p: Property, ...kinds: readonly Kind[]): Targets {
        const elements = elementsOf(p.value);
        if (!isKnown(elements)) {
            if (isKnown(read(p.value))) {
                return this.link(p, ...kinds);
            }
            return this.oneOf(p, this.dependencies(p, kinds));
        }
        const all = new Map<string, Target>();
        const strange: Target[] = [];
        let unknowns = 0;
        elements.value.forEach((value, i) => {
            const k = read(value);
            const found = isKnown(k) ? this.known({ from: p.from, path: `${p.path}[${i}]`, value }, k.value, kinds) : undefined;
            if (found !== undefined) {
                all.set(found.key, found);
            } else if (isKnown(k) && typeof k.value === "string" && k.value !== "") {
                strange.push({ key: k.value, name: k.value });
            } else {
                unknowns += 1;
            }
        });
        if (unknowns + strange.length === 0) {
            return { all: [...all.values()], certain: true };
        }
        const rest = this.dependencies(p, kinds).filter((r) => !all.has(r.id ?? r.urn));
        // A provider that does not repeat the id in its outputs leaves known values without the resources that they name.
        const nameless = unknowns === 0 && rest.length > 0 && rest.length === strange.length && rest.every((r) => r.id === undefined);
        for (const t of [...(nameless ? [] : strange), ...(unknowns > 0 || nameless ? rest.map((r) => this.target(r)) : [])]) {
            all.set(t.key, t);
        }
        const certain = unknowns === 0 || (rest.length > 0 && rest.length === unknowns);
        return { all: [...all.values()], certain, ...(certain ? {} : { why: whyUncertain(p, rest) }) };
    }

    /** Resources of a kind by what one of their properties names. `unpack` gives the naming properties of one resource. */
    children(index: string, kind: Kind, unpack: (r: Resource) => readonly Property[], ...parents: readonly Kind[]): Map<string, Child[]> {
        let children = this.childrenCache.get(index);
        if (children === undefined) {
            children = new Map();
            for (const resource of this.ofKind(kind)) {
                for (const p of unpack(resource)) {
                    const elements = this.linkAll(p, ...parents);
                    for (const t of elements.all) {
                        const same = children.get(t.key);
                        const child = { resource, certain: elements.certain };
                        if (same === undefined) {
                            children.set(t.key, [child]);
                        } else {
                            same.push(child);
                        }
                    }
                }
            }
            this.childrenCache.set(index, children);
        }
        return children;
    }

    /**
     * As `link`, where a VPC's own default may stand as well: `vpc.mainRouteTableId`, `vpc.defaultSecurityGroupId`.
     * Such a target has the key of `defaultOf`.
     */
    linkOrDefault(p: Property, kind: Kind, made: VpcDefault): Targets {
        return this.resolveDefaults(p, this.link(p, kind), made);
    }

    linkAllOrDefault(p: Property, kind: Kind, made: VpcDefault): Targets {
        return this.resolveDefaults(p, this.linkAll(p, kind), made);
    }

    /** What AWS makes with a VPC: its main route table, default security group or default network ACL. */
    defaultOf(vpc: Resource, made: VpcDefault): Target {
        const id = read(vpc.outputs[made]);
        const known = isKnown(id) && typeof id.value === "string" && id.value !== "";
        return { key: known ? (id.value as string) : `${vpc.urn}#${made}`, resource: vpc, name: vpc.name };
    }

    private resolveDefaults(p: Property, targets: Targets, made: VpcDefault): Targets {
        const all = targets.all.map((t) => {
            const vpc = t.resource === undefined ? this.vpcByDefault(made).get(t.key) : undefined;
            return vpc === undefined ? this.adopted(t, made) : this.defaultOf(vpc, made);
        });
        if (targets.certain) {
            return { all, certain: true };
        }
        const vpcs = this.dependencies(p, ["Vpc"]);
        return vpcs.length === 1 && all.length === 0
            ? { all: [this.defaultOf(vpcs[0]!, made)], certain: true }
            : { ...targets, all: [...all, ...vpcs.map((v) => this.defaultOf(v, made))] };
    }

    /** `DefaultRouteTable` and its like take over what the VPC already has. */
    adopted(t: Target, made: VpcDefault): Target {
        const r = t.resource;
        if (r === undefined || r.id !== undefined || !/:Default\w+$/.test(r.type)) {
            return t;
        }
        const by = made === "defaultSecurityGroupId" ? "vpcId" : made;
        const vpc = this.dependencies({ from: r, path: by, value: r.inputs[by] }, ["Vpc"]);
        return vpc.length === 1 ? { ...t, key: this.defaultOf(vpc[0]!, made).key } : t;
    }

    private vpcByDefault(made: VpcDefault): ReadonlyMap<string, Resource> {
        let map = this.vpcDefaults.get(made);
        if (map === undefined) {
            map = new Map();
            for (const vpc of this.ofKind("Vpc")) {
                map.set(this.defaultOf(vpc, made).key, vpc);
                const main = made === "defaultRouteTableId" ? read(vpc.outputs["mainRouteTableId"]) : undefined;
                if (main !== undefined && isKnown(main) && typeof main.value === "string") {
                    map.set(main.value, vpc);
                }
            }
            this.vpcDefaults.set(made, map);
        }
        return map;
    }

    /** Children that name the parent in a property of this name. */
    childrenBy(kind: Kind, by: string, parent: Target, ...parents: readonly Kind[]): readonly Child[] {
        const unpack = (from: Resource): Property[] => [{ from, path: by, value: authored(from, by) }];
        return this.children(`${kind}.${by}`, kind, unpack, ...parents).get(parent.key) ?? [];
    }

    /** The resources of some kinds that the value of a property was computed from. */
    dependencies(p: Property, kinds: readonly Kind[]): Resource[] {
        return this.world.dependencies(p.from, p.path, (r) => {
            const kind = kindOf(r.type);
            return kind !== undefined && kinds.includes(kind);
        });
    }

    /** What a known value names in this world. */
    private known(p: Property, value: unknown, kinds: readonly Kind[]): Target | undefined {
        const referred = this.referred(value);
        if (referred !== undefined || typeof value !== "string") {
            return referred === undefined ? undefined : this.target(referred);
        }
        const found = kinds.map((kind) => this.find(kind, value)).find((r) => r !== undefined);
        if (found !== undefined) {
            return this.target(found);
        }
        // A name that the author chose is known while the resource that bears it has no id yet.
        const byDependency = this.dependencies(p, kinds).filter((r) => r.id === undefined && Object.values(r.inputs).includes(value));
        return byDependency.length === 1 ? this.target(byDependency[0]!) : undefined;
    }

    private oneOf(p: Property, candidates: readonly Resource[]): Targets {
        const certain = candidates.length === 1;
        return { all: candidates.map((r) => this.target(r)), certain, ...(certain ? {} : { why: whyUncertain(p, candidates) }) };
    }

    private referred(value: unknown): Resource | undefined {
        if (typeof value !== "object" || value === null) {
            return undefined;
        }
        const { [resourceReferenceKey]: signature, urn } = value as Record<string, unknown>;
        return signature === resourceReference && typeof urn === "string" ? this.world.urn(urn) : undefined;
    }
}

function whyUncertain(p: Property, candidates: readonly Resource[]): string {
    const what = `${p.path} of ${p.from.name}`;
    return candidates.length < 2
        ? `${what} is computed by the cloud and not known at preview`
        : `${what} is one of ${candidates.map((c) => c.name).join(", ")}, and a preview does not tell which`;
}
