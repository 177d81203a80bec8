import { createHash } from "node:crypto";
import { Resource } from "../../policies/resource";
import { ExampleResource } from "../../policies/rule";
import { canonicalType } from "../../policies/world";

/** Ids and computed outputs of the two clouds, as far as readers lean on them. Deterministic. */

type Inputs = Readonly<Record<string, unknown>>;

const subscription = "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups";

/** ARM paths below the provider; `{}` stands for the names, which are inputs. Others get a path made from their type. */
const azurePaths: Readonly<Record<string, { readonly path: string; readonly names: readonly string[] }>> = {
    "network:Subnet": { path: "Microsoft.Network/virtualNetworks/{}/subnets/{}", names: ["virtualNetworkName", "subnetName"] },
    "network:SecurityRule": { path: "Microsoft.Network/networkSecurityGroups/{}/securityRules/{}", names: ["networkSecurityGroupName", "securityRuleName"] },
    "network:Route": { path: "Microsoft.Network/routeTables/{}/routes/{}", names: ["routeTableName", "routeName"] },
    "network:InboundNatRule": { path: "Microsoft.Network/loadBalancers/{}/inboundNatRules/{}", names: ["loadBalancerName", "inboundNatRuleName"] },
    "network:LoadBalancerBackendAddressPool": { path: "Microsoft.Network/loadBalancers/{}/backendAddressPools/{}", names: ["loadBalancerName", "backendAddressPoolName"] },
    "network:VirtualNetworkPeering": { path: "Microsoft.Network/virtualNetworks/{}/virtualNetworkPeerings/{}", names: ["virtualNetworkName", "virtualNetworkPeeringName"] },
    "network:FirewallPolicy": { path: "Microsoft.Network/firewallPolicies/{}", names: ["firewallPolicyName"] },
    "network:FirewallPolicyRuleCollectionGroup": { path: "Microsoft.Network/firewallPolicies/{}/ruleCollectionGroups/{}", names: ["firewallPolicyName", "ruleCollectionGroupName"] },
    "network:SecurityAdminConfiguration": { path: "Microsoft.Network/networkManagers/{}/securityAdminConfigurations/{}", names: ["networkManagerName", "configurationName"] },
    "network:PublicIPAddress": { path: "Microsoft.Network/publicIPAddresses/{}", names: ["publicIpAddressName"] },
    "network:PublicIPPrefix": { path: "Microsoft.Network/publicIPPrefixes/{}", names: ["publicIpPrefixName"] },
    "keyvault:Vault": { path: "Microsoft.KeyVault/vaults/{}", names: ["vaultName"] },
    "managedidentity:UserAssignedIdentity": { path: "Microsoft.ManagedIdentity/userAssignedIdentities/{}", names: ["resourceName"] },
    "compute:VirtualMachine": { path: "Microsoft.Compute/virtualMachines/{}", names: ["vmName"] },
    "compute:VirtualMachineExtension": { path: "Microsoft.Compute/virtualMachines/{}/extensions/{}", names: ["vmName", "vmExtensionName"] },
    "compute:VirtualMachineRunCommandByVirtualMachine": { path: "Microsoft.Compute/virtualMachines/{}/runCommands/{}", names: ["vmName", "runCommandName"] },
    "compute:VirtualMachineScaleSet": { path: "Microsoft.Compute/virtualMachineScaleSets/{}", names: ["vmScaleSetName"] },
    "compute:VirtualMachineScaleSetExtension": { path: "Microsoft.Compute/virtualMachineScaleSets/{}/extensions/{}", names: ["vmScaleSetName", "vmssExtensionName"] },
    "resources:ResourceGroup": { path: "", names: ["resourceGroupName"] },
};

/** Lists whose members have ids of their own: `<id>/<segment>/<name>`. */
const azureLists = [
    "subnets", "securityRules", "routes", "ipConfigurations", "frontendIPConfigurations", "backendAddressPools",
    "inboundNatRules", "inboundNatPools", "loadBalancingRules", "outboundRules", "probes",
];

const awsPrefixes: Readonly<Record<string, string>> = {
    Instance: "i", Vpc: "vpc", Subnet: "subnet", SecurityGroup: "sg", DefaultSecurityGroup: "sg", SecurityGroupRule: "sgrule",
    SecurityGroupIngressRule: "sgr", SecurityGroupEgressRule: "sgr", NetworkInterface: "eni", RouteTable: "rtb", DefaultRouteTable: "rtb",
    RouteTableAssociation: "rtbassoc", NetworkAcl: "acl", DefaultNetworkAcl: "acl", NetworkAclAssociation: "aclassoc",
    InternetGateway: "igw", EgressOnlyInternetGateway: "eigw", NatGateway: "nat", Eip: "eipalloc", EipAssociation: "eipassoc",
    LaunchTemplate: "lt", VpcEndpoint: "vpce", VpcPeeringConnection: "pcx", ManagedPrefixList: "pl", Ami: "ami",
    InstanceConnectEndpoint: "eice", TransitGateway: "tgw",
};

/** Types whose id is their ARN, with the service and the start of the resource part. */
const awsArnIds: Readonly<Record<string, string>> = {
    LoadBalancer: "elasticloadbalancing:loadbalancer/net", TargetGroup: "elasticloadbalancing:targetgroup", Listener: "elasticloadbalancing:listener/net",
};

export function idOf(spec: ExampleResource, inputs: Inputs): string {
    return spec.type.startsWith("aws:") ? awsId(spec) : spec.type.startsWith("azure") ? azureId(spec, inputs) : spec.name;
}

/** The inputs, and what the cloud adds: names, ids of inline members, addresses, ARNs. */
export function outputsOf(spec: ExampleResource, id: string, inputs: Inputs): Record<string, unknown> {
    if (spec.type.startsWith("aws:")) {
        return { ...awsComputed(spec, id), ...inputs };
    }
    if (spec.type.startsWith("tls:")) {
        return { publicKeyOpenssh: `${inputs["algorithm"] === "RSA" ? "ssh-rsa" : "ssh-ed25519"} AAAA${id} made-by-tls`, ...inputs };
    }
    if (!spec.type.startsWith("azure")) {
        return { ...inputs };
    }
    const kind = azureKind(spec.type);
    const outputs: Record<string, unknown> = { ...inputs, id, name: id.slice(id.lastIndexOf("/") + 1) };
    // ARM answers in another case than it was asked with.
    const answered = id.replace("/resourceGroups/", "/resourcegroups/");
    for (const list of azureLists) {
        const members = inputs[list];
        if (Array.isArray(members)) {
            outputs[list] = members.map((m: Record<string, unknown>) => (typeof m["name"] === "string" ? { ...m, id: `${answered}/${list}/${m["name"]}` } : m));
        }
    }
    if (kind === "network:PublicIPAddress") {
        outputs["ipAddress"] = `20.50.${byte(id, 0)}.${byte(id, 1)}`;
    }
    if (kind === "managedidentity:UserAssignedIdentity") {
        Object.assign(outputs, { principalId: guid(id), clientId: guid(`${id} client`) });
    }
    const identity = inputs["identity"] as { type?: unknown } | undefined;
    if (/SystemAssigned/.test(String(identity?.type))) {
        outputs["identity"] = { ...identity, principalId: guid(id) };
    }
    return outputs;
}

function guid(text: string): string {
    return hash(text, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Azure gives each configuration of a NIC the next free address of its subnet. */
export function withPrivateAddresses(nic: Resource, all: readonly Resource[]): Resource["outputs"] {
    const configurations = nic.outputs["ipConfigurations"];
    if (azureKind(nic.type) !== "network:NetworkInterface" || !Array.isArray(configurations)) {
        return nic.outputs;
    }
    const position = all.filter((r) => azureKind(r.type) === "network:NetworkInterface").indexOf(nic);
    const assigned = configurations.map((c: { subnet?: { id?: unknown }; privateIPAddress?: unknown }, i) => {
        const subnet = all.find((r) => r.id !== undefined && r.id === c.subnet?.id);
        const base = /^(\d+\.\d+\.\d+)\.(\d+)\/\d+$/.exec(String(subnet?.inputs["addressPrefix"]));
        return c.privateIPAddress !== undefined || base === null ? c : { ...c, privateIPAddress: `${base[1]}.${Number(base[2]) + 4 + position + i}` };
    });
    return { ...nic.outputs, ipConfigurations: assigned };
}

function azureKind(type: string): string {
    return canonicalType(type).replace(/^azure-native:/, "");
}

function azureId(spec: ExampleResource, inputs: Inputs): string {
    const kind = azureKind(spec.type);
    const [module = "", name = ""] = kind.split(":");
    const camel = name.charAt(0).toLowerCase() + name.slice(1);
    const { path, names } = azurePaths[kind] ?? { path: `Microsoft.${module.charAt(0).toUpperCase()}${module.slice(1)}/${camel}s/{}`, names: [`${camel}Name`] };
    const text = (property: string, fallback: string): string => (typeof inputs[property] === "string" ? (inputs[property] as string) : fallback);
    const last = names.length - 1;
    let next = 0;
    const filled = path.replace(/\{\}/g, () => {
        const name = text(names[next]!, next === last ? `${spec.name}${hash(spec.name, 8)}` : "unnamed");
        next += 1;
        return name;
    });
    const group = text("resourceGroupName", "rg");
    return path === "" ? `${subscription}/${group}` : `${subscription}/${group}/providers/${filled}`;
}

function awsId(spec: ExampleResource): string {
    const type = spec.type.split(":").at(-1) ?? "";
    const arn = awsArnIds[type];
    if (arn !== undefined) {
        const [service, resource] = arn.split(":");
        return `arn:aws:${service}:eu-central-1:123456789012:${resource}/${spec.name}/${hash(spec.name, 16)}`;
    }
    const prefix = awsPrefixes[type];
    return prefix === undefined ? spec.name : `${prefix}-0${hash(spec.type + spec.name, 16)}`;
}

function awsComputed(spec: ExampleResource, id: string): Record<string, unknown> {
    const type = spec.type.split(":").at(-1) ?? "";
    const service = spec.type.split(":")[1]?.split("/")[0] ?? "";
    const arn = id.startsWith("arn:") ? id : `arn:aws:${service}:eu-central-1:123456789012:${type.charAt(0).toLowerCase()}${type.slice(1)}/${id}`;
    const other = (prefix: string): string => `${prefix}-0${hash(id + prefix, 16)}`;
    switch (type) {
        case "Vpc":
            return { id, arn, mainRouteTableId: other("rtb"), defaultRouteTableId: other("rtb"), defaultSecurityGroupId: other("sg"), defaultNetworkAclId: other("acl") };
        case "Instance":
            return {
                id, arn, privateIp: `10.0.1.${byte(id, 1)}`, primaryNetworkInterfaceId: other("eni"),
                ...(spec.inputs["associatePublicIpAddress"] === true ? { publicIp: `18.190.${byte(id, 0)}.${byte(id, 1)}` } : {}),
            };
        case "Eip":
            return { id, arn, allocationId: id, publicIp: `3.120.${byte(id, 0)}.${byte(id, 1)}` };
        case "LoadBalancer":
            return { id, arn, name: spec.name, dnsName: `${spec.name}-${hash(spec.name, 16)}.elb.eu-central-1.amazonaws.com` };
        case "SecurityGroup":
        case "TargetGroup":
            return { id, arn, name: spec.name };
        default:
            return { id, arn };
    }
}

function hash(text: string, length: number): string {
    return createHash("sha256").update(text).digest("hex").slice(0, length);
}

function byte(text: string, index: number): number {
    return 1 + (createHash("sha256").update(text).digest()[index] ?? 0) % 254;
}
