import { ref } from "../policies/fixture";
import { Entry, Spec, allow, az, nic, nsg, publicIp, publicVm, server2022, subnet, vnet, winVm } from "./entry";

/** Azure load balancers with NAT rules, and scale sets. */

const office = "203.0.113.0/24";
const lbId = "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/balancer-lb";
/** Parts of a balancer name one another by ids that people put together themselves. */
const own = (list: string, name: string): { id: string } => ({ id: `${lbId}/${list}/${name}` });
const lbPart = (list: string, index: number): { id: string } => ({ id: ref("balancer", `${list}[${index}].id`) });

function natRule(name: string, frontendPort: number, more: Record<string, unknown> = {}): Record<string, unknown> {
    return { name, protocol: "Tcp", frontendPort, backendPort: 3389, enableFloatingIP: false, idleTimeoutInMinutes: 15, frontendIPConfiguration: own("frontendIPConfigurations", "public"), ...more };
}

function balancer(parts: Record<string, unknown>): Spec {
    return az("network:LoadBalancer", "balancer", {
        loadBalancerName: "balancer-lb",
        sku: { name: "Standard" },
        frontendIPConfigurations: [{ name: "public", publicIPAddress: { id: ref("lb-address") } }],
        backendAddressPools: [{ name: "servers" }],
        ...parts,
    });
}

function natBehind(rules: readonly Record<string, unknown>[]): Spec[] {
    return [
        vnet("net"),
        nsg("guard", rules),
        subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
        publicIp("lb-address"),
        balancer({ inboundNatRules: [natRule("rdp-0", 50000)] }),
    ];
}

function scaleSet(configuration: Record<string, unknown>, more: Record<string, unknown> = {}, profile: Record<string, unknown> = {}): Spec {
    return az("compute:VirtualMachineScaleSet", "fleet", {
        sku: { name: "Standard_D2s_v5", capacity: 3 },
        virtualMachineProfile: {
            osProfile: { computerNamePrefix: "fleet", adminUsername: "operator", adminPassword: "[secret]" },
            storageProfile: { imageReference: server2022 },
            networkProfile: {
                networkInterfaceConfigurations: [{ name: "card", primary: true, ipConfigurations: [{ name: "main", subnet: { id: ref("hosts") }, ...configuration }], ...more }],
            },
            ...profile,
        },
    });
}

const entries: readonly Entry[] = [
    {
        name: "inline-nat-rule-on-the-nic",
        what: "A NAT rule inside the load balancer, taken by the NIC; the NSG admits the office on 3389.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...natBehind([allow("rdp", 100, "3389", office)]),
            nic("card", { subnet: { id: ref("hosts") }, loadBalancerInboundNatRules: [lbPart("inboundNatRules", 0)], loadBalancerBackendAddressPools: [lbPart("backendAddressPools", 0)] }),
            winVm("server", "card"),
        ],
    },
    {
        name: "standalone-nat-rule-for-each-server",
        what: "Two servers, a NAT rule resource for each on its own front-end port.",
        works: "yes",
        expect: { verdict: { "server-0": "ready", "server-1": "ready" } },
        specs: [
            vnet("net"),
            nsg("guard", [allow("rdp", 100, "3389", office)]),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            publicIp("lb-address"),
            balancer({}),
            ...[0, 1].flatMap((i): Spec[] => [
                az("network:InboundNatRule", `rdp-${i}`, {
                    loadBalancerName: ref("balancer", "name"),
                    inboundNatRuleName: `rdp-${i}`,
                    protocol: "Tcp",
                    frontendPort: 50001 + i,
                    backendPort: 3389,
                    frontendIPConfiguration: lbPart("frontendIPConfigurations", 0),
                }),
                nic(`card-${i}`, { subnet: { id: ref("hosts") }, loadBalancerInboundNatRules: [{ id: ref(`rdp-${i}`) }] }),
                winVm(`server-${i}`, `card-${i}`),
            ]),
        ],
    },
    {
        name: "nat-rule-that-no-nic-takes",
        what: "The NAT rule exists, and the NIC was never told of it; the NSG names the office, which has no other way.",
        works: "no",
        expect: { verdict: { server: ["blocked", "unknown"] } },
        specs: [...natBehind([allow("rdp", 100, "3389", office)]), nic("card", { subnet: { id: ref("hosts") } }), winVm("server", "card")],
    },
    {
        name: "nsg-opens-the-front-end-port",
        what: "The NSG admits 50000, which is the balancer's port; what arrives is 3389.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] },
        specs: [
            ...natBehind([allow("rdp", 100, "50000", office)]),
            nic("card", { subnet: { id: ref("hosts") }, loadBalancerInboundNatRules: [lbPart("inboundNatRules", 0)] }),
            winVm("server", "card"),
        ],
    },
    {
        name: "web-servers-behind-a-balancer",
        what: "IIS behind a balancer on 80 and 443. No RDP is meant.",
        works: "yes",
        intent: { server: "none" },
        expect: { verdict: { server: "private" }, silent: "all" },
        specs: [
            vnet("net"),
            nsg("guard", [allow("web", 100, ["80", "443"], "Internet")]),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            publicIp("lb-address"),
            balancer({
                probes: [{ name: "http", protocol: "Http", port: 80, requestPath: "/" }],
                loadBalancingRules: [{ name: "http", protocol: "Tcp", frontendPort: 80, backendPort: 80, frontendIPConfiguration: own("frontendIPConfigurations", "public") }],
            }),
            nic("card", { subnet: { id: ref("hosts") }, loadBalancerBackendAddressPools: [lbPart("backendAddressPools", 0)] }),
            winVm("server", "card"),
        ],
    },
    {
        name: "balancer-for-going-out",
        what: "A balancer with an outbound rule only, and a private server with RDP from the VPN range.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            vnet("net"),
            nsg("guard", [allow("rdp", 100, "3389", "10.99.0.0/16")]),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            publicIp("lb-address"),
            balancer({ outboundRules: [{ name: "out", protocol: "All", allocatedOutboundPorts: 1024, frontendIPConfigurations: [own("frontendIPConfigurations", "public")], backendAddressPool: own("backendAddressPools", "servers") }] }),
            nic("card", { subnet: { id: ref("hosts") }, loadBalancerBackendAddressPools: [lbPart("backendAddressPools", 0)] }),
            winVm("server", "card"),
        ],
    },
    {
        name: "session-hosts-behind-one-port",
        what: "Two session hosts behind one load-balancing rule for 3389, with a TCP probe of that port.",
        works: "yes",
        expect: { verdict: { "host-0": "ready", "host-1": "ready" } },
        specs: [
            vnet("net"),
            nsg("guard", [allow("rdp", 100, "3389", office), allow("probe", 110, "3389", "AzureLoadBalancer")]),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            publicIp("lb-address"),
            balancer({
                probes: [{ name: "rdp", protocol: "Tcp", port: 3389, intervalInSeconds: 15, numberOfProbes: 2 }],
                loadBalancingRules: [
                    {
                        name: "rdp",
                        protocol: "Tcp",
                        frontendPort: 3389,
                        backendPort: 3389,
                        loadDistribution: "SourceIP",
                        idleTimeoutInMinutes: 30,
                        enableTcpReset: true,
                        frontendIPConfiguration: own("frontendIPConfigurations", "public"),
                        backendAddressPool: own("backendAddressPools", "servers"),
                        probe: own("probes", "rdp"),
                    },
                ],
            }),
            ...[0, 1].flatMap((i): Spec[] => [
                nic(`card-${i}`, { subnet: { id: ref("hosts") }, loadBalancerBackendAddressPools: [lbPart("backendAddressPools", 0)] }),
                winVm(`host-${i}`, `card-${i}`),
            ]),
        ],
    },
    {
        name: "scale-set-with-a-nat-pool",
        what: "A scale set behind a NAT pool, ports 50000 and on.",
        works: "yes",
        expect: { verdict: { fleet: "ready" } },
        specs: [
            vnet("net"),
            nsg("guard", [allow("rdp", 100, "3389", office), allow("http", 110, "80")]),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            publicIp("lb-address"),
            balancer({
                inboundNatPools: [{ name: "rdp", protocol: "Tcp", frontendPortRangeStart: 50000, frontendPortRangeEnd: 50119, backendPort: 3389, frontendIPConfiguration: own("frontendIPConfigurations", "public") }],
            }),
            scaleSet({ loadBalancerBackendAddressPools: [lbPart("backendAddressPools", 0)], loadBalancerInboundNatPools: [lbPart("inboundNatPools", 0)] }),
        ],
    },
    {
        name: "scale-set-with-an-address-each",
        what: "Every instance has an address of its own; the NSG is written in the NIC's configuration.",
        works: "yes",
        expect: { verdict: { fleet: "ready" } },
        specs: [
            vnet("net"),
            nsg("guard", [allow("rdp", 100, "3389", office)]),
            subnet("hosts", "net", "10.20.1.0/24"),
            scaleSet({ publicIPAddressConfiguration: { name: "address", idleTimeoutInMinutes: 15, sku: { name: "Standard" } } }, { networkSecurityGroup: { id: ref("guard") } }),
        ],
    },
    {
        name: "scale-set-behind-an-application-gateway",
        what: "IIS behind an application gateway; the NSG holds what the gateway needs.",
        works: "yes",
        intent: { fleet: "none" },
        expect: { verdict: { fleet: "private" } },
        specs: [
            vnet("net"),
            nsg("guard", [allow("web", 100, "80", "10.20.5.0/24"), allow("manager", 110, "65200-65535", "GatewayManager")]),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            subnet("gateway-subnet", "net", "10.20.5.0/24"),
            publicIp("gateway-address"),
            az("network:ApplicationGateway", "gateway", {
                sku: { name: "Standard_v2", tier: "Standard_v2", capacity: 2 },
                gatewayIPConfigurations: [{ name: "main", subnet: { id: ref("gateway-subnet") } }],
                frontendIPConfigurations: [{ name: "public", publicIPAddress: { id: ref("gateway-address") } }],
                frontendPorts: [{ name: "http", port: 80 }],
                backendAddressPools: [{ name: "fleet" }],
                backendHttpSettingsCollection: [{ name: "http", port: 80, protocol: "Http" }],
            }),
            scaleSet(
                { applicationGatewayBackendAddressPools: [{ id: ref("gateway", "backendAddressPools[0].id") }] },
                {},
                {
                    extensionProfile: {
                        extensions: [
                            {
                                name: "iis",
                                publisher: "Microsoft.Compute",
                                type: "CustomScriptExtension",
                                typeHandlerVersion: "1.10",
                                settings: { commandToExecute: "powershell Install-WindowsFeature -Name Web-Server -IncludeManagementTools" },
                            },
                        ],
                    },
                },
            ),
        ],
    },
    {
        name: "own-address-beside-the-balancer",
        what: "A web server in a pool that also has an address of its own for administration.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVm([allow("http", 100, "80"), allow("rdp", 110, "3389", office)]).filter((s) => s.name !== "card"),
            publicIp("lb-address"),
            balancer({ loadBalancingRules: [{ name: "http", protocol: "Tcp", frontendPort: 80, backendPort: 80, frontendIPConfiguration: own("frontendIPConfigurations", "public") }] }),
            nic(
                "card",
                { subnet: { id: ref("hosts") }, publicIPAddress: { id: ref("address") }, loadBalancerBackendAddressPools: [lbPart("backendAddressPools", 0)] },
                { networkSecurityGroup: { id: ref("guard") } },
            ),
        ],
    },
];

export default entries;
