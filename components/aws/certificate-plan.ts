import * as pulumi from "@pulumi/pulumi";
import { CertificatePlan, PrivateCaPlan, serverTemplate } from "../../core/guest/render/certificate";
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

/** What the guest is to do, and the permissions that it needs of the instance's role. */
export interface Prepared {
    readonly plan: CertificatePlan;
    /** As an IAM policy; undefined where it needs none. */
    readonly policy: string | undefined;
}

/** The plan: at construction for plain arguments, else as soon as they are known. */
export function checkedPlan(subject: Subject, mode: Mode, args: PlanArgs): pulumi.Output<Prepared> {
    const { certificateAuthorityArn, signingAlgorithm, validityDays, renewBeforeDays, secretArn, secretKmsKeyArn, dnsNames } = args;
    return settle({ certificateAuthorityArn, signingAlgorithm, validityDays, renewBeforeDays, secretArn, secretKmsKeyArn, dnsNames }, (known) => {
        const plan = checkPlan(subject, mode, known);
        return { plan, policy: policyFor(subject, plan, known.secretKmsKeyArn) };
    });
}

/** What the guest is to do, or a refusal that says what to write. */
function checkPlan(subject: Subject, mode: Mode, args: pulumi.Unwrap<PlanArgs>): CertificatePlan {
    switch (mode) {
        case "windowsOwn":
            return { kind: "windows" };
        case "secretsManager":
            return { kind: "secret", names: checkDnsNames(subject, args.dnsNames), secretArn: checkSecret(subject, args.secretArn) };
        case "privateCa":
            return checkAuthority(subject, args);
    }
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

function checkAuthority(subject: Subject, args: pulumi.Unwrap<PlanArgs>): PrivateCaPlan {
    const { certificateAuthorityArn: authorityArn } = args;
    if (authorityArn === undefined || !authorityPattern.test(authorityArn)) {
        const problem = authorityArn === undefined ? "is missing" : `is "${authorityArn}", which is no ARN of a private certificate authority`;
        refuse(subject, "certificateAuthorityArn", problem, "Write arn:aws:acm-pca:<region>:<account>:certificate-authority/<id>, of an authority that exists; the component makes none.");
    }
    const names = checkDnsNames(subject, args.dnsNames);
    if (names[0]!.length > 64) {
        refuse(subject, "dnsNames[0]", `has ${names[0]!.length} characters, and the common name of a certificate holds 64`, "Put a shorter name first.");
    }
    const validityDays = checkWhole(subject, "validityDays", args.validityDays ?? 90, 7, 397, "days");
    const renewBeforeDays = checkWhole(subject, "renewBeforeDays", args.renewBeforeDays ?? Math.floor(validityDays / 3), 1, validityDays - 1, "days");
    const algorithms = ["RSA", "ECDSA"].flatMap((key) => [256, 384, 512].map((size) => `SHA${size}WITH${key}`));
    const signingAlgorithm = checkChoice(subject, "signingAlgorithm", args.signingAlgorithm ?? "SHA256WITHRSA", algorithms);
    return { kind: "private-ca", names, authorityArn, signingAlgorithm, validityDays, renewBeforeDays };
}

function policyFor(subject: Subject, plan: CertificatePlan, kmsKeyArn: string | undefined): string | undefined {
    const statements = statementsFor(subject, plan, kmsKeyArn);
    return statements.length === 0 ? undefined : JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function statementsFor(subject: Subject, plan: CertificatePlan, kmsKeyArn: string | undefined): object[] {
    if (plan.kind === "secret") {
        const read = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: plan.secretArn };
        if (kmsKeyArn === undefined) {
            return [read];
        }
        if (!kmsKeyPattern.test(kmsKeyArn)) {
            refuse(subject, "secretKmsKeyArn", `is "${kmsKeyArn}", which is no ARN of a key`, "Write arn:aws:kms:<region>:<account>:key/<id>, or leave it out where the secret uses AWS' own key.");
        }
        const [, partition, , region] = plan.secretArn.split(":");
        const through = { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}` } };
        return [read, { Effect: "Allow", Action: "kms:Decrypt", Resource: kmsKeyArn, Condition: through }];
    }
    if (plan.kind === "private-ca") {
        const template = { StringLike: { "acm-pca:TemplateArn": `arn:*:acm-pca:::template/${serverTemplate}` } };
        return [
            { Effect: "Allow", Action: "acm-pca:IssueCertificate", Resource: plan.authorityArn, Condition: template },
            { Effect: "Allow", Action: "acm-pca:GetCertificate", Resource: plan.authorityArn },
        ];
    }
    return [];
}
