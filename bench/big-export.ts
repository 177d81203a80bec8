import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Writes a stack export with 2,000 NSGs of 10 rules and 20 hosts behind some of them; returns its path. */
export function bigExport(groups = 2_000, rules = 10): string {
    const id = (kind: string, name: string): string => `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/${kind}/${name}`;
    const resources: unknown[] = [{ urn: "urn:pulumi:prod::bench::pulumi:pulumi:Stack::bench-prod", custom: false, type: "pulumi:pulumi:Stack" }];
    const state = { etag: 'W/"00000000-0000-0000-0000-000000000000"', provisioningState: "Succeeded" };
    const more = { description: "", destinationAddressPrefixes: [], destinationPortRanges: [], sourceAddressPrefixes: [], sourcePortRanges: [] };
    const add = (type: string, name: string, idText: string, inputs: Record<string, unknown>): void => {
        // As ARM answers: every rule again, with its id, etag and state.
        const rules = inputs["securityRules"] as Record<string, unknown>[] | undefined;
        const echoed = rules?.map((r) => ({ ...r, ...more, id: `${idText}/securityRules/${String(r["name"])}`, type: "Microsoft.Network/networkSecurityGroups/securityRules", ...state }));
        const outputs = { ...inputs, ...(echoed === undefined ? {} : { securityRules: echoed, defaultSecurityRules: echoed.slice(0, 6) }), location: "westeurope", type: `Microsoft.Network/${type}`, ...state };
        resources.push({
            urn: `urn:pulumi:prod::bench::${type}::${name}`,
            custom: true,
            id: idText,
            type,
            inputs,
            outputs,
            parent: "urn:pulumi:prod::bench::pulumi:pulumi:Stack::bench-prod",
            provider: "urn:pulumi:prod::bench::pulumi:providers:azure-native::default_3_28_0::00000000-0000-0000-0000-000000000000",
            propertyDependencies: Object.fromEntries(Object.keys(inputs).map((k) => [k, []])),
            created: "2026-01-01T00:00:00Z",
            modified: "2026-01-01T00:00:00Z",
        });
    };
    for (let i = 0; i < groups; i++) {
        add("azure-native:network:NetworkSecurityGroup", `nsg-${i}`, id("networkSecurityGroups", `nsg-${i}`), {
            resourceGroupName: "rg",
            securityRules: Array.from({ length: rules }, (_, k) => ({
                name: `rule-${k}`,
                priority: 200 + k,
                direction: "Inbound",
                access: "Allow",
                protocol: "Tcp",
                sourceAddressPrefix: k === 0 ? "203.0.113.0/24" : `10.${i % 256}.${k}.0/24`,
                sourcePortRange: "*",
                destinationAddressPrefix: "*",
                destinationPortRange: k === 0 ? "3389" : String(8000 + k),
            })),
        });
    }
    for (let i = 0; i < 20; i++) {
        const vnet = id("virtualNetworks", `vnet-${i}`);
        add("azure-native:network:VirtualNetwork", `vnet-${i}`, vnet, { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } });
        add("azure-native:network:Subnet", `subnet-${i}`, `${vnet}/subnets/subnet-${i}`, { virtualNetworkName: `vnet-${i}`, addressPrefix: "10.0.1.0/24" });
        add("azure-native:network:PublicIPAddress", `ip-${i}`, id("publicIPAddresses", `ip-${i}`), { sku: { name: "Standard" }, publicIPAllocationMethod: "Static" });
        add("azure-native:network:NetworkInterface", `nic-${i}`, id("networkInterfaces", `nic-${i}`), {
            ipConfigurations: [{ name: "main", subnet: { id: `${vnet}/subnets/subnet-${i}` }, publicIPAddress: { id: id("publicIPAddresses", `ip-${i}`) } }],
            networkSecurityGroup: { id: id("networkSecurityGroups", `nsg-${i * 7}`) },
        });
        add("azure-native:compute:VirtualMachine", `vm-${i}`, id("virtualMachines", `vm-${i}`).replace("Network", "Compute"), {
            networkProfile: { networkInterfaces: [{ id: id("networkInterfaces", `nic-${i}`) }] },
            storageProfile: { imageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2022-datacenter", version: "latest" } },
            tags: { "rdp-ready:clients": "203.0.113.0/24" },
        });
    }
    const file = join(mkdtempSync(join(tmpdir(), "rdp-ready-bench-")), "export.json");
    writeFileSync(file, JSON.stringify({ version: 3, deployment: { manifest: { time: "", magic: "", version: "" }, resources } }));
    return file;
}
