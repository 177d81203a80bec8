import assert from "node:assert";
import { Spec, bothForms, ref } from "../fixture";
import { clients, expectPath, expectReach, instance, network, office, rdp, securityGroup, spec, subnet, theHost } from "./support";

type Inputs = Record<string, unknown>;

const balancer = (inputs: Inputs = {}) => spec("aws:lb/loadBalancer:LoadBalancer")("nlb", { loadBalancerType: "network", subnets: [ref("subnet")], ...inputs });
const listener = (inputs: Inputs = {}) => spec("aws:lb/listener:Listener")("listener", { loadBalancerArn: ref("nlb"), port: 3389, protocol: "TCP", defaultActions: [{ type: "forward", targetGroupArn: ref("tg") }], ...inputs });
const group = (inputs: Inputs = {}) => spec("aws:lb/targetGroup:TargetGroup")("tg", { port: 3389, protocol: "TCP", vpcId: ref("vpc"), ...inputs });
const attachment = (inputs: Inputs = {}) => spec("aws:lb/targetGroupAttachment:TargetGroupAttachment")("attach", { targetGroupArn: ref("tg"), targetId: ref("web"), ...inputs });
const privateNet = subnet("private", { vpcId: ref("vpc"), cidrBlock: "10.0.2.0/24" });
const web = (inputs: Inputs = {}) => instance("web", { subnetId: ref("private"), vpcSecurityGroupIds: [ref("sg")], ...clients(), ...inputs });
const sg = (...cidrs: string[]) => securityGroup("sg", { vpcId: ref("vpc"), ingress: [rdp(...cidrs)] });

const parts = { nlb: balancer(), listener: listener(), tg: group(), attach: attachment(), web: web(), sg: sg(office) };
const stackOf = (change: Partial<Record<keyof typeof parts, Spec>> = {}, ...more: Spec[]) => [...network(), privateNet, ...Object.values({ ...parts, ...change }), ...more];
const via = "load-balancer" as const;

describe("load balancers", () => {
    it("NLB to a host without a public address", () => {
        expectPath(stackOf(), { via, verdict: "open", assumes: [] });
        expectReach(stackOf(), "declared", "open");
    });
    it("the target's group sees the client's own address", () => {
        expectPath(stackOf({ sg: sg("10.0.0.0/16") }), { via, verdict: "closed", at: "sg", symptom: "0x204" });
    });
    it("without client IP preservation the target's group must admit the balancer", () => {
        const tg = group({ preserveClientIp: "false" });
        expectPath(stackOf({ tg }), { via, verdict: "closed", at: "sg" });
        expectPath(stackOf({ tg, sg: sg("10.0.1.0/24") }), { via, verdict: "open" });
        expectPath(stackOf({ tg: group({ targetType: "ip" }), attach: attachment({ targetId: ref("web", "privateIp") }), sg: sg("10.0.0.0/16") }), { via, verdict: "open" });
    });
    it("client IP preservation: by instance unless told otherwise, by address if told, always with UDP", () => {
        const byAddress = { targetType: "ip" };
        const attach = attachment({ targetId: ref("web", "privateIp") });
        const udp = { listener: listener({ protocol: "TCP_UDP" }), attach };
        expectPath(stackOf({ tg: group(byAddress), attach }), { via, verdict: "closed", at: "sg" });
        expectPath(stackOf({ tg: group({ ...byAddress, preserveClientIp: true }), attach }), { via, verdict: "open" });
        expectPath(stackOf({ tg: group({ targetType: "instance" }) }), { via, verdict: "open" });
        expectPath(stackOf({ ...udp, tg: group({ ...byAddress, protocol: "TCP_UDP" }) }), { via, verdict: "open" });
        expectPath(stackOf({ ...udp, tg: group({ ...byAddress, protocol: "TCP_UDP" }), sg: sg("10.0.0.0/16") }), { via, verdict: "closed", at: "sg" });
        const told = group({ preserveClientIp: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" });
        expectPath(stackOf({ tg: told }), { via, verdict: "unknown", says: "passes the client's address on" });
        expectPath(stackOf({ tg: told, sg: securityGroup("sg", { vpcId: ref("vpc"), ingress: [{ ...rdp("0.0.0.0/0"), ipv6CidrBlocks: ["::/0"] }] }) }), { via, verdict: "open" });
    });
    it("no network ACL between a balancer and a target in its own subnet", () => {
        const rule = { ruleNo: 1, action: "allow", protocol: "6", cidrBlock: "0.0.0.0/0" };
        const front = { ...rule, fromPort: 13389, toPort: 13389 };
        const acl = (...ingress: Inputs[]) => spec("aws:ec2/networkAcl:NetworkAcl")("acl", { vpcId: ref("vpc"), subnetIds: [ref("subnet")], ingress, egress: [{ ...rule, fromPort: 1024, toPort: 65535 }] });
        const beside = { listener: listener({ port: 13389 }), web: web({ subnetId: ref("subnet") }) };
        expectPath(stackOf(beside, acl(front)), { via, verdict: "open" });
        expectPath(stackOf(beside, acl({ ...front, fromPort: 3389, toPort: 3389 })), { via, verdict: "closed", at: "acl" });
    });
    it("TLS listener", () => {
        expectPath(stackOf({ listener: listener({ protocol: "TLS", certificateArn: "arn:aws:acm:eu-central-1:1:certificate/1" }) }), { via, verdict: "closed", at: "listener", property: "protocol", symptom: "0x904", says: "speaks TLS" });
    });
    it("Application Load Balancer", () => {
        const specs = stackOf({ nlb: balancer({ loadBalancerType: undefined }), listener: listener({ protocol: "HTTP" }), tg: group({ protocol: "HTTP" }) });
        expectPath(specs, { via, verdict: "closed", at: "listener", symptom: "0x904", says: "Application Load Balancer" });
    });
    it("web traffic on an ALB is not about RDP", () => {
        bothForms(stackOf({ nlb: balancer({ loadBalancerType: "application" }), listener: listener({ protocol: "HTTP", port: 80 }), tg: group({ protocol: "HTTP", port: 80 }) }), (world) => {
            assert.deepEqual(theHost(world).paths.map((p) => p.via), ["private-network"]);
        });
    });
    it("UDP listener", () => {
        expectPath(stackOf({ listener: listener({ protocol: "UDP" }), tg: group({ protocol: "UDP" }) }), { via, verdict: "closed", at: "listener", symptom: "0x204" });
    });
    it("TCP_UDP listener", () => {
        expectPath(stackOf({ listener: listener({ protocol: "TCP_UDP" }), tg: group({ protocol: "TCP_UDP" }) }), { via, verdict: "open" });
    });
    it("wrong target port", () => {
        expectPath(stackOf({ tg: group({ port: 33389 }) }), { via, verdict: "closed", at: "tg", property: "port", says: "sends to port 33389, and web listens on 3389" });
    });
    it("the attachment's port beats the group's", () => {
        expectPath(stackOf({ tg: group({ port: 80 }), attach: attachment({ port: 3389 }) }), { via, verdict: "open" });
        expectPath(stackOf({ attach: attachment({ port: "3390" }) }), { via, verdict: "closed", at: "attach" });
    });
    it("another port outside than inside", () => {
        bothForms(stackOf({ listener: listener({ port: 13389 }) }), (world) => {
            const path = theHost(world).paths.find((p) => p.via === via);
            assert.deepEqual(path?.port, { state: "known", value: 13389 });
        });
        expectPath(stackOf({ listener: listener({ port: 13389 }) }), { via, verdict: "open" });
    });
    it("empty target group", () => {
        bothForms(stackOf({ attach: spec("aws:ec2/eip:Eip")("attach", {}) }), (world, _, made) => {
            const host = theHost(world);
            assert.deepEqual(host.paths.map((p) => p.via), ["private-network"]);
            assert.deepEqual(host.noPath, { urn: made.urn("tg"), text: "target group tg has no targets" });
        });
    });
    it("the balancer's own group", () => {
        const front = securityGroup("front", { vpcId: ref("vpc"), ingress: [rdp("198.51.100.0/24")] });
        expectPath(stackOf({ nlb: balancer({ securityGroups: [ref("front")] }) }, front), { via, verdict: "closed", at: "front" });
    });
    it("the target's group names the balancer's group", () => {
        const front = securityGroup("front", { vpcId: ref("vpc"), ingress: [rdp(office)] });
        const back = securityGroup("sg", { vpcId: ref("vpc"), ingress: [{ protocol: "tcp", fromPort: 3389, toPort: 3389, securityGroups: [ref("front")] }] });
        expectPath(stackOf({ nlb: balancer({ securityGroups: [ref("front")] }), sg: back }, front), { via, verdict: "open" });
    });
    it("internal NLB is for private clients", () => {
        const inner = { nlb: balancer({ internal: true }), sg: sg("0.0.0.0/0") };
        expectPath(stackOf(inner), { via, verdict: "closed", at: "nlb", property: "internal" });
        expectPath(stackOf(inner), { via, verdict: "open", client: "10.8.0.0/16", assumes: /VPN, peering or a transit gateway/ });
    });
    it("NLB in subnets without a route from the Internet", () => {
        expectPath(stackOf({ nlb: balancer({ subnets: [ref("private")] }) }), { via, verdict: "closed", says: "no route to an internet gateway" });
    });
    it("subnet mappings", () => {
        expectPath(stackOf({ nlb: balancer({ subnets: undefined, subnetMappings: [{ subnetId: ref("subnet"), allocationId: "eipalloc-1" }] }) }), { via, verdict: "open" });
    });
    it("network ACL at the balancer's subnet stops the replies", () => {
        const acl = spec("aws:ec2/networkAcl:NetworkAcl")("acl", { vpcId: ref("vpc"), subnetIds: [ref("subnet")], ingress: [{ ruleNo: 1, action: "allow", protocol: "-1", fromPort: 0, toPort: 0, cidrBlock: "0.0.0.0/0" }] });
        expectPath(stackOf({}, acl), { via, verdict: "closed", at: "acl", property: "egress" });
    });
    it("target in a zone that the balancer has no subnet in", () => {
        const zoned = stackOf().map((s) => (s.name === "subnet" || s.name === "private" ? { ...s, inputs: { ...s.inputs, availabilityZone: s.name === "subnet" ? "eu-central-1a" : "eu-central-1b" } } : s));
        expectPath(zoned, { via, verdict: "closed", at: "nlb", says: "no subnet in eu-central-1b" });
    });
    it("weighted forward, older type tokens", () => {
        const old = spec("aws:elasticloadbalancingv2/listener:Listener")("listener", { loadBalancerArn: ref("nlb"), port: "3389", protocol: "tcp", defaultActions: [{ type: "forward", forward: { targetGroups: [{ arn: ref("tg"), weight: 1 }] } }] });
        expectPath(stackOf({ listener: old }), { via, verdict: "open" });
    });
    it("auto scaling group with a launch template", () => {
        const template = spec("aws:ec2/launchTemplate:LaunchTemplate")("lt", {
            imageId: "resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base",
            vpcSecurityGroupIds: [ref("sg")],
            tagSpecifications: [{ resourceType: "instance", tags: { "rdp-ready:clients": office } }],
        });
        const asg = (inputs: Inputs) => spec("aws:autoscaling/group:Group")("web", { minSize: 1, maxSize: 2, vpcZoneIdentifiers: [ref("private")], launchTemplate: { id: ref("lt"), version: "$Latest" }, ...inputs });
        const unused = spec("aws:ec2/eip:Eip")("attach", {});
        expectPath(stackOf({ web: asg({ targetGroupArns: [ref("tg")] }), attach: unused }, template), { via, verdict: "open" });
        const later = spec("aws:autoscaling/attachment:Attachment")("attach", { autoscalingGroupName: ref("web", "name"), lbTargetGroupArn: ref("tg") });
        expectPath(stackOf({ web: { ...asg({ name: "fleet" }), outputs: { id: "fleet", name: "fleet" } }, attach: later }, template), { via, verdict: "open" });
    });
    it("target group of another stack: what brings the clients is assumed, whichever address the host sees", () => {
        const theirs = (attach: Inputs = {}, ...cidrs: string[]) => {
            const { tg: _tg, listener: _listener, nlb: _nlb, ...own } = parts;
            return [...network(), privateNet, ...Object.values({ ...own, sg: sg(...cidrs), attach: attachment({ targetGroupArn: "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/desks/0123", ...attach }) })];
        };
        expectReach(theirs({}, office), "declared", "open");
        expectReach(theirs({}, "0.0.0.0/0"), "declared", "open");
        expectReach(theirs({}, "10.0.0.0/16"), "declared", "unknown");
        expectReach(theirs({}, "198.51.100.0/24"), "declared", "closed");
        expectReach(theirs({ port: 443 }, office), "declared", "closed");
        const undeclared = theirs({}, office).map((s) => (s.name === "web" ? { ...s, inputs: { ...s.inputs, tags: {} } } : s));
        bothForms(undeclared, (world) => assert.deepEqual(theHost(world).paths.map((p) => p.via), ["private-network"]));
    });
    it("implied by the forwarder", () => {
        expectReach(stackOf({ web: web({ tags: {} }), sg: securityGroup("sg", { vpcId: ref("vpc"), ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }] }) }), "implied", "open");
    });
    it("balancer of another stack", () => {
        const arn = "arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/net/shared/0123";
        expectPath(stackOf({ nlb: spec("aws:ec2/eip:Eip")("nlb", {}), listener: listener({ loadBalancerArn: arn }) }), { via, verdict: "open", assumes: /load balancer shared belongs to another stack/ });
        const shared = stackOf({ nlb: spec("aws:ec2/eip:Eip")("nlb", {}), listener: listener({ loadBalancerArn: arn }), tg: group({ preserveClientIp: false }), sg: sg("0.0.0.0/0") });
        expectPath(shared, { via, verdict: "open", assumes: /load balancer shared belongs to another stack/ });
    });
});
