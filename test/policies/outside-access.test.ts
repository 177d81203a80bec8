import assert from "node:assert";
import { aws } from "../../policies/aws/reader";
import { azure } from "../../policies/azure/reader";
import { JudgedHost, judge } from "../../policies/judge";
import { ExampleResource } from "../../policies/rule";
import { rules } from "../../policies/rules/index.generated";
import { allowRdp, azurePublicVm, ec2Public } from "../../policies/rules/shared/example-stacks";
import { forms, stack } from "./fixture";

const deny = allowRdp({ name: "deny-all", priority: 4000, access: "Deny", protocol: "*", sourceAddressPrefix: "*", destinationPortRange: "*" });

/** The host of a stack whose clients come by a declared path. */
function judged(resources: readonly ExampleResource[], via: string, form: (typeof forms)[number], options = {}): JudgedHost {
    const tags = { "rdp-ready:clients": "203.0.113.0/24", "rdp-ready:path": via };
    const specs = resources.map((r) => ("tags" in r.inputs ? { ...r, inputs: { ...r.inputs, tags } } : r));
    return judge(stack(specs)[form].resources, [azure, aws], rules, options).hosts[0]!;
}

describe("access that another stack builds", () => {
    for (const form of forms) {
        for (const via of ["bastion", "gateway", "nat-rule", "load-balancer"]) {
            it(`${via}: an assumption, behind which the host's own filters are judged (${form})`, () => {
                const open = judged(azurePublicVm({ publicAddress: false, nicRules: ["nat-rule", "load-balancer"].includes(via) ? [allowRdp()] : [] }), via, form);
                assert.deepStrictEqual([open.verdict, open.reasons], ["ready", []]);
                assert.ok(open.assumptions.some((a) => a.includes("of another stack")), open.assumptions.join());
                const closed = judged(azurePublicVm({ publicAddress: false, nicRules: [deny] }), via, form);
                assert.strictEqual(closed.verdict, "blocked");
            });
        }

        it(`is not assumed where the configuration wants to know (${form})`, () => {
            const host = judged(azurePublicVm({ publicAddress: false, nicRules: [] }), "bastion", form, { "rdp-ready": { outside: "unknown" } });
            assert.strictEqual(host.verdict, "unknown");
        });

        it(`a group that admits the gateway only leaves open which address the gateway has (${form})`, () => {
            assert.strictEqual(judged(ec2Public({ ingress: "10.0.9.4/32" }), "gateway", form).verdict, "unknown");
        });

        it(`a stack with a balancer of its own that does not lead to the host gets no benefit of the doubt (${form})`, () => {
            const balancer = { type: "azure-native:network:LoadBalancer", name: "balancer", inputs: { resourceGroupName: "rg", sku: { name: "Standard" } } };
            assert.strictEqual(judged([...azurePublicVm({ publicAddress: false, nicRules: [allowRdp()] }), balancer], "nat-rule", form).verdict, "blocked");
        });

        it(`clients with public addresses of their own may be declared on the private network (${form})`, () => {
            assert.strictEqual(judged(azurePublicVm({ publicAddress: false, nicRules: [allowRdp()] }), "private-network", form).verdict, "ready");
            assert.strictEqual(judged(azurePublicVm({ publicAddress: false, nicRules: [deny] }), "private-network", form).verdict, "blocked");
        });
    }
});
