import { ref } from "../fixture";
import { clients, expectPath, network, office, officeGroup, publicInstance, rdp, securityGroup, spec } from "./support";

const group = (...ingress: unknown[]) => securityGroup("sg", { vpcId: ref("vpc"), ingress });
const withGroup = (...ingress: unknown[]) => [...network(), group(...ingress), publicInstance(clients())];

describe("security groups", () => {
    it("inline rule admits the client", () => {
        expectPath([...network(), officeGroup, publicInstance()], { verdict: "open", assumes: [] });
    });
    it("no rule for the port", () => {
        expectPath(withGroup({ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }), {
            verdict: "closed", says: "no rule admits tcp 3389", at: "sg", property: "ingress", symptom: "0x204",
        });
    });
    it("rule for another network", () => {
        expectPath(withGroup(rdp("198.51.100.0/24")), { verdict: "closed", says: "tcp 3389 from 198.51.100.0/24" });
    });
    it("port typo 33389", () => {
        expectPath(withGroup({ protocol: "tcp", fromPort: 33389, toPort: 33389, cidrBlocks: [office] }), { verdict: "closed", says: "33389" });
    });
    it("ports as texts, protocol as number", () => {
        expectPath(withGroup({ protocol: "6", fromPort: "3000", toPort: "4000", cidrBlocks: [office] }), { verdict: "open", at: "web" });
    });
    it("protocol -1 admits whatever the ports say", () => {
        expectPath(withGroup({ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["203.0.0.0/8"] }), { verdict: "open" });
        expectPath(withGroup({ protocol: "ALL", fromPort: 22, toPort: 22, cidrBlocks: ["203.0.0.0/8"] }), { verdict: "open" });
    });
    it("UDP only", () => {
        expectPath(withGroup({ protocol: "udp", fromPort: 3389, toPort: 3389, cidrBlocks: [office] }), { verdict: "closed" });
    });
    it("half of the client's network", () => {
        expectPath(withGroup(rdp("203.0.113.0/25")), { verdict: "closed" });
        expectPath(withGroup(rdp("203.0.113.0/25"), rdp("203.0.113.128/25")), { verdict: "open" });
    });
    it("standalone SecurityGroupRule", () => {
        expectPath(
            [...network(), group(), spec("aws:ec2/securityGroupRule:SecurityGroupRule")("rule", { type: "ingress", securityGroupId: ref("sg"), ...rdp(office) }), publicInstance()],
            { verdict: "open" },
        );
    });
    it("standalone rule on another group", () => {
        expectPath(
            [
                ...network(), group(), securityGroup("other", { vpcId: ref("vpc") }),
                spec("aws:ec2/securityGroupRule:SecurityGroupRule")("rule", { type: "ingress", securityGroupId: ref("other"), ...rdp(office) }),
                publicInstance(clients()),
            ],
            { verdict: "closed", says: "has no rules", at: "sg" },
        );
    });
    it("egress is no ingress", () => {
        expectPath(
            [...network(), group(), spec("aws:ec2/securityGroupRule:SecurityGroupRule")("rule", { type: "egress", securityGroupId: ref("sg"), ...rdp(office) }), publicInstance()],
            { verdict: "closed" },
        );
    });
    it("vpc.SecurityGroupIngressRule", () => {
        const rule = (more: object) => spec("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")("rule", { securityGroupId: ref("sg"), ipProtocol: "tcp", fromPort: 3389, toPort: 3389, ...more });
        expectPath([...network(), group(), rule({ cidrIpv4: office }), publicInstance()], { verdict: "open" });
        expectPath([...network(), group(), rule({ cidrIpv6: "::/0" }), publicInstance()], { verdict: "closed" });
    });
    it("several groups are a union", () => {
        expectPath(
            [...network(), group({ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }), securityGroup("rdp", { vpcId: ref("vpc"), ingress: [rdp(office)] }), publicInstance({ vpcSecurityGroupIds: [ref("sg"), ref("rdp")] })],
            { verdict: "open" },
        );
    });
    it("group attached to nothing", () => {
        expectPath([...network(), officeGroup, publicInstance({ vpcSecurityGroupIds: undefined, ...clients() })], { verdict: "closed", says: "default security group of VPC vpc", at: "web", property: "vpcSecurityGroupIds" });
    });
    it("empty list of groups is the default group", () => {
        expectPath([...network(), officeGroup, publicInstance({ vpcSecurityGroupIds: [], ...clients() })], { verdict: "closed", says: "default security group" });
    });
    it("the VPC's default group, taken over", () => {
        const adopted = spec("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")("default", { vpcId: ref("vpc"), ingress: [rdp(office)] }, { outputs: { id: "sg-default" } });
        const vpc = spec("aws:ec2/vpc:Vpc")("vpc", { cidrBlock: "10.0.0.0/16" }, { outputs: { defaultSecurityGroupId: "sg-default" } });
        expectPath([...network().filter((s) => s.name !== "vpc"), vpc, adopted, publicInstance({ vpcSecurityGroupIds: undefined })], { verdict: "open" });
        expectPath([...network().filter((s) => s.name !== "vpc"), vpc, adopted, publicInstance({ vpcSecurityGroupIds: [ref("vpc", "defaultSecurityGroupId")] })], { verdict: "open" });
    });
    it("group reference over a public path", () => {
        expectPath([...network(), securityGroup("vpn", { vpcId: ref("vpc") }), group({ protocol: "tcp", fromPort: 3389, toPort: 3389, securityGroups: [ref("vpn")] }), publicInstance(clients())], { verdict: "closed" });
    });
    it("group reference admits the subnet of its members", () => {
        const specs = [
            ...network(),
            spec("aws:ec2/subnet:Subnet")("jump-net", { vpcId: ref("vpc"), cidrBlock: "10.0.9.0/24" }),
            securityGroup("jump-sg", { vpcId: ref("vpc") }),
            spec("aws:ec2/instance:Instance")("jump", { ami: "ami-ubuntu", subnetId: ref("jump-net"), vpcSecurityGroupIds: [ref("jump-sg")] }),
            group({ protocol: "tcp", fromPort: 3389, toPort: 3389, securityGroups: [ref("jump-sg")] }),
            publicInstance(clients()),
        ];
        expectPath(specs, { verdict: "open", via: "private-network", client: "10.0.9.0/24" });
        expectPath(specs, { verdict: "closed", via: "private-network", client: "10.8.0.0/24" });
    });
    it("group without other members", () => {
        expectPath([...network(), group({ protocol: "-1", fromPort: 0, toPort: 0, self: true }), publicInstance(clients())], { verdict: "unknown", via: "private-network", client: "10.8.0.0/24", says: "nothing else in the stack is a member" });
    });
    it("reference to a group of another stack: that clients are its members is an assumption", () => {
        const rule = { protocol: "tcp", fromPort: 3389, toPort: 3389, securityGroups: ["sg-0123456789"] };
        const via = "private-network" as const;
        expectPath(withGroup(rule), { verdict: "open", via, client: "10.8.0.0/16", assumes: /clients are members of security group sg-0123456789, of another stack/ });
        expectPath(withGroup(rule), { verdict: "unknown", via, client: "10.8.0.0/16", options: { outside: "unknown" } });
        expectPath(withGroup(rule), { verdict: "closed" });
        expectPath(withGroup(rule, rdp("10.8.0.0/16")), { verdict: "open", via, client: "10.8.0.0/16", assumes: /^clients reach VPC vpc by VPN, peering or a transit gateway$/ });
    });
    it("prefix list of the stack", () => {
        const list = spec("aws:ec2/managedPrefixList:ManagedPrefixList")("offices", { addressFamily: "IPv4", maxEntries: 5, entries: [{ cidr: "203.0.113.0/25" }] });
        const entry = spec("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry")("more", { prefixListId: ref("offices"), cidr: "203.0.113.128/25" });
        const rule = { protocol: "tcp", fromPort: 3389, toPort: 3389, prefixListIds: [ref("offices")] };
        expectPath([...network(), list, entry, group(rule), publicInstance()], { verdict: "open" });
        expectPath([...network(), list, group(rule), publicInstance()], { verdict: "closed" });
    });
    it("prefix list of another stack", () => {
        expectPath(withGroup({ protocol: "tcp", fromPort: 3389, toPort: 3389, prefixListIds: ["pl-0123456789"] }), { verdict: "unknown", says: "prefix list pl-0123456789 belongs to another stack" });
    });
    it("group of another stack", () => {
        expectPath([...network(), publicInstance({ vpcSecurityGroupIds: ["sg-0123456789"] })], { verdict: "open", assumes: /security group sg-0123456789 belongs to another stack/ });
        expectPath([...network(), publicInstance({ vpcSecurityGroupIds: ["sg-0123456789"] })], { verdict: "unknown", options: { outside: "unknown" } });
    });
    it("rules of the stack on a group of another stack", () => {
        const rule = spec("aws:ec2/securityGroupRule:SecurityGroupRule")("rule", { type: "ingress", securityGroupId: "sg-0123456789", ...rdp("203.0.113.0/25") });
        expectPath([...network(), rule, publicInstance({ vpcSecurityGroupIds: ["sg-0123456789"] })], { verdict: "open", client: "203.0.113.0/25", assumes: [] });
        expectPath([...network(), rule, publicInstance({ vpcSecurityGroupIds: ["sg-0123456789"] })], { verdict: "unknown", client: "203.0.113.128/25" });
    });
    it("securityGroups by name, as in a default VPC", () => {
        expectPath([...network(), securityGroup("sg", { name: "rdp-users", ingress: [rdp(office)] }), publicInstance({ vpcSecurityGroupIds: undefined, securityGroups: [ref("sg", "name")] })], { verdict: "open" });
        expectPath([...network(), securityGroup("sg", { name: "rdp-users", ingress: [rdp(office)] }), publicInstance({ vpcSecurityGroupIds: undefined, securityGroups: ["rdp-users"] })], { verdict: "open" });
    });
    it("group attached to an instance's own interface", () => {
        const attachment = spec("aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment")("attach", { securityGroupId: ref("rdp"), networkInterfaceId: ref("web", "primaryNetworkInterfaceId") });
        expectPath([...network(), group(), securityGroup("rdp", { vpcId: ref("vpc"), ingress: [rdp(office)] }), publicInstance(), attachment], { verdict: "open" });
    });
    it("after a refresh the list also holds the standalone rules: what was written counts", () => {
        const stale = securityGroup("sg", { vpcId: ref("vpc"), ingress: [] }, { outputs: { ingress: [rdp(office)] } });
        expectPath([...network(), stale, publicInstance(clients())], { verdict: "closed" });
    });
    it("a CIDR that is computed", () => {
        expectPath(withGroup(rdp("04da6b54-80e4-46f7-96ec-b56ff0331ba9")), { verdict: "unknown", says: "a CIDR is not known" });
    });
});
