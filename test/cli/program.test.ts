import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runPrograms } from "../../cli/sources/program";
import { Source } from "../../cli/sources/source";
import { unknownString } from "../../policies/value";
import { azureProgram, pulumiYaml, rdpReady, workspace } from "./workspace";

const everything = { matters: () => true };

async function sourceOf(files: Readonly<Record<string, string>>, config: readonly string[] = [], target = "."): Promise<Source> {
    const directory = workspace({ "Pulumi.yaml": pulumiYaml, ...files });
    const [result] = await runPrograms([{ path: join(directory, target), name: target }], { config, timeoutSeconds: 30 }, everything);
    assert.ok(result !== undefined && !(result instanceof Error), String(result));
    return result;
}

const sdk = 'import * as pulumi from "@pulumi/pulumi";\nconst R = pulumi.CustomResource;\n';

describe("programs without an engine", function () {
    this.timeout(60_000);

    it("exit codes: 1 for what blocks, 0 for a clean program, which may print what it likes", async () => {
        const cwd = workspace({
            "blocked/Pulumi.yaml": pulumiYaml,
            "blocked/index.ts": azureProgram("192.0.2.0/24", "console.log('hello'); process.stdout.write('world');"),
            "ready/Pulumi.yaml": pulumiYaml,
            "ready/index.ts": azureProgram("203.0.113.0/24", "console.log('hello'); console.error('there');"),
        });
        const [blocked, ready] = await Promise.all([rdpReady(["check", "blocked", "--format", "json"], cwd), rdpReady(["check", "ready", "--format", "json"], cwd)]);
        assert.deepEqual([blocked.code, ready.code, blocked.stderr, ready.stderr], [1, 0, "", ""]);
        assert.equal(JSON.parse(blocked.stdout).hosts[0].verdict, "blocked");
        assert.equal(JSON.parse(ready.stdout).hosts[0].verdict, "ready");
        assert.deepEqual(
            JSON.parse(ready.stdout).hosts[0].assumptions.filter((a: string) => a.includes("adminPassword")),
            ["the secret shop:adminPassword was not given; what depends on it is unknown"],
        );
    });

    it("--output gets the report, stdout stays empty", async () => {
        const cwd = workspace({ "Pulumi.yaml": pulumiYaml, "index.ts": azureProgram() });
        const ran = await rdpReady(["check", "--format", "json", "--output", "report.json"], cwd);
        assert.deepEqual([ran.code, ran.stdout], [1, ""]);
        assert.equal(JSON.parse(readFileSync(join(cwd, "report.json"), "utf8")).schema, "rdp-ready/report@1");
    });

    it("ids are unknown, dependencies are told, parents and types make the URN", async () => {
        const { resources } = await sourceOf({
            "index.ts": `${sdk}
class C extends pulumi.ComponentResource { constructor() { super("my:index:C", "c"); new R("my:index:B", "b", { a: a.id, list: [{ x: a.id }] }, { parent: this }); } }
const a = new R("my:index:A", "a", { n: 1 });
new C();`,
        });
        const b = resources.find((r) => r.name === "b")!;
        assert.equal(b.urn, "urn:pulumi:dev::shop::my:index:C$my:index:B::b");
        assert.equal(b.parent, "urn:pulumi:dev::shop::my:index:C::c");
        assert.deepEqual(b.inputs, { a: unknownString, list: [{ x: unknownString }] });
        assert.deepEqual(b.propertyDependencies, { a: ["urn:pulumi:dev::shop::my:index:A::a"], list: ["urn:pulumi:dev::shop::my:index:A::a"] });
        assert.equal(b.id, undefined);
    });

    it("resources read with .get() are external, remote components opaque, stack references unknown", async () => {
        const { resources } = await sourceOf({
            "index.ts": `${sdk}
import * as ec2 from "@pulumi/aws/ec2";
const vpc = ec2.Vpc.get("shared", "vpc-123");
new R("my:index:A", "a", { vpc: vpc.id, cidr: vpc.cidrBlock, net: new pulumi.StackReference("org/net/dev").getOutput("subnetId") });
class Remote extends pulumi.ComponentResource { constructor() { super("awsx:ec2:Vpc", "net", {}, {}, true); } }
new Remote();`,
        });
        const vpc = resources.find((r) => r.name === "shared")!;
        assert.deepEqual([vpc.external, vpc.id, vpc.inputs], [true, "vpc-123", {}]);
        assert.deepEqual(resources.find((r) => r.name === "a")!.inputs, { vpc: "vpc-123", cidr: unknownString, net: unknownString });
        assert.equal(resources.find((r) => r.name === "net")!.opaque, true);
    });

    it("transforms are applied, own before the stack's", async () => {
        const { resources } = await sourceOf({
            "index.ts": `${sdk}
pulumi.runtime.registerResourceTransform((a) => ({ props: { ...a.props, trace: [...(a.props.trace ?? []), "stack"] }, opts: a.opts }));
new R("my:index:A", "a", {}, { transforms: [(a) => ({ props: { ...a.props, trace: ["own"] }, opts: a.opts })] });`,
        });
        assert.deepEqual(resources.find((r) => r.name === "a")!.inputs["trace"], ["own", "stack"]);
    });

    it("types that azure-native's resources had once are left out, what a program gives as alias is not", async () => {
        const { resources } = await sourceOf({
            "index.ts": `${sdk}
import * as network from "@pulumi/azure-native/network";
interface Built { __aliases: pulumi.Output<string>[] }
const args = { resourceGroupName: "shop" };
const plain = new network.NetworkSecurityGroup("plain", args) as unknown as Built;
const renamed = new network.NetworkSecurityGroup("renamed", args, { aliases: [{ name: "before" }, { type: "azure-native:network:Old" }] }) as unknown as Built;
const merged = pulumi.mergeOptions({ protect: true }, { aliases: [{ type: "my:index:Old" }] }) as pulumi.CustomResourceOptions;
new R("my:index:A", "a", { plain: plain.__aliases, renamed: renamed.__aliases, merged: merged.aliases, protect: merged.protect });`,
        });
        assert.deepEqual(resources.find((r) => r.name === "a")!.inputs, {
            plain: [],
            renamed: ["urn:pulumi:dev::shop::azure-native:network:NetworkSecurityGroup::before", "urn:pulumi:dev::shop::azure-native:network:Old::renamed"],
            merged: [{ type: "my:index:Old" }],
            protect: true,
        });
    });

    it("an inline subnet's id is unknown, not absent", async () => {
        const { resources } = await sourceOf({
            "index.ts": `${sdk}
import * as network from "@pulumi/azure-native/network";
const vnet = new network.VirtualNetwork("v", { resourceGroupName: "rg", subnets: [{ name: "s", addressPrefix: "10.0.0.0/24" }] });
new R("my:index:A", "a", { subnet: vnet.subnets.apply((s) => s![0]!.id) });`,
        });
        assert.equal(resources.find((r) => r.name === "a")!.inputs["subnet"], unknownString);
    });

    it("what Azure adds to an object that the author wrote is unknown, not absent", async () => {
        const { resources } = await sourceOf({
            "index.ts": `${sdk}
import * as compute from "@pulumi/azure-native/compute";
import * as keyvault from "@pulumi/azure-native/keyvault";
const vault = new keyvault.Vault("v", { resourceGroupName: "rg", properties: { tenantId: "t", sku: { family: "A", name: "standard" } } });
const vm = new compute.VirtualMachine("vm", { resourceGroupName: "rg", identity: { type: "SystemAssigned" } });
new R("my:index:A", "a", { url: pulumi.interpolate\`\${vault.properties.vaultUri}secrets/desk\`, principal: vm.identity.apply((i) => i!.principalId) });`,
        });
        const { url, principal } = resources.find((r) => r.name === "a")!.inputs;
        assert.deepEqual([url, principal], [unknownString, unknownString]);
    });

    it("functions: images are known by name, what the cloud alone knows is unknown and named", async () => {
        const { resources, assumptions } = await sourceOf({
            "index.ts": `${sdk}
import * as aws from "@pulumi/aws";
const ami = aws.ec2.getAmiOutput({ owners: ["amazon"], filters: [{ name: "name", values: ["Windows_Server-2022-English-Full-Base-*"] }] });
export = async () => {
    const zones = await aws.getAvailabilityZones();
    const key = aws.kms.getKeyOutput({ keyId: "k" });
    new R("my:index:A", "a", { ami: ami.id, zone: zones.names[0], creation: ami.creationDate, arn: key.arn });
};`,
        });
        const a = resources.find((r) => r.name === "a")!;
        assert.match(String(a.inputs["ami"]), /^ami-/);
        assert.deepEqual([a.inputs["zone"], a.inputs["creation"], a.inputs["arn"]], ["us-east-1a", unknownString, unknownString]);
        const image = resources.find((r) => r.type === "aws:ec2/ami:Ami")!;
        assert.deepEqual([image.id, image.external, image.outputs["platform"]], [a.inputs["ami"], true, "windows"]);
        assert.deepEqual(assumptions, ["the function aws:kms/getKey:getKey was not called; what it answers is taken as unknown"]);
    });

    it("configuration: of the only stack, beaten by --config; secrets are masked or asked for, never needed", async () => {
        const files = {
            "Pulumi.prod.yaml": "config:\n  shop:zone: eu\n  shop:size: 3\n  shop:list: [a, b]\n  shop:token:\n    secure: AAAB\n",
            "index.ts": `${sdk}
const c = new pulumi.Config();
new R("my:index:A", "a", { stack: pulumi.getStack(), zone: c.require("zone"), size: c.requireNumber("size"), list: c.requireObject("list"),
    token: c.requireSecret("token"), pin: c.requireSecretNumber("pin"), given: c.requireSecret("given") });`,
        };
        const { resources, assumptions, secrets } = await sourceOf(files, ["zone=us", "given=hunter2-is-secret"]);
        assert.deepEqual(resources[0]!.inputs, { stack: "prod", zone: "us", size: 3, list: ["a", "b"], token: "[secret]", pin: unknownString, given: "[secret]" });
        assert.deepEqual(assumptions, [
            "the secret shop:token is encrypted; what depends on it is unknown",
            "the secret shop:pin was not given; what depends on it is unknown",
        ]);
        assert.ok(secrets.includes("hunter2-is-secret"));
    });

    it("a secret inside a script is never printed", async () => {
        const script = 'userData: pulumi.interpolate`<powershell>\nSet-ItemProperty "HKLM:\\\\SYSTEM\\\\CurrentControlSet\\\\Control\\\\Terminal Server" fDenyTSConnections 1 # ${config.require("pw")}\n</powershell>`';
        const cwd = workspace({
            "Pulumi.yaml": pulumiYaml,
            "index.ts": `import * as pulumi from "@pulumi/pulumi";\nimport * as ec2 from "@pulumi/aws/ec2";\nconst config = new pulumi.Config();\n` +
                `new ec2.Instance("i", { ami: "ami-1", instanceType: "t3.large", tags: { "rdp-ready:clients": "10.0.0.0/8", password: config.requireSecret("pw") }, ${script} });`,
        });
        for (const format of ["json", "table", "sarif", "markdown", "junit"]) {
            const { stdout, stderr, code } = await rdpReady(["check", "--format", format, "--config", "pw=hunter2-is-secret"], cwd);
            assert.notEqual(code, 2, stderr);
            assert.match(stdout, /rdp-enabled/);
            assert.doesNotMatch(stdout + stderr, /hunter2/);
        }
    });

    it("functions that a program hands to the cloud are serialised with the packages that they need", async () => {
        const { resources } = await sourceOf({
            "package.json": '{"name":"shop","dependencies":{}}',
            "index.ts": `${sdk}
import * as ts from "typescript";
const handler = async () => "hello";
new R("my:index:A", "a", { kind: ts.SyntaxKind[ts.SyntaxKind.EndOfFileToken], code: pulumi.runtime.serializeFunction(handler).then((f) => f.text.includes("hello")), paths: pulumi.runtime.computeCodePaths({}).then((m) => m.size) });`,
        });
        assert.deepEqual(resources[0]!.inputs, { kind: "EndOfFileToken", code: true, paths: 0 });
    });

    it("ES modules, a main of its own, JavaScript, files beside the program", async () => {
        const esm = await sourceOf({
            "package.json": '{"type":"module"}',
            "index.ts": 'import * as pulumi from "@pulumi/pulumi";\nimport { name } from "./name.js";\nnew pulumi.CustomResource("my:index:A", name);\nawait Promise.resolve();',
            "name.ts": 'export const name = "from-esm";',
        });
        assert.equal(esm.resources[0]!.name, "from-esm");
        const nested = await sourceOf({
            "Pulumi.yaml": `${pulumiYaml}main: infra/\n`,
            "infra/index.js": 'const fs = require("fs");\nnew (require("@pulumi/pulumi").CustomResource)("my:index:A", fs.readFileSync("name.txt", "utf8"));',
            "infra/name.txt": "from-js",
        });
        assert.equal(nested.resources[0]!.name, "from-js");
    });

    it("several programs in one process start afresh each", async () => {
        const directory = workspace({
            "Pulumi.yaml": pulumiYaml,
            "shared.ts": "let n = 0;\nexport const next = () => ++n;",
            ...Object.fromEntries(["a", "b", "c", "d"].map((n) => [`${n}.ts`, `${sdk}import { next } from "./shared";\nnew R("my:index:A", "${n}" + next());`])),
        });
        const results = await runPrograms(["a", "b", "c", "d"].map((n) => ({ path: join(directory, `${n}.ts`), name: n })), { config: [], timeoutSeconds: 30 }, everything);
        assert.deepEqual(results.map((r) => (r instanceof Error ? r.message : r.resources.map((x) => x.name))), [["a1"], ["b1"], ["c1"], ["d1"]]);
    });
});
