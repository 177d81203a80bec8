import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";

/** Where an instance lives, and what must be there before it can be reached. */
export interface Network {
    readonly vpcId: pulumi.Input<string>;
    readonly subnetId: pulumi.Input<string>;
    readonly ready: pulumi.Resource[];
}

/** A VPC with one public subnet, for a host that is given none. */
export function ownNetwork(name: string, parent: pulumi.Resource): Network {
    const opts = { parent };
    const tags = { Name: name };
    const cidrBlock = "10.90.0.0/24";
    const vpc = new ec2.Vpc(name, { cidrBlock, enableDnsSupport: true, enableDnsHostnames: true, tags }, opts);
    const gateway = new ec2.InternetGateway(name, { vpcId: vpc.id, tags }, opts);
    const subnet = new ec2.Subnet(name, { vpcId: vpc.id, cidrBlock, tags }, opts);
    const table = new ec2.RouteTable(name, { vpcId: vpc.id, tags }, opts);
    const route = new ec2.Route(name, { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id }, opts);
    const association = new ec2.RouteTableAssociation(name, { subnetId: subnet.id, routeTableId: table.id }, opts);
    return { vpcId: vpc.id, subnetId: subnet.id, ready: [route, association] };
}
