import { Host } from "../../core/host";
import { isKnown } from "../../core/known";
import { retirementOf, sizesReviewed } from "../../core/os/retirement";
import { smallMemory } from "../../core/os/sizes";
import { WindowsRelease, memoryFloor, releases } from "../../core/os/windows";
import { Finding, HostRule, Options } from "../rule";
import { lastDayOptions, nearness } from "./shared/date";
import { azureVmOf, azureVmWith, ec2With, knownImage, latest } from "./shared/life";
import { placed } from "./shared/reach";

const notKnown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const desktop = latest("Windows_Server-2022-English-Full-Base");
const core = latest("Windows_Server-2022-English-Core-Base");

const rule: HostRule = {
    id: "RDP404",
    name: "size-fits",
    title: "The host has the memory and the CPU that Windows needs, in a size that the cloud still has",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["reboot", "session-cap"],
    why:
        "Windows Server with the desktop needs 2 GiB of memory, Windows 11 needs 4, Server Core half a GiB. Below that a session takes minutes to come up, and under load the host refuses it: what the client sees is 0x904. " +
        "A T2 or T3 instance whose CPU credits are `standard` falls to a fifth of a core or less once they are used up. " +
        `Azure makes no machine of a size that it has retired, after the network has been made, and stops the machines that are left on the day (Microsoft: hardware requirements for Windows Server, retired VM size series, compared on ${sizesReviewed}; AWS: burstable performance instances).`,
    remedy: "Take a current size with 4 GiB or more for the desktop, or Server Core; leave the credits unlimited where people work on the host.",
    defaultLevel: "advisory",
    scope: "host",
    options: lastDayOptions("the retirement of a size"),
    check: (host, options) => (host.intent.kind === "none" || !host.knownWindows ? [] : [...memory(host), ...credits(host), ...retired(host, options)]),
    examples: [
        { name: "desktop-in-1-gib", expect: "violation", says: "1 GiB", resources: azureVmOf("2022-datacenter-g2", { more: { hardwareProfile: { vmSize: "Standard_B1s" } } }), options: { asOf: "2026-06-01" } },
        { name: "desktop-on-t3-micro", expect: "violation", says: "t3.micro", resources: ec2With({ ami: desktop, instanceType: "t3.micro" }) },
        { name: "windows-11-in-2-gib", expect: "violation", says: "4 GiB", resources: azureVmOf("win11-24h2-pro", { publisher: "MicrosoftWindowsDesktop", offer: "windows-11", more: { hardwareProfile: { vmSize: "Standard_B1ms" } } }), options: { asOf: "2026-06-01" } },
        { name: "core-in-1-gib", expect: "compliant", resources: ec2With({ ami: core, instanceType: "t3.micro" }) },
        { name: "desktop-in-2-gib", expect: "compliant", resources: azureVmOf("2019-Datacenter", { more: { hardwareProfile: { vmSize: "Standard_B1ms" } } }), options: { asOf: "2026-06-01" } },
        { name: "small-and-perhaps-core", expect: "unknown", says: "Server Core", resources: ec2With({ instanceType: "t2.micro" }) },
        { name: "credits-that-run-out", expect: "violation", says: "cpuCredits", resources: ec2With({ ami: desktop, creditSpecification: { cpuCredits: "standard" } }) },
        { name: "credits-of-a-type-that-has-none", expect: "compliant", resources: ec2With({ ami: desktop, instanceType: "m5.large", creditSpecification: { cpuCredits: "standard" } }) },
        { name: "unlimited-credits", expect: "compliant", resources: ec2With({ ami: desktop, creditSpecification: { cpuCredits: "unlimited" } }) },
        { name: "retired-size", expect: "violation", says: "2026-09-30", resources: sized("Standard_NV12s_v3"), options: { asOf: "2026-11-01" } },
        { name: "retired-by-todays-date", expect: "violation", says: "2024-08-31", resources: sized("Standard_A2") },
        { name: "size-in-its-last-year", expect: "violation", says: "2028-11-15", resources: sized("Standard_B2s"), options: { asOf: "2028-01-01" } },
        { name: "size-whose-end-is-years-away", expect: "compliant", resources: sized("Standard_B2s"), options: { asOf: "2026-06-01" } },
        { name: "its-successor", expect: "compliant", resources: sized("Standard_B2s_v2"), options: { asOf: "2029-06-01" } },
        { name: "size-from-configuration", expect: "compliant", resources: azureVmWith({ hardwareProfile: { vmSize: notKnown } }) },
    ],
};

function sized(vmSize: string): ReturnType<typeof azureVmWith> {
    return azureVmWith({ hardwareProfile: { vmSize } });
}

function memory(host: Host): Finding[] {
    const size = host.life?.size;
    const has = size !== undefined && isKnown(size.value) ? smallMemory(size.value.value) : undefined;
    if (size === undefined || !isKnown(size.value) || has === undefined) {
        return [];
    }
    const image = knownImage(host)?.image;
    const release: WindowsRelease = image?.release ?? releases["2022"]!;
    const needs = memoryFloor(release, image?.edition ?? "desktop");
    if (has >= needs) {
        return [];
    }
    const where = placed(host, size.origin);
    const must = `The host ${host.name} must have the memory that Windows needs: ${size.value.value} has ${has} GiB`;
    return image?.edition === undefined
        ? [{ ...where, outcome: "unknown", message: `${must}, which does for Server Core alone, and the image does not tell whether it is that.` }]
        : [{ ...where, outcome: "violation", message: `${must} and ${image.release?.title ?? "the desktop"} needs ${needs} GiB, so sessions come up slowly or, under load, not at all.`, fix: host.cloud === "azure" ? "Standard_B2s_v2 or larger" : "t3.medium or larger" }];
}

function credits(host: Host): Finding[] {
    const origin = host.life?.throttled;
    return origin === undefined
        ? []
        : [{ ...placed(host, origin), outcome: "violation", message: `The host ${host.name} must keep its CPU while people work on it: ${origin.text}, so sessions crawl or drop once its credits are used up.`, fix: 'cpuCredits: "unlimited", or an instance type without credits' }];
}

function retired(host: Host, options: Options): Finding[] {
    const size = host.life?.size;
    const series = host.cloud === "azure" && size !== undefined && isKnown(size.value) ? retirementOf(size.value.value) : undefined;
    const end = series === undefined ? undefined : nearness(series.on, options);
    if (size === undefined || !isKnown(size.value) || series === undefined || end === undefined) {
        return [];
    }
    const must = `The host ${host.name} must have a size that Azure still has: ${size.value.value} is of the series ${series.title}`;
    const at = { ...placed(host, size.origin), outcome: "violation", fix: "a size of a current series, such as Standard_D2s_v5 or Standard_B2s_v2" } as const;
    return end === "past"
        ? [{ ...at, effect: "breaks", symptom: "other", message: `${must}, retired on ${series.on}, so the deployment fails, and a machine that is left is stopped.` }]
        : [{ ...at, message: `${must}, which Azure retires on ${series.on}, so from then on the host is stopped.` }];
}

export default rule;
