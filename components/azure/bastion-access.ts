import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { checkSubnetPrefix } from "../shared/clients";
import { settle } from "../shared/plain";
import { refuse, Subject } from "../shared/refusal";
import { bastionRules } from "./security-rules";

/** The Bastion host that clients come through: one to make in an existing virtual network, or one that exists. */
export interface Bastion {
    /** Addresses of AzureBastionSubnet, a /26 or larger, of the subnet to make or of the existing one. From nowhere else is the host reached. */
    subnetPrefix: pulumi.Input<string>;
    /** Name of the existing virtual network in which AzureBastionSubnet and the Bastion host are made. It is in the same resource group and must not list its subnets inline: the two lists would overwrite each other. */
    virtualNetworkName?: pulumi.Input<string>;
    /** Name of an existing Bastion host, of SKU Standard or Premium with native client support, in the virtual network of the host or in one that is peered with it. Nothing is made then. */
    existingName?: pulumi.Input<string>;
    /** Resource group of the existing Bastion host. Default: that of the host. */
    existingResourceGroupName?: pulumi.Input<string>;
}

/** What a way through Bastion is made of. */
export interface BastionAccess {
    readonly name: pulumi.Output<string>;
    readonly resourceGroupName: pulumi.Output<string>;
}

/** The one range from which Bastion connects, or a refusal. */
export function checkedBastionPrefix(subject: Subject, bastion: Bastion | undefined): pulumi.Output<string> {
    if (bastion === undefined) {
        return refuse(subject, "bastion", "is missing", 'Pass bastion: { virtualNetworkName, subnetPrefix: "10.0.255.0/26" } to make one there, or { existingName, subnetPrefix } of one that exists.');
    }
    if ((bastion.virtualNetworkName === undefined) === (bastion.existingName === undefined)) {
        refuse(subject, "bastion", "must name a virtual network or an existing Bastion host, and not both", "Pass virtualNetworkName to make a Bastion host there, or existingName.");
    }
    return settle(bastion.subnetPrefix, (prefix) => checkPrefix(subject, prefix));
}

function checkPrefix(subject: Subject, prefix: string): string {
    const cidr = checkSubnetPrefix(subject, "bastion.subnetPrefix", prefix);
    return cidr.includes(":") || Number(cidr.split("/")[1]) > 26
        ? refuse(subject, "bastion.subnetPrefix", `is ${prefix}, and Bastion takes an IPv4 subnet of /26 or larger`, "Write the addresses of AzureBastionSubnet, a CIDR such as 10.0.255.0/26.")
        : cidr;
}

export interface BastionSettings {
    readonly bastion: Bastion;
    readonly resourceGroupName: pulumi.Input<string>;
    readonly location: pulumi.Input<string> | undefined;
    readonly clients: pulumi.Output<string[]>;
    readonly port: pulumi.Output<number>;
    readonly prefix: pulumi.Output<string>;
}

/** A Bastion host with all that it needs: its subnet by the name that Azure demands, the group on it, a static address; or the existing one. */
export function bastionAccess(name: string, settings: BastionSettings, opts: pulumi.CustomResourceOptions): BastionAccess {
    const { bastion, resourceGroupName, location, clients, port, prefix } = settings;
    if (bastion.existingName !== undefined) {
        return { name: pulumi.output(bastion.existingName), resourceGroupName: pulumi.output(bastion.existingResourceGroupName ?? resourceGroupName) };
    }
    const part = `${name}-bastion`;
    const at = { resourceGroupName, location };
    const securityRules = pulumi.all([clients, port]).apply(([c, p]) => bastionRules(c, p));
    const group = new network.NetworkSecurityGroup(part, { ...at, securityRules }, opts);
    const subnet = new network.Subnet(
        part,
        {
            resourceGroupName,
            virtualNetworkName: bastion.virtualNetworkName!,
            subnetName: "AzureBastionSubnet",
            addressPrefix: prefix,
            networkSecurityGroup: { id: group.id },
        },
        opts,
    );
    const address = new network.PublicIPAddress(
        part,
        { ...at, sku: { name: "Standard" }, publicIPAllocationMethod: "Static", publicIPAddressVersion: "IPv4" },
        opts,
    );
    const host = new network.BastionHost(
        part,
        {
            ...at,
            // Basic has neither native client support nor ports of one's own.
            sku: { name: "Standard" },
            enableTunneling: true,
            ipConfigurations: [{ name: "bastion", subnet: { id: subnet.id }, publicIPAddress: { id: address.id } }],
        },
        opts,
    );
    return { name: host.name, resourceGroupName: pulumi.output(resourceGroupName) };
}
