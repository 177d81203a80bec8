import { ExampleResource } from "../../rule";

/**
 * Small stacks that the rules' examples share, as people write them. `${name.property}` stands for a value of another
 * resource, as in Pulumi YAML.
 */

const clientsTag = { "rdp-ready:clients": "203.0.113.0/24" };

/** An inbound NSG rule for Remote Desktop; `change` overrides any property. */
export function allowRdp(change: Record<string, unknown> = {}): Record<string, unknown> {
    return {
        name: "allow-rdp",
        priority: 300,
        direction: "Inbound",
        access: "Allow",
        protocol: "Tcp",
        sourceAddressPrefix: "203.0.113.0/24",
        sourcePortRange: "*",
        destinationAddressPrefix: "*",
        destinationPortRange: "3389",
        ...change,
    };
}

type Rules = readonly Record<string, unknown>[];

export interface AzurePublicVm {
    readonly nicRules?: Rules;
    readonly subnetRules?: Rules;
    /** Default: a static Standard address. */
    readonly publicAddress?: boolean;
    /** Whether the VM declares its clients. Default: yes. */
    readonly declared?: boolean;
}

/** A Windows VM with a NIC, as far as wanted with a public address and NSGs on the NIC and the subnet. */
export function azurePublicVm({ nicRules, subnetRules, publicAddress = true, declared = true }: AzurePublicVm): ExampleResource[] {
    const nsg = (name: string, securityRules: Rules): ExampleResource => ({
        type: "azure-native:network:NetworkSecurityGroup",
        name,
        inputs: { resourceGroupName: "rg", securityRules },
    });
    return [
        ...(nicRules === undefined ? [] : [nsg("nic-nsg", nicRules)]),
        ...(subnetRules === undefined ? [] : [nsg("subnet-nsg", subnetRules)]),
        { type: "azure-native:network:VirtualNetwork", name: "vnet", inputs: { resourceGroupName: "rg", addressSpace: { addressPrefixes: ["10.0.0.0/16"] } } },
        {
            type: "azure-native:network:Subnet",
            name: "subnet",
            inputs: {
                resourceGroupName: "rg",
                virtualNetworkName: "${vnet.name}",
                addressPrefix: "10.0.1.0/24",
                ...(subnetRules === undefined ? {} : { networkSecurityGroup: { id: "${subnet-nsg.id}" } }),
            },
        },
        ...(publicAddress
            ? [
                  {
                      type: "azure-native:network:PublicIPAddress",
                      name: "ip",
                      inputs: { resourceGroupName: "rg", publicIPAllocationMethod: "Static", sku: { name: "Standard" } },
                  },
              ]
            : []),
        {
            type: "azure-native:network:NetworkInterface",
            name: "nic",
            inputs: {
                resourceGroupName: "rg",
                ipConfigurations: [
                    { name: "main", subnet: { id: "${subnet.id}" }, ...(publicAddress ? { publicIPAddress: { id: "${ip.id}" } } : {}) },
                ],
                ...(nicRules === undefined ? {} : { networkSecurityGroup: { id: "${nic-nsg.id}" } }),
            },
        },
        {
            type: "azure-native:compute:VirtualMachine",
            name: "vm",
            inputs: {
                resourceGroupName: "rg",
                hardwareProfile: { vmSize: "Standard_D2s_v5" },
                networkProfile: { networkInterfaces: [{ id: "${nic.id}" }] },
                storageProfile: {
                    imageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2022-datacenter-azure-edition", version: "latest" },
                },
                ...(declared ? { tags: clientsTag } : {}),
            },
        },
    ];
}

/** A reachable Windows VM with a managed run command that runs `script`. */
export function azureVmWithScript(script: string): ExampleResource[] {
    return [
        ...azurePublicVm({ nicRules: [allowRdp()] }),
        {
            type: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
            name: "settings",
            inputs: { resourceGroupName: "rg", vmName: "${vm.name}", source: { script } },
        },
    ];
}

export interface Ec2Public {
    /** CIDR that the security group admits to 3389. */
    readonly ingress: string;
    /** Whether the route table leads to an internet gateway. Default: yes. */
    readonly internetGateway?: boolean;
    /** Gateway id of the default route; default: the stack's internet gateway. */
    readonly routeTarget?: string;
    readonly userData?: string;
    /** No public address, no RDP rule and no declared client. */
    readonly private?: boolean;
}

/** A Windows instance with a security group and a public address in a VPC of its own. */
export function ec2Public({ ingress, internetGateway = true, routeTarget, userData, private: isPrivate = false }: Ec2Public): ExampleResource[] {
    return [
        { type: "aws:ec2/vpc:Vpc", name: "vpc", inputs: { cidrBlock: "10.0.0.0/16" } },
        { type: "aws:ec2/subnet:Subnet", name: "subnet", inputs: { vpcId: "${vpc.id}", cidrBlock: "10.0.1.0/24" } },
        ...(internetGateway ? [{ type: "aws:ec2/internetGateway:InternetGateway", name: "gateway", inputs: { vpcId: "${vpc.id}" } }] : []),
        {
            type: "aws:ec2/routeTable:RouteTable",
            name: "routes",
            inputs: { vpcId: "${vpc.id}", routes: internetGateway ? [{ cidrBlock: "0.0.0.0/0", gatewayId: routeTarget ?? "${gateway.id}" }] : [] },
        },
        { type: "aws:ec2/routeTableAssociation:RouteTableAssociation", name: "association", inputs: { subnetId: "${subnet.id}", routeTableId: "${routes.id}" } },
        {
            type: "aws:ec2/securityGroup:SecurityGroup",
            name: "group",
            inputs: {
                vpcId: "${vpc.id}",
                ingress: isPrivate ? [] : [{ protocol: "tcp", fromPort: 3389, toPort: 3389, cidrBlocks: [ingress] }],
                egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
            },
        },
        {
            type: "aws:ec2/instance:Instance",
            name: "server",
            inputs: {
                ami: "ami-0a1b2c3d4e5f60718",
                instanceType: "t3.large",
                keyName: "operators",
                getPasswordData: true,
                subnetId: "${subnet.id}",
                vpcSecurityGroupIds: ["${group.id}"],
                associatePublicIpAddress: !isPrivate,
                ...(userData === undefined ? {} : { userData }),
                ...(isPrivate ? {} : { tags: clientsTag }),
            },
        },
    ];
}

/** A reachable Windows instance whose user data runs a PowerShell script. */
export function ec2WithUserData(script: string, options: { readonly private?: boolean } = {}): ExampleResource[] {
    return ec2Public({ ingress: "203.0.113.0/24", userData: `<powershell>\n${script}\n</powershell>`, ...options });
}

/** An NSG with these rules, attached to nothing. */
export function nsgWithRules(securityRules: Rules): ExampleResource[] {
    return [{ type: "azure-native:network:NetworkSecurityGroup", name: "nsg", inputs: { resourceGroupName: "rg", securityRules } }];
}

/** An NSG with one rule for Remote Desktop; `change` overrides any of its properties. */
export function nsgWith(change: Record<string, unknown>): ExampleResource[] {
    return nsgWithRules([allowRdp(change)]);
}

/** A security group with one inline rule for Remote Desktop; `change` overrides any of its properties. */
export function securityGroupWith(change: Record<string, unknown>): ExampleResource[] {
    const ingress = [{ protocol: "tcp", fromPort: 3389, toPort: 3389, cidrBlocks: ["203.0.113.0/24"], ...change }];
    return [{ type: "aws:ec2/securityGroup:SecurityGroup", name: "group", inputs: { vpcId: "vpc-0a1b2c3d4e5f60718", ingress } }];
}

/** The VM of `azurePublicVm` without its public address, behind a Bastion host. Nothing filters AzureBastionSubnet, as in most stacks. */
export function azureBehindBastion(): ExampleResource[] {
    return [
        ...azurePublicVm({ publicAddress: false, nicRules: [] }),
        { type: "azure-native:network:Subnet", name: "bastion-subnet", inputs: { resourceGroupName: "rg", virtualNetworkName: "${vnet.name}", subnetName: "AzureBastionSubnet", addressPrefix: "10.0.2.0/26" } },
        { type: "azure-native:network:PublicIPAddress", name: "bastion-address", inputs: { resourceGroupName: "rg", sku: { name: "Standard" }, publicIPAllocationMethod: "Static" } },
        {
            type: "azure-native:network:BastionHost",
            name: "bastion",
            inputs: { resourceGroupName: "rg", sku: { name: "Standard" }, ipConfigurations: [{ name: "bastion", subnet: { id: "${bastion-subnet.id}" }, publicIPAddress: { id: "${bastion-address.id}" } }] },
        },
    ];
}

/** A Windows VM that clients reach by an inbound NAT rule; `natRule` adds to its properties, `script` runs in the guest. */
export function azureBehindNatRule(natRule: Record<string, unknown>, script?: string): ExampleResource[] {
    const lb = "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/balancer";
    const host = script === undefined ? azurePublicVm({ nicRules: [allowRdp()] }) : azureVmWithScript(script);
    return host.flatMap((r): ExampleResource[] =>
        r.name !== "nic"
            ? [r]
            : [
                  {
                      type: "azure-native:network:LoadBalancer",
                      name: "balancer",
                      inputs: {
                          resourceGroupName: "rg",
                          loadBalancerName: "balancer",
                          sku: { name: "Standard" },
                          frontendIPConfigurations: [{ name: "public", publicIPAddress: { id: "${ip.id}" } }],
                          inboundNatRules: [{ name: "rdp", protocol: "Tcp", frontendPort: 3389, backendPort: 3389, frontendIPConfiguration: { id: `${lb}/frontendIPConfigurations/public` }, ...natRule }],
                      },
                  },
                  {
                      ...r,
                      inputs: {
                          ...r.inputs,
                          ipConfigurations: [{ name: "main", subnet: { id: "${subnet.id}" }, loadBalancerInboundNatRules: [{ id: "${balancer.inboundNatRules[0].id}" }] }],
                      },
                  },
              ],
    );
}

/** A Windows instance behind a Network Load Balancer; `listener` adds to its properties, `script` runs in the guest. */
export function ec2BehindNlb(listener: Record<string, unknown>, script?: string): ExampleResource[] {
    const instance = script === undefined ? ec2Public({ ingress: "203.0.113.0/24" }) : ec2WithUserData(script);
    return [
        ...instance.map((r) => (r.name === "server" ? { ...r, inputs: { ...r.inputs, associatePublicIpAddress: false } } : r)),
        { type: "aws:lb/loadBalancer:LoadBalancer", name: "balancer", inputs: { loadBalancerType: "network", subnets: ["${subnet.id}"] } },
        { type: "aws:lb/targetGroup:TargetGroup", name: "targets", inputs: { vpcId: "${vpc.id}", port: 3389, protocol: "TCP" } },
        { type: "aws:lb/targetGroupAttachment:TargetGroupAttachment", name: "target", inputs: { targetGroupArn: "${targets.arn}", targetId: "${server.id}" } },
        {
            type: "aws:lb/listener:Listener",
            name: "listener",
            inputs: { loadBalancerArn: "${balancer.arn}", port: 3389, protocol: "TCP", defaultActions: [{ type: "forward", targetGroupArn: "${targets.arn}" }], ...listener },
        },
    ];
}

/** A Windows instance with a public address that it gets at launch; names are to be added. */
export function ec2Named(): ExampleResource[] {
    return ec2Public({ ingress: "203.0.113.0/24" });
}

export const publicZone: ExampleResource = { type: "aws:route53/zone:Zone", name: "zone", inputs: { name: "example.com" } };
export const privateZone: ExampleResource = { type: "aws:route53/zone:Zone", name: "zone", inputs: { name: "corp.example.com", vpcs: [{ vpcId: "${vpc.id}" }] } };

/** A Route 53 record. */
export function route53(name: string, records: readonly string[], zoneId = "Z0123456789ABCDEFGHIJ"): ExampleResource {
    return { type: "aws:route53/record:Record", name: "record", inputs: { zoneId, name, type: "A", ttl: 300, records } };
}

/** A connection file that people fetch from a bucket. */
export function storedRdpFile(content: string): ExampleResource {
    return { type: "aws:s3/bucketObjectv2:BucketObjectv2", name: "file", inputs: { bucket: "downloads", key: "desk.rdp", content } };
}

/** A Windows VM with a record set that is called after it; `privateAddress`: its NIC has this one. */
export function azureNamed(content: Record<string, unknown>, privateAddress?: string): ExampleResource[] {
    const vm = azurePublicVm({ nicRules: [allowRdp()] }).map((r) =>
        r.name !== "nic" || privateAddress === undefined
            ? r
            : {
                  ...r,
                  inputs: {
                      ...r.inputs,
                      ipConfigurations: [{ name: "main", subnet: { id: "${subnet.id}" }, publicIPAddress: { id: "${ip.id}" }, privateIPAddress: privateAddress, privateIPAllocationMethod: "Static" }],
                  },
              },
    );
    const record = { resourceGroupName: "rg", zoneName: "example.com", relativeRecordSetName: "vm", recordType: "A", ttl: 300, ...content };
    return [...vm, { type: "azure-native:dns:RecordSet", name: "record", inputs: record }];
}
