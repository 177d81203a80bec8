/** The azure-native types that the tests use: their ARM paths, and what makes a change a replacement. */

/** One azure-native type. */
export interface AzureType {
    /** ARM path below `/providers/` of the resource group; `{name}` stands for the input of that name. */
    path: string;
    /** Inputs (dotted) that cannot change. Path inputs and `location` are added. */
    createOnly?: string[];
    /** Inputs that never come back (dotted, `*` for list members). */
    writeOnly?: string[];
    /** Lists of sub-resources, each of which has an id of its own. */
    lists?: string[];
}

const NETWORK = "Microsoft.Network";
const COMPUTE = "Microsoft.Compute";

/** By module and name, whatever the version. A type that is not listed gets a path from its name. */
export const AZURE_TYPES: Record<string, AzureType> = {
    "network:ApplicationSecurityGroup": { path: `${NETWORK}/applicationSecurityGroups/{applicationSecurityGroupName}` },
    "network:ApplicationGateway": {
        path: `${NETWORK}/applicationGateways/{applicationGatewayName}`,
        lists: ["frontendIPConfigurations", "backendAddressPools", "httpListeners", "listeners", "gatewayIPConfigurations", "frontendPorts"],
    },
    "network:AzureFirewall": { path: `${NETWORK}/azureFirewalls/{azureFirewallName}`, lists: ["ipConfigurations"] },
    "network:BastionHost": { path: `${NETWORK}/bastionHosts/{bastionHostName}`, lists: ["ipConfigurations"] },
    "network:FirewallPolicy": { path: `${NETWORK}/firewallPolicies/{firewallPolicyName}` },
    "network:FirewallPolicyRuleCollectionGroup": {
        path: `${NETWORK}/firewallPolicies/{firewallPolicyName}/ruleCollectionGroups/{ruleCollectionGroupName}`,
    },
    "network:InboundNatRule": { path: `${NETWORK}/loadBalancers/{loadBalancerName}/inboundNatRules/{inboundNatRuleName}` },
    "network:LoadBalancer": {
        path: `${NETWORK}/loadBalancers/{loadBalancerName}`,
        createOnly: ["sku"],
        lists: [
            "frontendIPConfigurations",
            "backendAddressPools",
            "inboundNatRules",
            "inboundNatPools",
            "loadBalancingRules",
            "outboundRules",
            "probes",
        ],
    },
    "network:LoadBalancerBackendAddressPool": { path: `${NETWORK}/loadBalancers/{loadBalancerName}/backendAddressPools/{backendAddressPoolName}` },
    "network:NatGateway": { path: `${NETWORK}/natGateways/{natGatewayName}` },
    "network:NetworkInterface": { path: `${NETWORK}/networkInterfaces/{networkInterfaceName}`, lists: ["ipConfigurations"] },
    "network:NetworkSecurityGroup": { path: `${NETWORK}/networkSecurityGroups/{networkSecurityGroupName}`, lists: ["securityRules"] },
    "network:PrivateEndpoint": { path: `${NETWORK}/privateEndpoints/{privateEndpointName}` },
    "network:PublicIPAddress": { path: `${NETWORK}/publicIPAddresses/{publicIpAddressName}`, createOnly: ["sku", "zones", "publicIPAddressVersion"] },
    "network:PublicIPPrefix": { path: `${NETWORK}/publicIPPrefixes/{publicIpPrefixName}` },
    "network:Route": { path: `${NETWORK}/routeTables/{routeTableName}/routes/{routeName}` },
    "network:RouteTable": { path: `${NETWORK}/routeTables/{routeTableName}`, lists: ["routes"] },
    "network:SecurityRule": { path: `${NETWORK}/networkSecurityGroups/{networkSecurityGroupName}/securityRules/{securityRuleName}` },
    "network:Subnet": { path: `${NETWORK}/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}` },
    "network:VirtualNetwork": { path: `${NETWORK}/virtualNetworks/{virtualNetworkName}`, lists: ["subnets"] },
    "network:VirtualNetworkGateway": { path: `${NETWORK}/virtualNetworkGateways/{virtualNetworkGatewayName}` },
    "network:VirtualNetworkPeering": { path: `${NETWORK}/virtualNetworks/{virtualNetworkName}/virtualNetworkPeerings/{virtualNetworkPeeringName}` },
    "authorization:RoleAssignment": {
        path: "Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        createOnly: ["scope", "principalId", "principalType", "roleDefinitionId"],
    },
    "compute:AvailabilitySet": { path: `${COMPUTE}/availabilitySets/{availabilitySetName}` },
    "compute:Disk": { path: `${COMPUTE}/disks/{diskName}` },
    "compute:VirtualMachine": {
        path: `${COMPUTE}/virtualMachines/{vmName}`,
        createOnly: [
            "osProfile.adminUsername",
            "osProfile.customData",
            "osProfile.computerName",
            "priority",
            "storageProfile.imageReference",
            "zones",
        ],
        writeOnly: ["osProfile.adminPassword", "osProfile.customData", "userData"],
    },
    "compute:VirtualMachineExtension": { path: `${COMPUTE}/virtualMachines/{vmName}/extensions/{vmExtensionName}`, writeOnly: ["protectedSettings"] },
    "compute:VirtualMachineRunCommandByVirtualMachine": {
        path: `${COMPUTE}/virtualMachines/{vmName}/runCommands/{runCommandName}`,
        writeOnly: ["protectedParameters", "runAsPassword", "outputBlobManagedIdentity", "errorBlobManagedIdentity"],
    },
    "compute:VirtualMachineScaleSet": {
        path: `${COMPUTE}/virtualMachineScaleSets/{vmScaleSetName}`,
        writeOnly: ["virtualMachineProfile.osProfile.adminPassword", "virtualMachineProfile.osProfile.customData"],
    },
    "devtestlab:GlobalSchedule": { path: "Microsoft.DevTestLab/schedules/{name}" },
    "dns:RecordSet": { path: `${NETWORK}/dnsZones/{zoneName}/{recordType}/{relativeRecordSetName}` },
    "dns:Zone": { path: `${NETWORK}/dnsZones/{zoneName}` },
    "keyvault:Key": { path: "Microsoft.KeyVault/vaults/{vaultName}/keys/{keyName}" },
    "keyvault:Secret": { path: "Microsoft.KeyVault/vaults/{vaultName}/secrets/{secretName}", writeOnly: ["properties.value"] },
    "keyvault:Vault": { path: "Microsoft.KeyVault/vaults/{vaultName}" },
    "managedidentity:UserAssignedIdentity": { path: "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}" },
    "security:JitNetworkAccessPolicy": { path: "Microsoft.Security/locations/{ascLocation}/jitNetworkAccessPolicies/{jitNetworkAccessPolicyName}" },
};

/** Module and name of an azure-native token, without a version: `network:NetworkSecurityGroup`. */
export function azureKind(type: string): string {
    const [, module = "", name = ""] = type.split(":");
    return `${module.split("/")[0]}:${name}`;
}

/** The type's row, made up where there is none. */
export function azureType(type: string): AzureType {
    const kind = azureKind(type);
    const [module = "", name = ""] = kind.split(":");
    const camel = name.charAt(0).toLowerCase() + name.slice(1);
    return AZURE_TYPES[kind] ?? { path: `Microsoft.${module.charAt(0).toUpperCase()}${module.slice(1)}/${camel}s/{${camel}Name}` };
}

/** Inputs that stand in the path; the last one is the resource's own name. */
export function pathInputs(type: AzureType): string[] {
    return [...type.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
}

/** ARM type, such as `Microsoft.Network/networkSecurityGroups/securityRules`. */
export function armType(type: AzureType): string {
    const [provider = "", ...segments] = type.path.split("/");
    return [provider, ...segments.filter((_, index) => index % 2 === 0)].join("/");
}
