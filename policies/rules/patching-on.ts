import { Carrier } from "../../core/guest/model";
import { Host } from "../../core/host";
import { isKnown } from "../../core/known";
import { updatesIn } from "../../core/os/updates";
import { Finding, HostRule } from "../rule";
import { azureVmOf, azureVmWith, ec2With } from "./shared/life";
import { placed } from "./shared/reach";
import { ec2WithUserData } from "./shared/example-stacks";
import { carrierNames, nameOf } from "./shared/setting";

const notKnown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const windows = (windowsConfiguration: Record<string, unknown>): Record<string, unknown> => ({ osProfile: { adminUsername: "rdpadmin", adminPassword: "[secret]", windowsConfiguration } });
const manual = windows({ enableAutomaticUpdates: false, patchSettings: { patchMode: "Manual" } });
const disables = "Stop-Service wuauserv\nSet-Service -Name wuauserv -StartupType Disabled";

const rule: HostRule = {
    id: "RDP403",
    name: "patching-on",
    title: "The host gets its updates",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["unpatched", "credssp-tls-mismatch"],
    why:
        "Patched clients refuse a host that lacks the CredSSP fix of 2018, and TLS fixes come the same way. With patchMode Manual, enableAutomaticUpdates false, or Windows Update disabled by a script nothing ever brings them, unless something else does: a maintenance configuration, a patch baseline, a scale set that renews its images " +
        "(Microsoft: automatic VM guest patching, KB4093492; AWS: Systems Manager Patch Manager).",
    remedy: "Write patchMode AutomaticByPlatform or AutomaticByOS with enableAutomaticUpdates true, or assign a maintenance configuration; on EC2 associate AWS-RunPatchBaseline.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => (host.intent.kind === "none" || host.life?.patchedBy !== undefined ? [] : judge(host)),
    examples: [
        { name: "patch-mode-manual", expect: "violation", says: "patchMode is Manual", resources: azureVmWith(manual) },
        { name: "automatic-updates-off", expect: "violation", says: "enableAutomaticUpdates is false", resources: azureVmWith(windows({ enableAutomaticUpdates: false })) },
        { name: "platform-patches", expect: "compliant", resources: azureVmWith(windows({ enableAutomaticUpdates: true, patchSettings: { patchMode: "AutomaticByPlatform" } })) },
        { name: "nothing-said-means-windows-updates-itself", expect: "compliant", resources: azureVmWith(windows({ provisionVMAgent: true })) },
        {
            name: "manual-with-a-maintenance-configuration",
            expect: "compliant",
            resources: [
                ...azureVmWith(manual),
                {
                    type: "azure-native:maintenance:ConfigurationAssignment",
                    name: "weekly",
                    inputs: { resourceGroupName: "rg", providerName: "Microsoft.Compute", resourceType: "virtualMachines", resourceName: "vm", maintenanceConfigurationId: "/subscriptions/s/resourcegroups/rg/providers/microsoft.maintenance/maintenanceconfigurations/weekly" },
                },
            ],
        },
        { name: "patch-mode-not-known-yet", expect: "unknown", says: "not known", resources: azureVmWith(windows({ patchSettings: { patchMode: notKnown } })) },
        { name: "run-command-disables-windows-update", expect: "violation", says: "wuauserv", resources: azureVmOf("2022-datacenter-azure-edition", { script: disables }) },
        { name: "user-data-disables-windows-update", expect: "violation", says: "wuauserv", resources: ec2WithUserData(disables) },
        { name: "disabled-while-something-is-installed", expect: "compliant", resources: ec2WithUserData(`${disables}\nStart-Process setup.exe -Wait\nSet-Service -Name wuauserv -StartupType Manual`) },
        {
            name: "patched-by-systems-manager",
            expect: "compliant",
            resources: [
                ...ec2WithUserData(disables),
                { type: "aws:ssm/association:Association", name: "patches", inputs: { name: "AWS-RunPatchBaseline", scheduleExpression: "cron(0 2 ? * SUN *)", targets: [{ key: "InstanceIds", values: ["${server.id}"] }], parameters: { Operation: "Install" } } },
            ],
        },
        { name: "comment-that-mentions-it", expect: "compliant", resources: ec2WithUserData(`# never: ${disables.split("\n")[1]!}\nWrite-Output done`) },
        { name: "plain-instance", expect: "compliant", resources: ec2With({}) },
    ],
};

const so = "so TLS and CredSSP fixes do not come, and one day clients refuse the host";

function judge(host: Host): Finding[] {
    const patching = host.life?.patching;
    const script = lastWord(host.carriers);
    if (script !== undefined) {
        const { carrier, line, on } = script;
        const where = { ...placed(host, { urn: carrier.urn, property: carrier.property, text: "" }), line };
        const what = `${carrierNames[carrier.kind]} ${nameOf(carrier.urn)} turns Windows Update off (wuauserv or NoAutoUpdate)`;
        return on ? [] : [{ ...where, outcome: "violation", message: `The host ${host.name} must get its updates: ${what}, ${so}.`, fix: "leave the service wuauserv at Manual and NoAutoUpdate unset" }];
    }
    if (patching === undefined || (isKnown(patching.on) && patching.on.value)) {
        return [];
    }
    const where = placed(host, patching.origin);
    return isKnown(patching.on)
        ? [{ ...where, outcome: "violation", message: `The host ${host.name} must get its updates: ${patching.origin.text}, ${so}.`, fix: 'patchSettings: { patchMode: "AutomaticByPlatform" } with enableAutomaticUpdates: true' }]
        : [{ ...where, outcome: "unknown", message: `The host ${host.name} must get its updates: ${patching.origin.text}: ${patching.on.reason}.` }];
}

/** What the last script that speaks of updates says. */
function lastWord(carriers: readonly Carrier[]): { readonly carrier: Carrier; readonly line: number; readonly on: boolean } | undefined {
    const said = carriers.flatMap((carrier) => {
        const readable = carrier.runs !== "never" && isKnown(carrier.script) && (carrier.language === "powershell" || carrier.language === "batch");
        const found = readable && isKnown(carrier.script) ? updatesIn(carrier.script.value, carrier.language === "batch" ? "batch" : "powershell") : undefined;
        return found === undefined ? [] : [{ carrier, line: found.line, on: found.on }];
    });
    return said[said.length - 1];
}

export default rule;
