import { Resource } from "../../policies/resource";
import { shown } from "../files";
import { Problem } from "../problem";
import { isObject, textOf } from "./json";
import { Interest, Source } from "./source";
import { readState } from "./state";

/** Whether the JSON is the digest that `pulumi preview --json` prints. */
export function isPreview(json: Record<string, unknown>): boolean {
    return Array.isArray(json["steps"]) || isObject(json["changeSummary"]) || (Array.isArray(json["diagnostics"]) && "duration" in json);
}

/** Steps after which the resource is gone. */
const removing = new Set(["delete", "delete-replaced", "discard", "discard-replaced", "read-discard", "remove-pending-replace"]);

/**
 * Reads a preview.
 * @throws Problem if the preview failed: what it did not get to see must not be taken for absent
 */
export function readPreview(json: Record<string, unknown>, name: string, file: string, interest: Interest): Source {
    const errors = (Array.isArray(json["diagnostics"]) ? json["diagnostics"] : []).filter(isObject).filter((d) => d["severity"] === "error");
    if (errors.length > 0) {
        const first = (textOf(errors[0]!["message"]) ?? "").replace(/<\{%[^%]*%\}>/g, "").trim().split("\n")[0];
        throw new Problem(`${shown(file)} is a preview that failed (${first}), so it does not show the whole stack. Make the preview succeed, then check its JSON.`);
    }
    const resources = new Map<string, Resource>();
    for (const step of Array.isArray(json["steps"]) ? json["steps"] : []) {
        if (!isObject(step) || removing.has(String(step["op"]))) {
            continue;
        }
        const resource = readState(step["newState"], interest, undefined);
        if (resource !== undefined) {
            resources.set(resource.urn, resource);
        }
    }
    return { kind: "preview", name, file, resources: [...resources.values()], assumptions: [], secrets: [] };
}
