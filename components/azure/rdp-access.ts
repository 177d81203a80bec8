import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { checkAccess, checkDetails, checkUdp, localPort, ways } from "../shared/access";
import { checkedClients } from "../shared/clients";
import { checkedPort } from "../shared/connection";
import { Bastion, BastionAccess, bastionAccess, checkedBastionPrefix } from "./bastion-access";
import { checkedBalancer, LoadBalancer, LoadBalancerAccess, loadBalancerAccess } from "./load-balancer-access";
import { allowRules, denyRest } from "./security-rules";

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
    /**
     * Way in for the clients: `private`, which is just the filters, for clients on the virtual network or a path of your own;
     * `public`, a static address; `loadBalancer`, a NAT rule; `bastion`. The last two carry TCP only. Default: `private`.
     */
    access?: string;
    /** The Bastion host, with access `bastion`. */
    bastion?: Bastion;
    /** The load balancer, with access `loadBalancer`. Default: one is made. */
    loadBalancer?: LoadBalancer;
    /** Resource group of what is made. */
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
 * A way in to Remote Desktop for the declared clients: a network security group, for a network interface or for a subnet, and
 * what leads there. The filters cost nothing; `public` costs about 0.005 USD an hour for the address, `loadBalancer` up to
 * 0.03 USD an hour (a balancer with NAT rules only is the cheap end), `bastion` about 0.3 USD an hour for a Bastion host
 * of SKU Standard; what exists already costs nothing more.
 */
export class RdpAccess extends pulumi.ComponentResource {
    /** Id of the network security group, to put on a network interface or a subnet. */
    public readonly networkSecurityGroupId: pulumi.Output<string>;
    /** Id of the subnet, where one was asked for. */
    public readonly subnetId?: pulumi.Output<string>;
    /** Id of the public address, with access `public`: for the network interface. */
    public readonly publicAddressId?: pulumi.Output<string>;
    /** Id of the inbound NAT rule, with access `loadBalancer`: for the network interface's `loadBalancerInboundNatRules`. */
    public readonly natRuleId?: pulumi.Output<string>;
    /** Name of the Bastion host, with access `bastion`. */
    public readonly bastionName?: pulumi.Output<string>;
    /** Resource group of the Bastion host, with access `bastion`. */
    public readonly bastionResourceGroupName?: pulumi.Output<string>;
    /** Address that clients dial; none with access `private`, `localhost` before a tunnel. */
    public readonly clientAddress?: pulumi.Output<string>;
    /** Port that clients dial: the host's own, the load balancer's, or that of a tunnel's near end. */
    public readonly clientPort: pulumi.Output<number>;
    /** Addresses from which the clients' connections arrive at the host, as CIDRs: whom its own firewall must admit. */
    public readonly sources: pulumi.Output<string[]>;
    /** The clients that are admitted, as CIDRs. */
    public readonly clients: pulumi.Output<string[]>;
    /** The port to which they are admitted. */
    public readonly port: pulumi.Output<number>;

    constructor(name: string, args: RdpAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("rdp-ready-azure:index:RdpAccess", name, args, opts);
        const subject = { component: "RdpAccess", name };
        const at = { resourceGroupName: args.resourceGroupName, location: args.location };
        const way = checkAccess(subject, "azure", args.access, "private");
        checkDetails(subject, way, { bastion: args.bastion, loadBalancer: args.loadBalancer });
        // Who comes to an existing Bastion host or balancer, and by which address, its own stack decides.
        const exists = args.bastion?.existingName !== undefined || args.loadBalancer?.existingName !== undefined;
        this.clients = checkedClients(subject, args.clients, args.allowWholeInternet, { byPublicAddress: ways[way].byPublicAddress && !exists });
        this.port = checkedPort(subject, args.port);
        const udp = checkUdp(subject, way, args.udp);
        const prefix = way === "bastion" ? checkedBastionPrefix(subject, args.bastion) : undefined;
        const balancer = way === "loadBalancer" ? checkedBalancer(subject, args.loadBalancer, this.port) : undefined;
        this.sources = prefix === undefined ? this.clients : prefix.apply((p) => [p]);

        const child = { parent: this, ...(opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }) };
        const securityRules = pulumi
            .all([this.sources, this.port, udp])
            .apply(([sources, port, both]) => [...allowRules(sources, port, both), ...(way === "bastion" ? [denyRest(port)] : [])]);
        const group = new network.NetworkSecurityGroup(name, { ...at, securityRules, tags: args.tags }, { parent: this });
        this.networkSecurityGroupId = group.id;
        if (args.newSubnet !== undefined) {
            const { virtualNetworkName, addressPrefix } = pulumi.output(args.newSubnet);
            const inputs = { resourceGroupName: args.resourceGroupName, virtualNetworkName, addressPrefix, networkSecurityGroup: { id: group.id } };
            this.subnetId = new network.Subnet(name, inputs, { parent: this }).id;
        }
        this.clientPort = this.port;
        if (way === "public") {
            const address = new network.PublicIPAddress(
                name,
                { ...at, sku: { name: "Standard" }, publicIPAllocationMethod: "Static", publicIPAddressVersion: "IPv4" },
                child,
            );
            this.publicAddressId = address.id;
            this.clientAddress = address.ipAddress.apply((a) => a ?? "");
        } else if (balancer !== undefined) {
            const made: LoadBalancerAccess = loadBalancerAccess(name, at, this.port, balancer, child);
            this.natRuleId = made.natRuleId;
            this.clientAddress = made.address;
            this.clientPort = made.clientPort;
        } else if (prefix !== undefined) {
            const made: BastionAccess = bastionAccess(name, { ...at, bastion: args.bastion!, clients: this.clients, port: this.port, prefix }, child);
            this.bastionName = made.name;
            this.bastionResourceGroupName = made.resourceGroupName;
            this.clientAddress = pulumi.output("localhost");
            this.clientPort = pulumi.output(localPort);
        }
        this.registerOutputs({
            networkSecurityGroupId: this.networkSecurityGroupId,
            subnetId: this.subnetId,
            publicAddressId: this.publicAddressId,
            natRuleId: this.natRuleId,
            bastionName: this.bastionName,
            bastionResourceGroupName: this.bastionResourceGroupName,
            clientAddress: this.clientAddress,
            clientPort: this.clientPort,
            sources: this.sources,
            clients: this.clients,
            port: this.port,
        });
    }
}
