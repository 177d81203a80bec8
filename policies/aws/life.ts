import { Carrier } from "../../core/guest/model";
import { isKnown, known, unknown } from "../../core/known";
import { Credential, End, Fact, HostLife } from "../../core/life";
import { keyAlgorithm } from "../../core/os/accounts";
import { amazonImage, hasOldLaunchAgent } from "../../core/os/images";
import { mayGrantLogOn } from "../../core/os/passwords";
import { livesOnCredits } from "../../core/os/sizes";
import { WindowsImage } from "../../core/os/windows";
import { Origin } from "../../core/origin";
import { Resource } from "../resource";
import { isPresent, membersOf, readBoolean, readInteger, readString } from "../value";
import { kindOf } from "./kinds";
import { Launch } from "./launch";
import { Links } from "./links";
import { Property, authored, firstOf, originOf, property, textOf } from "./properties";
import { imageNames } from "./windows";

/** Image, size and life of instances and auto scaling groups (rdp-domain §2.19, §6). */
export class Lives {
    private grants: Resource | undefined | null = null;

    constructor(private readonly links: Links) {}

    of(launch: Launch, carriers: readonly Carrier[]): HostLife {
        const image = this.image(launch);
        const size = this.size(launch);
        return {
            image,
            ...optional("size", size),
            ...optional("throttled", throttled(launch, size)),
            ...optional("patchedBy", this.patchedBy()),
            ends: [...markets(launch), ...behaviours(launch), ...this.schedules(launch)],
            ...optional("credential", this.credential(launch, carriers, image)),
        };
    }

    /** The image, where its launch agent passes over tasks that are written for EC2Launch v2. */
    oldAgent(launch: Launch): string | undefined {
        const { value } = this.image(launch);
        return isKnown(value) && hasOldLaunchAgent(value.value) ? value.value.text : undefined;
    }

    private image(launch: Launch): Fact<WindowsImage> {
        const { image, host } = launch;
        const origin = image === undefined ? { urn: host.urn, property: "ami", text: `the image of ${host.name}` } : atHost(launch, image, `the image of ${host.name}`);
        const names = imageNames(launch, this.links);
        const [first] = names.flatMap(({ text, copied }) => {
            const found = amazonImage(text);
            return found === undefined ? [] : [copied ? { ...found, stock: false } : found];
        });
        return first === undefined ? { value: unknown(launch.doubt ?? "an image's id does not tell what it holds"), origin } : { value: known(first), origin: { ...origin, text: first.text } };
    }

    private size(launch: Launch): Fact<string> | undefined {
        const overrides = membersOf(membersOf(authored(launch.host, "mixedInstancesPolicy"))["launchTemplate"])["overrides"];
        const p = isPresent(overrides) ? undefined : firstOf(...launch.resources.map((r) => property(r, "instanceType")));
        return p === undefined ? undefined : { value: readString(p.value), origin: originOf(p, `instance type of ${launch.host.name}`) };
    }

    private credential(launch: Launch, carriers: readonly Carrier[], image: Fact<WindowsImage>): Credential | undefined {
        const { host } = launch;
        const key = firstOf(...launch.resources.map((r) => property(r, "keyName")));
        const wrong = key === undefined ? undefined : this.wrongKey(launch, key);
        if (launch.doubt !== undefined || (key !== undefined && wrong === undefined) || this.joinsDomain() || carriers.some((c) => c.runs !== "never" && isKnown(c.script) && mayGrantLogOn(c.script.value))) {
            return undefined;
        }
        const none = { urn: host.urn, property: templateOf(launch) ?? "keyName", text: `${host.name} has no key pair` };
        const origin = wrong?.origin ?? none;
        const fix = wrong === undefined ? "keyName: the name of an RSA key pair" : "an RSA key pair: EC2 encrypts the password of Windows with no other";
        const hidden = carriers.find((c) => c.runs !== "never" && (!isKnown(c.script) || c.reading.notAnalysed.length > 0 || downloads.test(c.script.value)));
        if (hidden !== undefined) {
            return { state: "unknown", origin: { ...origin, text: `${origin.text}, and whether the script in ${hidden.property} makes an account cannot be told` }, fix };
        }
        const stock = isKnown(image.value) && image.value.value.stock;
        const asks = wrong !== undefined && launch.getPasswordData !== undefined && isTrue(launch.getPasswordData.value);
        if (!stock && !asks) {
            // Whoever manages the host by Systems Manager, from an image of their own, needs neither.
            return launch.profile !== undefined ? undefined : { state: "unknown", origin: { ...origin, text: `${origin.text}, and whether the image brings an account is not known` }, fix };
        }
        const rescue = launch.profile === undefined ? undefined : "where the SSM agent runs, a command sent by Systems Manager can set one";
        return { state: "none", origin, fix, ...optional("rescue", rescue) };
    }

    /** The key pair that a host names, where it is for certain none that decrypts a Windows password. */
    private wrongKey(launch: Launch, key: Property): { readonly origin: Origin } | undefined {
        const pairs = this.links.link(key, "KeyPair");
        const pair = pairs.certain ? pairs.all[0]?.resource : undefined;
        if (pair === undefined) {
            return undefined;
        }
        const publicKey = property(pair, "publicKey");
        const text = textOf(publicKey.value) ?? textOf(pair.outputs["publicKey"]);
        const algorithm = text === undefined ? this.tlsAlgorithm(publicKey) : keyAlgorithm(text);
        return algorithm?.kind === "other" ? { origin: atHost(launch, key, `its key pair ${pair.name} is of type ${algorithm.name}`) } : undefined;
    }

    private tlsAlgorithm(publicKey: Property): ReturnType<typeof keyAlgorithm> {
        const keys = this.links.link(publicKey, "TlsPrivateKey");
        const name = keys.certain && keys.all[0]?.resource !== undefined ? textOf(authored(keys.all[0].resource, "algorithm")) : undefined;
        return name === undefined ? undefined : { kind: /^rsa$/i.test(name) ? "rsa" : "other", name };
    }

    /** An association or document that joins machines to a domain, whose accounts may then log on. Whom it targets is not looked at. */
    private joinsDomain(): boolean {
        if (this.grants === null) {
            const text = (r: Resource, name: string): string => textOf(authored(r, name)) ?? JSON.stringify(authored(r, name) ?? "");
            this.grants =
                this.links.ofKind("SsmAssociation").find((a) => /Join|Domain|PasswordReset|AWSSupport-/i.test(text(a, "name"))) ??
                this.links.ofKind("SsmDocument").find((d) => mayGrantLogOn(text(d, "content")));
        }
        return this.grants !== undefined;
    }

    private patchedBy(): Origin | undefined {
        const patches = /RunPatchBaseline|InstallWindowsUpdates|InstallMissingWindowsUpdates/;
        const by =
            this.links.ofKind("SsmAssociation").find((a) => patches.test(textOf(authored(a, "name")) ?? "")) ??
            this.links.ofKind("MaintenanceWindowTask").find((t) => patches.test(textOf(authored(t, "taskArn")) ?? ""));
        return by === undefined ? undefined : { urn: by.urn, text: `Systems Manager installs updates by ${by.name}` };
    }

    private schedules(launch: Launch): End[] {
        const { host } = launch;
        const groups = this.links.ofKind("AutoScalingSchedule").filter((s) => {
            const targets = this.links.link(property(s, "autoscalingGroupName"), "AutoScalingGroup");
            const none = ["maxSize", "desiredCapacity"].some((name) => isPresent(authored(s, name)) && isZero(authored(s, name)));
            return none && targets.certain && targets.all[0]?.resource === host;
        });
        const stops = this.links.ofKind("EventSchedule").filter((s) => {
            const target = membersOf(authored(s, "target"));
            const input = textOf(target["input"]);
            const named = input === undefined ? (s.propertyDependencies["target"] ?? []).includes(host.urn) : host.id !== undefined && input.includes(`"${host.id}"`);
            return /:ec2:(?:stop|terminate)Instances$/i.test(textOf(target["arn"]) ?? "") && named && textOf(authored(s, "state"))?.toUpperCase() !== "DISABLED";
        });
        const tag = Object.entries(launch.tags).find(([name, value]) => /^Schedule$/i.test(name) && /(?:office|business|working)[-_ ]?hours/i.test(textOf(value) ?? ""));
        return [
            ...groups.map((s): End => ({ kind: "schedule", origin: { urn: s.urn, property: "autoscalingGroupName", text: `the schedule ${s.name} takes every instance of it away` } })),
            ...stops.map((s): End => ({ kind: "schedule", origin: { urn: s.urn, property: "target", text: `the schedule ${s.name} stops it` } })),
            ...(tag === undefined ? [] : [{ kind: "schedule" as const, origin: { urn: host.urn, property: "tags", text: `the tag ${tag[0]} hands it to Instance Scheduler for ${textOf(tag[1])}` } }]),
        ];
    }
}

/** Where a fact about a host stands, at the host itself: one of its template is pointed at where the host names that. */
function atHost(launch: Launch, p: Property, text: string): Origin {
    const way = templateOf(launch);
    return p.from === launch.host || way === undefined ? originOf(p, text) : { urn: launch.host.urn, property: way, text };
}

/** The property by which a host names its template. */
function templateOf({ host }: Launch): string | undefined {
    return ["launchTemplate", "launchConfiguration", "mixedInstancesPolicy"].find((name) => isPresent(authored(host, name)));
}

/** Scripts that bring further scripts, which may do anything. */
const downloads = /\b(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm|wget|curl|DownloadFile|DownloadString|Read-S3Object|Copy-S3Object|Start-BitsTransfer|choco|aws(?:\.exe)?\s+s3)\b/i;

function throttled(launch: Launch, size: Fact<string> | undefined): Origin | undefined {
    for (const r of launch.resources) {
        const credits = textOf(membersOf(authored(r, "creditSpecification"))["cpuCredits"]);
        if (credits !== undefined) {
            const lives = size !== undefined && isKnown(size.value) && livesOnCredits(size.value.value);
            return lives && credits.toLowerCase() === "standard" ? { urn: r.urn, property: "creditSpecification.cpuCredits", text: "cpuCredits is standard" } : undefined;
        }
    }
    return undefined;
}

function markets(launch: Launch): End[] {
    const spot = (r: Resource, path: string, text: string): End[] => [{ kind: "spot", origin: { urn: r.urn, property: path, text } }];
    for (const r of launch.resources) {
        if (r.type.endsWith(":SpotInstanceRequest")) {
            return spot(r, "", `${r.name} is a Spot instance, which EC2 takes back when it needs the capacity`);
        }
        const options = authored(r, "instanceMarketOptions");
        if (Object.keys(membersOf(options)).length > 0 && (textOf(membersOf(options)["marketType"]) ?? "spot").toLowerCase() === "spot") {
            return spot(r, "instanceMarketOptions", "it is a Spot instance, which EC2 takes back when it needs the capacity");
        }
        if (textOf(authored(r, "spotPrice")) !== undefined && kindOf(r.type) === "LaunchConfiguration") {
            return spot(r, "spotPrice", "its instances are Spot instances, which EC2 takes back when it needs the capacity");
        }
        const share = membersOf(membersOf(authored(r, "mixedInstancesPolicy"))["instancesDistribution"])["onDemandPercentageAboveBaseCapacity"];
        const percent = isPresent(share) ? readInteger(share) : undefined;
        if (percent !== undefined && isKnown(percent) && percent.value < 100) {
            return spot(r, "mixedInstancesPolicy.instancesDistribution.onDemandPercentageAboveBaseCapacity", `${100 - percent.value} % of its instances are Spot instances, which EC2 takes back when it needs the capacity`);
        }
    }
    return [];
}

function behaviours(launch: Launch): End[] {
    const shutdown = kindOf(launch.host.type) === "Instance" ? firstOf(...launch.resources.map((r) => property(r, "instanceInitiatedShutdownBehavior"))) : undefined;
    const sleeping = launch.resources.flatMap((r): Property[] => [property(r, "hibernation"), { from: r, path: "hibernationOptions.configured", value: membersOf(authored(r, "hibernationOptions"))["configured"] }]).find((p) => isTrue(p.value));
    return [
        ...(shutdown !== undefined && textOf(shutdown.value)?.toLowerCase() === "terminate"
            ? [{ kind: "terminate" as const, origin: originOf(shutdown, "instanceInitiatedShutdownBehavior is terminate, so that a shutdown from inside a session destroys the machine") }]
            : []),
        ...(sleeping === undefined ? [] : [{ kind: "hibernation" as const, origin: originOf(sleeping, "hibernation is on, and a machine that hibernates answers nobody") }]),
    ];
}

function isTrue(value: unknown): boolean {
    const k = isPresent(value) ? readBoolean(value) : undefined;
    return k !== undefined && isKnown(k) && k.value;
}

function isZero(value: unknown): boolean {
    const k = readInteger(value);
    return isKnown(k) && k.value === 0;
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
    return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}
