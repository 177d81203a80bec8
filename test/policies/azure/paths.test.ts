import assert from "node:assert";
import { Spec, ref, whole } from "../fixture";
import { allow, client, deny, eachHost, expects, nic, nsg, pathOf, pip, publicVm, reach, subnet, vm, vnet, withNsg, withPip } from "./model";

const elsewhere = "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network";

function vnetWith(...subnets: Record<string, unknown>[]): Spec {
    return { ...vnet, inputs: { ...vnet.inputs, subnets } };
}

describe("azure: how a NIC, its subnet and its address are written", () => {
    it("inline subnet with an NSG", () =>
        expects([nsg("nsg", [deny()]), vnetWith({ name: "servers", addressPrefix: "10.0.1.0/24", ...withNsg }), pip(), nic({ ...withPip, subnet: { id: ref("vnet", "subnets[0].id") } }), vm()], "public-address", "closed", "NSG nsg"));
    it("inline subnet given as a whole object", () =>
        expects([nsg("nsg", [allow()]), vnetWith({ name: "servers", addressPrefix: "10.0.1.0/24", ...withNsg }), pip(), nic({ ...withPip, subnet: "${vnet.subnets[0]}" }), vm()], "public-address", "open"));
    it("whole Subnet resource given to the NIC", () => expects([vnet, nsg("nsg", [deny()]), subnet(withNsg), pip(), nic({ ...withPip, subnet: whole("subnet") }), vm()], "public-address", "closed", "NSG nsg"));
    it("subnets that Azure keeps for itself are no candidates", () =>
        expects(
            [nsg("nsg", [allow()]), vnetWith({ name: "GatewaySubnet", addressPrefix: "10.0.9.0/24" }, { name: "servers", addressPrefix: "10.0.1.0/24", ...withNsg }, { name: "AzureBastionSubnet", addressPrefix: "10.0.8.0/24" }), pip(), nic({ ...withPip, subnet: { id: ref("vnet", "subnets[1].id") } }), vm()],
            "public-address",
            "open",
        ));
    it("a component's children are linked like others", () => {
        const component: Spec = { type: "pkg:index:Network", name: "network", inputs: {} };
        expects([component, ...publicVm(allow()).map((s) => ({ ...s, parent: "network" }))], "public-address", "open");
    });
    it("ids in another case", () => {
        const id = `${elsewhere}/networkSecurityGroups/Web-NSG`;
        const specs: Spec[] = [vnet, subnet(), pip(), { ...nsg("nsg", [deny()]), outputs: { id: id.toLowerCase() } }, nic(withPip, { networkSecurityGroup: { id } }), vm()];
        eachHost(specs, (host, form) => assert.strictEqual(reach(host, "public-address").verdict, form === "state" ? "closed" : "open"));
    });
    it("ids that a program puts together as text, of resources with names of their own", () =>
        expects([vnet, subnet(), pip(), nsg("nsg", [deny()], { networkSecurityGroupName: "web-nsg" }), nic(withPip, { networkSecurityGroup: { id: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/web-nsg" } }), vm()].map((s) => (s.name === "nsg" ? { ...s, outputs: { id: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/web-nsg" } } : s)), "public-address", "closed"));

    it("a subnet of another stack is an assumption, and none of its rules a finding", () => {
        const specs = [pip(), nsg("nsg", [allow()]), nic({ ...withPip, subnet: { id: `${elsewhere}/virtualNetworks/hub/subnets/servers` } }, withNsg), vm()];
        eachHost(specs, (host) => {
            const path = reach(host, "public-address");
            assert.strictEqual(path.verdict, "open");
            assert.ok(path.assumptions.some((a) => a.includes("hub/servers")), path.assumptions.join("; "));
        });
        expects(specs, "public-address", "unknown", "hub/servers", { outside: "unknown" });
    });
    it("a subnet of another stack, but the NIC's own NSG denies", () =>
        expects([pip(), nsg("nsg", [deny()]), nic({ ...withPip, subnet: { id: `${elsewhere}/virtualNetworks/hub/subnets/servers` } }, withNsg), vm()], "public-address", "closed", "deny"));
    it("a subnet that is read tells which NSG it has, and that one is of another stack", () =>
        eachHost([{ ...vnet, external: true }, { ...subnet({ networkSecurityGroup: { id: `${elsewhere}/networkSecurityGroups/hub-nsg` } }), external: true }, pip(), nic(withPip), vm()], (host) =>
            assert.ok(reach(host, "public-address").assumptions.some((a) => a.includes("NSG hub-nsg of another stack"))),
        ));
    it("a NIC of another stack may have anything", () =>
        expects([vm({ networkProfile: { networkInterfaces: [{ id: `${elsewhere}/networkInterfaces/web-nic` }] } })], "public-address", "open", "", { property: undefined }));
    it("a public address of another stack is an address", () => expects([vnet, subnet(), nsg("nsg", [allow()]), nic({ publicIPAddress: { id: `${elsewhere}/publicIPAddresses/web` } }, withNsg), vm()], "public-address", "open"));

    it("NIC written inside the VM", () => {
        const inline = {
            name: "main",
            networkSecurityGroup: { id: ref("nsg") },
            ipConfigurations: [{ name: "main", subnet: { id: ref("subnet") }, publicIPAddressConfiguration: { name: "web-ip", sku: { name: "Standard" } } }],
        };
        expects([vnet, subnet(), nsg("nsg", [allow()]), vm({ networkProfile: { networkApiVersion: "2022-11-01", networkInterfaceConfigurations: [inline] } })], "public-address", "open");
        expects([vnet, subnet(), nsg("nsg", [deny()]), vm({ networkProfile: { networkInterfaceConfigurations: [inline] } })], "public-address", "closed", "deny");
    });
    it("scale set", () => {
        const set = (rules: Record<string, unknown>[]): Spec[] => [
            vnet,
            subnet(),
            nsg("nsg", rules),
            {
                type: "azure-native:compute:VirtualMachineScaleSet",
                name: "set",
                inputs: {
                    resourceGroupName: "rg",
                    tags: { "rdp-ready:clients": client },
                    virtualMachineProfile: {
                        osProfile: { computerNamePrefix: "web", windowsConfiguration: {} },
                        networkProfile: {
                            networkInterfaceConfigurations: [
                                { name: "main", primary: true, networkSecurityGroup: { id: ref("nsg") }, ipConfigurations: [{ name: "main", subnet: { id: ref("subnet") }, publicIPAddressConfiguration: { name: "ip" } }] },
                            ],
                        },
                    },
                },
            },
        ];
        expects(set([allow()]), "public-address", "open");
        expects(set([deny()]), "public-address", "closed", "deny");
    });
    it("two NICs at preview are two NICs", () => {
        const second: Spec = { ...nic(), name: "second" };
        const specs = [...publicVm(allow()), second].map((s) => (s.name === "web" ? vm({ networkProfile: { networkInterfaces: [{ id: ref("nic"), primary: true }, { id: ref("second") }] } }) : s));
        eachHost(specs, (host) => assert.deepStrictEqual(host.paths.map((p) => p.via).sort(), ["private-network", "private-network", "public-address"]));
    });
    it("no NIC at all", () => eachHost([vm({ networkProfile: {} })], (host) => assert.match(host.noPath?.text ?? "", /no NIC/)));
    it("a network profile that is not known", () => expects([vm({ networkProfile: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7" })], "public-address", "unknown"));

    it("IPv4 address and a client on IPv6", () => expects(publicVm(allow({ sourceAddressPrefix: "*" })), "public-address", "closed", "public IP address pip", { cidr: "2001:db8::/32" }));
    it("IPv6 address and a client on IPv6", () =>
        expects([vnet, subnet(), pip({ publicIPAddressVersion: "IPv6", sku: { name: "Standard" } }), nsg("nsg", [allow({ sourceAddressPrefix: "*" })]), nic(withPip, withNsg), vm()], "public-address", "open", "", { cidr: "2001:db8::/32" }));
    it("a NIC with an address of each family", () => {
        const six: Spec = { ...pip({ publicIPAddressVersion: "IPv6", sku: { name: "Standard" } }), name: "pip6" };
        const both: Spec = { ...nic({}, withNsg), inputs: { ...nic({}, withNsg).inputs, ipConfigurations: [{ name: "v4", primary: true, subnet: { id: ref("subnet") }, ...withPip }, { name: "v6", privateIPAddressVersion: "IPv6", subnet: { id: ref("subnet") }, publicIPAddress: { id: ref("pip6") } }] } };
        eachHost([vnet, subnet(), pip(), six, nsg("nsg", [allow()]), both, vm()], (host) => assert.deepStrictEqual(host.paths.map((p) => p.hops[0]!.name), ["public address pip", "public address pip6", "private network"]));
    });
    it("a client with a private address does not come by a public one", () => expects(publicVm(allow({ sourceAddressPrefix: "*" })), "public-address", "closed", "public IP address pip", { cidr: "10.1.0.0/16" }));

    it("a classic NIC is not modelled, and its type is named", () =>
        eachHost([{ type: "azure:network/networkInterface:NetworkInterface", name: "nic", inputs: {} }, vm()], (host) => {
            assert.deepStrictEqual(host.unmodelled.map((u) => u.type), ["azure:network/networkInterface:NetworkInterface"]);
            assert.strictEqual(reach(host, "public-address").verdict, "unknown");
        }));
});

describe("azure: private network", () => {
    const privateVm = (rules?: Record<string, unknown>[]): Spec[] => [vnet, subnet(), ...(rules === undefined ? [] : [nsg("nsg", rules)]), nic({}, rules === undefined ? {} : withNsg), vm()];
    const branch = { cidr: "192.168.5.0/24" };

    it("the default rule admits clients of the virtual network", () =>
        eachHost(privateVm([]), (host) => {
            const path = reach(host, "private-network", branch.cidr);
            assert.strictEqual(path.verdict, "open");
            assert.ok(path.assumptions.some((a) => a.includes("VPN, peering or ExpressRoute")));
        }));
    it("clients of the VNet itself", () => expects(privateVm([]), "private-network", "open", "", { cidr: "10.0.7.0/24" }));
    it("no NSG at all is open", () => expects(privateVm(), "private-network", "open", "", branch));
    it("a deny closes it", () => expects(privateVm([deny()]), "private-network", "closed", "deny", branch));
    it("a rule for the tag VirtualNetwork admits clients that come by VPN", () => expects(privateVm([allow({ sourceAddressPrefix: "VirtualNetwork" }), deny({ priority: 4000 })]), "private-network", "open", "", branch));
    it("a client on the Internet does not come this way", () => expects(privateVm([]), "private-network", "closed", "private address"));
    it("3389 from anywhere without a public address is a private path", () =>
        eachHost([vnet, subnet(), nsg("nsg", [allow({ sourceAddressPrefix: "*" })]), nic({}, withNsg), vm({ tags: {} })], (host) => {
            assert.strictEqual(host.intent.kind, "implied");
            assert.deepStrictEqual(host.paths.map((p) => p.via), ["private-network"]);
        }));
    it("with outside: unknown, how clients get into the network is not known", () => expects(privateVm([]), "private-network", "unknown", "VPN", { ...branch, outside: "unknown" }));
});

describe("azure: routes", () => {
    const table = (routes: Record<string, unknown>[]): Spec => ({ type: "azure-native:network:RouteTable", name: "routes", inputs: { resourceGroupName: "rg", routes } });
    const route = (change: Record<string, unknown>): Record<string, unknown> => ({ name: "default", addressPrefix: "0.0.0.0/0", nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.9.4", ...change });
    const routed = (routes: Record<string, unknown>[]): Spec[] => [vnet, table(routes), subnet({ routeTable: { id: ref("routes") } }), pip(), nsg("nsg", [allow()]), nic(withPip, withNsg), vm()];

    it("a default route to an appliance: answers leave another way", () => expects(routed([route({})]), "public-address", "closed", "0.0.0.0/0 goes to VirtualAppliance 10.0.9.4", { property: "routes[0]" }));
    it("forced tunnelling", () => expects(routed([route({ nextHopType: "VirtualNetworkGateway", nextHopIpAddress: undefined })]), "public-address", "closed", "VirtualNetworkGateway"));
    it("next hop None drops", () => expects(routed([route({ nextHopType: "None", nextHopIpAddress: undefined })]), "public-address", "closed", "None"));
    it("a longer prefix to the Internet for the client wins", () => expects(routed([route({}), route({ name: "client", addressPrefix: client, nextHopType: "Internet" })]), "public-address", "open"));
    it("a route for other addresses", () => expects(routed([route({ addressPrefix: "198.51.100.0/24" })]), "public-address", "open"));
    it("a default route to the Internet", () => expects(routed([route({ nextHopType: "Internet" })]), "public-address", "open"));
    it("an appliance does no harm to clients of the private network", () => expects([...routed([route({ addressPrefix: "192.168.0.0/16" })])].map((s) => (s.name === "nsg" ? nsg("nsg", []) : s)), "private-network", "open", "", { cidr: "192.168.5.0/24" }));
    it("next hop None for a branch drops its clients", () => expects(routed([route({ addressPrefix: "192.168.0.0/16", nextHopType: "None" })]).map((s) => (s.name === "nsg" ? nsg("nsg", []) : s)), "private-network", "closed", "None", { cidr: "192.168.5.0/24" }));
    it("standalone route", () =>
        expects([...routed([]), { type: "azure-native:network:Route", name: "default", inputs: { resourceGroupName: "rg", routeTableName: ref("routes", "name"), addressPrefix: "0.0.0.0/0", nextHopType: "VirtualAppliance" } }], "public-address", "closed", "VirtualAppliance"));
    it("next hop not known", () => expects(routed([route({ nextHopType: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" })]), "public-address", "unknown"));
    it("a route table of another stack is an assumption", () =>
        eachHost([vnet, subnet({ routeTable: { id: `${elsewhere}/routeTables/hub` } }), pip(), nsg("nsg", [allow()]), nic(withPip, withNsg), vm()], (host) =>
            assert.ok(reach(host, "public-address").assumptions.some((a) => a.includes("route table hub"))),
        ));
    it("a NAT gateway is for outbound connections and changes nothing", () =>
        expects([vnet, { type: "azure-native:network:NatGateway", name: "nat", inputs: {} }, subnet({ natGateway: { id: ref("nat") } }), pip(), nsg("nsg", [allow()]), nic(withPip, withNsg), vm()], "public-address", "open"));
    it("routes come after the address and before the filters", () =>
        eachHost(routed([route({})]), (host) => assert.deepStrictEqual(pathOf(host, "public-address").hops.map((h) => h.kind), ["address", "route", "filter", "guest-firewall", "listener"])));
});

describe("azure: peering", () => {
    const peer = (name: string, from: string, to: string): Spec => ({ type: "azure-native:network:VirtualNetworkPeering", name, inputs: { resourceGroupName: "rg", virtualNetworkName: ref(from, "name"), remoteVirtualNetwork: { id: ref(to) } } });
    const hub: Spec = { type: "azure-native:network:VirtualNetwork", name: "hub", inputs: { resourceGroupName: "rg", addressSpace: { addressPrefixes: ["100.65.0.0/16"] } } };
    const lists = (specs: Spec[]): void => expects([vnet, subnet(), hub, nsg("nsg", [allow({ sourceAddressPrefix: "VirtualNetwork" })]), pip(), nic(withPip, withNsg), vm(), ...specs], "private-network", "open", "", { cidr: "100.65.4.0/24" });

    it("the tag VirtualNetwork holds the prefixes of a peer", () => lists([peer("to-hub", "vnet", "hub"), peer("to-spoke", "hub", "vnet")]));
    it("prefixes that are public addresses are inside the VNet", () =>
        expects([{ ...vnet, inputs: { resourceGroupName: "rg", addressSpace: { addressPrefixes: ["203.0.113.0/24"] } } }, subnet({ addressPrefix: "203.0.113.0/26" }), nsg("nsg", []), nic({}, withNsg), vm()], "private-network", "open", "", { cidr: "203.0.113.64/26" }));
});
