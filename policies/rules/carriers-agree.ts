import { Carrier, Reading } from "../../core/guest/model";
import { requireSetting } from "../../core/guest/settings";
import { mayRun, unordered } from "../../core/guest/view";
import { Host } from "../../core/host";
import { isKnown } from "../../core/known";
import { Symptom } from "../../core/symptom";
import { ExampleResource, Finding, HostRule } from "../rule";
import { allowRdp, azurePublicVm, azureVmWithScript, ec2Public } from "./shared/example-stacks";
import { carrierNames, nameOf } from "./shared/setting";

const terminalServer = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server";
const deny = (value: number | string): string => `Set-ItemProperty -Path '${terminalServer}' -Name fDenyTSConnections -Value ${value}`;
const idleLimit = (minutes: number): string => `Set-ItemProperty -Path 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services' -Name MaxIdleTime -Value ${minutes * 60_000} -Type DWord`;

const rule: HostRule = {
    id: "RDP221",
    name: "carriers-agree",
    title: "Scripts that run in the same guest agree",
    severity: "medium",
    effect: "breaks",
    symptom: "0x204",
    causes: ["custom-port", "nla", "service-stopped"],
    why:
        "Two scripts that come back (associations with a schedule, user data at every boot, a scheduled task) overwrite each other for as long as the host lives, so that Remote Desktop works at one time and not at another. " +
        "Two run commands or extensions that do not depend on each other run in whatever order Azure takes them, and which value stays is chance (AWS: Systems Manager State Manager; Microsoft: Run scripts in your Windows VM by using managed run commands).",
    remedy: "Write the setting in one place; or let one script depend on the other (dependsOn), so that the right one comes last.",
    defaultLevel: "mandatory",
    scope: "host",
    check: (host) => {
        const pairs = new Map<string, Clash[]>();
        for (const clash of clashesOf(host)) {
            const key = `${clash.a.carrier.urn} ${clash.a.carrier.property} ${clash.b.carrier.urn} ${clash.b.carrier.property}`;
            pairs.set(key, [...(pairs.get(key) ?? []), clash]);
        }
        return [...pairs.values()].map((clashes) => report(host, clashes.find((c) => c.effect === "breaks") ?? clashes[0]!));
    },
    examples: [
        { name: "two-associations-with-a-schedule", expect: "violation", says: "again and again", resources: ec2Associations({ allow: deny(0), benchmark: deny(1) }) },
        { name: "two-associations-that-agree", expect: "compliant", resources: ec2Associations({ allow: deny(0), harden: `${deny(0)}\n${idleLimit(60)}` }) },
        { name: "associations-about-different-settings", expect: "compliant", resources: ec2Associations({ allow: deny(0), limits: idleLimit(60) }) },
        { name: "user-data-at-first-boot-and-an-association", expect: "compliant", resources: ec2Associations({ limits: idleLimit(60) }, `<powershell>\n${idleLimit(30)}\n</powershell>`) },
        { name: "user-data-at-every-boot-and-an-association", expect: "violation", says: "again and again", resources: ec2Associations({ limits: idleLimit(60) }, `<powershell>\n${idleLimit(30)}\n</powershell>\n<persist>true</persist>`) },
        { name: "what-one-association-writes-is-not-known", expect: "unknown", says: "cannot be told", resources: ec2Associations({ allow: deny(0), harden: `param($deny)\n${deny("$deny")}` }) },
        { name: "run-commands-in-any-order", expect: "violation", says: "whatever order", resources: [...azureVmWithScript(idleLimit(60)), azureRunCommand("harden", idleLimit(15))] },
        { name: "run-commands-one-after-the-other", expect: "compliant", resources: [...azureVmWithScript(idleLimit(60)), azureRunCommand("harden", idleLimit(15), ["settings"])] },
        { name: "run-commands-of-which-one-denies", expect: "unknown", says: "whatever order", resources: [...azureVmWithScript(deny(0)), azureRunCommand("harden", deny(1))] },
        { name: "run-command-alone", expect: "compliant", resources: [...azurePublicVm({ nicRules: [allowRdp()] }), azureRunCommand("settings", `${deny(1)}\n${deny(0)}`)] },
    ],
};

interface Side {
    readonly carrier: Carrier;
    readonly reading: Reading;
}

interface Clash {
    readonly id: string;
    readonly a: Side;
    readonly b: Side;
    /** They overwrite each other for ever; else only their order is open. */
    readonly fight: boolean;
    /** Undefined: what one of them writes is not known. */
    readonly effect: "breaks" | "weakens" | undefined;
    readonly symptom: Symptom;
}

/** Pairs of scripts of which one has to give way in a setting. Carriers of a host are few. */
function clashesOf(host: Host): Clash[] {
    const running = host.carriers.filter((c) => c.runs !== "never");
    const writing = new Map<string, Side[]>();
    for (const carrier of running) {
        for (const [id, reading] of carrier.reading.state.settings) {
            writing.set(id, [...(writing.get(id) ?? []), { carrier, reading }]);
        }
    }
    return [...writing].flatMap(([id, sides]) => {
        const { place } = requireSetting(id);
        const passing = place.kind === "service" && place.aspect === "state";
        return passing ? [] : sides.flatMap((b, i) => sides.slice(0, i).flatMap((a) => clash(id, a, b) ?? []));
    });
}

function clash(id: string, a: Side, b: Side): Clash | undefined {
    const fight = a.carrier.urn !== b.carrier.urn && comesBack(a.carrier) && comesBack(b.carrier);
    if (!fight && !unordered(a.carrier, b.carrier)) {
        return undefined;
    }
    const values = [a, b].map((s) => s.reading.value);
    const [x, y] = values;
    if (!isKnown(x!) || !isKnown(y!)) {
        return fight ? { id, a, b, fight, effect: undefined, symptom: "either" } : undefined;
    }
    if (JSON.stringify(x.value) === JSON.stringify(y.value)) {
        return undefined;
    }
    const setting = requireSetting(id);
    const broken = [x, y].map((v) => setting.judge(v.value)).find((e) => e?.effect === "breaks");
    // Clients dial one port.
    return { id, a, b, fight, effect: broken !== undefined || id === "port" ? "breaks" : "weakens", symptom: broken?.symptom ?? "0x204" };
}

/** Whether a script runs again by itself; what our run command installs does. */
function comesBack(carrier: Carrier): boolean {
    return carrier.runs === "scheduled" || carrier.runs === "every-boot" || (isKnown(carrier.script) && /Register-ScheduledTask -TaskName 'rdp-ready'/.test(carrier.script.value));
}

function report(host: Host, { id, a, b, fight, effect, symptom }: Clash): Finding {
    const says = ({ carrier, reading }: Side): string => `${carrierNames[carrier.kind]} ${nameOf(carrier.urn)} says "${reading.statement.text}"`;
    const { carrier, reading } = b;
    const where = { urn: carrier.urn, property: carrier.property, line: reading.statement.line, column: reading.statement.column };
    const must = `The scripts of ${host.name} must agree on ${requireSetting(id).title}: ${says(a)}, and ${says(b)}`;
    const fix = fight ? "the setting in one of the two only" : `the setting in one of the two only, or dependsOn between ${nameOf(a.carrier.urn)} and ${nameOf(b.carrier.urn)}`;
    if (effect === undefined) {
        return { ...where, outcome: "unknown", message: `${must}; both come back, and whether the values are the same cannot be told.`, fix };
    }
    const course = fight ? "they overwrite each other again and again" : "they run in whatever order Azure takes them";
    if (effect === "breaks" && host.intent.kind !== "none") {
        const seen = symptom === "none" ? "is turned away" : `sees ${symptom}`;
        return fight
            ? { ...where, outcome: "violation", effect, symptom, message: `${must}; ${course}, so that at times a client ${seen}.`, fix, ...(host.intent.kind === "implied-by-address" || [a, b].some((s) => mayRun(s.carrier)) ? { atMost: "advisory" } : {}) }
            : { ...where, outcome: "unknown", effect, symptom, message: `${must}; ${course}, so that it cannot be told whether a client ${seen}.`, fix };
    }
    return { ...where, outcome: "violation", effect: "weakens", symptom: "none", atMost: "advisory", message: `${must}; ${course}, so that which value holds is chance.`, fix };
}

function azureRunCommand(name: string, script: string, dependsOn?: readonly string[]): ExampleResource {
    return {
        type: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
        name,
        inputs: { resourceGroupName: "rg", vmName: "${vm.name}", source: { script } },
        ...(dependsOn === undefined ? {} : { dependsOn }),
    };
}

/** A managed instance with an association for each script, every 30 minutes. */
function ec2Associations(scripts: Record<string, string>, userData?: string): ExampleResource[] {
    return [
        ...ec2Public({ ingress: "203.0.113.0/24", ...(userData === undefined ? {} : { userData }) }),
        ...Object.entries(scripts).map(([name, commands]): ExampleResource => ({
            type: "aws:ssm/association:Association",
            name,
            inputs: { name: "AWS-RunPowerShellScript", parameters: { commands }, targets: [{ key: "InstanceIds", values: ["${server.id}"] }], scheduleExpression: "rate(30 minutes)" },
        })),
    ];
}

export default rule;
