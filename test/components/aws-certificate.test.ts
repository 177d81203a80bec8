import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { RdpCertificate, RdpCertificateArgs, RdpHost, RdpHostArgs } from "../../components/aws";
import { deploy, ofType, only, Registered } from "./mocks";

const dnsNames = ["Desk.example.com", "rdp.example.com"];
const certificateAuthorityArn = "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/0a1b2c3d-0000-4000-8000-000000000000";
const secretArn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:office/rdp-AbCdEf";
const kmsKey = "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000";
const instanceId = "i-0existing";
const fromSecret: RdpCertificateArgs = { instanceId, secretArn, dnsNames, roleName: "office-role" };
const fromCa: RdpCertificateArgs = { instanceId, certificateAuthorityArn, dnsNames, roleName: "office-role" };

const contentOf = (resources: readonly Registered[]) => only(resources, "ssm/document:Document").inputs["content"] as string;
const policyOf = (resources: readonly Registered[]) => JSON.parse(only(resources, "RolePolicy").inputs["policy"] as string).Statement as Record<string, unknown>[];

async function refusalOf(make: () => unknown): Promise<Error> {
    let thrown: unknown;
    const { resources } = await deploy(() => {
        try {
            make();
        } catch (error) {
            thrown = error;
        }
    });
    assert.ok(pulumi.InputPropertyError.isInstance(thrown), String(thrown));
    assert.deepEqual(resources.filter((r) => r.type.startsWith("aws:")), []);
    return thrown;
}

describe("aws RdpCertificate", () => {
    it("runs on a schedule, and fails the deployment when its script fails", async () => {
        const { resources } = await deploy(() => void new RdpCertificate("rdp", fromSecret));
        const { associationName, ...association } = only(resources, "ssm/association:Association").inputs;
        assert.deepEqual(association, {
            name: "rdp-certificate-name",
            targets: [{ key: "InstanceIds", values: [instanceId] }],
            parameters: { source: secretArn, names: "desk.example.com rdp.example.com" },
            scheduleExpression: "rate(12 hours)",
            waitForSuccessTimeoutSeconds: 1200,
        });
        assert.match(associationName, /^rdp-ready-certificate-[0-9a-f]{12}$/);
    });

    it("has a text that is known before a new secret is, and a new association for another secret", async () => {
        const of = async (arn: pulumi.Input<string>) => (await deploy(() => void new RdpCertificate("rdp", { ...fromSecret, secretArn: arn }))).resources;
        const [one, other] = [await of(pulumi.output(secretArn)), await of(secretArn.replace("AbCdEf", "GhIjKl"))];
        assert.equal(contentOf(one), contentOf(other));
        assert.doesNotMatch(contentOf(one), /office\/rdp|123456789012/);
        const name = (r: readonly Registered[]) => only(r, "ssm/association:Association").inputs["associationName"] as string;
        assert.notEqual(name(one), name(other));
    });

    it("may read the one secret, and decrypt it through Secrets Manager only", async () => {
        const plain = await deploy(() => void new RdpCertificate("rdp", fromSecret));
        assert.deepEqual(policyOf(plain.resources), [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArn }]);
        assert.equal(only(plain.resources, "RolePolicy").inputs["role"], "office-role");
        const keyed = await deploy(() => void new RdpCertificate("rdp", { ...fromSecret, secretKmsKeyArn: kmsKey }));
        assert.deepEqual(policyOf(keyed.resources)[1], {
            Effect: "Allow",
            Action: "kms:Decrypt",
            Resource: kmsKey,
            Condition: { StringEquals: { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" } },
        });
    });

    it("may use the one authority, for server certificates only", async () => {
        const { resources } = await deploy(() => void new RdpCertificate("rdp", fromCa));
        assert.deepEqual(policyOf(resources).map((s) => [s["Action"], s["Resource"]]), [
            ["acm-pca:IssueCertificate", certificateAuthorityArn],
            ["acm-pca:GetCertificate", certificateAuthorityArn],
        ]);
        assert.deepEqual(policyOf(resources)[0]!["Condition"], { StringLike: { "acm-pca:TemplateArn": "arn:*:acm-pca:::template/EndEntityServerAuthCertificate/V1" } });
        assert.match(contentOf(resources), /-Validity_Value 90 /);
        assert.match(contentOf(resources), /AddDays\(30\)/);
        assert.deepEqual(resources.filter((r) => /acmpca|secretsmanager/.test(r.type)), [], "neither an authority nor a secret is made");
    });

    it("gives no permission where no role is named", async () => {
        const { roleName: _, ...args } = fromCa;
        const { resources, outputs } = await deploy(() => ({ ...new RdpCertificate("rdp", args) }));
        assert.deepEqual(ofType(resources, "RolePolicy"), []);
        assert.equal(outputs["policyName"], undefined);
    });

    it("keeps Windows' own certificate healthy where nothing else is asked for", async () => {
        const { resources } = await deploy(() => void new RdpCertificate("rdp", { instanceId }));
        assert.match(contentOf(resources), /Get-RdpOwnCertificate/);
        const association = only(resources, "ssm/association:Association").inputs;
        assert.deepEqual([association["parameters"], association["scheduleExpression"]], [undefined, "rate(12 hours)"]);
        assert.deepEqual(ofType(resources, "RolePolicy"), []);
    });

    const refused: { trap: string; from: RdpCertificateArgs; args: Partial<Record<keyof RdpCertificateArgs, unknown>>; says: RegExp }[] = [
        { trap: "name-for-arn", from: fromSecret, args: { secretArn: "office/rdp" }, says: /secretArn is "office\/rdp", which is no full ARN of a secret/ },
        { trap: "arn-without-its-end", from: fromSecret, args: { secretArn: secretArn.slice(0, -7) }, says: /no full ARN.*six characters/ },
        { trap: "authority-of-acm", from: fromCa, args: { certificateAuthorityArn: "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d" }, says: /no ARN of a private certificate authority/ },
        { trap: "quote-in-an-arn", from: fromCa, args: { certificateAuthorityArn: `${certificateAuthorityArn}'` }, says: /no ARN of a private certificate authority/ },
        { trap: "both-sources", from: fromSecret, args: { certificateAuthorityArn }, says: /secretArn means nothing in mode "privateCa"/ },
        { trap: "no-names", from: fromCa, args: { dnsNames: undefined }, says: /dnsNames is missing/ },
        { trap: "wildcard", from: fromCa, args: { dnsNames: ["*.example.com"] }, says: /a wildcard, which nobody types/ },
        { trap: "empty-name", from: fromSecret, args: { dnsNames: [""] }, says: /dnsNames\[0\] is empty/ },
        { trap: "names-without-source", from: { instanceId }, args: { dnsNames }, says: /nothing says where the certificate comes from/ },
        { trap: "no-source-for-the-mode", from: { instanceId }, args: { mode: "privateCa", dnsNames }, says: /certificateAuthorityArn is missing/ },
        { trap: "validity", from: fromCa, args: { validityDays: 3650 }, says: /validityDays is 3650\. Write whole days from 7 to 397/ },
        { trap: "renewal-after-the-end", from: fromCa, args: { validityDays: 30, renewBeforeDays: 30 }, says: /renewBeforeDays is 30\. Write whole days from 1 to 29/ },
        { trap: "algorithm", from: fromCa, args: { signingAlgorithm: "SHA1WITHRSA" }, says: /signingAlgorithm is "SHA1WITHRSA"\. Write one of: "SHA256WITHRSA"/ },
        { trap: "kms-alias", from: fromSecret, args: { secretKmsKeyArn: "alias/office" }, says: /secretKmsKeyArn is "alias\/office", which is no ARN of a key/ },
    ];
    for (const { trap, from, args, says } of refused) {
        it(`refuses ${trap} before it makes anything`, async () => {
            assert.match((await refusalOf(() => new RdpCertificate("rdp", { ...from, ...args } as RdpCertificateArgs))).message, says);
        });
    }
});

describe("aws RdpHost with a certificate", () => {
    const host: RdpHostArgs = { clients: ["203.0.113.0/24"], keyName: "my-key", certificate: { certificateAuthorityArn, dnsNames } };

    it("permits its own role, and runs both documents on its instance", async () => {
        const { resources } = await deploy(() => void new RdpHost("web", host));
        assert.equal(only(resources, "iam/rolePolicy:RolePolicy").inputs["role"], "web-name");
        assert.deepEqual(ofType(resources, "Association").filter((r) => r.type.includes("ssm")).map((r) => r.inputs["targets"][0].values), [["web-id"], ["web-id"]]);
    });

    it("permits the caller's role only where it is named", async () => {
        const of = async (roleName?: string) => {
            const certificate = { ...host.certificate!, ...(roleName === undefined ? {} : { roleName }) };
            return (await deploy(() => void new RdpHost("web", { ...host, instanceProfileName: "theirs", certificate }))).resources;
        };
        assert.deepEqual(ofType(await of(), "RolePolicy"), []);
        assert.equal(only(await of("their-role"), "RolePolicy").inputs["role"], "their-role");
    });

    for (const [trap, certificate, says] of [
        ["no-source", { dnsNames }, /RdpHost 'web': certificate\.secretArn is missing, and so is certificateAuthorityArn/],
        ["wildcard", { secretArn, dnsNames: ["*.example.com"] }, /certificate\.dnsNames\[0\] is "\*\.example\.com"/],
        ["long-common-name", { certificateAuthorityArn, dnsNames: [`${"a".repeat(60)}.example.com`] }, /certificate\.dnsNames\[0\] has 72 characters/],
    ] as const) {
        it(`refuses ${trap} before it makes anything`, async () => {
            assert.match((await refusalOf(() => new RdpHost("web", { ...host, certificate } as RdpHostArgs))).message, says);
        });
    }
});
