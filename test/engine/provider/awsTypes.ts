/** The aws types that the tests use: what their ids look like, which defaults and names the provider fills in, and what replaces them. */
import type { Props } from "./wire";

/** One aws type. */
export interface AwsType {
    /** Prefix of a hexadecimal id (`sg-0…`), or the input that serves as the id, or a fixed scheme. */
    id: { prefix: string } | { input: string } | { scheme: "arn" | "uuid" | "association" };
    /** The input that gets a made-up name, where the author gave none. */
    autoName?: string;
    /** Schema defaults, which show up in the inputs as if the author had written them, listed in `__defaults`. */
    defaults?: Props;
    /** Inputs (dotted) whose change replaces the resource. */
    createOnly?: string[];
    /** Service and resource part of the ARN; `{id}` and `{name}` are filled in. */
    arn?: string;
}

const hex = (prefix: string): AwsType["id"] => ({ prefix });

/** By type token. A type that is not listed gets an id from its name. */
export const AWS_TYPES: Record<string, AwsType> = {
    "aws:acm/certificate:Certificate": { id: { scheme: "arn" }, arn: "acm:certificate/{uuid}", createOnly: ["domainName"] },
    "aws:autoscaling/group:Group": {
        id: { input: "name" },
        autoName: "name",
        arn: "autoscaling:autoScalingGroup:{uuid}:autoScalingGroupName/{name}",
    },
    "aws:cloudwatch/logGroup:LogGroup": { id: { input: "name" }, autoName: "name", arn: "logs:log-group:{name}" },
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": { id: hex("sg"), arn: "ec2:security-group/{id}" },
    "aws:ec2/eip:Eip": { id: hex("eipalloc"), arn: "ec2:elastic-ip/{id}" },
    "aws:ec2/eipAssociation:EipAssociation": { id: hex("eipassoc"), createOnly: ["allocationId", "instanceId", "networkInterfaceId"] },
    "aws:ec2/instance:Instance": {
        id: hex("i"),
        arn: "ec2:instance/{id}",
        defaults: { getPasswordData: false, sourceDestCheck: true, userDataReplaceOnChange: false },
        createOnly: ["ami", "subnetId", "keyName", "availabilityZone", "associatePublicIpAddress", "privateIp"],
    },
    "aws:ec2/internetGateway:InternetGateway": { id: hex("igw"), arn: "ec2:internet-gateway/{id}" },
    "aws:ec2/keyPair:KeyPair": { id: { input: "keyName" }, autoName: "keyName", arn: "ec2:key-pair/{name}", createOnly: ["publicKey", "keyName"] },
    "aws:ec2/launchTemplate:LaunchTemplate": { id: hex("lt"), autoName: "name", arn: "ec2:launch-template/{id}", createOnly: ["name"] },
    "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": { id: hex("rtbassoc") },
    "aws:ec2/natGateway:NatGateway": { id: hex("nat"), createOnly: ["subnetId", "allocationId"] },
    "aws:ec2/networkAcl:NetworkAcl": { id: hex("acl"), arn: "ec2:network-acl/{id}", createOnly: ["vpcId"] },
    "aws:ec2/networkAclAssociation:NetworkAclAssociation": { id: hex("aclassoc") },
    "aws:ec2/networkAclRule:NetworkAclRule": {
        id: hex("nacl"),
        createOnly: ["networkAclId", "ruleNumber", "egress", "protocol", "ruleAction", "cidrBlock", "fromPort", "toPort"],
        defaults: { egress: false },
    },
    "aws:ec2/networkInterface:NetworkInterface": {
        id: hex("eni"),
        arn: "ec2:network-interface/{id}",
        createOnly: ["subnetId"],
        defaults: { sourceDestCheck: true },
    },
    "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment": { id: hex("eni-attach") },
    "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment": { id: hex("sgattach") },
    "aws:ec2/route:Route": { id: hex("r-rtb"), createOnly: ["routeTableId", "destinationCidrBlock"] },
    "aws:ec2/routeTable:RouteTable": { id: hex("rtb"), arn: "ec2:route-table/{id}", createOnly: ["vpcId"] },
    "aws:ec2/routeTableAssociation:RouteTableAssociation": { id: hex("rtbassoc"), createOnly: ["subnetId"] },
    "aws:ec2/securityGroup:SecurityGroup": {
        id: hex("sg"),
        autoName: "name",
        arn: "ec2:security-group/{id}",
        defaults: { description: "Managed by Pulumi", revokeRulesOnDelete: false },
        createOnly: ["name", "description", "vpcId"],
    },
    "aws:ec2/securityGroupRule:SecurityGroupRule": {
        id: hex("sgrule"),
        defaults: { self: false },
        createOnly: [
            "type",
            "fromPort",
            "toPort",
            "protocol",
            "cidrBlocks",
            "ipv6CidrBlocks",
            "prefixListIds",
            "securityGroupId",
            "sourceSecurityGroupId",
            "self",
        ],
    },
    "aws:ec2/subnet:Subnet": {
        id: hex("subnet"),
        arn: "ec2:subnet/{id}",
        defaults: { assignIpv6AddressOnCreation: false, enableDns64: false, mapPublicIpOnLaunch: false },
        createOnly: ["vpcId", "cidrBlock", "availabilityZone"],
    },
    "aws:ec2/vpc:Vpc": {
        id: hex("vpc"),
        arn: "ec2:vpc/{id}",
        defaults: { enableDnsSupport: true, instanceTenancy: "default" },
        createOnly: ["cidrBlock"],
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": { id: hex("vpce"), arn: "ec2:vpc-endpoint/{id}", createOnly: ["vpcId", "serviceName", "vpcEndpointType"] },
    "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint": {
        id: hex("eice"),
        arn: "ec2:instance-connect-endpoint/{id}",
        createOnly: ["subnetId"],
    },
    "aws:iam/instanceProfile:InstanceProfile": {
        id: { input: "name" },
        autoName: "name",
        arn: "iam:instance-profile/{name}",
        createOnly: ["name"],
        defaults: { path: "/" },
    },
    "aws:iam/policy:Policy": { id: { scheme: "arn" }, autoName: "name", arn: "iam:policy/{name}", createOnly: ["name"] },
    "aws:iam/role:Role": {
        id: { input: "name" },
        autoName: "name",
        arn: "iam:role/{name}",
        createOnly: ["name"],
        defaults: { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
    },
    "aws:iam/rolePolicy:RolePolicy": { id: { input: "name" }, autoName: "name" },
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { id: hex("attachment"), createOnly: ["role", "policyArn"] },
    "aws:lb/listener:Listener": { id: { scheme: "arn" }, arn: "elasticloadbalancing:listener/net/{short}/{short}", createOnly: ["loadBalancerArn"] },
    "aws:lb/loadBalancer:LoadBalancer": {
        id: { scheme: "arn" },
        autoName: "name",
        arn: "elasticloadbalancing:loadbalancer/net/{name}/{short}",
        createOnly: ["name", "internal", "loadBalancerType"],
    },
    "aws:lb/targetGroup:TargetGroup": {
        id: { scheme: "arn" },
        autoName: "name",
        arn: "elasticloadbalancing:targetgroup/{name}/{short}",
        createOnly: ["name", "port", "protocol", "vpcId", "targetType"],
    },
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": { id: hex("tgattach"), createOnly: ["targetGroupArn", "targetId", "port"] },
    "aws:route53/record:Record": { id: hex("record"), createOnly: ["name", "zoneId", "type"] },
    "aws:route53/zone:Zone": { id: hex("Z") },
    "aws:ssm/association:Association": { id: { scheme: "uuid" }, arn: "ssm:association/{uuid}", createOnly: ["name", "instanceId"] },
    "aws:ssm/document:Document": {
        id: { input: "name" },
        autoName: "name",
        arn: "ssm:document/{name}",
        createOnly: ["name", "documentType"],
        defaults: { documentFormat: "JSON" },
    },
    "aws:ssm/parameter:Parameter": { id: { input: "name" }, autoName: "name", arn: "ssm:parameter/{name}", createOnly: ["name"] },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        id: hex("sgr"),
        arn: "ec2:security-group-rule/{id}",
        createOnly: ["securityGroupId"],
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        id: hex("sgr"),
        arn: "ec2:security-group-rule/{id}",
        createOnly: ["securityGroupId"],
    },
};

/** The type's row, made up where there is none. */
export function awsType(type: string): AwsType {
    const name = type.split(":").pop() ?? "";
    return AWS_TYPES[type] ?? { id: hex(name.toLowerCase()), arn: `${(type.split(":")[1] ?? "").split("/")[0]}:${name.toLowerCase()}/{id}` };
}
