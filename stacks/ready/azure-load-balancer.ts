// Two Windows servers without public addresses behind one load balancer, at a port of its own each.
import * as network from "@pulumi/azure-native/network";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/azure";

const config = new pulumi.Config();
const resourceGroupName = new ResourceGroup("rdp").name;

const vnet = new network.VirtualNetwork("office", { resourceGroupName, addressSpace: { addressPrefixes: ["10.1.0.0/16"] } });
const out = new network.PublicIPAddress("out", { resourceGroupName, sku: { name: "Standard" }, publicIPAllocationMethod: "Static" });
const nat = new network.NatGateway("out", { resourceGroupName, sku: { name: "Standard" }, publicIpAddresses: [{ id: out.id }] });
const subnet = new network.Subnet("desks", { resourceGroupName, virtualNetworkName: vnet.name, addressPrefix: "10.1.1.0/24", natGateway: { id: nat.id } });
const front = new network.PublicIPAddress("front", { resourceGroupName, sku: { name: "Standard" }, publicIPAllocationMethod: "Static" });
const balancer = new network.LoadBalancer("desks", {
    resourceGroupName,
    sku: { name: "Standard" },
    frontendIPConfigurations: [{ name: "public", publicIPAddress: { id: front.id } }],
});

const [first, second] = [50001, 50002].map(
    (clientPort, i) =>
        new RdpHost(`desk-${i + 1}`, {
            clients: config.requireObject<string[]>("clients"),
            access: "loadBalancer",
            loadBalancer: {
                existingName: balancer.name,
                frontendId: balancer.frontendIPConfigurations.apply((all) => all?.[0]?.id ?? ""),
                address: front.ipAddress.apply((a) => a ?? ""),
                clientPort,
            },
            resourceGroupName,
            subnetId: subnet.id,
            adminUsername: config.require("adminUsername"),
            adminPassword: config.requireSecret("adminPassword"),
        }),
);

export const connectCommands = [first!.connectCommand, second!.connectCommand];
