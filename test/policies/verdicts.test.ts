import assert from "node:assert";
import { aws } from "../../policies/aws/reader";
import { azure } from "../../policies/azure/reader";
import { judge } from "../../policies/judge";
import { ExampleResource } from "../../policies/rule";
import { rules } from "../../policies/rules/index.generated";
import { azureVmWithScript, ec2WithUserData } from "../../policies/rules/shared/example-stacks";
import { forms, stack } from "./fixture";
import { verdictsFollow } from "./verdict-support";

const key = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server";

/** What scripts do to the listener and the firewall; some undo others. */
const snippets = [
    `Set-ItemProperty '${key}\\WinStations\\RDP-Tcp' PortNumber 3390`,
    `Set-ItemProperty '${key}\\WinStations\\RDP-Tcp' PortNumber 3389`,
    "New-NetFirewallRule -DisplayName rdp -Direction Inbound -Protocol TCP -LocalPort 3390 -Action Allow",
    "New-NetFirewallRule -DisplayName rdp -Direction Inbound -Protocol TCP -LocalPort 3390 -Action Block",
    "New-NetFirewallRule -DisplayName no -Direction Inbound -Protocol TCP -LocalPort 3389 -Action Block",
    "Disable-NetFirewallRule -DisplayGroup 'Remote Desktop'",
    "Enable-NetFirewallRule -DisplayGroup 'Remote Desktop'",
    "Set-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP -RemoteAddress 10.0.0.0/8",
    "Remove-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP",
    "Set-NetFirewallProfile -All -Enabled False",
    `Set-ItemProperty '${key}' fDenyTSConnections 1`,
    `Set-ItemProperty '${key}' fDenyTSConnections 0`,
    "Stop-Service TermService -Force",
    "Start-Service TermService",
    "Set-Service TermService -StartupType Disabled",
    "Install-WindowsFeature Web-Server",
];

const ways: Readonly<Record<string, (a: string, b: string) => ExampleResource[]>> = {
    "one run command": (a, b) => azureVmWithScript(`${a}\n${b}`),
    "two run commands": (a, b) => [
        ...azureVmWithScript(a),
        { type: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine", name: "second", inputs: { resourceGroupName: "rg", vmName: "${vm.name}", source: { script: b } }, dependsOn: ["settings"] },
    ],
    "user data": (a, b) => ec2WithUserData(`${a}\n${b}`),
};

describe("a host is blocked where a finding blocks it, and only there", () => {
    for (const [way, make] of Object.entries(ways)) {
        for (const port of ["3389", "3390"]) {
            it(`any two things that scripts do, by ${way}, with clients that dial ${port}`, () => {
                const blocked = { yes: 0, no: 0 };
                for (const a of snippets) {
                    for (const b of snippets) {
                        const j = judge(stack(dialling(port, make(a, b))).state.resources, [azure, aws], rules, {});
                        verdictsFollow(j, `${a}\n${b}`);
                        blocked[j.hosts[0]!.verdict === "blocked" ? "yes" : "no"]++;
                    }
                }
                assert.ok(blocked.yes > 20 && blocked.no > 20, JSON.stringify(blocked));
            }).timeout(30_000);
        }
    }

    for (const form of forms) {
        it(`a script shared by two hosts, of which one is repaired, blocks the other (${form})`, () => {
            const repair: ExampleResource = {
                type: "aws:ssm/association:Association",
                name: "repair",
                inputs: { name: "AWS-RunPowerShellScript", parameters: { commands: `Set-ItemProperty '${key}' fDenyTSConnections 0` }, targets: [{ key: "InstanceIds", values: ["${server.id}"] }], scheduleExpression: "rate(30 minutes)" },
            };
            const harden: ExampleResource = {
                type: "aws:ssm/association:Association",
                name: "harden",
                inputs: { name: "AWS-RunPowerShellScript", parameters: { commands: `Set-ItemProperty '${key}' fDenyTSConnections 1` }, targets: [{ key: "InstanceIds", values: ["${server.id}", "${other.id}"] }] },
            };
            const one = ec2WithUserData("Write-Output ready").map((r) => (r.name === "server" ? { ...r, inputs: { ...r.inputs, iamInstanceProfile: "managed" } } : r));
            const server = one.find((r) => r.name === "server")!;
            const j = judge(stack([...one, { ...server, name: "other" }, harden, repair])[form].resources, [azure, aws], rules, {});
            assert.deepStrictEqual(Object.fromEntries(j.hosts.map((h) => [h.host.name, h.verdict])), { server: "ready", other: "blocked" }, j.hosts.map((h) => h.reasons.join()).join("\n"));
        });
    }
});

/** The host says so, and the cloud's filter lets both ports in. */
function dialling(port: string, resources: readonly ExampleResource[]): ExampleResource[] {
    return resources.map((r) => {
        const text = JSON.stringify(r).replace('"destinationPortRange":"3389"', '"destinationPortRange":"3389-3390"').replace('"toPort":3389', '"toPort":3390');
        const made = JSON.parse(text) as ExampleResource;
        const { tags } = made.inputs;
        return tags === undefined ? made : { ...made, inputs: { ...made.inputs, tags: { ...(tags as object), "rdp-ready:port": port } } };
    });
}
