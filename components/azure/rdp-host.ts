import * as compute from "@pulumi/azure-native/compute";
import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { checkAccess, checkDetails, checkUdp, Way, ways } from "../shared/access";
import { checkedClients } from "../shared/clients";
import { connection } from "../shared/connection";
import { guestArgs, guestState, Licensing, SessionLimits, StaleSessions } from "../shared/guest";
import { refuse, Subject } from "../shared/refusal";
import { hostTags } from "../shared/tags";
import { Bastion, checkedBastionPrefix } from "./bastion-access";
import { checkedHostCertificate, HostCertificate, hostIdentity } from "./host-certificate";
import { extensionVersionFor, Image, imageReference } from "./image";
import { LoadBalancer } from "./load-balancer-access";
import { computerName } from "./names";
import { ownBastionPrefix, ownNetwork } from "./network";
import { RdpAccess } from "./rdp-access";
import { RdpCertificate } from "./rdp-certificate";
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
    /** When Windows ends sessions, in minutes. Default: a disconnected session is logged off after 480, others never. */
    sessionLimits?: pulumi.Input<SessionLimits>;
    /** Puts people who come back into the session that they left; false makes a new one at each log-on, and forgotten ones use up the two that Windows Server allows. Default: true. */
    singleSession?: pulumi.Input<boolean>;
    /** Sessions at once, 2 to 999999: at 1 one forgotten session would lock everybody out. Default: no limit beside Windows' own, which is 2 without the Session Host role. */
    maxSessions?: pulumi.Input<number>;
    /**
     * A scheduled task in the guest that logs off sessions which stay disconnected, never active ones. `sessionLimits.disconnectedMinutes` is Windows' own means
     * for that and the right one where you decide; take this one where that limit does not count: group policy sets a longer one or none, or sessions are older than the limit.
     * Default: none.
     */
    staleSessions?: pulumi.Input<StaleSessions>;
    /** Minutes between keep-alive messages, shorter than every idle time-out on the path; 1 to 999999. Default: 1. */
    keepAlive?: pulumi.Input<number>;
    /** Licences of a host with the Session Host role, which stops taking sessions 120 days after its installation without them. Default: left alone. */
    licensing?: pulumi.Input<Licensing>;
    /** Windows restarts the service of Remote Desktop one minute after it has failed. False leaves its recovery alone. Default: true. */
    recovery?: pulumi.Input<boolean>;
    /**
     * Way in for the clients: `public`, a static address of the host's own; `bastion`, a Bastion host; `loadBalancer`, a NAT rule of
     * a Standard load balancer; `private`, for clients on the network of `subnetId` by VPN or peering. With `bastion` and
     * `loadBalancer` the host has no public address, and UDP is off. Default: `public`.
     */
    access?: string;
    /** The Bastion host, with access `bastion` and a subnet of yours. Default: one in the virtual network of the host's own. */
    bastion?: Bastion;
    /** The load balancer, with access `loadBalancer`. Default: one of the host's own. */
    loadBalancer?: LoadBalancer;
    /** Resource group of everything that the host is made of. */
    resourceGroupName: pulumi.Input<string>;
    /** Azure region. Default: that of the resource group. */
    location?: pulumi.Input<string>;
    /** Subnet for the host, from any stack. A network security group on it must admit the clients too, and hosts without a public address need a way out, such as a NAT gateway. Default: a virtual network of the host's own, 10.90.0.0/24. */
    subnetId?: pulumi.Input<string>;
    /** Name of the first administrator; Azure refuses `administrator`, `admin` and the like. */
    adminUsername: pulumi.Input<string>;
    /** Password of the first administrator, 12 to 123 characters, kept as a secret; the component makes none up. Example: `config.requireSecret("adminPassword")`. */
    adminPassword: pulumi.Input<string>;
    /** Size. The default, `Standard_D2s_v5`, has 2 vCPU and 8 GB and costs about 0.2 USD an hour with Windows. */
    vmSize?: pulumi.Input<string>;
    /** Image of Windows. Default: Windows Server 2022 Azure edition from the marketplace. */
    image?: pulumi.Input<Image>;
    /** Secure boot and virtual TPM; false for an image of generation 1. Default: true. */
    trustedLaunch?: pulumi.Input<boolean>;
    /** Certificate of a key vault, so that clients see no warning; it renews itself and stays bound. The host gets an identity that may read just that certificate. Default: the self-signed one that Windows makes and renews. */
    certificate?: HostCertificate;
    /** Tags of the virtual machine, beside those by which the host declares its clients. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/**
 * A Windows virtual machine that the declared clients reach with Remote Desktop: network interface, way in, network
 * security group and enforced guest settings. Patches itself by Azure's platform.
 * Costs the virtual machine, its disk and the way in, an hour: `public` about 0.005 USD, `loadBalancer` up to 0.03 USD, `bastion`
 * about 0.3 USD, `private` nothing. A network of the host's own adds about 0.05 USD for its NAT gateway, unless access is `public`.
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
    /** Command that opens the tunnel through which `rdpFile` connects, with access `bastion`. */
    public readonly tunnelCommand?: pulumi.Output<string>;
    /** URN of the virtual machine, under which policy packs and `rdp-ready check` report on the host. */
    public readonly hostUrn: pulumi.Output<string>;
    /** Id of the virtual machine. */
    public readonly vmId: pulumi.Output<string>;
    /** Name of the virtual machine. */
    public readonly vmName: pulumi.Output<string>;
    /** Id of the network interface. */
    public readonly networkInterfaceId: pulumi.Output<string>;
    /** Id of the network security group on the network interface. */
    public readonly networkSecurityGroupId: pulumi.Output<string>;
    /** Private IPv4 address, for people who are in the network. */
    public readonly privateAddress: pulumi.Output<string>;

    constructor(name: string, args: RdpHostArgs, opts?: pulumi.ComponentResourceOptions) {
        // A component's arguments are written to the state.
        super("rdp-ready-azure:index:RdpHost", name, { ...args, adminPassword: pulumi.secret(args.adminPassword) }, opts);
        const subject = { component: "RdpHost", name };
        for (const credential of ["adminUsername", "adminPassword"] as const) {
            if (!args[credential]) {
                refuse(subject, credential, "is missing", `Pass one; credentials are yours and never made up, e.g. config.requireSecret("${credential}").`);
            }
        }
        const parent = { parent: this };
        const { resourceGroupName, location, allowWholeInternet } = args;
        const at = { resourceGroupName, location };
        const way = checkAccess(subject, "azure", args.access, "public");
        checkWay(subject, way, args);
        const udp = checkUdp(subject, way, args.udp);
        const exists = args.bastion?.existingName !== undefined || args.loadBalancer?.existingName !== undefined;
        const clients = checkedClients(subject, args.clients, allowWholeInternet, { byPublicAddress: ways[way].byPublicAddress && !exists });
        this.port = guestState(subject, { ...args, udp }).port;
        const certificate = args.certificate && checkedHostCertificate({ ...subject, within: "certificate" }, args.certificate);

        const forwarded = way === "bastion" ? "bastion" : way === "public" ? "public" : "forwarded";
        const own = args.subnetId === undefined ? ownNetwork(name, at, forwarded, this) : undefined;
        const bastion = way === "bastion" && own !== undefined ? { virtualNetworkName: own.virtualNetworkName, subnetPrefix: ownBastionPrefix } : args.bastion;
        const access = new RdpAccess(
            name,
            { clients: args.clients, allowWholeInternet, port: this.port, udp, access: way, bastion, loadBalancer: args.loadBalancer, ...at },
            own === undefined ? parent : { ...parent, dependsOn: own.subnet },
        );
        const nic = new network.NetworkInterface(
            name,
            {
                ...at,
                networkSecurityGroup: { id: access.networkSecurityGroupId },
                ipConfigurations: [
                    {
                        name: "primary",
                        primary: true,
                        subnet: { id: args.subnetId ?? own!.subnetId },
                        ...(access.publicAddressId === undefined ? {} : { publicIPAddress: { id: access.publicAddressId } }),
                        ...(access.natRuleId === undefined ? {} : { loadBalancerInboundNatRules: [{ id: access.natRuleId }] }),
                    },
                ],
            },
            parent,
        );
        const reader = certificate && hostIdentity(name, certificate, at, parent);
        const trustedLaunch = pulumi.output(args.trustedLaunch ?? true);
        const vm = new compute.VirtualMachine(
            name,
            {
                resourceGroupName,
                location,
                hardwareProfile: { vmSize: args.vmSize ?? "Standard_D2s_v5" },
                storageProfile: {
                    imageReference: pulumi.output(args.image).apply(imageReference),
                    osDisk: { osType: "Windows", createOption: "FromImage", deleteOption: "Delete", managedDisk: { storageAccountType: "StandardSSD_LRS" } },
                },
                osProfile: {
                    computerName: computerName(name),
                    adminUsername: args.adminUsername,
                    adminPassword: pulumi.secret(args.adminPassword),
                    windowsConfiguration: {
                        provisionVMAgent: true,
                        enableAutomaticUpdates: true,
                        patchSettings: { patchMode: "AutomaticByPlatform", assessmentMode: "AutomaticByPlatform" },
                    },
                },
                networkProfile: { networkInterfaces: [{ id: nic.id, primary: true }] },
                securityProfile: trustedLaunch.apply((on) =>
                    on ? { securityType: "TrustedLaunch", uefiSettings: { secureBootEnabled: true, vTpmEnabled: true } } : undefined,
                ),
                identity: reader && { type: "UserAssigned", userAssignedIdentities: [reader.identity.id] },
                diagnosticsProfile: { bootDiagnostics: { enabled: true } },
                tags: hostTags(
                    args.tags,
                    clients,
                    this.port,
                    ways[way].path.azure,
                    args.bastion?.existingName === undefined ? undefined : access.sources.apply(([from]) => from),
                ),
            },
            parent,
        );
        new RdpGuest(name, { ...guestArgs(args), clients: way === "bastion" ? access.sources : args.clients, udp, ...at, vmName: vm.name }, parent);
        if (args.certificate && reader) {
            const extension = { extensionVersion: pulumi.output(args.image).apply(extensionVersionFor), identityClientId: reader.identity.clientId };
            new RdpCertificate(name, { ...args.certificate, issue: undefined, ...extension, ...at, vmName: vm.name }, { ...parent, dependsOn: reader.ready });
        }

        this.privateAddress = nic.ipConfigurations.apply((all) => all?.[0]?.privateIPAddress ?? "");
        this.address = access.clientAddress ?? this.privateAddress;
        this.clientPort = access.clientPort;
        const through = (verb: string): pulumi.Output<string> | undefined =>
            access.bastionName === undefined
                ? undefined
                : pulumi.interpolate`az network bastion ${verb} --name ${access.bastionName} --resource-group ${access.bastionResourceGroupName!} --target-resource-id ${vm.id} --resource-port ${this.port}`;
        const { rdpFile, connectCommand } = connection(this.address, this.clientPort, through("rdp"));
        const tunnel = through("tunnel");
        if (tunnel !== undefined) {
            this.tunnelCommand = pulumi.interpolate`${tunnel} --port ${this.clientPort}`;
        }
        this.rdpFile = rdpFile;
        this.connectCommand = connectCommand;
        this.hostUrn = vm.urn;
        this.vmId = vm.id;
        this.vmName = vm.name;
        this.networkInterfaceId = nic.id;
        this.networkSecurityGroupId = access.networkSecurityGroupId;
        this.registerOutputs({
            address: this.address,
            port: this.port,
            clientPort: this.clientPort,
            rdpFile,
            connectCommand,
            tunnelCommand: this.tunnelCommand,
            hostUrn: this.hostUrn,
            vmId: this.vmId,
            vmName: this.vmName,
            networkInterfaceId: this.networkInterfaceId,
            networkSecurityGroupId: this.networkSecurityGroupId,
            privateAddress: this.privateAddress,
        });
    }
}

/** What the ways in need of each other's arguments. */
function checkWay(subject: Subject, way: Way, { bastion, loadBalancer, subnetId }: RdpHostArgs): void {
    checkDetails(subject, way, { bastion, loadBalancer });
    if (way === "private" && subnetId === undefined) {
        refuse(subject, "subnetId", 'is missing, and access is "private"', "Pass a subnet of the network that the clients are on, by VPN or peering.");
    }
    if (way === "bastion" && subnetId !== undefined) {
        checkedBastionPrefix(subject, bastion);
    }
    if (subnetId === undefined && (bastion !== undefined || loadBalancer?.existingName !== undefined)) {
        const what = bastion === undefined ? "loadBalancer.existingName" : "bastion";
        refuse(subject, what, "is given, but the host would be in a virtual network of its own", `Pass subnetId, a subnet of the network that it serves, or leave ${what} out.`);
    }
}
