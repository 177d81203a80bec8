// No components: the group filters a subnet that the virtual network lists inline, and a run command sets the guest up and keeps it so.
import * as compute from "@pulumi/azure-native/compute";
import * as network from "@pulumi/azure-native/network";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const clients = config.requireObject<string[]>("clients");
const resourceGroupName = new ResourceGroup("rdp").name;

const allow = { direction: "Inbound", access: "Allow", sourceAddressPrefixes: clients, sourcePortRange: "*", destinationAddressPrefix: "*", destinationPortRange: "3389" };
const nsg = new network.NetworkSecurityGroup("office", {
    resourceGroupName,
    securityRules: [
        { name: "rdp", priority: 100, protocol: "Tcp", ...allow },
        { name: "rdp-udp", priority: 110, protocol: "Udp", ...allow },
    ],
});
const vnet = new network.VirtualNetwork("office", {
    resourceGroupName,
    addressSpace: { addressPrefixes: ["10.1.0.0/16"] },
    subnets: [{ name: "desks", addressPrefix: "10.1.1.0/24", networkSecurityGroup: { id: nsg.id } }],
});
const address = new network.PublicIPAddress("desk", { resourceGroupName, sku: { name: "Standard" }, publicIPAllocationMethod: "Static" });
const nic = new network.NetworkInterface("desk", {
    resourceGroupName,
    ipConfigurations: [{ name: "ipconfig", subnet: { id: vnet.subnets.apply((s) => s![0]!.id!) }, publicIPAddress: { id: address.id } }],
});
const vm = new compute.VirtualMachine("desk", {
    resourceGroupName,
    tags: { "rdp-ready:clients": clients.join(" "), "rdp-ready:path": "public-address" },
    hardwareProfile: { vmSize: "Standard_D2s_v5" },
    networkProfile: { networkInterfaces: [{ id: nic.id }] },
    osProfile: {
        computerName: "desk",
        adminUsername: config.require("adminUsername"),
        adminPassword: config.requireSecret("adminPassword"),
        windowsConfiguration: { enableAutomaticUpdates: true, patchSettings: { patchMode: "AutomaticByOS" } },
    },
    storageProfile: {
        imageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2022-datacenter-azure-edition", version: "latest" },
        osDisk: { createOption: "FromImage", managedDisk: { storageAccountType: "StandardSSD_LRS" } },
    },
});
new compute.VirtualMachineRunCommandByVirtualMachine("rdp", {
    resourceGroupName,
    vmName: vm.name,
    treatFailureAsDeploymentFailure: true,
    source: {
        script: `Set-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server' fDenyTSConnections 0
Set-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' UserAuthentication 1
Enable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP, RemoteDesktop-UserMode-In-UDP
schtasks /create /f /tn keep-rdp-open /sc hourly /ru SYSTEM /tr "powershell -NoProfile -Command Enable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP"`,
    },
});
export const connect = pulumi.interpolate`mstsc /v:${address.ipAddress}`;
