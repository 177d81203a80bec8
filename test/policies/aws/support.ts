import assert from "node:assert";
import { Host } from "../../../core/host";
import { AddressSet } from "../../../core/net/address-set";
import { evaluatePath } from "../../../core/net/evaluate";
import { Openness, PathVerdict, Via } from "../../../core/net/path-model";
import { reachability } from "../../../core/reachability";
import { aws } from "../../../policies/aws/reader";
import { PackOptions } from "../../../policies/rule";
import { World } from "../../../policies/world";
import { Form, Spec, Stack, bothForms, ref } from "../fixture";

export const options: PackOptions = { onUnknown: "advisory", outside: "assume-open", assumeNew: false };

/** The address that clients of the tests dial from. */
export const office = "203.0.113.0/24";

type Inputs = Record<string, unknown>;

export const spec = (type: string) => (name: string, inputs: Inputs, more: Partial<Spec> = {}): Spec => ({ type, name, inputs, ...more });

export const instance = (name: string, inputs: Inputs, more?: Partial<Spec>): Spec => spec("aws:ec2/instance:Instance")(name, { getPasswordData: true, ...inputs }, more);
export const securityGroup = spec("aws:ec2/securityGroup:SecurityGroup");
export const subnet = spec("aws:ec2/subnet:Subnet");
export const routeTable = spec("aws:ec2/routeTable:RouteTable");
export const networkAcl = spec("aws:ec2/networkAcl:NetworkAcl");
export const eip = spec("aws:ec2/eip:Eip");

export const rdp = (...cidrBlocks: string[]): Inputs => ({ protocol: "tcp", fromPort: 3389, toPort: 3389, cidrBlocks });

/** A VPC with a public subnet: gateway, route table, association. */
export function network(subnetInputs: Inputs = {}): Spec[] {
    return [
        spec("aws:ec2/vpc:Vpc")("vpc", { cidrBlock: "10.0.0.0/16" }),
        subnet("subnet", { vpcId: ref("vpc"), cidrBlock: "10.0.1.0/24", ...subnetInputs }),
        spec("aws:ec2/internetGateway:InternetGateway")("igw", { vpcId: ref("vpc") }),
        routeTable("rt", { vpcId: ref("vpc"), routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: ref("igw") }] }),
        spec("aws:ec2/routeTableAssociation:RouteTableAssociation")("rta", { subnetId: ref("subnet"), routeTableId: ref("rt") }),
    ];
}

/** The network with all parts but the named ones. */
export function networkWithout(...names: string[]): Spec[] {
    return network().filter((s) => !names.includes(s.name));
}

/** A group that admits the office, in the VPC of `network`. */
export const officeGroup = securityGroup("sg", { vpcId: ref("vpc"), ingress: [rdp(office)] });

/** An instance with a public address in the subnet and group of `network`. */
export const publicInstance = (more: Inputs = {}): Spec => instance("web", { subnetId: ref("subnet"), vpcSecurityGroupIds: [ref("sg")], associatePublicIpAddress: true, ...more });

/** Tags that declare who should get in. */
export const clients = (cidrs: string = office, more: Inputs = {}): Inputs => ({ tags: { "rdp-ready:clients": cidrs, ...more } });

export function hosts(world: World, more: Partial<PackOptions> = {}): Host[] {
    return aws.hosts(world, { ...options, ...more });
}

export function theHost(world: World, more: Partial<PackOptions> = {}): Host {
    const all = hosts(world, more);
    assert.equal(all.length, 1, `one host, not ${all.map((h) => h.name).join(", ") || "none"}`);
    return all[0]!;
}

export function walk(host: Host, via: Via, cidr: string = office): PathVerdict {
    const paths = host.paths.filter((p) => p.via === via);
    assert.equal(paths.length, 1, `one path by ${via}, not ${host.paths.map((p) => p.via).join(", ")}`);
    return evaluatePath(paths[0]!, { name: cidr, addresses: AddressSet.parse(cidr) });
}

export interface Expected {
    readonly verdict: Openness;
    readonly via?: Via;
    readonly client?: string;
    /** What the deciding text must say. */
    readonly says?: RegExp | string;
    /** Name of the resource that decides. */
    readonly at?: string;
    readonly property?: string;
    readonly symptom?: string;
    readonly assumes?: RegExp | readonly [];
    readonly options?: Partial<PackOptions>;
}

/** One path of the one host of a stack, in both forms. */
export function expectPath(specs: readonly Spec[], expected: Expected): void {
    bothForms(specs, (world, form, made) => {
        const verdict = walk(theHost(world, expected.options), expected.via ?? "public-address", expected.client);
        expectVerdict(verdict, expected, form, made);
    });
}

/** What the intent of the one host of a stack makes of its paths, in both forms. */
export function expectReach(specs: readonly Spec[], kind: Host["intent"]["kind"], expected: Openness, more: Partial<PackOptions> = {}): void {
    bothForms(specs, (world, form) => {
        const host = theHost(world, more);
        assert.equal(host.intent.kind, kind, form);
        const reach = reachability(host);
        assert.equal(reach.verdict, expected, `${form}: ${reach.reasons.join("; ")}`);
    });
}

function expectVerdict(verdict: PathVerdict, expected: Expected, form: Form, made: Stack): void {
    const { deciding } = verdict;
    const picture = `${form}: ${verdict.hops.map((h) => `${h.hop.name} ${h.verdict} (${h.decidedBy.text})`).join(" > ")}`;
    assert.equal(verdict.verdict, expected.verdict, picture);
    const said = `${deciding.decidedBy.text} ${deciding.why ?? ""}`;
    if (expected.says !== undefined) {
        assert.ok(typeof expected.says === "string" ? said.includes(expected.says) : expected.says.test(said), `${form}: "${said}"`);
    }
    if (expected.at !== undefined) {
        assert.equal(deciding.decidedBy.urn, made.urn(expected.at), picture);
    }
    if (expected.property !== undefined) {
        assert.equal(deciding.decidedBy.property, expected.property, picture);
    }
    if (expected.symptom !== undefined) {
        assert.equal(deciding.symptom, expected.symptom, picture);
    }
    if (expected.assumes !== undefined) {
        const assumptions = verdict.assumptions.join("; ");
        assert.ok(expected.assumes instanceof RegExp ? expected.assumes.test(assumptions) : assumptions === "", `${form}: assumes "${assumptions}"`);
    }
}
