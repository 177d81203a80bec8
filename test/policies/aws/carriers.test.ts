import assert from "node:assert";
import { known } from "../../../core/known";
import { aws } from "../../../policies/aws/reader";
import { Resource } from "../../../policies/resource";
import { bothForms, ref } from "../fixture";
import { network, spec, theHost } from "./support";

const resource = (type: string, inputs: Record<string, unknown>): Resource => ({ urn: "urn:pulumi:dev::test::" + type + "::it", type, name: "it", inputs, outputs: {}, propertyDependencies: {} });
const scripts = (type: string, inputs: Record<string, unknown>) => aws.carriers(resource(type, inputs)).map(({ kind, property, language, script, runs }) => ({ kind, property, language, script, runs }));
const instance = "aws:ec2/instance:Instance";
const document = "aws:ssm/document:Document";
const association = "aws:ssm/association:Association";

describe("carriers", () => {
    it("user data: batch first, then PowerShell", () => {
        assert.deepEqual(scripts(instance, { userData: "<powershell>two</powershell>\n<script>one</script>" }), [
            { kind: "user-data", property: "userData", language: "batch", script: known("one"), runs: "once" },
            { kind: "user-data", property: "userData", language: "powershell", script: known("two"), runs: "once" },
        ]);
    });
    it("persist runs at every boot", () => {
        assert.deepEqual(scripts(instance, { userData: "<powershell>x</powershell><persist>true</persist>" }).map((c) => c.runs), ["every-boot"]);
    });
    it("a script without its tag never runs; a tag in another case is none", () => {
        assert.deepEqual(scripts(instance, { userData: "Enable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP" }).map((c) => c.runs), ["never"]);
        assert.deepEqual(scripts(instance, { userData: "<PowerShell>Get-Date</PowerShell>" }).map((c) => c.runs), ["never"]);
    });
    it("Linux user data is no carrier", () => {
        assert.deepEqual(scripts(instance, { userData: "#!/bin/sh\nreg add nothing" }), []);
        assert.deepEqual(scripts(instance, { userData: "#cloud-config\npackages: [xrdp]" }), []);
    });
    it("a hash of user data is not known", () => {
        const [carrier] = scripts(instance, { userData: "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12" });
        assert.equal(carrier?.script.state, "unknown");
    });
    it("base64 of a launch template; a repair is proven in base64", () => {
        const encode = (text: string) => Buffer.from(text).toString("base64");
        const [carrier] = aws.carriers(resource("aws:ec2/launchTemplate:LaunchTemplate", { userData: encode("<powershell>a</powershell>") }));
        assert.deepEqual(carrier?.script, known("a"));
        assert.equal(carrier?.extract(encode("<powershell>b</powershell>")), "b");
    });
    it("secret user data", () => {
        const [carrier] = scripts(instance, { userData: "[secret]" });
        assert.match(carrier?.script.state === "unknown" ? carrier.script.reason : "", /secret/);
    });
    it("document in JSON: PowerShell steps only", () => {
        const content = { schemaVersion: "2.2", mainSteps: [
            { action: "aws:runPowerShellScript", name: "a", precondition: { StringEquals: ["platformType", "Windows"] }, inputs: { runCommand: ["one", "two"] } },
            { action: "aws:runShellScript", name: "b", inputs: { runCommand: ["three"] } },
            { action: "aws:runPowerShellScript", name: "c", precondition: { StringEquals: ["platformType", "Linux"] }, inputs: { runCommand: ["four"] } },
        ] };
        const expected = [{ kind: "ssm-document", property: "content", language: "powershell", script: known("one\ntwo"), runs: "on-change" }];
        assert.deepEqual(scripts(document, { documentType: "Command", content: JSON.stringify(content) }), expected);
        assert.deepEqual(scripts(document, { documentType: "Command", content }), expected);
    });
    it("document in YAML, schema 1.2", () => {
        const yaml = "schemaVersion: '2.2'\nmainSteps:\n- action: aws:runPowerShellScript\n  name: a\n  inputs:\n    runCommand:\n    - one\n";
        assert.deepEqual(scripts(document, { documentType: "Command", documentFormat: "YAML", content: yaml }).map((c) => c.script), [known("one")]);
        const old = { schemaVersion: "1.2", runtimeConfig: { "aws:runPowerShellScript": { properties: [{ id: "0", runCommand: ["one"] }] } } };
        assert.deepEqual(scripts(document, { documentType: "Command", content: JSON.stringify(old) }).map((c) => c.script), [known("one")]);
    });
    it("content that is no document", () => assert.deepEqual(scripts(document, { documentType: "Command", content: "{" }), []));
    it("session document", () => assert.deepEqual(scripts(document, { documentType: "Session", content: "{}" }), []));
    it("AWS-RunPowerShellScript", () => {
        assert.deepEqual(scripts(association, { name: "AWS-RunPowerShellScript", scheduleExpression: "rate(30 minutes)", parameters: { commands: "one\ntwo" } }), [
            { kind: "ssm-association", property: "parameters.commands", language: "powershell", script: known("one\ntwo"), runs: "scheduled" },
        ]);
        assert.deepEqual(scripts(association, { name: "AWS-RunPowerShellScript", parameters: { commands: ["one", "two"] } }).map((c) => c.script), [known("one\ntwo")]);
        assert.deepEqual(scripts(association, { name: "AWS-RunShellScript", parameters: { commands: "one" } }), []);
    });
    it("AWSSupport-TroubleshootRDP as the script that would do the same", () => {
        const [carrier] = scripts(association, { name: "AWSSupport-TroubleshootRDP", parameters: { NLASettingAction: "Disable", Firewall: "Check" } });
        assert.equal(carrier?.property, "parameters");
        assert.match(carrier?.script.state === "known" ? carrier.script.value : "", /^Set-ItemProperty .* UserAuthentication -Value 0$/);
        assert.deepEqual(scripts(association, { name: "AWSSupport-TroubleshootRDP", parameters: { Firewall: "Check" } }), []);
    });
});

describe("carriers of a host", () => {
    const web = spec(instance)("web", { subnetId: ref("subnet"), userData: "<powershell>first</powershell>", tags: { Role: "rdp" } });
    const content = JSON.stringify({ schemaVersion: "2.2", mainSteps: [{ action: "aws:runPowerShellScript", name: "a", inputs: { runCommand: ["second"] } }] });
    const doc = spec(document)("doc", { documentType: "Command", content }, { outputs: { id: "doc", name: "doc" } });
    const run = (inputs: Record<string, unknown>) => spec(association)("run", { name: ref("doc", "name"), ...inputs });
    const told = (specs: Parameters<typeof bothForms>[0]) => bothForms([...network(), web, ...specs], (world, form) => {
        assert.deepEqual(theHost(world).carriers.map((c) => [c.kind, c.script, c.runs]), [["user-data", known("first"), "once"], ["ssm-document", known("second"), "scheduled"]], form);
    });
    const scheduleExpression = "rate(30 minutes)";

    it("document by an association that names the instance", () => told([doc, run({ scheduleExpression, targets: [{ key: "InstanceIds", values: [ref("web")] }] })]));
    it("document by an association on a tag", () => told([doc, run({ scheduleExpression, targets: [{ key: "tag:Role", values: ["rdp"] }] })]));
    it("document by an association on everything", () => told([doc, run({ scheduleExpression, targets: [{ key: "InstanceIds", values: ["*"] }] })]));
    it("document of other instances", () => {
        bothForms([...network(), web, doc, run({ targets: [{ key: "tag:Role", values: ["db"] }] })], (world) => assert.equal(theHost(world).carriers.length, 1));
    });
});
