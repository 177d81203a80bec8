import { ref } from "../policies/fixture";
import { Entry, Spec, allow, aws, az, deny, group, instance, instanceWithUserData, nic, nsg, publicIp, publicVm, rdpFrom, subnet, vnet, winVm } from "./entry";

/** Ways of private clients: Bastion's own NSG, network manager, peers with route tables of their own, Client VPN, RD Gateway. */

const outbound = (name: string, priority: number, port: unknown, to: string): Record<string, unknown> => allow(name, priority, port, "*", { direction: "Outbound", destinationAddressPrefix: to });

/** Bastion in the host's network, with an NSG on its subnet. */
const guardedBastion = (rules: readonly Record<string, unknown>[]): Spec[] => [
    vnet("net"),
    nsg("bastion-guard", rules),
    nsg("guard", [allow("rdp", 100, "3389", "10.20.200.0/26"), deny("rest", 4096, "*")]),
    subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
    subnet("bastion-subnet", "net", "10.20.200.0/26", { subnetName: "AzureBastionSubnet", networkSecurityGroup: { id: ref("bastion-guard") } }),
    publicIp("bastion-address"),
    az("network:BastionHost", "bastion", { sku: { name: "Basic" }, ipConfigurations: [{ name: "main", subnet: { id: ref("bastion-subnet") }, publicIPAddress: { id: ref("bastion-address") } }] }),
    nic("card", { subnet: { id: ref("hosts") } }),
    winVm("server", "card", { tags: { "rdp-ready:clients": "198.51.100.0/24", "rdp-ready:path": "bastion" } }),
];

const entering = [allow("https", 120, "443", "Internet"), allow("manager", 130, "443", "GatewayManager"), allow("probe", 140, "443", "AzureLoadBalancer")];
const data = allow("data", 150, ["8080", "5701"], "VirtualNetwork", { destinationAddressPrefix: "VirtualNetwork" });

/** A network manager that denies RDP from the Internet. */
const managed = (...commit: Spec[]): Spec[] => [
    ...publicVm([allow("rdp", 300, "3389", "203.0.113.0/24")]).map((s) => (s.name === "net" ? { ...s, inputs: { ...s.inputs, location: "westeurope" } } : s)),
    az("network:NetworkManager", "manager", { networkManagerName: "manager", networkManagerScopeAccesses: ["SecurityAdmin"] }),
    az("network:NetworkGroup", "group", { networkManagerName: ref("manager", "name") }),
    az("network:StaticMember", "member", { networkManagerName: ref("manager", "name"), networkGroupName: ref("group", "name"), resourceId: ref("net") }),
    az("network:SecurityAdminConfiguration", "configuration", { networkManagerName: "manager", configurationName: "baseline" }),
    az("network:AdminRuleCollection", "collection", { networkManagerName: "manager", configurationName: "baseline", ruleCollectionName: "high-risk", appliesToGroups: [{ networkGroupId: ref("group") }] }),
    az("network:AdminRule", "no-rdp", {
        networkManagerName: "manager",
        configurationName: "baseline",
        ruleCollectionName: ref("collection", "name"),
        kind: "Custom",
        access: "Deny",
        direction: "Inbound",
        priority: 100,
        protocol: "Tcp",
        sources: [{ addressPrefixType: "ServiceTag", addressPrefix: "Internet" }],
        destinationPortRanges: ["22", "3389"],
    }),
    ...commit,
];

/** A server in a spoke; administrators in the hub, whose subnet has this route. */
const spoke = (nextHopType: string): Spec[] => [
    vnet("hub", "10.10.0.0/16"),
    vnet("net"),
    az("network:VirtualNetworkPeering", "out", { virtualNetworkName: ref("hub", "name"), remoteVirtualNetwork: { id: ref("net") } }),
    az("network:VirtualNetworkPeering", "back", { virtualNetworkName: ref("net", "name"), remoteVirtualNetwork: { id: ref("hub") } }),
    az("network:RouteTable", "admin-routes", { routes: [{ name: "spoke", addressPrefix: "10.20.0.0/16", nextHopType, ...(nextHopType === "VirtualAppliance" ? { nextHopIpAddress: "10.10.0.4" } : {}) }] }),
    subnet("admins", "hub", "10.10.5.0/24", { routeTable: { id: ref("admin-routes") } }),
    nsg("guard", [allow("rdp", 100, "3389", "10.10.5.0/24"), deny("rest", 4096, "*")]),
    subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
    nic("card", { subnet: { id: ref("hosts") } }),
    winVm("server", "card", { tags: { "rdp-ready:clients": "10.10.5.0/24" } }),
];

/** Two VPCs, peered; the server's side has its route. */
const peered = (...there: Record<string, unknown>[]): Spec[] => [
    aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16" }),
    aws("ec2/Vpc", "offices", { cidrBlock: "10.61.0.0/16" }),
    aws("ec2/VpcPeeringConnection", "peer", { vpcId: ref("vpc"), peerVpcId: ref("offices"), autoAccept: true }),
    aws("ec2/Subnet", "inside", { vpcId: ref("vpc"), cidrBlock: "10.60.20.0/24" }),
    aws("ec2/RouteTable", "routes", { vpcId: ref("vpc"), routes: [{ cidrBlock: "10.61.0.0/16", vpcPeeringConnectionId: ref("peer") }] }),
    aws("ec2/RouteTableAssociation", "join", { subnetId: ref("inside"), routeTableId: ref("routes") }),
    aws("ec2/Subnet", "desks", { vpcId: ref("offices"), cidrBlock: "10.61.4.0/24" }),
    aws("ec2/RouteTable", "desk-routes", { vpcId: ref("offices"), routes: there }),
    aws("ec2/RouteTableAssociation", "desk-join", { subnetId: ref("desks"), routeTableId: ref("desk-routes") }),
    group("access", [rdpFrom("10.61.0.0/16")]),
    instance("server", { subnetId: ref("inside"), vpcSecurityGroupIds: [ref("access")], tags: { "rdp-ready:clients": "10.61.4.0/24" } }),
];

/** Client VPN into the server's VPC, and a group with this rule. */
const clientVpn = (rule: Record<string, unknown>): Spec[] => [
    aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16" }),
    aws("ec2/Subnet", "inside", { vpcId: ref("vpc"), cidrBlock: "10.60.20.0/24" }),
    aws("ec2/Subnet", "entry", { vpcId: ref("vpc"), cidrBlock: "10.60.30.0/24" }),
    group("vpn-access", []),
    aws("ec2clientvpn/Endpoint", "vpn", {
        clientCidrBlock: "172.30.0.0/22",
        vpcId: ref("vpc"),
        securityGroupIds: [ref("vpn-access")],
        splitTunnel: true,
        serverCertificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/6f6c1a6e-5d0b-4e0a-9c0e-0a1b2c3d4e5f",
        authenticationOptions: [{ type: "certificate-authentication" }],
        connectionLogOptions: { enabled: false },
    }),
    aws("ec2clientvpn/NetworkAssociation", "association", { clientVpnEndpointId: ref("vpn"), subnetId: ref("entry") }),
    aws("ec2clientvpn/AuthorizationRule", "authorization", { clientVpnEndpointId: ref("vpn"), targetNetworkCidr: "10.60.0.0/16", authorizeAllGroups: true }),
    group("access", [rule]),
    instance("server", { subnetId: ref("inside"), vpcSecurityGroupIds: [ref("access")] }),
];

const gateway = (...ingress: Record<string, unknown>[]): Spec[] =>
    instanceWithUserData(
        "<powershell>\nInstall-WindowsFeature RDS-Gateway,RSAT-RDS-Gateway\nImport-Module RemoteDesktopServices\nNew-Item -Path RDS:\\GatewayServer\\RAP -Name Default-RAP -UserGroups Administrators@BUILTIN -ComputerGroupType 2\n</powershell>",
        ingress,
        { tags: { "rdp-ready:clients": "203.0.113.0/24", "rdp-ready:path": "gateway" } },
    );
const inside = rdpFrom("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10");
const https = { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] };

const entries: readonly Entry[] = [
    {
        name: "bastion-nsg-inbound-only",
        what: "Bastion's subnet has the four inbound rules; outbound is left to the defaults.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: guardedBastion([...entering, data, deny("rest", 4096, "*")]),
    },
    {
        name: "bastion-nsg-without-instances-traffic",
        what: "An old template: 443 three times, then everything is denied, and with it what Bastion's instances say to one another.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["path-exists"] },
        specs: guardedBastion([...entering, deny("rest", 1000, "*")]),
    },
    {
        name: "bastion-nsg-out-to-ssh-only",
        what: "Outbound is closed but for SSH, copied from a stack with Linux hosts.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["path-exists"] },
        specs: guardedBastion([...entering, data, outbound("ssh", 100, "22", "VirtualNetwork"), outbound("cloud", 110, "443", "AzureCloud"), outbound("data-out", 120, ["8080", "5701"], "VirtualNetwork"), deny("rest-out", 4096, "*", "*", { direction: "Outbound" })]),
    },
    {
        name: "network-manager-committed-deny",
        what: "Security admin rules deny RDP from the Internet, and are committed to the region in the same stack.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] },
        specs: managed(az("network:Commit", "commit", { networkManagerName: "manager", properties: { commitType: "SecurityAdmin", configurationIds: [ref("configuration")], targetLocations: ["westeurope"] } })),
    },
    {
        name: "network-manager-not-committed",
        what: "The same rules, committed from a pipeline or not at all: the stack does not tell.",
        works: "cannot be told",
        expect: { verdict: { server: "unknown" } },
        specs: managed(),
    },
    {
        name: "hub-sends-the-spoke-through-a-firewall",
        what: "The administrators' subnet reaches the spoke by the hub's appliance.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: spoke("VirtualAppliance"),
    },
    {
        name: "hub-drops-what-goes-to-the-spoke",
        what: "The administrators' subnet has a route for the spoke with next hop None, left over from a migration.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["path-exists"] },
        specs: spoke("None"),
    },
    {
        name: "peering-with-routes-on-both-sides",
        what: "Two peered VPCs, a route on either side.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: peered({ cidrBlock: "10.60.0.0/16", vpcPeeringConnectionId: ref("peer") }),
    },
    {
        name: "peering-without-the-clients-route",
        what: "The server's side has its route back; nobody gave the clients' side one.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["path-exists"] },
        specs: peered(),
    },
    {
        name: "client-vpn-group-admits-its-subnet",
        what: "Client VPN; the server's group admits the subnet that the endpoint is associated with.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: clientVpn(rdpFrom("10.60.30.0/24")),
    },
    {
        name: "client-vpn-group-admits-the-pool",
        what: "The server's group admits the clients' pool, whose addresses never leave the endpoint.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["filter-admits-client"] },
        specs: clientVpn(rdpFrom("172.30.0.0/22")),
    },
    {
        name: "rd-gateway-with-https",
        what: "An RD Gateway with 443 open, as in the AWS quick start; its own RDP is for the inside.",
        works: "yes",
        expect: { verdict: { server: ["ready", "unknown"] }, silent: ["gateway-names-match"] },
        specs: gateway(https, inside),
    },
    {
        name: "rd-gateway-without-https",
        what: "An RD Gateway whose group opens 3389 only: clients of a gateway come on 443.",
        works: "no",
        expect: { verdict: { server: ["ready", "unknown", "blocked"] }, mandatory: ["gateway-names-match"] },
        specs: gateway(inside),
    },
];

export default entries;
