import { Carrier, Statement } from "../../core/guest/model";
import { requireSetting } from "../../core/guest/settings";
import { isKnown, knownOr } from "../../core/known";
import { Finding, HostRule } from "../rule";
import { bearingOn } from "./shared/bearing";
import { allowRdp, azurePublicVm, azureVmWithScript, ec2Public, ec2WithUserData } from "./shared/example-stacks";
import { carrierNames, nameOf } from "./shared/setting";

const requireNla = "Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' -Name UserAuthentication -Value 1";

const rule: HostRule = {
    id: "RDP222",
    name: "settings-enforced",
    title: "Settings of the guest are enforced, not delivered once",
    severity: "low",
    effect: "weakens",
    symptom: "none",
    causes: ["firewall-or-port-blocked", "nla", "service-stopped"],
    why:
        "User data, unattend commands, run commands and extensions run once, and again at most when the deployment changes them. What an installer, a policy or an administrator changes afterwards stays changed, and the stack still says otherwise. " +
        "A State Manager association with a schedule, a machine configuration that corrects, or a scheduled task in the guest puts it right again (AWS: Systems Manager State Manager; Microsoft: Run scripts in your Windows VM by using managed run commands, Azure Machine Configuration).",
    remedy: "RdpGuest keeps the settings: with a scheduled task that its run command installs on Azure, with an association at rate(30 minutes) on AWS.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => {
        if (host.intent.kind === "none" || !host.knownWindows) {
            return [];
        }
        const running = host.carriers.filter((c) => c.runs !== "never");
        const delivering = running.flatMap((carrier) => {
            const statement = kept(carrier, [3389, knownOr(host.port, 3389)]);
            return statement === undefined ? [] : [{ carrier, statement }];
        })[0];
        return delivering === undefined || running.some(enforces) ? [] : [once(host.name, host.cloud, delivering.carrier, delivering.statement)];
    },
    examples: [
        { name: "user-data-that-runs-once", expect: "violation", says: "enforced", resources: ec2WithUserData(requireNla) },
        { name: "run-command-alone", expect: "violation", says: "when the deployment changes it", resources: azureVmWithScript(requireNla) },
        { name: "association-without-a-schedule", expect: "violation", says: "enforced", resources: ec2Association({}) },
        { name: "association-with-a-schedule", expect: "compliant", resources: ec2Association({ scheduleExpression: "rate(30 minutes)" }) },
        { name: "user-data-at-every-boot", expect: "compliant", resources: ec2Public({ ingress: "203.0.113.0/24", userData: `<powershell>\n${requireNla}\n</powershell>\n<persist>true</persist>` }) },
        {
            name: "run-command-that-installs-a-task",
            expect: "compliant",
            resources: azureVmWithScript(`${requireNla}\nschtasks /create /tn keep-rdp /sc hourly /ru SYSTEM /tr "powershell -File C:\\keep-rdp.ps1"`),
        },
        {
            name: "machine-configuration-that-corrects",
            expect: "compliant",
            resources: [
                ...azureVmWithScript(requireNla),
                {
                    type: "azure-native:guestconfiguration:GuestConfigurationAssignment",
                    name: "keep",
                    inputs: { resourceGroupName: "rg", vmName: "${vm.name}", properties: { guestConfiguration: { name: "KeepRdp", version: "1.0.0", assignmentType: "ApplyAndAutoCorrect" } } },
                },
            ],
        },
        { name: "script-about-something-else", expect: "compliant", resources: azureVmWithScript("Install-WindowsFeature Web-Server\nNew-NetFirewallRule -DisplayName web -Direction Inbound -Protocol TCP -LocalPort 443 -Action Allow") },
        { name: "no-script-at-all", expect: "compliant", resources: azurePublicVm({ nicRules: [allowRdp()] }) },
        { name: "nobody-is-meant-to-connect", expect: "compliant", resources: ec2WithUserData(requireNla, { private: true }) },
        { name: "what-the-script-writes-is-not-known", expect: "compliant", resources: azureVmWithScript(`param($value)\n${requireNla.replace("Value 1", "Value $value")}`) },
    ],
};

/** The first statement with which a script sets Remote Desktop up in a way that is worth keeping. */
function kept(carrier: Carrier, ports: readonly number[]): Statement | undefined {
    const { settings, firewallRules } = carrier.reading.state;
    const good = [...settings].flatMap(([id, { value, statement }]) => {
        const setting = requireSetting(id);
        const { place } = setting;
        const own = place.kind === "registry" ? /\\(terminal server|terminal services|credssp)(\\|$)/i.test(place.key) : place.kind === "certificate-binding" || (place.kind === "service" && place.aspect === "start");
        const effect = isKnown(value) ? setting.judge(value.value)?.effect : "breaks";
        return own && (effect === undefined || effect === "safe") ? [statement] : [];
    });
    const opened = firewallRules.filter((r) => isKnown(r.enabled) && r.enabled.value && isKnown(r.action) && r.action.value === "allow").map((r) => r.statement);
    return bearingOn(carrier, ports).find((s) => [...good, ...opened].some((g) => g.start === s.start));
}

/** Whether it comes back by itself: what cannot be read may well be about these settings. */
function enforces(carrier: Carrier): boolean {
    const again = carrier.runs === "scheduled" || carrier.runs === "every-boot";
    return isKnown(carrier.script)
        ? (again && (carrier.reading.notAnalysed.length > 0 || bearingOn(carrier, [3389]).length > 0)) || /\b(?:Register-Scheduled(?:Task|Job)|schtasks(?:\.exe)?\s+\/create)\b/i.test(carrier.script.value)
        : again;
}

function once(host: string, cloud: "azure" | "aws", carrier: Carrier, { line, column }: Statement): Finding {
    const when = carrier.runs === "on-change" ? "runs again only when the deployment changes it" : "runs once";
    const message = `The Remote Desktop settings of ${host} must be enforced, not delivered once: ${carrierNames[carrier.kind]} ${nameOf(carrier.urn)} ${when}, so what changes them afterwards stays.`;
    const fix = cloud === "azure" ? "RdpGuest, or a scheduled task that the script installs" : "RdpGuest, or an SSM association with scheduleExpression rate(30 minutes)";
    return { urn: carrier.urn, property: carrier.property, line, column, outcome: "violation", message, fix };
}

function ec2Association(more: Record<string, unknown>): ReturnType<typeof ec2Public> {
    const inputs = { name: "AWS-RunPowerShellScript", parameters: { commands: requireNla }, targets: [{ key: "InstanceIds", values: ["${server.id}"] }], ...more };
    return [...ec2Public({ ingress: "203.0.113.0/24" }), { type: "aws:ssm/association:Association", name: "nla", inputs }];
}

export default rule;
