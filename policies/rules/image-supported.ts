import { Host } from "../../core/host";
import { WindowsRelease, reviewed } from "../../core/os/windows";
import { Finding, HostRule, Options } from "../rule";
import { azureVmOf, ec2With, knownImage, latest } from "./shared/life";
import { placed } from "./shared/reach";

const day = 86_400_000;

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
    options: {
        warnDays: { type: "integer", minimum: 0, default: 365, description: "Days before the end of support from which on it is reported." },
        asOf: { type: "string", default: "", description: "The date to judge by, as YYYY-MM-DD, for a result that stays the same. Default: today." },
    },
    check: (host, options) => (host.intent.kind === "none" ? [] : judge(host, options)),
    examples: [
        { name: "server-2012-r2-after-its-end", expect: "violation", says: "2023-10-10", resources: azureVmOf("2012-R2-Datacenter"), options: { asOf: "2026-06-01" } },
        { name: "server-2016-in-its-last-year", expect: "violation", says: "2027-01-12", resources: ec2With({ ami: latest("Windows_Server-2016-English-Full-Base") }), options: { asOf: "2026-06-01" } },
        { name: "server-2016-before-that", expect: "compliant", resources: ec2With({ ami: latest("Windows_Server-2016-English-Full-Base") }), options: { asOf: "2025-06-01" } },
        { name: "shorter-notice", expect: "compliant", resources: azureVmOf("2016-Datacenter"), options: { asOf: "2026-06-01", warnDays: 90 } },
        { name: "sql-server-on-server-2016", expect: "violation", says: "Windows Server 2016", resources: azureVmOf("Enterprise", { publisher: "MicrosoftSQLServer", offer: "SQL2017-WS2016" }), options: { asOf: "2027-06-01" } },
        { name: "windows-10", expect: "violation", says: "extended security updates", resources: azureVmOf("win10-22h2-pro-g2", { publisher: "MicrosoftWindowsDesktop", offer: "Windows-10" }), options: { asOf: "2026-06-01" } },
        { name: "server-2022", expect: "compliant", resources: azureVmOf("2022-datacenter-azure-edition-hotpatch-smalldisk"), options: { asOf: "2026-06-01" } },
        { name: "opaque-ami", expect: "compliant", resources: ec2With({}), options: { asOf: "2026-06-01" } },
    ],
};

function judge(host: Host, options: Options): Finding[] {
    const found = knownImage(host);
    const release = found?.image.release;
    const text = release === undefined ? undefined : says(release, dateOf(options["asOf"]), Number(options["warnDays"] ?? 365));
    if (found === undefined || text === undefined) {
        return [];
    }
    return [{ ...placed(host, found.origin), outcome: "violation", message: `The image of ${host.name} must be one that gets security updates: ${text}.`, fix: "an image of Windows Server 2022 or later" }];
}

function says({ title, supportEnds, extendedUpdatesEnd }: WindowsRelease, now: Date, warnDays: number): string | undefined {
    if (supportEnds === undefined || now.getTime() < new Date(supportEnds).getTime() - warnDays * day) {
        return undefined;
    }
    if (now <= new Date(supportEnds)) {
        return `the support of ${title} ends on ${supportEnds}, so from then on TLS and CredSSP fixes no longer come`;
    }
    const extended = extendedUpdatesEnd !== undefined && now <= new Date(extendedUpdatesEnd);
    return `the support of ${title} ended on ${supportEnds}, so TLS and CredSSP fixes ${extended ? `come by extended security updates alone, until ${extendedUpdatesEnd}` : "no longer come"}`;
}

/** Today, unless the options pin another day. */
function dateOf(asOf: unknown): Date {
    const given = typeof asOf === "string" && asOf !== "" ? new Date(asOf) : new Date();
    return Number.isNaN(given.getTime()) ? new Date() : given;
}

export default rule;
