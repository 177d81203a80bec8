import assert from "node:assert";
import { Spec, bothForms, ref } from "../fixture";
import { clients, expectPath, expectReach, hosts, network, officeGroup, rdp, securityGroup, spec, theHost } from "./support";

type Inputs = Record<string, unknown>;

const ec2 = spec("aws:ec2/instance:Instance");
const web = (inputs: Inputs) => ec2("web", { subnetId: ref("subnet"), ...inputs });

function expectSystem(specs: readonly Spec[], known: boolean | undefined): void {
    bothForms([...network(), ...specs], (world, form) => {
        const found = hosts(world).filter((h) => h.name === "web");
        assert.deepEqual(found.map((h) => h.knownWindows), known === undefined ? [] : [known], form);
    });
}

describe("who is a Windows host", () => {
    it("password data", () => expectSystem([web({ ami: "ami-0123456789", getPasswordData: true })], true));
    it("user data with a PowerShell tag", () => expectSystem([web({ ami: "ami-0123456789", userData: "<powershell>\nGet-Date\n</powershell>" })], true));
    it("user data with a batch tag, in base64", () => {
        const userDataBase64 = Buffer.from("<script>echo</script>").toString("base64");
        expectSystem([web({ ami: "ami-0123456789", userDataBase64 })], true);
        expectSystem([web({ ami: "ami-0123456789", userData: userDataBase64 })], true);
    });
    it("EC2Launch tasks", () => {
        const userData = "version: 1.1\ntasks:\n- task: executeScript\n  inputs:\n  - frequency: always\n    type: powershell\n    content: |-\n      Get-Date\n";
        expectSystem([web({ ami: "ami-0123456789", userData })], true);
    });
    it("image of the stack, by name or platform", () => {
        const copy = (inputs: Inputs, outputs = {}) => spec("aws:ec2/amiCopy:AmiCopy")("image", { sourceAmiId: "ami-1", sourceAmiRegion: "eu-west-1", ...inputs }, { outputs });
        expectSystem([copy({ name: "Windows_Server-2022-English-Full-Base-copy" }), web({ ami: ref("image") })], true);
        expectSystem([copy({ name: "ubuntu-noble" }), web({ ami: ref("image"), tags: { "rdp-ready:clients": "203.0.113.0/24" } })], undefined);
    });
    it("public SSM parameter", () => {
        const name = "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base";
        const parameter = spec("aws:ssm/parameter:Parameter")("latest", { name, value: "ami-0123456789" }, { external: true });
        expectSystem([parameter, web({ ami: ref("latest", "value") })], true);
        expectSystem([web({ ami: `resolve:ssm:${name}` })], true);
    });
    it("tag", () => expectSystem([web({ ami: "ami-0123456789", tags: { OS: "Windows Server 2022" } })], true));
    it("association that names it", () => {
        const association = spec("aws:ssm/association:Association")("run", { name: "AWS-RunPowerShellScript", targets: [{ key: "InstanceIds", values: [ref("web")] }], parameters: { commands: "Get-Date" } });
        expectSystem([web({ ami: "ami-0123456789" }), association], true);
    });
    it("Linux user data or image", () => {
        expectSystem([officeGroup, web({ ami: "ami-0123456789", userData: "#!/bin/bash\necho", vpcSecurityGroupIds: [ref("sg")] })], undefined);
        expectSystem([officeGroup, web({ ami: "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64", vpcSecurityGroupIds: [ref("sg")] })], undefined);
    });
    it("opaque image", () => expectSystem([web({ ami: "ami-0123456789" })], undefined));
    it("opaque image with a rule for RDP", () => expectSystem([officeGroup, web({ ami: "ami-0123456789", vpcSecurityGroupIds: [ref("sg")] })], false));
    it("opaque image with a tag of ours", () => expectSystem([web({ ami: "ami-0123456789", ...clients() })], false));
    it("opaque image that admits everything is no RDP host", () => {
        expectSystem([securityGroup("sg", { vpcId: ref("vpc"), ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["10.0.0.0/8"] }] }), web({ ami: "ami-0123456789", vpcSecurityGroupIds: [ref("sg")] })], undefined);
    });
    it("clients of the policy configuration are for Windows hosts, not for any image", () => {
        bothForms([...network(), web({ ami: "ami-0123456789" })], (world) => assert.deepEqual(hosts(world, { clients: ["203.0.113.0/24"] }), []));
        bothForms([...network(), web({ ami: "ami-0123456789", getPasswordData: true })], (world) => assert.equal(theHost(world, { clients: ["203.0.113.0/24"] }).intent.kind, "declared"));
    });
    it("read with .get(): another stack's", () => expectSystem([ec2("web", { ami: "ami-1", ...clients() }, { external: true })], undefined));
});

describe("instances and templates", () => {
    const template = (inputs: Inputs) => spec("aws:ec2/launchTemplate:LaunchTemplate")("lt", { userData: Buffer.from("<powershell>Get-Date</powershell>").toString("base64"), ...inputs });

    it("instance from a launch template", () => {
        const lt = template({ networkInterfaces: [{ associatePublicIpAddress: "true", subnetId: ref("subnet"), securityGroups: [ref("sg")] }] });
        bothForms([...network(), officeGroup, lt, ec2("web", { launchTemplate: { id: ref("lt") } })], (world) => {
            const host = theHost(world);
            assert.deepEqual(host.paths.map((p) => p.via), ["public-address", "private-network"]);
            assert.deepEqual(host.carriers.map((c) => c.property), ["userData"]);
        });
        expectReach([...network(), officeGroup, lt, ec2("web", { launchTemplate: { id: ref("lt") } })], "implied", "open");
    });
    it("template by name", () => {
        bothForms([...network(), officeGroup, template({ name: "windows-lt", vpcSecurityGroupIds: [ref("sg")] }), ec2("web", { subnetId: ref("subnet"), launchTemplate: { name: "windows-lt", version: "$Latest" } })], (world) => {
            assert.equal(theHost(world).intent.kind, "implied");
        });
    });
    it("template that nothing uses is no host", () => {
        bothForms([...network(), officeGroup, template({ vpcSecurityGroupIds: [ref("sg")] })], (world) => assert.deepEqual(hosts(world), []));
    });
    it("auto scaling group over subnets that differ", () => {
        const lt = template({ networkInterfaces: [{ associatePublicIpAddress: true, securityGroups: [ref("sg")] }] });
        const inner = spec("aws:ec2/subnet:Subnet")("inner", { vpcId: ref("vpc"), cidrBlock: "10.0.2.0/24" });
        const asg = (subnets: string[]) => spec("aws:autoscaling/group:Group")("fleet", {
            minSize: 1, maxSize: 2, vpcZoneIdentifiers: subnets, mixedInstancesPolicy: { launchTemplate: { launchTemplateSpecification: { launchTemplateId: ref("lt") } } },
            tags: [{ key: "rdp-ready:clients", value: "203.0.113.0/24", propagateAtLaunch: true }],
        });
        expectReach([...network(), inner, officeGroup, lt, asg([ref("subnet")])], "declared", "open");
        expectReach([...network(), inner, officeGroup, lt, asg([ref("subnet"), ref("inner")])], "declared", "unknown");
    });
    it("launch configuration", () => {
        const lc = spec("aws:ec2/launchConfiguration:LaunchConfiguration")("lc", { imageId: "ami-1", instanceType: "t3.medium", userData: "<powershell>Get-Date</powershell>", associatePublicIpAddress: true, securityGroups: [ref("sg")] });
        const asg = spec("aws:autoscaling/group:Group")("fleet", { minSize: 1, maxSize: 1, vpcZoneIdentifiers: [ref("subnet")], launchConfiguration: ref("lc") });
        expectReach([...network(), officeGroup, lc, asg], "implied", "open");
    });
    it("children of a component", () => {
        const parent = spec("my:index:Network")("net", {});
        const specs: Spec[] = [parent, ...network().map((s) => ({ ...s, parent: "net" })), officeGroup, web({ getPasswordData: true, associatePublicIpAddress: true, vpcSecurityGroupIds: [ref("sg")] })];
        expectReach(specs, "implied", "open");
    });
    it("port declared by tag", () => {
        bothForms([...network(), officeGroup, web({ getPasswordData: true, vpcSecurityGroupIds: [ref("sg")], ...clients("203.0.113.0/24", { "rdp-ready:port": 3390 }) })], (world) => {
            assert.deepEqual(theHost(world).port, { state: "known", value: 3390 });
        });
    });
});

describe("what is not modelled", () => {
    it("network of a remote component whose parts are out of sight", () => {
        const awsx: Spec = { type: "awsx:ec2:Vpc", name: "net", inputs: {}, opaque: true };
        bothForms([awsx, web({ subnetId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", getPasswordData: true })].map((s) => (s.name === "web" ? { ...s, from: { subnetId: ["net"] } } : s)), (world, form) => {
            if (form === "preview") {
                const host = theHost(world);
                assert.deepEqual(host.unmodelled.map((u) => u.type), ["awsx:ec2:Vpc"]);
            }
        });
    });
    describe("forwarders", () => {
        const via = "load-balancer" as const;
        const inside = (...more: Spec[]): Spec[] => [...network(), officeGroup, web({ getPasswordData: true, vpcSecurityGroupIds: [ref("sg")], ...clients() }), ...more];
        const elb = (instancePort: number, instances: unknown[] = [ref("web")]): Spec => ({ type: "aws:elb/loadBalancer:LoadBalancer", name: "elb", inputs: { name: "front", instances, listeners: [{ lbPort: instancePort, instancePort, lbProtocol: "tcp", instanceProtocol: "tcp" }] } });
        const accelerated = (port: number, endpointId: unknown, override?: number): Spec[] => [
            { type: "aws:globalaccelerator/listener:Listener", name: "listens", inputs: { protocol: "TCP", portRanges: [{ fromPort: port, toPort: port }] } },
            { type: "aws:globalaccelerator/endpointGroup:EndpointGroup", name: "ends", inputs: { listenerArn: ref("listens"), endpointConfigurations: [{ endpointId }], ...(override === undefined ? {} : { portOverrides: [{ listenerPort: port, endpointPort: override }] }) } },
        ];
        const unknownWay = { via, verdict: "unknown", says: "is not modelled" } as const;
        const noWay = (specs: Spec[]): void => bothForms(specs, (world) => assert.deepEqual(theHost(world).paths.map((p) => p.via), ["private-network"]));

        it("a classic balancer may bring clients to a private instance", () => {
            expectPath(inside(elb(3389)), unknownWay);
            expectReach(inside(elb(3389)), "declared", "unknown");
        });
        it("one for the web does not", () => noWay(inside(elb(80))));
        it("beside a public address it decides nothing", () => {
            const specs = inside(elb(3389)).map((s) => (s.name === "web" ? { ...s, inputs: { ...s.inputs, subnetId: ref("subnet"), associatePublicIpAddress: true } } : s));
            expectReach(specs, "declared", "open");
        });
        it("attached by a resource of its own, to a balancer of this stack or of another one", () => {
            const attach = (name: unknown): Spec => ({ type: "aws:elb/attachment:Attachment", name: "attach", inputs: { elb: name, instance: ref("web") } });
            expectPath(inside(elb(3389, []), attach("front")), unknownWay);
            noWay(inside(elb(80, []), attach("front")));
            expectPath(inside(attach("theirs")), unknownWay);
        });
        it("Global Accelerator in front of the instance", () => {
            expectPath(inside(...accelerated(3389, ref("web"))), unknownWay);
            expectPath(inside(...accelerated(50001, ref("web"), 3389)), unknownWay);
            noWay(inside(...accelerated(443, ref("web"))));
        });
    });
    it("security group of aws-native", () => {
        const group: Spec = { type: "aws-native:ec2:SecurityGroup", name: "native", inputs: { securityGroupIngress: [rdp("0.0.0.0/0")] }, outputs: { id: "sg-0123456789" } };
        bothForms([...network(), group, web({ getPasswordData: true, vpcSecurityGroupIds: [ref("native")] })], (world) => {
            assert.deepEqual(theHost(world).unmodelled.map((u) => u.type), ["aws-native:ec2:SecurityGroup"]);
        });
    });
});
