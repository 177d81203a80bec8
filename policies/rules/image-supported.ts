import { Host } from "../../core/host";
import { WindowsRelease, reviewed } from "../../core/os/windows";
import { Finding, HostRule, Options } from "../rule";
import { lastDayOptions, nearness } from "./shared/date";
import { azureVmOf, ec2With, knownImage, latest } from "./shared/life";
import { placed } from "./shared/reach";

const rule: HostRule = {
    id: "RDP402",
    name: "image-supported",
    title: "The image's Windows still gets security updates, and will for a while",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["unpatched", "credssp-tls-mismatch"],
    why:
        "TLS and CredSSP fixes come with updates. A release whose support has ended gets none, clients move on, and one day they no longer agree: 0x904, or the CredSSP message. A port that is open to people then leads to a host with known holes. " +
        `The end of support is Microsoft's (lifecycle pages, compared on ${reviewed}); extended security updates are bought for three more years, and free on Azure.`,
    remedy: "Move to a newer release before the date: an image is chosen once, when the machine is made.",
    defaultLevel: "advisory",
    scope: "host",
    options: lastDayOptions("the end of support"),
    check: (host, options) => (host.intent.kind === "none" ? [] : judge(host, options)),
    examples: [
        { name: "server-2012-r2-after-its-end", expect: "violation", says: "2023-10-10", resources: azureVmOf("2012-R2-Datacenter"), options: { asOf: "2026-06-01" } },
        { name: "by-todays-date", expect: "violation", says: "2023-10-10", resources: ec2With({ ami: latest("Windows_Server-2012-R2_RTM-English-64Bit-Base") }) },
        { name: "server-2016-in-its-last-year", expect: "violation", says: "2027-01-12", resources: ec2With({ ami: latest("Windows_Server-2016-English-Full-Base") }), options: { asOf: "2026-06-01" } },
        { name: "server-2016-before-that", expect: "compliant", resources: ec2With({ ami: latest("Windows_Server-2016-English-Full-Base") }), options: { asOf: "2025-06-01" } },
        { name: "shorter-notice", expect: "compliant", resources: azureVmOf("2016-Datacenter"), options: { asOf: "2026-06-01", warnDays: 90 } },
        { name: "sql-server-on-server-2016", expect: "violation", says: "Windows Server 2016", resources: azureVmOf("Enterprise", { publisher: "MicrosoftSQLServer", offer: "SQL2017-WS2016" }), options: { asOf: "2027-06-01" } },
        { name: "windows-10", expect: "violation", says: "extended security updates", resources: azureVmOf("win10-22h2-pro-g2", { publisher: "MicrosoftWindowsDesktop", offer: "Windows-10" }), options: { asOf: "2026-06-01" } },
        { name: "server-2022", expect: "compliant", resources: azureVmOf("2022-datacenter-azure-edition-hotpatch-smalldisk"), options: { asOf: "2026-06-01" } },
        { name: "image-with-containers", expect: "violation", says: "removed", resources: azureVmOf("2022-datacenter-core-with-containers-g2") },
        { name: "opaque-ami", expect: "compliant", resources: ec2With({}), options: { asOf: "2026-06-01" } },
    ],
};

function judge(host: Host, options: Options): Finding[] {
    const found = knownImage(host);
    if (found?.image.withdrawn !== undefined) {
        const { text, withdrawn } = found.image;
        const message = `The image of ${host.name} must be one that Azure still has: it removed ${text} on ${withdrawn}, so no machine can be made of it any more.`;
        return [{ ...placed(host, found.origin), outcome: "violation", effect: "breaks", symptom: "other", message, fix: "the image without containers in its SKU, and a script that installs them" }];
    }
    const release = found?.image.release;
    const text = release === undefined ? undefined : says(release, options);
    if (found === undefined || text === undefined) {
        return [];
    }
    return [{ ...placed(host, found.origin), outcome: "violation", message: `The image of ${host.name} must be one that gets security updates: ${text}.`, fix: "an image of Windows Server 2022 or later" }];
}

function says({ title, supportEnds, extendedUpdatesEnd }: WindowsRelease, options: Options): string | undefined {
    const end = supportEnds === undefined ? undefined : nearness(supportEnds, options);
    if (supportEnds === undefined || end === undefined) {
        return undefined;
    }
    if (end === "ahead") {
        return `the support of ${title} ends on ${supportEnds}, so from then on TLS and CredSSP fixes no longer come`;
    }
    const extended = extendedUpdatesEnd !== undefined && nearness(extendedUpdatesEnd, options) !== "past";
    return `the support of ${title} ended on ${supportEnds}, so TLS and CredSSP fixes ${extended ? `come by extended security updates alone, until ${extendedUpdatesEnd}` : "no longer come"}`;
}

export default rule;
