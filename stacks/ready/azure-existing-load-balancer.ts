// A Windows server behind a load balancer of another stack, in the network of that stack, at a port of its own.
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { RdpHost } from "../../components/azure";

const config = new pulumi.Config();
const group = new ResourceGroup("rdp");
const balancers = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/network/providers/Microsoft.Network/loadBalancers";

const host = new RdpHost("desk", {
    clients: config.requireObject<string[]>("clients"),
    access: "loadBalancer",
    loadBalancer: {
        existingName: "hub",
        existingResourceGroupName: "network",
        frontendId: `${balancers}/hub/frontendIPConfigurations/public`,
        address: "192.0.2.10",
        clientPort: 50001,
    },
    resourceGroupName: group.name,
    subnetId: config.require("subnetId"),
    adminUsername: config.require("adminUsername"),
    adminPassword: config.requireSecret("adminPassword"),
});

export const { address, clientPort, rdpFile, connectCommand } = host;
