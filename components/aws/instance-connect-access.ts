import * as ec2 from "@pulumi/aws/ec2";
import { InstanceConnectEndpoint } from "@pulumi/aws/ec2transitgateway";
import * as pulumi from "@pulumi/pulumi";
import { checkSubnetPrefix } from "../shared/clients";
import { defaultPort } from "../shared/connection";
import { settle } from "../shared/plain";
import { refuse, Subject } from "../shared/refusal";
import { connectGroups } from "./group-rules";

/** The EC2 Instance Connect Endpoint that clients come through: one to make in the host's subnet, or one that exists. */
export interface InstanceConnect {
    /** Addresses of the endpoint's subnet, a CIDR such as 10.0.1.0/24: connections arrive from there, and the guest's firewall admits it. */
    subnetPrefix: pulumi.Input<string>;
    /** Id of an existing endpoint in the VPC, which does not preserve the clients' addresses. One serves all hosts of its VPC. Nothing is made then. */
    existingId?: pulumi.Input<string>;
    /** Security group of the existing endpoint, which must let it out to the host. Required with `existingId`. */
    existingSecurityGroupId?: pulumi.Input<string>;
}

export interface ConnectSettings extends InstanceConnect {
    readonly subnetPrefix: pulumi.Output<string>;
}

/** The settings, or a refusal. */
export function checkedInstanceConnect(subject: Subject, given: InstanceConnect | undefined): ConnectSettings {
    if (given === undefined) {
        return refuse(subject, "instanceConnect", "is missing", 'Pass instanceConnect: { subnetPrefix: "10.0.1.0/24" }, the addresses of the subnet in which the endpoint is or will be.');
    }
    if ((given.existingId === undefined) !== (given.existingSecurityGroupId === undefined)) {
        refuse(subject, "instanceConnect", "must name an existing endpoint together with its security group", "Pass existingId and existingSecurityGroupId, or neither for an endpoint to be made.");
    }
    return { ...given, subnetPrefix: settle(given.subnetPrefix, (prefix) => checkSubnetPrefix(subject, "instanceConnect.subnetPrefix", prefix)) };
}

/** Refuses a port to which no endpoint goes (rdp-domain §7.2). */
export function checkedConnectPort(subject: Subject, port: pulumi.Input<number> | undefined): pulumi.Output<number> {
    return settle(port ?? defaultPort, (p) =>
        p === defaultPort ? defaultPort : refuse(subject, "port", `is ${p as number}, and an Instance Connect Endpoint goes to ${defaultPort} only`, 'Leave port out, or write access: "sessionManager".'),
    );
}

/** An endpoint whose group and the host's let each other through on the port; or the existing one's group, let in. */
export function instanceConnectAccess(
    name: string,
    given: InstanceConnect,
    where: { readonly vpcId: pulumi.Input<string>; readonly subnetId: pulumi.Input<string> | undefined; readonly securityGroupId: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions,
): void {
    const part = `${name}-connect`;
    const { vpcId, subnetId, securityGroupId } = where;
    if (given.existingSecurityGroupId !== undefined) {
        connectGroups(part, given.existingSecurityGroupId, securityGroupId, defaultPort, opts, "in");
        return;
    }
    const tags = { Name: part };
    const group = new ec2.SecurityGroup(part, { vpcId, description: "Instance Connect Endpoint of a Remote Desktop host", tags }, opts);
    connectGroups(part, group.id, securityGroupId, defaultPort, opts);
    // With the client's own address kept, the host's group would have to admit every client, and replies would need a route.
    new InstanceConnectEndpoint(part, { subnetId: subnetId!, securityGroupIds: [group.id], preserveClientIp: false, tags }, opts);
}
