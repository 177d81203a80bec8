import { Obstacle } from "../../core/guest/model";
import { isTaskFile } from "../../core/guest/script";
import { Known, isKnown, known, unknown } from "../../core/known";
import { CarrierSource } from "../cloud";
import { Resource } from "../resource";
import { isPresent, membersOf, read, readString } from "../value";
import { kindOf } from "./kinds";
import { Property, authored, property, textOf } from "./properties";
import { Parameters, documentScripts, parameterText, troubleshootScript } from "./ssm";
import { partsOf, readUserData, tooLarge } from "./user-data";

/** Scripts that one resource brings into a guest. */
export function carriersOf(r: Resource): CarrierSource[] {
    switch (kindOf(r.type)) {
        case "Instance":
        case "LaunchTemplate":
        case "LaunchConfiguration":
            return userDataOf(r).flatMap((u) => userDataCarriers(u));
        case "SsmDocument":
            return documentCarriers(r, "on-change");
        case "SsmAssociation":
            return associationCarriers(r);
        default:
            return [];
    }
}

/** User data that a resource holds, and whether it is in base64. */
export interface UserData extends Property {
    readonly encoded: boolean;
}

export function userDataOf(r: Resource): UserData[] {
    const template = kindOf(r.type) === "LaunchTemplate";
    return [
        { ...property(r, "userData"), encoded: template },
        { ...property(r, "userDataBase64"), encoded: true },
    ].filter((u) => isPresent(u.value) && u.value !== "");
}

export function userDataText(u: UserData): Known<string> {
    return readUserData(u.value, u.encoded);
}

/** @param oldAgent the image whose launch agent knows no tasks, where it is such a one */
export function userDataCarriers(u: UserData, oldAgent?: string): CarrierSource[] {
    const text = userDataText(u);
    const base = { urn: u.from.urn, kind: "user-data", property: u.path } as const;
    if (!isKnown(text)) {
        return [{ ...base, language: "powershell", script: text, runs: "once", extract: () => undefined }];
    }
    const obstacle = tooLarge(u.value, u.encoded) ?? (oldAgent !== undefined && isTaskFile(text.value) ? tasksIgnored(oldAgent) : undefined);
    return partsOf(text.value).map((part, i) => ({
        ...base,
        language: part.language,
        script: known(part.script),
        ...(obstacle === undefined ? { runs: part.runs, ...(part.obstacle === undefined ? {} : { obstacle: part.obstacle }) } : { runs: "never", obstacle }),
        extract: (value) => {
            const changed = readUserData(value, u.encoded);
            return isKnown(changed) ? partsOf(changed.value)[i]?.script : undefined;
        },
    }));
}

function tasksIgnored(image: string): Obstacle {
    return { text: `EC2Launch v2 alone runs a file of tasks, and the launch agent of ${image} is older and passes over it`, fix: "<powershell> before the script and </powershell> behind it, or an image of Windows Server 2022 or later", certain: true };
}

/** What an association hands to the document that it runs, by name. */
export function parametersOf(association: Resource): Parameters {
    const value = authored(association, "parameters");
    const all = read(value);
    return isKnown(all) ? new Map(Object.entries(membersOf(value)).map(([name, v]) => [name, Array.isArray(v) ? unknown("it is a list") : readString(v)])) : all;
}

/**
 * The PowerShell steps of a document, with the values of its parameters: those of the association, or else its defaults. What else a document does
 * leaves Windows settings alone.
 */
export function documentCarriers(document: Resource, runs: "on-change" | "scheduled", parameters: Parameters = new Map()): CarrierSource[] {
    const type = textOf(authored(document, "documentType"));
    if (type !== undefined && type !== "Command") {
        return [];
    }
    const base = { urn: document.urn, kind: "ssm-document", property: "content", language: "powershell", runs } as const;
    const content = contentOf(authored(document, "content"));
    if (!isKnown(content)) {
        return [{ ...base, script: content, extract: () => undefined }];
    }
    return documentScripts(content.value, parameters).map((script, i) => ({
        ...base,
        script: known(script),
        extract: (value) => {
            const changed = contentOf(value);
            return isKnown(changed) ? documentScripts(changed.value, parameters)[i] : undefined;
        },
    }));
}

/** Some programs hand over the content as an object, which the SDK makes into JSON. */
function contentOf(value: unknown): Known<string> {
    const k = read(value);
    return isKnown(k) && typeof k.value === "object" && k.value !== null ? known(JSON.stringify(k.value)) : readString(value);
}

/** Scripts that an association hands over itself, as parameters of a document that AWS owns. */
export function associationCarriers(association: Resource): CarrierSource[] {
    const parameters = authored(association, "parameters");
    const name = documentName(association);
    const base = { urn: association.urn, kind: "ssm-association", language: "powershell", runs: runsOf(association) } as const;
    if (/(^|:document\/|\/)AWS-RunPowerShellScript$/.test(name)) {
        const all = read(parameters);
        if (!isKnown(all)) {
            return [{ ...base, property: "parameters", script: unknown(all.reason), extract: () => undefined }];
        }
        const commands = membersOf(parameters)["commands"];
        return isPresent(commands)
            ? [{ ...base, property: "parameters.commands", script: parameterText(commands), extract: (value) => valueOf(parameterText(value)) }]
            : [];
    }
    if (/(^|:document\/|\/)AWSSupport-TroubleshootRDP$/.test(name)) {
        const script = troubleshootScript(parameters);
        return isKnown(script) && script.value === "" ? [] : [{ ...base, property: "parameters", script, extract: (value) => valueOf(troubleshootScript(value)) }];
    }
    return [];
}

/** State Manager runs an association when it is made, when it changes, and by its schedule (rdp-domain §5.2). */
export function runsOf(association: Resource): "on-change" | "scheduled" {
    return isPresent(authored(association, "scheduleExpression")) ? "scheduled" : "on-change";
}

function documentName(association: Resource): string {
    return textOf(authored(association, "name")) ?? "";
}

function valueOf(k: Known<string>): string | undefined {
    return isKnown(k) ? k.value : undefined;
}

/** A carrier of which a preview does not tell whether it is for this host. */
export function doubtful(source: CarrierSource, why: string): CarrierSource {
    return isKnown(source.script) ? { ...source, script: unknown(why) } : source;
}
