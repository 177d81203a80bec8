// The Session Host role needs a licence server: it works for 120 days, and then refuses everybody (0x808).
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
new ec2.Instance("desk", {
    ami: "resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base",
    instanceType: "t3.large",
    subnetId: subnet.id,
    vpcSecurityGroupIds: [group.id],
    keyName: config.require("keyName"),
    tags: { "rdp-ready:clients": clients.join(" "), "rdp-ready:path": "public-address" },
    userData: `<powershell>
Install-WindowsFeature -Name RDS-RD-Server -IncludeManagementTools -Restart
</powershell>`,
});
