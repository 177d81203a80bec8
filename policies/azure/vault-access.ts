import { Obstacle } from "../../core/host";
import { Known, isKnown, knownOr } from "../../core/known";
import { Resource } from "../resource";
import { at, elementsOf, isPresent, isUnknownMarker, membersOf, readBoolean, readString } from "../value";
import { Estate, idOf, kindOf, propsOf } from "./estate";
import { Named, resolve } from "./links";

const vaultNamed: Named = { kind: "keyvault:Vault" };
const identityNamed: Named = { kind: "managedidentity:UserAssignedIdentity" };

/** Roles by whether they let somebody read secrets (Microsoft: Azure built-in roles for Key Vault). Others may. */
const roles: Readonly<Record<string, boolean>> = {
    "4633458b-17de-408a-b874-0445c86b69e6": true, // Key Vault Secrets User
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": true, // Key Vault Secrets Officer
    "00482a5a-887f-4fb3-b363-3b7fe8e74483": true, // Key Vault Administrator
    "21090545-7ca7-4776-b22c-e363652d74d2": false, // Key Vault Reader
    "a4417e6f-fecd-4de8-b567-7b0420556985": false, // Key Vault Certificates Officer
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": false, // Reader
    "b24988ac-6180-42a0-ab88-20f7382dd24c": false, // Contributor
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": false, // Owner
};

/** Where the certificate is fetched from, and by whom. */
export interface Fetch {
    readonly holder: Resource;
    /** Whether the extension says which identity to use. */
    readonly clientId: boolean;
    /** Name of the vault, where its URL is known. */
    readonly vault?: string;
}

/** What keeps the Key Vault extension of a host from reading the vault (rdp-domain §4.4), as far as these stacks tell. */
export function vaultObstacles(estate: Estate, host: Resource, fetch: Fetch): Obstacle[] {
    const identity = propsOf(host)["identity"];
    const type = readString(at(identity, "type"));
    const here = { urn: host.urn, property: "identity", text: `identity of ${host.name}` };
    const fix = 'identity: { type: "SystemAssigned" }, and the role Key Vault Secrets User for it on the vault';
    if (!isPresent(identity) || (isKnown(type) && /^none$/i.test(type.value))) {
        return [{ origin: here, text: `${host.name} has no managed identity`, certain: true, fix }];
    }
    const users = identitiesOf(estate, host);
    const assigned = isKnown(type) && /userassigned/i.test(type.value);
    const system = isKnown(type) && /systemassigned/i.test(type.value);
    if (assigned && !system && !fetch.clientId && users.count > 1) {
        return [{ origin: { urn: fetch.holder.urn, property: "settings", text: `the Key Vault extension ${fetch.holder.name}` }, text: `${host.name} has ${users.count} user-assigned identities, and the extension does not say which it is to use`, certain: true, fix: "authenticationSettings.msiClientId with the clientId of the identity that may read the vault" }];
    }
    const vault = vaultOf(estate, fetch);
    if (vault === undefined) {
        return [];
    }
    const closed = firewall(estate, vault);
    const principals = [...(system ? [host] : []), ...users.known];
    // An identity of another stack may have its rights there.
    const judged = isKnown(type) && !users.outside && principals.length > 0;
    return [...closed, ...(judged ? unauthorised(estate, vault, principals) : [])];
}

function identitiesOf(estate: Estate, host: Resource): { readonly known: Resource[]; readonly outside: boolean; readonly count: number } {
    const value = at(propsOf(host), "identity.userAssignedIdentities");
    const list = elementsOf(value);
    // Version 1 of the provider has them as the keys of an object.
    const ids: readonly unknown[] = isKnown(list) ? list.value : Object.keys(membersOf(value));
    const references = ids.map((id, i) => resolve(estate, host, `identity.userAssignedIdentities[${i}]`, id, identityNamed));
    const found = [...new Set(references.flatMap((r) => r.candidates.map((t) => t.resource)))];
    const managed = found.filter((r) => r.external !== true);
    return { known: managed, outside: found.length !== managed.length || references.some((r) => r.outside !== undefined || r.candidates.length === 0), count: ids.length };
}

/** The vault, where these stacks make it. */
function vaultOf(estate: Estate, { holder, vault }: Fetch): Resource | undefined {
    const found =
        vault !== undefined
            ? [...estate.named("keyvault:Vault", vault)]
            : estate.world.dependencies(holder, "settings", (r) => kindOf(r) === "keyvault:Vault");
    return found.length === 1 && found[0]!.external !== true ? found[0] : undefined;
}

/** `bypass: AzureServices` admits Azure's own services, and no virtual machine. A private endpoint may lie in another stack. */
function firewall(estate: Estate, vault: Resource): Obstacle[] {
    const property = (name: string): unknown => at(propsOf(vault), `properties.${name}`);
    const origin = (name: string): Obstacle["origin"] => ({ urn: vault.urn, property: `properties.${name}`, text: `vault ${vault.name}` });
    const endpoint = estate.of("network:PrivateEndpoint").some((e) =>
        knownOr(elementsOf(propsOf(e)["privateLinkServiceConnections"]), []).some((c, i) => resolve(estate, e, `privateLinkServiceConnections[${i}]`, membersOf(c)["privateLinkServiceId"], vaultNamed).candidates.some((t) => t.resource === vault)),
    );
    if (endpoint) {
        return [];
    }
    const fix = "a virtual network rule for the host's subnet (networkAcls.virtualNetworkRules), or a private endpoint of the vault in its network";
    const access = readString(property("publicNetworkAccess"));
    if (isKnown(access) && /^disabled$/i.test(access.value)) {
        return [{ origin: origin("publicNetworkAccess"), text: `vault ${vault.name} admits private endpoints only, and these stacks make none for it`, certain: false, fix }];
    }
    const action = readString(property("networkAcls.defaultAction"));
    const rules = ["virtualNetworkRules", "ipRules"].map((name) => elementsOf(property(`networkAcls.${name}`)));
    return isKnown(action) && /^deny$/i.test(action.value) && rules.every((r) => isKnown(r) && r.value.length === 0)
        ? [{ origin: origin("networkAcls"), text: `the firewall of vault ${vault.name} admits no network`, certain: false, fix }]
        : [];
}

type Answer = "yes" | "maybe" | "no";

function unauthorised(estate: Estate, vault: Resource, principals: readonly Resource[]): Obstacle[] {
    const rbac = readBoolean(at(propsOf(vault), "properties.enableRbacAuthorization"));
    const said = isPresent(at(propsOf(vault), "properties.enableRbacAuthorization"));
    const byRole = (): Answer[] => estate.of("authorization:RoleAssignment").map((a) => roleAnswer(estate, a, vault, principals));
    const byPolicy = (): Answer[] => policyAnswers(estate, vault, principals);
    // The default has changed between versions of the API.
    const answers: readonly Answer[] = !said || !isKnown(rbac) ? [...byRole(), ...byPolicy()] : rbac.value ? byRole() : byPolicy();
    if (answers.includes("yes")) {
        return [];
    }
    const who = principals.map((p) => (kindOf(p) === "managedidentity:UserAssignedIdentity" ? `identity ${p.name}` : `the identity of ${p.name}`)).join(" or ");
    const certain = said && isKnown(rbac) && !answers.includes("maybe");
    const what = isKnown(rbac) && said && !rbac.value ? "access policy" : "role";
    return [
        {
            origin: { urn: vault.urn, property: "properties", text: `vault ${vault.name}` },
            text: certain ? `no ${what} lets ${who} read the secrets of vault ${vault.name}` : `whether ${who} may read the secrets of vault ${vault.name} is not known`,
            certain,
            fix: what === "role" ? `a RoleAssignment of Key Vault Secrets User (4633458b-17de-408a-b874-0445c86b69e6) on the vault for ${who}` : `permissions.secrets: ["get"] in an access policy of the vault for ${who}`,
        },
    ];
}

function roleAnswer(estate: Estate, assignment: Resource, vault: Resource, principals: readonly Resource[]): Answer {
    const props = propsOf(assignment);
    const whom = isPrincipal(estate, assignment, "principalId", props["principalId"], principals);
    const where = covers(estate, assignment, props["scope"], vault);
    if (whom === "no" || where === "no") {
        return "no";
    }
    const definition = readString(props["roleDefinitionId"]);
    const [guid] = isKnown(definition) ? (/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.exec(definition.value) ?? []) : [];
    // A role that is computed is most likely the one that is needed; in the state it is known.
    const role = !isKnown(definition) ? true : guid === undefined ? undefined : roles[guid.toLowerCase()];
    return role === false ? "no" : role === true && whom === "yes" && where === "yes" ? "yes" : "maybe";
}

/** Whether an id means one of the host's identities: by its value, or at preview by where that comes from. */
function isPrincipal(estate: Estate, from: Resource, property: string, value: unknown, principals: readonly Resource[]): Answer {
    const id = readString(value);
    if (isKnown(id)) {
        const ids = principals.map((p) => readString(at(p.outputs, kindOf(p) === "managedidentity:UserAssignedIdentity" ? "principalId" : "identity.principalId")));
        const group = /^group$/i.test(knownOr(readString(propsOf(from)["principalType"]), ""));
        return ids.some((i) => isKnown(i) && i.value.toLowerCase() === id.value.toLowerCase()) ? "yes" : group || ids.some((i) => !isKnown(i)) ? "maybe" : "no";
    }
    const sources = estate.world.dependencies(from, property, () => true);
    return sources.some((s) => principals.includes(s)) ? "yes" : sources.some((s) => kindOf(s) === "managedidentity:UserAssignedIdentity" || kindOf(s)?.startsWith("compute:") === true) ? "no" : "maybe";
}

/** A scope covers the vault when it is the vault, a secret in it, or the group, subscription or management group above it. */
function covers(estate: Estate, assignment: Resource, scope: unknown, vault: Resource): Answer {
    const text = readString(scope);
    if (!isKnown(text)) {
        const sources = estate.world.dependencies(assignment, "scope", () => true);
        return sources.includes(vault) ? "yes" : sources.some((s) => kindOf(s) === "keyvault:Vault") ? "no" : "maybe";
    }
    const of = text.value.toLowerCase().replace(/\/$/, "");
    const id = idOf(vault)?.toLowerCase();
    if (id !== undefined && !isUnknownMarker(id)) {
        return of === id || of.startsWith(`${id}/`) || id.startsWith(`${of}/`) || of.includes("/managementgroups/") || of === "" ? "yes" : "no";
    }
    return /\/providers\/(?!microsoft\.management)/.test(of) ? (/\/vaults\/([^/]+)/.exec(of)?.[1] === knownOr(readString(vault.inputs["vaultName"]), undefined)?.toLowerCase() ? "yes" : "no") : "yes";
}

function policyAnswers(estate: Estate, vault: Resource, principals: readonly Resource[]): Answer[] {
    const inline = elementsOf(at(propsOf(vault), "properties.accessPolicies"));
    const entries = isKnown(inline) ? inline.value.map((policy) => ({ from: vault, property: "properties", policy })) : [];
    const own = estate.of("keyvault:AccessPolicy").filter((p) => resolveVault(estate, p, vault));
    const all = [...entries, ...own.map((from) => ({ from, property: "policy", policy: propsOf(from)["policy"] }))];
    const answers = all.map(({ from, property, policy }): Answer => {
        const whom = isPrincipal(estate, from, property, membersOf(policy)["objectId"], principals);
        const permissions = elementsOf(at(policy, "permissions.secrets"));
        const reads: Known<boolean> = isKnown(permissions) ? { state: "known", value: permissions.value.some((p) => /^(?:get|all)$/i.test(knownOr(readString(p), ""))) } : permissions;
        return whom === "no" || (isKnown(reads) && !reads.value) ? "no" : whom === "yes" && isKnown(reads) ? "yes" : "maybe";
    });
    return isKnown(inline) ? answers : [...answers, "maybe"];
}

function resolveVault(estate: Estate, policy: Resource, vault: Resource): boolean {
    const name = readString(propsOf(policy)["vaultName"]);
    return isKnown(name) ? estate.named("keyvault:Vault", name.value).includes(vault) : estate.world.dependencies(policy, "vaultName", (r) => r === vault).length > 0;
}
