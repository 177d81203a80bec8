import { ref } from "../policies/fixture";
import { Entry, Spec, allow, az, deny, nic, nsg, publicIp, publicVm, subnet, vnet, winVm } from "./entry";

/** Azure VMs without a public address: Bastion, VPN, jump boxes, networks of other teams. */

const otherSubnet = "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/platform/providers/Microsoft.Network/virtualNetworks/corp/subnets/servers";

function privateVm(nicMore: Record<string, unknown> = {}, subnetMore: Record<string, unknown> = {}): Spec[] {
    return [vnet("net"), subnet("hosts", "net", "10.20.1.0/24", subnetMore), nic("card", { subnet: { id: ref("hosts") } }, nicMore), winVm("server", "card")];
}

const bastion = (): Spec[] => [
    subnet("bastion-subnet", "net", "10.20.200.0/26", { subnetName: "AzureBastionSubnet" }),
    publicIp("bastion-address"),
    az("network:BastionHost", "bastion", {
        sku: { name: "Basic" },
        ipConfigurations: [{ name: "main", subnet: { id: ref("bastion-subnet") }, publicIPAddress: { id: ref("bastion-address") } }],
    }),
];

const entries: readonly Entry[] = [
    {
        name: "jump-box-and-private-servers",
        what: "A jump box with a public address; the servers behind it accept RDP from its subnet only.",
        works: "yes",
        expect: { verdict: { jump: "ready", app: "ready" } },
        specs: [
            vnet("net"),
            nsg("jump-guard", [allow("rdp", 100, "3389", "198.51.100.0/28")]),
            nsg("app-guard", [allow("rdp-from-jump", 100, "3389", "10.20.0.0/27"), allow("https", 110, "443", "VirtualNetwork"), deny("rest", 4000, "*")]),
            subnet("jump-subnet", "net", "10.20.0.0/27", { networkSecurityGroup: { id: ref("jump-guard") } }),
            subnet("app-subnet", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("app-guard") } }),
            publicIp("jump-address"),
            nic("jump-card", { subnet: { id: ref("jump-subnet") }, publicIPAddress: { id: ref("jump-address") } }),
            nic("app-card", { subnet: { id: ref("app-subnet") } }),
            winVm("jump", "jump-card"),
            winVm("app", "app-card"),
        ],
    },
    {
        name: "source-is-another-subnets-prefix",
        what: "The rule takes its source from the other subnet's own property.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            vnet("net"),
            subnet("admin-subnet", "net", "10.20.7.0/28"),
            nsg("guard", [allow("rdp", 100, "3389", ref("admin-subnet", "addressPrefix"))]),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            nic("card", { subnet: { id: ref("hosts") } }),
            winVm("server", "card"),
        ],
    },
    {
        name: "bastion-only-no-nsg",
        what: "Bastion, and a VM without public address or NSG. Nothing names RDP.",
        works: "yes",
        expect: { verdict: { server: ["private", "ready"] } },
        specs: [...privateVm(), ...bastion()],
    },
    {
        name: "bastion-with-a-strict-nsg",
        what: "The subnet admits RDP from the Bastion subnet and denies the rest of the VNet.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            nsg("guard", [allow("bastion", 100, ["3389", "22"], "10.20.200.0/26"), deny("vnet", 4000, "*", "VirtualNetwork")]),
            ...privateVm({}, { networkSecurityGroup: { id: ref("guard") } }),
            ...bastion(),
        ],
    },
    {
        name: "bastion-and-a-leftover-home-address",
        what: "RDP from somebody's home is still in the NSG; everyone uses Bastion, which the default rule admits.",
        works: "yes",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: [nsg("guard", [allow("home", 300, "3389", "203.0.113.77")]), ...privateVm({ networkSecurityGroup: { id: ref("guard") } }), ...bastion()],
    },
    {
        name: "bastion-nsg-complete",
        what: "Bastion's own subnet has the full set of rules that it needs.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            nsg("bastion-guard", [
                allow("https", 120, "443", "Internet"),
                allow("manager", 130, "443", "GatewayManager"),
                allow("probe", 140, "443", "AzureLoadBalancer"),
                allow("data", 150, ["8080", "5701"], "VirtualNetwork", { protocol: "*", destinationAddressPrefix: "VirtualNetwork" }),
                allow("to-hosts", 100, ["22", "3389"], "*", { direction: "Outbound", destinationAddressPrefix: "VirtualNetwork", protocol: "*" }),
                allow("to-cloud", 110, "443", "*", { direction: "Outbound", destinationAddressPrefix: "AzureCloud" }),
                allow("data-out", 120, ["8080", "5701"], "VirtualNetwork", { direction: "Outbound", destinationAddressPrefix: "VirtualNetwork", protocol: "*" }),
                allow("session", 130, "80", "*", { direction: "Outbound", destinationAddressPrefix: "Internet", protocol: "*" }),
            ]),
            nsg("guard", [allow("rdp", 100, "3389", "10.20.200.0/26")]),
            ...privateVm({ networkSecurityGroup: { id: ref("guard") } }),
            ...bastion().map((s) => (s.name === "bastion-subnet" ? { ...s, inputs: { ...s.inputs, networkSecurityGroup: { id: ref("bastion-guard") } } } : s)),
        ],
    },
    {
        name: "copied-star-rule-on-a-private-vm",
        what: "`3389 from *` copied from a public VM; this one is reached over the VPN of the network team.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [nsg("guard", [allow("default-allow-rdp", 1000, "3389")]), ...privateVm({ networkSecurityGroup: { id: ref("guard") } })],
    },
    {
        name: "point-to-site-vpn",
        what: "A VPN gateway in the stack; RDP from its client pool.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            nsg("guard", [allow("vpn-clients", 100, "3389", "172.16.201.0/24")]),
            ...privateVm({ networkSecurityGroup: { id: ref("guard") } }),
            subnet("gateway-subnet", "net", "10.20.255.0/27", { subnetName: "GatewaySubnet" }),
            publicIp("gateway-address"),
            az("network:VirtualNetworkGateway", "vpn", {
                gatewayType: "Vpn",
                vpnType: "RouteBased",
                sku: { name: "VpnGw1", tier: "VpnGw1" },
                ipConfigurations: [{ name: "main", subnet: { id: ref("gateway-subnet") }, publicIPAddress: { id: ref("gateway-address") } }],
                vpnClientConfiguration: { vpnClientAddressPool: { addressPrefixes: ["172.16.201.0/24"] } },
            }),
        ],
    },
    {
        name: "existing-subnet-by-id",
        what: "The platform team's subnet by its id; the stack has an NSG on the NIC, for the corporate range.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [nsg("guard", [allow("corp", 200, "3389", ["10.0.0.0/8", "172.16.0.0/12"])]), nic("card", { subnet: { id: otherSubnet } }, { networkSecurityGroup: { id: ref("guard") } }), winVm("server", "card")],
    },
    {
        name: "public-address-in-a-looked-up-subnet",
        what: "getSubnet gives the id; the NSG of that subnet is the other team's, so that nothing here is closed.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [publicIp("address"), nic("card", { subnet: { id: otherSubnet }, publicIPAddress: { id: ref("address") } }), winVm("server", "card")],
    },
    {
        name: "subnet-of-a-stack-reference",
        what: "The subnet's id is an output of the network stack.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            { type: "pulumi:pulumi:StackReference", name: "network-stack", inputs: { name: "example/network/prod" }, outputs: { outputs: { subnetId: otherSubnet } } },
            nsg("guard", [allow("rdp", 200, "3389", "10.0.0.0/8")]),
            az("network:NetworkInterface", "card", { ipConfigurations: [{ name: "main", subnet: { id: otherSubnet } }], networkSecurityGroup: { id: ref("guard") } }, { from: { ipConfigurations: ["network-stack"] } }),
            winVm("server", "card"),
        ],
    },
    {
        name: "subnet-read-with-get",
        what: "VNet and subnet are read with .get(); the NSG is this stack's.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            { ...vnet("net"), external: true },
            { ...subnet("hosts", "net", "10.20.1.0/24"), external: true },
            publicIp("address"),
            nsg("guard", [allow("rdp", 200, "3389", "203.0.113.8")]),
            nic("card", { subnet: { id: ref("hosts") }, publicIPAddress: { id: ref("address") } }, { networkSecurityGroup: { id: ref("guard") } }),
            winVm("server", "card"),
        ],
    },
    {
        name: "hub-and-spoke",
        what: "The jump box stands in the hub, the server in a peered spoke that admits the hub's range.",
        works: "yes",
        expect: { verdict: { jump: "ready", server: "ready" } },
        specs: [
            vnet("hub", "10.10.0.0/16"),
            vnet("net"),
            ...["hub", "net"].map((from): Spec => {
                const to = from === "hub" ? "net" : "hub";
                return az("network:VirtualNetworkPeering", `${from}-to-${to}`, {
                    virtualNetworkName: ref(from, "name"),
                    remoteVirtualNetwork: { id: ref(to) },
                    allowVirtualNetworkAccess: true,
                    allowForwardedTraffic: true,
                });
            }),
            nsg("jump-guard", [allow("rdp", 100, "3389", "198.51.100.200/32")]),
            nsg("guard", [allow("rdp", 100, "3389", "10.10.0.0/16"), deny("rest", 4096, "*")]),
            subnet("jump-subnet", "hub", "10.10.1.0/24"),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            publicIp("address"),
            nic("jump-card", { subnet: { id: ref("jump-subnet") }, publicIPAddress: { id: ref("address") } }, { networkSecurityGroup: { id: ref("jump-guard") } }),
            nic("card", { subnet: { id: ref("hosts") } }),
            winVm("jump", "jump-card"),
            winVm("server", "card"),
        ],
    },
    {
        name: "only-a-deny-names-rdp",
        what: "RDP from the Internet is denied explicitly; nothing allows it, and nobody means it to be allowed.",
        works: "yes",
        intent: { server: "none" },
        expect: { verdict: { server: "private" }, silent: "all" },
        specs: [nsg("guard", [deny("no-rdp", 100, "3389", "Internet"), allow("https", 200, "443")]), ...privateVm({ networkSecurityGroup: { id: ref("guard") } })],
    },
    {
        name: "forced-tunnel-to-the-data-centre",
        what: "Everything leaves by the gateway; administrators come over ExpressRoute.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            az("network:RouteTable", "forced", { disableBgpRoutePropagation: true, routes: [{ name: "all", addressPrefix: "0.0.0.0/0", nextHopType: "VirtualNetworkGateway" }] }),
            nsg("guard", [allow("admins", 100, "3389", "10.50.0.0/16")]),
            ...privateVm({ networkSecurityGroup: { id: ref("guard") } }, { routeTable: { id: ref("forced") } }),
        ],
    },
    {
        name: "azure-firewall-in-front",
        what: "Azure Firewall translates an address to the VM; the NSG admits the firewall's subnet, which is what arrives.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            az("network:RouteTable", "via-firewall", { routes: [{ name: "all", addressPrefix: "0.0.0.0/0", nextHopType: "VirtualAppliance", nextHopIpAddress: "10.20.250.4" }] }),
            nsg("guard", [allow("from-firewall", 100, "3389", "10.20.250.0/26")]),
            ...privateVm({ networkSecurityGroup: { id: ref("guard") } }, { routeTable: { id: ref("via-firewall") } }),
            subnet("firewall-subnet", "net", "10.20.250.0/26", { subnetName: "AzureFirewallSubnet" }),
            publicIp("firewall-address"),
            az("network:AzureFirewall", "firewall", {
                sku: { name: "AZFW_VNet", tier: "Standard" },
                ipConfigurations: [{ name: "main", subnet: { id: ref("firewall-subnet") }, publicIPAddress: { id: ref("firewall-address") } }],
                natRuleCollections: [
                    {
                        name: "in",
                        priority: 100,
                        action: { type: "Dnat" },
                        rules: [{ name: "rdp", protocols: ["TCP"], sourceAddresses: ["203.0.113.0/24"], destinationAddresses: [ref("firewall-address", "ipAddress")], destinationPorts: ["50001"], translatedAddress: "10.20.1.4", translatedPort: "3389" }],
                    },
                ],
            }),
        ],
    },
    {
        name: "just-in-time-access",
        what: "Just-in-time access opens RDP on request: closed until then is what is meant.",
        works: "cannot be told",
        expect: { verdict: { server: ["blocked", "unknown", "private", "ready"] } },
        specs: [
            ...publicVm([]),
            az("security:JitNetworkAccessPolicy", "jit", {
                kind: "Basic",
                virtualMachines: [{ id: ref("server"), ports: [{ number: 3389, protocol: "*", allowedSourceAddressPrefix: "*", maxRequestAccessDuration: "PT3H" }] }],
            }),
        ],
    },
    {
        name: "nat-gateway-for-going-out",
        what: "Private server, NAT gateway for updates, no word about RDP.",
        works: "yes",
        intent: { server: "none" },
        expect: { verdict: { server: "private" }, silent: "all" },
        specs: [
            publicIp("out-address"),
            az("network:NatGateway", "out", { sku: { name: "Standard" }, publicIpAddresses: [{ id: ref("out-address") }] }),
            ...privateVm({}, { natGateway: { id: ref("out") } }),
        ],
    },
    {
        name: "vnet-tag-as-source",
        what: "RDP from VirtualNetwork, which covers peers and the data centre as well.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [nsg("guard", [allow("rdp", 100, "3389", "VirtualNetwork", { destinationAddressPrefix: "VirtualNetwork" }), deny("rest", 4096, "*")]), ...privateVm({}, { networkSecurityGroup: { id: ref("guard") } })],
    },
    {
        name: "empty-nsg-on-a-private-subnet",
        what: "The subnet's NSG has no rules: the defaults admit the VNet, and the NIC's NSG names the admin range inside it.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            nsg("subnet-guard", []),
            nsg("card-guard", [allow("rdp", 100, "3389", "10.20.0.0/16")]),
            ...privateVm({ networkSecurityGroup: { id: ref("card-guard") } }, { networkSecurityGroup: { id: ref("subnet-guard") } }),
        ],
    },
    {
        name: "vnet-denied-before-the-admins",
        what: "Segmentation denies RDP inside the VNet first; the admins' range is part of it.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] },
        specs: [nsg("guard", [deny("segmentation", 150, "3389", "VirtualNetwork"), allow("admins", 200, "3389", "10.20.30.0/24")]), ...privateVm({ networkSecurityGroup: { id: ref("guard") } })],
    },
];

export default entries;
