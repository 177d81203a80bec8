import { Host } from "../../core/host";
import { isKnown, knownOr } from "../../core/known";
import { clientsTag, portTag } from "../intent";
import { Resource } from "../resource";
import { PackOptions } from "../rule";
import { unmodelledHost } from "../unmodelled-host";
import { elementsOf, membersOf } from "../value";
import { World } from "../world";
import { authored, textOf } from "./properties";
import { audienceOf, readUserData } from "./user-data";
import { bySystemName } from "./windows";

const lightsail = /^aws(?:-native)?:lightsail[:/](?:instance:)?Instance$/;
const native = /^aws-native:ec2:Instance$/;

/** Hosts of providers and services that are not modelled: Lightsail, and instances of aws-native. */
export function isUnmodelledHostType(type: string): boolean {
    return lightsail.test(type) || native.test(type);
}

export function unmodelledHostsOf(world: World, options: PackOptions): Host[] {
    return [...world.types]
        .filter(isUnmodelledHostType)
        .flatMap((type) => world.ofType(type))
        .filter((r) => r.external !== true && isWindows(r))
        .map((r) => unmodelledHost("aws", r, tagsOf(r), remedyFor(r.type), options));
}

function remedyFor(type: string): string {
    return native.test(type) ? "declare it with the aws provider, or check it with `rdp-ready probe` after the deployment" : "check it with `rdp-ready probe` after the deployment";
}

function isWindows(r: Resource): boolean {
    if (lightsail.test(r.type)) {
        return /^windows/i.test(textOf(authored(r, "blueprintId")) ?? "");
    }
    const script = knownOr(readUserData(authored(r, "userData"), true), "");
    const tags = tagsOf(r);
    return bySystemName(textOf(authored(r, "imageId")) ?? "") === "windows" || audienceOf(script) === "windows" || tags[clientsTag] !== undefined || tags[portTag] !== undefined;
}

/** A map, or the list of keys and values that CloudFormation has. */
function tagsOf(r: Resource): Readonly<Record<string, unknown>> {
    const list = elementsOf(authored(r, "tags"));
    const pairs = isKnown(list) ? list.value.map(membersOf) : [];
    return pairs.some((p) => "key" in p) ? Object.fromEntries(pairs.map((p) => [textOf(p["key"]) ?? "", p["value"]])) : membersOf(authored(r, "tags"));
}
