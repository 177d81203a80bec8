import * as compute from "@pulumi/azure-native/compute";
import * as pulumi from "@pulumi/pulumi";
import { renderRunCommand } from "../../core/guest/render/run-command";
import { guestState, SessionLimits } from "../shared/guest";

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
    /** When sessions are ended, in minutes. Default: a disconnected session is logged off after 480, others never. */
    sessionLimits?: pulumi.Input<SessionLimits>;
    /** Minutes between keep-alive messages, shorter than every idle time-out on the path; 1 to 999999. Default: 1. */
    keepAlive?: pulumi.Input<number>;
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
        this.port = desired.port;
        const command = new compute.VirtualMachineRunCommandByVirtualMachine(
            name,
            {
                resourceGroupName: args.resourceGroupName,
                vmName: args.vmName,
                location: args.location,
                source: { script: desired.apply((d) => renderRunCommand(d)) },
                asyncExecution: false,
                treatFailureAsDeploymentFailure: true,
                timeoutInSeconds: args.timeoutSeconds ?? 900,
                tags: args.tags,
            },
            { parent: this },
        );
        this.runCommandId = command.id;
        this.registerOutputs({ runCommandId: this.runCommandId, port: this.port });
    }
}
