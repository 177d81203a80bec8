import { isKnown } from "../../core/known";
import { Resource } from "../resource";
import { isPresent, readBoolean } from "../value";
import { userDataText } from "./carriers";
import { kindOf } from "./kinds";
import { Launch } from "./launch";
import { Links } from "./links";
import { textOf } from "./properties";
import { audienceOf } from "./user-data";

/** `opaque`: nothing tells which system the image holds. */
export type System = "windows" | "other" | "opaque";

const otherSystems = /amzn|al20\d\d|amazon[-_]?linux|amazon-ecs-optimized|ubuntu|debian|rhel|red ?hat|suse|sles|centos|rocky|almalinux|fedora|bottlerocket|linux|macos|mac2?-|freebsd/i;
const windowsImage = /windows|win20\d\d|\bwin-?server/i;

/** Which system a host runs, by everything that says so (design: "Who is a Windows host"). */
export function systemOf(launch: Launch, links: Links): System {
    const password = launch.getPasswordData === undefined ? undefined : readBoolean(launch.getPasswordData.value ?? false);
    if ((password !== undefined && isKnown(password) && password.value) || textOf(launch.host.outputs["passwordData"]) !== undefined) {
        return "windows";
    }
    const audiences = launch.userData.map(userDataText).flatMap((t) => (isKnown(t) ? [audienceOf(t.value)] : []));
    if (audiences.includes("windows")) {
        return "windows";
    }
    const image = imageSystem(launch, links);
    if (image !== "opaque") {
        return image;
    }
    if (audiences.includes("linux")) {
        return "other";
    }
    return tagSystem(launch.tags);
}

function imageSystem(launch: Launch, links: Links): System {
    const { image } = launch;
    if (image === undefined) {
        return "opaque";
    }
    const text = textOf(image.value);
    const named = text === undefined ? "opaque" : bySystemName(text);
    if (named !== "opaque") {
        return named;
    }
    const [first, ...others] = links.link(image, "Ami", "SsmParameter").all.flatMap((t) => (t.resource === undefined ? [] : [resourceSystem(t.resource, links)]));
    return first !== undefined && others.every((o) => o === first) ? first : "opaque";
}

/** A text that tells what an image holds; `copied` where the image was made from another one. */
export interface ImageName {
    readonly text: string;
    readonly copied: boolean;
}

/** Names of a host's image, as far as the stack shows them: of look-ups, parameters and images that it makes itself. */
export function imageNames({ image }: Launch, links: Links): ImageName[] {
    const own = image === undefined ? undefined : textOf(image.value);
    const targets = image === undefined ? [] : links.link(image, "Ami", "SsmParameter").all.flatMap((t) => t.resource ?? []);
    const linked = targets.length !== 1 ? [] : targets.flatMap((r) => [r.id, r.inputs["name"], r.outputs["name"]].map((name) => ({ text: textOf(name), copied: kindOf(r.type) === "Ami" && r.external !== true })));
    return [{ text: own, copied: false }, ...linked].flatMap(({ text, copied }) => (text === undefined ? [] : [{ text, copied }]));
}

/** The name of an image, or the path of the public parameter that holds its id. */
export function bySystemName(text: string): System {
    return windowsImage.test(text) ? "windows" : otherSystems.test(text) ? "other" : "opaque";
}

function resourceSystem(r: Resource, links: Links): System {
    if (kindOf(r.type) === "Ami") {
        const platform = textOf(r.outputs["platform"]) ?? textOf(r.outputs["platformDetails"]);
        if (platform !== undefined) {
            return /windows/i.test(platform) ? "windows" : "other";
        }
        const source = r.inputs["sourceInstanceId"] ?? r.inputs["sourceAmiId"];
        const from = isPresent(source) ? links.link({ from: r, path: r.inputs["sourceAmiId"] === undefined ? "sourceInstanceId" : "sourceAmiId", value: source }, "Ami").all[0]?.resource : undefined;
        if (from !== undefined && from !== r) {
            return resourceSystem(from, links);
        }
    }
    const names = [r.id, r.inputs["name"], r.outputs["name"], r.inputs["description"], r.outputs["description"]];
    for (const name of names) {
        const system = bySystemName(textOf(name) ?? "");
        if (system !== "opaque") {
            return system;
        }
    }
    return "opaque";
}

function tagSystem(tags: Readonly<Record<string, unknown>>): System {
    for (const [key, value] of Object.entries(tags)) {
        if (/^(os|os[-_]?(type|family|name)|platform|operating[-_ ]?system)$/i.test(key)) {
            const system = bySystemName(textOf(value) ?? "");
            if (system !== "opaque") {
                return system;
            }
        }
    }
    return "opaque";
}
