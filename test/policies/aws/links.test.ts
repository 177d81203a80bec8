import assert from "node:assert";
import { Resource } from "../../../policies/resource";
import { World } from "../../../policies/world";
import { Spec, ref, stack } from "../fixture";
import { clients, eip, expectReach, instance, network, office, officeGroup, publicInstance, rdp, securityGroup, spec, subnet, theHost, walk } from "./support";

const association = spec("aws:ec2/eipAssociation:EipAssociation")("assoc", { instanceId: ref("web"), allocationId: ref("ip") });

/** During an update of a provider that does not repeat ids in its outputs: values are known, resources have no id. */
function withoutIds(specs: readonly Spec[]): World {
    const { preview, state } = stack(specs);
    return new World(state.resources.map((r): Resource => {
        const { id: _, ...rest } = r;
        const { id: __, ...outputs } = r.outputs;
        return { ...rest, outputs, propertyDependencies: preview.urn(r.urn)?.propertyDependencies ?? {} };
    }));
}

describe("links", () => {
    it("values are known, ids of resources are not", () => {
        const specs = [...network(), officeGroup, securityGroup("other", { vpcId: ref("vpc") }), publicInstance({ associatePublicIpAddress: false, vpcSecurityGroupIds: [ref("sg"), ref("other")] }), eip("ip", {}), association];
        const verdict = walk(theHost(withoutIds(specs)), "public-address");
        assert.equal(verdict.verdict, "open", verdict.deciding.decidedBy.text);
        assert.deepEqual(verdict.assumptions, []);
    });
    it("several exports are one world", () => {
        const platform = stack([...network({ mapPublicIpOnLaunch: true }), securityGroup("sg", { vpcId: ref("vpc"), ingress: [rdp(office)] })]).state;
        const id = (name: string) => platform.resources.find((r) => r.name === name)!.id!;
        const host = (inputs = {}) => stack([instance("web", { subnetId: id("subnet"), vpcSecurityGroupIds: [id("sg")], ...clients(), ...inputs })]).state;
        assert.match(walk(theHost(host()), "public-address").assumptions.join(), /belongs to another stack/);
        const verdict = walk(theHost(new World([...platform.resources, ...host().resources])), "public-address");
        assert.equal(verdict.verdict, "open");
        assert.deepEqual(verdict.assumptions, []);
        const closed = platform.resources.map((r) => (r.name === "sg" ? { ...r, inputs: { ...r.inputs, ingress: [] } } : r));
        assert.equal(walk(theHost(new World([...closed, ...host().resources])), "public-address").verdict, "closed");
    });
    it("what one stack reads and another manages", () => {
        const platform = stack([...network({ mapPublicIpOnLaunch: true }), officeGroup]).state;
        const id = (name: string) => platform.resources.find((r) => r.name === name)!.id!;
        const read = subnet("read", { vpcId: "vpc-1", cidrBlock: "10.0.1.0/24", mapPublicIpOnLaunch: true }, { external: true, outputs: { id: id("subnet") } });
        for (const form of ["preview", "state"] as const) {
            const mine = stack([read, instance("web", { subnetId: ref("read"), vpcSecurityGroupIds: [id("sg")] })])[form];
            assert.match(walk(theHost(mine), "public-address").assumptions.join(), /route table of subnet/, form);
        }
        const both = new World([...stack([read, instance("web", { subnetId: ref("read"), vpcSecurityGroupIds: [id("sg")] })]).state.resources, ...platform.resources]);
        assert.deepEqual(walk(theHost(both), "public-address").assumptions, []);
    });
    it("a whole resource as a value", () => {
        const profile = spec("aws:iam/instanceProfile:InstanceProfile")("profile", { role: "shared" }, { outputs: { id: "profile", name: "profile" } });
        expectReach([...network(), officeGroup, profile, publicInstance({ iamInstanceProfile: "${profile}", ...clients() })], "declared", "open");
    });
    it("ids of different kinds that are the same text", () => {
        const role = spec("aws:iam/role:Role")("app", { assumeRolePolicy: "{}", managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"] }, { outputs: { id: "app", name: "app" } });
        const profile = spec("aws:iam/instanceProfile:InstanceProfile")("app-profile", { role: ref("app") }, { outputs: { id: "app", name: "app" } });
        const host = publicInstance({ iamInstanceProfile: ref("app-profile"), ...clients(office, { "rdp-ready:path": "session-manager" }) });
        expectReach([...network(), { ...officeGroup, inputs: { ...officeGroup.inputs, egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }] } }, role, profile, host], "declared", "open");
    });
});
