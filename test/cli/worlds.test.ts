import * as assert from "node:assert/strict";
import { join } from "node:path";
import { check } from "../../cli/check";
import { Packs, loadPacks } from "../../cli/packs";
import { ReportHost, reportOf, sectionsOf } from "../../cli/report/model";
import { Spec, allow, aws, az, deny, egressAll, group, ingress, instance, nic, nsg, publicIp, rdpFrom, subnet, vnet, winVm } from "../corpus/entry";
import { ref, stack } from "../policies/fixture";
import { workspace } from "./workspace";

/** What one stack owns and another one uses: alone the host's stack assumes; together nothing is assumed that the other decides. */
interface Pair {
    readonly name: string;
    readonly theirs: readonly Spec[];
    readonly own: readonly Spec[];
    readonly together: "ready" | "blocked";
    /** Default: ready, with assumptions. */
    readonly alone?: "ready" | "unknown";
}

const office = "203.0.113.0/24";
const declared = (via?: string): { tags: Record<string, string> } => ({ tags: { "rdp-ready:clients": office, ...(via === undefined ? {} : { "rdp-ready:path": via }) } });
const rdp = allow("rdp", 300, "3389", office);

const azureNet = (rules: Parameters<typeof nsg>[1], more: Record<string, unknown> = {}): Spec[] => [vnet("net"), nsg("guard", rules), subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") }, ...more })];
const azureHost = (configuration: Record<string, unknown> = {}, via?: string): Spec[] => [nic("card", { subnet: { id: ref("hosts") }, ...configuration }), winVm("server", "card", declared(via))];
const publicHost = [publicIp("address"), ...azureHost({ publicIPAddress: { id: ref("address") } })];
const bastion = (net: string, prefix: string): Spec[] => [
    subnet("bastion-subnet", net, prefix, { subnetName: "AzureBastionSubnet" }),
    publicIp("bastion-address"),
    az("network:BastionHost", "bastion", { sku: { name: "Standard" }, ipConfigurations: [{ name: "main", subnet: { id: ref("bastion-subnet") }, publicIPAddress: { id: ref("bastion-address") } }] }),
];
const peering = (name: string, from: string, to: string): Spec => az("network:VirtualNetworkPeering", name, { virtualNetworkName: ref(from, "name"), remoteVirtualNetwork: { id: ref(to) }, allowVirtualNetworkAccess: true });
const firewall: Spec[] = [
    vnet("hub", "10.21.0.0/16"),
    subnet("firewall-subnet", "hub", "10.21.1.0/26", { subnetName: "AzureFirewallSubnet" }),
    publicIp("firewall-address"),
    az("network:AzureFirewall", "firewall", {
        sku: { name: "AZFW_VNet", tier: "Standard" },
        ipConfigurations: [{ name: "main", subnet: { id: ref("firewall-subnet") }, publicIPAddress: { id: ref("firewall-address") } }],
        natRuleCollections: [{ name: "in", priority: 100, action: { type: "Dnat" }, rules: [{ name: "rdp", protocols: ["TCP"], sourceAddresses: [office], destinationAddresses: ["198.51.100.7"], destinationPorts: ["3389"], translatedAddress: "10.20.1.4", translatedPort: "3389" }] }],
    }),
];

const awsNet = (routes: readonly unknown[] = [{ cidrBlock: "0.0.0.0/0", gatewayId: ref("gateway") }]): Spec[] => [
    aws("ec2/Vpc", "vpc", { cidrBlock: "10.60.0.0/16" }),
    aws("ec2/InternetGateway", "gateway", { vpcId: ref("vpc") }),
    aws("ec2/Subnet", "public", { vpcId: ref("vpc"), cidrBlock: "10.60.1.0/24" }),
    aws("ec2/RouteTable", "routes", { vpcId: ref("vpc"), routes }),
    aws("ec2/RouteTableAssociation", "association", { subnetId: ref("public"), routeTableId: ref("routes") }),
];
const access = group("access", [rdpFrom(office)]);
const box = (more: Record<string, unknown> = {}, via?: string): Spec => instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")], ...(via === undefined ? { associatePublicIpAddress: true } : {}), ...declared(via), ...more });
const balancer = (port: number): Spec[] => [
    aws("lb/LoadBalancer", "balancer", { loadBalancerType: "network", internal: false, subnets: [ref("public")] }),
    aws("lb/TargetGroup", "targets", { port, protocol: "TCP", targetType: "instance", vpcId: ref("vpc") }),
    aws("lb/Listener", "front", { loadBalancerArn: ref("balancer", "arn"), port: 3389, protocol: "TCP", defaultActions: [{ type: "forward", targetGroupArn: ref("targets", "arn") }] }),
];
const attachment = aws("lb/TargetGroupAttachment", "attachment", { targetGroupArn: ref("targets", "arn"), targetId: ref("server") });
const endpoint: Spec[] = [group("endpoint-access", [], { egress: egressAll }), aws("ec2transitgateway/InstanceConnectEndpoint", "endpoint", { subnetId: ref("public"), securityGroupIds: [ref("endpoint-access")] })];
const managed: Spec[] = [
    aws("iam/Role", "role", { name: "role", assumeRolePolicy: "{}" }),
    aws("iam/RolePolicyAttachment", "policy", { role: "role", policyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" }),
    aws("iam/InstanceProfile", "profile", { name: "profile", role: "role" }),
];
const endpoints = (from: string): Spec[] => [
    group("endpoints-access", [ingress(443, 443, { cidrBlocks: [from] })]),
    ...["ssm", "ssmmessages"].map((s) => aws("ec2/VpcEndpoint", `to-${s}`, { vpcId: ref("vpc"), serviceName: `com.amazonaws.eu-central-1.${s}`, vpcEndpointType: "Interface", privateDnsEnabled: true, subnetIds: [ref("public")], securityGroupIds: [ref("endpoints-access")] })),
];
const template = aws("ec2/LaunchTemplate", "template", {
    name: "desks",
    imageId: "resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base",
    keyName: "operators",
    networkInterfaces: [{ deviceIndex: 0, associatePublicIpAddress: "true", securityGroups: [ref("access")] }],
});
const fleet = aws("autoscaling/Group", "server", { minSize: 1, maxSize: 1, vpcZoneIdentifiers: [ref("public")], launchTemplate: { id: ref("template"), version: "$Latest" }, tags: [{ key: "rdp-ready:clients", value: office, propagateAtLaunch: true }] });
const denies = "Set-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server' fDenyTSConnections 1";

const pairs: readonly Pair[] = [
    { name: "an NSG that admits", theirs: azureNet([rdp]), own: publicHost, together: "ready" },
    { name: "an NSG that denies first", theirs: azureNet([deny("all", 100, "*"), rdp]), own: publicHost, together: "blocked" },
    {
        name: "a route to an appliance",
        theirs: [az("network:RouteTable", "forced", { routes: [{ name: "all", addressPrefix: "0.0.0.0/0", nextHopType: "VirtualAppliance", nextHopIpAddress: "10.20.0.4" }] }), ...azureNet([rdp], { routeTable: { id: ref("forced") } })],
        own: publicHost,
        together: "blocked",
    },
    { name: "a rule that the host's stack adds to their NSG", theirs: azureNet([]), own: [...publicHost, az("network:SecurityRule", "rdp", { ...rdp, name: undefined, securityRuleName: "rdp", networkSecurityGroupName: ref("guard", "name") })], together: "ready" },
    { name: "Bastion", theirs: [...azureNet([]), ...bastion("net", "10.20.9.0/26")], own: azureHost({}, "bastion"), together: "ready" },
    { name: "Bastion that their NSG refuses", theirs: [...azureNet([deny("all", 200, "3389", "VirtualNetwork")]), ...bastion("net", "10.20.9.0/26")], own: azureHost({}, "bastion"), together: "blocked" },
    { name: "Bastion of a hub, peered on both sides", theirs: [vnet("hub", "10.21.0.0/16"), ...bastion("hub", "10.21.9.0/26"), peering("there", "hub", "net")], own: [...azureNet([]), peering("back", "net", "hub"), ...azureHost({}, "bastion")], together: "ready" },
    { name: "Bastion of a hub, peered on one side", theirs: [vnet("hub", "10.21.0.0/16"), ...bastion("hub", "10.21.9.0/26")], own: [...azureNet([]), peering("back", "net", "hub"), ...azureHost({}, "bastion")], together: "blocked" },
    {
        name: "a hub's firewall that translates to the host",
        theirs: firewall,
        own: [...azureNet([allow("firewall", 100, "3389", "10.21.1.0/26"), deny("rest", 4000, "*")]), nic("card", { subnet: { id: ref("hosts") }, privateIPAddress: "10.20.1.4", privateIPAllocationMethod: "Static" }), winVm("server", "card", declared("nat-rule"))],
        together: "ready",
        alone: "unknown",
    },
    { name: "a run command that denies Remote Desktop", theirs: [az("compute:VirtualMachineRunCommandByVirtualMachine", "harden", { vmName: ref("server", "name"), source: { script: denies } })], own: [...azureNet([rdp]), ...publicHost], together: "blocked" },
    { name: "a public subnet", theirs: awsNet(), own: [access, box()], together: "ready" },
    { name: "a subnet without a route to the gateway", theirs: awsNet([]), own: [access, box()], together: "blocked" },
    { name: "a network ACL that keeps replies in", theirs: [...awsNet(), aws("ec2/NetworkAcl", "acl", { vpcId: ref("vpc"), subnetIds: [ref("public")], ingress: [{ ruleNo: 100, action: "allow", protocol: "-1", fromPort: 0, toPort: 0, cidrBlock: "0.0.0.0/0" }], egress: [] })], own: [access, box()], together: "blocked" },
    { name: "a security group that admits", theirs: [...awsNet(), access], own: [box()], together: "ready" },
    { name: "a security group that admits nobody", theirs: [...awsNet(), group("access", [])], own: [box()], together: "blocked" },
    { name: "a rule that the host's stack adds to their group", theirs: [...awsNet(), group("access", [])], own: [box(), aws("vpc/SecurityGroupIngressRule", "rdp", { securityGroupId: ref("access"), ipProtocol: "tcp", fromPort: 3389, toPort: 3389, cidrIpv4: office })], together: "ready" },
    { name: "a target group", theirs: [...awsNet(), ...balancer(3389)], own: [access, box({}, "load-balancer"), attachment], together: "ready" },
    { name: "a target group for another port", theirs: [...awsNet(), ...balancer(3390)], own: [access, box({}, "load-balancer"), attachment], together: "blocked" },
    { name: "an Instance Connect Endpoint whose group the host admits", theirs: [...awsNet(), ...endpoint], own: [group("access", [ingress(3389, 3389, { securityGroups: [ref("endpoint-access")] })]), box({}, "instance-connect")], together: "ready" },
    { name: "an Instance Connect Endpoint that shows its own address", theirs: [...awsNet(), ...endpoint], own: [access, box({}, "instance-connect")], together: "blocked", alone: "unknown" },
    { name: "Session Manager's endpoints and the profile", theirs: [...awsNet([]), ...endpoints("10.60.0.0/16"), ...managed], own: [access, box({ iamInstanceProfile: "profile" }, "session-manager")], together: "ready" },
    { name: "Session Manager's endpoints that refuse the host", theirs: [...awsNet([]), ...endpoints("10.99.0.0/16"), ...managed], own: [access, box({ iamInstanceProfile: "profile" }, "session-manager")], together: "blocked" },
    { name: "a prefix list", theirs: [...awsNet(), aws("ec2/ManagedPrefixList", "offices", { name: "offices", addressFamily: "IPv4", maxEntries: 3, entries: [{ cidr: office }] })], own: [group("access", [ingress(3389, 3389, { prefixListIds: [ref("offices")] })]), box()], together: "ready", alone: "unknown" },
    { name: "a launch template with its group", theirs: [...awsNet(), access, template], own: [fleet], together: "ready" },
    { name: "a launch template whose group admits nobody", theirs: [...awsNet(), group("access", []), template], own: [fleet], together: "blocked" },
    { name: "an association that denies Remote Desktop", theirs: [aws("ssm/Association", "harden", { name: "AWS-RunPowerShellScript", parameters: { commands: denies }, targets: [{ key: "InstanceIds", values: [ref("server")] }] })], own: [...awsNet(), access, box({ iamInstanceProfile: "managed" })], together: "blocked" },
];

describe("exports of two stacks", () => {
    let packs: Packs;
    before(async () => {
        packs = await loadPacks();
    });

    const judged = async (...files: readonly string[]): Promise<ReportHost> => {
        const result = await check(files, { config: [], timeoutSeconds: 5 }, packs);
        assert.deepEqual(result.problems, []);
        const { hosts } = reportOf(sectionsOf(result.judged));
        assert.equal(hosts.length, 1);
        return hosts[0]!;
    };

    for (const { name, theirs, own, together, alone } of pairs) {
        it(`${name}: together ${together}, and nothing is assumed`, async () => {
            const all = stack([...theirs, ...own]).state.resources;
            const mine = new Set(own.map((s) => s.name));
            const dump = (project: string, keep: (name: string) => boolean): string =>
                JSON.stringify({ version: 3, deployment: { resources: all.filter((r) => keep(r.name)).map((r) => ({ urn: r.urn.replace(/^urn:pulumi:[^:]+::[^:]+/, `urn:pulumi:${project}::${project}`), type: r.type, id: r.id, custom: true, inputs: r.inputs, outputs: r.outputs })) } });
            const directory = workspace({ "own.json": dump("web", (n) => mine.has(n)), "theirs.json": dump("net", (n) => !mine.has(n)) });
            const [first, second] = [join(directory, "own.json"), join(directory, "theirs.json")];
            assert.equal((await judged(first)).verdict, alone ?? "ready", "the host's stack alone");
            for (const files of [[first, second], [second, first]]) {
                const { verdict, assumptions, paths } = await judged(...files);
                assert.deepEqual([verdict, assumptions], [together, []], JSON.stringify(paths));
            }
        });
    }
});
