import { Cloud, Host, Unmodelled } from "../core/host";
import { known } from "../core/known";
import { Path, Via } from "../core/net/path-model";
import { intentOf, readDeclaration } from "./intent";
import { Resource } from "./resource";
import { PackOptions } from "./rule";

/** A Windows host of a type that is not modelled: that it is one is all that is known (design: "a type that matters and is not modelled"). */
export function unmodelledHost(cloud: Cloud, resource: Resource, tags: unknown, remedy: string, options: PackOptions): Host {
    const declaration = readDeclaration(resource.urn, tags, options);
    const port = declaration.port ?? known(options.port ?? 3389);
    const origin = { urn: resource.urn, text: `${resource.name} is of the type ${resource.type}, which is not modelled` };
    const path = (via: Via): Path => ({ via, port, hops: [{ kind: "address", name: resource.name, origin, gate: { type: "fixed", verdict: "unknown" } }] });
    const note: Unmodelled = { urn: resource.urn, type: resource.type, remedy };
    return {
        urn: resource.urn,
        type: resource.type,
        name: resource.name,
        cloud,
        intent: intentOf(declaration, [], 3389, undefined),
        port,
        paths: declaration.via === undefined ? [path("public-address"), path("private-network")] : [path(declaration.via)],
        carriers: [],
        knownWindows: true,
        names: [],
        certificates: [],
        unmodelled: [note],
    };
}
