import { extensionMisfit } from "../../core/certificate/delivery";
import { Host, ListenerCertificate } from "../../core/host";
import { Finding, HostRule } from "../rule";
import { azureWithVaultCertificate } from "./shared/example-certificates";
import { certificatesFor, fallsBack } from "./shared/certificate";
import { placed } from "./shared/reach";

const gallery = "/subscriptions/0d2c1a5e-1111-4222-8333-94f9d1b6a001/resourceGroups/rg/providers/Microsoft.Compute/galleries/ours/images/desk/versions/1.0.0";

const rule: HostRule = {
    id: "RDP306",
    name: "certificate-extension-fits-image",
    title: "The Key Vault extension goes with the host's Windows",
    severity: "medium",
    effect: "weakens",
    symptom: "none",
    causes: ["expired-certificate"],
    why:
        "Version 4 of the Key Vault VM extension installs on Windows Server 2022 and 2025 only, and no longer knows pollingIntervalInS, linkOnRenewal, requireInitialSync and keyExportable, which version 3 has. Where it does not go with the host, the certificate " +
        "does not come (Microsoft: Key Vault VM extension for Windows, version 4.0).",
    remedy: "typeHandlerVersion 3.0 with its own settings on Windows Server 2019 and older, 4.0 on 2022 and 2025.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => certificatesFor(host).flatMap((c) => judge(host, c)),
    examples: [
        { name: "version-4-on-2022", expect: "compliant", resources: azureWithVaultCertificate() },
        { name: "version-4-on-2019", expect: "violation", says: "Windows Server 2019", resources: azureWithVaultCertificate({ sku: "2019-Datacenter" }) },
        { name: "version-3-on-2019", expect: "compliant", resources: azureWithVaultCertificate({ sku: "2019-datacenter-gensecond", version: "3.0", management: { linkOnRenewal: true, pollingIntervalInS: "3600" } }) },
        { name: "settings-of-version-3-in-4", expect: "violation", says: "linkOnRenewal", resources: azureWithVaultCertificate({ sku: "2025-datacenter-azure-edition", management: { linkOnRenewal: true } }) },
        { name: "image-of-a-gallery", expect: "unknown", says: "not known", resources: azureWithVaultCertificate({ vm: { storageProfile: { imageReference: { id: gallery } }, osProfile: { windowsConfiguration: {} } } }) },
    ],
};

function judge(host: Host, c: ListenerCertificate): Finding[] {
    const misfit = extensionMisfit(c.delivery);
    if (misfit === undefined) {
        return [];
    }
    const message = `The Key Vault extension that brings the ${c.name} must go with ${host.name}: ${misfit.text}${misfit.holds === false ? `, so the certificate does not come: ${fallsBack}` : ""}.`;
    const property = misfit.text.includes("has no") ? "settings" : "typeHandlerVersion";
    return [{ ...placed(host, { ...c.origin, property: inExtension(c.origin.property ?? "", property) }), outcome: misfit.holds === false ? "violation" : "unknown", message, fix: property === "settings" ? "settings without these" : 'typeHandlerVersion: "3.0", with the settings of version 3' }];
}

/** The property beside the settings that the certificate stands in; extensions of scale sets stand inline. */
function inExtension(path: string, property: string): string {
    return `${path.slice(0, Math.max(0, path.indexOf("settings")))}${property}`;
}

export default rule;
