import { ref } from "../policies/fixture";
import { Entry, Spec, allow, aws, az, group, ingress, instance, instanceWithUserData, nic, nsg, publicIp, publicVm, publicVpc, rdpFrom, subnet, vnet, winVm } from "./entry";

/** Stacks that look broken at first sight and work: where a false alarm is most likely. */

const office = "203.0.113.0/24";
const lbId = "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/farm-lb";
const runCommand = (...lines: string[]): Spec => az("compute:VirtualMachineRunCommandByVirtualMachine", "settings", { vmName: ref("server", "name"), source: { script: lines.join("\n") } });
const withScript = (...lines: string[]): Spec[] => [...publicVm([allow("rdp", 300, "3389", office)]), runCommand(...lines)];
const terminalServer = "HKLM:\\System\\CurrentControlSet\\Control\\Terminal Server";

/** A private server in a subnet of its own behind a network balancer in the public one. */
function balancedPrivately(serverRules: readonly Record<string, unknown>[], balancerMore: Record<string, unknown> = {}, more: readonly Spec[] = []): Spec[] {
    return [
        ...publicVpc(),
        aws("ec2/Subnet", "inside", { vpcId: ref("vpc"), cidrBlock: "10.60.20.0/24" }),
        aws("ec2/RouteTable", "inside-routes", { vpcId: ref("vpc"), routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-0a1b2c3d4e5f60718" }] }),
        aws("ec2/RouteTableAssociation", "inside-join", { subnetId: ref("inside"), routeTableId: ref("inside-routes") }),
        ...more,
        group("access", serverRules),
        instance("server", { subnetId: ref("inside"), vpcSecurityGroupIds: [ref("access")] }),
        aws("lb/LoadBalancer", "balancer", { loadBalancerType: "network", subnets: [ref("public")], ...balancerMore }),
        aws("lb/TargetGroup", "targets", { port: 3389, protocol: "TCP", targetType: "instance", vpcId: ref("vpc") }),
        aws("lb/Listener", "listener", { loadBalancerArn: ref("balancer", "arn"), port: 3389, protocol: "TCP", defaultActions: [{ type: "forward", targetGroupArn: ref("targets", "arn") }] }),
        aws("lb/TargetGroupAttachment", "attachment", { targetGroupArn: ref("targets", "arn"), targetId: ref("server") }),
    ];
}

const entries: readonly Entry[] = [
    {
        name: "company-with-public-addresses-inside",
        what: "A university's own public range, which comes by ExpressRoute to a private VM in the platform team's subnet.",
        works: "yes",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: [
            nsg("guard", [allow("campus", 200, "3389", "192.0.2.0/24")]),
            nic("card", { subnet: { id: "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/platform/providers/Microsoft.Network/virtualNetworks/corp/subnets/servers" } }, { networkSecurityGroup: { id: ref("guard") } }),
            winVm("server", "card"),
        ],
    },
    {
        name: "company-with-public-addresses-over-direct-connect",
        what: "The same in AWS: the default route goes to a transit gateway, and the admins have public addresses inside.",
        works: "yes",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: [
            aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16" }),
            aws("ec2/Subnet", "inside", { vpcId: ref("vpc"), cidrBlock: "10.60.20.0/24" }),
            aws("ec2/RouteTable", "routes", { vpcId: ref("vpc"), routes: [{ cidrBlock: "0.0.0.0/0", transitGatewayId: "tgw-0a1b2c3d4e5f60718" }] }),
            aws("ec2/RouteTableAssociation", "join", { subnetId: ref("inside"), routeTableId: ref("routes") }),
            group("access", [rdpFrom("192.0.2.0/24")]),
            instance("server", { subnetId: ref("inside"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "appliance-forwards-without-translating-the-source",
        what: "A Linux appliance with the public address forwards RDP; sources stay what they are, and answers go back through it.",
        works: "yes",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: [
            vnet("net"),
            az("network:RouteTable", "via-appliance", { routes: [{ name: "all", addressPrefix: "0.0.0.0/0", nextHopType: "VirtualAppliance", nextHopIpAddress: "10.20.9.4" }] }),
            nsg("guard", [allow("rdp", 100, "3389", office)]),
            nsg("appliance-guard", [allow("forwarded", 100, "33001-33010", office)]),
            subnet("edge", "net", "10.20.9.0/28", { networkSecurityGroup: { id: ref("appliance-guard") } }),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") }, routeTable: { id: ref("via-appliance") } }),
            publicIp("address"),
            nic("edge-card", { subnet: { id: ref("edge") }, privateIPAllocationMethod: "Static", privateIPAddress: "10.20.9.4", publicIPAddress: { id: ref("address") } }, { enableIPForwarding: true }),
            nic("card", { subnet: { id: ref("hosts") } }),
            az("compute:VirtualMachine", "appliance", {
                networkProfile: { networkInterfaces: [{ id: ref("edge-card") }] },
                osProfile: { linuxConfiguration: { disablePasswordAuthentication: true } },
                storageProfile: { imageReference: { publisher: "Debian", offer: "debian-12", sku: "12-gen2", version: "latest" } },
            }),
            winVm("server", "card"),
        ],
    },
    {
        name: "firewall-endpoint-in-the-route",
        what: "Network firewall: the public subnet's default route is the firewall's endpoint, and the gateway's table sends the subnet back through it.",
        works: "yes",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: [
            aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16" }),
            aws("ec2/InternetGateway", "gateway", { vpcId: ref("vpc") }),
            aws("ec2/Subnet", "public", { vpcId: ref("vpc"), cidrBlock: "10.60.1.0/24", mapPublicIpOnLaunch: true }),
            aws("ec2/Subnet", "firewall-subnet", { vpcId: ref("vpc"), cidrBlock: "10.60.0.0/28" }),
            aws("ec2/RouteTable", "routes", { vpcId: ref("vpc"), routes: [{ cidrBlock: "0.0.0.0/0", vpcEndpointId: "vpce-0a1b2c3d4e5f60718" }] }),
            aws("ec2/RouteTableAssociation", "join", { subnetId: ref("public"), routeTableId: ref("routes") }),
            aws("ec2/RouteTable", "firewall-routes", { vpcId: ref("vpc"), routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: ref("gateway") }] }),
            aws("ec2/RouteTableAssociation", "firewall-join", { subnetId: ref("firewall-subnet"), routeTableId: ref("firewall-routes") }),
            aws("ec2/RouteTable", "edge-routes", { vpcId: ref("vpc"), routes: [{ cidrBlock: "10.60.1.0/24", vpcEndpointId: "vpce-0a1b2c3d4e5f60718" }] }),
            aws("ec2/RouteTableAssociation", "edge-join", { gatewayId: ref("gateway"), routeTableId: ref("edge-routes") }),
            group("access", [rdpFrom(office)]),
            instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")] }),
        ],
    },
    {
        name: "balancer-outside-server-inside",
        what: "The balancer is in the public subnet, the server in one with a NAT gateway: answers go back through the balancer, and its clients' addresses are kept.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: balancedPrivately([rdpFrom(office, "10.60.0.0/16")]),
    },
    {
        name: "balancer-with-a-group-of-its-own",
        what: "The balancer has a security group, and the server admits that group only.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: balancedPrivately([ingress(3389, 3389, { securityGroups: [ref("balancer-access")] })], { securityGroups: [ref("balancer-access")] }, [group("balancer-access", [rdpFrom(office)])]),
    },
    {
        name: "fleet-behind-a-network-balancer",
        what: "A scaling group of session hosts in the target group of a network balancer.",
        works: "yes",
        expect: { verdict: { fleet: "ready" } },
        specs: [
            ...balancedPrivately([rdpFrom(office, "10.60.0.0/16")]).filter((s) => !["server", "attachment"].includes(s.name)),
            aws("ec2/LaunchTemplate", "template", { imageId: "resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base", keyName: "operators", vpcSecurityGroupIds: [ref("access")] }),
            aws("autoscaling/Group", "fleet", { minSize: 1, maxSize: 2, vpcZoneIdentifiers: [ref("inside")], launchTemplate: { id: ref("template"), version: "$Latest" }, targetGroupArns: [ref("targets", "arn")] }),
        ],
    },
    {
        name: "nat-rule-for-a-whole-pool",
        what: "The newer NAT rule names a range of ports and a back-end pool, and no NIC names the rule.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            vnet("net"),
            nsg("guard", [allow("rdp", 100, "3389", office)]),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
            publicIp("lb-address"),
            az("network:LoadBalancer", "balancer", {
                loadBalancerName: "farm-lb",
                sku: { name: "Standard" },
                frontendIPConfigurations: [{ name: "public", publicIPAddress: { id: ref("lb-address") } }],
                backendAddressPools: [{ name: "servers" }],
                inboundNatRules: [
                    {
                        name: "rdp",
                        protocol: "Tcp",
                        frontendPortRangeStart: 50000,
                        frontendPortRangeEnd: 50099,
                        backendPort: 3389,
                        frontendIPConfiguration: { id: `${lbId}/frontendIPConfigurations/public` },
                        backendAddressPool: { id: `${lbId}/backendAddressPools/servers` },
                    },
                ],
            }),
            nic("card", { subnet: { id: ref("hosts") }, loadBalancerBackendAddressPools: [{ id: ref("balancer", "backendAddressPools[0].id") }] }),
            winVm("server", "card"),
        ],
    },
    {
        name: "service-tag-of-a-build-service",
        what: "RDP from a service tag whose addresses nobody here knows.",
        works: "yes",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: publicVm([allow("agents", 300, "3389", "AzureDevOps")]),
    },
    {
        name: "own-rule-instead-of-the-built-in-group",
        what: "The built-in firewall group is disabled, and a rule of the house's own admits the office.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: withScript("Disable-NetFirewallRule -DisplayGroup 'Remote Desktop'", `New-NetFirewallRule -DisplayName 'Office RDP' -Direction Inbound -Protocol TCP -LocalPort 3389 -RemoteAddress ${office} -Action Allow`),
    },
    {
        name: "built-in-group-narrowed-to-the-office",
        what: "The built-in rules stay, for the office's range only.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: withScript(`Set-NetFirewallRule -DisplayGroup 'Remote Desktop' -Enabled True -Profile Any -RemoteAddress ${office}`),
    },
    {
        name: "guest-blocks-somebody-else",
        what: "The Windows firewall blocks 3389 for a scanner's range.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: withScript("New-NetFirewallRule -DisplayName 'scanner' -Direction Inbound -Protocol TCP -LocalPort 3389 -RemoteAddress 192.0.2.0/24 -Action Block"),
    },
    {
        name: "default-inbound-action-written-out",
        what: "The profile's default of blocking is written down; the built-in rules still allow.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: withScript("Set-NetFirewallProfile -All -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Allow"),
    },
    {
        name: "service-stopped-and-started",
        what: "The service is stopped for a change and started afterwards.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: withScript("Stop-Service TermService -Force", `Set-ItemProperty '${terminalServer}\\WinStations\\RDP-Tcp' SecurityLayer 2`, "Set-Service TermService -StartupType Automatic", "Start-Service TermService"),
    },
    {
        name: "enabled-only-if-it-is-not",
        what: "A careful script looks first and then writes.",
        works: "yes",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: withScript(`$k = '${terminalServer}'`, "if ((Get-ItemProperty $k).fDenyTSConnections -ne 0) {", "  Set-ItemProperty $k fDenyTSConnections 0", "}", "Get-NetConnectionProfile | Set-NetConnectionProfile -NetworkCategory Private"),
    },
    {
        name: "denied-while-it-installs",
        what: "RDP is denied while the software installs and allowed at the end.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: instanceWithUserData(
            `<powershell>\nSet-ItemProperty '${terminalServer}' fDenyTSConnections 1\nStart-Process C:\\setup\\install.exe -ArgumentList '/quiet' -Wait\nSet-ItemProperty '${terminalServer}' fDenyTSConnections 0\n</powershell>`,
            [rdpFrom(office)],
        ),
    },
];

export default entries;
