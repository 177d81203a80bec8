import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { RdpAccess, RdpGuest, RdpHost, RdpHostArgs } from "../../components/azure";
import { deploy, ofType, only } from "./mocks";

const clients = ["203.0.113.0/24", "198.51.100.17/32"];
const adminPassword = pulumi.secret("from-the-caller");
const minimal: RdpHostArgs = { clients, resourceGroupName: "rg", adminUsername: "rdpadmin", adminPassword };

describe("azure RdpHost", () => {
    it("makes a host whose parts fit together", async () => {
        const { resources, outputs } = await deploy(() => ({ ...new RdpHost("web", minimal) }));
        const rules = only(resources, "network:NetworkSecurityGroup").inputs["securityRules"];
        assert.deepEqual(rules.map((r: Record<string, unknown>) => [r["protocol"], r["access"], r["sourceAddressPrefixes"], r["sourcePortRange"], r["destinationPortRange"]]), [
            ["Tcp", "Allow", clients, "*", "3389"],
            ["Udp", "Allow", clients, "*", "3389"],
        ]);
        const nic = only(resources, "network:NetworkInterface").inputs;
        assert.deepEqual(nic["networkSecurityGroup"], { id: "web-id" });
        assert.deepEqual(nic["ipConfigurations"][0].publicIPAddress, { id: "web-id" });
        const address = only(resources, "network:PublicIPAddress").inputs;
        assert.deepEqual([address["sku"], address["publicIPAllocationMethod"]], [{ name: "Standard" }, "Static"]);
        const vm = only(resources, "compute:VirtualMachine").inputs;
        assert.deepEqual(vm["tags"], { "rdp-ready:clients": clients.join(" "), "rdp-ready:port": "3389", "rdp-ready:path": "public-address" });
        assert.equal(vm["storageProfile"].imageReference.sku, "2022-datacenter-azure-edition");
        assert.equal(vm["securityProfile"].securityType, "TrustedLaunch");
        assert.equal(only(resources, "network:Subnet").inputs["networkSecurityGroup"], undefined);
        assert.equal(outputs["address"], "20.50.1.2");
        assert.equal(outputs["connectCommand"], "mstsc /v:20.50.1.2:3389");
        assert.match(outputs["rdpFile"], /^full address:s:20\.50\.1\.2:3389\r\n/);
        assert.match(outputs["hostUrn"], /azure-native:compute:VirtualMachine::web$/);
    });

    it("keeps the password a secret, also where the caller does not", async () => {
        const { resources, outputs } = await deploy(() => ({ ...new RdpHost("web", { ...minimal, adminPassword: "plain" }) }));
        const vm = only(resources, "compute:VirtualMachine").inputs;
        assert.equal(vm["osProfile"].secret?.adminPassword, "plain");
        const open = (_: string, value: unknown) => (value !== null && typeof value === "object" && "secret" in value ? undefined : value);
        assert.doesNotMatch(JSON.stringify([resources, outputs], open), /"plain"/, "neither in a resource nor in the component's own arguments");
        assert.equal(outputs["rdpFile"].secret, undefined, "an .rdp file holds no secret");
    });

    it("invents no credential", async () => {
        const { resources } = await deploy(() => void new RdpHost("web", minimal));
        assert.deepEqual(resources.filter((r) => /random|tls:|KeyPair|Password/i.test(r.type)), []);
        const vm = only(resources, "compute:VirtualMachine").inputs;
        assert.equal(vm["osProfile"].secret.adminPassword, "from-the-caller");
    });

    it("uses the caller's subnet, port, image and size everywhere", async () => {
        const { resources, outputs } = await deploy(() => ({
            ...new RdpHost("web", { ...minimal, subnetId: "/subnets/theirs", port: 13389, udp: false, image: { id: "/images/mine" }, trustedLaunch: false, vmSize: "Standard_D4s_v5", tags: { team: "it" } }),
        }));
        assert.deepEqual(ofType(resources, "network:VirtualNetwork"), []);
        assert.deepEqual(only(resources, "network:NetworkInterface").inputs["ipConfigurations"][0].subnet, { id: "/subnets/theirs" });
        const rules = only(resources, "network:NetworkSecurityGroup").inputs["securityRules"];
        assert.deepEqual(rules.map((r: Record<string, unknown>) => [r["protocol"], r["destinationPortRange"]]), [["Tcp", "13389"]]);
        const vm = only(resources, "compute:VirtualMachine").inputs;
        assert.deepEqual(vm["storageProfile"].imageReference, { id: "/images/mine" });
        assert.equal(vm["securityProfile"], undefined);
        assert.equal(vm["hardwareProfile"].vmSize, "Standard_D4s_v5");
        assert.equal(vm["tags"]["team"], "it");
        assert.equal(vm["tags"]["rdp-ready:port"], "13389");
        assert.match(only(resources, "RunCommandByVirtualMachine").inputs["source"].script, /13389/);
        assert.match(outputs["rdpFile"], /20\.50\.1\.2:13389/);
    });

    it("takes outputs for every argument", async () => {
        const { resources } = await deploy(() => void new RdpHost("web", { ...minimal, clients: pulumi.output(clients), port: pulumi.output(3390), sessionLimits: pulumi.output({ idleMinutes: 60 }) }));
        assert.equal(only(resources, "compute:VirtualMachine").inputs["tags"]["rdp-ready:clients"], clients.join(" "));
        assert.deepEqual(only(resources, "network:NetworkSecurityGroup").inputs["securityRules"][0].destinationPortRange, "3390");
    });

    const refused: { trap: string; args: Partial<Record<keyof RdpHostArgs, unknown>>; says: RegExp }[] = [
        { trap: "no-clients", args: { clients: undefined }, says: /RdpHost 'web': clients is missing/ },
        { trap: "one-text", args: { clients: "203.0.113.0/24" }, says: /clients is one text/ },
        { trap: "empty-list", args: { clients: [] }, says: /clients is empty/ },
        { trap: "host-bits", args: { clients: ["203.0.113.1/24"] }, says: /write 203\.0\.113\.0\/24/ },
        { trap: "host-bits-beside-an-output", args: { clients: [pulumi.output("203.0.113.0/24"), "203.0.113.1/24"] }, says: /clients\[1\].*write 203\.0\.113\.0\/24/ },
        { trap: "whole-internet", args: { clients: ["0.0.0.0/0"] }, says: /allowWholeInternet: true/ },
        { trap: "private-client", args: { clients: ["10.0.0.0/8"] }, says: /never reach the host's public address/ },
        { trap: "port-0", args: { port: 0 }, says: /port must be .*1 to 65535/ },
        { trap: "nla-off", args: { nla: false }, says: /nla must be true/ },
        { trap: "no-password", args: { adminPassword: undefined }, says: /adminPassword is missing.*requireSecret\("adminPassword"\)/ },
    ];
    for (const { trap, args, says } of refused) {
        it(`refuses ${trap} before it makes anything`, async () => {
            let thrown: unknown;
            const { resources } = await deploy(() => {
                try {
                    new RdpHost("web", { ...minimal, ...args } as RdpHostArgs);
                } catch (error) {
                    thrown = error;
                }
            });
            assert.ok(pulumi.InputPropertyError.isInstance(thrown), String(thrown));
            assert.match(thrown.message, says);
            assert.deepEqual(resources.filter((r) => r.type.startsWith("azure-native:")), []);
        });
    }
});

describe("azure RdpAccess", () => {
    const args = { clients, resourceGroupName: "rg" };

    it("is a group for a network interface", async () => {
        const { resources, outputs } = await deploy(() => ({ ...new RdpAccess("rdp", args) }));
        assert.deepEqual(ofType(resources, "network:Subnet"), []);
        assert.equal(outputs["networkSecurityGroupId"], "rdp-id");
        assert.equal(outputs["subnetId"], undefined);
    });

    it("filters a subnet that it makes", async () => {
        const { resources, outputs } = await deploy(() => ({ ...new RdpAccess("rdp", { ...args, newSubnet: { virtualNetworkName: "hub", addressPrefix: "10.1.2.0/24" } }) }));
        const subnet = only(resources, "network:Subnet").inputs;
        assert.deepEqual([subnet["virtualNetworkName"], subnet["addressPrefix"], subnet["networkSecurityGroup"]], ["hub", "10.1.2.0/24", { id: "rdp-id" }]);
        assert.equal(outputs["subnetId"], "rdp-id");
    });

    it("takes private and IPv6 clients, for hosts that are reached otherwise", async () => {
        const { outputs } = await deploy(() => ({ ...new RdpAccess("rdp", { ...args, clients: ["10.0.0.0/8", "2001:db8::/48"] }) }));
        assert.deepEqual(outputs["clients"], ["10.0.0.0/8", "2001:db8::/48"]);
    });
});

describe("azure RdpGuest", () => {
    it("fails the deployment when its script fails", async () => {
        const { resources } = await deploy(() => void new RdpGuest("rdp", { clients, resourceGroupName: "theirs", vmName: "existing", location: "westeurope", timeoutSeconds: 600 }));
        const command = only(resources, "RunCommandByVirtualMachine").inputs;
        const { source, ...rest } = command;
        assert.deepEqual(rest, {
            resourceGroupName: "theirs",
            vmName: "existing",
            location: "westeurope",
            asyncExecution: false,
            treatFailureAsDeploymentFailure: true,
            timeoutInSeconds: 600,
        });
        assert.match(source.script, /UserAuthentication/);
        assert.match(source.script, /Register-ScheduledTask/);
        assert.match(source.script, /203\.0\.113\.0\/24/);
    });

    it("reports only, where that is asked for: nothing is written or installed, and a difference fails no deployment", async () => {
        const args = { clients, resourceGroupName: "theirs", vmName: "existing", staleSessions: { logOffAfterHours: 24 } };
        const command = async (reportOnly: boolean) => only((await deploy(() => void new RdpGuest("rdp", { ...args, reportOnly }))).resources, "RunCommandByVirtualMachine").inputs;
        const [reporting, enforcing] = [await command(true), await command(false)];
        assert.deepEqual([reporting["treatFailureAsDeploymentFailure"], enforcing["treatFailureAsDeploymentFailure"]], [false, true]);
        const writes = /New-ItemProperty|Register-ScheduledTask|WriteAllText|Set-Acl|Restart-Service/;
        assert.match(enforcing["source"].script, writes);
        assert.doesNotMatch(reporting["source"].script, writes);
        assert.match(reporting["source"].script, /report only, nothing was changed/);
    });
});
