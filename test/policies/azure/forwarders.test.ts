import assert from "node:assert";
import { Spec, ref } from "../fixture";
import { allow, client, deny, eachHost, expects, nic, nsg, pathOf, pip, reach, subnet, vm, vnet, withNsg } from "./model";

type Props = Record<string, unknown>;

const lbId = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/lb";
const own = (list: string, name: string): Props => ({ id: `${lbId}/${list}/${name}` });

function balancer(extra: Props = {}): Spec {
    return {
        type: "azure-native:network:LoadBalancer",
        name: "lb",
        inputs: {
            resourceGroupName: "rg",
            loadBalancerName: "lb",
            sku: { name: "Standard" },
            frontendIPConfigurations: [{ name: "fe", publicIPAddress: { id: ref("pip") } }],
            ...extra,
        },
    };
}

const natRule = (change: Props = {}): Props => ({ name: "rdp", protocol: "Tcp", frontendPort: 50001, backendPort: 3389, frontendIPConfiguration: own("frontendIPConfigurations", "fe"), ...change });
const lbRule = (change: Props = {}): Props => ({
    name: "rdp",
    protocol: "Tcp",
    frontendPort: 3389,
    backendPort: 3389,
    frontendIPConfiguration: own("frontendIPConfigurations", "fe"),
    backendAddressPool: own("backendAddressPools", "pool"),
    ...change,
});
const behindNat = { loadBalancerInboundNatRules: [{ id: ref("lb", "inboundNatRules[0].id") }] };
const behindPool = { loadBalancerBackendAddressPools: [{ id: ref("lb", "backendAddressPools[0].id") }] };

function natted(rules: Props[] = [natRule()], nsgRules: Props[] = [allow()], attach: Props = behindNat): Spec[] {
    return [vnet, subnet(), pip(), nsg("nsg", nsgRules), balancer({ inboundNatRules: rules }), nic(attach, withNsg), vm()];
}

function balanced(rule: Props = {}, extra: Props = {}, nsgRules: Props[] = [allow()]): Spec[] {
    return [vnet, subnet(), pip(), nsg("nsg", nsgRules), balancer({ backendAddressPools: [{ name: "pool" }], loadBalancingRules: [lbRule(rule)], ...extra }), nic(behindPool, withNsg), vm()];
}

describe("azure: inbound NAT rules", () => {
    it("attached to the NIC: the NSG sees the client and the back-end port", () => {
        expects(natted(), "nat-rule", "open");
        eachHost(natted(), (host) => {
            const path = pathOf(host, "nat-rule");
            assert.deepStrictEqual(path.port, { state: "known", value: 50001 });
            assert.deepStrictEqual(path.hops.map((h) => h.kind), ["address", "forwarder", "filter", "guest-firewall", "listener"]);
        });
    });
    it("NSG opens the frontend port instead of the back-end port", () => expects(natted([natRule()], [allow({ destinationPortRange: "50001" })]), "nat-rule", "closed", "DenyAllInBound"));
    it("on a balancer of another stack: its frontend is an assumption, the group at the host is not", () => {
        const rule: Spec = {
            type: "azure-native:network:InboundNatRule",
            name: "rdp",
            inputs: { resourceGroupName: "hub", loadBalancerName: "lb", protocol: "Tcp", frontendPort: 50001, backendPort: 3389, frontendIPConfiguration: own("frontendIPConfigurations", "fe") },
        };
        const attach = { loadBalancerInboundNatRules: [{ id: ref("rdp") }] };
        const stack = (rules: Props[]): Spec[] => [vnet, subnet(), rule, nsg("nsg", rules), nic(attach, withNsg), vm()];
        expects(stack([allow()]), "nat-rule", "open");
        eachHost(stack([allow()]), (host) => assert.ok(pathOf(host, "nat-rule").hops.some((h) => h.gate.type === "fixed" && h.gate.verdict === "assumed" && h.name === "frontend fe")));
        expects(stack([]), "nat-rule", "closed", "DenyAllInBound");
        expects([vnet, subnet(), rule, nic(attach), vm()], "nat-rule", "unknown", "has no network security group");
    });
    it("a gateway load balancer in front: of another stack it is assumed to pass RDP on, of this one nobody can tell", () => {
        const theirs = { id: "/subscriptions/s/resourceGroups/hub/providers/Microsoft.Network/loadBalancers/inspect/frontendIPConfigurations/in" };
        const chained = (gateway: Props): Spec[] => natted().map((s) => (s.name === "lb" ? { ...s, inputs: { ...s.inputs, frontendIPConfigurations: [{ name: "fe", publicIPAddress: { id: ref("pip") }, gatewayLoadBalancer: gateway }] } } : s));
        eachHost(chained(theirs), (host) => {
            const { verdict, assumptions } = reach(host, "nat-rule");
            assert.deepStrictEqual([verdict, assumptions], ["open", ["the appliances behind gateway load balancer inspect let Remote Desktop through"]]);
        });
        const inspect: Spec = { type: "azure-native:network:LoadBalancer", name: "inspect", inputs: { resourceGroupName: "rg", sku: { name: "Gateway" }, frontendIPConfigurations: [{ name: "in" }] } };
        expects([inspect, ...chained({ id: ref("inspect", "frontendIPConfigurations[0].id") })], "nat-rule", "unknown", "appliances behind gateway load balancer inspect");
        const direct = [vnet, subnet(), pip(), nsg("nsg", [allow()]), nic({ publicIPAddress: { id: ref("pip") }, gatewayLoadBalancer: theirs }, withNsg), vm()];
        eachHost(direct, (host) => assert.deepStrictEqual(reach(host, "public-address").assumptions.length, 1));
    });
    it("another client", () => expects(natted(), "nat-rule", "closed", "DenyAllInBound", { cidr: "198.51.100.0/24" }));
    it("not attached to the NIC", () => expects(natted([natRule()], [allow()], {}), "nat-rule", "closed", "no NIC has taken it up", { property: "inboundNatRules[0]" }));
    it("rule as a resource of its own", () =>
        expects(
            [vnet, subnet(), pip(), nsg("nsg", [allow()]), balancer(), { type: "azure-native:network:InboundNatRule", name: "nat", inputs: { resourceGroupName: "rg", loadBalancerName: ref("lb", "name"), ...natRule({ name: undefined }) } }, nic({ loadBalancerInboundNatRules: [{ id: ref("nat") }] }, withNsg), vm()],
            "nat-rule",
            "open",
        ));
    it("wrong back-end port", () => expects(natted([natRule({ frontendPort: 3389, backendPort: 3390 })], [allow({ destinationPortRange: "3390" })]), "nat-rule", "closed", "web listens on 3389", { property: "inboundNatRules[0]" }));
    it("a rule for another port is no path for RDP", () => eachHost(natted([natRule({ name: "web", frontendPort: 443, backendPort: 443 })]), (host) => assert.deepStrictEqual(host.paths.map((p) => p.via), ["private-network"])));
    it("UDP only", () => expects(natted([natRule({ protocol: "Udp" })]), "nat-rule", "closed", "UDP only"));
    it("UDP beside TCP is one path", () => eachHost(natted([natRule(), natRule({ name: "udp", protocol: "Udp" })], [allow()], { loadBalancerInboundNatRules: [{ id: ref("lb", "inboundNatRules[0].id") }, { id: ref("lb", "inboundNatRules[1].id") }] }), (host) => assert.strictEqual(pathOf(host, "nat-rule").via, "nat-rule")));
    it("one of two rules at preview: both lead to RDP", () => expects(natted([natRule(), natRule({ name: "other", frontendPort: 50002 })]), "nat-rule", "open"));
    it("no NSG: Standard is closed", () => expects([vnet, subnet(), pip(), balancer({ inboundNatRules: [natRule()] }), nic(behindNat), vm()], "nat-rule", "closed", "admits nobody until an NSG"));
    it("a range for a pool gives each host a port", () =>
        expects(
            [vnet, subnet(), pip(), nsg("nsg", [allow()]), balancer({ backendAddressPools: [{ name: "pool" }], inboundNatRules: [natRule({ frontendPort: undefined, frontendPortRangeStart: 50000, frontendPortRangeEnd: 50100, backendAddressPool: own("backendAddressPools", "pool") })] }), nic(behindPool, withNsg), vm()],
            "nat-rule",
            "open",
        ));
    it("NAT pool of a scale set", () =>
        expects(
            [
                vnet,
                subnet(),
                pip(),
                nsg("nsg", [allow()]),
                balancer({ inboundNatPools: [{ name: "pool", protocol: "Tcp", frontendPortRangeStart: 50000, frontendPortRangeEnd: 50100, backendPort: 3389, frontendIPConfiguration: own("frontendIPConfigurations", "fe") }] }),
                {
                    type: "azure-native:compute:VirtualMachineScaleSet",
                    name: "set",
                    inputs: {
                        tags: { "rdp-ready:clients": client },
                        virtualMachineProfile: {
                            osProfile: { windowsConfiguration: {} },
                            networkProfile: { networkInterfaceConfigurations: [{ name: "main", networkSecurityGroup: { id: ref("nsg") }, ipConfigurations: [{ name: "main", subnet: { id: ref("subnet") }, loadBalancerInboundNatPools: [{ id: ref("lb", "inboundNatPools[0].id") }] }] }] },
                        },
                    },
                },
            ],
            "nat-rule",
            "open",
        ));
    it("a NAT rule of another stack is an assumption", () =>
        expects([vnet, subnet(), nsg("nsg", [allow()]), nic({ loadBalancerInboundNatRules: [{ id: `${lbId}x/inboundNatRules/rdp` }] }, withNsg), vm()], "nat-rule", "open"));
});

describe("azure: load-balancing rules", () => {
    it("pool by NIC", () => expects(balanced(), "load-balancer", "open"));
    it("pool by NIC, NSG denies", () => expects(balanced({}, {}, [deny()]), "load-balancer", "closed", "deny"));
    it("pool by address", () =>
        expects(
            [vnet, subnet(), pip(), nsg("nsg", [allow()]), balancer({ backendAddressPools: [{ name: "pool", loadBalancerBackendAddresses: [{ name: "web", ipAddress: "10.0.1.4", virtualNetwork: { id: ref("vnet") } }] }], loadBalancingRules: [lbRule()] }), nic({ privateIPAddress: "10.0.1.4", privateIPAllocationMethod: "Static" }, withNsg), vm()],
            "load-balancer",
            "open",
        ));
    it("pool as a resource of its own", () =>
        expects(
            [vnet, subnet(), pip(), nsg("nsg", [allow()]), balancer({ loadBalancingRules: [lbRule()] }), { type: "azure-native:network:LoadBalancerBackendAddressPool", name: "pool", inputs: { resourceGroupName: "rg", loadBalancerName: ref("lb", "name"), backendAddressPoolName: "pool" } }, nic({ loadBalancerBackendAddressPools: [{ id: ref("pool") }] }, withNsg), vm()],
            "load-balancer",
            "open",
        ));
    it("a rule for another pool is no path", () =>
        eachHost(balanced({ backendAddressPool: own("backendAddressPools", "other") }, { backendAddressPools: [{ name: "pool" }, { name: "other" }] }), (host, form) =>
            assert.ok(form === "preview" || host.paths.every((p) => p.via === "private-network"), host.paths.map((p) => p.via).join()),
        ));
    it("HTTP probe on the RDP port never succeeds", () =>
        expects(balanced({ probe: own("probes", "alive") }, { probes: [{ name: "alive", protocol: "Http", port: 3389, requestPath: "/" }] }), "load-balancer", "closed", "web page", { property: "probes[0]" }));
    it("TCP probe on the RDP port", () => expects(balanced({ probe: own("probes", "alive") }, { probes: [{ name: "alive", protocol: "Tcp", port: 3389 }] }), "load-balancer", "open"));
    it("probe on another port says nothing about RDP", () => expects(balanced({ probe: own("probes", "alive") }, { probes: [{ name: "alive", protocol: "Tcp", port: 80 }] }), "load-balancer", "unknown", "another port"));
    it("an NSG that refuses the probe", () =>
        expects(balanced({ probe: own("probes", "alive") }, { probes: [{ name: "alive", protocol: "Tcp", port: 3389 }] }, [allow(), deny({ priority: 4000 })]), "load-balancer", "closed", "168.63.129.16"));
    it("an internal frontend serves the private network", () => {
        const specs = balanced({}, { frontendIPConfigurations: [{ name: "fe", subnet: { id: ref("subnet") } }] }, []);
        expects(specs, "load-balancer", "open", "", { cidr: "192.168.5.0/24" });
        expects(specs, "load-balancer", "closed", "private address");
    });
    it("ports for high availability carry RDP too", () =>
        expects(balanced({ protocol: "All", frontendPort: 0, backendPort: 0 }, { frontendIPConfigurations: [{ name: "fe", subnet: { id: ref("subnet") } }] }, []), "load-balancer", "open", "", { cidr: "192.168.5.0/24" }));
    it("a pool of another stack may serve any port", () =>
        expects([vnet, subnet(), nsg("nsg", [allow()]), nic({ loadBalancerBackendAddressPools: [{ id: `${lbId}x/backendAddressPools/web` }] }, withNsg), vm()], "load-balancer", "unknown", "another stack decides"));
    it("answers to an appliance instead of the Internet", () =>
        expects(
            [...balanced().filter((s) => s.name !== "subnet"), { type: "azure-native:network:RouteTable", name: "routes", inputs: { routes: [{ name: "default", addressPrefix: "0.0.0.0/0", nextHopType: "VirtualAppliance" }] } }, subnet({ routeTable: { id: ref("routes") } })],
            "load-balancer",
            "closed",
            "VirtualAppliance",
        ));
});

describe("azure: Azure Firewall", () => {
    const firewallSubnet: Spec = { type: "azure-native:network:Subnet", name: "fw-subnet", inputs: { resourceGroupName: "rg", virtualNetworkName: ref("vnet", "name"), subnetName: "AzureFirewallSubnet", addressPrefix: "10.0.8.0/26" } };
    const dnat = (change: Props = {}): Props => ({ name: "rdp", ruleType: "NatRule", ipProtocols: ["TCP"], sourceAddresses: [client], destinationAddresses: ["20.1.1.1"], destinationPorts: ["53389"], translatedAddress: "10.0.1.4", translatedPort: "3389", ...change });
    const stack = (rule: Props, nsgRules: Props[]): Spec[] => [
        vnet,
        subnet(),
        firewallSubnet,
        pip(),
        nsg("nsg", nsgRules),
        { type: "azure-native:network:FirewallPolicy", name: "policy", inputs: { resourceGroupName: "rg" } },
        {
            type: "azure-native:network:FirewallPolicyRuleCollectionGroup",
            name: "group",
            inputs: { resourceGroupName: "rg", firewallPolicyName: ref("policy", "name"), ruleCollections: [{ name: "dnat", ruleCollectionType: "FirewallPolicyNatRuleCollection", action: { type: "DNAT" }, rules: [rule] }] },
        },
        { type: "azure-native:network:AzureFirewall", name: "fw", inputs: { resourceGroupName: "rg", firewallPolicy: { id: ref("policy") }, ipConfigurations: [{ name: "main", subnet: { id: ref("fw-subnet") }, publicIPAddress: { id: ref("pip") } }] } },
        nic({ privateIPAddress: "10.0.1.4", privateIPAllocationMethod: "Static" }, withNsg),
        vm(),
    ];
    it("DNAT rule: the NSG sees the firewall's subnet", () => expects(stack(dnat(), [allow({ sourceAddressPrefix: "10.0.8.0/26" }), deny({ priority: 4000 })]), "nat-rule", "open"));
    it("an NSG for the client refuses the firewall", () => expects(stack(dnat(), [allow(), deny({ priority: 4000 })]), "nat-rule", "closed", "deny"));
    it("the rule admits another source", () => expects(stack(dnat({ sourceAddresses: ["198.51.100.0/24"] }), []), "nat-rule", "closed", "no other source"));
    it("the rule leads to another host", () => eachHost(stack(dnat({ translatedAddress: "10.0.1.9" }), []), (host) => assert.ok(host.paths.every((p) => p.via !== "nat-rule"))));
    it("the address comes from the NIC", () => {
        const specs = stack(dnat({ translatedAddress: ref("nic", "ipConfigurations[0].privateIPAddress") }), []).map((s) => (s.name === "nic" ? nic({}, withNsg) : s));
        expects(specs.map((s) => (s.name === "nic" ? { ...s, outputs: { ipConfigurations: [{ name: "main", privateIPAddress: "10.0.1.7" }] } } : s)), "nat-rule", "open");
    });
});

describe("azure: application gateway", () => {
    const gateway = (extra: Props): Spec => ({
        type: "azure-native:network:ApplicationGateway",
        name: "gateway",
        inputs: { resourceGroupName: "rg", frontendIPConfigurations: [{ name: "fe", publicIPAddress: { id: ref("pip") } }], frontendPorts: [{ name: "p", port: 3389 }], backendAddressPools: [{ name: "pool" }], ...extra },
    });
    const specs = (extra: Props): Spec[] => [vnet, subnet(), pip(), nsg("nsg", []), gateway(extra), nic({ applicationGatewayBackendAddressPools: [{ id: ref("gateway", "backendAddressPools[0].id") }] }, withNsg), vm()];

    it("HTTP settings for the RDP port cannot carry RDP, and look like 0x904", () => {
        expects(specs({ backendHttpSettingsCollection: [{ name: "rdp", port: 3389, protocol: "Http" }] }), "load-balancer", "closed", "cannot carry RDP");
    });
    it("a gateway for web pages is no path", () => eachHost(specs({ backendHttpSettingsCollection: [{ name: "web", port: 80, protocol: "Http" }] }), (host) => assert.deepStrictEqual(host.paths.map((p) => p.via), ["private-network"])));
    it("the TCP proxy terminates the connection", () =>
        eachHost(specs({ backendSettingsCollection: [{ name: "rdp", port: 3389, protocol: "Tcp" }] }), (host) => {
            const forward = pathOf(host, "load-balancer").hops.find((h) => h.gate.type === "forward")?.gate;
            assert.ok(forward?.type === "forward" && forward.terminates);
        }));
});
