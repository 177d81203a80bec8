import assert from "node:assert";
import { ListenerCertificate } from "../../../core/host";
import { isKnown } from "../../../core/known";
import { fromSecretsManager, importAndBind, pkcs12 } from "../../../policies/rules/shared/example-certificates";
import { Spec, bothForms, ref, stack } from "../fixture";
import { clients, instance, network, officeGroup, spec, theHost } from "./support";

type Inputs = Record<string, unknown>;

const cim = "Set-CimInstance -InputObject $s -Property @{ SSLCertificateSHA1Hash = $c.Thumbprint }";
const role = spec("aws:iam/role:Role")("desk", { assumeRolePolicy: "{}" }, { outputs: { id: "desk", name: "desk" } });
const profile = spec("aws:iam/instanceProfile:InstanceProfile")("profile", { role: ref("desk", "name") }, { outputs: { id: "profile", name: "profile" } });
const inline = (policy: unknown): Spec => spec("aws:iam/rolePolicy:RolePolicy")("inline", { role: ref("desk"), policy });
const allows = (action: unknown): string => JSON.stringify({ Statement: [{ Effect: "Allow", Action: action, Resource: "*" }] });
const host = (script: string, more: Inputs = {}): Spec[] => [
    ...network(),
    officeGroup,
    instance("web", { subnetId: ref("subnet"), vpcSecurityGroupIds: [ref("sg")], associatePublicIpAddress: true, userData: `<powershell>\n${script}\n</powershell>`, ...clients(), ...more }),
];
const withProfile = (...parts: readonly Spec[]): Spec[] => [role, profile, ...parts, ...host(fromSecretsManager, { iamInstanceProfile: ref("profile", "name") })];

function theOne(specs: readonly Spec[], judge: (c: ListenerCertificate) => void): void {
    bothForms(specs, (world) => {
        const { certificates } = theHost(world);
        assert.strictEqual(certificates.length, 1, certificates.map((c) => c.name).join(", "));
        judge(certificates[0]!);
    });
}

function barred(specs: readonly Spec[], expected: readonly RegExp[]): void {
    theOne(specs, (c) => {
        assert.strictEqual(c.barred.length, expected.length, c.barred.map((o) => o.text).join("; "));
        expected.forEach((e, i) => assert.match(c.barred[i]!.text, e));
    });
}

describe("aws: certificates of the listener", () => {
    it("none without a script that binds one", () => bothForms(host("Get-Date"), (world) => assert.deepStrictEqual(theHost(world).certificates, [])));

    it("a PKCS#12 file in user data is read, and comes once", () =>
        theOne(host(importAndBind(pkcs12.client)), (c) => {
            assert.deepStrictEqual(c.delivery, { kind: "script", source: "file" });
            assert.ok(c.facts !== undefined && isKnown(c.facts));
            assert.deepStrictEqual(c.facts.value.uses, { state: "known", value: ["1.3.6.1.5.5.7.3.2"] });
            assert.match(c.stale[0]!.text, /first start/);
            assert.match(c.factsOrigin.text, /line 2/);
        }));

    it("user data that persists binds at each start", () => theOne(host(`${cim}\n</powershell><persist>true</persist><powershell>`), (c) => assert.deepStrictEqual(c.stale, [])));

    it("the role may read the secret, or not", () => {
        barred(withProfile(), [/no policy of role desk/]);
        barred(withProfile(inline(allows(["secretsmanager:GetSecretValue"]))), []);
        barred(withProfile(inline(allows("secretsmanager:*"))), []);
        barred(withProfile(inline(allows("secretsmanager:DescribeSecret"))), [/no policy of role desk/]);
        barred(withProfile(spec("aws:iam/rolePolicyAttachment:RolePolicyAttachment")("all", { role: ref("desk", "name"), policyArn: "arn:aws:iam::aws:policy/SecretsManagerReadWrite" })), []);
        barred(withProfile(inline("04da6b54-80e4-46f7-96ec-b56ff0331ba9")), []);
        barred(host(fromSecretsManager), [/no instance profile/]);
        barred(host(fromSecretsManager, { iamInstanceProfile: "shared" }), []);
    });

    describe("one that the program writes into Secrets Manager", () => {
        const binds = (script = fromSecretsManager): Spec => spec("aws:ssm/association:Association")("bind", { name: "AWS-RunPowerShellScript", targets: [{ key: "InstanceIds", values: [ref("web")] }], parameters: { commands: script }, scheduleExpression: "rate(1 day)" });
        const version = (secret: Inputs, secretId = "desk-certificate"): Spec => spec("aws:secretsmanager/secretVersion:SecretVersion")("version", { secretId, ...secret });
        const uses = (...specs: readonly Spec[]): unknown => {
            let found: unknown;
            theOne([...host("Get-Date"), ...specs], ({ facts }) => (found = facts !== undefined && isKnown(facts) ? facts.value.uses : undefined));
            return found;
        };
        const client = { state: "known", value: ["1.3.6.1.5.5.7.3.2"] };

        it("is read, bare and as JSON, by the secret's name or ARN", () => {
            assert.deepStrictEqual(uses(binds(), version({ secretBinary: pkcs12.client })), client);
            assert.deepStrictEqual(uses(binds(), version({ secretString: JSON.stringify({ pfx: pkcs12.client, password: "" }) })), client);
            assert.deepStrictEqual(uses(binds(), version({ secretBinary: pkcs12.client }, "arn:aws:secretsmanager:eu-central-1:123456789012:secret:desk-certificate-AbCdEf")), client);
        });
        it("is not read where it is a secret, another one, or no certificate", () => {
            assert.strictEqual(uses(binds(), version({ secretBinary: "[secret]" })), undefined);
            assert.strictEqual(uses(binds(), version({ secretBinary: pkcs12.client }, "shop")), undefined);
            assert.strictEqual(uses(binds(), version({ secretString: '{"user":"a","password":"b"}' })), undefined);
        });
    });

    describe("the tls provider's", () => {
        const key = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
        const tls = (inputs: Inputs): Spec => ({ type: "tls:index/selfSignedCert:SelfSignedCert", name: "made", inputs: { privateKeyPem: key, allowedUses: ["server_auth"], dnsNames: ["desk.example.com"], validityPeriodHours: 8760, ...inputs } });
        const secret = spec("aws:secretsmanager/secretVersion:SecretVersion")("version", { secretId: "desk-certificate", secretString: "${made.certPem}" });
        const association = spec("aws:ssm/association:Association")("bind", { name: "AWS-RunPowerShellScript", targets: [{ key: "InstanceIds", values: [ref("web")] }], parameters: { commands: fromSecretsManager }, scheduleExpression: "rate(1 day)" }, { from: { parameters: ["version"] } });
        const judged = (inputs: Inputs): ListenerCertificate => {
            const made = stack([...host("Get-Date"), { ...tls(inputs), outputs: { certPem: "x" } }, secret, association]);
            const [only] = theHost(made.preview).certificates;
            assert.ok(only !== undefined);
            return only;
        };

        it("is made anew in time only where the author says so", () => {
            assert.match(judged({}).stale[0]!.text, /after its end/);
            assert.deepStrictEqual(judged({ earlyRenewalHours: 720 }).stale, []);
            assert.strictEqual(judged({ earlyRenewalHours: key }).stale[0]!.certain, false);
        });

        it("is known by what it is to be, before it is made", () => {
            const { facts } = judged({ allowedUses: ["client_auth", "digital_signature"] });
            assert.ok(facts !== undefined && isKnown(facts));
            assert.deepStrictEqual(facts.value.uses, { state: "known", value: ["1.3.6.1.5.5.7.3.2"] });
            assert.deepStrictEqual(facts.value.names, { state: "known", value: ["desk.example.com"] });
        });
    });
});
