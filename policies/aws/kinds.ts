/** The kinds of resource that the readers know, each with the type tokens under which it occurs. */
const elb = (name: string): string[] => {
    const file = name.charAt(0).toLowerCase() + name.slice(1);
    return ["lb", "alb", "elasticloadbalancingv2", "applicationloadbalancing"].map((m) => `aws:${m}/${file}:${name}`);
};

const kindTypes = {
    Instance: ["aws:ec2/instance:Instance", "aws:ec2/spotInstanceRequest:SpotInstanceRequest"],
    AutoScalingGroup: ["aws:autoscaling/group:Group"],
    AutoScalingAttachment: ["aws:autoscaling/attachment:Attachment"],
    TrafficSourceAttachment: ["aws:autoscaling/trafficSourceAttachment:TrafficSourceAttachment"],
    LaunchTemplate: ["aws:ec2/launchTemplate:LaunchTemplate"],
    LaunchConfiguration: ["aws:ec2/launchConfiguration:LaunchConfiguration"],
    Ami: ["aws:ec2/ami:Ami", "aws:ec2/amiCopy:AmiCopy", "aws:ec2/amiFromInstance:AmiFromInstance"],
    NetworkInterface: ["aws:ec2/networkInterface:NetworkInterface"],
    NetworkInterfaceAttachment: ["aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment"],
    SecurityGroupAttachment: ["aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment"],
    Vpc: ["aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc"],
    Subnet: ["aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"],
    SecurityGroup: ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
    SecurityGroupRule: [
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    ],
    PrefixList: ["aws:ec2/managedPrefixList:ManagedPrefixList"],
    PrefixListEntry: ["aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"],
    NetworkAcl: ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"],
    NetworkAclRule: ["aws:ec2/networkAclRule:NetworkAclRule"],
    NetworkAclAssociation: ["aws:ec2/networkAclAssociation:NetworkAclAssociation"],
    RouteTable: ["aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable"],
    Route: ["aws:ec2/route:Route"],
    RouteTableAssociation: ["aws:ec2/routeTableAssociation:RouteTableAssociation"],
    MainRouteTableAssociation: ["aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"],
    InternetGateway: ["aws:ec2/internetGateway:InternetGateway"],
    EgressOnlyGateway: ["aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"],
    NatGateway: ["aws:ec2/natGateway:NatGateway"],
    VpnGateway: ["aws:ec2/vpnGateway:VpnGateway"],
    VpnGatewayAttachment: ["aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment"],
    VpnRoutePropagation: ["aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation"],
    VpnConnection: ["aws:ec2/vpnConnection:VpnConnection"],
    VpnConnectionRoute: ["aws:ec2/vpnConnectionRoute:VpnConnectionRoute"],
    VpcCidr: ["aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"],
    ClientVpnEndpoint: ["aws:ec2clientvpn/endpoint:Endpoint"],
    ClientVpnAssociation: ["aws:ec2clientvpn/networkAssociation:NetworkAssociation"],
    ClientVpnAuthorization: ["aws:ec2clientvpn/authorizationRule:AuthorizationRule"],
    ClientVpnRoute: ["aws:ec2clientvpn/route:Route"],
    VpcIpv6Cidr: ["aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation"],
    TransitGatewayAttachment: ["aws:ec2transitgateway/vpcAttachment:VpcAttachment"],
    TransitGateway: ["aws:ec2transitgateway/transitGateway:TransitGateway"],
    VpcPeering: ["aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"],
    VpcEndpoint: ["aws:ec2/vpcEndpoint:VpcEndpoint"],
    Eip: ["aws:ec2/eip:Eip"],
    EipAssociation: ["aws:ec2/eipAssociation:EipAssociation"],
    DnsRecord: ["aws:route53/record:Record"],
    DnsZone: ["aws:route53/zone:Zone"],
    LoadBalancer: elb("LoadBalancer"),
    Listener: elb("Listener"),
    ListenerRule: elb("ListenerRule"),
    TargetGroup: elb("TargetGroup"),
    TargetGroupAttachment: elb("TargetGroupAttachment"),
    ClassicBalancer: ["aws:elb/loadBalancer:LoadBalancer", "aws:elasticloadbalancing/loadBalancer:LoadBalancer"],
    ClassicAttachment: ["aws:elb/attachment:Attachment", "aws:elasticloadbalancing/attachment:Attachment"],
    AcceleratorListener: ["aws:globalaccelerator/listener:Listener"],
    AcceleratorEndpoints: ["aws:globalaccelerator/endpointGroup:EndpointGroup"],
    InstanceConnectEndpoint: ["aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint"],
    InstanceProfile: ["aws:iam/instanceProfile:InstanceProfile"],
    Role: ["aws:iam/role:Role"],
    RolePolicyAttachment: ["aws:iam/rolePolicyAttachment:RolePolicyAttachment"],
    RolePolicyAttachmentsExclusive: ["aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"],
    PolicyAttachment: ["aws:iam/policyAttachment:PolicyAttachment"],
    RolePolicy: ["aws:iam/rolePolicy:RolePolicy"],
    Policy: ["aws:iam/policy:Policy"],
    SsmDocument: ["aws:ssm/document:Document"],
    SsmAssociation: ["aws:ssm/association:Association"],
    SsmParameter: ["aws:ssm/parameter:Parameter"],
    StoredObject: ["aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObject:BucketObject"],
    SecretVersion: ["aws:secretsmanager/secretVersion:SecretVersion"],
    TlsCertificate: ["tls:index/selfSignedCert:SelfSignedCert", "tls:index/locallySignedCert:LocallySignedCert"],
    MaintenanceWindowTask: ["aws:ssm/maintenanceWindowTask:MaintenanceWindowTask"],
    AutoScalingSchedule: ["aws:autoscaling/schedule:Schedule"],
    EventSchedule: ["aws:scheduler/schedule:Schedule"],
    KeyPair: ["aws:ec2/keyPair:KeyPair"],
    TlsPrivateKey: ["tls:index/privateKey:PrivateKey"],
} as const satisfies Record<string, readonly string[]>;

export type Kind = keyof typeof kindTypes;

const kindOfType = new Map<string, Kind>();
for (const kind of Object.keys(kindTypes) as Kind[]) {
    for (const type of kindTypes[kind]) {
        kindOfType.set(type, kind);
    }
}

export function kindOf(type: string): Kind | undefined {
    return kindOfType.get(type);
}

export function typesOf(kind: Kind): readonly string[] {
    return kindTypes[kind];
}

/** Types that bear on hosts and are not modelled, with what to do about it. */
const unmodelledTypes: readonly { readonly pattern: RegExp; readonly remedy: string }[] = [
    { pattern: /^aws-native:(ec2|autoscaling|elasticloadbalancingv2|ssm):/, remedy: "declare it with the aws provider, or check the host with `rdp-ready probe` after the deployment" },
    { pattern: /^aws:ec2\/(fleet:Fleet|spotFleetRequest:SpotFleetRequest)$/, remedy: "use an auto scaling group, which rdp-ready understands" },
];

export function unmodelledRemedy(type: string): string | undefined {
    return unmodelledTypes.find((t) => t.pattern.test(type))?.remedy;
}

/** Whether any reader looks at resources of this type. Remote components matter because their children may be out of sight. */
export function matters(type: string): boolean {
    return kindOfType.has(type) || unmodelledRemedy(type) !== undefined || type.startsWith("awsx:") || /^aws(-native)?:lightsail/.test(type);
}
