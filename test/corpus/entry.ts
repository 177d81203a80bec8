import { Verdict } from "../../policies/judge";
import { Form, Spec } from "../policies/fixture";

export type { Spec };

/** Some verdicts are equally right: a list says which. A form with a verdict of its own needs `formsDiffer`. */
export type Expected = Verdict | readonly Verdict[] | Readonly<Record<Form, Verdict | readonly Verdict[]>>;

/** A stack as people write them. */
export interface Entry {
    readonly name: string;
    /** What kind of stack it is, and what could mislead a reader of it. */
    readonly what: string;
    /** Whether whoever is meant to gets a session on every host of it. */
    readonly works: "yes" | "no" | "cannot be told";
    /** Intent by host name, where the entry is about it. */
    readonly intent?: Readonly<Record<string, "declared" | "implied" | "implied-by-address" | "none">>;
    readonly expect: {
        /** Every host that must be seen, and no other. */
        readonly verdict: Readonly<Record<string, Expected>>;
        /** Rules of which at least one finding is mandatory; all of them in stacks that do not work. */
        readonly mandatory?: readonly string[];
        /** Rules of which there must be no finding at all, advisory ones included: `all` for silence. */
        readonly silent?: "all" | readonly string[];
    };
    /** Why a preview and the state cannot give the same verdict. */
    readonly formsDiffer?: string;
    readonly specs: readonly Spec[];
}

type Inputs = Record<string, unknown>;

const azureType = (kind: string): string => `azure-native:${kind}`;

/** A resource of azure-native; `kind` may name a version of the module. */
export function az(kind: string, name: string, inputs: Inputs, more: Partial<Spec> = {}): Spec {
    return { type: azureType(kind), name, inputs: { resourceGroupName: "rg", ...inputs }, ...more };
}

/** A resource of the aws provider by its short token: `ec2/Instance`. */
export function aws(token: string, name: string, inputs: Inputs, more: Partial<Spec> = {}): Spec {
    const [module = "", type = ""] = token.split("/");
    return { type: `aws:${module}/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`, name, inputs, ...more };
}

/** An inbound Azure rule as most people write it: TCP, any source port, any destination. */
export function allow(name: string, priority: number, port: unknown, source: unknown = "*", change: Inputs = {}): Inputs {
    return {
        name,
        priority,
        direction: "Inbound",
        access: "Allow",
        protocol: "Tcp",
        sourcePortRange: "*",
        destinationAddressPrefix: "*",
        ...(Array.isArray(port) ? { destinationPortRanges: port } : { destinationPortRange: port }),
        ...(Array.isArray(source) ? { sourceAddressPrefixes: source } : { sourceAddressPrefix: source }),
        ...change,
    };
}

/** The same, denying; every protocol. */
export function deny(name: string, priority: number, port: unknown, source: unknown = "*", change: Inputs = {}): Inputs {
    return allow(name, priority, port, source, { access: "Deny", protocol: "*", ...change });
}

export function nsg(name: string, securityRules: readonly Inputs[] | undefined): Spec {
    return az("network:NetworkSecurityGroup", name, securityRules === undefined ? {} : { securityRules });
}

export function vnet(name: string, prefix = "10.20.0.0/16", more: Inputs = {}): Spec {
    return az("network:VirtualNetwork", name, { addressSpace: { addressPrefixes: [prefix] }, ...more });
}

export function subnet(name: string, vnetName: string, prefix: string, more: Inputs = {}): Spec {
    return az("network:Subnet", name, { virtualNetworkName: `\${${vnetName}.name}`, addressPrefix: prefix, ...more });
}

export function publicIp(name: string, more: Inputs = {}): Spec {
    return az("network:PublicIPAddress", name, { publicIPAllocationMethod: "Static", sku: { name: "Standard" }, ...more });
}

export function nic(name: string, configuration: Inputs, more: Inputs = {}): Spec {
    return az("network:NetworkInterface", name, { ipConfigurations: [{ name: "ipconfig", privateIPAllocationMethod: "Dynamic", ...configuration }], ...more });
}

export const server2022 = { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2022-datacenter-azure-edition", version: "latest" };

/** A Windows Server VM with one NIC. */
export function winVm(name: string, nicName: string, more: Inputs = {}): Spec {
    return az("compute:VirtualMachine", name, {
        hardwareProfile: { vmSize: "Standard_D2s_v5" },
        networkProfile: { networkInterfaces: [{ id: `\${${nicName}.id}`, primary: true }] },
        osProfile: { computerName: name.slice(0, 15), adminUsername: "operator", adminPassword: "[secret]" },
        storageProfile: { imageReference: server2022, osDisk: { createOption: "FromImage", managedDisk: { storageAccountType: "Premium_LRS" } } },
        ...more,
    });
}

/** A Windows VM with a Standard address of its own, and an NSG on the NIC: what surrounds entries about something else. */
export function publicVm(rules: readonly Inputs[], more: Inputs = {}): Spec[] {
    return [
        vnet("net"),
        subnet("hosts", "net", "10.20.1.0/24"),
        publicIp("address"),
        nsg("guard", rules),
        nic("card", { subnet: { id: "${hosts.id}" }, publicIPAddress: { id: "${address.id}" } }, { networkSecurityGroup: { id: "${guard.id}" } }),
        winVm("server", "card", more),
    ];
}

/** An ingress rule of an inline list. */
export function ingress(from: number, to: number, sources: Inputs, protocol = "tcp"): Inputs {
    return { protocol, fromPort: from, toPort: to, ...sources };
}

export const rdpFrom = (...cidrBlocks: string[]): Inputs => ingress(3389, 3389, { cidrBlocks });

export const egressAll: readonly Inputs[] = [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }];

/** A VPC with one public subnet: gateway, route table, association. */
export function publicVpc(name = "vpc", subnetMore: Inputs = {}): Spec[] {
    return [
        aws("ec2/Vpc", name, { cidrBlock: "10.60.0.0/16", enableDnsHostnames: true }),
        aws("ec2/InternetGateway", "gateway", { vpcId: `\${${name}.id}` }),
        aws("ec2/Subnet", "public", { vpcId: `\${${name}.id}`, cidrBlock: "10.60.1.0/24", ...subnetMore }),
        aws("ec2/RouteTable", "routes", { vpcId: `\${${name}.id}`, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "${gateway.id}" }] }),
        aws("ec2/RouteTableAssociation", "routes-public", { subnetId: "${public.id}", routeTableId: "${routes.id}" }),
    ];
}

export function group(name: string, rules: readonly Inputs[], more: Inputs = {}): Spec {
    return aws("ec2/SecurityGroup", name, { vpcId: "${vpc.id}", ingress: rules, egress: egressAll, ...more });
}

/** A Windows instance: the AMI says nothing (it comes from a look-up), the password does. */
export function instance(name: string, more: Inputs = {}): Spec {
    return aws("ec2/Instance", name, { ami: "ami-0b5d3f6e1c2a49788", instanceType: "t3.large", keyName: "operators", getPasswordData: true, ...more });
}

/** A reachable instance with user data: what surrounds entries about scripts. */
export function instanceWithUserData(userData: string, rules: readonly Inputs[] = [rdpFrom("203.0.113.0/24")], more: Inputs = {}): Spec[] {
    return [
        ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
        group("access", rules),
        instance("server", { subnetId: "${public.id}", vpcSecurityGroupIds: ["${access.id}"], userData, ...more }),
    ];
}
