import assert from "node:assert";
import { Host } from "../../../core/host";
import { AddressSet } from "../../../core/net/address-set";
import { evaluatePath } from "../../../core/net/evaluate";
import { Path, PathVerdict, Via } from "../../../core/net/path-model";
import { azure } from "../../../policies/azure/reader";
import { PackOptions } from "../../../policies/rule";
import { Form, Spec, bothForms, ref } from "../fixture";

/** Stacks and questions that the tests of the Azure reader share. */

export const client = "203.0.113.0/24";
const defaults: PackOptions = { onUnknown: "advisory", outside: "assume-open", assumeNew: false };

type Props = Record<string, unknown>;

export function nsg(name: string, securityRules?: readonly Props[], extra: Props = {}): Spec {
    return { type: "azure-native:network:NetworkSecurityGroup", name, inputs: { resourceGroupName: "rg", ...(securityRules === undefined ? {} : { securityRules }), ...extra } };
}

export function allow(change: Props = {}): Props {
    return {
        name: "allow-rdp",
        priority: 300,
        direction: "Inbound",
        access: "Allow",
        protocol: "Tcp",
        sourceAddressPrefix: client,
        sourcePortRange: "*",
        destinationAddressPrefix: "*",
        destinationPortRange: "3389",
        ...change,
    };
}

export function deny(change: Props = {}): Props {
    return allow({ name: "deny", access: "Deny", priority: 100, sourceAddressPrefix: "*", ...change });
}

export const vnet: Spec = { type: "azure-native:network:VirtualNetwork", name: "vnet", inputs: { resourceGroupName: "rg", addressSpace: { addressPrefixes: ["10.0.0.0/16"] } } };

export function subnet(extra: Props = {}): Spec {
    return { type: "azure-native:network:Subnet", name: "subnet", inputs: { resourceGroupName: "rg", virtualNetworkName: ref("vnet", "name"), addressPrefix: "10.0.1.0/24", ...extra } };
}

export function pip(extra: Props = { sku: { name: "Standard" }, publicIPAllocationMethod: "Static" }): Spec {
    return { type: "azure-native:network:PublicIPAddress", name: "pip", inputs: { resourceGroupName: "rg", ...extra } };
}

export function nic(configuration: Props = {}, extra: Props = {}): Spec {
    return {
        type: "azure-native:network:NetworkInterface",
        name: "nic",
        inputs: { resourceGroupName: "rg", ipConfigurations: [{ name: "main", subnet: { id: ref("subnet") }, ...configuration }], ...extra },
    };
}

export function vm(extra: Props = {}): Spec {
    return {
        type: "azure-native:compute:VirtualMachine",
        name: "web",
        inputs: {
            resourceGroupName: "rg",
            vmName: "web",
            tags: { "rdp-ready:clients": client },
            networkProfile: { networkInterfaces: [{ id: ref("nic") }] },
            osProfile: { computerName: "web", adminUsername: "ops", windowsConfiguration: {} },
            ...extra,
        },
    };
}

export const withPip = { publicIPAddress: { id: ref("pip") } };
export const withNsg = { networkSecurityGroup: { id: ref("nsg") } };

/** VM, NIC with a Standard address, subnet, VNet; and the NSG given, on the NIC. */
export function publicVm(...rules: readonly Props[]): Spec[] {
    return [vnet, subnet(), pip(), nsg("nsg", rules), nic(withPip, withNsg), vm()];
}

/** Asks the same of a stack at preview and in state. */
export function each(specs: readonly Spec[], judge: (hosts: readonly Host[], form: Form) => void, options: Partial<PackOptions> = {}): void {
    bothForms(specs, (world, form) => {
        try {
            judge(azure.hosts(world, { ...defaults, ...options }), form);
        } catch (e) {
            if (e instanceof Error) {
                e.message = `${form}: ${e.message}`;
            }
            throw e;
        }
    });
}

/** As `each`, of the one host that the stack has. */
export function eachHost(specs: readonly Spec[], judge: (host: Host, form: Form) => void, options: Partial<PackOptions> = {}): void {
    each(
        specs,
        (hosts, form) => {
            assert.strictEqual(hosts.length, 1, `hosts: ${hosts.map((h) => h.name).join(", ")}`);
            judge(hosts[0]!, form);
        },
        options,
    );
}

export function pathOf(host: Host, via: Via): Path {
    const found = host.paths.filter((p) => p.via === via);
    assert.strictEqual(found.length, 1, `paths: ${host.paths.map((p) => p.via).join(", ")}`);
    return found[0]!;
}

export function reach(host: Host, via: Via, cidr = client): PathVerdict {
    return evaluatePath(pathOf(host, via), { name: cidr, addresses: AddressSet.parse(cidr) });
}

/** The client gets in by this path, or does not, and what decides says so. */
export function expects(specs: readonly Spec[], via: Via, verdict: PathVerdict["verdict"], says: RegExp | string = "", options: { cidr?: string; property?: string } & Partial<PackOptions> = {}): void {
    const { cidr, property, ...pack } = options;
    eachHost(
        specs,
        (host) => {
            const { verdict: got, deciding } = reach(host, via, cidr);
            const told = `${deciding.decidedBy.property ?? ""}: ${deciding.decidedBy.text}${deciding.why === undefined ? "" : ` [${deciding.why}]`}`;
            assert.strictEqual(got, verdict, told);
            assert.ok(typeof says === "string" ? told.includes(says) : says.test(told), told);
            if (property !== undefined) {
                assert.strictEqual(deciding.decidedBy.property, property, told);
            }
        },
        pack,
    );
}
