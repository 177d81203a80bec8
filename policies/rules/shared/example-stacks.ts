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
