import assert from "node:assert";
import { Spec, bothForms, ref } from "../fixture";
import { clients, expectPath, expectReach, instance, network, rdp, securityGroup, spec, subnet, theHost } from "./support";

type Inputs = Record<string, unknown>;

const role = spec("aws:iam/role:Role")("ssm", { assumeRolePolicy: "{}" }, { outputs: { id: "ssm", name: "ssm" } });
const profile = spec("aws:iam/instanceProfile:InstanceProfile")("profile", { role: ref("ssm", "name") }, { outputs: { id: "profile", name: "profile" } });
const policy = spec("aws:iam/rolePolicyAttachment:RolePolicyAttachment")("core", { role: ref("ssm", "name"), policyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" });
const anywhere = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };
const sg = (inputs: Inputs = { egress: [anywhere] }) => securityGroup("sg", { vpcId: ref("vpc"), ...inputs });
const anyWeb = (inputs: Inputs = {}) => instance("web", { subnetId: ref("subnet"), vpcSecurityGroupIds: [ref("sg")], iamInstanceProfile: ref("profile", "name"), associatePublicIpAddress: true, ...inputs });
const viaTag = (path: string) => clients("203.0.113.0/24", { "rdp-ready:path": path });
const ssm = [role, profile, policy];

describe("Session Manager", () => {
    const via = "session-manager" as const;
    const web = (inputs: Inputs = {}) => anyWeb({ ...viaTag(via), ...inputs });

    it("needs no inbound rule", () => {
        expectPath([...network(), ...ssm, sg(), web()], { via, verdict: "open", assumes: [] });
        expectReach([...network(), ...ssm, sg(), web()], "declared", "open");
    });
    it("clients that are declared by address are not those of a tunnel, where the host has a public path", () => {
        expectReach([...network(), ...ssm, sg(), web({ tags: { "rdp-ready:clients": "203.0.113.0/24" } })], "declared", "closed");
        expectReach([...network(), ...ssm, sg(), web({ tags: { "rdp-ready:clients": "203.0.113.0/24" }, associatePublicIpAddress: false })], "declared", "closed");
    });
    it("a tunnel that nobody declared is no fault", () => {
        const home = { egress: [anywhere], ingress: [rdp("198.51.100.61/32")] };
        expectReach([...network(), ...ssm, sg(home), web({ tags: {}, associatePublicIpAddress: false })], "implied", "unknown");
    });
    it("a profile alone is no intent", () => {
        bothForms([...network(), ...ssm, sg({ egress: [anywhere], ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }] }), anyWeb()], (world) => assert.equal(theHost(world).intent.kind, "none"));
    });
    it("role without the policy", () => {
        expectPath([...network(), role, profile, sg(), web(viaTag(via))], { via, verdict: "closed", at: "ssm", says: "AmazonSSMManagedInstanceCore" });
    });
    it("no profile at all", () => {
        expectPath([...network(), sg(), web({ iamInstanceProfile: undefined, ...viaTag(via) })], { via, verdict: "closed", at: "web", property: "iamInstanceProfile" });
    });
    it("profile of another stack", () => {
        expectPath([...network(), sg(), web({ iamInstanceProfile: "shared", ...viaTag(via) })], { via, verdict: "open", assumes: /instance profile shared belongs to another stack/ });
    });
    it("managedPolicyArns and inline policies", () => {
        const managed = { ...role, inputs: { ...role.inputs, managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"] } };
        expectPath([...network(), managed, profile, sg(), web()], { via, verdict: "open" });
        const inline = spec("aws:iam/rolePolicy:RolePolicy")("inline", { role: ref("ssm"), policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: ["ssm:UpdateInstanceInformation", "ssmmessages:OpenDataChannel"], Resource: "*" }] }) });
        expectPath([...network(), role, profile, inline, sg(), web()], { via, verdict: "open" });
    });
    it("security group without egress", () => {
        expectPath([...network(), ...ssm, sg({}), web(viaTag(via))], { via, verdict: "closed", says: "no egress rule for tcp 443", symptom: "0x904" });
    });
    it("no public address, no NAT gateway, no endpoints", () => {
        expectPath([...network(), ...ssm, sg(), web({ associatePublicIpAddress: false })], { via, verdict: "closed", says: "serves public addresses only" });
    });
    it("NAT gateway", () => {
        const inner = [
            subnet("inner", { vpcId: ref("vpc"), cidrBlock: "10.0.2.0/24" }),
            spec("aws:ec2/natGateway:NatGateway")("nat", { subnetId: ref("subnet") }),
            spec("aws:ec2/routeTable:RouteTable")("inner-rt", { vpcId: ref("vpc"), routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: ref("nat") }] }),
            spec("aws:ec2/routeTableAssociation:RouteTableAssociation")("inner-rta", { subnetId: ref("inner"), routeTableId: ref("inner-rt") }),
        ];
        expectPath([...network(), ...inner, ...ssm, sg(), web({ associatePublicIpAddress: false, subnetId: ref("inner") })], { via, verdict: "open" });
    });
    describe("endpoints", () => {
        const isolated = network().filter((s) => !["igw", "rt", "rta"].includes(s.name));
        const endpoint = (service: string, inputs: Inputs = {}): Spec =>
            spec("aws:ec2/vpcEndpoint:VpcEndpoint")(`to-${service}`, { vpcId: ref("vpc"), serviceName: `com.amazonaws.eu-central-1.${service}`, vpcEndpointType: "Interface", privateDnsEnabled: true, subnetIds: [ref("subnet")], securityGroupIds: [ref("endpoints")], ...inputs });
        const admits = (ingress: unknown) => securityGroup("endpoints", { vpcId: ref("vpc"), ingress: [ingress] });
        const https = { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.0.0.0/16"] };
        const host = web({ associatePublicIpAddress: undefined });
        it("complete", () => {
            expectPath([...isolated, ...ssm, sg(), host, endpoint("ssm"), endpoint("ssmmessages"), admits(https)], { via, verdict: "open", assumes: [] });
        });
        it("group of the endpoints does not admit the instance", () => {
            expectPath([...isolated, ...ssm, sg(), host, endpoint("ssm"), endpoint("ssmmessages"), admits({ ...https, cidrBlocks: ["10.9.0.0/16"] })], { via, verdict: "closed", says: "must admit tcp 443 from web" });
        });
        it("group of the endpoints names the instance's group", () => {
            expectPath([...isolated, ...ssm, sg(), host, endpoint("ssm"), endpoint("ssmmessages"), admits({ protocol: "tcp", fromPort: 443, toPort: 443, securityGroups: [ref("sg")] })], { via, verdict: "open" });
        });
        it("one endpoint is missing", () => {
            expectPath([...isolated, ...ssm, sg(), host, endpoint("ssm"), admits(https)], { via, verdict: "closed", says: "nowhere outside its VPC" });
        });
        it("without private DNS the agent does not find them", () => {
            expectPath([...isolated, ...ssm, sg(), host, endpoint("ssm", { privateDnsEnabled: false }), endpoint("ssmmessages"), admits(https)], { via, verdict: "closed" });
        });
    });
});

describe("Instance Connect Endpoint", () => {
    const via = "instance-connect" as const;
    const front = subnet("front", { vpcId: ref("vpc"), cidrBlock: "10.0.9.0/24" });
    const endpoint = (inputs: Inputs = {}) => spec("aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint")("eice", { subnetId: ref("front"), securityGroupIds: [ref("eice-sg")], ...inputs });
    const eiceGroup = (inputs: Inputs = { egress: [anywhere] }) => securityGroup("eice-sg", { vpcId: ref("vpc"), ...inputs });
    const web = (inputs: Inputs = {}) => anyWeb({ iamInstanceProfile: undefined, associatePublicIpAddress: undefined, ...inputs });
    const target = (ingress: unknown) => securityGroup("sg", { vpcId: ref("vpc"), ingress: [ingress] });
    const byGroup = { protocol: "tcp", fromPort: 3389, toPort: 3389, securityGroups: [ref("eice-sg")] };
    const base = [...network(), front, web(viaTag(via))];
    const silent = [...network(), front, web()];

    it("target admits the endpoint's group", () => {
        expectPath([...base, endpoint(), eiceGroup(), target(byGroup)], { via, verdict: "open", assumes: [] });
        expectReach([...base, endpoint(), eiceGroup(), target(byGroup)], "declared", "open");
        expectReach([...silent, endpoint(), eiceGroup(), target(byGroup)], "implied", "open");
    });
    it("target admits the endpoint's subnet", () => {
        expectPath([...base, endpoint(), eiceGroup(), target(rdp("10.0.9.0/24"))], { via, verdict: "open" });
    });
    it("endpoint in a subnet of another stack: its addresses are as known as the author makes them", () => {
        const elsewhere = (tags: Inputs) => [instance("web", { subnetId: "subnet-0other", vpcSecurityGroupIds: [ref("sg")], ...tags }), endpoint({ subnetId: "subnet-0other" }), securityGroup("eice-sg", { vpcId: "vpc-0other", egress: [{ protocol: "tcp", fromPort: 3389, toPort: 3389, securityGroups: [ref("sg")] }] })];
        const admits = securityGroup("sg", { vpcId: "vpc-0other", ingress: [rdp("10.0.9.0/24")] });
        expectPath([...elsewhere(viaTag(via)), admits], { via, verdict: "unknown" });
        const told = (from: string) => elsewhere(clients("203.0.113.0/24", { "rdp-ready:path": via, "rdp-ready:from": from }));
        expectPath([...told("10.0.9.0/28"), admits], { via, verdict: "open" });
        expectPath([...told("10.0.8.0/28"), admits], { via, verdict: "closed", symptom: "0x904" });
    });
    it("host in a subnet of another stack: what lets the endpoint out to every IPv4 address lets it out to the host", () => {
        const elsewhere = (egress: unknown[]) => [instance("web", { subnetId: "subnet-0other", vpcSecurityGroupIds: [ref("sg")], ...viaTag(via) }), endpoint({ subnetId: "subnet-0other" }), securityGroup("eice-sg", { vpcId: "vpc-0other", egress }), securityGroup("sg", { vpcId: "vpc-0other", ingress: [byGroup] })];
        const all = { protocol: "-1", fromPort: 0, toPort: 0 };
        expectPath(elsewhere([{ ...all, cidrBlocks: ["0.0.0.0/0"] }]), { via, verdict: "open" });
        expectPath(elsewhere([{ ...all, cidrBlocks: ["10.0.0.0/8"] }]), { via, verdict: "unknown" });
        expectPath(elsewhere([{ ...all, cidrBlocks: ["203.0.113.0/24"] }]), { via, verdict: "closed", at: "eice" });
    });
    it("target admits the client, who is not seen there", () => {
        expectPath([...base, endpoint(), eiceGroup(), target(rdp("203.0.113.0/24"))], { via, verdict: "closed", symptom: "0x904" });
        expectPath([...base, endpoint({ preserveClientIp: true }), eiceGroup(), target(rdp("203.0.113.0/24"))], { via, verdict: "open" });
    });
    it("the endpoint's group lets nothing out", () => {
        expectPath([...base, endpoint(), eiceGroup({}), target(byGroup)], { via, verdict: "closed", at: "eice" });
    });
    it("the endpoint's group lets it out to the target's group", () => {
        const out = { egress: [{ protocol: "tcp", fromPort: 3389, toPort: 3389, securityGroups: [ref("sg")] }] };
        const admitsNet = target(rdp("10.0.9.0/24"));
        expectPath([...base, endpoint(), eiceGroup(out), admitsNet], { via, verdict: "open" });
    });
    it("only 22 and 3389", () => {
        const host = web(clients("203.0.113.0/24", { "rdp-ready:port": "3390", "rdp-ready:path": via }));
        expectPath([...network(), front, host, endpoint(), eiceGroup(), target({ ...byGroup, toPort: 3400 })], { via, verdict: "closed", says: "ports 22 and 3389 only" });
    });
    it("endpoint of another VPC", () => {
        const other = [spec("aws:ec2/vpc:Vpc")("far", { cidrBlock: "10.9.0.0/16" }), subnet("far-net", { vpcId: ref("far"), cidrBlock: "10.9.1.0/24" })];
        bothForms([...base, ...other, endpoint({ subnetId: ref("far-net") }), eiceGroup(), target(byGroup)], (world) => assert.deepEqual(theHost(world).paths.map((p) => p.via), ["private-network"]));
    });
});
