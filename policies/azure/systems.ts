import { isKnown } from "../../core/known";
import { Resource } from "../resource";
import { at, isPresent, readString } from "../value";
import { propsOf } from "./estate";

export type System = "windows" | "other" | "opaque";

/** Extensions that exist for Windows only, by publisher and type (rdp-domain §5.1). */
const windowsExtensions = new Set([
    "microsoft.compute/customscriptextension",
    "microsoft.compute/bginfo",
    "microsoft.compute/jsonaddomainextension",
    "microsoft.powershell/dsc",
    "microsoft.azure.keyvault/keyvaultforwindows",
    "microsoft.azure.activedirectory/aadloginforwindows",
    "microsoft.azure.security/iaasantimalware",
    "microsoft.azure.monitor/azuremonitorwindowsagent",
    "microsoft.azure.networkwatcher/networkwatcheragentwindows",
    "microsoft.azure.monitoring.dependencyagent/dependencyagentwindows",
    "microsoft.guestconfiguration/configurationforwindows",
    "microsoft.azure.guestconfiguration/configurationforwindows",
    "microsoft.cplat.core/runcommandwindows",
]);

const windowsImage = /windows|\bwin(?:dows)?-?(?:10|11|\d{4})|(?:^|-)ws\d{4}|win\d{2}-|-win-?20\d\d/i;
const linuxImage = /ubuntu|debian|rhel|redhat|centos|linux|sles|suse|alma|rocky|fedora|flatcar|coreos|freebsd|mariner/i;
const linuxPublishers = /^(?:canonical|redhat|debian|suse|openlogic|oracle|almalinux|resf|credativ|kinvolk|coreos|erockyenterprise.*|microsoftcblmariner|kali-linux)$/i;

/**
 * What runs on a VM, by what its author wrote (design: "Who is a Windows host").
 * @param prefix `virtualMachineProfile.` in a scale set
 */
export function systemOf(host: Resource, prefix: string, extensions: readonly Readonly<Record<string, unknown>>[]): System {
    const props = propsOf(host);
    const value = (path: string): unknown => at(props, prefix + path);
    const text = (path: string): string => textOf(value(path)) ?? "";
    if (isPresent(value("osProfile.windowsConfiguration"))) {
        return "windows";
    }
    if (isPresent(value("osProfile.linuxConfiguration"))) {
        return "other";
    }
    const osType = text("storageProfile.osDisk.osType").toLowerCase();
    if (osType !== "") {
        return osType === "windows" ? "windows" : "other";
    }
    if (/^windows_/i.test(text("licenseType"))) {
        return "windows";
    }
    const publisher = text("storageProfile.imageReference.publisher");
    const image = `${text("storageProfile.imageReference.offer")} ${text("storageProfile.imageReference.sku")}`;
    if (/^microsoftwindows(?:server|desktop)/i.test(publisher)) {
        return "windows";
    }
    if (publisher !== "" && (linuxPublishers.test(publisher) || linuxImage.test(image))) {
        return "other";
    }
    if (windowsImage.test(image)) {
        return "windows";
    }
    if (extensions.some((e) => windowsExtensions.has(`${textOf(e["publisher"]) ?? ""}/${textOf(e["type"]) ?? ""}`.toLowerCase()))) {
        return "windows";
    }
    return "opaque";
}

function textOf(value: unknown): string | undefined {
    const k = readString(value);
    return isKnown(k) ? k.value : undefined;
}
