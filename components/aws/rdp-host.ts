import * as ec2 from "@pulumi/aws/ec2";
import * as iam from "@pulumi/aws/iam";
import * as lb from "@pulumi/aws/lb";
import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import { checkAccess, checkDetails, checkUdp, localPort, Way, ways } from "../shared/access";
import { checkedClients } from "../shared/clients";
import { connection } from "../shared/connection";
import { guestArgs, guestState, SessionLimits } from "../shared/guest";
import { refuse, Subject } from "../shared/refusal";
import { hostTags } from "../shared/tags";
import { checkedConnectPort, checkedInstanceConnect, InstanceConnect } from "./instance-connect-access";
import { LoadBalancer } from "./load-balancer-access";
import { Network, ownNetwork, ownPrivateNetwork } from "./network";
import { RdpAccess } from "./rdp-access";
import { RdpGuest } from "./rdp-guest";

export interface RdpHostArgs {
    /** Networks that connect: CIDRs such as `203.0.113.0/24`, or single addresses. Required; never defaults to everybody. Public IPv4 only, where they come to a public address. */
    clients: pulumi.Input<pulumi.Input<string>[]>;
    /** Accepts clients that cover the whole Internet, which invites password guessing that starves Remote Desktop. Default: false. */
    allowWholeInternet?: pulumi.Input<boolean>;
    /** TCP and UDP port of Remote Desktop, 1 to 65535, the same in filters, guest and clients. Default: 3389. */
    port?: pulumi.Input<number>;
    /** Uses UDP as well, which makes sessions smoother; the connection itself is TCP. Default: true. */
    udp?: pulumi.Input<boolean>;
    /** Requires Network Level Authentication: clients prove who they are before a session is made. `false` is refused: it cures no connection error. Default: true. */
    nla?: pulumi.Input<boolean>;
    /** Security layer of the listener: `tls`, or `negotiate`, which Network Level Authentication turns into TLS. Default: `tls`. */
    securityLayer?: pulumi.Input<string>;
    /** CredSSP encryption oracle remediation: `mitigated`, or `force-updated`, which turns unpatched clients away. Default: `mitigated`. */
    credSsp?: pulumi.Input<string>;
    /** Category of the guest's networks: `private`, also for networks to come, or `leave`. The firewall rule applies in every category anyway. Default: `private`. */
    networkProfile?: pulumi.Input<string>;
    /** When sessions are ended, in minutes. Default: a disconnected session is logged off after 480, others never. */
    sessionLimits?: pulumi.Input<SessionLimits>;
    /** Minutes between keep-alive messages, shorter than every idle time-out on the path; 1 to 999999. Default: 1. */
    keepAlive?: pulumi.Input<number>;
    /**
     * Way in for the clients: `public`, an Elastic IP; `sessionManager`, a tunnel of Systems Manager; `instanceConnect`, a tunnel of an
     * EC2 Instance Connect Endpoint, at most an hour long; `loadBalancer`, a Network Load Balancer; `private`, for clients on the
     * network of `subnetId` by VPN or peering. Tunnels are opened by whoever AWS lets open one, from any address. With all but
     * `public` the host has no public address, and with all but `public` and `private` UDP is off. Default: `public`.
     */
    access?: string;
    /** The load balancer, with access `loadBalancer` and a subnet of yours. Default: one in the VPC of the host's own. */
    loadBalancer?: LoadBalancer;
    /** The EC2 Instance Connect Endpoint, with access `instanceConnect` and a subnet of yours. Default: one in the VPC of the host's own. */
    instanceConnect?: InstanceConnect;
    /** Makes endpoints of Systems Manager in `subnetId`, for a subnet that has no way to the Internet. They cost about 0.03 USD an hour. Default: false. */
    privateEndpoints?: boolean;
    /** Name of the EC2 key pair with which the administrator's first password is read. It must be an RSA pair: Windows supports no other. Required unless `credentialInImage` is set; the component makes none. */
    keyName?: pulumi.Input<string>;
    /** Says that the image or a domain join brings the credential, so that no key pair is needed. Default: false. */
    credentialInImage?: boolean;
    /** VPC of `subnetId`, from any stack. Pass both or neither. */
    vpcId?: pulumi.Input<string>;
    /** Subnet for the host, from any stack. With access `public` its route to the Internet must be an Internet gateway; else it needs a NAT gateway, or `privateEndpoints`. Default: a VPC of the host's own, 10.90.0.0/24. */
    subnetId?: pulumi.Input<string>;
    /** Instance type. The default, `t3.large`, has 2 vCPU and 8 GB and costs about 0.11 USD an hour with Windows. */
    instanceType?: pulumi.Input<string>;
    /** Image of your own; a change of it replaces the host. Default: the newest `imageName` as of the host's creation, which later images leave alone. */
    amiId?: pulumi.Input<string>;
    /** Name of Amazon's image of Windows, without its date. Default: `Windows_Server-2022-English-Full-Base`. */
    imageName?: pulumi.Input<string>;
    /** Instance profile of your own, with AmazonSSMManagedInstanceCore or its like. Default: one that the host makes. */
    instanceProfileName?: pulumi.Input<string>;
    /** Longest time in seconds for the instance to come online and for the guest's script to succeed, before the deployment fails. Default: 1200. */
    timeoutSeconds?: pulumi.Input<number>;
    /** Tags of the instance, beside those by which the host declares its clients. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/**
 * A Windows instance that the declared clients reach with Remote Desktop: way in, security group, instance profile
 * for Systems Manager and enforced guest settings. Costs the instance, its disk and the way in, an hour: `public` about 0.005 USD,
 * `loadBalancer` about 0.03 USD and traffic, the others nothing. A VPC of the host's own adds about 0.05 USD for its NAT
 * gateway, unless access is `public`.
 * What is not an argument is reached with Pulumi's own `transforms` option.
 */
export class RdpHost extends pulumi.ComponentResource {
    /** Address that clients dial: public and static, private with access `private`, `localhost` before a tunnel. */
    public readonly address: pulumi.Output<string>;
    /** Port of Remote Desktop. */
    public readonly port: pulumi.Output<number>;
    /** Port that clients dial: the host's own, the load balancer's, or that of a tunnel's near end. */
    public readonly clientPort: pulumi.Output<number>;
    /** Content of a `.rdp` file that opens the host, through the tunnel where there is one. */
    public readonly rdpFile: pulumi.Output<string>;
    /** Command that opens the host from Windows, or the tunnel to it. */
    public readonly connectCommand: pulumi.Output<string>;
    /** URN of the instance, under which policy packs and `rdp-ready check` report on the host. */
    public readonly hostUrn: pulumi.Output<string>;
    /** Id of the instance. */
    public readonly instanceId: pulumi.Output<string>;
    /** Id of the security group on the instance. */
    public readonly securityGroupId: pulumi.Output<string>;
    /** Private IPv4 address, for people who are in the network. */
    public readonly privateAddress: pulumi.Output<string>;

    constructor(name: string, args: RdpHostArgs, opts?: pulumi.ComponentResourceOptions) {
        super("rdp-ready-aws:index:RdpHost", name, args, opts);
        const subject = { component: "RdpHost", name };
        checkCredential(subject, args);
        checkNetwork(subject, args);
        const parent = { parent: this };
        const way = checkAccess(subject, "aws", args.access, "public");
        checkWay(subject, way, args);
        const udp = checkUdp(subject, way, args.udp);
        const byPublicAddress = ways[way].byPublicAddress && args.loadBalancer?.existingArn === undefined;
        const clients = checkedClients(subject, args.clients, args.allowWholeInternet, { byPublicAddress });
        this.port = guestState(subject, { ...args, udp }).port;

        const own: Network | undefined = args.subnetId !== undefined ? undefined : way === "public" ? ownNetwork(name, this) : ownPrivateNetwork(name, this);
        const { vpcId, subnetId, ready }: Network = own ?? { vpcId: args.vpcId!, subnetId: args.subnetId!, ready: [] };
        const access = new RdpAccess(
            name,
            {
                clients: args.clients,
                allowWholeInternet: args.allowWholeInternet,
                port: this.port,
                udp,
                access: way,
                ...waysOf(way, args, own),
                privateEndpoints: args.privateEndpoints,
                vpcId,
                subnetId,
            },
            { ...parent, dependsOn: ready },
        );
        const profile = args.instanceProfileName ? { name: args.instanceProfileName, ready: [] } : this.ownProfile(name);
        const instance = new ec2.Instance(
            name,
            {
                ami: args.amiId ?? newestImage(args.imageName, this),
                instanceType: args.instanceType ?? "t3.large",
                keyName: args.keyName,
                subnetId,
                vpcSecurityGroupIds: [access.securityGroupId],
                iamInstanceProfile: profile.name,
                metadataOptions: { httpEndpoint: "enabled", httpTokens: "required" },
                rootBlockDevice: { encrypted: true, volumeType: "gp3" },
                tags: hostTags(
                    pulumi.output(args.tags).apply((tags) => ({ Name: name, ...tags })),
                    clients,
                    this.port,
                    ways[way].path.aws,
                    own === undefined ? args.instanceConnect?.subnetPrefix : undefined,
                ),
            },
            // A newer "newest image" must not replace a host that people work on.
            { ...parent, ignoreChanges: args.amiId === undefined ? ["ami"] : [] },
        );
        const attached = attach(name, access, instance, parent);
        const seen = way === "instanceConnect" || way === "loadBalancer" ? access.sources : args.clients;
        new RdpGuest(
            name,
            { ...guestArgs(args), clients: seen, udp, instanceId: instance.id, timeoutSeconds: args.timeoutSeconds },
            // Without address, route, egress rule and permission the instance never comes online in Systems Manager.
            { ...parent, dependsOn: [...attached, access, ...ready, ...profile.ready] },
        );

        this.privateAddress = instance.privateIp;
        this.address = access.clientAddress ?? this.privateAddress;
        this.clientPort = access.clientPort;
        const { rdpFile, connectCommand } = connection(this.address, this.clientPort, tunnelCommand(way, instance.id, this.port, args.instanceConnect?.existingId));
        this.rdpFile = rdpFile;
        this.connectCommand = connectCommand;
        this.hostUrn = instance.urn;
        this.instanceId = instance.id;
        this.securityGroupId = access.securityGroupId;
        this.registerOutputs({
            address: this.address,
            port: this.port,
            clientPort: this.clientPort,
            rdpFile,
            connectCommand,
            hostUrn: this.hostUrn,
            instanceId: this.instanceId,
            securityGroupId: this.securityGroupId,
            privateAddress: this.privateAddress,
        });
    }

    private ownProfile(name: string): { name: pulumi.Input<string>; ready: pulumi.Resource[] } {
        const parent = { parent: this };
        const assumeRolePolicy = JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
        });
        const role = new iam.Role(name, { assumeRolePolicy, description: "Systems Manager for a Remote Desktop host" }, parent);
        const policy = new iam.RolePolicyAttachment(name, { role: role.name, policyArn: iam.ManagedPolicy.AmazonSSMManagedInstanceCore }, parent);
        return { name: new iam.InstanceProfile(name, { role: role.name }, parent).name, ready: [policy] };
    }
}

function checkCredential(subject: Subject, { keyName, credentialInImage }: RdpHostArgs): void {
    if (!keyName && credentialInImage !== true) {
        const remedy = 'Pass the name of an RSA key pair (aws ec2 create-key-pair --key-type rsa), or credentialInImage: true where your image or a domain join brings the credential.';
        refuse(subject, "keyName", "is missing, so nobody could log on", remedy);
    }
}

/** What the ways in need of each other's arguments. */
function checkWay(subject: Subject, way: Way, args: RdpHostArgs): void {
    const { loadBalancer, instanceConnect, subnetId, port } = args;
    checkDetails(subject, way, { loadBalancer, instanceConnect });
    if (way === "instanceConnect") {
        void checkedConnectPort(subject, port);
    }
    if (way === "instanceConnect" && subnetId !== undefined) {
        checkedInstanceConnect(subject, instanceConnect);
    }
    if (way === "loadBalancer" && loadBalancer === undefined && subnetId !== undefined) {
        refuse(subject, "loadBalancer", "is missing beside subnetId", "Pass loadBalancer: { subnetIds, subnetPrefixes } with public subnets, or { existingArn, address, subnetPrefixes }.");
    }
    if (subnetId !== undefined) {
        return;
    }
    if (way === "private") {
        refuse(subject, "subnetId", 'is missing, and access is "private"', "Pass a VPC and a subnet of the network that the clients are on, by VPN or peering.");
    }
    const details = loadBalancer !== undefined ? "loadBalancer" : instanceConnect !== undefined ? "instanceConnect" : undefined;
    if (details !== undefined) {
        refuse(subject, details, "is given, but the host would be in a VPC of its own", `Pass vpcId and subnetId of the network that it serves, or leave ${details} out.`);
    }
    if (args.privateEndpoints === true) {
        refuse(subject, "privateEndpoints", "is true, but the VPC of the host's own leads to Systems Manager otherwise", "Leave it out, or pass vpcId and subnetId.");
    }
}

/** The details of a way, as given or in the VPC of the host's own. */
function waysOf(way: Way, { loadBalancer, instanceConnect }: RdpHostArgs, own: Network | undefined): { loadBalancer?: LoadBalancer; instanceConnect?: InstanceConnect } {
    if (way === "loadBalancer") {
        return { loadBalancer: own?.front === undefined ? loadBalancer : { subnetIds: [own.front.subnetId], subnetPrefixes: [own.front.prefix] } };
    }
    if (way === "instanceConnect") {
        return { instanceConnect: own?.prefix === undefined ? instanceConnect : { subnetPrefix: own.prefix } };
    }
    return {};
}

/** Joins the instance to its address or its load balancer. */
function attach(name: string, { allocationId, targetGroupArn, port }: RdpAccess, instance: ec2.Instance, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
    if (allocationId !== undefined) {
        return [new ec2.EipAssociation(name, { allocationId, instanceId: instance.id }, opts)];
    }
    return targetGroupArn === undefined ? [] : [new lb.TargetGroupAttachment(name, { targetGroupArn, targetId: instance.id, port }, opts)];
}

/** Opens the tunnel whose near end is at `localPort`. */
function tunnelCommand(way: Way, instanceId: pulumi.Output<string>, port: pulumi.Output<number>, endpointId: pulumi.Input<string> | undefined): pulumi.Output<string> | undefined {
    switch (way) {
        case "sessionManager":
            return pulumi.interpolate`aws ssm start-session --target ${instanceId} --document-name AWS-StartPortForwardingSession --parameters portNumber=${port},localPortNumber=${localPort}`;
        case "instanceConnect": {
            const by = endpointId === undefined ? "" : pulumi.interpolate` --instance-connect-endpoint-id ${endpointId}`;
            return pulumi.interpolate`aws ec2-instance-connect open-tunnel --instance-id ${instanceId}${by} --remote-port ${port} --local-port ${localPort}`;
        }
        default:
            return undefined;
    }
}

function checkNetwork(subject: Subject, { vpcId, subnetId }: RdpHostArgs): void {
    if (vpcId !== undefined && subnetId === undefined) {
        refuse(subject, "subnetId", "is missing beside vpcId", "Pass a subnet of that VPC, or neither for a VPC of the host's own.");
    }
    if (subnetId !== undefined && vpcId === undefined) {
        refuse(subject, "vpcId", "is missing beside subnetId", "Pass the VPC of that subnet: the security group is made there.");
    }
}

/** Amazon publishes the newest image's id as a parameter. The provider marks every parameter's value as a secret; this one is public. */
function newestImage(imageName: pulumi.Input<string> | undefined, parent: pulumi.Resource): pulumi.Output<string> {
    const name = pulumi.interpolate`/aws/service/ami-windows-latest/${imageName ?? "Windows_Server-2022-English-Full-Base"}`;
    return pulumi.unsecret(ssm.getParameterOutput({ name }, { parent }).value);
}
