import { ref } from "../policies/fixture";
import { Entry, Spec, allow, az, deny, nic, nsg, publicIp, publicVm, server2022, subnet, vnet, winVm } from "./entry";

/** Azure servers by what they are for: directories, databases, web servers, desktops, and estates with Linux. */

const office = "203.0.113.0/24";
const behind = (guard: string): Spec[] => [vnet("net"), subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref(guard) } })];

const linuxVm = (name: string, nicName: string): Spec =>
    winVm(name, nicName, {
        osProfile: { computerName: name, adminUsername: "operator", linuxConfiguration: { disablePasswordAuthentication: true } },
        storageProfile: { imageReference: { publisher: "Canonical", offer: "0001-com-ubuntu-server-jammy", sku: "22_04-lts-gen2", version: "latest" } },
    });

const entries: readonly Entry[] = [
    {
        name: "lab-domain-controller",
        what: "A forest in a lab: static address, data disk, promotion by an inline command, RDP open to the world.",
        works: "yes",
        expect: { verdict: { dc: "ready" } },
        specs: [
            nsg("guard", [allow("rdp", 1000, "3389"), allow("dns", 1010, "53", "VirtualNetwork", { protocol: "*" }), allow("ldap", 1020, ["389", "636", "3268-3269"], "VirtualNetwork")]),
            vnet("net", "10.20.0.0/16", { dhcpOptions: { dnsServers: ["10.20.1.4"] } }),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            publicIp("address"),
            nic("card", { subnet: { id: ref("hosts") }, privateIPAllocationMethod: "Static", privateIPAddress: "10.20.1.4", publicIPAddress: { id: ref("address") } }),
            winVm("dc", "card"),
            az("compute:VirtualMachineExtension", "promote", {
                vmName: ref("dc", "name"),
                publisher: "Microsoft.Compute",
                type: "CustomScriptExtension",
                typeHandlerVersion: "1.10",
                settings: {
                    commandToExecute:
                        "powershell.exe -Command \"Install-WindowsFeature AD-Domain-Services -IncludeManagementTools; $p = ConvertTo-SecureString 'from-a-secret' -AsPlainText -Force; Install-ADDSForest -DomainName corp.example.com -SafeModeAdministratorPassword $p -Force\"",
                },
            }),
        ],
    },
    {
        name: "domain-controllers-with-long-port-lists",
        what: "Two private controllers; one rule lists all directory ports, another RDP from the admin network.",
        works: "yes",
        expect: { verdict: { "dc-0": "ready", "dc-1": "ready" } },
        specs: [
            nsg("guard", [
                allow("directory-tcp", 100, ["53", "88", "135", "139", "389", "445", "464", "636", "3268", "3269", "49152-65535"], "VirtualNetwork"),
                allow("directory-udp", 110, ["53", "88", "123", "389", "464"], "VirtualNetwork", { protocol: "Udp" }),
                allow("admins", 120, ["3389", "5985"], "10.50.4.0/24"),
                deny("rest", 4096, "*"),
            ]),
            ...behind("guard"),
            ...[0, 1].flatMap((i): Spec[] => [nic(`card-${i}`, { subnet: { id: ref("hosts") }, privateIPAllocationMethod: "Static", privateIPAddress: `10.20.1.${4 + i}` }), winVm(`dc-${i}`, `card-${i}`)]),
        ],
    },
    {
        name: "rules-for-one-of-two-servers",
        what: "The NSG names the private address of each server: RDP for one, SQL for the other.",
        works: "yes",
        expect: { verdict: { admin: "ready" , data: ["ready", "private"] } },
        specs: [
            nsg("guard", [allow("rdp-admin", 100, "3389", "10.50.0.0/16", { destinationAddressPrefix: "10.20.1.10" }), allow("sql-data", 110, "1433", "10.50.0.0/16", { destinationAddressPrefix: "10.20.1.11" })]),
            ...behind("guard"),
            nic("admin-card", { subnet: { id: ref("hosts") }, privateIPAllocationMethod: "Static", privateIPAddress: "10.20.1.10" }),
            nic("data-card", { subnet: { id: ref("hosts") }, privateIPAllocationMethod: "Static", privateIPAddress: "10.20.1.11" }),
            winVm("admin", "admin-card"),
            winVm("data", "data-card"),
        ],
    },
    {
        name: "sql-server",
        what: "A marketplace SQL image, SQL for the application tier, RDP for the office.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVm([allow("sql", 200, "1433", "10.20.2.0/24"), allow("rdp", 210, "3389", office)], {
                storageProfile: { imageReference: { publisher: "MicrosoftSQLServer", offer: "sql2022-ws2022", sku: "standard-gen2", version: "latest" } },
            }),
            az("sqlvirtualmachine:SqlVirtualMachine", "sql", { virtualMachineResourceId: ref("server"), sqlServerLicenseType: "PAYG" }),
        ],
    },
    {
        name: "web-server-without-rdp",
        what: "A public web server on 80 and 443; people deploy by WinRM.",
        works: "yes",
        intent: { server: "none" },
        expect: { verdict: { server: "private" }, silent: "all" },
        specs: publicVm([allow("web", 100, ["80", "443"]), allow("winrm", 110, "5986", office)]),
    },
    {
        name: "web-server-with-rdp-closed",
        what: "The same with an explicit deny for RDP from everywhere.",
        works: "yes",
        expect: { verdict: { server: "private" }, silent: "all" },
        specs: publicVm([allow("web", 100, ["80", "443"]), deny("no-rdp", 110, "3389")]),
    },
    {
        name: "linux-with-a-desktop",
        what: "Ubuntu with a desktop and 3389 open to the office: it is no Windows host.",
        works: "yes",
        expect: { verdict: {}, silent: "all" },
        specs: [...publicVm([allow("rdp", 100, "3389", office)]).filter((s) => s.name !== "server"), linuxVm("desktop", "card")],
    },
    {
        name: "linux-and-windows-in-one-subnet",
        what: "One NSG for SSH and RDP, a machine of each kind.",
        works: "yes",
        expect: { verdict: { windows: "ready" } },
        specs: [
            nsg("guard", [allow("ssh", 100, "22", office), allow("rdp", 110, "3389", office)]),
            ...behind("guard"),
            publicIp("address-0"),
            publicIp("address-1"),
            nic("card-0", { subnet: { id: ref("hosts") }, publicIPAddress: { id: ref("address-0") } }),
            nic("card-1", { subnet: { id: ref("hosts") }, publicIPAddress: { id: ref("address-1") } }),
            linuxVm("linux", "card-0"),
            winVm("windows", "card-1"),
        ],
    },
    {
        name: "three-machines-in-a-loop",
        what: "Three desktops, each with NIC and address, one NSG; auto-named.",
        works: "yes",
        expect: { verdict: { "desktop-0": "ready", "desktop-1": "ready", "desktop-2": "ready" } },
        specs: [
            vnet("net"),
            subnet("hosts", "net", "10.20.1.0/24"),
            nsg("guard", [allow("rdp", 110, "3389", office)]),
            ...[0, 1, 2].flatMap((i): Spec[] => [
                publicIp(`address-${i}`),
                nic(`card-${i}`, { subnet: { id: ref("hosts") }, publicIPAddress: { id: ref(`address-${i}`) } }, { networkSecurityGroup: { id: ref("guard") } }),
                winVm(`desktop-${i}`, `card-${i}`, { priority: "Spot", storageProfile: { imageReference: { publisher: "MicrosoftWindowsDesktop", offer: "windows-11", sku: "win11-23h2-pro", version: "latest" } } }),
            ]),
        ],
    },
    {
        name: "in-a-component",
        what: "VM, NIC and address are children of the author's own component; the network is not.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [{ type: "example:index:Workstation", name: "station", inputs: {} }, ...publicVm([allow("rdp", 110, "3389", office)]).map((s) => (["card", "address", "server"].includes(s.name) ? { ...s, parent: "station" } : s))],
    },
    {
        name: "virtual-desktop-session-hosts",
        what: "Session hosts that dial out to the service: nothing has to come in.",
        works: "yes",
        expect: { verdict: { host: "private" } },
        specs: [
            nsg("guard", []),
            ...behind("guard"),
            nic("card", { subnet: { id: ref("hosts") } }),
            winVm("host", "card", { storageProfile: { imageReference: { publisher: "MicrosoftWindowsDesktop", offer: "office-365", sku: "win11-23h2-avd-m365", version: "latest" } } }),
            az("desktopvirtualization:HostPool", "pool", { hostPoolType: "Pooled", loadBalancerType: "BreadthFirst", preferredAppGroupType: "Desktop" }),
            az("compute:VirtualMachineExtension", "agent", {
                vmName: ref("host", "name"),
                publisher: "Microsoft.Powershell",
                type: "DSC",
                typeHandlerVersion: "2.73",
                settings: { modulesUrl: "https://files.example.org/Configuration.zip", configurationFunction: "Configuration.ps1\\AddSessionHost" },
            }),
        ],
    },
    {
        name: "gallery-image",
        what: "An image of the company's gallery; only the disk says Windows.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([allow("rdp", 110, "3389", office)], {
            osProfile: undefined,
            storageProfile: {
                imageReference: { id: "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/images/providers/Microsoft.Compute/galleries/company/images/base/versions/latest" },
                osDisk: { osType: "Windows", createOption: "FromImage" },
            },
        }),
    },
    {
        name: "gallery-image-that-says-nothing",
        what: "The same without the disk's word: the RDP rule makes it a host.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([allow("rdp", 110, "3389", office)], {
            storageProfile: { imageReference: { id: "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/images/providers/Microsoft.Compute/galleries/company/images/base" } },
        }),
    },
    {
        name: "game-server-on-azure",
        what: "UDP for the players, RDP for the owner, a trusted-launch VM.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([allow("game", 100, "27015-27030", "*", { protocol: "Udp" }), allow("rdp", 110, 3389, "198.51.100.9/32")], { securityProfile: { securityType: "TrustedLaunch", uefiSettings: { secureBootEnabled: true, vTpmEnabled: true } } }),
    },
    {
        name: "nic-written-into-the-vm",
        what: "networkInterfaceConfigurations inside the VM: address, NSG and subnet are made with it.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            vnet("net"),
            subnet("hosts", "net", "10.20.1.0/24"),
            nsg("guard", [allow("rdp", 110, "3389", office)]),
            az("compute:VirtualMachine", "server", {
                hardwareProfile: { vmSize: "Standard_B2ms" },
                storageProfile: { imageReference: server2022 },
                networkProfile: {
                    networkApiVersion: "2022-11-01",
                    networkInterfaceConfigurations: [
                        {
                            name: "card",
                            primary: true,
                            networkSecurityGroup: { id: ref("guard") },
                            ipConfigurations: [{ name: "main", subnet: { id: ref("hosts") }, publicIPAddressConfiguration: { name: "address", sku: { name: "Standard" }, publicIPAllocationMethod: "Static" } }],
                        },
                    ],
                },
            }),
        ],
    },
    {
        name: "classic-provider",
        what: "The older azure provider, whose resources are not read: nothing may be called broken, or ready.",
        works: "yes",
        expect: { verdict: { server: "unknown" } },
        specs: [
            { type: "azure:network/virtualNetwork:VirtualNetwork", name: "net", inputs: { addressSpaces: ["10.20.0.0/16"] } },
            { type: "azure:network/subnet:Subnet", name: "hosts", inputs: { virtualNetworkName: ref("net", "name"), addressPrefixes: ["10.20.1.0/24"] }, },
            { type: "azure:network/networkInterface:NetworkInterface", name: "card", inputs: { ipConfigurations: [{ name: "main", subnetId: ref("hosts"), privateIpAddressAllocation: "Dynamic" }] } },
            { type: "azure:compute/windowsVirtualMachine:WindowsVirtualMachine", name: "server", inputs: { size: "Standard_B2ms", networkInterfaceIds: [ref("card")] } },
        ].map((s) => (s.name === "net" ? { ...s, outputs: { name: "net" } } : s)),
    },
    {
        name: "classic-network-under-a-native-vm",
        what: "A network of the older provider under a VM of the newer one: half of it cannot be read.",
        works: "cannot be told",
        expect: { verdict: { server: "unknown" } },
        specs: [
            { type: "azure:network/networkSecurityGroup:NetworkSecurityGroup", name: "guard", inputs: { securityRules: [{ name: "rdp", priority: 100, direction: "Inbound", access: "Allow", protocol: "Tcp", sourceAddressPrefix: "*", sourcePortRange: "*", destinationAddressPrefix: "*", destinationPortRange: "3389" }] } },
            vnet("net"),
            subnet("hosts", "net", "10.20.1.0/24"),
            publicIp("address"),
            nic("card", { subnet: { id: ref("hosts") }, publicIPAddress: { id: ref("address") } }, { networkSecurityGroup: { id: ref("guard") } }),
            winVm("server", "card"),
        ],
    },
];

export default entries;
