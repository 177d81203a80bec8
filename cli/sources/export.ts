import { Resource } from "../../policies/resource";
import { shown } from "../files";
import { Problem } from "../problem";
import { isObject } from "./json";
import { Interest, Source } from "./source";
import { readState } from "./state";

/** Whether the JSON is a stack export (`pulumi stack export`) or a state file of the local backend. */
export function isExport(json: Record<string, unknown>): boolean {
    return isObject(json["deployment"]) || isObject(json["checkpoint"]);
}

/**
 * Reads a stack export.
 * @param mayReveal the file may hold secrets as plain text
 * @throws Problem if its version is not one that we know
 */
export function readExport(json: Record<string, unknown>, name: string, file: string, interest: Interest, mayReveal: boolean): Source {
    const version = json["version"];
    if (typeof version === "number" && (version < 3 || version > 4)) {
        throw new Problem(`${shown(file)} is a stack export of version ${version}; versions 3 and 4 can be read. Export it again with a current Pulumi: pulumi stack export > ${shown(file)}`);
    }
    const checkpoint = json["checkpoint"];
    const deployment = isObject(checkpoint) ? checkpoint["latest"] : json["deployment"];
    const listed = isObject(deployment) ? deployment["resources"] : undefined;
    const secrets = mayReveal ? new Set<string>() : undefined;
    const resources: Resource[] = [];
    for (const state of Array.isArray(listed) ? listed : []) {
        // A resource that waits for its deletion is on its way out.
        const resource = isObject(state) && state["delete"] === true ? undefined : readState(state, interest, secrets);
        if (resource !== undefined) {
            resources.push(resource);
        }
    }
    return { kind: "export", name, file, resources, assumptions: [], secrets: [...(secrets ?? [])] };
}
