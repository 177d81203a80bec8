import { BenchResource } from "./pack-process";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const urn = (type: string, name: string): string => `urn:pulumi:dev::bench::${type}::${name}`;

/**
 * A clean Azure stack of about `count` resources, as a preview shows it: for every 50 resources one ready Windows host
 * with its network (6 resources), the rest what stacks are full of otherwise.
 */
export function cleanStack(count: number): BenchResource[] {
    const resources: BenchResource[] = [{ urn: urn("pulumi:pulumi:Stack", "bench-dev"), type: "pulumi:pulumi:Stack", name: "bench-dev", properties: {} }];
    for (let i = 0; resources.length < count; i++) {
        resources.push(...host(i));
        for (let j = 0; j < 44 && resources.length < count; j++) {
            resources.push(other(i, j));
        }
    }
    return resources;
}

function make(type: string, name: string, properties: Record<string, unknown>, from: Record<string, string[]> = {}): BenchResource {
    return { urn: urn(type, name), type, name, properties, propertyDependencies: from };
}

function host(i: number): BenchResource[] {
    const nsg = make("azure-native:network:NetworkSecurityGroup", `nsg-${i}`, {
        resourceGroupName: "rg",
        securityRules: Array.from({ length: 10 }, (_, k) => ({
            name: `rule-${k}`,
            priority: 200 + k,
            direction: "Inbound",
            access: "Allow",
            protocol: "Tcp",
            sourceAddressPrefix: k === 0 ? "203.0.113.0/24" : `10.${k}.0.0/16`,
            sourcePortRange: "*",
            destinationAddressPrefix: "*",
            destinationPortRange: k === 0 ? "3389" : String(8000 + k),
        })),
    });
    const vnet = make("azure-native:network:VirtualNetwork", `vnet-${i}`, { resourceGroupName: "rg", addressSpace: { addressPrefixes: ["10.0.0.0/16"] } });
    const subnet = make("azure-native:network:Subnet", `subnet-${i}`, { virtualNetworkName: `vnet-${i}`, addressPrefix: "10.0.1.0/24" }, { virtualNetworkName: [vnet.urn] });
    const ip = make("azure-native:network:PublicIPAddress", `ip-${i}`, { sku: { name: "Standard" }, publicIPAllocationMethod: "Static" });
    const nic = make(
        "azure-native:network:NetworkInterface",
        `nic-${i}`,
        { ipConfigurations: [{ name: "main", subnet: { id: unknown }, publicIPAddress: { id: unknown } }], networkSecurityGroup: { id: unknown } },
        { ipConfigurations: [subnet.urn, ip.urn], networkSecurityGroup: [nsg.urn] },
    );
    const vm = make(
        "azure-native:compute:VirtualMachine",
        `vm-${i}`,
        {
            networkProfile: { networkInterfaces: [{ id: unknown }] },
            storageProfile: { imageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2022-datacenter", version: "latest" } },
            tags: { "rdp-ready:clients": "203.0.113.0/24" },
        },
        { networkProfile: [nic.urn] },
    );
    return [nsg, vnet, subnet, ip, nic, vm];
}

function other(i: number, j: number): BenchResource {
    return make("azure-native:storage:StorageAccount", `storage-${i}-${j}`, {
        resourceGroupName: "rg",
        accountName: `storage${i}x${j}`,
        sku: { name: "Standard_LRS" },
        kind: "StorageV2",
        networkRuleSet: { defaultAction: "Deny", ipRules: [{ iPAddressOrRange: "203.0.113.0/24" }] },
        tags: { team: "platform", environment: "production" },
    });
}
