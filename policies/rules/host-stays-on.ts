import { Host } from "../../core/host";
import { End } from "../../core/life";
import { Finding, HostRule, Options } from "../rule";
import { azureVmWith, ec2With } from "./shared/life";
import { placed } from "./shared/reach";

const shutdown = (change: Record<string, unknown> = {}): ReturnType<typeof azureVmWith>[number] => ({
    type: "azure-native:devtestlab:GlobalSchedule",
    name: "evening",
    inputs: { resourceGroupName: "rg", status: "Enabled", taskType: "ComputeVmShutdownTask", dailyRecurrence: { time: "1900" }, timeZoneId: "UTC", targetResourceId: "${vm.id}", ...change },
});

const stopAtNight = (change: Record<string, unknown> = {}): ReturnType<typeof ec2With>[number] => ({
    type: "aws:scheduler/schedule:Schedule",
    name: "night",
    inputs: {
        scheduleExpression: "cron(0 20 * * ? *)",
        flexibleTimeWindow: { mode: "OFF" },
        target: { arn: "arn:aws:scheduler:::aws-sdk:ec2:stopInstances", roleArn: "arn:aws:iam::123456789012:role/scheduler", input: '{"InstanceIds":["${server.id}"]}' },
        ...change,
    },
});

const rule: HostRule = {
    id: "RDP405",
    name: "host-stays-on",
    title: "Nothing takes the host away while clients need it",
    severity: "low",
    effect: "weakens",
    symptom: "none",
    causes: ["reboot"],
    why:
        "A Spot machine goes when the cloud needs its capacity, a shutdown schedule stops it by the clock, a hibernated one sleeps until somebody wakes it, and with the shutdown behaviour `terminate` a user who shuts Windows down destroys it. " +
        "Whoever is in a session at that instant sees 0x904, everybody after that 0x108 or 0x204 (Microsoft: Azure Spot virtual machines, auto-shutdown; AWS: Spot interruptions, instance initiated shutdown behavior).",
    remedy: "Keep it where it is meant, with `accept`; else take a regular machine, without a schedule.",
    defaultLevel: "advisory",
    scope: "host",
    options: { accept: { type: "array", items: { type: "string" }, default: [], description: "What is meant, and not reported: spot, schedule, terminate, hibernation." } },
    check: (host, options) => (host.intent.kind === "none" ? [] : judge(host, options)),
    examples: [
        { name: "azure-spot", expect: "violation", says: "deletes", resources: azureVmWith({ priority: "Spot", evictionPolicy: "Delete" }) },
        { name: "azure-auto-shutdown", expect: "violation", says: "19:00", resources: [...azureVmWith({}), shutdown()] },
        { name: "azure-auto-shutdown-disabled", expect: "compliant", resources: [...azureVmWith({}), shutdown({ status: "Disabled" })] },
        { name: "azure-auto-shutdown-as-made-by-default", expect: "compliant", resources: [...azureVmWith({}), shutdown({ status: undefined })] },
        { name: "shutdown-of-another-machine", expect: "compliant", resources: [...azureVmWith({}), shutdown({ targetResourceId: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/other" })] },
        { name: "regular-priority", expect: "compliant", resources: azureVmWith({ priority: "Regular" }) },
        { name: "ec2-spot", expect: "violation", says: "Spot", resources: ec2With({ instanceMarketOptions: { marketType: "spot" } }) },
        { name: "ec2-terminates-on-shutdown", expect: "violation", says: "destroys", resources: ec2With({ instanceInitiatedShutdownBehavior: "terminate" }) },
        { name: "ec2-stops-on-shutdown", expect: "compliant", resources: ec2With({ instanceInitiatedShutdownBehavior: "stop" }) },
        { name: "eventbridge-stops-it-at-night", expect: "violation", says: "night", resources: [...ec2With({}), stopAtNight()] },
        { name: "eventbridge-schedule-that-is-off", expect: "compliant", resources: [...ec2With({}), stopAtNight({ state: "DISABLED" })] },
        { name: "office-hours-by-instance-scheduler", expect: "violation", says: "office-hours", resources: ec2With({ tags: { "rdp-ready:clients": "203.0.113.0/24", Schedule: "uk-office-hours" } }) },
        { name: "tag-for-backups", expect: "compliant", resources: ec2With({ tags: { "rdp-ready:clients": "203.0.113.0/24", Schedule: "daily-backup" } }) },
        { name: "spot-is-meant", expect: "compliant", resources: ec2With({ instanceMarketOptions: { marketType: "spot" } }), options: { accept: ["spot"] } },
    ],
};

const fixes: Readonly<Record<End["kind"], string>> = {
    spot: "a regular machine, or accept: [spot]",
    schedule: "no schedule while clients connect, or accept: [schedule]",
    terminate: 'instanceInitiatedShutdownBehavior: "stop"',
    hibernation: "no hibernation, or accept: [hibernation]",
};

function judge(host: Host, options: Options): Finding[] {
    const accepted = Array.isArray(options["accept"]) ? options["accept"] : [];
    const ends = (host.life?.ends ?? []).filter((e) => !accepted.includes(e.kind));
    return ends.map(({ kind, origin }) => ({
        ...placed(host, origin),
        outcome: "violation",
        message: `The host ${host.name} must stay on while clients need it: ${origin.text}, so a session ends with 0x904, and the next client sees 0x108 or 0x204.`,
        fix: fixes[kind],
    }));
}

export default rule;
