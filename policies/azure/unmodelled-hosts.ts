import { Host } from "../../core/host";
import { isKnown } from "../../core/known";
import { Resource } from "../resource";
import { at, isPresent, readString } from "../value";
import { unmodelledHost } from "../unmodelled-host";
import { Estate, kindOfType, propsOf } from "./estate";
import { unmodelled } from "./hops";

/** VMs of the classic provider and of DevTest Labs, which are hosts all the same. */
const classic = /^azure:(?:compute\/(?:windowsVirtualMachine|windowsVirtualMachineScaleSet|virtualMachine|scaleSet|orchestratedVirtualMachineScaleSet)|devtest\/windowsVirtualMachine):/;
const lab = "devtestlab:VirtualMachine";

export function isUnmodelledHostType(type: string): boolean {
    return classic.test(type) || kindOfType(type) === lab;
}

export function unmodelledHostsOf(estate: Estate): Host[] {
    return [...estate.world.types]
        .filter(isUnmodelledHostType)
        .flatMap((type) => estate.world.ofType(type))
        .filter((r) => r.external !== true && isWindows(r))
        .map((r) => unmodelledHost("azure", r, propsOf(r)["tags"], kindOfType(r.type) === lab ? "check it with `rdp-ready probe` after the deployment" : unmodelled(r).remedy, estate.options));
}

function isWindows(resource: Resource): boolean {
    const props = propsOf(resource);
    const image = props["storageImageReference"] ?? props["sourceImageReference"] ?? props["storageProfileImageReference"] ?? props["galleryImageReference"];
    const [publisher, system] = ["publisher", "osType"].map((key) => readString(at(image, key)));
    return (
        /windows/i.test(resource.type) ||
        isPresent(props["osProfileWindowsConfig"]) ||
        (isKnown(publisher!) && /^microsoftwindows/i.test(publisher.value)) ||
        (isKnown(system!) && /^windows$/i.test(system.value))
    );
}
