import { getRegionOutput } from "@pulumi/aws/getRegion";
import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { connectGroups } from "./group-rules";

/** The services without which Systems Manager's agent neither registers nor opens a session (rdp-domain §7.2). */
const services = ["ssm", "ssmmessages", "ec2messages"];

/**
 * Interface endpoints by which an instance gets to Systems Manager without the Internet. They take 443 from the instance's
 * group, and answer by the services' own names, for which the VPC must have DNS support and DNS host names on.
 */
export function privateEndpoints(
    name: string,
    where: { readonly vpcId: pulumi.Input<string>; readonly subnetId: pulumi.Input<string>; readonly securityGroupId: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions,
): void {
    const { vpcId, subnetId, securityGroupId } = where;
    const tags = { Name: `${name}-endpoints` };
    const group = new ec2.SecurityGroup(`${name}-endpoints`, { vpcId, description: "Systems Manager for a Remote Desktop host", tags }, opts);
    connectGroups(`${name}-endpoints`, securityGroupId, group.id, 443, opts, "in");
    const { region } = getRegionOutput({}, { parent: opts.parent });
    for (const service of services) {
        new ec2.VpcEndpoint(
            `${name}-${service}`,
            {
                vpcId,
                serviceName: pulumi.interpolate`com.amazonaws.${region}.${service}`,
                vpcEndpointType: "Interface",
                privateDnsEnabled: true,
                subnetIds: [subnetId],
                securityGroupIds: [group.id],
                tags: { Name: `${name}-${service}` },
            },
            opts,
        );
    }
}
