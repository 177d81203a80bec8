// Windows' own updates are off, and nothing else brings them: TLS and CredSSP fixes never come, and one day clients refuse the host.
import * as compute from "@pulumi/azure-native/compute";
import * as network from "@pulumi/azure-native/network";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const clients = config.requireObject<string[]>("clients");
const resourceGroupName = new ResourceGroup("rdp").name;

const nsg = new network.NetworkSecurityGroup("desk", {
    resourceGroupName,
    securityRules: [
        {
            name: "allow-rdp",
            priority: 300,
            direction: "Inbound",
            access: "Allow",
            protocol: "Tcp",
            sourceAddressPrefixes: clients,
            sourcePortRange: "*",
            destinationAddressPrefix: "*",
            destinationPortRange: "3389",
        },
    ],
});
const vnet = new network.VirtualNetwork("office", { resourceGroupName, addressSpace: { addressPrefixes: ["10.1.0.0/16"] } });
const subnet = new network.Subnet("desks", { resourceGroupName, virtualNetworkName: vnet.name, addressPrefix: "10.1.1.0/24", networkSecurityGroup: { id: nsg.id } });
const address = new network.PublicIPAddress("desk", { resourceGroupName, sku: { name: "Standard" }, publicIPAllocationMethod: "Static" });
const nic = new network.NetworkInterface("desk", {
    resourceGroupName,
    ipConfigurations: [{ name: "ipconfig", subnet: { id: subnet.id }, publicIPAddress: { id: address.id } }],
});
new compute.VirtualMachine("desk", {
    resourceGroupName,
    tags: { "rdp-ready:clients": clients.join(" "), "rdp-ready:path": "public-address" },
    hardwareProfile: { vmSize: "Standard_D2s_v5" },
    networkProfile: { networkInterfaces: [{ id: nic.id }] },
    osProfile: {
        computerName: "desk",
        adminUsername: config.require("adminUsername"),
        adminPassword: config.requireSecret("adminPassword"),
        windowsConfiguration: { enableAutomaticUpdates: false, patchSettings: { patchMode: "Manual" } },
    },
    storageProfile: {
        imageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2022-datacenter-azure-edition", version: "latest" },
        osDisk: { createOption: "FromImage", managedDisk: { storageAccountType: "StandardSSD_LRS" } },
    },
});
