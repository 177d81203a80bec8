import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { checkAccess, checkDetails, checkUdp, localPort, ways } from "../shared/access";
import { checkClients, checkedClients } from "../shared/clients";
import { checkedPort } from "../shared/connection";
import { settle } from "../shared/plain";
import { refuse, Subject } from "../shared/refusal";
import { admitClients } from "./group-rules";
import { checkedConnectPort, checkedInstanceConnect, InstanceConnect, instanceConnectAccess } from "./instance-connect-access";
import { checkedBalancer, LoadBalancer, loadBalancerAccess } from "./load-balancer-access";
import { privateEndpoints } from "./session-manager-access";

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
     * Way in for the clients: `private`, which is just the filters, for clients on the network or a path of your own; `public`, an
     * Elastic IP; `loadBalancer`, a Network Load Balancer; `sessionManager` and `instanceConnect`, tunnels for whoever AWS
     * lets open one, from any address. The last three carry TCP only. Default: `private`.
     */
    access?: string;
    /** The load balancer, with access `loadBalancer`. */
    loadBalancer?: LoadBalancer;
    /** The EC2 Instance Connect Endpoint, with access `instanceConnect`. */
    instanceConnect?: InstanceConnect;
    /** Makes endpoints of Systems Manager in `subnetId`, for hosts that have no way to the Internet. They cost about 0.03 USD an hour. Default: false. */
    privateEndpoints?: boolean;
    /** VPC of the security group. */
    vpcId: pulumi.Input<string>;
    /** Subnet in which endpoints are made: with `instanceConnect`, and with `privateEndpoints`. */
    subnetId?: pulumi.Input<string>;
    /** Tags of the security group. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/**
 * A way in to Remote Desktop for the declared clients: a security group with one rule of its own for each client and protocol,
 * and everything outbound, which Systems Manager and updates need; and what leads there. Do not give the group inline rules
 * besides. For `public` and `loadBalancer`, associate the address or attach the instance, as RdpHost does.
 * The filters, `sessionManager` and `instanceConnect` cost nothing; `public` costs about 0.005 USD an hour for the address,
 * `loadBalancer` about 0.03 USD an hour and traffic; what exists already costs nothing more.
 */
export class RdpAccess extends pulumi.ComponentResource {
    /** Id of the security group, to put on instances and network interfaces. */
    public readonly securityGroupId: pulumi.Output<string>;
    /** Allocation of the Elastic IP, with access `public`: associate it with the instance. */
    public readonly allocationId?: pulumi.Output<string>;
    /** ARN of the target group, with access `loadBalancer`: attach the instance to it. */
    public readonly targetGroupArn?: pulumi.Output<string>;
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
        super("rdp-ready-aws:index:RdpAccess", name, args, opts);
        const subject = { component: "RdpAccess", name };
        const { vpcId, subnetId } = args;
        const way = checkAccess(subject, "aws", args.access, "private");
        checkDetails(subject, way, { loadBalancer: args.loadBalancer, instanceConnect: args.instanceConnect });
        const byPublicAddress = ways[way].byPublicAddress && args.loadBalancer?.existingArn === undefined;
        this.clients = checkedClients(subject, args.clients, args.allowWholeInternet, { byPublicAddress });
        this.port = way === "instanceConnect" ? checkedConnectPort(subject, args.port) : checkedPort(subject, args.port);
        const udpAllowed = checkUdp(subject, way, args.udp);
        const connect = way === "instanceConnect" ? checkedInstanceConnect(subject, args.instanceConnect) : undefined;
        const balancer = way === "loadBalancer" ? checkedBalancer(subject, args.loadBalancer, this.port) : undefined;
        checkSubnet(subject, args, connect);

        const parent = { parent: this };
        const group = new ec2.SecurityGroup(name, { vpcId, description: "Remote Desktop for the declared clients", tags: args.tags }, parent);
        const securityGroupId = group.id;
        this.securityGroupId = securityGroupId;
        // At once for plain clients, so that a preview shows every rule.
        const withClients = (f: (clients: readonly string[], udp: boolean) => void): void =>
            void settle({ clients: args.clients, everybody: args.allowWholeInternet ?? false, udp: udpAllowed }, ({ clients, everybody, udp }) =>
                f(checkClients(subject, clients, { allowWholeInternet: everybody }), udp),
            );
        if (!ways[way].tunnel) {
            withClients((clients, udp) => admitClients(name, clients, udp ? ["tcp", "udp"] : ["tcp"], this.port, securityGroupId, parent));
        }
        new vpc.SecurityGroupEgressRule(`${name}-all`, { securityGroupId, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }, parent);
        if (args.privateEndpoints === true) {
            privateEndpoints(name, { vpcId, subnetId: subnetId!, securityGroupId }, parent);
        }

        this.sources = this.clients;
        this.clientPort = this.port;
        if (way === "public") {
            const eip = new ec2.Eip(name, { domain: "vpc", tags: { Name: name } }, { ...parent, ...(opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }) });
            this.allocationId = eip.allocationId;
            this.clientAddress = eip.publicIp;
        } else if (balancer !== undefined) {
            const made = loadBalancerAccess(name, balancer, { vpcId, securityGroupId, port: this.port }, withClients, parent);
            this.targetGroupArn = made.targetGroupArn;
            this.clientAddress = made.address;
            this.clientPort = balancer.clientPort;
            this.sources = pulumi.all([this.clients, balancer.subnetPrefixes]).apply(([clients, prefixes]) => [...clients, ...prefixes]);
        } else if (ways[way].tunnel) {
            this.clientAddress = pulumi.output("localhost");
            this.clientPort = pulumi.output(localPort);
        }
        if (connect !== undefined) {
            instanceConnectAccess(name, connect, { vpcId, subnetId, securityGroupId }, parent);
            this.sources = connect.subnetPrefix.apply((prefix) => [prefix]);
        }
        this.registerOutputs({
            securityGroupId: this.securityGroupId,
            allocationId: this.allocationId,
            targetGroupArn: this.targetGroupArn,
            clientAddress: this.clientAddress,
            clientPort: this.clientPort,
            sources: this.sources,
            clients: this.clients,
            port: this.port,
        });
    }
}

function checkSubnet(subject: Subject, { subnetId, privateEndpoints: endpoints }: RdpAccessArgs, connect: InstanceConnect | undefined): void {
    const need = endpoints === true ? "privateEndpoints is true" : connect !== undefined && connect.existingId === undefined ? 'access is "instanceConnect"' : undefined;
    if (need !== undefined && subnetId === undefined) {
        refuse(subject, "subnetId", `is missing, and ${need}`, "Pass the host's subnet, in which the endpoints are made.");
    }
}
