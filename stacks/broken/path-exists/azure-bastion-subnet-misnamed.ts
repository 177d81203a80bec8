// Everything that Bastion needs, in a subnet that is not called AzureBastionSubnet.
import * as compute from "@pulumi/azure-native/compute";
import * as network from "@pulumi/azure-native/network";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const clients = config.requireObject<string[]>("clients");
const resourceGroupName = new ResourceGroup("rdp").name;

const vnet = new network.VirtualNetwork("office", { resourceGroupName, addressSpace: { addressPrefixes: ["10.1.0.0/16"] } });
const subnet = new network.Subnet("desks", { resourceGroupName, virtualNetworkName: vnet.name, addressPrefix: "10.1.1.0/24" });
const bastionSubnet = new network.Subnet("bastion", { resourceGroupName, virtualNetworkName: vnet.name, subnetName: "BastionSubnet", addressPrefix: "10.1.2.0/26" });
const address = new network.PublicIPAddress("bastion", { resourceGroupName, sku: { name: "Standard" }, publicIPAllocationMethod: "Static" });
new network.BastionHost("bastion", {
    resourceGroupName,
    sku: { name: "Standard" },
    enableTunneling: true,
    ipConfigurations: [{ name: "bastion", subnet: { id: bastionSubnet.id }, publicIPAddress: { id: address.id } }],
});
const nic = new network.NetworkInterface("desk", { resourceGroupName, ipConfigurations: [{ name: "ipconfig", subnet: { id: subnet.id } }] });
new compute.VirtualMachine("desk", {
    resourceGroupName,
    tags: { "rdp-ready:clients": clients.join(" "), "rdp-ready:path": "bastion" },
    hardwareProfile: { vmSize: "Standard_D2s_v5" },
    networkProfile: { networkInterfaces: [{ id: nic.id }] },
    osProfile: { computerName: "desk", adminUsername: config.require("adminUsername"), adminPassword: config.requireSecret("adminPassword") },
    storageProfile: {
        imageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2022-datacenter-azure-edition", version: "latest" },
        osDisk: { createOption: "FromImage", managedDisk: { storageAccountType: "StandardSSD_LRS" } },
    },
});
