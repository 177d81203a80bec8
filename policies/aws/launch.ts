import { isKnown } from "../../core/known";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { elementsOf, isPresent, membersOf, readInteger } from "../value";
import { UserData, userDataOf } from "./carriers";
import { kindOf } from "./kinds";
import { Links, Target, Targets, nothing } from "./links";
import { Property, authored, firstOf, originOf, property, textOf } from "./properties";
import { Groups, SecurityGroups } from "./security-groups";

/** One network interface of a host. */
export interface Nic {
    readonly name: string;
    readonly origin: Origin;
    /** Absent where AWS makes it with the instance. */
    readonly resource?: Resource;
    readonly subnets: Targets;
    readonly subnetOrigin: Origin;
    readonly groups: Groups;
    /** Whether a subnet's or launch's public address can come to it: only where it is made with the instance. */
    readonly autoAssigns: boolean;
    readonly associatePublic?: Property;
    readonly ipv6: readonly Property[];
}

/** How a host is launched: its own properties over those of its launch template. */
export interface Launch {
    readonly host: Resource;
    /** The host, its template and interfaces: what a group's members must not be counted from. */
    readonly parts: ReadonlySet<string>;
    readonly image?: Property;
    readonly userData: readonly UserData[];
    readonly nics: readonly Nic[];
    readonly profile?: Property;
    readonly tags: Readonly<Record<string, unknown>>;
    readonly getPasswordData?: Property;
    /** Why the template cannot be read, where it cannot. */
    readonly doubt?: string;
    /** Resources that say how the host is launched: the template too. */
    readonly resources: readonly Resource[];
}

const ipv6Properties = ["ipv6Addresses", "ipv6AddressCount", "ipv6AddressLists", "ipv6PrefixCount"];

/** Reads instances and auto scaling groups with their templates and interfaces. */
export class Launches {
    private byInstance: Map<string, Resource[]> | undefined;
    private groupsByNic: Map<string, Property[]> | undefined;

    constructor(
        private readonly links: Links,
        private readonly groups: SecurityGroups,
    ) {}

    *all(): Iterable<Launch> {
        for (const r of this.links.ofKind("Instance")) {
            if (r.external !== true) {
                yield this.instance(r);
            }
        }
        for (const r of this.links.ofKind("AutoScalingGroup")) {
            if (r.external !== true) {
                yield this.scalingGroup(r);
            }
        }
    }

    private instance(r: Resource): Launch {
        const reference = membersOf(authored(r, "launchTemplate"));
        const { template, doubt, unseen } = this.template(r, "launchTemplate", reference["id"] ?? reference["name"]);
        const nics = this.instanceNics(r, template, unseen);
        return {
            host: r,
            ...(doubt === undefined ? {} : { doubt }),
            ...this.common(r, template, firstOf(property(r, "ami"), template && property(template, "imageId")), nics),
            tags: { ...templateTags(template), ...membersOf(r.outputs["tagsAll"]), ...membersOf(authored(r, "tags")) },
            ...optional("profile", firstOf(property(r, "iamInstanceProfile"), templateProfile(template))),
            getPasswordData: property(r, "getPasswordData"),
        };
    }

    private scalingGroup(r: Resource): Launch {
        const mixed = membersOf(membersOf(membersOf(authored(r, "mixedInstancesPolicy"))["launchTemplate"])["launchTemplateSpecification"]);
        const direct = membersOf(authored(r, "launchTemplate"));
        const configuration = authored(r, "launchConfiguration");
        const { template, doubt, unseen } = isPresent(configuration)
            ? this.template(r, "launchConfiguration", configuration)
            : isPresent(authored(r, "mixedInstancesPolicy"))
              ? this.template(r, "mixedInstancesPolicy", mixed["launchTemplateId"] ?? mixed["launchTemplateName"])
              : this.template(r, "launchTemplate", direct["id"] ?? direct["name"]);
        const p = (name: string): Property | undefined => template && property(template, name);
        const zones = property(r, "vpcZoneIdentifiers");
        const subnets = this.links.linkAll(zones, "Subnet");
        const nics = this.launchNics(r, template, { targets: subnets, origin: originOf(zones, `the subnets of ${r.name}`) }, unseen);
        return {
            host: r,
            ...(doubt === undefined ? {} : { doubt }),
            ...this.common(r, template, firstOf(p("imageId")), nics),
            tags: { ...templateTags(template), ...groupTags(r) },
            ...optional("profile", firstOf(templateProfile(template), p("iamInstanceProfile"))),
        };
    }

    private common(r: Resource, template: Resource | undefined, image: Property | undefined, nics: readonly Nic[]): Pick<Launch, "parts" | "userData" | "nics" | "resources"> & { image?: Property } {
        const own = userDataOf(r);
        return {
            parts: new Set([r.urn, ...(template === undefined ? [] : [template.urn]), ...nics.flatMap((n) => (n.resource === undefined ? [] : [n.resource.urn]))]),
            ...optional("image", image),
            userData: own.length > 0 || template === undefined ? own : userDataOf(template),
            nics,
            resources: template === undefined ? [r] : [r, template],
        };
    }

    private template(r: Resource, path: string, value: unknown): { template?: Resource; doubt?: string; unseen?: Targets } {
        if (!isPresent(authored(r, path))) {
            return {};
        }
        const targets = this.links.link({ from: r, path, value: value ?? authored(r, path) }, "LaunchTemplate", "LaunchConfiguration");
        const [only] = targets.all;
        if (targets.certain && only?.resource !== undefined) {
            return { template: only.resource };
        }
        const doubt = targets.why ?? `the launch template ${only?.name ?? ""} of ${r.name} belongs to another stack`;
        const unseen: Targets = targets.certain && only !== undefined ? { all: [{ key: `${only.key}#groups`, name: `of launch template ${only.name}` }], certain: true } : { all: [], certain: false, why: doubt };
        return { doubt, unseen };
    }

    /** In the order of their device index; the first is the primary one. */
    private instanceNics(r: Resource, template: Resource | undefined, unseen: Targets | undefined): Nic[] {
        const given = elementsOf(authored(r, "networkInterfaces"));
        const attached: { index: number; nic: Nic }[] = [];
        const add = (index: unknown, p: Property): void => {
            const k = readInteger(index);
            attached.push({ index: isKnown(k) ? k.value : 0, nic: this.nicOf(p) });
        };
        (isKnown(given) ? given.value : []).forEach((element, i) => {
            const m = membersOf(element);
            add(m["deviceIndex"], { from: r, path: `networkInterfaces[${i}].networkInterfaceId`, value: m["networkInterfaceId"] });
        });
        const primary = membersOf(authored(r, "primaryNetworkInterface"));
        if (isPresent(primary["networkInterfaceId"])) {
            add(0, { from: r, path: "primaryNetworkInterface.networkInterfaceId", value: primary["networkInterfaceId"] });
        }
        const later = this.attachments().get(r.id ?? r.urn) ?? [];
        const extra = later.map((nic) => this.resourceNic(nic)).filter((n) => attached.every((a) => a.nic.resource?.urn !== n.resource?.urn));
        const own = attached.sort((a, b) => a.index - b.index).map((a) => a.nic);
        if (own.length > 0) {
            return [...own, ...extra];
        }
        const subnet = property(r, "subnetId");
        const launched = this.launchNics(r, template, isPresent(subnet.value) ? { targets: this.links.link(subnet, "Subnet"), origin: originOf(subnet, `the subnet of ${r.name}`) } : undefined, unseen);
        return [...launched, ...extra];
    }

    /**
     * Interfaces that AWS makes at launch, from the host's own properties over the template's.
     * @param unseen the groups of a template that cannot be read
     */
    private launchNics(r: Resource, template: Resource | undefined, place: { targets: Targets; origin: Origin } | undefined, unseen: Targets | undefined): Nic[] {
        const hostGroups = firstOf(...[property(r, "vpcSecurityGroupIds"), property(r, "securityGroups")].filter(notEmpty));
        const t = (name: string): Property | undefined => template && property(template, name);
        const listed = template === undefined ? [] : listOf(template, "networkInterfaces");
        const make = (member: (name: string) => Property | undefined, i: number): Nic => {
            const given = member("networkInterfaceId");
            if (given !== undefined && isPresent(given.value)) {
                return this.nicOf(given);
            }
            const subnet = member("subnetId");
            const ownPlace = place ?? (subnet !== undefined && isPresent(subnet.value) ? { targets: this.links.link(subnet, "Subnet"), origin: originOf(subnet, `the subnet of ${r.name}`) } : { targets: nothing, origin: { urn: r.urn, property: "subnetId", text: `${r.name} names no subnet` } });
            const groups = firstOf(...(i === 0 ? [hostGroups] : []), ...[member("securityGroups"), t("vpcSecurityGroupIds"), t("securityGroups"), t("securityGroupNames")].filter((p) => p !== undefined && notEmpty(p)));
            const associate = firstOf(property(r, "associatePublicIpAddress"), member("associatePublicIpAddress"), t("associatePublicIpAddress"));
            return {
                name: i === 0 ? r.name : `${r.name} (${i})`,
                origin: { urn: r.urn, text: r.name },
                subnets: ownPlace.targets,
                subnetOrigin: ownPlace.origin,
                groups: groups === undefined && unseen !== undefined ? { targets: unseen, origin: { urn: r.urn, property: "launchTemplate", text: `the security groups of the launch template of ${r.name}` } } : this.groupsOf(groups, ownPlace, r, this.links.target(r)),
                autoAssigns: true,
                ...optional("associatePublic", associate),
                ipv6: [...ipv6Properties.map((name) => property(r, name)), ...ipv6Properties.map(member).filter((p) => p !== undefined)],
            };
        };
        return listed.length === 0 ? [make(() => undefined, 0)] : listed.map((_, i) => make((name) => ({ from: template!, path: `networkInterfaces[${i}].${name}`, value: membersOf(listed[i])[name] }), i));
    }

    /** An interface that a property names; of another stack, nothing about it is known. */
    private nicOf(p: Property): Nic {
        const targets = this.links.link(p, "NetworkInterface");
        const [only] = targets.all;
        if (targets.certain && only?.resource !== undefined) {
            return this.resourceNic(only.resource);
        }
        const why = targets.why ?? `network interface ${only?.name ?? ""} belongs to another stack`;
        const unknownTargets: Targets = targets.certain && only !== undefined ? { all: [only], certain: true } : { all: [], certain: false, why };
        return { name: only?.name ?? p.path, origin: originOf(p, why), subnets: unknownTargets, subnetOrigin: originOf(p, `the subnet of network interface ${only?.name ?? ""}`), groups: { targets: unknownTargets, origin: originOf(p, why) }, autoAssigns: false, ipv6: [] };
    }

    private resourceNic(r: Resource): Nic {
        const subnet = property(r, "subnetId");
        const place = { targets: this.links.link(subnet, "Subnet"), origin: originOf(subnet, `the subnet of ${r.name}`) };
        return {
            name: r.name,
            origin: { urn: r.urn, text: `network interface ${r.name}` },
            resource: r,
            subnets: place.targets,
            subnetOrigin: place.origin,
            groups: this.groupsOf(firstOf(...[property(r, "securityGroups")].filter(notEmpty)), place, r, this.links.target(r)),
            autoAssigns: false,
            ipv6: ipv6Properties.map((name) => property(r, name)),
        };
    }

    /** The groups of an interface: listed, attached by resources of their own, or else the VPC's default group. */
    private groupsOf(listed: Property | undefined, place: { targets: Targets; origin: Origin }, of: Resource, nic: Target): Groups {
        const attached = (this.attachedGroups().get(nic.key) ?? []).map((p) => this.groups.link({ ...p, value: p.value }));
        const extra = attached.flatMap((t) => t.all);
        const doubt = attached.find((t) => !t.certain)?.why;
        if (listed !== undefined) {
            const own = this.groups.link(listed);
            const why = own.certain ? doubt : own.why;
            return { targets: { all: [...own.all, ...extra], certain: why === undefined, ...(why === undefined ? {} : { why }) }, origin: originOf(listed, `the security groups of ${of.name}`) };
        }
        const name = of.type.endsWith(":NetworkInterface") ? "securityGroups" : "vpcSecurityGroupIds";
        const origin = { urn: of.urn, property: name, text: `${of.name} names no security group` };
        const vpcs = new Map(place.targets.all.flatMap((s) => this.vpcsOf(s)).map((v) => [v.key, v]));
        const defaults = [...vpcs.values()].map((v) => (v.resource === undefined ? { key: `${v.key}#defaultSecurityGroupId`, name: `of VPC ${v.name}` } : this.links.defaultOf(v.resource, "defaultSecurityGroupId")));
        const group: Target[] = defaults.length > 0 ? defaults : [{ key: "default-vpc#defaultSecurityGroupId", name: "of the default VPC" }];
        return { targets: { all: [...group, ...extra], certain: doubt === undefined, ...(doubt === undefined ? {} : { why: doubt }) }, origin, byDefault: true };
    }

    private vpcsOf(subnet: Target): readonly Target[] {
        return subnet.resource === undefined ? [] : this.links.link(property(subnet.resource, "vpcId"), "Vpc").all;
    }

    /** Interfaces that are attached by resources of their own, or by their own list, by the instance. */
    private attachments(): ReadonlyMap<string, Resource[]> {
        if (this.byInstance === undefined) {
            this.byInstance = new Map();
            const note = (instance: Property, nics: readonly Target[]): void => {
                for (const t of this.links.link(instance, "Instance").all) {
                    this.byInstance!.set(t.key, [...(this.byInstance!.get(t.key) ?? []), ...nics.flatMap((n) => n.resource ?? [])]);
                }
            };
            for (const a of this.links.ofKind("NetworkInterfaceAttachment")) {
                note(property(a, "instanceId"), this.links.link(property(a, "networkInterfaceId"), "NetworkInterface").all);
            }
            for (const n of this.links.ofKind("NetworkInterface")) {
                listOf(n, "attachments").forEach((e, i) => note({ from: n, path: `attachments[${i}].instance`, value: membersOf(e)["instance"] }, [this.links.target(n)]));
            }
        }
        return this.byInstance;
    }

    /** Groups that are attached to an interface by a resource of their own; the interface may be an instance's own. */
    private attachedGroups(): ReadonlyMap<string, Property[]> {
        if (this.groupsByNic === undefined) {
            this.groupsByNic = new Map();
            const made = new Map(this.links.ofKind("Instance").flatMap((i) => (textOf(i.outputs["primaryNetworkInterfaceId"]) === undefined ? [] : [[textOf(i.outputs["primaryNetworkInterfaceId"])!, i] as const])));
            for (const a of this.links.ofKind("SecurityGroupAttachment")) {
                for (const t of this.links.link(property(a, "networkInterfaceId"), "NetworkInterface", "Instance").all) {
                    const instance = t.resource === undefined ? made.get(t.key) : undefined;
                    const key = instance === undefined ? t.key : this.links.target(instance).key;
                    this.groupsByNic.set(key, [...(this.groupsByNic.get(key) ?? []), property(a, "securityGroupId")]);
                }
            }
        }
        return this.groupsByNic;
    }
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
    return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}

function notEmpty(p: Property): boolean {
    return !(Array.isArray(p.value) && p.value.length === 0);
}

function listOf(r: Resource, list: string): readonly unknown[] {
    const elements = elementsOf(authored(r, list));
    return isKnown(elements) ? elements.value : [];
}

function templateProfile(template: Resource | undefined): Property | undefined {
    if (template === undefined || kindOf(template.type) !== "LaunchTemplate") {
        return undefined;
    }
    const m = membersOf(authored(template, "iamInstanceProfile"));
    return firstOf({ from: template, path: "iamInstanceProfile.name", value: m["name"] }, { from: template, path: "iamInstanceProfile.arn", value: m["arn"] });
}

function templateTags(template: Resource | undefined): Record<string, unknown> {
    if (template === undefined) {
        return {};
    }
    return Object.assign(
        {},
        ...listOf(template, "tagSpecifications").map((s) => (membersOf(s)["resourceType"] === "instance" ? membersOf(membersOf(s)["tags"]) : {})),
    ) as Record<string, unknown>;
}

function groupTags(group: Resource): Record<string, unknown> {
    return Object.fromEntries(listOf(group, "tags").flatMap((t) => (typeof membersOf(t)["key"] === "string" ? [[membersOf(t)["key"] as string, membersOf(t)["value"]]] : [])));
}
