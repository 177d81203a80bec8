import assert from "node:assert";
import { Host, HostName } from "../../../core/host";
import { isKnown } from "../../../core/known";
import { Form, Spec, bothForms, ref } from "../fixture";
import { eip, hosts, instance, network, officeGroup, publicInstance, spec, subnet, theHost } from "./support";

type Inputs = Record<string, unknown>;

function record(records: readonly string[], more: Inputs = {}, name = "record"): Spec {
    return spec("aws:route53/record:Record")(name, { zoneId: "Z0123456789ABCDEFGHIJ", name: "desk.example.com", type: "A", ttl: 300, records, ...more });
}

const publicZone = spec("aws:route53/zone:Zone")("zone", { name: "example.com" });
const privateZone = spec("aws:route53/zone:Zone")("zone", { name: "corp.example.com", vpcs: [{ vpcId: ref("vpc") }] });
const inZone = { zoneId: ref("zone"), name: "desk" };

function points(host: Host): HostName["points"][] {
    return host.names.map((n) => n.points);
}

/** What the names of the one host point at, in both forms. */
function expects(specs: readonly Spec[], expected: readonly HostName["points"][], says: RegExp = /./): void {
    bothForms(specs, (world, form) => {
        const { names } = theHost(world);
        const told = `${form}: ${names.map((n) => n.text).join("; ")}`;
        assert.deepEqual(names.map((n) => n.points), expected, told);
        names.forEach((n) => assert.match(`${n.name}: ${n.text}`, says, told));
    });
}

/** The same of several hosts, in the order of the stack. */
function expectsAll(specs: readonly Spec[], expected: readonly (readonly HostName["points"][])[]): void {
    bothForms(specs, (world, form) => assert.deepEqual(hosts(world).map(points), expected, form));
}

const server = [...network(), officeGroup, publicInstance()];
const other = instance("other", { subnetId: ref("subnet"), vpcSecurityGroupIds: [ref("sg")], associatePublicIpAddress: true });

describe("names in Route 53", () => {
    it("a host without names", () => expects(server, []));
    it("Elastic IP behind a name", () => expects([...server, eip("ip", { instance: ref("web") }), record([ref("ip", "publicIp")])], ["static"], /^desk\.example\.com: the Elastic IP ip/));
    it("Elastic IP by association", () => {
        const association = spec("aws:ec2/eipAssociation:EipAssociation")("assoc", { instanceId: ref("web"), allocationId: ref("ip") });
        expects([...server, eip("ip", {}), association, record([ref("ip", "publicIp")])], ["static"]);
    });
    it("Elastic IP of the host's own network interface", () => {
        const nic = spec("aws:ec2/networkInterface:NetworkInterface")("nic", { subnetId: ref("subnet"), securityGroups: [ref("sg")] });
        const host = instance("web", { networkInterfaces: [{ deviceIndex: 0, networkInterfaceId: ref("nic") }] });
        expects([...network(), officeGroup, nic, host, eip("ip", { networkInterface: ref("nic") }), record([ref("ip", "publicIp")])], ["static"]);
    });
    it("dynamic address behind a DNS name", () => expects([...server, publicZone, record([ref("web", "publicIp")], inZone)], ["dynamic"], /no Elastic IP/));
    it("dynamic address that the subnet hands out", () => {
        const web = { ...publicInstance({ associatePublicIpAddress: undefined }), outputs: { publicIp: "18.190.7.7" } };
        expects([...network({ mapPublicIpOnLaunch: true }), officeGroup, web, publicZone, record([ref("web", "publicIp")], inZone)], ["dynamic"]);
    });
    it("address from before the Elastic IP", () => expects([...server, eip("ip", { instance: ref("web") }), publicZone, record([ref("web", "publicIp")], inZone)], ["dynamic"], /before it got the Elastic IP ip/));
    it("private zone takes the private address", () => expects([...server, privateZone, record([ref("web", "privateIp")], inZone)], ["static"], /private address/));
    it("private address of an instance that has no other", () => {
        const web = instance("web", { subnetId: ref("subnet"), vpcSecurityGroupIds: [ref("sg")] });
        expects([...network(), officeGroup, web, record([ref("web", "privateIp")])], ["static"]);
    });
    it("zone of another stack: a preview does not tell which address of the instance it is", () => {
        for (const [output, state] of [["publicIp", "dynamic"], ["privateIp", "static"]] as const) {
            bothForms([...server, record([ref("web", output)])], (world, form: Form) => assert.deepEqual(points(theHost(world)), [form === "preview" ? "unknown" : state], form));
        }
    });

    it("record of another host is that host's", () => expectsAll([...server, other, eip("ip", { instance: ref("other") }), record([ref("ip", "publicIp")])], [[], ["static"]]));
    it("name of the host leads to another host", () => {
        const specs = [...server, other, eip("ip", { instance: ref("other") }), record([ref("ip", "publicIp")], { name: "web.example.com" })];
        expectsAll(specs, [["elsewhere"], ["static"]]);
        bothForms(specs, (world) => assert.match(hosts(world)[0]!.names[0]!.text, /an address of other$/));
    });
    it("split horizon: the same name leads to the host in another zone", () => {
        const inside = record([ref("web", "privateIp")], { ...inZone, name: "web" }, "inside");
        expectsAll([...server, other, privateZone, eip("ip", { instance: ref("other") }), inside, record([ref("ip", "publicIp")], { name: "web.example.com" })], [["static"], ["static"]]);
    });
    it("fail-over records lead elsewhere on purpose", () => {
        const more = { name: "web.example.com", setIdentifier: "second", failoverRoutingPolicies: [{ type: "SECONDARY" }] };
        expectsAll([...server, other, eip("ip", { instance: ref("other") }), record([ref("ip", "publicIp")], more)], [[], ["static"]]);
    });
    it("one Name tag for a fleet", () => {
        const tagged = [publicInstance({ tags: { Name: "desk" } }), { ...other, inputs: { ...other.inputs, tags: { Name: "desk" } } }];
        expectsAll([...network(), officeGroup, ...tagged, eip("ip", { instance: ref("other") }), record([ref("ip", "publicIp")])], [[], ["static"]]);
    });
    it("several addresses under one name", () => expectsAll([...server, other, eip("ip", { instance: ref("web") }), eip("ip2", { instance: ref("other") }), record([ref("ip", "publicIp"), ref("ip2", "publicIp")])], [["static"], ["static"]]));

    it("EIP attached to nothing", () => expects([...server, eip("ip", {}), record([ref("ip", "publicIp")])], ["nothing"], /attached to nothing/));
    it("EIP attached to nothing, in a stack with more machines", () => {
        const specs = (name: string): Spec[] => [...server, other, eip("ip", {}), record([ref("ip", "publicIp")], { name })];
        expectsAll(specs("desk.example.com"), [[], []]);
        expectsAll(specs("web.example.com"), [["nothing"], []]);
    });
    it("spare EIP beside that of the only machine may be for another stack", () => expects([...server, eip("own", { instance: ref("web") }), eip("spare", {}), record([ref("spare", "publicIp")])], []));
    it("EIP of a NAT gateway is attached", () => {
        const gateway = spec("aws:ec2/natGateway:NatGateway")("nat", { allocationId: ref("ip"), subnetId: ref("subnet") });
        expects([...server, eip("ip", {}), gateway, record([ref("ip", "publicIp")])], []);
    });
    it("EIP that the machine takes up by itself", () => {
        const userData = "<powershell>\nRegister-EC2Address -InstanceId $id -AllocationId $env:ADDRESS\n</powershell>";
        expects([...network(), officeGroup, publicInstance({ userData }), eip("ip", {}), record([ref("ip", "publicIp")])], []);
    });

    describe("load balancers", () => {
        const behind = (type: string): Spec[] => [
            ...network(),
            officeGroup,
            instance("web", { subnetId: ref("subnet"), vpcSecurityGroupIds: [ref("sg")] }),
            spec("aws:lb/loadBalancer:LoadBalancer")("nlb", { loadBalancerType: type, subnets: [ref("subnet")] }),
        ];
        const forwards = (protocol: string, port: number, listener: Inputs = {}): Spec[] => [
            spec("aws:lb/targetGroup:TargetGroup")("tg", { vpcId: ref("vpc"), port, protocol }),
            spec("aws:lb/targetGroupAttachment:TargetGroupAttachment")("target", { targetGroupArn: ref("tg", "arn"), targetId: ref("web") }),
            spec("aws:lb/listener:Listener")("listener", { loadBalancerArn: ref("nlb", "arn"), port, protocol, defaultActions: [{ type: "forward", targetGroupArn: ref("tg", "arn") }], ...listener }),
        ];
        const alias = record([], { records: undefined, ttl: undefined, aliases: [{ name: ref("nlb", "dnsName"), zoneId: "Z215JYRZR1TBD5", evaluateTargetHealth: true }] });

        it("alias to a load balancer that forwards RDP", () => expects([...behind("network"), ...forwards("TCP", 3389), alias], ["static"], /load balancer nlb/));
        it("CNAME to a load balancer that forwards RDP", () => expects([...behind("network"), ...forwards("TCP", 3389), record([ref("nlb", "dnsName")], { type: "CNAME" })], ["static"]));
        it("alias to the web site's balancer says nothing about RDP", () => {
            const web = { ...alias, inputs: { ...alias.inputs, name: "web.example.com" } };
            expects([...behind("application"), ...forwards("HTTP", 80), web], []);
        });
        it("Elastic IP of the balancer", () => {
            const held = behind("network").map((s) => (s.name === "nlb" ? { ...s, inputs: { loadBalancerType: "network", subnetMappings: [{ subnetId: ref("subnet"), allocationId: ref("ip") }] } } : s));
            expects([eip("ip", {}), ...held, ...forwards("TCP", 3389), record([ref("ip", "publicIp")])], ["static"]);
        });
        it("idle time-out of a listener", () => {
            const idle = (listener: Inputs, minutes: number | undefined, protocol = "TCP"): void =>
                bothForms([...behind("network"), ...forwards(protocol, 3389, listener)], (world, form) => {
                    const found = theHost(world).paths.flatMap((p) => p.hops.flatMap((h) => (h.gate.type === "forward" && h.gate.idle !== undefined ? [h.gate.idle] : [])))[0];
                    assert.equal(found !== undefined && isKnown(found.minutes) ? found.minutes.value : undefined, minutes, form);
                    assert.ok(found === undefined || (isKnown(found.reset) && found.reset.value));
                });
            idle({}, 350 / 60);
            idle({ tcpIdleTimeoutSeconds: "3600" }, 60);
            idle({}, undefined, "TLS");
        });
    });

    it("record whose value is another stack's", () => {
        expects([...server, record(["198.51.100.80"])], []);
        bothForms([...server, eip("ip", { instance: ref("web") }), record(["198.51.100.80"], { name: "web.example.com" })], (world, form: Form) => {
            // At preview it may be the very address that AWS is going to give.
            assert.deepEqual(points(theHost(world)), [form === "preview" ? "unknown" : "elsewhere"]);
        });
    });
    it("public address of a host that has only a private one: something in front of it may have it", () => {
        const web = instance("web", { subnetId: ref("subnet"), vpcSecurityGroupIds: [ref("sg")] });
        expects([...network(), officeGroup, web, record(["198.51.100.80"], { name: "web.example.com" })], []);
    });
    it("private address that is written twice, and one that nobody has", () => {
        const web = instance("web", { subnetId: ref("subnet"), vpcSecurityGroupIds: [ref("sg")], privateIp: "10.0.1.10" });
        expects([...network(), officeGroup, web, record(["10.0.1.10"])], ["static"]);
        expects([...network(), officeGroup, web, record(["10.0.1.11"], { name: "web.example.com" })], ["elsewhere"], /10\.0\.1\.11, which is not an address of web/);
        expects([...network(), officeGroup, web, record(["10.99.1.11"], { name: "web.example.com" })], []);
    });
    it("one private address in two networks tells nothing", () => {
        const second = [spec("aws:ec2/vpc:Vpc")("vpc2", { cidrBlock: "10.0.0.0/16" }), subnet("subnet2", { vpcId: ref("vpc2"), cidrBlock: "10.0.1.0/24" })];
        const web = instance("web", { subnetId: ref("subnet"), vpcSecurityGroupIds: [ref("sg")], privateIp: "10.0.1.10" });
        const twin = instance("twin", { subnetId: ref("subnet2"), privateIp: "10.0.1.10" });
        expectsAll([...network(), officeGroup, web, ...second, twin, record(["10.0.1.10"])], [[], []]);
    });
    it("records that are no addresses", () => expects([...server, record(["v=spf1 -all"], { type: "TXT", name: "web.example.com" })], []));
});
