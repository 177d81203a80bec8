import { Host } from "../../core/host";
import { isKnown, known } from "../../core/known";
import { Path, Via } from "../../core/net/path-model";
import { intentOf, readDeclaration } from "../intent";
import { Resource } from "../resource";
import { at, isPresent, readString } from "../value";
import { Estate, propsOf } from "./estate";
import { fixedHop, unmodelled } from "./hops";

/** The classic provider's VMs, which are hosts all the same: nothing about them is known (design: "a type that matters and is not modelled"). */
const classicHosts = /^azure:compute\/(?:windowsVirtualMachine|windowsVirtualMachineScaleSet|virtualMachine|scaleSet|orchestratedVirtualMachineScaleSet):/;

export function isClassicHost(type: string): boolean {
    return classicHosts.test(type);
}

export function classicHostsOf(estate: Estate): Host[] {
    return [...estate.world.types]
        .filter(isClassicHost)
        .flatMap((type) => estate.world.ofType(type))
        .filter((r) => r.external !== true && isWindows(r))
        .map((r) => classicHost(estate, r));
}

function isWindows(resource: Resource): boolean {
    const props = propsOf(resource);
    const image = props["storageImageReference"] ?? props["sourceImageReference"] ?? props["storageProfileImageReference"];
    const publisher = readString(at(image, "publisher"));
    return /windows/i.test(resource.type) || isPresent(props["osProfileWindowsConfig"]) || (isKnown(publisher) && /^microsoftwindows/i.test(publisher.value));
}

function classicHost(estate: Estate, resource: Resource): Host {
    const declaration = readDeclaration(resource.urn, propsOf(resource)["tags"], estate.options);
    const port = declaration.port ?? known(estate.options.port ?? 3389);
    const note = unmodelled(resource);
    const hop = fixedHop("address", resource.name, "unknown", { urn: resource.urn, text: `${resource.name} is a ${resource.type}, which is not modelled` });
    const path = (via: Via): Path => ({ via, port, hops: [hop] });
    const paths = [path("public-address"), path("private-network")];
    return {
        urn: resource.urn,
        type: resource.type,
        name: resource.name,
        cloud: "azure",
        intent: intentOf(declaration, [], 3389, undefined),
        port,
        paths: declaration.via === undefined ? paths : [path(declaration.via)],
        carriers: [],
        knownWindows: true,
        names: [],
        certificates: [],
        unmodelled: [note],
    };
}
