import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as aws from "../../components/aws";
import * as azure from "../../components/azure";
import { deploy, ofType, only, Registered } from "./mocks";

const clients = ["203.0.113.0/24", "198.51.100.17/32"];
const onAzure: azure.RdpHostArgs = { clients, resourceGroupName: "rg", adminUsername: "rdpadmin", adminPassword: pulumi.secret("from-the-caller") };
const onAws: aws.RdpHostArgs = { clients, keyName: "my-key" };
const theirs = { vpcId: "vpc-1", subnetId: "subnet-1" };

type Rule = Readonly<Record<string, unknown>>;
const azureHost = (args: Partial<azure.RdpHostArgs>) => deploy(() => ({ ...new azure.RdpHost("web", { ...onAzure, ...args }) }));
const awsHost = (args: Partial<aws.RdpHostArgs>) => deploy(() => ({ ...new aws.RdpHost("web", { ...onAws, ...args }) }));
const named = (resources: readonly Registered[], suffix: string, name: string): Registered => only(ofType(resources, suffix).filter((r) => r.name === name), suffix);
const pathTag = (resources: readonly Registered[]): unknown => only(resources, "compute:VirtualMachine").inputs["tags"]["rdp-ready:path"];
/** Rules of security groups as `name: from or to whom`. */
const groupRules = (resources: readonly Registered[], kind: "Ingress" | "Egress"): string[] =>
    ofType(resources, `SecurityGroup${kind}Rule`).map(({ inputs: i }) => `${i["securityGroupId"]} ${i["ipProtocol"]} ${i["fromPort"] ?? "all"} ${i["cidrIpv4"] ?? i["referencedSecurityGroupId"]}`).sort();
const guestScript = (resources: readonly Registered[]): string =>
    JSON.stringify(ofType(resources, "RunCommandByVirtualMachine").concat(ofType(resources, "ssm/document:Document")).map((r) => r.inputs));

describe("azure ways in", () => {
    it("bastion: the host admits Bastion's subnet alone, which admits the clients alone", async () => {
        const { resources, outputs } = await azureHost({ access: "bastion" });
        const target = named(resources, "network:NetworkSecurityGroup", "web").inputs["securityRules"] as Rule[];
        assert.deepEqual(target.map((r) => [r["access"], r["protocol"], r["sourceAddressPrefix"], r["destinationPortRange"]]), [["Allow", "Tcp", "10.90.1.0/26", "3389"], ["Deny", "*", "*", "3389"]]);
        const own = named(resources, "network:NetworkSecurityGroup", "web-bastion").inputs["securityRules"] as Rule[];
        const brief = (r: Rule) => `${r["direction"]} ${r["sourceAddressPrefix"] ?? "clients"} ${r["destinationAddressPrefix"]} ${r["destinationPortRange"] ?? (r["destinationPortRanges"] as string[]).join("+")}`;
        assert.deepEqual(own.map(brief), [
            "Inbound clients * 443",
            "Inbound GatewayManager * 443",
            "Inbound AzureLoadBalancer * 443",
            "Inbound VirtualNetwork VirtualNetwork 8080+5701",
            "Outbound * VirtualNetwork 22+3389",
            "Outbound * AzureCloud 443",
            "Outbound VirtualNetwork VirtualNetwork 8080+5701",
            "Outbound * Internet 80",
        ]);
        assert.deepEqual(own[0]!["sourceAddressPrefixes"], clients);
        const subnet = named(resources, "network:Subnet", "web-bastion").inputs;
        assert.deepEqual([subnet["subnetName"], subnet["addressPrefix"], subnet["networkSecurityGroup"]], ["AzureBastionSubnet", "10.90.1.0/26", { id: "web-bastion-id" }]);
        const bastion = only(resources, "network:BastionHost").inputs;
        assert.deepEqual([bastion["sku"], bastion["enableTunneling"]], [{ name: "Standard" }, true]);
        assert.equal(only(resources, "network:NetworkInterface").inputs["ipConfigurations"][0].publicIPAddress, undefined);
        assert.equal(pathTag(resources), "bastion");
        assert.match(guestScript(resources), /10\.90\.1\.0\/26/);
        assert.doesNotMatch(guestScript(resources), /203\.0\.113\.0/, "the guest never sees the client's address");
        assert.deepEqual([outputs["address"], outputs["clientPort"]], ["localhost", 13389]);
        assert.match(outputs["rdpFile"], /^full address:s:localhost:13389\r\n/);
        assert.equal(outputs["connectCommand"], "az network bastion rdp --name web-bastion-name --resource-group rg --target-resource-id web-id --resource-port 3389");
        assert.match(outputs["tunnelCommand"], /^az network bastion tunnel .* --resource-port 3389 --port 13389$/);
    });

    it("bastion that exists: nothing is made but the host, which says where connections come from", async () => {
        const { resources, outputs } = await azureHost({ access: "bastion", subnetId: "/subnets/theirs", bastion: { existingName: "hub", existingResourceGroupName: "net", subnetPrefix: "10.0.255.0/26" } });
        assert.deepEqual(["BastionHost", "PublicIPAddress", "Subnet", "NatGateway"].flatMap((t) => ofType(resources, `network:${t}`)), []);
        assert.equal(only(resources, "compute:VirtualMachine").inputs["tags"]["rdp-ready:from"], "10.0.255.0/26");
        assert.match(outputs["connectCommand"], /--name hub --resource-group net /);
    });

    it("loadBalancer: a NAT rule with a reset, taken up by the network interface; the group admits the clients", async () => {
        const { resources, outputs } = await azureHost({ access: "loadBalancer", port: 3390, loadBalancer: { clientPort: 50001 } });
        const rule = only(resources, "network:InboundNatRule").inputs;
        assert.deepEqual([rule["frontendPort"], rule["backendPort"], rule["protocol"], rule["idleTimeoutInMinutes"], rule["enableTcpReset"]], [50001, 3390, "Tcp", 30, true]);
        assert.equal(only(resources, "network:LoadBalancer").inputs["inboundNatRules"], undefined, "inline and standalone rules fight");
        const [configuration] = only(resources, "network:NetworkInterface").inputs["ipConfigurations"];
        assert.deepEqual([configuration.loadBalancerInboundNatRules, configuration.publicIPAddress], [[{ id: "web-id" }], undefined]);
        const rules = only(resources, "network:NetworkSecurityGroup").inputs["securityRules"] as Rule[];
        assert.deepEqual(rules.map((r) => [r["protocol"], r["sourceAddressPrefixes"], r["destinationPortRange"]]), [["Tcp", clients, "3390"]]);
        assert.deepEqual(only(resources, "network:Subnet").inputs["natGateway"], { id: "web-out-id" }, "a host without an address needs a way out");
        assert.equal(pathTag(resources), "nat-rule");
        assert.deepEqual([outputs["connectCommand"], outputs["port"]], ["mstsc /v:20.50.1.2:50001", 3390]);
    });

    it("private: no public address, clients as they are given", async () => {
        const { resources } = await azureHost({ access: "private", clients: ["10.8.0.0/16"], subnetId: "/subnets/theirs" });
        assert.deepEqual(ofType(resources, "network:PublicIPAddress"), []);
        assert.equal(pathTag(resources), "private-network");
    });
});

describe("aws ways in", () => {
    const tagsOf = (resources: readonly Registered[]) => only(resources, "ec2/instance:Instance").inputs["tags"];

    it("sessionManager: no rule inwards, a NAT gateway outwards", async () => {
        const { resources, outputs } = await awsHost({ access: "sessionManager", port: 13390 });
        assert.deepEqual(groupRules(resources, "Ingress"), []);
        assert.deepEqual(ofType(resources, "EipAssociation"), []);
        assert.equal(named(resources, "ec2/route:Route", "web-host").inputs["natGatewayId"], "web-out-id");
        assert.match(only(resources, "RolePolicyAttachment").inputs["policyArn"], /AmazonSSMManagedInstanceCore$/);
        assert.equal(tagsOf(resources)["rdp-ready:path"], "session-manager");
        assert.equal(outputs["connectCommand"], "aws ssm start-session --target web-id --document-name AWS-StartPortForwardingSession --parameters portNumber=13390,localPortNumber=13389");
        assert.match(outputs["rdpFile"], /^full address:s:localhost:13389\r\n/);
    });

    it("privateEndpoints: the three services, by their own names, for the host's group", async () => {
        const { resources } = await deploy(() => void new aws.RdpAccess("rdp", { clients, access: "sessionManager", privateEndpoints: true, ...theirs }));
        const endpoints = ofType(resources, "VpcEndpoint").map((r) => r.inputs);
        assert.deepEqual(endpoints.map((e) => String(e["serviceName"]).split(".").at(-1)), ["ssm", "ssmmessages", "ec2messages"]);
        assert.ok(endpoints.every((e) => e["privateDnsEnabled"] === true && e["vpcEndpointType"] === "Interface" && e["subnetIds"][0] === "subnet-1" && e["securityGroupIds"][0] === "rdp-endpoints-id"));
        assert.deepEqual(groupRules(resources, "Ingress"), ["rdp-endpoints-id tcp 443 rdp-id"]);
    });

    it("instanceConnect: the endpoint's group and the host's let each other through, and the guest admits the subnet", async () => {
        const { resources, outputs } = await awsHost({ access: "instanceConnect" });
        assert.deepEqual(groupRules(resources, "Ingress"), ["web-id tcp 3389 web-connect-id"]);
        assert.deepEqual(groupRules(resources, "Egress"), ["web-connect-id tcp 3389 web-id", "web-id -1 all 0.0.0.0/0"]);
        const endpoint = only(resources, "InstanceConnectEndpoint").inputs;
        assert.deepEqual([endpoint["subnetId"], endpoint["securityGroupIds"], endpoint["preserveClientIp"]], ["web-host-id", ["web-connect-id"], false]);
        assert.match(guestScript(resources), /10\.90\.0\.0\/25/);
        assert.deepEqual([tagsOf(resources)["rdp-ready:path"], tagsOf(resources)["rdp-ready:from"]], ["instance-connect", undefined]);
        assert.equal(outputs["connectCommand"], "aws ec2-instance-connect open-tunnel --instance-id web-id --remote-port 3389 --local-port 13389");
    });

    it("instanceConnect that exists: only its group is admitted", async () => {
        const instanceConnect = { existingId: "eice-1", existingSecurityGroupId: "sg-1", subnetPrefix: "10.0.3.0/28" };
        const { resources, outputs } = await awsHost({ access: "instanceConnect", ...theirs, instanceConnect });
        assert.deepEqual(ofType(resources, "InstanceConnectEndpoint"), []);
        assert.deepEqual(groupRules(resources, "Ingress"), ["web-id tcp 3389 sg-1"]);
        assert.equal(tagsOf(resources)["rdp-ready:from"], "10.0.3.0/28");
        assert.match(outputs["connectCommand"], /--instance-connect-endpoint-id eice-1 /);
    });

    it("loadBalancer: plain TCP that keeps the client's address, with health checks that get through", async () => {
        const { resources } = await awsHost({ access: "loadBalancer", loadBalancer: undefined });
        const listener = only(resources, "lb/listener:Listener").inputs;
        assert.deepEqual([listener["protocol"], listener["port"], listener["tcpIdleTimeoutSeconds"]], ["TCP", 3389, 1800]);
        const group = only(resources, "lb/targetGroup:TargetGroup").inputs;
        assert.deepEqual([group["protocol"], group["port"], group["preserveClientIp"], group["healthCheck"].protocol], ["TCP", 3389, "true", "TCP"]);
        const balancer = only(resources, "lb/loadBalancer:LoadBalancer").inputs;
        assert.deepEqual([balancer["loadBalancerType"], balancer["subnets"], balancer["securityGroups"]], ["network", ["web-id"], ["web-balancer-id"]]);
        assert.deepEqual(groupRules(resources, "Ingress"), [
            "web-balancer-id tcp 3389 198.51.100.17/32",
            "web-balancer-id tcp 3389 203.0.113.0/24",
            "web-id tcp 3389 198.51.100.17/32",
            "web-id tcp 3389 203.0.113.0/24",
            "web-id tcp 3389 web-balancer-id",
        ]);
        assert.match(guestScript(resources), /10\.90\.0\.128\/25/);
        assert.equal(only(resources, "TargetGroupAttachment").inputs["targetId"], "web-id");
        assert.equal(tagsOf(resources)["rdp-ready:path"], "load-balancer");
    });
});

describe("ways in that make no sense", () => {
    const refused: { trap: string; cloud: "azure" | "aws"; args: Record<string, unknown>; says: RegExp }[] = [
        { trap: "bastion-on-aws", cloud: "aws", args: { access: "bastion" }, says: /a service of Azure.*"sessionManager" or "instanceConnect"/ },
        { trap: "session-manager-on-azure", cloud: "azure", args: { access: "sessionManager" }, says: /a service of AWS.*"bastion"/ },
        { trap: "no-such-way", cloud: "azure", args: { access: "vpn" }, says: /Write one of: "public", "private", "loadBalancer", "bastion"/ },
        { trap: "way-as-an-output", cloud: "aws", args: { access: pulumi.output("public") }, says: /must be plain text/ },
        { trap: "details-of-another-way", cloud: "azure", args: { bastion: { existingName: "hub", subnetPrefix: "10.0.0.0/26" } }, says: /bastion is given, but access is "public"/ },
        { trap: "bastion-for-a-network-of-its-own", cloud: "azure", args: { access: "bastion", bastion: { existingName: "hub", subnetPrefix: "10.0.0.0/26" } }, says: /Pass subnetId/ },
        { trap: "bastion-of-nowhere", cloud: "azure", args: { access: "bastion", subnetId: "/s" }, says: /bastion is missing/ },
        { trap: "bastion-subnet-too-small", cloud: "azure", args: { access: "bastion", subnetId: "/s", bastion: { virtualNetworkName: "v", subnetPrefix: "10.0.0.0/27" } }, says: /\/26 or larger/ },
        { trap: "private-without-a-network", cloud: "azure", args: { access: "private" }, says: /subnetId is missing/ },
        { trap: "private-without-a-vpc", cloud: "aws", args: { access: "private" }, says: /subnetId is missing/ },
        { trap: "udp-by-a-tunnel", cloud: "aws", args: { access: "sessionManager", udp: true }, says: /carries TCP only/ },
        { trap: "instance-connect-to-another-port", cloud: "aws", args: { access: "instanceConnect", port: 3390 }, says: /goes to 3389 only.*sessionManager/ },
        { trap: "endpoint-of-unknown-addresses", cloud: "aws", args: { access: "instanceConnect", ...theirs }, says: /instanceConnect is missing/ },
        { trap: "balancer-without-subnets", cloud: "aws", args: { access: "loadBalancer", ...theirs }, says: /loadBalancer is missing/ },
        { trap: "existing-balancer-without-address", cloud: "azure", args: { access: "loadBalancer", subnetId: "/s", loadBalancer: { existingName: "lb" } }, says: /existingName, frontendId and address together/ },
        { trap: "idle-timeout-beyond-azure", cloud: "azure", args: { access: "loadBalancer", subnetId: "/s", loadBalancer: { idleTimeoutMinutes: 60 } }, says: /from 4 to 30/ },
        { trap: "everybody-by-bastion", cloud: "azure", args: { access: "bastion", clients: ["0.0.0.0/0"] }, says: /allowWholeInternet: true/ },
        { trap: "private-clients-to-a-public-balancer", cloud: "aws", args: { access: "loadBalancer", clients: ["10.0.0.0/8"] }, says: /never reach the host's public address/ },
    ];
    for (const { trap, cloud, args, says } of refused) {
        it(`refuses ${trap} before it makes anything`, async () => {
            let thrown: unknown;
            const { resources } = await deploy(() => {
                try {
                    void (cloud === "azure" ? new azure.RdpHost("web", { ...onAzure, ...args } as azure.RdpHostArgs) : new aws.RdpHost("web", { ...onAws, ...args } as aws.RdpHostArgs));
                } catch (error) {
                    thrown = error;
                }
            });
            assert.ok(pulumi.InputPropertyError.isInstance(thrown), String(thrown));
            assert.match(thrown.message, says);
            assert.deepEqual(resources.filter((r) => /^(azure-native|aws):/.test(r.type)), []);
        });
    }
});
