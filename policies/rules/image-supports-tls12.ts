import { numberOf, GuestView } from "../../core/guest/view";
import { Host } from "../../core/host";
import { Known, isKnown, known, unknown } from "../../core/known";
import { Finding, HostRule } from "../rule";
import { azureVmOf, azureVmWith, ec2With, knownImage, latest } from "./shared/life";
import { placed } from "./shared/reach";

const key = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Server";
const turnsOn = `New-Item -Path '${key}' -Force\nSet-ItemProperty -Path '${key}' -Name Enabled -Value 1 -Type DWord\nSet-ItemProperty -Path '${key}' -Name DisabledByDefault -Value 0 -Type DWord`;

const rule: HostRule = {
    id: "RDP401",
    name: "image-supports-tls12",
    title: "The image offers TLS 1.2 by itself, or a script turns it on",
    severity: "high",
    effect: "breaks",
    symptom: "0x904",
    causes: ["credssp-tls-mismatch", "unpatched"],
    why:
        "Windows Server 2008 R2, Windows 7 and older leave TLS 1.2 off for servers. A client that has given up TLS 1.0 and 1.1, as newer builds of Windows have, is accepted and then finds no common version: 0x904, and Schannel 36871 or 36874 on the host. " +
        "From Windows Server 2012 on TLS 1.2 is on without anybody's doing (Microsoft: TLS protocol version support; TLS registry settings).",
    remedy: "Use a newer image: Windows Server 2019 or later. Until then write Enabled 1 and DisabledByDefault 0 under SCHANNEL\\Protocols\\TLS 1.2\\Server, and restart.",
    defaultLevel: "mandatory",
    scope: "host",
    check: (host) => (host.intent.kind === "none" ? [] : judge(host)),
    examples: [
        { name: "server-2008-r2", expect: "violation", says: "TLS 1.2", resources: azureVmOf("2008-R2-SP1") },
        { name: "server-2008-r2-on-ec2", expect: "violation", says: "2008 R2", resources: ec2With({ ami: "Windows_Server-2008-R2_SP1-English-64Bit-Base-2019.12.16" }) },
        { name: "windows-7", expect: "violation", says: "Windows 7", resources: azureVmOf("win7-enterprise", { publisher: "MicrosoftWindowsDesktop", offer: "Windows-7" }) },
        { name: "script-turns-tls12-on", expect: "compliant", resources: azureVmOf("2008-R2-SP1", { script: turnsOn }) },
        { name: "script-that-cannot-be-followed", expect: "unknown", says: "cannot be told", resources: azureVmOf("2008-R2-SP1", { script: `param($on)\n${turnsOn.replace("Value 1", "Value $on")}` }) },
        { name: "server-2012-r2-has-it", expect: "compliant", resources: azureVmOf("2012-R2-Datacenter-smalldisk") },
        { name: "server-2022-core", expect: "compliant", resources: ec2With({ ami: latest("Windows_Server-2022-English-Core-Base") }) },
        {
            name: "gallery-image-tells-nothing",
            expect: "compliant",
            resources: azureVmWith({ storageProfile: { imageReference: { id: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/galleries/g/images/windows-2008" }, osDisk: { osType: "Windows", createOption: "FromImage" } } }),
        },
        { name: "opaque-ami", expect: "compliant", resources: ec2With({}) },
    ],
};

function judge(host: Host): Finding[] {
    const found = knownImage(host);
    const release = found?.image.release;
    if (found === undefined || release === undefined || release.tls12) {
        return [];
    }
    const on = turnedOn(host);
    if (isKnown(on) && on.value) {
        return [];
    }
    const where = placed(host, found.origin);
    const must = `The image of ${host.name} must offer TLS 1.2: ${release.title} has it off`;
    return isKnown(on)
        ? [{ ...where, outcome: "violation", message: `${must}, so a client without TLS 1.0 shows 0x904.`, fix: "an image of Windows Server 2019 or later" }]
        : [{ ...where, outcome: "unknown", message: `${must}, and whether a script turns it on cannot be told: ${on.reason}.` }];
}

/** Whether a script of the host turns TLS 1.2 on for the server side. */
function turnedOn(host: Host): Known<boolean> {
    const view = new GuestView(host.carriers);
    const enabled = view.placed("tls12-server-enabled");
    const byDefault = view.placed("tls12-server-disabled-by-default");
    const doubt = view.doubt(enabled?.carrier);
    if (enabled === undefined || byDefault === undefined) {
        return doubt === undefined ? known(false) : unknown(doubt.text);
    }
    const [on, off] = [numberOf(enabled.reading.value), numberOf(byDefault.reading.value)];
    return !isKnown(on) ? on : !isKnown(off) ? off : known(on.value !== 0 && off.value === 0);
}

export default rule;
