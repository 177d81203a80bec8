import assert from "node:assert";
import { bothForms, ref } from "../fixture";
import { clients, eip, expectPath, expectReach, instance, network, networkWithout, office, officeGroup, publicInstance, rdp, securityGroup, spec, subnet, theHost } from "./support";

const plain = publicInstance({ associatePublicIpAddress: undefined });

describe("public addresses", () => {
    it("none: the subnet hands out none, and the instance asks for none", () => {
        bothForms([...network(), officeGroup, plain], (world, _, made) => {
            const host = theHost(world);
            assert.deepEqual(host.paths.map((p) => p.via), ["private-network"]);
            assert.equal(host.noPath?.urn, made.urn("subnet"));
            assert.equal(host.noPath?.property, "mapPublicIpOnLaunch");
        });
        expectReach([...network(), officeGroup, publicInstance({ associatePublicIpAddress: false, ...clients() })], "declared", "closed");
    });
    it("from the subnet", () => {
        expectPath([...network({ mapPublicIpOnLaunch: true }), officeGroup, plain], { verdict: "open", assumes: [] });
    });
    it("the instance declines what the subnet hands out", () => {
        bothForms([...network({ mapPublicIpOnLaunch: true }), officeGroup, publicInstance({ associatePublicIpAddress: "false" })], (world) => {
            assert.deepEqual(theHost(world).paths.map((p) => p.via), ["private-network"]);
        });
    });
    it("Elastic IP by instance", () => {
        expectPath([...network(), officeGroup, plain, eip("ip", { instance: ref("web"), domain: "vpc" })], { verdict: "open" });
    });
    it("Elastic IP by association", () => {
        const association = spec("aws:ec2/eipAssociation:EipAssociation")("assoc", { instanceId: ref("web"), allocationId: ref("ip") });
        expectPath([...network(), officeGroup, plain, eip("ip", { domain: "vpc" }), association], { verdict: "open" });
    });
    it("Elastic IP of another instance", () => {
        bothForms([...network(), officeGroup, plain, instance("other", { ami: "ami-ubuntu", getPasswordData: false, subnetId: ref("subnet") }), eip("ip", { instance: ref("other") })], (world) => {
            assert.deepEqual(theHost(world).paths.map((p) => p.via), ["private-network"]);
        });
    });
    it("Elastic IP by the instance's own interface", () => {
        const association = spec("aws:ec2/eipAssociation:EipAssociation")("assoc", { networkInterfaceId: ref("web", "primaryNetworkInterfaceId"), allocationId: ref("ip") });
        expectPath([...network(), officeGroup, plain, eip("ip", { domain: "vpc" }), association], { verdict: "open" });
    });
    it("network interface of its own, with groups and Elastic IP there", () => {
        const nic = spec("aws:ec2/networkInterface:NetworkInterface")("nic", { subnetId: ref("subnet"), securityGroups: [ref("sg")] });
        const host = (attachment: object) => instance("web", attachment as Record<string, unknown>);
        const address = eip("ip", { networkInterface: ref("nic") });
        const listed = host({ networkInterfaces: [{ deviceIndex: 0, networkInterfaceId: ref("nic") }] });
        expectPath([...network(), officeGroup, nic, listed, address], { verdict: "open" });
        expectPath([...network(), officeGroup, nic, host({ primaryNetworkInterface: { networkInterfaceId: ref("nic") } }), address], { verdict: "open" });
        bothForms([...network({ mapPublicIpOnLaunch: true }), officeGroup, nic, listed], (world) => {
            assert.deepEqual(theHost(world).paths.map((p) => p.via), ["private-network"], "a subnet hands out addresses at launch only");
        });
    });
    it("second interface, attached later", () => {
        const nic = spec("aws:ec2/networkInterface:NetworkInterface")("nic", { subnetId: ref("subnet"), securityGroups: [ref("sg")] });
        const attachment = spec("aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment")("attach", { instanceId: ref("web"), networkInterfaceId: ref("nic"), deviceIndex: 1 });
        const host = instance("web", { subnetId: ref("subnet"), vpcSecurityGroupIds: [ref("closed")] });
        expectPath([...network(), officeGroup, securityGroup("closed", { vpcId: ref("vpc") }), nic, host, attachment, eip("ip", { networkInterface: ref("nic") })], { verdict: "open" });
    });
    it("a public address is no way for private clients", () => {
        expectPath([...network(), securityGroup("sg", { vpcId: ref("vpc"), ingress: [rdp("0.0.0.0/0")] }), publicInstance()], { verdict: "closed", client: "10.8.0.0/16" });
    });
    it("subnet of another stack may hand one out", () => {
        const host = [officeGroup, plain].map((s) => (s.name === "web" ? { ...s, inputs: { ...s.inputs, subnetId: "subnet-0123456789" } } : { ...s, inputs: { ...s.inputs, vpcId: "vpc-0123456789" } }));
        expectPath(host, { verdict: "open", assumes: /whether subnet subnet-0123456789 hands out public addresses/ });
        expectPath(host, { verdict: "unknown", options: { outside: "unknown" } });
    });
    it("subnet of another stack gives no intent by an address that may not be there", () => {
        bothForms([instance("web", { subnetId: "subnet-0123456789", vpcSecurityGroupIds: ["sg-0123456789"] })], (world) => {
            assert.equal(theHost(world).intent.kind, "none");
        });
    });
    it("default VPC: no subnet named", () => {
        expectPath([securityGroup("sg", { ingress: [rdp(office)] }), instance("web", { vpcSecurityGroupIds: [ref("sg")] })], { verdict: "open", assumes: /default VPC/ });
    });
    it("default subnet", () => {
        expectPath([spec("aws:ec2/defaultSubnet:DefaultSubnet")("subnet", { availabilityZone: "eu-central-1a" }), securityGroup("sg", { ingress: [rdp(office)] }), plain], { verdict: "open", assumes: /main route table of the default VPC/ });
    });
    it("whether there is one is not known", () => {
        expectPath([...network(), officeGroup, publicInstance({ associatePublicIpAddress: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" })], { verdict: "unknown", says: "not known" });
    });
    it("the private network is open under the assumption that clients get there", () => {
        expectPath([...networkWithout("rta", "rt", "igw"), securityGroup("sg", { vpcId: ref("vpc"), ingress: [rdp("0.0.0.0/0")] }), plain], { verdict: "open", via: "private-network", client: "10.8.0.0/16", assumes: /^clients reach VPC vpc by VPN, peering or a transit gateway$/ });
    });
    it("copied 3389 from anywhere on a host that only the private network reaches", () => {
        expectReach([...networkWithout("rta", "rt", "igw"), securityGroup("sg", { vpcId: ref("vpc"), ingress: [rdp("0.0.0.0/0")] }), plain], "implied", "open");
    });
    it("subnet that a preview cannot tell from others", () => {
        const open = subnet("open", { vpcId: ref("vpc"), cidrBlock: "10.0.5.0/24", mapPublicIpOnLaunch: true });
        const specs = [...network(), open, officeGroup, { ...plain, from: { subnetId: ["open"] } }];
        bothForms(specs, (world, form) => {
            const host = theHost(world);
            assert.equal(host.paths.some((p) => p.via === "public-address"), form === "preview");
        });
    });
});
