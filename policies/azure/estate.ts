import { AddressBounds, exactly, unionBounds, unknownAddresses } from "../../core/net/bounds";
import { AddressSet } from "../../core/net/address-set";
import { isKnown, knownOr } from "../../core/known";
import { Resource } from "../resource";
import { PackOptions } from "../rule";
import { elementsOf, isPresent, isUnknownMarker, readString } from "../value";
import { World, canonicalType } from "../world";

/** All resources that are judged together, by kind: `network:Subnet`, whatever the version of the provider's module. */
export interface Estate {
    readonly world: World;
    readonly options: PackOptions;
    of(kind: string): readonly Resource[];
    /** Resources of a kind by their name in the cloud. */
    named(kind: string, name: string): readonly Resource[];
    /** `make(key)` once for each key, and only when asked for. */
    once<K extends object, V>(make: (estate: Estate, key: K) => V, key: K): V;
    /** Resources that have no id yet, by the end of the ARM path that their names give them. */
    readonly tails: ReadonlyMap<string, Resource>;
}

export function estateOf(world: World, options: PackOptions): Estate {
    const byKind = new Map<string, readonly Resource[]>();
    for (const type of world.types) {
        const kind = kindOfType(type);
        if (kind !== undefined) {
            byKind.set(kind, [...(byKind.get(kind) ?? []), ...world.ofType(type)]);
        }
    }
    const made = new Map<unknown, WeakMap<object, unknown>>();
    const names = new Map<string, Map<string, Resource[]>>();
    let tails: Map<string, Resource> | undefined;
    const estate: Estate = {
        world,
        options,
        of: (kind) => byKind.get(kind) ?? [],
        named: (kind, name) => {
            let byName = names.get(kind);
            if (byName === undefined) {
                names.set(kind, (byName = groupBy(estate.of(kind), (r) => cloudName(r)?.toLowerCase())));
            }
            return byName.get(name.toLowerCase()) ?? [];
        },
        once: <K extends object, V>(make: (estate: Estate, key: K) => V, key: K): V => {
            let cache = made.get(make);
            if (cache === undefined) {
                made.set(make, (cache = new WeakMap()));
            }
            if (!cache.has(key)) {
                cache.set(key, make(estate, key));
            }
            return cache.get(key) as V;
        },
        get tails() {
            return (tails ??= new Map([...byKind.keys()].flatMap((kind) => estate.of(kind)).flatMap((r) => {
                const tail = idOf(r) === undefined ? armTail(r) : undefined;
                return tail === undefined ? [] : [[tail, r] as const];
            })));
        },
    };
    return estate;
}

function groupBy(resources: readonly Resource[], keyOf: (r: Resource) => string | undefined): Map<string, Resource[]> {
    const groups = new Map<string, Resource[]>();
    for (const r of resources) {
        const key = keyOf(r);
        if (key === undefined) {
            continue;
        }
        const group = groups.get(key);
        if (group === undefined) {
            groups.set(key, [r]);
        } else {
            group.push(r);
        }
    }
    return groups;
}

/** `network:Subnet`, or undefined for a type of another provider. */
export function kindOfType(type: string): string | undefined {
    const canonical = canonicalType(type);
    return canonical.startsWith("azure-native:") ? canonical.slice("azure-native:".length) : undefined;
}

export function kindOf(resource: Resource): string | undefined {
    return kindOfType(resource.type);
}

/** What the author wrote, or what the cloud said of a resource that is only read. */
export function propsOf(resource: Resource): Readonly<Record<string, unknown>> {
    return resource.external === true || Object.keys(resource.inputs).length === 0 ? resource.outputs : resource.inputs;
}

/** A property as written, else as the cloud filled it in. */
export function writtenOrAnswered(resource: Resource, property: string): unknown {
    const written = propsOf(resource)[property];
    return isPresent(written) ? written : resource.outputs[property];
}

/** ARM path segment and name property of the kinds that others refer to; with the kind that they are a part of. */
const arm: Readonly<Record<string, { readonly segment: string; readonly name: string; readonly owner?: readonly [segment: string, property: string] }>> = {
    "network:NetworkSecurityGroup": { segment: "networkSecurityGroups", name: "networkSecurityGroupName" },
    "network:ApplicationSecurityGroup": { segment: "applicationSecurityGroups", name: "applicationSecurityGroupName" },
    "network:VirtualNetwork": { segment: "virtualNetworks", name: "virtualNetworkName" },
    "network:Subnet": { segment: "subnets", name: "subnetName", owner: ["virtualNetworks", "virtualNetworkName"] },
    "network:NetworkInterface": { segment: "networkInterfaces", name: "networkInterfaceName" },
    "network:PublicIPAddress": { segment: "publicIPAddresses", name: "publicIpAddressName" },
    "network:RouteTable": { segment: "routeTables", name: "routeTableName" },
    "network:LoadBalancer": { segment: "loadBalancers", name: "loadBalancerName" },
    "network:InboundNatRule": { segment: "inboundNatRules", name: "inboundNatRuleName", owner: ["loadBalancers", "loadBalancerName"] },
    "network:LoadBalancerBackendAddressPool": { segment: "backendAddressPools", name: "backendAddressPoolName", owner: ["loadBalancers", "loadBalancerName"] },
    "network:FirewallPolicy": { segment: "firewallPolicies", name: "firewallPolicyName" },
    "network:AzureFirewall": { segment: "azureFirewalls", name: "azureFirewallName" },
    "network:ApplicationGateway": { segment: "applicationGateways", name: "applicationGatewayName" },
    "network:NetworkGroup": { segment: "networkGroups", name: "networkGroupName" },
    "network:SecurityAdminConfiguration": { segment: "securityAdminConfigurations", name: "configurationName" },
    "network:AdminRuleCollection": { segment: "ruleCollections", name: "ruleCollectionName" },
    "keyvault:Secret": { segment: "secrets", name: "secretName" },
    "keyvault:Vault": { segment: "vaults", name: "vaultName" },
    "managedidentity:UserAssignedIdentity": { segment: "userAssignedIdentities", name: "resourceName" },
    "compute:VirtualMachine": { segment: "virtualMachines", name: "vmName" },
    "compute:VirtualMachineScaleSet": { segment: "virtualMachineScaleSets", name: "vmScaleSetName" },
};

/** The id, where it is known: at preview it may be missing or a marker. */
export function idOf({ id }: Resource): string | undefined {
    return id === undefined || id === "" || isUnknownMarker(id) ? undefined : id;
}

/** The name that the resource has in the cloud, where it is known. */
export function cloudName(resource: Resource): string | undefined {
    const id = idOf(resource);
    if (id !== undefined) {
        return id.slice(id.lastIndexOf("/") + 1);
    }
    const property = arm[kindOf(resource) ?? ""]?.name;
    return property === undefined ? undefined : textOf(resource.inputs[property]);
}

function armTail(resource: Resource): string | undefined {
    const row = arm[kindOf(resource) ?? ""];
    const name = cloudName(resource);
    if (row === undefined || name === undefined) {
        return undefined;
    }
    const own = `/${row.segment}/${name}`;
    if (row.owner === undefined) {
        return own.toLowerCase();
    }
    const owner = textOf(resource.inputs[row.owner[1]]);
    return owner === undefined ? undefined : `/${row.owner[0]}/${owner}${own}`.toLowerCase();
}

function textOf(value: unknown): string | undefined {
    return isPresent(value) ? knownOr(readString(value), undefined) : undefined;
}

/** The networks of a list such as `addressPrefixes`, together with its singular form. */
export function prefixesOf(values: readonly unknown[], what: string): AddressBounds {
    const bounds = values.filter(isPresent).flatMap((value): AddressBounds[] => {
        const list = elementsOf(value);
        const texts = isKnown(list) ? list.value : [value];
        return texts.map((text) => {
            const k = readString(text);
            if (!isKnown(k)) {
                return unknownAddresses(`${what} is not known: ${k.reason}`);
            }
            try {
                return exactly(AddressSet.parse(k.value));
            } catch (e) {
                return unknownAddresses(e instanceof Error ? e.message : String(e));
            }
        });
    });
    return bounds.length === 0 ? unknownAddresses(`${what} is not written down`) : unionBounds(bounds);
}
