import assert from "node:assert";
import { Resource } from "../../policies/resource";
import { unknownString } from "../../policies/value";
import { World, theOne } from "../../policies/world";

const any = (): boolean => true;

function resource(name: string, more: Partial<Resource> = {}): Resource {
    return { urn: `urn:pulumi:dev::p::t:m:T::${name}`, type: "t:m:T", name, inputs: {}, outputs: {}, propertyDependencies: {}, ...more };
}

describe("links between resources", () => {
    it("a known id links without regard to case", () => {
        const subnet = resource("subnet", { id: "/subscriptions/X/subnets/a" });
        const world = new World([subnet, resource("nic")]);
        assert.strictEqual(theOneOf(world, "/Subscriptions/x/subnets/A"), subnet);
    });

    it("a known id that nobody here has belongs to another stack", () => {
        const world = new World([resource("nic")]);
        assert.strictEqual(world.link(world.resources[0]!, "subnet", "subnet-1", any).outside, "subnet-1");
    });

    it("an unknown value links to the one resource that it was computed from", () => {
        const subnet = resource("subnet");
        const world = new World([resource("nic", { propertyDependencies: { subnet: [subnet.urn] } }), subnet]);
        assert.deepStrictEqual(world.link(world.resources[0]!, "subnet.id", unknownString, any), { candidates: [subnet], certain: true });
    });

    it("several candidates are no certainty, and the reason names them", () => {
        const [a, b] = [resource("a"), resource("b")];
        const world = new World([resource("nic", { propertyDependencies: { subnet: [a.urn, b.urn] } }), a, b]);
        const one = theOne(world.link(world.resources[0]!, "subnet", unknownString, any), "the subnet");
        assert.match((one as { reason: string }).reason, /one of a, b/);
    });

    it("without ids, as a policy sees azure-native, a known id links by the name that it ends with", () => {
        const [a, b] = [resource("a", { outputs: { name: "front" } }), resource("b", { outputs: { name: "back" } })];
        const world = new World([resource("nic", { propertyDependencies: { subnet: [a.urn, b.urn] } }), a, b]);
        assert.strictEqual(theOneOf(world, "/subscriptions/x/subnets/Back"), b);
    });

    it("what a remote component gave comes from one of its children, nested ones included", () => {
        const component = resource("component", { component: true });
        const inner = resource("inner", { component: true, parent: component.urn });
        const child = resource("child", { parent: inner.urn });
        const world = new World([resource("nic", { propertyDependencies: { subnet: [component.urn] } }), component, inner, child]);
        assert.deepStrictEqual(world.link(world.resources[0]!, "subnet", unknownString, any), { candidates: [child], certain: true });
    });

    function theOneOf(world: World, id: string): Resource | undefined {
        const nic = world.resources.find((r) => r.name === "nic")!;
        const one = theOne(world.link(nic, "subnet", id, any), "the subnet");
        return one.state === "known" ? one.value : undefined;
    }
});
