import assert from "node:assert";
import { aws } from "../../policies/aws/reader";
import { azure } from "../../policies/azure/reader";
import { JudgedHost, Judgement, judge } from "../../policies/judge";
import { ExampleResource } from "../../policies/rule";
import { rules } from "../../policies/rules/index.generated";
import { allowRdp, azurePublicVm, ec2Public } from "../../policies/rules/shared/example-stacks";
import { forms, stack } from "./fixture";

const deny = allowRdp({ name: "deny-all", priority: 4000, access: "Deny", protocol: "*", sourceAddressPrefix: "*", destinationPortRange: "*" });

/** A stack whose clients come by a declared path. */
function judgement(resources: readonly ExampleResource[], via: string, form: (typeof forms)[number], options = {}, from?: string): Judgement {
    const tags = { "rdp-ready:clients": "203.0.113.0/24", "rdp-ready:path": via, ...(from === undefined ? {} : { "rdp-ready:from": from }) };
    const specs = resources.map((r) => ("tags" in r.inputs ? { ...r, inputs: { ...r.inputs, tags } } : r));
    return judge(stack(specs)[form].resources, [azure, aws], rules, options);
}

function judged(...args: Parameters<typeof judgement>): JudgedHost {
    return judgement(...args).hosts[0]!;
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

        it(`where the author says from which addresses the other stack connects, the filters are held to them (${form})`, () => {
            const group = ec2Public({ ingress: "10.0.9.0/28" });
            for (const via of ["gateway", "bastion", "instance-connect"]) {
                assert.strictEqual(judged(group, via, form, {}, "10.0.9.0/28").verdict, "ready", via);
                assert.strictEqual(judged(group, via, form, {}, "10.0.8.0/28").verdict, "blocked", via);
                assert.strictEqual(judged(group, via, form, {}, "10.0.9.0/24").verdict, "unknown", via);
                assert.strictEqual(judged(group, via, form, {}, "the hub").verdict, "unknown", via);
            }
            assert.strictEqual(judged(group, "instance-connect", form).verdict, "blocked", "a stack that just lacks its endpoint");
            assert.strictEqual(judged(group, "session-manager", form, {}, "10.0.9.0/28").verdict, "blocked", "Session Manager needs nothing of another stack");
        });

        it(`an Instance Connect Endpoint of the stack that has the host's network is assumed, whichever address it shows (${form})`, () => {
            const elsewhere = (ingress: string): ExampleResource[] => ec2Public({ ingress }).filter((r) => ["server", "sg"].includes(r.name) || /SecurityGroup/.test(r.type)).map((r) => ({ ...r, inputs: { ...r.inputs, ...("subnetId" in r.inputs ? { subnetId: "subnet-0shared" } : {}), ...("vpcId" in r.inputs ? { vpcId: "vpc-0shared" } : {}) } }));
            for (const [ingress, expected] of [["0.0.0.0/0", "ready"], ["203.0.113.0/24", "unknown"], ["10.0.9.0/28", "unknown"], ["198.51.100.0/24", "blocked"]] as const) {
                const host = judged(elsewhere(ingress), "instance-connect", form);
                assert.strictEqual(host.verdict, expected, `${ingress} ${host.reasons.join()}`);
                assert.ok(expected !== "ready" || host.assumptions.some((a) => a.includes("an Instance Connect Endpoint of another stack")));
            }
        });

        it(`a NAT rule of another stack may be a firewall's, which connects from its own subnet (${form})`, () => {
            const behind = (sourceAddressPrefix: string): ExampleResource[] => azurePublicVm({ publicAddress: false, nicRules: [allowRdp({ sourceAddressPrefix }), deny] });
            assert.strictEqual(judged(behind("203.0.113.0/24"), "nat-rule", form).verdict, "ready");
            assert.strictEqual(judged(behind("10.0.9.0/26"), "nat-rule", form).verdict, "unknown");
            assert.strictEqual(judged(behind("10.0.9.0/26"), "nat-rule", form, {}, "10.0.9.0/26").verdict, "ready");
            assert.strictEqual(judged(behind("198.51.100.0/24"), "nat-rule", form).verdict, "blocked");
            const empty = azurePublicVm({ publicAddress: false, nicRules: [] });
            assert.deepStrictEqual([judged(empty, "nat-rule", form).verdict, judged(empty, "load-balancer", form).verdict], ["unknown", "blocked"], "the default rules admit the firewall, not the client");
        });

        it(`a balancer for something else does not count against an author who says from where (${form})`, () => {
            const balancer = { type: "azure-native:network:LoadBalancer", name: "balancer", inputs: { resourceGroupName: "rg", sku: { name: "Standard" } } };
            const stacked = [...azurePublicVm({ publicAddress: false, nicRules: [allowRdp({ sourceAddressPrefix: "10.0.9.0/26" })] }), balancer];
            assert.strictEqual(judged(stacked, "bastion", form).verdict, "blocked");
            assert.strictEqual(judged(stacked, "bastion", form, {}, "10.0.9.0/26").verdict, "ready");
        });

        it(`a finding behind a tunnel says what arrives there, not what the client sent (${form})`, () => {
            const { findings } = judgement(azurePublicVm({ publicAddress: false, nicRules: [deny] }), "bastion", form, {}, "10.0.9.0/26");
            assert.match(String(findings.find((f) => f.rule.name === "filter-admits-client")?.fix), /allow tcp 3389 from 10\.0\.9\.0\/26, before/);
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
