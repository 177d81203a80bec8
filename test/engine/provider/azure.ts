/** Stand-in for the azure-native provider. */
import { azureInvoke } from "./azureInvokes";
import { azureRefusals } from "./azureLimits";
import { armType, azureKind, azureType, pathInputs } from "./azureTypes";
import { type Cloud, FAILING_SCRIPT, type Stored } from "./cloud";
import { dropUnlisted, mergeShared, type SharedList } from "./merge";
import type { CloudModel, OutputRequest } from "./model";
import { addressIn, at, digest, isProps, items, nameOf, number, plain, type Props, text, UNKNOWN, uuid, type Value, without } from "./wire";

const withoutParent = (member: Stored): Props => ({ ...member.outputs, name: text(member.outputs["name"]) ?? "" });
const byName = (entry: Props): string => (text(entry["name"]) ?? "").toLowerCase();
const ownName = (parent: Stored): string => text(parent.outputs["name"]) ?? "";

const SHARED: SharedList[] = [
    {
        parent: "NetworkSecurityGroup",
        list: "securityRules",
        member: "SecurityRule",
        by: "networkSecurityGroupName",
        parentName: ownName,
        entry: withoutParent,
        same: byName,
    },
    {
        parent: "VirtualNetwork",
        list: "subnets",
        member: "Subnet",
        by: "virtualNetworkName",
        parentName: ownName,
        entry: withoutParent,
        same: byName,
    },
    { parent: "RouteTable", list: "routes", member: "Route", by: "routeTableName", parentName: ownName, entry: withoutParent, same: byName },
    {
        parent: "LoadBalancer",
        list: "inboundNatRules",
        member: "InboundNatRule",
        by: "loadBalancerName",
        parentName: ownName,
        entry: withoutParent,
        same: byName,
    },
];

/** The azure-native provider's behaviour, as far as the tests need it. */
export const azure: CloudModel = {
    package: "azure-native",
    configure(cloud, args) {
        cloud.settings.location = text(args["location"]) ?? cloud.settings.location;
    },

    check(cloud, urn, type, news, olds) {
        if (isGroup(type))
            return {
                location: cloud.settings.location,
                ...news,
                resourceGroupName: news["resourceGroupName"] ?? autoName(cloud, urn, olds?.["resourceGroupName"]),
            };
        const names = pathInputs(azureType(type));
        const own = names[names.length - 1] ?? "name";
        const inputs: Props = { ...news };
        // Only the last name of a path can be made up: the others name a parent.
        const isRole = azureKind(type) === "authorization:RoleAssignment";
        if (inputs[own] === undefined) inputs[own] = isRole ? roleName(cloud, urn, olds?.[own]) : autoName(cloud, urn, olds?.[own]);
        if (inputs["location"] === undefined && names.length === 1 && !isRole) inputs["location"] = cloud.settings.location;
        return inputs;
    },

    refuse: azureRefusals,

    replaceOn(type) {
        const row = azureType(type);
        return ["resourceGroupName", "location", ...(isGroup(type) ? [] : pathInputs(row)), ...(row.createOnly ?? [])];
    },

    // Names are unique in ARM: the engine must not create the successor under the same name first.
    deleteFirst: () => true,

    newId(cloud, urn, type, inputs) {
        const subscription = `/subscriptions/${cloud.settings.subscription}`;
        if (azureKind(type) === "authorization:RoleAssignment")
            return `${text(inputs["scope"]) ?? subscription}/providers/Microsoft.Authorization/roleAssignments/${text(inputs["roleAssignmentName"]) ?? uuid(urn)}`;
        const group = `${subscription}/resourceGroups/${text(inputs["resourceGroupName"]) ?? "missing"}`;
        if (isGroup(type)) return group;
        return `${group}/providers/${azureType(type).path.replace(/\{(\w+)\}/g, (_, name: string) => text(inputs[name]) ?? nameOf(urn))}`;
    },

    outputs(request) {
        const { type, inputs } = request;
        const row = azureType(type);
        const kind = azureKind(type);
        // ARM answers with the resource, not with the path that it was asked for.
        const dropped = ["resourceGroupName", ...pathInputs(row), ...(row.writeOnly ?? [])];
        let outputs = dropped.reduce<Props>((props, dotted) => without(props, dotted), inputs);
        const computed = <T extends Value>(value: () => T): Value => (request.preview ? UNKNOWN : value());
        const name = isGroup(type) ? inputs["resourceGroupName"] : inputs[pathInputs(row).pop() ?? "name"];
        outputs = {
            ...outputs,
            name: computed(() => plain(name)),
            type: computed(() => (isGroup(type) ? "Microsoft.Resources/resourceGroups" : armType(row))),
        };
        if (isGroup(type)) return { ...outputs, properties: computed(() => ({ provisioningState: "Succeeded" })) };
        for (const list of row.lists ?? []) outputs[list] = withIds(request, list);
        return {
            ...outputs,
            provisioningState: computed(() => "Succeeded"),
            ...identity(request, computed),
            ...specific(kind, request, outputs, computed),
        };
    },

    failure(_cloud, type, inputs) {
        const kind = azureKind(type);
        const script = text(at(inputs, "source", "script")) ?? "";
        if (
            kind.startsWith("compute:VirtualMachineRunCommand") &&
            inputs["treatFailureAsDeploymentFailure"] === true &&
            inputs["asyncExecution"] !== true &&
            script.includes(FAILING_SCRIPT)
        ) {
            return 'Code="VMExtensionProvisioningError" Message="VM has reported a failure when processing run command: ScriptHalted"';
        }
        const command = text(at(inputs, "protectedSettings", "commandToExecute")) ?? text(at(inputs, "settings", "commandToExecute")) ?? "";
        if (kind === "compute:VirtualMachineExtension" && command.includes(FAILING_SCRIPT)) {
            return 'Code="VMExtensionProvisioningError" Message="Command execution finished, but failed because it returned a non-zero exit code of: 1"';
        }
        return undefined;
    },

    updated: (cloud, resource) => dropUnlisted(cloud, SHARED, resource),
    read: (cloud, resource) => mergeShared(cloud, SHARED, resource),
    invoke: azureInvoke,
};

function isGroup(type: string): boolean {
    return azureKind(type) === "resources:ResourceGroup";
}

function autoName(cloud: Cloud, urn: string, old: Value | undefined): string {
    // A second resource of the same URN is a replacement and needs a name of its own.
    return text(old) ?? `${nameOf(urn)}${digest(8, urn, cloud.hasUrn(urn) ? "replacement" : "")}`;
}

/** Role assignments are named by UUIDs. */
function roleName(cloud: Cloud, urn: string, old: Value | undefined): string {
    return text(old) ?? uuid(urn, cloud.hasUrn(urn) ? "replacement" : "");
}

/** Gives the members of an inline list their ids, which a preview does not know. A list that nobody wrote is empty. */
function withIds({ id, inputs, preview }: OutputRequest, list: string): Value {
    const written = inputs[list];
    if (written === UNKNOWN) return UNKNOWN;
    return items(written).map((member) => {
        const inherited: Props = preview
            ? { id: UNKNOWN, provisioningState: UNKNOWN }
            : { id: `${id}/${list}/${text(member["name"]) ?? ""}`, provisioningState: "Succeeded" };
        return { ...inherited, ...member };
    });
}

type Computed = (value: () => Value) => Value;

function identity({ urn, inputs, cloud }: OutputRequest, computed: Computed): Props {
    const declared = inputs["identity"];
    if (!isProps(declared)) return {};
    const ids = declared["userAssignedIdentities"];
    // Ids go in as a list and come back as a table.
    const assigned = Array.isArray(ids)
        ? { userAssignedIdentities: computed(() => Object.fromEntries(ids.map((id) => [text(id) ?? "", namedIdentity(cloud, text(id))]))) }
        : {};
    if (!(text(declared["type"]) ?? "").includes("SystemAssigned")) return { identity: { ...declared, ...assigned } };
    return {
        identity: {
            ...declared,
            ...assigned,
            principalId: computed(() => uuid(urn, "principal")),
            tenantId: computed(() => uuid(cloud.settings.subscription, "tenant")),
        },
    };
}

function namedIdentity(cloud: Cloud, id: string | undefined): Props {
    const { clientId, principalId } = cloud.byId(id)?.outputs ?? {};
    return { clientId: plain(clientId), principalId: plain(principalId) };
}

function specific(kind: string, request: OutputRequest, outputs: Props, computed: Computed): Props {
    const { urn, inputs, cloud } = request;
    switch (kind) {
        case "network:PublicIPAddress": {
            const isStatic = (text(inputs["publicIPAllocationMethod"]) ?? "Static").toLowerCase() === "static";
            const label = text(at(inputs, "dnsSettings", "domainNameLabel"));
            const fqdn =
                label === undefined
                    ? {}
                    : { dnsSettings: { domainNameLabel: label, fqdn: computed(() => `${label}.${cloud.settings.location}.cloudapp.azure.com`) } };
            return { ...fqdn, ...(isStatic ? { ipAddress: computed(() => addressIn("20.50.0.0/16", number(65000, urn))) } : {}) };
        }
        case "network:NetworkInterface":
            return {
                ipConfigurations: addressed(request, outputs),
                macAddress: computed(
                    () =>
                        `00-0D-3A-${digest(6, urn)
                            .toUpperCase()
                            .replace(/(..)(..)(..)/, "$1-$2-$3")}`,
                ),
            };
        case "network:LoadBalancer":
            return { frontendIPConfigurations: addressed(request, { ipConfigurations: outputs["frontendIPConfigurations"] }) };
        case "network:BastionHost":
            return { dnsName: computed(() => `bst-${uuid(urn)}.bastion.azure.com`) };
        case "network:SecurityRule":
        case "network:Subnet":
        case "network:NetworkSecurityGroup":
        case "network:VirtualNetwork":
            return { etag: computed(() => `W/"${uuid(urn, "etag")}"`) };
        case "compute:VirtualMachine":
            return { vmId: computed(() => uuid(urn, "vm")), timeCreated: computed(() => "2026-01-01T00:00:00Z") };
        case "managedidentity:UserAssignedIdentity":
            return {
                principalId: computed(() => uuid(urn, "principal")),
                clientId: computed(() => uuid(urn, "client")),
                tenantId: computed(() => uuid(cloud.settings.subscription, "tenant")),
            };
        case "keyvault:Vault": {
            const properties = plain(inputs["properties"]);
            return {
                properties: {
                    ...(isProps(properties) ? properties : {}),
                    vaultUri: computed(() => `https://${text(inputs["vaultName"]) ?? "vault"}.vault.azure.net/`),
                },
            };
        }
        case "keyvault:Secret": {
            const base = `https://${text(inputs["vaultName"]) ?? "vault"}.vault.azure.net/secrets/${text(inputs["secretName"]) ?? "secret"}`;
            return { properties: { secretUri: computed(() => base), secretUriWithVersion: computed(() => `${base}/${digest(32, urn)}`) } };
        }
        default:
            return {};
    }
}

/** IP configurations with the private address that the subnet gives them. */
function addressed({ urn, cloud, preview }: OutputRequest, outputs: Props): Value {
    const list = outputs["ipConfigurations"];
    if (list === UNKNOWN || list === undefined) return list ?? null;
    return items(list).map((configuration, index) => {
        const subnet = text(at(configuration, "subnet", "id"));
        if (subnet === undefined && !preview) return configuration;
        const fallback: Value = preview ? UNKNOWN : addressIn(prefixOf(cloud, subnet), number(250, urn, String(index)));
        return { ...configuration, privateIPAddress: configuration["privateIPAddress"] ?? fallback };
    });
}

/** Address prefix of a subnet, standalone or inline. */
function prefixOf(cloud: Cloud, subnetId: string | undefined): string {
    const standalone = cloud.byId(subnetId)?.inputs["addressPrefix"];
    const inline = cloud
        .ofKind("VirtualNetwork")
        .flatMap(({ outputs }) => items(outputs["subnets"]))
        .find(({ id }) => text(id)?.toLowerCase() === subnetId?.toLowerCase());
    return text(standalone) ?? text(inline?.["addressPrefix"]) ?? "10.0.0.0/24";
}
