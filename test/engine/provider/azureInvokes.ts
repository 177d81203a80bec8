/** azure-native functions: what exists in the stand-in cloud is found, anything else is made up, as if another stack had made it. */
import { azureKind } from "./azureTypes";
import type { Cloud } from "./cloud";
import { addressIn, items, number, type Props, text, uuid } from "./wire";

type Lookup = (cloud: Cloud, args: Props) => Props;

const LOOKUPS: Record<string, Lookup> = {
    "network:getSubnet": (cloud, args) => subnet(cloud, args),
    "network:getVirtualNetwork": (cloud, args) => {
        const id = network(cloud, args);
        return (
            existing(cloud, id) ?? {
                id,
                name: args["virtualNetworkName"],
                location: cloud.settings.location,
                addressSpace: { addressPrefixes: ["10.20.0.0/16"] },
                subnets: [],
                provisioningState: "Succeeded",
            }
        );
    },
    "network:getNetworkInterface": (cloud, args) => {
        const id = path(cloud, args, `Microsoft.Network/networkInterfaces/${text(args["networkInterfaceName"])}`);
        const configuration = {
            id: `${id}/ipConfigurations/ipconfig1`,
            name: "ipconfig1",
            privateIPAddress: addressIn("10.20.1.0/24", number(250, id)),
            primary: true,
        };
        return (
            existing(cloud, id) ?? {
                id,
                name: args["networkInterfaceName"],
                location: cloud.settings.location,
                ipConfigurations: [configuration],
                provisioningState: "Succeeded",
            }
        );
    },
    "network:getNetworkSecurityGroup": (cloud, args) => {
        const id = path(cloud, args, `Microsoft.Network/networkSecurityGroups/${text(args["networkSecurityGroupName"])}`);
        return (
            existing(cloud, id) ?? {
                id,
                name: args["networkSecurityGroupName"],
                location: cloud.settings.location,
                securityRules: [],
                provisioningState: "Succeeded",
            }
        );
    },
    "network:getPublicIPAddress": (cloud, args) => {
        const id = path(cloud, args, `Microsoft.Network/publicIPAddresses/${text(args["publicIpAddressName"])}`);
        return (
            existing(cloud, id) ?? {
                id,
                name: args["publicIpAddressName"],
                ipAddress: addressIn("20.60.0.0/16", number(65000, id)),
                publicIPAllocationMethod: "Static",
                sku: { name: "Standard" },
            }
        );
    },
    "compute:getVirtualMachine": (cloud, args) => {
        const id = path(cloud, args, `Microsoft.Compute/virtualMachines/${text(args["vmName"])}`);
        const made = {
            id,
            name: args["vmName"],
            location: cloud.settings.location,
            vmId: uuid(id),
            osProfile: { windowsConfiguration: { provisionVMAgent: true } },
            storageProfile: { osDisk: { osType: "Windows" } },
        };
        return existing(cloud, id) ?? made;
    },
    "resources:getResourceGroup": (cloud, args) => {
        const id = group(cloud, args);
        return (
            existing(cloud, id) ?? {
                id,
                name: args["resourceGroupName"],
                location: cloud.settings.location,
                properties: { provisioningState: "Succeeded" },
            }
        );
    },
    "authorization:getClientConfig": (cloud) => {
        const { subscription } = cloud.settings;
        return {
            clientId: uuid(subscription, "client"),
            objectId: uuid(subscription, "object"),
            subscriptionId: subscription,
            tenantId: uuid(subscription, "tenant"),
        };
    },
};

/** Result of an azure-native function, of whatever module version. */
export function azureInvoke(cloud: Cloud, token: string, args: Props): Props | undefined {
    return LOOKUPS[azureKind(token)]?.(cloud, args);
}

function group(cloud: Cloud, args: Props): string {
    return `/subscriptions/${cloud.settings.subscription}/resourceGroups/${text(args["resourceGroupName"])}`;
}

function path(cloud: Cloud, args: Props, tail: string): string {
    return `${group(cloud, args)}/providers/${tail}`;
}

function network(cloud: Cloud, args: Props): string {
    return path(cloud, args, `Microsoft.Network/virtualNetworks/${text(args["virtualNetworkName"])}`);
}

function subnet(cloud: Cloud, args: Props): Props {
    const id = `${network(cloud, args)}/subnets/${text(args["subnetName"])}`;
    const inline = items(existing(cloud, network(cloud, args))?.["subnets"]).find((entry) => text(entry["id"])?.toLowerCase() === id.toLowerCase());
    return existing(cloud, id) ?? inline ?? { id, name: args["subnetName"], addressPrefix: "10.20.1.0/24", provisioningState: "Succeeded" };
}

function existing(cloud: Cloud, id: string): Props | undefined {
    const found = cloud.byId(id);
    return found && { ...found.outputs, id: found.id };
}
