import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { after } from "mocha";

const root = join(__dirname, "..", "..");

/** A throw-away directory with the files that a test needs; packages are those of this repository. */
export function workspace(files: Readonly<Record<string, string>>): string {
    const directory = mkdtempSync(join(tmpdir(), "rdp-ready-test-"));
    made.push(directory);
    symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
    for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(directory, name)), { recursive: true });
        writeFileSync(join(directory, name), text);
    }
    return directory;
}

const made: string[] = [];
after(() => made.forEach((d) => rmSync(d, { recursive: true, force: true })));

export interface Ran {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

let bundled: Promise<void> | undefined;

/** Made once for all tests, from the sources as they are now. */
function bundleOnce(): Promise<void> {
    const { href } = pathToFileURL(join(root, "scripts", "bundle.mjs"));
    return (bundled ??= (import(href) as Promise<{ bundle(): Promise<void> }>).then((m) => m.bundle()));
}

/** Runs the command line as users do. */
export async function rdpReady(args: readonly string[], cwd: string = root, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    await bundleOnce();
    return await new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [join(root, "dist", "rdp-ready.js"), ...args], { cwd, env: { ...process.env, ...env } });
        let stdout = "";
        let stderr = "";
        child.stdout.on("data", (d: Buffer) => (stdout += d.toString()));
        child.stderr.on("data", (d: Buffer) => (stderr += d.toString()));
        child.on("error", reject);
        child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
}

export const pulumiYaml = "name: shop\nruntime: nodejs\n";

/** A Windows VM whose NSG lets nobody but 192.0.2.0/24 in, although 203.0.113.0/24 is declared. */
export function azureProgram(source = "192.0.2.0/24", more = ""): string {
    return `
import * as pulumi from "@pulumi/pulumi";
import * as compute from "@pulumi/azure-native/compute";
import * as network from "@pulumi/azure-native/network";
const config = new pulumi.Config();
const resourceGroupName = "rg";
const nsg = new network.NetworkSecurityGroup("web-nsg", { resourceGroupName, securityRules: [{
    name: "rdp", priority: 100, direction: "Inbound", access: "Allow", protocol: "Tcp",
    sourceAddressPrefix: "${source}", sourcePortRange: "*", destinationAddressPrefix: "*", destinationPortRange: "3389" }] });
const vnet = new network.VirtualNetwork("vnet", { resourceGroupName, addressSpace: { addressPrefixes: ["10.0.0.0/16"] } });
const subnet = new network.Subnet("desks", { resourceGroupName, virtualNetworkName: vnet.name, addressPrefix: "10.0.1.0/24" });
const ip = new network.PublicIPAddress("web-ip", { resourceGroupName, sku: { name: "Standard" }, publicIPAllocationMethod: "Static" });
const nic = new network.NetworkInterface("web-nic", { resourceGroupName, networkSecurityGroup: { id: nsg.id },
    ipConfigurations: [{ name: "ipconfig", subnet: { id: subnet.id }, publicIPAddress: { id: ip.id } }] });
const vm = new compute.VirtualMachine("web", { resourceGroupName, tags: { "rdp-ready:clients": "203.0.113.0/24" },
    hardwareProfile: { vmSize: "Standard_D2s_v5" }, networkProfile: { networkInterfaces: [{ id: nic.id }] },
    osProfile: { computerName: "web", adminUsername: "operator", adminPassword: config.requireSecret("adminPassword") },
    storageProfile: { imageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2022-datacenter-azure-edition", version: "latest" } } });
${more}
`;
}

/** The same stack as \`pulumi stack export\` writes it. */
export function azureExport(source = "192.0.2.0/24"): string {
    const group = "/subscriptions/0/resourceGroups/rg/providers";
    const resource = (type: string, name: string, path: string, inputs: object): object => ({
        urn: `urn:pulumi:dev::shop::azure-native:${type}::${name}`,
        custom: true,
        id: `${group}/${path}`,
        type: `azure-native:${type}`,
        inputs,
        outputs: inputs,
        parent: "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
    });
    const id = (path: string): { id: string } => ({ id: `${group}/${path}` });
    return JSON.stringify({
        version: 3,
        deployment: {
            manifest: {},
            resources: [
                { urn: "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", custom: false, type: "pulumi:pulumi:Stack" },
                resource("network:NetworkSecurityGroup", "web-nsg", "Microsoft.Network/networkSecurityGroups/web-nsg", {
                    securityRules: [
                        { name: "rdp", priority: 100, direction: "Inbound", access: "Allow", protocol: "Tcp", sourceAddressPrefix: source, sourcePortRange: "*", destinationAddressPrefix: "*", destinationPortRange: "3389" },
                    ],
                }),
                resource("network:PublicIPAddress", "web-ip", "Microsoft.Network/publicIPAddresses/web-ip", { sku: { name: "Standard" }, publicIPAllocationMethod: "Static" }),
                resource("network:NetworkInterface", "web-nic", "Microsoft.Network/networkInterfaces/web-nic", {
                    networkSecurityGroup: id("Microsoft.Network/networkSecurityGroups/web-nsg"),
                    ipConfigurations: [
                        { name: "c", subnet: id("Microsoft.Network/virtualNetworks/hub/subnets/desks"), publicIPAddress: id("Microsoft.Network/publicIPAddresses/web-ip") },
                    ],
                }),
                resource("compute:VirtualMachine", "web", "Microsoft.Compute/virtualMachines/web", {
                    tags: { "rdp-ready:clients": "203.0.113.0/24" },
                    networkProfile: { networkInterfaces: [id("Microsoft.Network/networkInterfaces/web-nic")] },
                    osProfile: { windowsConfiguration: {} },
                    storageProfile: { imageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2022-datacenter" } },
                }),
            ],
        },
    });
}
