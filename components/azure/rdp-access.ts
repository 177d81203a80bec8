import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { checkedClients } from "../shared/clients";
import { checkedPort } from "../shared/connection";
import { allowRules } from "./security-rules";

/** A subnet for RdpAccess to make. */
export interface NewSubnet {
    /** Name of the existing virtual network, which is in the resource group of RdpAccess and must not list its subnets inline: the two lists would overwrite each other. */
    virtualNetworkName: pulumi.Input<string>;
    /** Addresses of the subnet, a CIDR inside the virtual network's address space. */
    addressPrefix: pulumi.Input<string>;
}

export interface RdpAccessArgs {
    /** Networks that connect: CIDRs such as `203.0.113.0/24`, or single addresses. Required; never defaults to everybody. */
    clients: pulumi.Input<pulumi.Input<string>[]>;
    /** Accepts clients that cover the whole Internet, which invites password guessing that starves Remote Desktop. Default: false. */
    allowWholeInternet?: pulumi.Input<boolean>;
    /** TCP and UDP port of Remote Desktop, 1 to 65535, the same in filters, guest and clients. Default: 3389. */
    port?: pulumi.Input<number>;
    /** Uses UDP as well, which makes sessions smoother; the connection itself is TCP. Default: true. */
    udp?: pulumi.Input<boolean>;
    /** Resource group of the network security group. */
    resourceGroupName: pulumi.Input<string>;
    /** Azure region. Default: that of the resource group. */
    location?: pulumi.Input<string>;
    /**
     * Makes a subnet that the group filters. Without it the group is attached to nothing yet: put `networkSecurityGroupId`
     * on a network interface, or on a subnet of your own as its `networkSecurityGroup`. A subnet that another stack owns
     * can only be given a group by that stack.
     */
    newSubnet?: pulumi.Input<NewSubnet>;
    /** Tags of the network security group. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/**
 * Admits the declared clients to Remote Desktop: a network security group, for a network interface or for a subnet.
 * Costs nothing.
 */
export class RdpAccess extends pulumi.ComponentResource {
    /** Id of the network security group, to put on a network interface or a subnet. */
    public readonly networkSecurityGroupId: pulumi.Output<string>;
    /** Id of the subnet, where one was asked for. */
    public readonly subnetId?: pulumi.Output<string>;
    /** The clients that are admitted, as CIDRs. */
    public readonly clients: pulumi.Output<string[]>;
    /** The port to which they are admitted. */
    public readonly port: pulumi.Output<number>;

    constructor(name: string, args: RdpAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("rdp-ready-azure:index:RdpAccess", name, args, opts);
        const subject = { component: "RdpAccess", name };
        const { resourceGroupName, location } = args;
        this.clients = checkedClients(subject, args.clients, args.allowWholeInternet);
        this.port = checkedPort(subject, args.port);
        const securityRules = pulumi.all([this.clients, this.port, args.udp ?? true]).apply(([clients, port, udp]) => allowRules(clients, port, udp));
        const group = new network.NetworkSecurityGroup(name, { resourceGroupName, location, securityRules, tags: args.tags }, { parent: this });
        this.networkSecurityGroupId = group.id;
        if (args.newSubnet !== undefined) {
            const { virtualNetworkName, addressPrefix } = pulumi.output(args.newSubnet);
            const inputs = { resourceGroupName, virtualNetworkName, addressPrefix, networkSecurityGroup: { id: group.id } };
            this.subnetId = new network.Subnet(name, inputs, { parent: this }).id;
        }
        this.registerOutputs({
            networkSecurityGroupId: this.networkSecurityGroupId,
            subnetId: this.subnetId,
            clients: this.clients,
            port: this.port,
        });
    }
}
