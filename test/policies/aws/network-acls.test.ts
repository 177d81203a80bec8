import { ref } from "../fixture";
import { clients, expectPath, network, networkAcl, office, officeGroup, publicInstance, spec } from "./support";

const rule = (ruleNo: number, action: string, from: number, to: number, cidrBlock = "0.0.0.0/0") => ({ ruleNo, action, protocol: "tcp", fromPort: from, toPort: to, cidrBlock });
const everything = { ruleNo: 100, action: "allow", protocol: "-1", fromPort: 0, toPort: 0, cidrBlock: "0.0.0.0/0" };
const replies = rule(100, "allow", 1024, 65535);
const withAcl = (ingress: unknown[], egress: unknown[]) => [
    ...network(), officeGroup, publicInstance(clients()),
    networkAcl("acl", { vpcId: ref("vpc"), subnetIds: [ref("subnet")], ingress, egress }),
];

describe("network ACLs", () => {
    it("custom ACL without rules denies everything", () => {
        expectPath([...network(), officeGroup, publicInstance(), networkAcl("acl", { vpcId: ref("vpc"), subnetIds: [ref("subnet")] })], { verdict: "closed", at: "acl", property: "ingress" });
    });
    it("ingress without the way back", () => {
        expectPath(withAcl([rule(100, "allow", 3389, 3389)], [rule(100, "allow", 443, 443)]), { verdict: "closed", at: "acl", property: "egress", says: "replies" });
    });
    it("replies to 3389 are no replies to the client's own port", () => {
        expectPath(withAcl([everything], [rule(100, "allow", 3389, 3389)]), { verdict: "closed", property: "egress" });
    });
    it("both ways", () => {
        expectPath(withAcl([rule(100, "allow", 3389, 3389, office)], [replies]), { verdict: "open", assumes: [] });
    });
    it("the ports that Windows clients use are enough", () => {
        expectPath(withAcl([everything], [rule(100, "allow", 49152, 65535)]), { verdict: "open" });
    });
    it("a deny of one outbound port does not stop replies", () => {
        expectPath(withAcl([everything], [rule(50, "deny", 3389, 3389), rule(60, "deny", 22, 22), everything]), { verdict: "open" });
    });
    it("order is by number, not by place", () => {
        expectPath(withAcl([{ ...everything, ruleNo: 200 }, rule(100, "deny", 3389, 3389)], [everything]), { verdict: "closed", property: "ingress[1]", says: "100 deny tcp 3389" });
        expectPath(withAcl([rule(300, "deny", 3389, 3389), { ...everything, ruleNo: "200" }], [everything]), { verdict: "open" });
    });
    it("standalone rules", () => {
        const standalone = (name: string, inputs: Record<string, unknown>) => spec("aws:ec2/networkAclRule:NetworkAclRule")(name, { networkAclId: ref("acl"), protocol: "6", ruleAction: "Allow", cidrBlock: "0.0.0.0/0", ...inputs });
        const acl = networkAcl("acl", { vpcId: ref("vpc"), subnetIds: [ref("subnet")] });
        const inward = standalone("in", { ruleNumber: 100, fromPort: 3389, toPort: 3389 });
        const outward = standalone("out", { ruleNumber: 100, egress: true, fromPort: 1024, toPort: 65535 });
        expectPath([...network(), officeGroup, publicInstance(), acl, inward, outward], { verdict: "open" });
        expectPath([...network(), officeGroup, publicInstance(), acl, inward], { verdict: "closed", property: "egress" });
    });
    it("association instead of a list", () => {
        const acl = networkAcl("acl", { vpcId: ref("vpc"), ingress: [], egress: [everything] });
        const association = spec("aws:ec2/networkAclAssociation:NetworkAclAssociation")("assoc", { networkAclId: ref("acl"), subnetId: ref("subnet") });
        expectPath([...network(), officeGroup, publicInstance(clients()), acl, association], { verdict: "closed", at: "acl" });
    });
    it("ACL of another subnet", () => {
        const other = spec("aws:ec2/subnet:Subnet")("other", { vpcId: ref("vpc"), cidrBlock: "10.0.2.0/24" });
        expectPath([...network(), other, officeGroup, publicInstance(), networkAcl("acl", { vpcId: ref("vpc"), subnetIds: [ref("other")] })], { verdict: "open" });
    });
    it("ACL of several subnets, all of them unknown at preview", () => {
        const other = spec("aws:ec2/subnet:Subnet")("other", { vpcId: ref("vpc"), cidrBlock: "10.0.2.0/24" });
        expectPath([...network(), other, officeGroup, publicInstance(), networkAcl("acl", { vpcId: ref("vpc"), subnetIds: [ref("other"), ref("subnet")] })], { verdict: "closed", at: "acl" });
    });
    it("the VPC's default ACL, taken over without rules", () => {
        const vpc = spec("aws:ec2/vpc:Vpc")("vpc", { cidrBlock: "10.0.0.0/16" }, { outputs: { defaultNetworkAclId: "acl-1" } });
        const adopted = spec("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")("default", { defaultNetworkAclId: ref("vpc", "defaultNetworkAclId") }, { outputs: { id: "acl-1" } });
        expectPath([vpc, ...network().filter((s) => s.name !== "vpc"), adopted, officeGroup, publicInstance()], { verdict: "closed", at: "default" });
    });
    it("a rule added to the VPC's default ACL", () => {
        const deny = spec("aws:ec2/networkAclRule:NetworkAclRule")("no-rdp", { networkAclId: ref("vpc", "defaultNetworkAclId"), ruleNumber: 50, protocol: "tcp", ruleAction: "deny", cidrBlock: "0.0.0.0/0", fromPort: 3389, toPort: 3389 });
        expectPath([...network(), deny, officeGroup, publicInstance()], { verdict: "closed", at: "no-rdp" });
    });
});
