import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";

/** A virtual network for a host that is given none. */
export interface OwnNetwork {
    readonly subnetId: pulumi.Output<string>;
    readonly virtualNetworkName: pulumi.Output<string>;
    /** Azure changes one subnet of a network at a time. */
    readonly subnet: pulumi.Resource;
}

/** Where the Bastion host of a virtual network of the host's own has its subnet. */
export const ownBastionPrefix = "10.90.1.0/26";

const addressPrefix = "10.90.0.0/24";

/**
 * @param way `forwarded`: the host has no address of its own, so that it needs a NAT gateway to report what its run commands
 *   did (rdp-domain §5.1) and to get updates; `bastion`: there is room for AzureBastionSubnet besides
 */
export function ownNetwork(
    name: string,
    at: { readonly resourceGroupName: pulumi.Input<string>; readonly location: pulumi.Input<string> | undefined },
    way: "public" | "forwarded" | "bastion",
    parent: pulumi.Resource,
): OwnNetwork {
    const opts = { parent };
    const { resourceGroupName } = at;
    const addressPrefixes = way === "bastion" ? [addressPrefix, ownBastionPrefix] : [addressPrefix];
    const vnet = new network.VirtualNetwork(name, { ...at, addressSpace: { addressPrefixes } }, opts);
    const natGateway = way === "public" ? {} : { natGateway: { id: wayOut(name, at, opts) } };
    const subnet = new network.Subnet(name, { resourceGroupName, virtualNetworkName: vnet.name, addressPrefix, ...natGateway }, opts);
    return { subnetId: subnet.id, virtualNetworkName: vnet.name, subnet };
}

function wayOut(
    name: string,
    at: { readonly resourceGroupName: pulumi.Input<string>; readonly location: pulumi.Input<string> | undefined },
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const address = new network.PublicIPAddress(
        `${name}-out`,
        { ...at, sku: { name: "Standard" }, publicIPAllocationMethod: "Static", publicIPAddressVersion: "IPv4" },
        opts,
    );
    return new network.NatGateway(`${name}-out`, { ...at, sku: { name: "Standard" }, publicIpAddresses: [{ id: address.id }] }, opts).id;
}
