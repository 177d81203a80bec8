import assert from "node:assert";
import { AddressSet } from "../../../core/net/address-set";
import { evaluatePath } from "../../../core/net/evaluate";
import { azure } from "../../../policies/azure/reader";
import { Resource } from "../../../policies/resource";
import { PackOptions } from "../../../policies/rule";
import { secretMarker, unknownString } from "../../../policies/value";
import { World } from "../../../policies/world";
import { Spec, forms, ref, stack } from "../fixture";
import { allow, client, deny, nic, nsg, pip, subnet, vm, vnet } from "./model";

const options: PackOptions = { onUnknown: "advisory", outside: "assume-open", assumeNew: false };

/** A stack with something of everything that the reader reads. */
const everything: Spec[] = [
    { ...vnet, inputs: { ...vnet.inputs, subnets: [{ name: "inline", addressPrefix: "10.0.3.0/24", networkSecurityGroup: { id: ref("nsg") } }] } },
    { type: "azure-native:network:RouteTable", name: "routes", inputs: { routes: [{ name: "r", addressPrefix: "198.51.100.0/24", nextHopType: "VirtualAppliance", nextHopIpAddress: "10.0.9.4" }] } },
    { type: "azure-native:network:Route", name: "route", inputs: { routeTableName: ref("routes", "name"), addressPrefix: "192.0.2.0/24", nextHopType: "None" } },
    subnet({ networkSecurityGroup: { id: ref("nsg") }, routeTable: { id: ref("routes") } }),
    { type: "azure-native:network:Subnet", name: "bastion-subnet", inputs: { virtualNetworkName: ref("vnet", "name"), subnetName: "AzureBastionSubnet", addressPrefix: "10.0.8.0/26" } },
    pip(),
    { type: "azure-native:network:ApplicationSecurityGroup", name: "asg", inputs: {} },
    nsg("nsg", [allow({ destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [{ id: ref("asg") }] }), deny({ sourceAddressPrefix: "192.0.2.0/24", priority: 4000 })]),
    { type: "azure-native:network:SecurityRule", name: "rule", inputs: { networkSecurityGroupName: ref("nsg", "name"), ...allow({ name: undefined, securityRuleName: "more", priority: 310 }) } },
    {
        type: "azure-native:network:LoadBalancer",
        name: "lb",
        inputs: {
            loadBalancerName: "lb",
            frontendIPConfigurations: [{ name: "fe", publicIPAddress: { id: ref("pip") } }],
            backendAddressPools: [{ name: "pool" }],
            probes: [{ name: "p", protocol: "Tcp", port: 3389 }],
            inboundNatRules: [{ name: "nat", protocol: "Tcp", frontendPort: 50001, backendPort: 3389, frontendIPConfiguration: { id: "/x/frontendIPConfigurations/fe" } }],
            loadBalancingRules: [{ name: "l", protocol: "Tcp", frontendPort: 3389, backendPort: 3389, frontendIPConfiguration: { id: "/x/frontendIPConfigurations/fe" }, backendAddressPool: { id: "/x/backendAddressPools/pool" }, probe: { id: "/x/probes/p" } }],
        },
    },
    { type: "azure-native:network:BastionHost", name: "bastion", inputs: { sku: { name: "Basic" }, ipConfigurations: [{ name: "m", subnet: { id: ref("bastion-subnet") }, publicIPAddress: { id: ref("pip") } }] } },
    { type: "azure-native:network:AzureFirewall", name: "fw", inputs: { natRuleCollections: [{ name: "c", rules: [{ name: "d", protocols: ["TCP"], sourceAddresses: ["*"], destinationPorts: ["53389"], translatedAddress: "10.0.1.4", translatedPort: "3389" }] }], ipConfigurations: [{ name: "m", subnet: { id: ref("bastion-subnet") }, publicIPAddress: { id: ref("pip") } }] } },
    { type: "azure-native:network:ApplicationGateway", name: "gw", inputs: { frontendIPConfigurations: [{ name: "f", publicIPAddress: { id: ref("pip") } }], backendAddressPools: [{ name: "p", backendAddresses: [{ ipAddress: "10.0.1.4" }] }], backendHttpSettingsCollection: [{ name: "h", port: 3389 }] } },
    { type: "azure-native:network:NetworkGroup", name: "group", inputs: {} },
    { type: "azure-native:network:StaticMember", name: "member", inputs: { networkGroupName: ref("group", "name"), resourceId: ref("vnet") } },
    { type: "azure-native:network:AdminRuleCollection", name: "collection", inputs: { appliesToGroups: [{ networkGroupId: ref("group") }] } },
    { type: "azure-native:network:AdminRule", name: "admin", inputs: { ruleCollectionName: ref("collection", "name"), access: "Allow", direction: "Inbound", priority: 1, protocol: "Tcp", sources: [{ addressPrefix: "*" }], destinationPortRanges: ["3389"] } },
    { type: "azure-native:network:SecurityAdminConfiguration", name: "configuration", inputs: { configurationName: "conf" } },
    { type: "azure-native:network:DefaultAdminRule", name: "shipped", inputs: { ruleCollectionName: ref("collection", "name"), configurationName: "conf", flag: "AllowVnetInbound" } },
    { type: "azure-native:network:Commit", name: "commit", inputs: { properties: { commitType: "SecurityAdmin", configurationIds: [ref("configuration")], targetLocations: ["westeurope"] } } },
    nic(
        {
            privateIPAddress: "10.0.1.4",
            publicIPAddress: { id: ref("pip") },
            applicationSecurityGroups: [{ id: ref("asg") }],
            loadBalancerInboundNatRules: [{ id: ref("lb", "inboundNatRules[0].id") }],
            loadBalancerBackendAddressPools: [{ id: ref("lb", "backendAddressPools[0].id") }],
        },
        { networkSecurityGroup: { id: ref("nsg") } },
    ),
    vm(),
    { type: "azure-native:security:JitNetworkAccessPolicy", name: "jit", inputs: { virtualMachines: [{ id: ref("web"), ports: [{ number: 3389, protocol: "TCP", allowedSourceAddressPrefix: "*" }] }] } },
    { type: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine", name: "command", inputs: { vmName: ref("web", "name"), source: { script: "Write-Output 1" } } },
    { type: "azure-native:compute:VirtualMachineExtension", name: "script", inputs: { vmName: ref("web", "name"), publisher: "Microsoft.Compute", type: "CustomScriptExtension", settings: { fileUris: ["https://x/y.exe"], commandToExecute: "y.exe" } } },
];

/** Every value inside, with a way to put another in its place. */
function places(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
    const inside = Array.isArray(value) ? value.map((v, i) => [i, v] as const) : typeof value === "object" && value !== null ? Object.entries(value) : [];
    return [...(path.length > 0 ? [path] : []), ...inside.flatMap(([k, v]) => places(v, [...path, k]))];
}

function replaced(value: unknown, [step, ...rest]: readonly (string | number)[], by: unknown): unknown {
    if (step === undefined) {
        return by;
    }
    return Array.isArray(value)
        ? value.map((v, i) => (i === step ? replaced(v, rest, by) : v))
        : Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, k === step ? replaced(v, rest, by) : v]));
}

function verdicts(resources: readonly Resource[]): string[] {
    return azure
        .hosts(new World(resources), options)
        .flatMap((h) => h.paths.map((p) => `${p.via} ${evaluatePath(p, { name: client, addresses: AddressSet.parse(client) }).verdict}`))
        .sort();
}

describe("azure: whatever stands there", () => {
    it("one of everything: the same in both forms", () => {
        const made = stack(everything);
        assert.deepStrictEqual(verdicts(made.preview.resources), verdicts(made.state.resources));
        assert.deepStrictEqual([...new Set(verdicts(made.state.resources).map((v) => v.split(" ")[0]))], ["bastion", "load-balancer", "nat-rule", "private-network", "public-address"]);
    });

    for (const [name, junk] of Object.entries<unknown>({ unknown: unknownString, secret: secretMarker, null: null, text: "x", nested: [[{ id: 1 }]] })) {
        it(`any value replaced by ${name}: no exception`, () => {
            const made = stack(everything);
            for (const form of junk === unknownString ? forms : (["state"] as const)) {
                const { resources } = made[form];
                resources.forEach((r, i) => {
                    for (const path of places(r.inputs)) {
                        const inputs = replaced(r.inputs, path, junk) as Record<string, unknown>;
                        const changed = resources.map((other, j) => (i === j ? { ...r, inputs, outputs: inputs } : other));
                        try {
                            verdicts(changed);
                            azure.carriers(changed[i]!);
                            azure.filters(changed[i]!);
                        } catch (e) {
                            assert.fail(`${form}: ${r.name} ${path.join(".")}: ${e instanceof Error ? e.stack : String(e)}`);
                        }
                    }
                });
            }
        });
    }

    it("a value that becomes unknown never turns closed into open, or open into closed", () => {
        const made = stack(everything.filter((s) => s.name !== "jit"));
        const before = verdicts(made.state.resources);
        const { resources } = made.state;
        const wrong: string[] = [];
        resources.forEach((r, i) => {
            for (const path of places(r.inputs)) {
                const inputs = replaced(r.inputs, path, unknownString) as Record<string, unknown>;
                const after = verdicts(resources.map((other, j) => (i === j ? { ...r, inputs, outputs: inputs } : other)));
                for (const v of after) {
                    const [via, verdict] = v.split(" ");
                    const was = new Set(before.filter((b) => b.startsWith(`${via} `)).map((b) => b.split(" ")[1]));
                    if (verdict !== "unknown" && was.size > 0 && !was.has(verdict)) {
                        wrong.push(`${r.name} ${path.join(".")}: ${v}, was ${[...was].join()}`);
                    }
                }
            }
        });
        assert.deepStrictEqual(wrong, []);
    });
});

describe("azure: size", () => {
    it("an export with 2,000 NSGs of 10 rules is read in no time", () => {
        const rules = (n: number): Record<string, unknown>[] => Array.from({ length: 10 }, (_, i) => allow({ name: `r${i}`, priority: 200 + i, sourceAddressPrefix: `10.${n % 250}.${i}.0/24` }));
        const many: Spec[] = Array.from({ length: 2000 }, (_, n) => nsg(`nsg-${n}`, rules(n)));
        const { resources } = stack([vnet, ...many]).state;
        const machine = stack([vnet, subnet(), pip(), nsg("nsg", [allow()]), nic({ publicIPAddress: { id: ref("pip") } }, { networkSecurityGroup: { id: ref("nsg") } }), vm()]).state.resources;
        const start = process.hrtime.bigint();
        assert.strictEqual(azure.hosts(new World([...resources, ...machine]), options).length, 1);
        const spent = Number(process.hrtime.bigint() - start) / 1e6;
        assert.ok(spent < 100, `${spent} ms`);
    });
});
