// The extension brings each renewed certificate to the host, and the listener keeps the first one: nothing binds it again.
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
const vm = new compute.VirtualMachine("desk", {
    resourceGroupName,
    tags: { "rdp-ready:clients": clients.join(" "), "rdp-ready:path": "public-address" },
    hardwareProfile: { vmSize: "Standard_D2s_v5" },
    identity: { type: "SystemAssigned" },
    networkProfile: { networkInterfaces: [{ id: nic.id }] },
    osProfile: { computerName: "desk", adminUsername: config.require("adminUsername"), adminPassword: config.requireSecret("adminPassword") },
    storageProfile: {
        imageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2022-datacenter-azure-edition", version: "latest" },
        osDisk: { createOption: "FromImage", managedDisk: { storageAccountType: "StandardSSD_LRS" } },
    },
});
new compute.VirtualMachineExtension("certificates", {
    resourceGroupName,
    vmName: vm.name,
    publisher: "Microsoft.Azure.KeyVault",
    type: "KeyVaultForWindows",
    typeHandlerVersion: "4.0",
    autoUpgradeMinorVersion: true,
    settings: {
        secretsManagementSettings: {
            observedCertificates: [
                {
                    url: "https://contoso-certificates.vault.azure.net/secrets/desk",
                    certificateStoreName: "MY",
                    certificateStoreLocation: "LocalMachine",
                    accounts: ["Network Service"],
                },
            ],
        },
    },
});
new compute.VirtualMachineRunCommandByVirtualMachine("bind", {
    resourceGroupName,
    vmName: vm.name,
    treatFailureAsDeploymentFailure: true,
    source: {
        script: `$newest = Get-ChildItem Cert:\\LocalMachine\\My | Where-Object { $_.DnsNameList.Unicode -contains 'desk.example.com' } | Sort-Object NotAfter | Select-Object -Last 1
$listener = Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting -Filter "TerminalName='RDP-tcp'"
Set-CimInstance -InputObject $listener -Property @{ SSLCertificateSHA1Hash = $newest.Thumbprint }`,
    },
});
