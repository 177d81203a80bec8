import { ref } from "../policies/fixture";
import { Entry, Spec, allow, aws, az, deny, egressAll, group, ingress, instance, nic, nsg, publicIp, publicVm, publicVpc, rdpFrom, subnet, vnet, winVm } from "./entry";

/** One stack for each classic trap, with declared clients; judged here in both forms and on the real engine. */

const office = "203.0.113.0/24";
const declared = { tags: { "rdp-ready:clients": office } };
const byWay = (via: string): { tags: Record<string, string> } => ({ tags: { ...declared.tags, "rdp-ready:path": via } });

const filterBlocks = { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] } as const;
const noPath = { verdict: { server: "blocked" }, mandatory: ["path-exists"] } as const;

function trap(name: string, what: string, expect: Entry["expect"], specs: readonly Spec[]): Entry {
    const ready = Object.values(expect.verdict).every((v) => v === "ready");
    const works = ready ? "yes" : expect.mandatory === undefined ? "cannot be told" : "no";
    return { name: `trap-${name}`, what, works, expect, specs };
}

/** A public VM with an NSG on the NIC and one on the subnet. */
function twoNsgs(nicRules: Parameters<typeof nsg>[1], subnetRules: Parameters<typeof nsg>[1]): Spec[] {
    return [
        vnet("net"),
        nsg("outer", subnetRules),
        nsg("inner", nicRules),
        subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("outer") } }),
        publicIp("address"),
        nic("card", { subnet: { id: ref("hosts") }, publicIPAddress: { id: ref("address") } }, { networkSecurityGroup: { id: ref("inner") } }),
        winVm("server", "card", declared),
    ];
}

/** A public VM without any NSG on its way. */
function bareVm(): Spec[] {
    return [
        vnet("net"),
        subnet("hosts", "net", "10.20.1.0/24"),
        publicIp("address"),
        nic("card", { subnet: { id: ref("hosts") }, publicIPAddress: { id: ref("address") } }),
        winVm("server", "card", declared),
    ];
}

function natBalancer(attached: boolean): Spec[] {
    const parts = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/front";
    return [
        vnet("net"),
        nsg("guard", [allow("rdp", 100, "3389", office)]),
        subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
        publicIp("lb-address"),
        az("network:LoadBalancer", "balancer", {
            loadBalancerName: "front",
            sku: { name: "Standard" },
            frontendIPConfigurations: [{ name: "public", publicIPAddress: { id: ref("lb-address") } }],
            inboundNatRules: [{ name: "rdp", protocol: "Tcp", frontendPort: 50000, backendPort: 3389, frontendIPConfiguration: { id: `${parts}/frontendIPConfigurations/public` } }],
        }),
        nic("card", { subnet: { id: ref("hosts") }, ...(attached ? { loadBalancerInboundNatRules: [{ id: ref("balancer", "inboundNatRules[0].id") }] } : {}) }),
        winVm("server", "card", byWay("nat-rule")),
    ];
}

/** A load-balancing rule for 3389 with a probe. */
function rdpBalanced(protocol: string): Spec[] {
    const parts = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/front";
    const part = (list: string, name: string): { id: string } => ({ id: `${parts}/${list}/${name}` });
    return [
        vnet("net"),
        nsg("guard", [allow("rdp", 100, "3389", office)]),
        subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
        publicIp("lb-address"),
        az("network:LoadBalancer", "balancer", {
            loadBalancerName: "front",
            sku: { name: "Standard" },
            frontendIPConfigurations: [{ name: "public", publicIPAddress: { id: ref("lb-address") } }],
            backendAddressPools: [{ name: "servers" }],
            probes: [{ name: "alive", protocol, port: 3389, ...(protocol === "Http" ? { requestPath: "/" } : {}) }],
            loadBalancingRules: [
                {
                    name: "rdp",
                    protocol: "Tcp",
                    frontendPort: 3389,
                    backendPort: 3389,
                    frontendIPConfiguration: part("frontendIPConfigurations", "public"),
                    backendAddressPool: part("backendAddressPools", "servers"),
                    probe: part("probes", "alive"),
                },
            ],
        }),
        nic("card", { subnet: { id: ref("hosts") }, loadBalancerBackendAddressPools: [{ id: ref("balancer", "backendAddressPools[0].id") }] }),
        winVm("server", "card", byWay("load-balancer")),
    ];
}

function publicInstance(rules: Parameters<typeof group>[1], more: Record<string, unknown> = {}): Spec[] {
    return [...publicVpc("vpc", { mapPublicIpOnLaunch: true }), group("access", rules), instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")], ...declared, ...more })];
}

function withAcl(inbound: readonly Record<string, unknown>[], outbound: readonly Record<string, unknown>[]): Spec[] {
    const numbered = (rules: readonly Record<string, unknown>[]): Record<string, unknown>[] => rules.map((r) => ({ protocol: "tcp", action: "allow", cidrBlock: "0.0.0.0/0", ...r }));
    return [...publicInstance([rdpFrom(office)]), aws("ec2/NetworkAcl", "acl", { vpcId: ref("vpc"), subnetIds: [ref("public")], ingress: numbered(inbound), egress: numbered(outbound) })];
}

function behindBalancer(listener: Record<string, unknown>, targetPort: number, attached = true): Spec[] {
    return [
        ...publicVpc("vpc"),
        group("access", [rdpFrom(office), ingress(3389, 3389, { cidrBlocks: ["10.60.0.0/16"] })]),
        instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")], ...byWay("load-balancer") }),
        aws("lb/LoadBalancer", "balancer", { loadBalancerType: "network", internal: false, subnets: [ref("public")] }),
        aws("lb/TargetGroup", "targets", { port: targetPort, protocol: "TCP", targetType: "instance", vpcId: ref("vpc") }),
        aws("lb/Listener", "listener", { loadBalancerArn: ref("balancer", "arn"), port: 3389, protocol: "TCP", defaultActions: [{ type: "forward", targetGroupArn: ref("targets", "arn") }], ...listener }),
        ...(attached ? [aws("lb/TargetGroupAttachment", "attachment", { targetGroupArn: ref("targets", "arn"), targetId: ref("server") })] : []),
    ];
}

const rdpRule = allow("rdp", 300, "3389", office);

const entries: readonly Entry[] = [
    trap("shadowed-allow", "A deny with a lower number stands in front of the allow.", filterBlocks, publicVm([deny("all", 200, "*"), rdpRule], declared)),
    trap("deny-behind-the-allow", "The same deny behind it: harmless.", { verdict: { server: "ready" } }, publicVm([rdpRule, deny("all", 400, "*")], declared)),
    trap("allow-loses-to-a-deny-of-the-internet", "The office is part of the Internet, which a lower number denies.", filterBlocks, publicVm([deny("internet", 290, "3389", "Internet"), rdpRule], declared)),
    trap("nic-allows-subnet-denies", "Both NSGs must admit.", filterBlocks, twoNsgs([rdpRule], [allow("web", 100, "443")])),
    trap("both-nsgs-allow", "Both do.", { verdict: { server: "ready" } }, twoNsgs([rdpRule], [allow("rdp", 100, "3000-4000", "Internet")])),
    trap("nsg-attached-to-nothing", "The NSG is right and nothing uses it: a Standard address then admits nobody.", noPath, [nsg("guard", [rdpRule]), ...bareVm()]),
    trap("standard-address-without-nsg", "Standard addresses are closed until an NSG allows.", noPath, bareVm()),
    trap("asg-not-joined", "The rule is for an application security group that the NIC is not in.", filterBlocks, [
        az("network:ApplicationSecurityGroup", "desks", {}),
        ...publicVm([allow("rdp", 300, "3389", office, { destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [{ id: ref("desks") }] })], declared),
    ]),
    trap("tag-instead-of-address", "The tag VirtualNetwork is not the office.", filterBlocks, publicVm([allow("rdp", 300, "3389", "VirtualNetwork")], declared)),
    trap("port-range-that-includes-3389", "A range admits it.", { verdict: { server: "ready" } }, publicVm([allow("rdp", 300, "3000-4000", office)], declared)),
    trap("list-of-ports", "A list admits it.", { verdict: { server: "ready" } }, publicVm([allow("management", 300, ["22", "3389"], office)], declared)),
    trap("source-port", "The client's port is not 3389.", { verdict: { server: "blocked" }, mandatory: ["source-port-any", "filter-admits-client"] }, publicVm([allow("rdp", 300, "3389", office, { sourcePortRange: "3389" })], declared)),
    trap("standalone-rule-on-another-nsg", "The rule is added to the NSG of somebody else.", filterBlocks, [
        ...publicVm([], declared),
        nsg("other", undefined),
        az("network:SecurityRule", "rdp", { ...allow("rdp", 300, "3389", office), name: undefined, securityRuleName: "rdp", networkSecurityGroupName: ref("other", "name") }),
    ]),
    trap("nat-rule-not-attached", "The NIC never heard of the NAT rule.", noPath, natBalancer(false)),
    trap("nat-rule-attached", "It did.", { verdict: { server: "ready" } }, natBalancer(true)),
    trap("http-probe", "A probe that asks for a web page never finds a host of Remote Desktop alive.", noPath, rdpBalanced("Http")),
    trap("tcp-probe", "One that opens the port does.", { verdict: { server: "ready" } }, rdpBalanced("Tcp")),
    trap("application-gateway", "It ends the connection and speaks HTTP.", noPath, [
        vnet("net"),
        nsg("guard", [allow("rdp", 100, "3389", "*")]),
        subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
        publicIp("front-address"),
        az("network:ApplicationGateway", "gateway", {
            applicationGatewayName: "gateway",
            sku: { name: "Standard_v2", tier: "Standard_v2", capacity: 1 },
            frontendIPConfigurations: [{ name: "public", publicIPAddress: { id: ref("front-address") } }],
            frontendPorts: [{ name: "rdp", port: 3389 }],
            backendAddressPools: [{ name: "servers" }],
            backendHttpSettingsCollection: [{ name: "rdp", port: 3389, protocol: "Http" }],
        }),
        nic("card", { subnet: { id: ref("hosts") }, applicationGatewayBackendAddressPools: [{ id: ref("gateway", "backendAddressPools[0].id") }] }),
        winVm("server", "card", byWay("load-balancer")),
    ]),
    trap("comma-list-in-one-text", "Azure refuses it: what it admits cannot be told.", { verdict: { server: "unknown" } }, publicVm([allow("rdp", 300, "22,3389", office)], declared)),
    trap("bastion-subnet-misnamed", "Azure accepts AzureBastionSubnet only.", noPath, [
        vnet("net"),
        subnet("hosts", "net", "10.20.1.0/24"),
        subnet("bastion-subnet", "net", "10.20.200.0/26", { subnetName: "BastionSubnet" }),
        publicIp("bastion-address"),
        az("network:BastionHost", "bastion", { sku: { name: "Standard" }, ipConfigurations: [{ name: "main", subnet: { id: ref("bastion-subnet") }, publicIPAddress: { id: ref("bastion-address") } }] }),
        nic("card", { subnet: { id: ref("hosts") } }),
        winVm("server", "card", byWay("bastion")),
    ]),
    trap("group-reference-over-a-public-path", "A group as source means private addresses only.", filterBlocks, [
        ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
        group("people", []),
        group("access", [ingress(3389, 3389, { securityGroups: [ref("people")] })]),
        instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")], ...declared }),
    ]),
    trap("acl-without-return-ports", "Replies leave on the client's port, which the ACL does not let out.", filterBlocks, withAcl([{ ruleNo: 100, fromPort: 3389, toPort: 3389 }], [{ ruleNo: 100, fromPort: 443, toPort: 443 }])),
    trap("acl-with-return-ports", "They may.", { verdict: { server: "ready" } }, withAcl([{ ruleNo: 100, fromPort: 3389, toPort: 3389 }], [{ ruleNo: 100, fromPort: 1024, toPort: 65535 }])),
    trap("acl-order", "The deny has the lower number.", filterBlocks, withAcl([{ ruleNo: 90, action: "deny", cidrBlock: office, fromPort: 3389, toPort: 3389 }, { ruleNo: 100, fromPort: 3389, toPort: 3389 }], [{ ruleNo: 100, fromPort: 1024, toPort: 65535 }])),
    trap("main-route-table-without-gateway", "No association: the VPC's main table counts, which knows the VPC only.", noPath, [
        aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16" }),
        aws("ec2/InternetGateway", "gateway", { vpcId: ref("vpc") }),
        aws("ec2/Subnet", "public", { vpcId: ref("vpc"), cidrBlock: "10.60.1.0/24", mapPublicIpOnLaunch: true }),
        aws("ec2/RouteTable", "routes", { vpcId: ref("vpc"), routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: ref("gateway") }] }),
        group("access", [rdpFrom(office)], { egress: egressAll }),
        instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")], ...declared }),
    ]),
    trap("tls-listener", "A TLS listener waits for TLS first, and RDP begins without.", noPath, behindBalancer({ protocol: "TLS", certificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/0" }, 3389)),
    trap("wrong-target-port", "The target group sends to 3390.", noPath, behindBalancer({}, 3390)),
    trap("empty-target-group", "Nobody attached the instance.", noPath, behindBalancer({}, 3389, false)),
    trap("dynamic-address-behind-a-name", "The record takes the address that goes when the instance stops: it works until then.", { verdict: { server: "ready" } }, [
        ...publicInstance([rdpFrom(office)], { associatePublicIpAddress: true }),
        aws("route53/Zone", "zone", { name: "example.com" }),
        aws("route53/Record", "desk", { zoneId: ref("zone"), name: "desk.example.com", type: "A", ttl: 300, records: [ref("server", "publicIp")] }),
    ]),
    trap("tcp-listener", "Plain TCP to the right port.", { verdict: { server: "ready" } }, behindBalancer({}, 3389)),
];

export default entries;
