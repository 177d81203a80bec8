import * as pulumi from "@pulumi/pulumi";
import { serverTemplate } from "../../core/guest/render/certificate";
import { CertificatePlan, PrivateCaPlan } from "../../core/guest/render/certificate-plan";
import { checkDnsNames, checkWhole, refuseOthers } from "../shared/certificate";
import { settle } from "../shared/plain";
import { checkChoice, refuse, Subject } from "../shared/refusal";

/** The arguments that decide which certificate a host gets. */
export interface PlanArgs {
    readonly certificateAuthorityArn?: pulumi.Input<string>;
    readonly signingAlgorithm?: pulumi.Input<string>;
    readonly validityDays?: pulumi.Input<number>;
    readonly renewBeforeDays?: pulumi.Input<number>;
    readonly secretArn?: pulumi.Input<string>;
    readonly secretKmsKeyArn?: pulumi.Input<string>;
    readonly dnsNames?: pulumi.Input<pulumi.Input<string>[]>;
}

export type Mode = "privateCa" | "secretsManager" | "windowsOwn";

const caOnly = ["certificateAuthorityArn", "signingAlgorithm", "validityDays", "renewBeforeDays"] as const;
const secretOnly = ["secretArn", "secretKmsKeyArn"] as const;

export function chosenMode(subject: Subject, given: string | undefined, args: PlanArgs & { readonly roleName?: unknown }): Mode {
    const has = (names: readonly (keyof PlanArgs)[]): boolean => names.some((n) => args[n] !== undefined);
    const implied: Mode = has(caOnly) ? "privateCa" : has(secretOnly) ? "secretsManager" : "windowsOwn";
    if (given === undefined && implied === "windowsOwn" && args.dnsNames !== undefined) {
        refuse(subject, "dnsNames", "is given, but nothing says where the certificate comes from", "Pass certificateAuthorityArn or secretArn as well.");
    }
    const mode = checkChoice(subject, "mode", given ?? implied, ["privateCa", "secretsManager", "windowsOwn"]);
    const others = { privateCa: secretOnly, secretsManager: caOnly, windowsOwn: [...caOnly, ...secretOnly, "dnsNames", "roleName"] }[mode];
    refuseOthers(subject, mode, args, others);
    return mode;
}

/** What an instance is to do about its certificate. Each part is checked at construction where it is plain, else as soon as it is known. */
export interface Checked {
    readonly plan: pulumi.Output<Exclude<CertificatePlan, { kind: "store" }>>;
    /** Parameters of the SSM document. */
    readonly parameters: pulumi.Output<Record<string, string>> | undefined;
    /** The permissions that the instance's role needs, as an IAM policy. */
    readonly policy: pulumi.Output<string> | undefined;
}

export function checked(subject: Subject, mode: Mode, args: PlanArgs): Checked {
    const { certificateAuthorityArn, secretArn, secretKmsKeyArn, signingAlgorithm, validityDays, renewBeforeDays } = args;
    if (mode === "windowsOwn") {
        return { plan: pulumi.output({ kind: "windows" as const }), parameters: undefined, policy: undefined };
    }
    const ca = mode === "privateCa";
    const names = settle(args.dnsNames, (n) => (ca ? commonNameFirst(subject, checkDnsNames(subject, n)) : checkDnsNames(subject, n)));
    const source = ca ? settle(certificateAuthorityArn, (arn) => checkAuthority(subject, arn)) : settle(secretArn, (arn) => checkSecret(subject, arn));
    const kmsKey = settle(secretKmsKeyArn, (arn) => checkKmsKey(subject, arn));
    return {
        plan: ca ? settle({ signingAlgorithm, validityDays, renewBeforeDays }, (a) => checkRenewal(subject, a)) : pulumi.output({ kind: "secret" as const }),
        parameters: pulumi.all([source, names]).apply(([s, n]): Record<string, string> => ({ source: s, names: n.join(" ") })),
        policy: pulumi.all([source, kmsKey]).apply(([s, k]) => JSON.stringify({ Version: "2012-10-17", Statement: ca ? authorityStatements(s) : secretStatements(s, k) })),
    };
}

const secretPattern = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/;
const authorityPattern = /^arn:aws[a-z-]*:acm-pca:[a-z0-9-]+:\d{12}:certificate-authority\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const kmsKeyPattern = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;

function checkSecret(subject: Subject, arn: string | undefined): string {
    if (arn === undefined || !secretPattern.test(arn)) {
        const problem = arn === undefined ? "is missing" : `is "${arn}", which is no full ARN of a secret`;
        refuse(subject, "secretArn", problem, "Pass its ARN with the six characters at the end, which secret.arn gives: the permission is for just that secret.");
    }
    return arn;
}

function checkAuthority(subject: Subject, arn: string | undefined): string {
    if (arn === undefined || !authorityPattern.test(arn)) {
        const problem = arn === undefined ? "is missing" : `is "${arn}", which is no ARN of a private certificate authority`;
        refuse(subject, "certificateAuthorityArn", problem, "Write arn:aws:acm-pca:<region>:<account>:certificate-authority/<id>, of an authority that exists; the component makes none.");
    }
    return arn;
}

function checkKmsKey(subject: Subject, arn: string | undefined): string | undefined {
    if (arn !== undefined && !kmsKeyPattern.test(arn)) {
        refuse(subject, "secretKmsKeyArn", `is "${arn}", which is no ARN of a key`, "Write arn:aws:kms:<region>:<account>:key/<id>, or leave it out where the secret uses AWS' own key.");
    }
    return arn;
}

function checkRenewal(subject: Subject, args: pulumi.Unwrap<Pick<PlanArgs, "signingAlgorithm" | "validityDays" | "renewBeforeDays">>): PrivateCaPlan {
    const validityDays = checkWhole(subject, "validityDays", args.validityDays ?? 90, 7, 397, "days");
    const renewBeforeDays = checkWhole(subject, "renewBeforeDays", args.renewBeforeDays ?? Math.floor(validityDays / 3), 1, validityDays - 1, "days");
    const algorithms = ["RSA", "ECDSA"].flatMap((key) => [256, 384, 512].map((size) => `SHA${size}WITH${key}`));
    return { kind: "private-ca", signingAlgorithm: checkChoice(subject, "signingAlgorithm", args.signingAlgorithm ?? "SHA256WITHRSA", algorithms), validityDays, renewBeforeDays };
}

/** The first name becomes the common name, which holds 64 characters. */
function commonNameFirst(subject: Subject, names: string[]): string[] {
    if (names[0]!.length > 64) {
        refuse(subject, "dnsNames[0]", `has ${names[0]!.length} characters, and the common name of a certificate holds 64`, "Put a shorter name first.");
    }
    return names;
}

function secretStatements(secretArn: string, kmsKeyArn: string | undefined): object[] {
    const [, partition, , region] = secretArn.split(":");
    const through = { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}` } };
    const decrypt = { Effect: "Allow", Action: "kms:Decrypt", Resource: kmsKeyArn, Condition: through };
    return [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArn }, ...(kmsKeyArn === undefined ? [] : [decrypt])];
}

function authorityStatements(authorityArn: string): object[] {
    const template = { StringLike: { "acm-pca:TemplateArn": `arn:*:acm-pca:::template/${serverTemplate}` } };
    return [
        { Effect: "Allow", Action: "acm-pca:IssueCertificate", Resource: authorityArn, Condition: template },
        { Effect: "Allow", Action: "acm-pca:GetCertificate", Resource: authorityArn },
    ];
}
