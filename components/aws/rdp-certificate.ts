import { createHash } from "node:crypto";
import * as iam from "@pulumi/aws/iam";
import * as ssm from "@pulumi/aws/ssm";
import * as pulumi from "@pulumi/pulumi";
import { certificateDocument } from "../../core/guest/render/certificate";
import { checked, chosenMode } from "./certificate-plan";

export interface RdpCertificateArgs {
    /** Id of the instance, from any stack: Windows, running, managed by Systems Manager (an instance profile with AmazonSSMManagedInstanceCore and a way to its endpoints), with AWS Tools for PowerShell, which Amazon's images have. */
    instanceId: pulumi.Input<string>;
    /** `privateCa`: the guest makes a key and an AWS private certificate authority signs it, again before it ends. `secretsManager`: a PFX in a secret, taken over when the secret changes. `windowsOwn`: the self-signed one that Windows makes and renews; clients are warned of it. Default: as the other arguments say. */
    mode?: string;
    /** ARN of a private certificate authority that exists: it costs hundreds of dollars a month, so none is made here. Clients must trust its root. */
    certificateAuthorityArn?: pulumi.Input<string>;
    /** How the authority signs, which depends on its own key: `SHA256WITHRSA`, `SHA256WITHECDSA` and so on. Default: `SHA256WITHRSA`. */
    signingAlgorithm?: pulumi.Input<string>;
    /** Days for which the authority issues a certificate, 7 to 397. Each costs up to 0.75 USD. Default: 90. */
    validityDays?: pulumi.Input<number>;
    /** Days before its end at which the next certificate is asked for. Default: a third of `validityDays`. */
    renewBeforeDays?: pulumi.Input<number>;
    /** Full ARN of a secret that holds a PFX with one private key: as binary, in base64, or as JSON with `pfx` in base64 and `password`. Whoever renews the certificate puts a new version there. */
    secretArn?: pulumi.Input<string>;
    /** ARN of the key that encrypts the secret, where that is not AWS' own. */
    secretKmsKeyArn?: pulumi.Input<string>;
    /** Names that clients type, e.g. `desk.example.com`. The certificate must cover all of them; a wildcard certificate does. Required with a certificate authority or a secret. */
    dnsNames?: pulumi.Input<pulumi.Input<string>[]>;
    /** Name of the instance's role, which is given permission to read the one secret, or to use the one authority. Default: none is given, because the role has it already. */
    roleName?: pulumi.Input<string>;
    /** Longest time in seconds for the instance to come online and for the script to succeed, before the deployment fails. Default: 1200. */
    timeoutSeconds?: pulumi.Input<number>;
    /** Tags of the document and the association. */
    tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/**
 * A certificate for Remote Desktop that renews itself and stays bound to the listener, on any existing Windows
 * instance: a Systems Manager document whose association gets it, binds it and lets the listener's account read its
 * key, now and every 12 hours. The listener is not restarted, so nobody is logged off. A script that fails, fails the
 * deployment; the document and its output hold no secret.
 * Do not use it on members of a domain whose group policy names a certificate template: the policy owns the binding,
 * and the script leaves such a host alone. Costs nothing beside what the authority or the secret costs.
 */
export class RdpCertificate extends pulumi.ComponentResource {
    /** Id of the State Manager association. */
    public readonly associationId: pulumi.Output<string>;
    /** Name of the Systems Manager document. */
    public readonly documentName: pulumi.Output<string>;
    /** Name of the policy on the instance's role, where one was made. */
    public readonly policyName?: pulumi.Output<string>;

    constructor(name: string, args: RdpCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("rdp-ready-aws:index:RdpCertificate", name, args, opts);
        const subject = { component: "RdpCertificate", name };
        const { plan, parameters, policy } = checked(subject, chosenMode(subject, args.mode, args), args);
        const ready: pulumi.Resource[] = [];
        if (args.roleName !== undefined && policy !== undefined) {
            const granted = new iam.RolePolicy(name, { role: args.roleName, policy }, { parent: this });
            this.policyName = granted.name;
            ready.push(granted);
        }
        const content = plan.apply((p) => JSON.stringify(certificateDocument(p)));
        const document = new ssm.Document(
            `${name}-certificate`,
            { documentType: "Command", documentFormat: "JSON", targetType: "/AWS::EC2::Instance", content, tags: args.tags },
            { parent: this },
        );
        const association = new ssm.Association(
            `${name}-certificate`,
            {
                name: document.name,
                associationName: pulumi.all([content, parameters]).apply(([c, p]) => `rdp-ready-certificate-${createHash("sha256").update(c + JSON.stringify(p ?? {})).digest("hex").slice(0, 12)}`),
                parameters,
                targets: [{ key: "InstanceIds", values: [args.instanceId] }],
                scheduleExpression: "rate(12 hours)",
                waitForSuccessTimeoutSeconds: args.timeoutSeconds ?? 1200,
                tags: args.tags,
            },
            // Only a new association waits for success, so a new script gets a new one (see RdpGuest).
            { parent: this, dependsOn: ready, replaceOnChanges: ["associationName"] },
        );
        this.associationId = association.associationId;
        this.documentName = document.name;
        this.registerOutputs({ associationId: this.associationId, documentName: this.documentName, policyName: this.policyName });
    }
}
