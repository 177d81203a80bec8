import { isKnown } from "../../core/known";
import { Hop } from "../../core/net/path-model";
import { Resource } from "../resource";
import { PackOptions } from "../rule";
import { elementsOf, membersOf } from "../value";
import { fixedHop, outsideHop } from "./hops";
import { Launch } from "./launch";
import { Links } from "./links";
import { Property, authored, originOf, property, textOf } from "./properties";

const managed = /\/(AmazonSSMManagedInstanceCore|AmazonEC2RoleforSSM|AmazonSSMManagedEC2InstanceDefaultPolicy|AmazonSSMFullAccess|AdministratorAccess)$/;

/** Whether a host's instance profile lets the SSM agent register (rdp-domain §5.2). */
export class Permissions {
    private readonly roles = new Map<string, "yes" | "no" | "unknown">();
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
        const allowed = this.allowed(role.key, role.resource);
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

    private allowed(key: string, role: Resource): "yes" | "no" | "unknown" {
        let allowed = this.roles.get(key);
        if (allowed === undefined) {
            const verdicts = [
                ...this.arns({ ...property(role, "managedPolicyArns") }).map((p) => this.byArn(p)),
                ...(this.attached().get(key) ?? []).flatMap(({ property: p }) => this.arns(p).map((one) => this.byArn(one))),
                ...(this.inlined().get(key) ?? []).map((p) => byDocument(p.value)),
                ...listOf(authored(role, "inlinePolicies")).map((p) => byDocument(membersOf(p)["policy"])),
            ];
            allowed = verdicts.includes("yes") ? "yes" : verdicts.includes("unknown") ? "unknown" : "no";
            this.roles.set(key, allowed);
        }
        return allowed;
    }

    private arns(p: Property): Property[] {
        const elements = elementsOf(p.value);
        return isKnown(elements) ? elements.value.map((value, i) => ({ ...p, path: `${p.path}[${i}]`, value })) : [p];
    }

    private byArn(p: Property): "yes" | "no" | "unknown" {
        const policies = this.links.link(p, "Policy");
        const [policy] = policies.all;
        if (policy?.resource !== undefined && policies.certain) {
            return byDocument(authored(policy.resource, "policy"));
        }
        const arn = textOf(p.value);
        return arn === undefined ? "unknown" : managed.test(arn) ? "yes" : /:aws:policy\//.test(arn) ? "no" : "unknown";
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

/** A policy document that names the channel of Session Manager, or everything. */
function byDocument(value: unknown): "yes" | "no" | "unknown" {
    const text = typeof value === "object" && value !== null ? JSON.stringify(value) : textOf(value);
    if (text === undefined) {
        return "unknown";
    }
    return /"(ssmmessages:(\*|OpenDataChannel|CreateDataChannel)|\*|\*:\*)"/.test(text) && /"Allow"/.test(text) ? "yes" : "no";
}
