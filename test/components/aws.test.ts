import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { RdpAccess, RdpGuest, RdpHost, RdpHostArgs } from "../../components/aws";
import { deploy, ofType, only, Registered } from "./mocks";

const clients = ["203.0.113.0/24", "198.51.100.17/32"];
const minimal: RdpHostArgs = { clients, keyName: "my-key" };

function ingress(resources: readonly Registered[]): string[] {
    return ofType(resources, "SecurityGroupIngressRule").map(({ inputs: i }) => `${i["ipProtocol"]} ${i["fromPort"]}-${i["toPort"]} ${i["cidrIpv4"] ?? i["cidrIpv6"]}`);
}

describe("aws RdpHost", () => {
    it("makes a host whose parts fit together", async () => {
        const { resources, outputs } = await deploy(() => ({ ...new RdpHost("web", minimal) }));
        assert.deepEqual(ingress(resources).sort(), ["tcp 3389-3389 198.51.100.17/32", "tcp 3389-3389 203.0.113.0/24", "udp 3389-3389 198.51.100.17/32", "udp 3389-3389 203.0.113.0/24"]);
        const group = only(resources, "ec2/securityGroup:SecurityGroup").inputs;
        assert.deepEqual([group["ingress"], group["egress"]], [undefined, undefined], "inline and standalone rules fight");
        const route = only(resources, "ec2/route:Route").inputs;
        assert.deepEqual([route["destinationCidrBlock"], route["gatewayId"]], ["0.0.0.0/0", "web-id"]);
        const instance = only(resources, "ec2/instance:Instance").inputs;
        assert.deepEqual(instance["tags"], { Name: "web", "rdp-ready:clients": clients.join(" "), "rdp-ready:port": "3389", "rdp-ready:path": "public-address" });
        assert.equal(instance["metadataOptions"].httpTokens, "required");
        assert.equal(instance["rootBlockDevice"].encrypted, true);
        assert.equal(instance["keyName"], "my-key");
        assert.equal(instance["ami"], "ami-0123456789abcdef0", "public, so no secret");
        assert.deepEqual(instance["vpcSecurityGroupIds"], ["web-id"]);
        assert.deepEqual(only(resources, "EipAssociation").inputs, { allocationId: "eipalloc-1", instanceId: "web-id" });
        assert.match(only(resources, "RolePolicyAttachment").inputs["policyArn"], /AmazonSSMManagedInstanceCore$/);
        assert.equal(outputs["address"], "18.184.1.2");
        assert.equal(outputs["connectCommand"], "mstsc /v:18.184.1.2:3389");
        assert.match(outputs["rdpFile"], /^full address:s:18\.184\.1\.2:3389\r\n/);
        assert.match(outputs["hostUrn"], /aws:ec2\/instance:Instance::web$/);
    });

    it("invents no credential", async () => {
        const { resources } = await deploy(() => void new RdpHost("web", minimal));
        assert.deepEqual(resources.filter((r) => /random|tls:|keyPair|secretsmanager/i.test(r.type)), []);
    });

    it("uses the caller's network, image and profile", async () => {
        const { resources } = await deploy(
            () => void new RdpHost("web", { ...minimal, vpcId: "vpc-1", subnetId: "subnet-1", amiId: "ami-1", instanceProfileName: "theirs", port: 13389, udp: false, tags: { Name: "reception" } }),
        );
        assert.deepEqual(ofType(resources, "ec2/vpc:Vpc"), []);
        assert.deepEqual(ofType(resources, "iam/role:Role"), []);
        assert.deepEqual(ingress(resources).sort(), ["tcp 13389-13389 198.51.100.17/32", "tcp 13389-13389 203.0.113.0/24"]);
        const instance = only(resources, "ec2/instance:Instance").inputs;
        assert.deepEqual([instance["ami"], instance["subnetId"], instance["iamInstanceProfile"]], ["ami-1", "subnet-1", "theirs"]);
        assert.equal(instance["tags"]["Name"], "reception");
        assert.equal(instance["tags"]["rdp-ready:port"], "13389");
        assert.equal(only(resources, "ec2/securityGroup:SecurityGroup").inputs["vpcId"], "vpc-1");
        assert.match(only(resources, "ssm/document:Document").inputs["content"], /13389/);
    });

    it("takes outputs for every argument", async () => {
        const { resources } = await deploy(() => ({ ...new RdpHost("web", { ...minimal, clients: pulumi.output(clients), port: pulumi.output(3390) }) }));
        assert.equal(ingress(resources).length, 4);
        assert.equal(only(resources, "ec2/instance:Instance").inputs["tags"]["rdp-ready:clients"], clients.join(" "));
    });

    it("needs no key pair where the image brings the credential", async () => {
        const { resources } = await deploy(() => void new RdpHost("web", { clients, credentialInImage: true, amiId: "ami-1" }));
        assert.equal(only(resources, "ec2/instance:Instance").inputs["keyName"], undefined);
    });

    const refused: { trap: string; args: Partial<Record<keyof RdpHostArgs, unknown>>; says: RegExp }[] = [
        { trap: "no-clients", args: { clients: undefined }, says: /RdpHost 'web': clients is missing/ },
        { trap: "whole-internet", args: { clients: ["0.0.0.0/1", "128.0.0.0/1"] }, says: /allowWholeInternet: true/ },
        { trap: "port-70000", args: { port: 70000 }, says: /port must be .*1 to 65535/ },
        { trap: "no-key-pair", args: { keyName: undefined }, says: /keyName is missing.*RSA/ },
        { trap: "subnet-without-vpc", args: { subnetId: "subnet-1" }, says: /vpcId is missing beside subnetId/ },
        { trap: "vpc-without-subnet", args: { vpcId: "vpc-1" }, says: /subnetId is missing beside vpcId/ },
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
            assert.deepEqual(resources.filter((r) => r.type.startsWith("aws:")), []);
        });
    }
});

describe("aws RdpAccess", () => {
    it("admits IPv6 clients too, by rules whose names hold no colon", async () => {
        const { resources } = await deploy(() => void new RdpAccess("rdp", { clients: ["2001:db8::/48"], vpcId: "vpc-1" }));
        assert.deepEqual(ingress(resources), ["tcp 3389-3389 2001:db8::/48", "udp 3389-3389 2001:db8::/48"]);
        assert.ok(ofType(resources, "SecurityGroupIngressRule").every((r) => !r.name.includes(":")));
    });
});

describe("aws RdpGuest", () => {
    it("applies now and every 30 minutes, and fails the deployment when its script fails", async () => {
        const { resources } = await deploy(() => void new RdpGuest("rdp", { clients, instanceId: "i-0existing" }));
        const association = only(resources, "ssm/association:Association").inputs;
        assert.deepEqual(association["targets"], [{ key: "InstanceIds", values: ["i-0existing"] }]);
        assert.equal(association["scheduleExpression"], "rate(30 minutes)");
        assert.equal(association["waitForSuccessTimeoutSeconds"], 1200);
        const content = JSON.parse(only(resources, "ssm/document:Document").inputs["content"]);
        assert.equal(content.schemaVersion, "2.2");
        assert.match(JSON.stringify(content), /UserAuthentication/);
    });

    it("gets a new association for a new script, because only a new one waits for success", async () => {
        const nameFor = async (idleMinutes: number) => {
            const { resources } = await deploy(() => void new RdpGuest("rdp", { clients, instanceId: "i-0existing", sessionLimits: { idleMinutes } }));
            return only(resources, "ssm/association:Association").inputs["associationName"] as string;
        };
        assert.match(await nameFor(60), /^rdp-ready-[0-9a-f]{12}$/);
        assert.equal(await nameFor(60), await nameFor(60));
        assert.notEqual(await nameFor(60), await nameFor(120));
    });

    it("reports only, where that is asked for: nothing is written or installed, and a difference fails no deployment", async () => {
        const args = { clients, instanceId: "i-0existing", staleSessions: { logOffAfterHours: 24 }, timeoutSeconds: 300 };
        const made = async (reportOnly: boolean) => {
            const { resources } = await deploy(() => void new RdpGuest("rdp", { ...args, reportOnly }));
            return { association: only(resources, "ssm/association:Association").inputs, content: only(resources, "ssm/document:Document").inputs["content"] as string };
        };
        const [reporting, enforcing] = [await made(true), await made(false)];
        assert.deepEqual([reporting.association["waitForSuccessTimeoutSeconds"], enforcing.association["waitForSuccessTimeoutSeconds"]], [undefined, 300]);
        assert.equal(reporting.association["scheduleExpression"], "rate(30 minutes)");
        const writes = /New-ItemProperty|Register-ScheduledTask|WriteAllText|Set-Acl|Restart-Service/;
        assert.match(enforcing.content, writes);
        assert.doesNotMatch(reporting.content, writes);
        assert.match(reporting.content, /report only, nothing was changed/);
    });
});
