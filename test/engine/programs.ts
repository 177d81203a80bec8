/** Hand-written programs for the tests of the harness: no component of ours, just what people write. */
import * as ec2 from "@pulumi/aws/ec2";
import * as ssm from "@pulumi/aws/ssm";
import * as vpc from "@pulumi/aws/vpc";
import * as compute from "@pulumi/azure-native/compute";
import * as network from "@pulumi/azure-native/network";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";

const CLIENTS = "203.0.113.0/24";

const rdpRule = (source: string, priority: number) => ({
    access: "Allow",
    direction: "Inbound",
    protocol: "Tcp",
    priority,
    sourceAddressPrefix: source,
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRange: "3389",
});

/** A Windows VM with a public address, an NSG that has an inline and a standalone rule, and a managed run command. */
export function azureProgram({
    source = CLIENTS,
    script = "Write-Output ready",
    computerName = "host",
}: { source?: string; script?: string; computerName?: string } = {}) {
    return async () => {
        const { name: resourceGroupName } = new resources.ResourceGroup("rg");
        const nsg = new network.NetworkSecurityGroup("nsg", { resourceGroupName, securityRules: [{ name: "rdp", ...rdpRule(source, 100) }] });
        const standalone = new network.SecurityRule("standalone", {
            resourceGroupName,
            networkSecurityGroupName: nsg.name,
            ...rdpRule("198.51.100.0/24", 200),
        });
        const vnet = new network.VirtualNetwork("vnet", {
            resourceGroupName,
            addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
            subnets: [{ name: "hosts", addressPrefix: "10.0.1.0/24", networkSecurityGroup: { id: nsg.id } }],
        });
        const address = new network.PublicIPAddress("pip", { resourceGroupName, publicIPAllocationMethod: "Static", sku: { name: "Standard" } });
        const subnet = vnet.subnets.apply((subnets) => ({ id: subnets?.[0]?.id }));
        const nic = new network.NetworkInterface("nic", {
            resourceGroupName,
            ipConfigurations: [{ name: "primary", subnet, publicIPAddress: { id: address.id } }],
        });
        const vm = new compute.VirtualMachine("vm", {
            resourceGroupName,
            hardwareProfile: { vmSize: "Standard_D2s_v5" },
            networkProfile: { networkInterfaces: [{ id: nic.id, primary: true }] },
            osProfile: { computerName, adminUsername: "operator", adminPassword: pulumi.secret("correct horse 1!"), windowsConfiguration: {} },
            storageProfile: {
                imageReference: {
                    publisher: "MicrosoftWindowsServer",
                    offer: "WindowsServer",
                    sku: "2022-datacenter-azure-edition",
                    version: "latest",
                },
            },
            identity: { type: "SystemAssigned" },
        });
        const command = new compute.VirtualMachineRunCommandByVirtualMachine("guest", {
            resourceGroupName,
            vmName: vm.name,
            source: { script },
            protectedParameters: [{ name: "token", value: pulumi.secret("hidden") }],
            treatFailureAsDeploymentFailure: true,
        });
        const shared = await network.getSubnet({ resourceGroupName: "shared", virtualNetworkName: "hub", subnetName: "hosts" });
        const found = network.getNetworkInterfaceOutput({ resourceGroupName, networkInterfaceName: nic.name });
        return {
            address: address.ipAddress,
            nicId: nic.id,
            privateAddress: nic.ipConfigurations.apply((list) => list?.[0]?.privateIPAddress),
            principal: vm.identity.apply((identity) => identity?.principalId),
            ruleId: standalone.id,
            command: command.name,
            sharedSubnet: shared.id,
            found: found.apply(({ ipConfigurations }) => ipConfigurations?.[0]?.privateIPAddress),
        };
    };
}

/** A Windows instance in a VPC of its own, a security group with inline and standalone rules, an EIP and an SSM association. */
export function awsProgram({ script = "Write-Output ready" }: { script?: string } = {}) {
    return async () => {
        const image = await ec2.getAmi({
            owners: ["amazon"],
            mostRecent: true,
            filters: [{ name: "name", values: ["Windows_Server-2022-English-Full-Base-*"] }],
        });
        const parameter = await ssm.getParameter({ name: "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base" });
        const network = new ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
        const subnet = new ec2.Subnet("subnet", { vpcId: network.id, cidrBlock: "10.0.1.0/24" });
        const group = new ec2.SecurityGroup("filter", {
            vpcId: network.id,
            ingress: [{ protocol: "TCP", fromPort: 3389, toPort: 3389, cidrBlocks: [CLIENTS] }],
        });
        const bare = new ec2.SecurityGroup("bare", { vpcId: network.id });
        new ec2.SecurityGroupRule("extra", {
            type: "ingress",
            securityGroupId: group.id,
            protocol: "tcp",
            fromPort: 3389,
            toPort: 3389,
            cidrBlocks: ["198.51.100.0/24"],
        });
        const rule = new vpc.SecurityGroupIngressRule("standalone", {
            securityGroupId: bare.id,
            ipProtocol: "tcp",
            fromPort: 3389,
            toPort: 3389,
            cidrIpv4: CLIENTS,
        });
        const host = new ec2.Instance("host", {
            ami: image.id,
            instanceType: "t3.large",
            subnetId: subnet.id,
            vpcSecurityGroupIds: [group.id, bare.id],
            userData: "<powershell>Write-Output hello</powershell>",
        });
        const address = new ec2.Eip("eip", { domain: "vpc", instance: host.id });
        const content = JSON.stringify({
            schemaVersion: "2.2",
            mainSteps: [{ action: "aws:runPowerShellScript", name: "guest", inputs: { runCommand: [script] } }],
        });
        const document = new ssm.Document("document", { documentType: "Command", content });
        new ssm.Association("association", {
            name: document.name,
            targets: [{ key: "InstanceIds", values: [host.id] }],
            scheduleExpression: "rate(30 minutes)",
            waitForSuccessTimeoutSeconds: 600,
        });
        return {
            address: address.publicIp,
            hostId: host.id,
            privateIp: host.privateIp,
            eni: host.primaryNetworkInterfaceId,
            groupArn: group.arn,
            ruleId: rule.securityGroupRuleId,
            latest: parameter.value,
        };
    };
}
