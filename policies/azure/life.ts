import { Known, isKnown, known, unknown } from "../../core/known";
import { Credential, End, Fact, HostLife, Patching } from "../../core/life";
import { Carrier } from "../../core/guest/model";
import { azureImage } from "../../core/os/images";
import { nameRefusal, passwordRefusal } from "../../core/os/accounts";
import { WindowsImage } from "../../core/os/windows";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { at, isPresent, read, readBoolean, readString } from "../value";
import { Estate, propsOf } from "./estate";
import { resolve } from "./links";

/** Kinds that bear on a host's life and are no part of it. */
export const lifeKinds: readonly string[] = [
    "devtestlab:GlobalSchedule",
    "devtestlab:Schedule",
    "maintenance:ConfigurationAssignment",
    "maintenance:ConfigurationAssignmentParent",
    "maintenance:ConfigurationAssignmentsForResourceGroup",
    "maintenance:ConfigurationAssignmentsForSubscription",
];

/**
 * Image, size and life of a VM or scale set, by what its author wrote (rdp-domain §2.19, §6).
 * @param prefix `virtualMachineProfile.` in a scale set
 */
export function lifeOf(estate: Estate, host: Resource, prefix: string, carriers: readonly Carrier[]): HostLife {
    const reader = new Reader(host, prefix);
    const patchedBy = maintenance(estate);
    const literalPassword = literalAt(host, `${prefix}osProfile.adminPassword`) ?? runAsPassword(estate, carriers);
    return {
        image: imageOf(host, prefix),
        ...optional("size", reader.size()),
        ...optional("patching", reader.patching()),
        ...optional("patchedBy", patchedBy),
        ends: [...reader.ends(), ...schedules(estate, host)],
        ...optional("credential", reader.credential()),
        ...optional("literalPassword", literalPassword),
    };
}

/** A password that stands in a property, in clear. */
function literalAt(resource: Resource, property: string): Origin | undefined {
    const value = at(propsOf(resource), property);
    const text = isPresent(value) ? readString(value) : undefined;
    return text !== undefined && isKnown(text) && text.value !== "" ? { urn: resource.urn, property, text: property.split(".").at(-1)! } : undefined;
}

/** The password of the account that a run command runs as. */
function runAsPassword(estate: Estate, carriers: readonly Carrier[]): Origin | undefined {
    const commands = carriers.filter((c) => c.kind === "run-command").flatMap((c) => estate.world.urn(c.urn) ?? []);
    return commands.map((r) => literalAt(r, "runAsPassword")).find((origin) => origin !== undefined);
}

/** What a machine's image holds; an id tells nothing. */
function imageOf(host: Resource, prefix: string): Fact<WindowsImage> {
    const path = `${prefix}storageProfile.imageReference`;
    const reference = at(propsOf(host), path);
    const [publisher, offer, sku] = ["publisher", "offer", "sku"].map((name) => textAt(reference, name));
    const whole = read(reference);
    if (publisher === undefined || offer === undefined || sku === undefined) {
        const why = !isKnown(whole) ? whole.reason : isPresent(reference) ? "the stack names the image by its id only" : "the stack names no image";
        return { value: unknown(why), origin: { urn: host.urn, property: path, text: `the image of ${host.name}` } };
    }
    const image = azureImage({ publisher, offer, sku });
    return { value: known(image), origin: { urn: host.urn, property: path, text: image.text } };
}

class Reader {
    private readonly props: Readonly<Record<string, unknown>>;

    constructor(
        private readonly host: Resource,
        private readonly prefix: string,
    ) {
        this.props = propsOf(host);
    }

    size(): Fact<string> | undefined {
        const property = this.prefix === "" ? "hardwareProfile.vmSize" : "sku.name";
        const value = at(this.props, property);
        return isPresent(value) ? { value: readString(value), origin: { urn: this.host.urn, property, text: `size of ${this.host.name}` } } : undefined;
    }

    /** Windows' updates: on unless somebody turns them off; a scale set that renews its images needs none. */
    patching(): Patching | undefined {
        const windows = "osProfile.windowsConfiguration";
        const mode = this.value(`${windows}.patchSettings.patchMode`);
        const automatic = this.value(`${windows}.enableAutomaticUpdates`);
        const renewed = readBoolean(at(this.props, "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade") ?? false);
        if (isKnown(renewed) && renewed.value) {
            return undefined;
        }
        if (isPresent(mode)) {
            const text = readString(mode);
            const origin = this.origin(`${windows}.patchSettings.patchMode`, isKnown(text) ? `patchMode is ${text.value}` : "patchMode is not known");
            return { on: isKnown(text) ? known(text.value.toLowerCase() !== "manual") : text, origin };
        }
        if (!isPresent(automatic)) {
            return undefined;
        }
        const on = readBoolean(automatic);
        return { on, origin: this.origin(`${windows}.enableAutomaticUpdates`, isKnown(on) ? `enableAutomaticUpdates is ${on.value}` : "enableAutomaticUpdates is not known") };
    }

    ends(): End[] {
        const priority = this.text("priority");
        const eviction = this.text("evictionPolicy") ?? "Deallocate";
        const hibernation = readBoolean(at(this.props, "additionalCapabilities.hibernationEnabled") ?? false);
        return [
            ...(priority !== undefined && /^(?:spot|low)$/i.test(priority)
                ? [{ kind: "spot" as const, origin: this.origin("priority", `priority is ${priority}, and Azure ${/^delete$/i.test(eviction) ? "deletes" : "deallocates"} the machine when it needs the capacity`) }]
                : []),
            ...(isKnown(hibernation) && hibernation.value
                ? [{ kind: "hibernation" as const, origin: { urn: this.host.urn, property: "additionalCapabilities.hibernationEnabled", text: "hibernationEnabled is true, and a machine that hibernates answers nobody" } }]
                : []),
        ];
    }

    /** What Azure refuses of the first administrator's name and password. A secret is not read. */
    credential(): Credential | undefined {
        const checks = [
            { property: "osProfile.adminUsername", refusal: nameRefusal, fix: "another adminUsername, such as rdpadmin" },
            { property: "osProfile.adminPassword", refusal: passwordRefusal, fix: "an adminPassword of 12 characters or more of all kinds, from config.requireSecret" },
        ];
        for (const { property, refusal, fix } of checks) {
            const value = this.value(property);
            const text: Known<string> | undefined = isPresent(value) ? readString(value) : undefined;
            const why = text !== undefined && isKnown(text) ? refusal(text.value) : undefined;
            if (why !== undefined) {
                return { state: "refused", origin: this.origin(property, why), fix };
            }
        }
        return undefined;
    }

    private value(path: string): unknown {
        return at(this.props, this.prefix + path);
    }

    private text(path: string): string | undefined {
        return textAt(this.props, this.prefix + path);
    }

    private origin(path: string, text: string): Origin {
        return { urn: this.host.urn, property: this.prefix + path, text };
    }
}

/** Auto-shutdown of a VM; a schedule is made disabled unless it says otherwise. */
function schedules(estate: Estate, host: Resource): End[] {
    return lifeKinds
        .filter((kind) => kind.startsWith("devtestlab:"))
        .flatMap((kind) => estate.of(kind))
        .filter((s) => textAt(propsOf(s), "status")?.toLowerCase() === "enabled" && (textAt(propsOf(s), "taskType") ?? "").toLowerCase() === "computevmshutdowntask")
        .filter((s) => {
            const targets = resolve(estate, s, "targetResourceId", propsOf(s)["targetResourceId"], { kind: "compute:VirtualMachine" });
            return targets.certain && targets.candidates[0]?.resource === host;
        })
        .map((s) => ({ kind: "schedule", origin: { urn: s.urn, property: "targetResourceId", text: `the schedule ${s.name} shuts it down ${timeOf(s)}` } }));
}

function timeOf(schedule: Resource): string {
    const props = propsOf(schedule);
    const time = textAt(props, "dailyRecurrence.time") ?? textAt(props, "weeklyRecurrence.time");
    const zone = textAt(props, "timeZoneId");
    const how = isPresent(props["weeklyRecurrence"]) ? "on days of the week" : "every day";
    return time === undefined || !/^\d{3,4}$/.test(time) ? how : `${how} at ${time.padStart(4, "0").replace(/(\d\d)$/, ":$1")}${zone === undefined ? "" : ` (${zone})`}`;
}

/** A maintenance configuration that is assigned anywhere: a dynamic scope may reach any machine, so one is enough to say nothing. */
function maintenance(estate: Estate): Origin | undefined {
    const [assignment] = lifeKinds.filter((kind) => kind.startsWith("maintenance:")).flatMap((kind) => estate.of(kind));
    return assignment === undefined ? undefined : { urn: assignment.urn, text: `the maintenance configuration that ${assignment.name} assigns` };
}

function textAt(root: unknown, path: string): string | undefined {
    const value = at(root, path);
    const k = isPresent(value) ? readString(value) : undefined;
    return k !== undefined && isKnown(k) && k.value !== "" ? k.value : undefined;
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
    return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}
