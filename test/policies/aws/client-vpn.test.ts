import assert from "node:assert";
import { AddressSet } from "../../../core/net/address-set";
import { reach } from "../../../core/net/evaluate";
import { Openness } from "../../../core/net/path-model";
import { Spec, bothForms, ref } from "../fixture";
import { clients, expectReach, instance, network, rdp, securityGroup, spec, subnet, theHost } from "./support";

type Inputs = Record<string, unknown>;

describe("aws: Client VPN", () => {
    const pool = "172.20.0.0/22";
    const vpn = (kind: string, name: string, inputs: Inputs): Spec => spec(`aws:ec2clientvpn/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`)(name, inputs);
    const endpoint = (more: Inputs = {}): Spec => vpn("Endpoint", "vpn", { clientCidrBlock: pool, serverCertificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/x", vpcId: ref("vpc"), securityGroupIds: [ref("vpn-group")], ...more });
    const vpnGroup = (egress: Inputs[] = [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }]): Spec => securityGroup("vpn-group", { vpcId: ref("vpc"), egress });
    const association = vpn("NetworkAssociation", "association", { clientVpnEndpointId: ref("vpn"), subnetId: ref("entry") });
    const authorization = (more: Inputs = {}): Spec => vpn("AuthorizationRule", "authorization", { clientVpnEndpointId: ref("vpn"), targetNetworkCidr: "10.0.0.0/16", authorizeAllGroups: true, ...more });
    const entry = subnet("entry", { vpcId: ref("vpc"), cidrBlock: "10.0.9.0/24" });
    const host = (ingress: Inputs, tags: Inputs = clients(pool)): Spec[] => [securityGroup("sg", { vpcId: ref("vpc"), ingress: [ingress] }), instance("web", { subnetId: ref("subnet"), vpcSecurityGroupIds: [ref("sg")], ...tags })];
    const complete = [...network(), entry, vpnGroup(), endpoint(), association, authorization()];
    const without = (name: string): Spec[] => complete.filter((s) => s.name !== name);
    const fromGroup = { protocol: "tcp", fromPort: 3389, toPort: 3389, securityGroups: [ref("vpn-group")] };

    function expectPool(specs: readonly Spec[], verdict: Openness, says = "", assumes = ""): void {
        bothForms(specs, (world, form) => {
            const found = reach(theHost(world).paths.filter((p) => p.via === "private-network"), { name: pool, addresses: AddressSet.parse(pool) });
            const told = found.best!.deciding.decidedBy.text;
            assert.equal(found.verdict, verdict, `${form}: ${told}`);
            assert.ok(told.includes(says), `${form}: ${told}`);
            assert.ok(found.best!.assumptions.join("; ").includes(assumes) && (assumes !== "" || found.best!.assumptions.length === 0 || verdict !== "open"), `${form}: ${found.best!.assumptions.join("; ")}`);
        });
    }

    it("a group that admits the endpoint's subnet, its group, or the VPC", () => {
        expectPool([...complete, ...host(rdp("10.0.9.0/24"))], "open");
        expectPool([...complete, ...host(fromGroup)], "open");
        expectPool([...complete, ...host(rdp("10.0.0.0/16"))], "open");
    });
    it("a group that admits the pool does not admit its clients", () => {
        expectPool([...complete, ...host(rdp(pool))], "closed", "no rule admits");
        expectReach([...complete, ...host(rdp(pool))], "declared", "closed");
        expectReach([...complete, ...host(rdp(pool), {})], "implied", "closed");
        expectReach([...complete, ...host(rdp(pool), clients(pool, { "rdp-ready:path": "private-network" }))], "declared", "closed");
    });
    it("no association", () => expectPool([...without("association"), ...host(rdp("10.0.9.0/24"))], "closed", "associated with no subnet"));
    it("no authorization, for another network, or for some only", () => {
        expectPool([...without("authorization"), ...host(rdp("10.0.9.0/24"))], "closed", "no authorization rule");
        expectPool([...without("authorization"), authorization({ targetNetworkCidr: "10.0.5.0/24" }), ...host(rdp("10.0.9.0/24"))], "closed", "no authorization rule");
        expectPool([...without("authorization"), authorization({ targetNetworkCidr: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }), ...host(rdp("10.0.9.0/24"))], "unknown", "whether authorization holds");
        expectPool([...without("authorization"), authorization({ targetNetworkCidr: "0.0.0.0/0" }), ...host(rdp("10.0.9.0/24"))], "open");
        expectPool([...without("authorization"), authorization({ authorizeAllGroups: undefined, accessGroupId: "S-1-5-21-1" }), ...host(rdp("10.0.9.0/24"))], "open", "", "group that authorization authorizes");
    });
    it("the endpoint's group lets nothing out", () => expectPool([...without("vpn-group"), vpnGroup([]), ...host(fromGroup)], "closed", "no egress rule for tcp 3389"));
    it("attached to a transit gateway", () => expectPool([...without("vpn"), endpoint({ transitGatewayConfiguration: { transitGatewayId: "tgw-1" } }), ...host(rdp(pool))], "unknown", "transit gateway"));
    it("an endpoint in another VPC, with and without a route", () => {
        const other = [spec("aws:ec2/vpc:Vpc")("other", { cidrBlock: "10.5.0.0/16" }), subnet("entry", { vpcId: ref("other"), cidrBlock: "10.5.1.0/24" })];
        const elsewhere = [...without("entry"), ...other];
        expectPool([...elsewhere, ...host(rdp(pool))], "closed", "stay behind the endpoint");
        const route = vpn("Route", "route", { clientVpnEndpointId: ref("vpn"), destinationCidrBlock: "10.0.0.0/16", targetVpcSubnetId: ref("entry") });
        expectPool([...elsewhere, route, ...host(rdp("10.5.1.0/24"))], "unknown", "is not modelled");
    });
    it("other private clients come as before", () => {
        expectReach([...complete, ...host(rdp("10.7.0.0/16"), clients("10.7.0.0/16"))], "declared", "open");
        expectReach([...complete, ...host(rdp("10.0.9.0/24"), {})], "implied", "open");
    });
    it("a gateway of another stack does not come by it", () => expectReach([...complete, ...host(rdp("10.0.9.0/24"), clients("198.51.100.0/24", { "rdp-ready:path": "gateway" }))], "declared", "unknown"));
    it("a pool that is not known changes nothing", () => expectReach([...without("vpn"), endpoint({ clientCidrBlock: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }), ...host(rdp("10.0.9.0/24"), clients("10.0.9.0/24"))], "declared", "open"));
});
