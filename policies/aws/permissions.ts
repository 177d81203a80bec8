import { isKnown } from "../../core/known";
import { Hop } from "../../core/net/path-model";
import { Resource } from "../resource";
import { PackOptions } from "../rule";
import { elementsOf, membersOf } from "../value";
import { fixedHop, outsideHop } from "./hops";
import { Launch } from "./launch";
import { Links } from "./links";
import { Property, authored, originOf, property, textOf } from "./properties";

/** Something that a role must be allowed to do: by the names of AWS' own policies, and by the actions of others. */
export interface Need {
    readonly managed: RegExp;
    /** Matches the quoted action in a policy's JSON. */
    readonly actions: RegExp;
}

/** The channel of Session Manager. */
const register: Need = {
    managed: /\/(AmazonSSMManagedInstanceCore|AmazonEC2RoleforSSM|AmazonSSMManagedEC2InstanceDefaultPolicy|AmazonSSMFullAccess|AdministratorAccess)$/,
    actions: /"(ssmmessages:(\*|OpenDataChannel|CreateDataChannel)|\*|\*:\*)"/,
};

/** What a host's instance profile lets it do, such as register with Systems Manager (rdp-domain §5.2). */
export class Permissions {
    private readonly roles = new Map<Need, Map<string, "yes" | "no" | "unknown">>();
    private attachments: Map<string, { property: Property; by: Resource }[]> | undefined;
    private inline: Map<string, Property[]> | undefined;

    constructor(private readonly links: Links) {}

    hop(launch: Launch, options: PackOptions): Hop {
        const name = "instance profile";
        const { profile, host } = launch;
        if (profile === undefined) {
            return fixedHop("access", name, "closed", { urn: host.urn, property: "iamInstanceProfile", text: `${host.name} has no instance profile, so that the SSM agent may not register` });
        }
        const profiles = this.links.link(profile, "InstanceProfile");
        const [only] = profiles.all;
        if (!profiles.certain || only === undefined) {
            return fixedHop("access", name, "unknown", originOf(profile, profiles.why ?? "the instance profile is not known"));
        }
        if (only.resource === undefined) {
            return outsideHop("access", name, originOf(profile, `instance profile ${only.name} belongs to another stack`), options);
        }
        const roles = this.links.link(property(only.resource, "role"), "Role");
        const [role] = roles.all;
        const at = { urn: only.resource.urn, property: "role" };
        if (role === undefined || !roles.certain) {
            return fixedHop("access", name, roles.certain ? "closed" : "unknown", { ...at, text: roles.why ?? `instance profile ${only.name} has no role` });
        }
        if (role.resource === undefined) {
            return outsideHop("access", name, { ...at, text: `role ${role.name} belongs to another stack` }, options);
        }
        const allowed = this.allowed(register, role.key, role.resource);
        const origin = { urn: role.resource.urn };
        switch (allowed) {
            case "yes":
                return fixedHop("access", name, "open", { ...origin, text: `role ${role.name} lets the SSM agent register` });
            case "no":
                return fixedHop("access", name, "closed", { ...origin, text: `role ${role.name} has no policy such as AmazonSSMManagedInstanceCore, so that the SSM agent may not register` });
            default:
                return fixedHop("access", name, "unknown", { ...origin, text: `whether the policies of role ${role.name} let the SSM agent register is not known` });
        }
    }

    /** The role of a host that may do something, or may not, for all that these stacks tell; undefined where it is not theirs to tell. */
    role(launch: Launch, need: Need): { readonly role?: Resource; readonly allowed: "yes" | "no" | "unknown" } | undefined {
        if (launch.profile === undefined) {
            return launch.doubt === undefined ? { allowed: "no" } : undefined;
        }
        const profiles = this.links.link(launch.profile, "InstanceProfile");
        const profile = profiles.certain ? profiles.all[0]?.resource : undefined;
        const roles = profile === undefined ? undefined : this.links.link(property(profile, "role"), "Role");
        const role = roles?.certain === true ? roles.all[0] : undefined;
        return role?.resource === undefined || role.resource.external === true ? undefined : { role: role.resource, allowed: this.allowed(need, role.key, role.resource) };
    }

    private allowed(need: Need, key: string, role: Resource): "yes" | "no" | "unknown" {
        const known = this.roles.get(need) ?? new Map<string, "yes" | "no" | "unknown">();
        this.roles.set(need, known);
        let allowed = known.get(key);
        if (allowed === undefined) {
            const verdicts = [
                ...this.arns({ ...property(role, "managedPolicyArns") }).map((p) => this.byArn(need, p)),
                ...(this.attached().get(key) ?? []).flatMap(({ property: p }) => this.arns(p).map((one) => this.byArn(need, one))),
                ...(this.inlined().get(key) ?? []).map((p) => byDocument(need, p.value)),
                ...listOf(authored(role, "inlinePolicies")).map((p) => byDocument(need, membersOf(p)["policy"])),
            ];
            allowed = verdicts.includes("yes") ? "yes" : verdicts.includes("unknown") ? "unknown" : "no";
            known.set(key, allowed);
        }
        return allowed;
    }

    private arns(p: Property): Property[] {
        const elements = elementsOf(p.value);
        return isKnown(elements) ? elements.value.map((value, i) => ({ ...p, path: `${p.path}[${i}]`, value })) : [p];
    }

    private byArn(need: Need, p: Property): "yes" | "no" | "unknown" {
        const policies = this.links.link(p, "Policy");
        const [policy] = policies.all;
        if (policy?.resource !== undefined && policies.certain) {
            return byDocument(need, authored(policy.resource, "policy"));
        }
        const arn = textOf(p.value);
        return arn === undefined ? "unknown" : need.managed.test(arn) ? "yes" : /:aws:policy\//.test(arn) ? "no" : "unknown";
    }

    private attached(): ReadonlyMap<string, { property: Property; by: Resource }[]> {
        if (this.attachments === undefined) {
            this.attachments = new Map();
            const note = (roles: Property, arns: Property): void => {
                for (const t of this.links.linkAll(roles, "Role").all) {
                    this.attachments!.set(t.key, [...(this.attachments!.get(t.key) ?? []), { property: arns, by: arns.from }]);
                }
            };
            this.links.ofKind("RolePolicyAttachment").forEach((a) => note(property(a, "role"), property(a, "policyArn")));
            this.links.ofKind("PolicyAttachment").forEach((a) => note(property(a, "roles"), property(a, "policyArn")));
            this.links.ofKind("RolePolicyAttachmentsExclusive").forEach((a) => note(property(a, "roleName"), property(a, "policyArns")));
        }
        return this.attachments;
    }

    private inlined(): ReadonlyMap<string, Property[]> {
        if (this.inline === undefined) {
            this.inline = new Map();
            for (const p of this.links.ofKind("RolePolicy")) {
                for (const t of this.links.link(property(p, "role"), "Role").all) {
                    this.inline.set(t.key, [...(this.inline.get(t.key) ?? []), property(p, "policy")]);
                }
            }
        }
        return this.inline;
    }
}

function listOf(value: unknown): readonly unknown[] {
    const elements = elementsOf(value);
    return isKnown(elements) ? elements.value : [];
}

/** A policy document that allows the actions, or everything. Not every action for all resources: `Resource: "*"` is no action. */
function byDocument(need: Need, value: unknown): "yes" | "no" | "unknown" {
    const text = typeof value === "object" && value !== null ? JSON.stringify(value) : textOf(value);
    if (text === undefined) {
        return "unknown";
    }
    try {
        const document = JSON.parse(text) as { readonly Statement?: unknown };
        const statements = (Array.isArray(document.Statement) ? document.Statement : [document.Statement]) as readonly ({ readonly Effect?: unknown; readonly Action?: unknown; readonly NotAction?: unknown } | undefined | null)[];
        const allowing = statements.filter((s) => s?.Effect === "Allow");
        return allowing.some((s) => need.actions.test(JSON.stringify(s?.Action) ?? "")) ? "yes" : allowing.some((s) => s?.NotAction !== undefined) ? "unknown" : "no";
    } catch {
        return "unknown";
    }
}
