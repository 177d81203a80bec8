import { ref } from "../policies/fixture";
import { Entry, Spec, allow, aws, az, egressAll, group, ingress, instance, nic, nsg, publicIp, publicVm, publicVpc, rdpFrom, subnet, vnet, winVm } from "./entry";

/** Shapes that public stacks have and that are easily misjudged: forwarders and hosts that are not modelled, tags of the clouds' own, appliances. */

const office = "203.0.113.0/24";
const declared = { tags: { "rdp-ready:clients": office } };
const windows2019 = "resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2019-English-Full-Base";

/** A public subnet with a way to the Internet, and a private one. */
function twoSubnets(): Spec[] {
    return [...publicVpc(), aws("ec2/Subnet", "private", { vpcId: ref("vpc"), cidrBlock: "10.60.2.0/24" })];
}

function accelerated(endpointId: unknown): Spec[] {
    return [
        aws("globalaccelerator/Accelerator", "accelerator", { enabled: true }),
        aws("globalaccelerator/Listener", "listens", { acceleratorArn: ref("accelerator"), protocol: "TCP", portRanges: [{ fromPort: 1, toPort: 65535 }] }),
        aws("globalaccelerator/EndpointGroup", "endpoints", { listenerArn: ref("listens"), endpointConfigurations: [{ endpointId, weight: 100, clientIpPreservationEnabled: true }] }),
    ];
}

function behindClassic(instancePort: number): Spec[] {
    return [
        ...twoSubnets(),
        group("front-access", [ingress(instancePort, instancePort, { cidrBlocks: [office] })]),
        group("access", [ingress(3389, 3389, { securityGroups: [ref("front-access")] })]),
        instance("server", { subnetId: ref("private"), vpcSecurityGroupIds: [ref("access")], ...declared }),
        aws("elb/LoadBalancer", "front", { subnets: [ref("public")], securityGroups: [ref("front-access")], instances: [ref("server")], listeners: [{ instancePort, instanceProtocol: "tcp", lbPort: instancePort, lbProtocol: "tcp" }] }),
    ];
}

const gatewayScript = `<powershell>
$newName = 'rdgw1'
if ([string]::Compare($newName, $env:computerName, $True) -ne 0) {
    if ((Get-WmiObject Win32_ComputerSystem).Rename($newName).ReturnValue -eq 0) { Restart-Computer; Start-Sleep -s 30 }
}
if ((Get-WindowsFeature RDS-Gateway).InstallState -ne 'Installed') { Add-WindowsFeature -Name RDS-Gateway -IncludeManagementTools }
$thumb = (gci cert:/LocalMachine/My | select -first 1).Thumbprint
Import-Module RemoteDesktopServices
Set-Item -Path RDS:\\GatewayServer\\SSLCertificate\\Thumbprint $thumb
netsh advfirewall set allprofiles state off
</powershell><persist>true</persist>`;

const entries: readonly Entry[] = [
    {
        name: "accelerator-in-front-of-a-private-instance",
        what: "Global Accelerator carries every port to an instance without an address of its own.",
        works: "yes",
        expect: { verdict: { server: "unknown" } },
        specs: [...twoSubnets(), group("access", [rdpFrom(office)]), instance("server", { subnetId: ref("private"), vpcSecurityGroupIds: [ref("access")], ...declared }), ...accelerated(ref("server"))],
    },
    {
        name: "accelerator-in-front-of-an-internal-balancer",
        what: "The balancer is internal, and the accelerator in front of it is not.",
        works: "yes",
        expect: { verdict: { server: "unknown" } },
        specs: [
            ...twoSubnets(),
            group("access", [rdpFrom(office), ingress(3389, 3389, { cidrBlocks: ["10.60.0.0/16"] })]),
            instance("server", { subnetId: ref("private"), vpcSecurityGroupIds: [ref("access")], ...declared }),
            aws("lb/LoadBalancer", "balancer", { loadBalancerType: "network", internal: true, subnets: [ref("private")] }),
            aws("lb/TargetGroup", "targets", { port: 3389, protocol: "TCP", targetType: "instance", vpcId: ref("vpc") }),
            aws("lb/Listener", "front", { loadBalancerArn: ref("balancer", "arn"), port: 3389, protocol: "TCP", defaultActions: [{ type: "forward", targetGroupArn: ref("targets", "arn") }] }),
            aws("lb/TargetGroupAttachment", "attachment", { targetGroupArn: ref("targets", "arn"), targetId: ref("server") }),
            ...accelerated(ref("balancer", "arn")),
        ],
    },
    {
        name: "classic-balancer-for-declared-clients",
        what: "A classic balancer brings the office to a private instance.",
        works: "yes",
        expect: { verdict: { server: "unknown" } },
        specs: behindClassic(3389),
    },
    {
        name: "classic-balancer-for-the-web-only",
        what: "The same instance behind a balancer for the web: the office has no way in.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["path-exists"] },
        specs: behindClassic(443),
    },
    {
        name: "lightsail-desk",
        what: "A Windows blueprint of Lightsail, whose firewall is its own.",
        works: "yes",
        expect: { verdict: { desk: "unknown" } },
        specs: [
            aws("lightsail/Instance", "desk", { name: "desk", availabilityZone: "eu-central-1a", blueprintId: "windows_server_2022", bundleId: "medium_win_3_0" }),
            aws("lightsail/InstancePublicPorts", "ports", { instanceName: "desk", portInfos: [{ protocol: "tcp", fromPort: 3389, toPort: 3389, cidrs: [office] }] }),
            aws("lightsail/Instance", "blog", { name: "blog", availabilityZone: "eu-central-1a", blueprintId: "wordpress", bundleId: "nano_3_0" }),
        ],
    },
    {
        name: "instance-of-the-other-provider",
        what: "aws-native, which is not read: the tags still say that somebody should get in.",
        works: "cannot be told",
        expect: { verdict: { desk: "unknown" } },
        specs: [{ type: "aws-native:ec2:Instance", name: "desk", inputs: { imageId: "ami-0b5d3f6e1c2a49788", tags: [{ key: "rdp-ready:clients", value: office }] } }],
    },
    {
        name: "lab-machine",
        what: "DevTest Labs makes VM, address and NSG itself.",
        works: "yes",
        expect: { verdict: { desk: "unknown" } },
        specs: [
            az("devtestlab:VirtualMachine", "desk", { labName: "lab", size: "Standard_D2s_v5", userName: "operator", galleryImageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", osType: "Windows", sku: "2022-datacenter", version: "latest" } }),
            az("devtestlab:VirtualMachine", "shell", { labName: "lab", size: "Standard_D2s_v5", userName: "operator", galleryImageReference: { publisher: "Canonical", offer: "UbuntuServer", osType: "Linux", sku: "22.04-LTS", version: "latest" } }),
        ],
    },
    {
        name: "landing-zone-with-bastion",
        what: "Priorities as text, lower-case protocols, VirtualNetwork on both sides: administrators come by Bastion.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            vnet("net"),
            nsg("windows-server", [
                allow("winrm", 200, "5985", "VirtualNetwork", { priority: "200", protocol: "tcp", destinationAddressPrefix: "VirtualNetwork" }),
                allow("rdp-inbound-3389", 210, "3389", "VirtualNetwork", { priority: "210", protocol: "tcp", destinationAddressPrefix: "VirtualNetwork" }),
            ]),
            subnet("hosts", "net", "10.20.1.0/24", { networkSecurityGroup: { id: ref("windows-server") } }),
            subnet("bastion-subnet", "net", "10.20.9.0/26", { subnetName: "AzureBastionSubnet" }),
            publicIp("bastion-address"),
            az("network:BastionHost", "bastion", { ipConfigurations: [{ name: "main", subnet: { id: ref("bastion-subnet") }, publicIPAddress: { id: ref("bastion-address") } }] }),
            nic("card", { subnet: { id: ref("hosts") } }),
            winVm("server", "card"),
        ],
    },
    {
        name: "corporate-service-tags",
        what: "The sources are tags that only some subscriptions know: whom they name, they admit.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([allow("AllowRD", 300, "3389", "CorpNetSaw"), allow("AllowRDPublic", 301, "3389", "CorpNetPublic")]),
    },
    {
        name: "the-same-rule-twice",
        what: "Two rules that admit the same, with nothing between them.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: publicVm([allow("allow700", 1200, ["3389"]), allow("allow1300", 1300, ["3389"])]),
    },
    {
        name: "source-and-destination-port-swapped",
        what: "Source port 3389 to any port, meant the other way round: nobody gets in.",
        works: "no",
        expect: { verdict: { server: "blocked" } },
        specs: publicVm([allow("RDP Inpound", 100, "*", "*", { sourcePortRange: "3389", access: "allow", protocol: "TCP" })]),
    },
    {
        name: "gateway-fleet-behind-a-classic-balancer",
        what: "RD Gateways behind HTTPS; nothing opens 3389 to them, and nobody says that they are to be reached.",
        works: "yes",
        expect: { verdict: { gateways: "private" } },
        specs: [
            ...twoSubnets(),
            group("external", [ingress(443, 443, { cidrBlocks: [office] })]),
            group("internal", [ingress(80, 80, { securityGroups: [ref("external")] })], {
                egress: [{ protocol: "tcp", fromPort: 3389, toPort: 3389, cidrBlocks: ["10.60.0.0/16"] }, { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }],
            }),
            aws("ec2/LaunchConfiguration", "template", { name: "gateways", imageId: windows2019, instanceType: "t3.large", keyName: "ops", securityGroups: [ref("internal")], userData: gatewayScript }),
            aws("autoscaling/Group", "gateways", { minSize: 1, maxSize: 2, vpcZoneIdentifiers: [ref("private")], launchConfiguration: "gateways", loadBalancers: ["front"] }),
            aws("elb/LoadBalancer", "front", { name: "front", subnets: [ref("public")], securityGroups: [ref("external")], listeners: [{ instancePort: 80, instanceProtocol: "http", lbPort: 443, lbProtocol: "https" }] }),
        ],
    },
    {
        name: "directory-management-server",
        what: "RDP from the group of a bastion that another module owns; a document joins the domain.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...twoSubnets(),
            group("bastion", [rdpFrom("198.51.100.178/32", "198.51.100.82/32")], { egress: egressAll }),
            group("management", [ingress(3389, 3389, { securityGroups: [ref("bastion")] })]),
            instance("server", { subnetId: ref("private"), vpcSecurityGroupIds: [ref("management")], iamInstanceProfile: "management", metadataOptions: { httpTokens: "required" } }),
            aws("ssm/Document", "join", { name: "join", documentType: "Command", content: JSON.stringify({ schemaVersion: "2.2", mainSteps: [{ action: "aws:domainJoin", name: "domainJoin", inputs: { directoryId: "d-0123456789", directoryName: "corp.example.com", dnsIpAddresses: ["10.60.3.4"] } }] }) }),
            aws("ssm/Association", "joined", { name: "join", targets: [{ key: "InstanceIds", values: [ref("server")] }] }),
        ],
    },
    {
        name: "site-to-site-with-a-jump-server",
        what: "A VPN gateway beside a jump server with an address of its own.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVm([allow("AllowHTTP", 1000, "80"), allow("AllowRDP", 1010, "3389")]),
            subnet("gateway-subnet", "net", "10.20.250.0/24", { subnetName: "GatewaySubnet" }),
            publicIp("gateway-address"),
            az("network:VirtualNetworkGateway", "gateway", { gatewayType: "Vpn", vpnType: "RouteBased", sku: { name: "VpnGw1", tier: "VpnGw1" }, ipConfigurations: [{ name: "main", subnet: { id: ref("gateway-subnet") }, publicIPAddress: { id: ref("gateway-address") } }] }),
        ],
    },
    {
        name: "address-on-the-second-private-address",
        what: "The Elastic IP stands on the second address of an interface that the instance is made with.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...publicVpc(),
            group("access", [rdpFrom(office)]),
            aws("ec2/NetworkInterface", "card", { subnetId: ref("public"), securityGroups: [ref("access")], privateIps: ["10.60.1.10", "10.60.1.11"] }),
            aws("ec2/Eip", "address", { domain: "vpc", networkInterface: ref("card"), associateWithPrivateIp: "10.60.1.11" }),
            instance("server", { networkInterfaces: [{ deviceIndex: 0, networkInterfaceId: ref("card") }], ...declared }),
        ],
    },
    {
        name: "second-interface-in-a-public-subnet",
        what: "The instance is private; an interface attached later has the address.",
        works: "yes",
        expect: { verdict: { server: "ready" } },
        specs: [
            ...twoSubnets(),
            group("access", [rdpFrom(office)]),
            instance("server", { subnetId: ref("private"), vpcSecurityGroupIds: [ref("access")], ...declared }),
            aws("ec2/NetworkInterface", "card", { subnetId: ref("public"), securityGroups: [ref("access")] }),
            aws("ec2/NetworkInterfaceAttachment", "attached", { instanceId: ref("server"), networkInterfaceId: ref("card"), deviceIndex: 1 }),
            aws("ec2/Eip", "address", { domain: "vpc", networkInterface: ref("card") }),
        ],
    },
    {
        name: "flexible-scale-set-with-addresses",
        what: "Flexible orchestration: the NIC's settings stand in the profile, with an NSG and a public address for each VM.",
        works: "yes",
        expect: { verdict: { desks: "ready" } },
        specs: [
            vnet("net"),
            subnet("hosts", "net", "10.20.1.0/24"),
            nsg("guard", [allow("rdp", 100, "3389", office)]),
            az("compute:VirtualMachineScaleSet", "desks", {
                orchestrationMode: "Flexible",
                platformFaultDomainCount: 1,
                sku: { name: "Standard_D2s_v5", capacity: 2 },
                tags: declared.tags,
                virtualMachineProfile: {
                    osProfile: { computerNamePrefix: "desk", adminUsername: "operator", adminPassword: "[secret]" },
                    storageProfile: { imageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2022-datacenter", version: "latest" }, osDisk: { createOption: "FromImage" } },
                    networkProfile: {
                        networkApiVersion: "2020-11-01",
                        networkInterfaceConfigurations: [
                            { name: "card", primary: true, networkSecurityGroup: { id: ref("guard") }, ipConfigurations: [{ name: "main", primary: true, subnet: { id: ref("hosts") }, publicIPAddressConfiguration: { name: "address", sku: { name: "Standard" } } }] },
                        ],
                    },
                },
            }),
        ],
    },
];

export default entries;
