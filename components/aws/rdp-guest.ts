import { createHash } from "node:crypto";
import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import { ssmDocument } from "../../core/guest/render/ssm-document";
import { guestState, Licensing, SessionLimits, StaleSessions } from "../shared/guest";

export interface RdpGuestArgs {
    /** Id of the instance, from any stack: Windows, running, managed by Systems Manager (an instance profile with AmazonSSMManagedInstanceCore and a way to its endpoints). */
    instanceId: pulumi.Input<string>;
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
    /** Reports how the instance differs and changes nothing: no setting, no file, no scheduled task. A difference does not fail the deployment; State Manager shows the association as failed, with the list and exit code 2 in the command's output, every 30 minutes. Default: false. */
    reportOnly?: pulumi.Input<boolean>;
    /** Longest time in seconds for the instance to come online and for the script to succeed, before the deployment fails. Default: 1200. */
    timeoutSeconds?: pulumi.Input<number>;
    /** Tags of the document and the association. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/**
 * Enforces the settings on which Remote Desktop depends, on any existing Windows instance: a Systems Manager document
 * whose association applies them now and every 30 minutes. A script that fails, fails the deployment.
 * Restarts Remote Desktop's services only where a setting changes. Costs nothing.
 */
export class RdpGuest extends pulumi.ComponentResource {
    /** Id of the State Manager association. */
    public readonly associationId: pulumi.Output<string>;
    /** Name of the Systems Manager document. */
    public readonly documentName: pulumi.Output<string>;
    /** The port on which the guest listens. */
    public readonly port: pulumi.Output<number>;

    constructor(name: string, args: RdpGuestArgs, opts?: pulumi.ComponentResourceOptions) {
        super("rdp-ready-aws:index:RdpGuest", name, args, opts);
        const desired = guestState({ component: "RdpGuest", name }, args);
        this.port = desired.port;
        const reportOnly = pulumi.output(args.reportOnly ?? false);
        const content = pulumi.all([desired, reportOnly]).apply(([d, only]) => ssmDocument(d, { reportOnly: only }));
        const document = new ssm.Document(
            name,
            { documentType: "Command", documentFormat: "JSON", targetType: "/AWS::EC2::Instance", content, tags: args.tags },
            { parent: this },
        );
        const association = new ssm.Association(
            name,
            {
                name: document.name,
                associationName: content.apply((c) => `rdp-ready-${createHash("sha256").update(c).digest("hex").slice(0, 12)}`),
                targets: [{ key: "InstanceIds", values: [args.instanceId] }],
                scheduleExpression: "rate(30 minutes)",
                // Exit code 2, by which a report tells of differences, is a failure to Systems Manager as any other.
                waitForSuccessTimeoutSeconds: pulumi.all([reportOnly, args.timeoutSeconds ?? 1200]).apply(([only, seconds]) => (only ? undefined : seconds)) as pulumi.Output<number>,
                tags: args.tags,
            },
            // The provider waits for success when it makes an association, not when it changes one:
            // a new script gets a new association, so that its failure fails the deployment too.
            { parent: this, replaceOnChanges: ["associationName"] },
        );
        this.associationId = association.associationId;
        this.documentName = document.name;
        this.registerOutputs({ associationId: this.associationId, documentName: this.documentName, port: this.port });
    }
}
