import * as compute from "@pulumi/azure-native/compute";
import * as pulumi from "@pulumi/pulumi";
import { renderRunCommand } from "../../core/guest/render/run-command";
import { guestState, Licensing, SessionLimits, StaleSessions } from "../shared/guest";

export interface RdpGuestArgs {
    /** Resource group of the virtual machine. */
    resourceGroupName: pulumi.Input<string>;
    /** Name of the virtual machine, from any stack: Windows, running, with the VM agent. */
    vmName: pulumi.Input<string>;
    /** Azure region of the virtual machine. Default: that of the resource group. */
    location?: pulumi.Input<string>;
    /** Networks that connect: CIDRs such as `203.0.113.0/24`, or single addresses. Required; never defaults to everybody. */
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
    /** Reports how the guest differs and changes nothing: no setting, no file, no scheduled task. A difference does not fail the deployment; the run command's instance view (`az vm run-command show --instance-view`) has the list and exit code 2. Runs when it is made and when an argument changes. Default: false. */
    reportOnly?: pulumi.Input<boolean>;
    /** Longest time in seconds for the script before the deployment fails. Default: 900. */
    timeoutSeconds?: pulumi.Input<number>;
    /** Tags of the run command. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/**
 * Enforces the settings on which Remote Desktop depends, on any existing Windows virtual machine: a managed run command
 * applies them and installs a scheduled task that repairs them when they drift. A script that fails, fails the deployment.
 * Restarts Remote Desktop's services only where a setting changes. Costs nothing.
 */
export class RdpGuest extends pulumi.ComponentResource {
    /** Id of the run command. */
    public readonly runCommandId: pulumi.Output<string>;
    /** The port on which the guest listens. */
    public readonly port: pulumi.Output<number>;

    constructor(name: string, args: RdpGuestArgs, opts?: pulumi.ComponentResourceOptions) {
        super("rdp-ready-azure:index:RdpGuest", name, args, opts);
        const desired = guestState({ component: "RdpGuest", name }, args);
        const reportOnly = pulumi.output(args.reportOnly ?? false);
        this.port = desired.port;
        const command = new compute.VirtualMachineRunCommandByVirtualMachine(
            name,
            {
                resourceGroupName: args.resourceGroupName,
                vmName: args.vmName,
                location: args.location,
                source: { script: pulumi.all([desired, reportOnly]).apply(([d, only]) => renderRunCommand(d, { reportOnly: only })) },
                asyncExecution: false,
                // Exit code 2, by which a report tells of differences, is a failure to Azure as any other.
                treatFailureAsDeploymentFailure: reportOnly.apply((only) => !only),
                timeoutInSeconds: args.timeoutSeconds ?? 900,
                tags: args.tags,
            },
            { parent: this },
        );
        this.runCommandId = command.id;
        this.registerOutputs({ runCommandId: this.runCommandId, port: this.port });
    }
}
