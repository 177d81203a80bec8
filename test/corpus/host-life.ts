import { ref } from "../policies/fixture";
import { Entry, Spec, allow, aws, az, group, instance, instanceWithUserData, publicVm, publicVpc, rdpFrom, server2022 } from "./entry";

/** Images, sizes, credentials and the life of hosts, as people choose them for other reasons than Remote Desktop. */

const office = "203.0.113.0/24";
const fromOffice = [allow("rdp", 300, "3389", office)];
const stock = "resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base";
const image = (sku: string, publisher = "MicrosoftWindowsServer", offer = "WindowsServer"): Record<string, unknown> => ({ storageProfile: { imageReference: { publisher, offer, sku, version: "latest" } } });
const profile = (more: Record<string, unknown>): Record<string, unknown> => ({ osProfile: { computerName: "server", adminUsername: "operator", adminPassword: "[secret]", ...more } });
const reachable = (more: Record<string, unknown>): Spec[] => [...publicVpc("vpc", { mapPublicIpOnLaunch: true }), group("access", [rdpFrom(office)]), instance("server", { subnetId: ref("public"), vpcSecurityGroupIds: [ref("access")], ...more })];
const keyless = { keyName: undefined, getPasswordData: undefined };
const lab = ["Lab", "Passw0rd"].join("-");

const entries: readonly Entry[] = [
    {
        name: "cheapest-lab-machine",
        what: "The size of every tutorial, with 1 GiB, and a shutdown at seven.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: ["credential-exists", "patching-on", "image-supported"] },
        specs: [
            ...publicVm(fromOffice, { hardwareProfile: { vmSize: "Standard_B1s" } }),
            az("devtestlab:GlobalSchedule", "evening", { status: "Enabled", taskType: "ComputeVmShutdownTask", dailyRecurrence: { time: "1900" }, timeZoneId: "W. Europe Standard Time", targetResourceId: ref("server") }),
        ],
    },
    {
        name: "literal-password-of-a-tutorial",
        what: "adminPassword in the program: careless, and it works.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: ["credential-exists"] },
        specs: publicVm(fromOffice, profile({ adminPassword: lab })),
    },
    {
        name: "administrator-as-the-name",
        what: "Azure reserves it, and refuses the machine.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["credential-exists"] },
        specs: publicVm(fromOffice, profile({ adminUsername: "administrator" })),
    },
    {
        name: "names-close-to-reserved-ones",
        what: "azureuser, with a password from configuration.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: "all" },
        specs: publicVm(fromOffice, profile({ adminUsername: "azureuser" })),
    },
    {
        name: "legacy-server-2008-r2",
        what: "An application that needs the old release; clients have given up TLS 1.0.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["image-supports-tls12"] },
        specs: publicVm(fromOffice, image("2008-R2-SP1-smalldisk")),
    },
    {
        name: "legacy-server-2012-r2",
        what: "Out of support, with TLS 1.2 on.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: ["image-supports-tls12"] },
        specs: publicVm(fromOffice, image("2012-R2-Datacenter")),
    },
    {
        name: "gallery-image-of-an-old-server",
        what: "Its name says 2008, which tells nothing: somebody made it.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: "all" },
        specs: publicVm(fromOffice, {
            storageProfile: { imageReference: { id: "/subscriptions/s/resourceGroups/images/providers/Microsoft.Compute/galleries/corp/images/app-2008" }, osDisk: { osType: "Windows", createOption: "FromImage" } },
        }),
    },
    {
        name: "sql-server-image-patched-by-update-manager",
        what: "patchMode Manual on the machine, and a maintenance configuration by a dynamic scope.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: ["patching-on", "image-supports-tls12", "size-fits"] },
        specs: [
            ...publicVm(fromOffice, { ...image("enterprise-gen2", "MicrosoftSQLServer", "sql2022-ws2022"), ...profile({ windowsConfiguration: { enableAutomaticUpdates: false, patchSettings: { patchMode: "Manual" } } }) }),
            az("maintenance:ConfigurationAssignmentsForSubscription", "patches", { configurationAssignmentName: "patches", filter: { osTypes: ["Windows"] } }),
        ],
    },
    {
        name: "core-in-half-a-gib-more-than-it-needs",
        what: "Server Core on a small machine.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: "all" },
        specs: publicVm(fromOffice, { ...image("2022-datacenter-core-smalldisk-g2"), hardwareProfile: { vmSize: "Standard_B1s" } }),
    },
    {
        name: "key-pair-of-the-linux-team",
        what: "ED25519: fine everywhere but here.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["credential-exists"] },
        specs: [aws("ec2/KeyPair", "team", { keyName: "team", publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0hQmQmD6dRkl0mzs4sFzPzL6y0nB7mJmFv0YpJYw5Q team" }), ...reachable({ keyName: ref("team", "keyName") })],
    },
    {
        name: "key-pair-made-in-the-stack",
        what: "tls.PrivateKey with RSA, as the provider's examples have it.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: "all" },
        specs: [
            { type: "tls:index/privateKey:PrivateKey", name: "key", inputs: { algorithm: "RSA", rsaBits: 4096 } },
            aws("ec2/KeyPair", "pair", { publicKey: ref("key", "publicKeyOpenssh") }),
            ...reachable({ keyName: ref("pair"), ami: stock }),
        ],
    },
    {
        name: "stock-image-and-nobody-learns-the-password",
        what: "No key pair, no role, no script: the quickest way to a host that nobody can use.",
        works: "no",
        expect: { verdict: { server: "blocked" }, mandatory: ["credential-exists"] },
        specs: reachable({ ...keyless, ami: stock }),
    },
    {
        name: "golden-image-managed-by-systems-manager",
        what: "No key pair on purpose: the image brings the accounts.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: "all" },
        specs: reachable({ ...keyless, ami: "ami-0b5d3f6e1c2a49788", iamInstanceProfile: "ssm", userData: "<powershell>\nWrite-Output ready\n</powershell>" }),
    },
    {
        name: "password-from-parameter-store",
        what: "User data fetches it and makes an account; no key pair is needed.",
        works: "yes",
        expect: { verdict: { server: "ready" }, silent: ["credential-exists", "credential-not-literal"] },
        specs: instanceWithUserData("<powershell>\n$p = (Get-SSMParameterValue -Name /desk/password -WithDecryption $true).Parameters[0].Value\nnet user operator $p /add\nnet localgroup Administrators operator /add\n</powershell>", undefined, { ...keyless, ami: stock }),
    },
    {
        name: "bootstrap-from-a-bucket",
        what: "User data runs a script that it downloads: it may make accounts.",
        works: "cannot be told",
        expect: { verdict: { server: ["ready", "unknown"] } },
        specs: instanceWithUserData("<powershell>\nRead-S3Object -BucketName corp -Key setup.ps1 -File C:\\setup.ps1\nC:\\setup.ps1\n</powershell>", undefined, { ...keyless, ami: stock }),
    },
    {
        name: "fleet-that-sleeps-at-night",
        what: "Session hosts that a scheduled action takes down to none, on Spot capacity.",
        works: "yes",
        expect: { verdict: { fleet: "ready" }, silent: ["credential-exists", "size-fits"] },
        specs: [
            ...publicVpc("vpc", { mapPublicIpOnLaunch: true }),
            group("access", [rdpFrom(office)]),
            aws("ec2/LaunchTemplate", "template", { imageId: stock, instanceType: "m5.large", keyName: "operators", vpcSecurityGroupIds: [ref("access")], tagSpecifications: [{ resourceType: "instance", tags: { "rdp-ready:clients": office } }] }),
            aws("autoscaling/Group", "fleet", {
                minSize: 1,
                maxSize: 2,
                vpcZoneIdentifiers: [ref("public")],
                mixedInstancesPolicy: { instancesDistribution: { onDemandPercentageAboveBaseCapacity: 50 }, launchTemplate: { launchTemplateSpecification: { launchTemplateId: ref("template"), version: "$Latest" } } },
            }),
            aws("autoscaling/Schedule", "night", { scheduledActionName: "night", autoscalingGroupName: ref("fleet"), minSize: 0, maxSize: 0, desiredCapacity: 0, recurrence: "0 20 * * *" }),
        ],
    },
    {
        name: "scale-set-that-renews-its-images",
        what: "enableAutomaticUpdates is off because the scale set upgrades its images itself, as Azure asks for.",
        works: "yes",
        expect: { verdict: { desks: "private" }, silent: ["patching-on", "credential-exists"] },
        specs: [
            az("compute:VirtualMachineScaleSet", "desks", {
                sku: { name: "Standard_D2s_v5", capacity: 2 },
                upgradePolicy: { mode: "Automatic", automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true } },
                virtualMachineProfile: {
                    osProfile: { computerNamePrefix: "desk", adminUsername: "operator", adminPassword: "[secret]", windowsConfiguration: { enableAutomaticUpdates: false } },
                    storageProfile: { imageReference: server2022 },
                    networkProfile: { networkInterfaceConfigurations: [{ name: "nic", primary: true, ipConfigurations: [{ name: "ip", subnet: { id: "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/subnets/desks" } }] }] },
                },
            }),
        ],
    },
];

export default entries;
