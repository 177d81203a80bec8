import { ref } from "../policies/fixture";
import { Entry, Spec, allow, aws, az, group, ingress, instance, nic, nsg, publicIp, publicVpc, rdpFrom, subnet, vnet, winVm } from "./entry";

/** The port that clients dial, the one that a forwarder sends to, and the one on which the guest listens. */

const office = "203.0.113.0/24";
const listener = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";
const movesTo3390 = `Set-ItemProperty -Path '${listener}' -Name PortNumber -Value 3390\nNew-NetFirewallRule -DisplayName 'Remote Desktop 3390' -Direction Inbound -Protocol TCP -LocalPort 3390 -Action Allow\nRestart-Service TermService -Force`;

/** A VM behind a NAT rule that sends `dialled` to `arrives`; `port` is what its tags say, `script` runs in it. */
function natted(dialled: number, arrives: number, port: string | undefined, script: string | undefined): Spec[] {
    const parts = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/front";
    return [
        vnet("net"),
        nsg("guard", [allow("rdp", 100, String(arrives), office)]),
        subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("guard") } }),
        publicIp("front-address"),
        az("network:LoadBalancer", "balancer", {
            loadBalancerName: "front",
            sku: { name: "Standard" },
            frontendIPConfigurations: [{ name: "public", publicIPAddress: { id: ref("front-address") } }],
            inboundNatRules: [{ name: "rdp", protocol: "Tcp", frontendPort: dialled, backendPort: arrives, frontendIPConfiguration: { id: `${parts}/frontendIPConfigurations/public` } }],
        }),
        nic("card", { subnet: { id: ref("hosts") }, loadBalancerInboundNatRules: [{ id: ref("balancer", "inboundNatRules[0].id") }] }),
        winVm("server", "card", { tags: { "rdp-ready:clients": office, ...(port === undefined ? {} : { "rdp-ready:port": port }) } }),
        ...(script === undefined ? [] : [az("compute:VirtualMachineRunCommandByVirtualMachine", "settings", { vmName: ref("server", "name"), source: { script } })]),
    ];
}

function balanced(dialled: number, arrives: number, port: string | undefined, userData?: string): Spec[] {
    return [
        ...publicVpc("vpc"),
        group("access", [rdpFrom(office), ingress(arrives, arrives, { cidrBlocks: [office, "10.60.0.0/16"] })]),
        instance("server", {
            subnetId: ref("public"),
            vpcSecurityGroupIds: [ref("access")],
            tags: { "rdp-ready:clients": office, ...(port === undefined ? {} : { "rdp-ready:port": port }) },
            ...(userData === undefined ? {} : { userData: `<powershell>\n${userData}\n</powershell>` }),
        }),
        aws("lb/LoadBalancer", "balancer", { loadBalancerType: "network", internal: false, subnets: [ref("public")] }),
        aws("lb/TargetGroup", "targets", { port: arrives, protocol: "TCP", targetType: "instance", vpcId: ref("vpc") }),
        aws("lb/Listener", "front", { loadBalancerArn: ref("balancer", "arn"), port: dialled, protocol: "TCP", defaultActions: [{ type: "forward", targetGroupArn: ref("targets", "arn") }] }),
        aws("lb/TargetGroupAttachment", "attachment", { targetGroupArn: ref("targets", "arn"), targetId: ref("server") }),
    ];
}

const clouds = { azure: natted, aws: balanced };

const entries = Object.entries(clouds).flatMap(([cloud, make]): Entry[] => [
    {
        name: `${cloud}-port-only-outside`,
        what: "Clients dial 50001, the forwarder sends them to 3389, and no tag speaks of a port.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: make(50001, 3389, undefined, undefined),
    },
    {
        name: `${cloud}-tag-names-the-port-that-clients-dial`,
        what: "The same, with the tag for what clients dial: the listener stays where Windows has it.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: make(50001, 3389, "50001", undefined),
    },
    {
        name: `${cloud}-forwarder-follows-the-listener`,
        what: "A script moves the listener, and the forwarder sends there what clients dial on 3389.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: make(3389, 3390, "3389", movesTo3390),
    },
    {
        name: `${cloud}-forwarder-left-behind`,
        what: "A script moves the listener, and the forwarder still sends to 3389.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["path-exists"] },
        specs: make(50001, 3389, undefined, movesTo3390),
    },
    {
        name: `${cloud}-forwarder-to-a-port-nobody-listens-on`,
        what: "The forwarder sends to 3390, and nothing ever moves the listener there.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["path-exists"] },
        specs: make(3389, 3390, undefined, undefined),
    },
    {
        name: `${cloud}-listener-moved-outside-the-stack`,
        what: "Tag and forwarder name 33890, as for a listener that the image or a domain's policy has moved: no script here says so.",
        works: "cannot be told",
        expect: { verdict: { server: "unknown" } },
        specs: make(33890, 33890, "33890", undefined),
    },
]);

export default entries;
