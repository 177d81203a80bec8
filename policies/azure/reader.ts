import { Host } from "../../core/host";
import { isCertificateType } from "../certificates";
import { CloudReader } from "../cloud";
import { carriersOf } from "./carriers";
import { estateOf, kindOfType } from "./estate";
import { declaredFilters } from "./filters";
import { hostsOf } from "./hosts";
import { lifeKinds } from "./life";
import { recordKinds } from "./names";
import { isUnmodelledHostType } from "./unmodelled-hosts";

/** Kinds that bear on a host; all others are not looked at. */
const kinds = new Set<string>([
    ...recordKinds,
    "authorization:RoleAssignment",
    ...lifeKinds,
    "compute:VirtualMachine",
    "compute:VirtualMachineExtension",
    "compute:VirtualMachineRunCommandByVirtualMachine",
    "compute:VirtualMachineScaleSet",
    "compute:VirtualMachineScaleSetExtension",
    "compute:VirtualMachineScaleSetVMExtension",
    "compute:VirtualMachineScaleSetVMRunCommand",
    "guestconfiguration:GuestConfigurationAssignment",
    "keyvault:AccessPolicy",
    "keyvault:Secret",
    "keyvault:Vault",
    "managedidentity:UserAssignedIdentity",
    "network:AdminRule",
    "network:AdminRuleCollection",
    "network:ApplicationGateway",
    "network:ApplicationSecurityGroup",
    "network:AzureFirewall",
    "network:BastionHost",
    "network:Commit",
    "network:DefaultAdminRule",
    "network:FirewallPolicy",
    "network:FirewallPolicyRuleCollectionGroup",
    "network:InboundNatRule",
    "network:LoadBalancer",
    "network:LoadBalancerBackendAddressPool",
    "network:NatGateway",
    "network:NetworkGroup",
    "network:NetworkInterface",
    "network:NetworkSecurityGroup",
    "network:PrivateEndpoint",
    "network:PublicIPAddress",
    "network:Route",
    "network:RouteTable",
    "network:SecurityAdminConfiguration",
    "network:SecurityRule",
    "network:StaticMember",
    "network:Subnet",
    "network:VirtualNetwork",
    "network:VirtualNetworkGateway",
    "network:VirtualNetworkPeering",
    "security:JitNetworkAccessPolicy",
]);

const hostTypes = new Set(["compute:VirtualMachine", "compute:VirtualMachineScaleSet"]);

/** Reads azure-native resources, in any version of the provider. */
export const azure: CloudReader = {
    cloud: "azure",
    matters: (type) => kinds.has(kindOfType(type) ?? "") || isUnmodelledHostType(type) || /^azure:(?:compute|network|lb|keyvault)\//.test(type) || isCertificateType(type),
    isHost: (type) => hostTypes.has(kindOfType(type) ?? "") || isUnmodelledHostType(type),
    carriers: carriersOf,
    filters: declaredFilters,
    hosts: (world, options): Host[] => hostsOf(estateOf(world, options)),
};
