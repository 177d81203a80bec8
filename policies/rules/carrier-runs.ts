import { listenerPort } from "../../core/guest/hops";
import { Carrier, Obstacle, Statement } from "../../core/guest/model";
import { firstLost } from "../../core/guest/restart";
import { GuestView, mayRun, numberOf } from "../../core/guest/view";
import { Host } from "../../core/host";
import { isKnown, knownOr } from "../../core/known";
import { reachability } from "../../core/reachability";
import { Finding, HostRule } from "../rule";
import { bearingOn } from "./shared/bearing";
import { allowRdp, azurePublicVm, azureVmWithScript, ec2Public } from "./shared/example-stacks";
import { ec2With, latest } from "./shared/life";
import { carrierNames, nameOf } from "./shared/setting";

const listener = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";
const requireNla = `Set-ItemProperty -Path '${listener}' -Name UserAuthentication -Value 1`;
const tasks = `tasks:\n- task: executeScript\n  inputs:\n  - frequency: always\n    type: powershell\n    content: |-\n      ${requireNla}\n`;
const ownImage = "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/images/providers/Microsoft.Compute/galleries/own/images/windows";
const setPort = (port: number): string => `Set-ItemProperty -Path '${listener}' -Name PortNumber -Value ${port}`;

const rule: HostRule = {
    id: "RDP220",
    name: "carrier-runs",
    title: "A script for the guest really runs there",
    severity: "medium",
    effect: "breaks",
    symptom: "0x204",
    causes: ["custom-port", "nla", "reboot"],
    why:
        "Azure writes custom data to C:\\AzureData\\CustomData.bin and Windows never executes it; a VM takes one custom script extension; what stands behind a restart in an extension or run command is lost. EC2 runs user data that stands in " +
        "<powershell> or <script>, in lower case and closed, refuses more than 16 KB, and State Manager reaches instances that Systems Manager manages and whose tags match letter by letter. The cloud's images ship Remote Desktop on, so that a script that never ran " +
        "mostly goes unnoticed: its settings are missing; the client sees 0x204 where it was to move the port (Microsoft: Custom data and cloud-init on Azure VMs, Custom Script Extension for Windows; AWS: Run commands when you launch an EC2 instance).",
    remedy: "Deliver the script as the finding says: RdpGuest does it with a managed run command on Azure and a State Manager association on AWS.",
    defaultLevel: "mandatory",
    scope: "host",
    check: (host) => {
        const said = new Set<string>();
        return host.carriers.flatMap((c) => {
            const findings = judge(host, c).filter((f) => !said.has(`${f.urn} ${f.property ?? ""}`));
            findings.forEach((f) => said.add(`${f.urn} ${f.property ?? ""}`));
            return findings;
        });
    },
    examples: [
        { name: "script-in-custom-data", expect: "violation", says: "never executes custom data", resources: azureCustomData(requireNla) },
        { name: "port-moved-in-custom-data", expect: "violation", says: "stays on 3389", resources: azureCustomData(setPort(3390), "3390") },
        {
            name: "custom-data-that-an-extension-runs",
            expect: "compliant",
            resources: [...azureCustomData(requireNla), azureExtension("run", 'powershell -ExecutionPolicy Unrestricted -Command "cp C:\\AzureData\\CustomData.bin C:\\AzureData\\run.ps1; C:\\AzureData\\run.ps1"')],
        },
        { name: "custom-data-about-something-else", expect: "compliant", resources: azureCustomData("Install-WindowsFeature Web-Server") },
        {
            name: "custom-data-of-an-image-of-ones-own",
            expect: "unknown",
            says: "not known",
            resources: azureCustomData(requireNla).map((r) => (r.name === "vm" ? { ...r, inputs: { ...r.inputs, storageProfile: { imageReference: { id: ownImage }, osDisk: { osType: "Windows", createOption: "FromImage" } } } } : r)),
        },
        {
            name: "two-custom-script-extensions",
            expect: "violation",
            says: "one custom script extension",
            resources: [...azurePublicVm({ nicRules: [allowRdp()] }), azureExtension("web", "powershell Install-WindowsFeature Web-Server"), azureExtension("nla", `powershell -Command "${requireNla}"`)],
        },
        { name: "one-extension-for-both", expect: "compliant", resources: [...azurePublicVm({ nicRules: [allowRdp()] }), azureExtension("setup", `powershell -Command "Install-WindowsFeature Web-Server; ${requireNla}"`)] },
        { name: "settings-behind-a-restart", expect: "violation", says: "run to its end", resources: azureVmWithScript(`Restart-Computer -Force\n${requireNla}`) },
        { name: "restart-at-the-end", expect: "compliant", resources: azureVmWithScript(`${requireNla}\nRestart-Computer -Force`) },
        { name: "user-data-without-its-tag", expect: "violation", says: "no such tag", resources: ec2Public({ ingress: "203.0.113.0/24", userData: requireNla }) },
        { name: "user-data-tag-not-closed", expect: "violation", says: "</powershell> is missing", resources: ec2Public({ ingress: "203.0.113.0/24", userData: `<powershell>\n${requireNla}\n` }) },
        {
            name: "tasks-without-a-version",
            expect: "violation",
            says: "version: 1.1",
            resources: ec2Public({ ingress: "203.0.113.0/24", userData: tasks }),
        },
        { name: "tasks-that-an-older-launch-agent-passes-over", expect: "violation", says: "EC2Launch v2", resources: ec2With({ ami: latest("Windows_Server-2019-English-Full-Base"), userData: `version: 1.1\n${tasks}` }) },
        { name: "tasks-on-an-image-with-ec2launch-v2", expect: "compliant", resources: ec2With({ ami: latest("EC2LaunchV2-Windows_Server-2019-English-Full-Base"), userData: `version: 1.1\n${tasks}` }) },
        { name: "persistent-user-data-in-its-tag", expect: "compliant", resources: ec2Public({ ingress: "203.0.113.0/24", userData: `<powershell>\n${requireNla}\n</powershell>\n<persist>true</persist>` }) },
        { name: "association-for-another-spelling-of-the-tag", expect: "violation", says: "tells apart", resources: ec2Association([{ key: "tag:role", values: ["Desktop"] }], true) },
        { name: "association-for-the-tag", expect: "compliant", resources: ec2Association([{ key: "tag:Role", values: ["desktop"] }], true) },
        { name: "association-for-other-instances", expect: "compliant", resources: ec2Association([{ key: "tag:Role", values: ["database"] }], true) },
        { name: "association-without-an-instance-profile", expect: "unknown", says: "no instance profile", resources: ec2Association([{ key: "InstanceIds", values: ["${server.id}"] }], false) },
    ],
};

function judge(host: Host, carrier: Carrier): Finding[] {
    const { obstacle } = carrier;
    const written = carrier.reading.state.settings.get("port");
    const own = written === undefined ? undefined : numberOf(written.value);
    const statement = bearingOn(carrier, [3389, knownOr(host.port, 3389), ...(own !== undefined && isKnown(own) ? [own.value] : [])])[0];
    const where = { urn: carrier.urn, property: carrier.property };
    if (obstacle === undefined || statement === undefined) {
        return carrier.runs === "never" ? [] : cutOff(carrier, where);
    }
    const what = `The ${carrierNames[carrier.kind]} of ${nameOf(carrier.urn)}`;
    const at = { ...where, ...(obstacle.at ?? { line: statement.line, column: statement.column }) };
    const { fix } = obstacle;
    if (!obstacle.certain) {
        return [{ ...at, outcome: "unknown", message: `${what} must really run on ${host.name}: ${obstacle.text}, so it cannot be told whether ${quoted(statement)} is ever done.`, fix }];
    }
    const loss = lossOf(host, carrier, obstacle, own !== undefined && isKnown(own) ? own.value : undefined);
    const message = `${what} must really run on ${host.name}: ${obstacle.text}, so ${loss?.text ?? `${quoted(statement)} is ${carrier.runs === "never" ? "never done" : "perhaps never done"}`}.`;
    return [
        {
            ...at,
            outcome: "violation",
            message,
            fix,
            ...(loss === undefined ? harmless : { effect: "breaks" as const, symptom: loss.symptom, ...(host.intent.kind.startsWith("implied-by") ? { atMost: "advisory" as const } : {}) }),
        },
    ];
}

/** Why nobody gets a session without the script, where that is so: the images of both clouds have Remote Desktop on, on 3389. */
function lossOf(host: Host, carrier: Carrier, obstacle: Obstacle, port: number | undefined): { text: string; symptom: "0x204" | "other" } | undefined {
    if (host.intent.kind === "none") {
        return undefined;
    }
    if (obstacle.noHost === true) {
        return { text: "there is no host to connect to", symptom: "other" };
    }
    const running = host.carriers.filter((c) => c !== carrier && c.runs !== "never");
    const dials = knownOr(host.port, 0) === port || (knownOr(host.port, 0) === 3389 && admitsOnly(host, port));
    const settled = listenerPort(running) === undefined && !running.some(mayRun) && new GuestView(running).doubt(undefined) === undefined;
    return port !== undefined && port !== 3389 && dials && settled ? { text: `the listener stays on 3389, and a client that dials ${port} sees 0x204`, symptom: "0x204" } : undefined;
}

/** Whether the cloud's filters name this port and not Remote Desktop's own: they were written for a listener that had moved. */
function admitsOnly(host: Host, port: number | undefined): boolean {
    const rules = reachability(host).verdict !== "closed" ? [] : host.paths.flatMap((p) => p.hops).flatMap((h) => (h.kind === "filter" && h.gate.type === "filter" ? h.gate.filter.rules : [])).filter((r) => knownOr(r.allow, true) && knownOr(r.protocol, "any") !== "other");
    const names = (p: number): boolean => rules.some((r) => isKnown(r.ports) && r.ports.value.size < 1000 && r.ports.value.contains(p));
    return port !== undefined && names(port) && !names(3389);
}

/** A script that restarts the computer before it is done. */
function cutOff(carrier: Carrier, where: Pick<Finding, "urn" | "property">): Finding[] {
    const found = firstLost(carrier.reading);
    if (found === undefined) {
        return [];
    }
    const { restart, lost } = found;
    const message = `The ${carrierNames[carrier.kind]} of ${nameOf(carrier.urn)} must run to its end: line ${restart.line} says ${quoted(restart)}, which ends it, so ${quoted(lost)} in line ${lost.line} is perhaps never done.`;
    return [{ ...where, outcome: "violation", ...harmless, line: restart.line, column: restart.column, message, fix: "the restart as the last line, or none: Restart-Service TermService -Force is enough for Remote Desktop" }];
}

/** Remote Desktop works without the script, less safely than its author meant it to. */
const harmless = { effect: "weakens", symptom: "none", atMost: "advisory" } as const;
const quoted = (s: Statement): string => `"${s.text}"`;

function azureCustomData(script: string, port = "3389"): ReturnType<typeof azurePublicVm> {
    const customData = Buffer.from(script).toString("base64");
    return azurePublicVm({ nicRules: [allowRdp({ destinationPortRange: port })] }).map((r) =>
        r.name === "vm" ? { ...r, inputs: { ...r.inputs, osProfile: { computerName: "vm", adminUsername: "operator", customData }, tags: { "rdp-ready:clients": "203.0.113.0/24", "rdp-ready:port": port } } } : r,
    );
}

function azureExtension(name: string, commandToExecute: string): ReturnType<typeof azurePublicVm>[number] {
    return {
        type: "azure-native:compute:VirtualMachineExtension",
        name,
        inputs: { resourceGroupName: "rg", vmName: "${vm.name}", publisher: "Microsoft.Compute", type: "CustomScriptExtension", typeHandlerVersion: "1.10", settings: { commandToExecute } },
    };
}

/** An instance with the tag `Role=desktop`, and an association that requires NLA on its targets. */
function ec2Association(targets: readonly unknown[], managed: boolean): ReturnType<typeof ec2Public> {
    return [
        ...(managed
            ? [
                  { type: "aws:iam/role:Role", name: "role", inputs: { name: "desktop", assumeRolePolicy: "{}", managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"] } },
                  { type: "aws:iam/instanceProfile:InstanceProfile", name: "profile", inputs: { name: "desktop", role: "${role.name}" } },
              ]
            : []),
        ...ec2Public({ ingress: "203.0.113.0/24" }).map((r) =>
            r.name === "server" ? { ...r, inputs: { ...r.inputs, ...(managed ? { iamInstanceProfile: "${profile.name}" } : {}), tags: { "rdp-ready:clients": "203.0.113.0/24", Role: "desktop" } } } : r,
        ),
        { type: "aws:ssm/association:Association", name: "nla", inputs: { name: "AWS-RunPowerShellScript", parameters: { commands: requireNla }, scheduleExpression: "rate(30 minutes)", targets } },
    ];
}

export default rule;
