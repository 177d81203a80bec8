import * as ec2 from "@pulumi/aws/ec2";
import * as lb from "@pulumi/aws/lb";
import * as pulumi from "@pulumi/pulumi";
import { checkSubnetPrefix } from "../shared/clients";
import { checkPort } from "../shared/connection";
import { settle } from "../shared/plain";
import { refuse, Subject } from "../shared/refusal";
import { admitClients, connectGroups } from "./group-rules";

/** The Network Load Balancer that clients come through: by default one of the host's own. */
export interface LoadBalancer {
    /** Addresses of the load balancer's subnets, CIDRs: its health checks come from there, and the guest's firewall admits them. */
    subnetPrefixes: pulumi.Input<pulumi.Input<string>[]>;
    /** Public subnets for a load balancer to make, one for each zone, the host's zone among them. */
    subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
    /** Port that clients dial at the load balancer, which no other of its listeners uses: several hosts share one by ports of their own. Default: the host's port. */
    clientPort?: pulumi.Input<number>;
    /** Minutes for which an idle connection is kept, 1 to 100; longer than `keepAlive`. What comes later is answered by a reset. Default: 30. */
    idleTimeoutMinutes?: pulumi.Input<number>;
    /** ARN of an existing Network Load Balancer, whose security groups admit the clients. Pass `address` beside it. */
    existingArn?: pulumi.Input<string>;
    /** DNS name of the existing load balancer, which clients dial. */
    address?: pulumi.Input<string>;
}

export interface BalancerSettings extends LoadBalancer {
    readonly subnetPrefixes: pulumi.Output<string[]>;
    readonly clientPort: pulumi.Output<number>;
    readonly idleTimeoutMinutes: pulumi.Output<number>;
}

/** The settings with their defaults, or a refusal. */
export function checkedBalancer(subject: Subject, given: LoadBalancer | undefined, port: pulumi.Output<number>): BalancerSettings {
    if (given === undefined) {
        return refuse(subject, "loadBalancer", "is missing", "Pass loadBalancer: { subnetIds, subnetPrefixes } with public subnets for one to be made, or { existingArn, address, subnetPrefixes }.");
    }
    if ((given.existingArn === undefined) !== (given.address === undefined)) {
        refuse(subject, "loadBalancer", "must name an existing load balancer together with its address", "Pass existingArn and address, its DNS name, or neither for one to be made.");
    }
    if ((given.existingArn === undefined) === (given.subnetIds === undefined)) {
        refuse(subject, "loadBalancer", "must name the subnets of a load balancer to make, or an existing one, and not both", "Pass subnetIds, or existingArn.");
    }
    return {
        ...given,
        subnetPrefixes: settle(given.subnetPrefixes, (all) => all.map((prefix, i) => checkSubnetPrefix(subject, `loadBalancer.subnetPrefixes[${i}]`, prefix))),
        clientPort: given.clientPort === undefined ? port : settle(given.clientPort, (p) => checkPort(subject, p as number)),
        idleTimeoutMinutes: settle(given.idleTimeoutMinutes ?? 30, (minutes) => checkIdleTimeout(subject, minutes as number)),
    };
}

function checkIdleTimeout(subject: Subject, minutes: number): number {
    return Number.isInteger(minutes) && minutes >= 1 && minutes <= 100
        ? minutes
        : refuse(subject, "loadBalancer.idleTimeoutMinutes", `is ${minutes}`, "Write whole minutes from 1 to 100, which is what AWS takes.");
}

/** What a way through a load balancer is made of. */
export interface LoadBalancerAccess {
    /** The group that the instance is to be attached to. */
    readonly targetGroupArn: pulumi.Output<string>;
    readonly address: pulumi.Output<string>;
}

export interface Places {
    readonly vpcId: pulumi.Input<string>;
    /** The host's group. */
    readonly securityGroupId: pulumi.Input<string>;
    readonly port: pulumi.Output<number>;
}

/**
 * A TCP listener and target group on a Network Load Balancer, which passes the handshake and the client's own address through:
 * the host's group admits the clients, and besides them the balancer's health checks.
 * @param whenClientsAreKnown calls back with the clients, at once where they are plain
 */
export function loadBalancerAccess(
    name: string,
    settings: BalancerSettings,
    { vpcId, securityGroupId, port }: Places,
    whenClientsAreKnown: (f: (clients: readonly string[]) => void) => void,
    opts: pulumi.CustomResourceOptions,
): LoadBalancerAccess {
    const balancer =
        settings.existingArn === undefined
            ? ownBalancer(name, settings, { vpcId, securityGroupId, port }, whenClientsAreKnown, opts)
            : existingBalancer(name, settings, { vpcId, securityGroupId, port }, opts);
    const targets = new lb.TargetGroup(
        name,
        {
            vpcId,
            targetType: "instance",
            protocol: "TCP",
            port,
            preserveClientIp: "true",
            healthCheck: { protocol: "TCP", port: "traffic-port", interval: 30, healthyThreshold: 3, unhealthyThreshold: 3 },
            tags: { Name: name },
        },
        opts,
    );
    new lb.Listener(
        name,
        {
            loadBalancerArn: balancer.arn,
            protocol: "TCP",
            port: settings.clientPort,
            tcpIdleTimeoutSeconds: settings.idleTimeoutMinutes.apply((minutes) => minutes * 60),
            defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
        },
        opts,
    );
    return { targetGroupArn: targets.arn, address: balancer.address };
}

interface Balancer {
    readonly arn: pulumi.Input<string>;
    readonly address: pulumi.Output<string>;
}

function existingBalancer(name: string, { existingArn, address, subnetPrefixes }: BalancerSettings, { securityGroupId, port }: Places, opts: pulumi.CustomResourceOptions): Balancer {
    subnetPrefixes.apply((prefixes) => admitClients(`${name}-health`, prefixes, ["tcp"], port, securityGroupId, opts));
    return { arn: existingArn!, address: pulumi.output(address!) };
}

function ownBalancer(
    name: string,
    { subnetIds, clientPort }: BalancerSettings,
    { vpcId, securityGroupId, port }: Places,
    whenClientsAreKnown: (f: (clients: readonly string[]) => void) => void,
    opts: pulumi.CustomResourceOptions,
): Balancer {
    const part = `${name}-balancer`;
    const tags = { Name: part };
    const group = new ec2.SecurityGroup(part, { vpcId, description: "Load balancer of a Remote Desktop host", tags }, opts);
    whenClientsAreKnown((clients) => admitClients(part, clients, ["tcp"], clientPort, group.id, opts));
    connectGroups(part, group.id, securityGroupId, port, opts);
    const balancer = new lb.LoadBalancer(
        name,
        {
            loadBalancerType: "network",
            internal: false,
            subnets: subnetIds!,
            securityGroups: [group.id],
            // Else a client that lands in a zone without a target is turned away (rdp-domain §7.2).
            enableCrossZoneLoadBalancing: true,
            tags,
        },
        opts,
    );
    return { arn: balancer.arn, address: balancer.dnsName };
}
