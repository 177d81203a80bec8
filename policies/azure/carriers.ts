import { Carrier, CarrierKind } from "../../core/guest/model";
import { Known, isKnown, known, knownOr, unknown, unsupported } from "../../core/known";
import { CarrierSource } from "../cloud";
import { Resource } from "../resource";
import { at, elementsOf, isPresent, isUnknownMarker, membersOf, notKnownAtPreview, readString } from "../value";
import { builtInCommand } from "./built-in-commands";
import { tooLongCommand, tooLongRunCommand } from "./delivery";
import { kindOf, propsOf } from "./estate";

type Props = Readonly<Record<string, unknown>>;

/** Scripts and settings that one resource brings into a guest (rdp-domain §5.1). */
export function carriersOf(resource: Resource): CarrierSource[] {
    const props = propsOf(resource);
    switch (kindOf(resource)) {
        case "compute:VirtualMachine":
            return [...profileCarriers(resource, "osProfile", props["osProfile"]), ...userData(resource, "userData", props["userData"])];
        case "compute:VirtualMachineScaleSet": {
            const profile = "virtualMachineProfile";
            const extensions = elementsOf(at(props, `${profile}.extensionProfile.extensions`));
            return [
                ...profileCarriers(resource, `${profile}.osProfile`, at(props, `${profile}.osProfile`)),
                ...userData(resource, `${profile}.userData`, at(props, `${profile}.userData`)),
                ...knownOr(extensions, []).flatMap((e, i) => extension(resource, `${profile}.extensionProfile.extensions[${i}].`, membersOf(e))),
            ];
        }
        case "compute:VirtualMachineExtension":
        case "compute:VirtualMachineScaleSetExtension":
        case "compute:VirtualMachineScaleSetVMExtension":
            return extension(resource, "", props);
        case "compute:VirtualMachineRunCommandByVirtualMachine":
        case "compute:VirtualMachineScaleSetVMRunCommand":
            return runCommand(resource, props);
        case "guestconfiguration:GuestConfigurationAssignment":
            return machineConfiguration(resource, props);
        default:
            return [];
    }
}

function source(
    resource: Resource,
    kind: CarrierKind,
    property: string,
    language: Carrier["language"],
    runs: Carrier["runs"],
    script: Known<string>,
    extract: (value: unknown) => string | undefined = asText,
): CarrierSource {
    return { urn: resource.urn, kind, property, language, script, runs, extract };
}

function asText(value: unknown): string | undefined {
    return knownOr(readString(value), undefined);
}

/** What `extract` finds in a value, or why the value cannot be read. */
function extracted(value: unknown, extract: (value: unknown) => string | undefined, otherwise: string): Known<string> {
    const text = readString(value);
    if (!isKnown(text)) {
        return text;
    }
    const script = extract(text.value);
    return script === undefined ? unsupported(otherwise) : known(script);
}

function runCommand(resource: Resource, props: Props): CarrierSource[] {
    const value = props["source"];
    const source_ = membersOf(value);
    const made = (property: string, script: Known<string>, extract?: (value: unknown) => string | undefined): CarrierSource[] => [
        source(resource, "run-command", property, "powershell", "on-change", script, extract),
    ];
    if (isPresent(source_["script"])) {
        const script = readString(source_["script"]);
        const parameters = parametersOf(props, script);
        return made("source.script", script).map((s) => ({ ...s, ...optional("parameters", parameters), ...optional("obstacle", tooLongRunCommand(script)) }));
    }
    if (isPresent(source_["commandId"])) {
        const extract = (id: unknown): string | undefined => builtInCommand(asText(id) ?? "", props["parameters"]);
        return made("source.commandId", extracted(source_["commandId"], extract, `what the built-in command does is not modelled`), extract);
    }
    if (isPresent(source_["scriptUri"])) {
        return made("source.scriptUri", unknown("the script is downloaded by the guest; write it into source.script to have it judged"));
    }
    const whole = readString(value);
    return isPresent(value) ? made("source", isKnown(whole) ? unknown("it names no script") : whole) : [];
}

/**
 * What a run command hands to its script: `parameters` and, never read, `protectedParameters`. Of lists that are not known, every name
 * that the script's variables have may be set.
 */
function parametersOf(props: Props, script: Known<string>): ReadonlyMap<string, Known<string>> | undefined {
    const given = new Map<string, Known<string>>();
    for (const property of ["parameters", "protectedParameters"] as const) {
        const list = elementsOf(props[property]);
        const members = isKnown(list) ? list.value.map((p) => ({ name: asText(at(p, "name")), value: readString(at(p, "value")) })) : [];
        const hidden = !isKnown(list) ? list : members.some((m) => m.name === undefined) ? unknown("the names of its parameters are not known") : undefined;
        const reason = hidden === undefined || isKnown(hidden) ? undefined : hidden.reason;
        if (reason !== undefined && isKnown(script)) {
            [...script.value.matchAll(/\$(\w+)/g)].forEach(([, name = ""]) => given.set(name.toLowerCase(), unknown(reason)));
        }
        for (const { name, value } of members) {
            if (name !== undefined) {
                given.set(name.toLowerCase(), property === "protectedParameters" ? unknown("it is a protected parameter, which rdp-ready does not read") : value);
            }
        }
    }
    return given.size === 0 ? undefined : given;
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
    return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}

/** A VM extension; `prefix` is where it stands inside a scale set. */
function extension(resource: Resource, prefix: string, props: Props): CarrierSource[] {
    const publisher = asText(props["publisher"])?.toLowerCase() ?? "";
    const type = asText(props["type"])?.toLowerCase() ?? "";
    if (publisher === "microsoft.compute" && type === "customscriptextension") {
        return [customScript(resource, prefix, props)];
    }
    if (publisher === "microsoft.powershell" && type === "dsc") {
        return [source(resource, "dsc-extension", `${prefix}settings`, "powershell", "on-change", unsupported("DSC configuration archives are not read"))];
    }
    return [];
}

function customScript(resource: Resource, prefix: string, props: Props): CarrierSource {
    const bags = (["settings", "protectedSettings"] as const).map((name) => ({ name, bag: settingsBag(props[name]) }));
    const made = (property: string, script: Known<string>): CarrierSource => source(resource, "custom-script-extension", `${prefix}${property}`, "batch", "on-change", script);
    for (const { name, bag } of bags) {
        const command = isKnown(bag) ? bag.value["commandToExecute"] : undefined;
        if (isPresent(command)) {
            const line = readString(command);
            return { ...made(`${name}.commandToExecute`, downloaded(line, bags.map((b) => b.bag))), ...optional("obstacle", tooLongCommand(line)) };
        }
    }
    const hidden = bags.find(({ bag }) => !isKnown(bag));
    return hidden !== undefined && !isKnown(hidden.bag)
        ? made(hidden.name, hidden.bag)
        : made("settings", unknown(isPresent(props["protectedSettingsFromKeyVault"]) ? "its settings are a secret in a key vault" : "it names no commandToExecute"));
}

/** Settings are an object, or the JSON of one. */
export function settingsBag(value: unknown): Known<Props> {
    const text = readString(value);
    if (isKnown(text)) {
        try {
            return known(membersOf(JSON.parse(text.value)));
        } catch {
            return unknown("it is not JSON");
        }
    }
    const members = membersOf(value);
    return !isPresent(value) || Object.keys(members).length > 0 || !isMarker(value) ? known(members) : text;
}

function isMarker(value: unknown): boolean {
    return typeof value === "string" || isUnknownMarker(value) || (typeof value === "object" && value !== null && Object.keys(membersOf(value)).length === 0 && Object.keys(value).length > 0);
}

/** A command that runs a script among the downloaded files does what that file says, which is not known here. */
function downloaded(command: Known<string>, bags: readonly Known<Props>[]): Known<string> {
    if (!isKnown(command)) {
        return command;
    }
    const uris = bags.flatMap((bag) => (isKnown(bag) ? knownOr(elementsOf(bag.value["fileUris"]), [undefined]) : []));
    const files = uris.map((uri) => /([^/\\?]+\.(?:ps1|psm1|cmd|bat|vbs))(?:\?|$)/i.exec(asText(uri) ?? "")?.[1]);
    const runs = files.find((file) => file !== undefined && command.value.toLowerCase().includes(file.toLowerCase()));
    const unnamed = uris.some((uri) => asText(uri) === undefined) && /\.(?:ps1|cmd|bat|vbs)\b/i.test(command.value);
    return runs !== undefined
        ? unknown(`the guest downloads and runs ${runs}; write the script into the command, or use a run command with source.script, to have it judged`)
        : unnamed
          ? unknown(notKnownAtPreview)
          : command;
}

/** Unattend commands, and custom data, which Windows stores and never runs. */
function profileCarriers(resource: Resource, path: string, profile: unknown): CarrierSource[] {
    const content = elementsOf(at(profile, "windowsConfiguration.additionalUnattendContent"));
    const unattend = knownOr(content, []).flatMap((value, i) => {
        const setting = asText(at(value, "settingName"));
        return setting !== undefined && setting.toLowerCase() !== "firstlogoncommands"
            ? []
            : [
                  source(
                      resource,
                      "unattend",
                      `${path}.windowsConfiguration.additionalUnattendContent[${i}].content`,
                      "batch",
                      "once",
                      extracted(at(value, "content"), firstLogonCommands, "its XML holds no FirstLogonCommands"),
                      firstLogonCommands,
                  ),
              ];
    });
    const customData = at(profile, "customData");
    return isPresent(customData)
        ? [...unattend, source(resource, "custom-data", `${path}.customData`, "powershell", "never", extracted(customData, fromBase64, "it is not base64 text"), fromBase64)]
        : unattend;
}

function userData(resource: Resource, property: string, value: unknown): CarrierSource[] {
    return isPresent(value) ? [source(resource, "user-data", property, "powershell", "never", extracted(value, fromBase64, "it is not base64 text"), fromBase64)] : [];
}

function fromBase64(value: unknown): string | undefined {
    const text = asText(value)?.replace(/\s+/g, "") ?? "";
    return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, "base64").toString("utf8") : undefined;
}

/** The command lines of `FirstLogonCommands`, one a line, in order. */
function firstLogonCommands(value: unknown): string | undefined {
    const raw = asText(value) ?? "";
    const xml = raw.includes("<") ? raw : fromBase64(raw) ?? "";
    // What stands before an end tag; each piece is read once, however many begin and never end.
    const commands = xml.split(/<\/SynchronousCommand>/i).slice(0, -1).flatMap((piece) => {
        const begin = piece.toLowerCase().lastIndexOf("<synchronouscommand");
        const body = piece.slice(begin);
        return begin < 0 ? [] : [{ order: Number(/<Order>\s*(\d+)\s*<\/Order>/i.exec(body)?.[1] ?? 0), line: unescapeXml(between(body, "<commandline>", "</commandline>").trim()) }];
    });
    return commands.length === 0
        ? undefined
        : commands
              .sort((a, b) => a.order - b.order)
              .map((c) => c.line)
              .join("\r\n");
}

function between(text: string, from: string, to: string): string {
    const lower = text.toLowerCase();
    const start = lower.indexOf(from);
    const end = lower.indexOf(to, start);
    return start < 0 || end < 0 ? "" : text.slice(start + from.length, end);
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescapeXml(text: string): string {
    return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? "");
}

function machineConfiguration(resource: Resource, props: Props): CarrierSource[] {
    const type = asText(at(props, "properties.guestConfiguration.assignmentType")) ?? "Audit";
    const runs = /autocorrect$/i.test(type) ? "scheduled" : /^applyandmonitor$/i.test(type) ? "on-change" : "never";
    return [source(resource, "machine-configuration", "properties.guestConfiguration", "powershell", runs, unsupported("machine configuration packages are not read"))];
}
