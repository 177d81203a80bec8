import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { checkClients, checkedClients, isIpv6 } from "../shared/clients";
import { checkedPort } from "../shared/connection";
import { settle } from "../shared/plain";

export interface RdpAccessArgs {
    /** Networks that connect: CIDRs such as `203.0.113.0/24`, or single addresses. Required; never defaults to everybody. */
    clients: pulumi.Input<pulumi.Input<string>[]>;
    /** Accepts clients that cover the whole Internet, which invites password guessing that starves Remote Desktop. Default: false. */
    allowWholeInternet?: pulumi.Input<boolean>;
    /** TCP and UDP port of Remote Desktop, 1 to 65535, the same in filters, guest and clients. Default: 3389. */
    port?: pulumi.Input<number>;
    /** Uses UDP as well, which makes sessions smoother; the connection itself is TCP. Default: true. */
    udp?: pulumi.Input<boolean>;
    /** VPC of the security group. */
    vpcId: pulumi.Input<string>;
    /** Tags of the security group. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/**
 * Admits the declared clients to Remote Desktop: a security group with one rule of its own for each client and protocol,
 * and everything outbound, which Systems Manager and updates need. Do not give the group inline rules besides.
 * Costs nothing.
 */
export class RdpAccess extends pulumi.ComponentResource {
    /** Id of the security group, to put on instances and network interfaces. */
    public readonly securityGroupId: pulumi.Output<string>;
    /** The clients that are admitted, as CIDRs. */
    public readonly clients: pulumi.Output<string[]>;
    /** The port to which they are admitted. */
    public readonly port: pulumi.Output<number>;

    constructor(name: string, args: RdpAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("rdp-ready-aws:index:RdpAccess", name, args, opts);
        const subject = { component: "RdpAccess", name };
        this.clients = checkedClients(subject, args.clients, args.allowWholeInternet);
        this.port = checkedPort(subject, args.port);
        const parent = { parent: this };
        const group = new ec2.SecurityGroup(name, { vpcId: args.vpcId, description: "Remote Desktop for the declared clients", tags: args.tags }, parent);
        this.securityGroupId = group.id;

        // At once for plain clients, so that a preview shows every rule.
        settle({ clients: args.clients, everybody: args.allowWholeInternet ?? false, udp: args.udp ?? true }, ({ clients, everybody, udp }) => {
            for (const client of checkClients(subject, clients, { allowWholeInternet: everybody })) {
                for (const ipProtocol of udp ? ["tcp", "udp"] : ["tcp"]) {
                    const source = isIpv6(client) ? { cidrIpv6: client } : { cidrIpv4: client };
                    const ports = { fromPort: this.port, toPort: this.port };
                    new vpc.SecurityGroupIngressRule(ruleName(name, ipProtocol, client), { securityGroupId: group.id, ipProtocol, ...ports, ...source }, parent);
                }
            }
        });
        new vpc.SecurityGroupEgressRule(`${name}-all`, { securityGroupId: group.id, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }, parent);
        this.registerOutputs({ securityGroupId: this.securityGroupId, clients: this.clients, port: this.port });
    }
}

/** Named after the client, so that a change of the list leaves the other clients' rules alone. Colons would end a part of the URN. */
function ruleName(name: string, protocol: string, client: string): string {
    return `${name}-${protocol}-${client.replace(/[:/]/g, "-")}`;
}
