import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";

/** Where an instance lives, and what must be there before it can be reached. */
export interface Network {
    readonly vpcId: pulumi.Input<string>;
    readonly subnetId: pulumi.Input<string>;
    /** Public subnet for what stands before the instance, and its addresses; absent where the instance's own will do. */
    readonly front?: { readonly subnetId: pulumi.Input<string>; readonly prefix: string };
    /** Addresses of `subnetId`, where they are known. */
    readonly prefix?: string;
    readonly ready: pulumi.Resource[];
}

const whole = "10.90.0.0/24";
const inner = "10.90.0.0/25";
const outer = "10.90.0.128/25";

/** A VPC with one public subnet, for a host with a public address that is given none. */
export function ownNetwork(name: string, parent: pulumi.Resource): Network {
    const { vpc, subnet, ready } = publicPart(name, whole, parent);
    return { vpcId: vpc.id, subnetId: subnet.id, prefix: whole, ready };
}

/**
 * A VPC for a host without a public address: its own subnet, and a public one in the same zone for a load balancer and for
 * the NAT gateway by which it gets to Systems Manager and to updates.
 */
export function ownPrivateNetwork(name: string, parent: pulumi.Resource): Network {
    const opts = { parent };
    const front = publicPart(name, outer, parent);
    const eip = new ec2.Eip(`${name}-out`, { domain: "vpc", tags: { Name: `${name}-out` } }, { parent, dependsOn: front.ready });
    const gateway = new ec2.NatGateway(`${name}-out`, { allocationId: eip.allocationId, subnetId: front.subnet.id, tags: { Name: name } }, { parent, dependsOn: front.ready });
    const tags = { Name: `${name}-host` };
    const vpcId = front.vpc.id;
    // A load balancer serves the zones of its subnets only.
    const subnet = new ec2.Subnet(`${name}-host`, { vpcId, cidrBlock: inner, availabilityZone: front.subnet.availabilityZone, tags }, opts);
    const table = new ec2.RouteTable(`${name}-host`, { vpcId, tags }, opts);
    const route = new ec2.Route(`${name}-host`, { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: gateway.id }, opts);
    const association = new ec2.RouteTableAssociation(`${name}-host`, { subnetId: subnet.id, routeTableId: table.id }, opts);
    const ready = [...front.ready, route, association];
    return { vpcId, subnetId: subnet.id, prefix: inner, front: { subnetId: front.subnet.id, prefix: outer }, ready };
}

function publicPart(name: string, cidrBlock: string, parent: pulumi.Resource): { vpc: ec2.Vpc; subnet: ec2.Subnet; ready: pulumi.Resource[] } {
    const opts = { parent };
    const tags = { Name: name };
    const vpc = new ec2.Vpc(name, { cidrBlock: whole, enableDnsSupport: true, enableDnsHostnames: true, tags }, opts);
    const gateway = new ec2.InternetGateway(name, { vpcId: vpc.id, tags }, opts);
    const subnet = new ec2.Subnet(name, { vpcId: vpc.id, cidrBlock, tags }, opts);
    const table = new ec2.RouteTable(name, { vpcId: vpc.id, tags }, opts);
    const route = new ec2.Route(name, { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id }, opts);
    const association = new ec2.RouteTableAssociation(name, { subnetId: subnet.id, routeTableId: table.id }, opts);
    return { vpc, subnet, ready: [route, association] };
}
