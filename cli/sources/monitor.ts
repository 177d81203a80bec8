import { Resource } from "../../policies/resource";
import { secretMarker, unknownString } from "../../policies/value";
import { Answer, answer } from "./invokes";
import { isObject } from "./json";
import { nameOfUrn, rememberTexts, typeOfUrn } from "./state";
import type { Sdk } from "./sdk";
import { Transforms } from "./transforms";
import type { Callback, InvokeRequest, ReadRequest, RegisterRequest, Struct, TokenMessage } from "./wire";

const specialKey = "4dabf18193072939515e22adb298388d";
const signatures = { secret: "1b47061264138c4ac30d75fd1eb44270", resource: "5cf8f73096256a8f31e491e813e4eb8e" };

const features = new Set([
    "secrets", "resourceReferences", "deletedWith", "replaceWith", "aliasSpecs", "parameterization", "resourceHooks", "errorHooks",
]);
const transformFeatures = new Set(["transforms", "invokeTransforms"]);

/**
 * Stands in for the engine's resource monitor: records what a program declares, and answers as a preview does, with
 * ids and computed values unknown. Nothing is created, nothing is asked of a cloud.
 */
export class RecordingMonitor {
    readonly resources: Resource[] = [];
    /** What was taken for granted. */
    readonly assumptions = new Set<string>();
    /** Values that the program marked as secrets. */
    readonly secrets = new Set<string>();
    private readonly urns = new Set<string>();
    private packages = 0;
    readonly transforms: Transforms;

    constructor(
        private readonly project: string,
        private readonly stack: string,
        private readonly sdk: Sdk,
    ) {
        this.transforms = new Transforms(sdk, this);
    }

    supportsFeature(req: { getId(): string }, done: Callback): void {
        const id = req.getId();
        done(null, { getHassupport: () => features.has(id) || (transformFeatures.has(id) && this.transforms.available) });
    }

    registerPackage(_req: unknown, done: Callback): void {
        this.packages += 1;
        done(null, { getRef: () => `package-${this.packages}` });
    }

    registerResource(req: RegisterRequest, done: Callback): void {
        this.register(req).then((response) => done(null, response), (e: unknown) => done(e));
    }

    private async register(req: RegisterRequest): Promise<object> {
        const type = req.getType();
        const parent = req.getParent();
        const urn = this.urnOf(parent, type, req.getName());
        if (this.urns.has(urn)) {
            throw new Error(`there are two resources of type ${type} with the name "${req.getName()}"`);
        }
        this.urns.add(urn);
        const authored = await this.transforms.apply(req, urn);
        const inputs = this.judged(authored);
        const remote = req.getRemote();
        const imported = req.getImportid();
        if (type !== "pulumi:pulumi:Stack") {
            this.resources.push({
                ...this.base(urn, type, parent),
                ...(imported === "" ? {} : { id: imported }),
                inputs,
                outputs: inputs,
                propertyDependencies: dependenciesOf(req),
                dependencies: [...req.getDependenciesList()],
                ...(remote ? { opaque: true } : {}),
            });
        }
        const outputs = req.getCustom() || remote ? computed(authored, type) : authored;
        return {
            getUrn: () => urn,
            getId: () => imported,
            getObject: () => struct(outputs),
            getPropertydependenciesMap: () => undefined,
            getResult: () => 0,
        };
    }

    readResource(req: ReadRequest, done: Callback): void {
        const type = req.getType();
        const urn = this.urnOf(req.getParent(), type, req.getName());
        const state = req.getProperties()?.toJavaScript() ?? {};
        const id = req.getId();
        if (!this.urns.has(urn)) {
            this.urns.add(urn);
            this.resources.push({
                ...this.base(urn, type, req.getParent()),
                ...(id === "" || id === unknownString ? {} : { id }),
                inputs: {},
                outputs: this.judged(state),
                propertyDependencies: {},
                external: true,
            });
        }
        done(null, { getUrn: () => urn, getProperties: () => struct(computed(state, type)) });
    }

    registerResourceOutputs(_req: unknown, done: Callback): void {
        done(null, {});
    }

    invoke(req: InvokeRequest, done: Callback): void {
        const token = req.getTok();
        const args = this.plain(req.getArgs()?.toJavaScript() ?? {});
        try {
            const { result, assumption, image } = answer(token, args, this.sdk);
            if (assumption !== undefined) {
                this.assumptions.add(assumption);
            }
            if (image !== undefined) {
                this.recordImage(image);
            }
            done(null, { getReturn: () => struct(result), getFailuresList: () => [] });
        } catch (e) {
            done({ code: 2, details: (e as Error).message, message: (e as Error).message });
        }
    }

    /** What a function told about an image, as if it were read with `.get()`: so readers learn the system of an AMI. */
    private recordImage({ id, name, platform }: NonNullable<Answer["image"]>): void {
        const type = "aws:ec2/ami:Ami";
        const urn = this.urnOf("", type, id);
        if (!this.urns.has(urn)) {
            this.urns.add(urn);
            const outputs = { name, ...(platform === undefined ? {} : { platform }) };
            this.resources.push({ ...this.base(urn, type, ""), id, inputs: {}, outputs, propertyDependencies: {}, external: true });
        }
    }

    /** A method of a remote component: whatever it answers is not known. */
    call(req: InvokeRequest, done: Callback): void {
        this.assumptions.add(`the method ${req.getTok()} was not called; what it answers is taken as unknown`);
        done(null, { getReturn: () => struct({ result: unknownString }), getFailuresList: () => [], getReturndependenciesMap: () => undefined });
    }

    registerStackTransform(req: TokenMessage, done: Callback): void {
        this.transforms.addStack(req.getToken());
        done(null, {});
    }

    registerStackInvokeTransform(_req: TokenMessage, done: Callback): void {
        this.assumptions.add("the program transforms the arguments of cloud functions, which was not done");
        done(null, {});
    }

    registerResourceHook(_req: unknown, done: Callback): void {
        done(null, {});
    }

    registerErrorHook(_req: unknown, done: Callback): void {
        done(null, {});
    }

    signalAndWaitForShutdown(_req: unknown, done: Callback): void {
        done(null, {});
    }

    close(): void {
        // There is no connection to close.
    }

    /** Values without the wire's wrapping, for whoever asked. */
    private plain(value: Record<string, unknown>): Record<string, unknown> {
        return this.unwrap(value, (secret) => secret) as Record<string, unknown>;
    }

    /** What is judged holds no secret, just as in a preview. */
    private judged(value: Record<string, unknown>): Record<string, unknown> {
        return this.unwrap(value, () => secretMarker) as Record<string, unknown>;
    }

    /** Secrets are remembered, so that no message shows one. */
    private unwrap(value: unknown, secret: (value: unknown) => unknown): unknown {
        if (Array.isArray(value)) {
            return value.map((v) => this.unwrap(v, secret));
        }
        if (!isObject(value)) {
            return value;
        }
        switch (value[specialKey]) {
            case signatures.secret: {
                const inner = this.unwrap(value["value"], (deeper) => deeper);
                rememberTexts(inner, this.secrets);
                return secret(inner);
            }
            case signatures.resource:
                return { ...value, id: value["id"] === "" || value["id"] === undefined ? unknownString : value["id"] };
            default:
                return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, this.unwrap(v, secret)]));
        }
    }

    private base(urn: string, type: string, parent: string): Pick<Resource, "urn" | "type" | "name" | "parent"> {
        return { urn, type, name: nameOfUrn(urn), ...(parent === "" || typeOfUrn(parent) === "pulumi:pulumi:Stack" ? {} : { parent }) };
    }

    private urnOf(parent: string, type: string, name: string): string {
        const above = parent.split("::")[2];
        const qualified = above === undefined || above === "" || above === "pulumi:pulumi:Stack" ? type : `${above}$${type}`;
        return `urn:pulumi:${this.stack}::${this.project}::${qualified}::${name}`;
    }
}

function struct(value: Record<string, unknown>): Struct {
    return { toJavaScript: () => value };
}

function dependenciesOf(req: RegisterRequest): Record<string, string[]> {
    const result: Record<string, string[]> = {};
    for (const [property, list] of req.getPropertydependenciesMap().entries()) {
        const urns = list.getUrnsList();
        if (urns.length > 0) {
            result[property] = [...urns];
        }
    }
    return result;
}

/** Members that Azure adds to an object that the author wrote, by the object's property; programs compute names, addresses and rights from them. */
const addedByAzure: Readonly<Record<string, readonly string[]>> = {
    identity: ["principalId", "tenantId"],
    dnsSettings: ["fqdn"],
    "keyvault:Vault.properties": ["vaultUri"],
    "keyvault:Secret.properties": ["secretUri", "secretUriWithVersion"],
};

/**
 * What a provider answers at preview, as far as the inputs tell: members of Azure's inline lists get ids that are not
 * known yet, objects the members that Azure adds, and whole resources that were passed as values have been resolved.
 */
function computed(inputs: Record<string, unknown>, type: string): Record<string, unknown> {
    const azure = type.startsWith("azure-native");
    const visit = (value: unknown): unknown => {
        if (Array.isArray(value)) {
            return value.map((v) => {
                const seen = visit(v);
                return azure && isObject(seen) && "name" in seen && !("id" in seen) ? { ...seen, id: unknownString } : seen;
            });
        }
        if (!isObject(value)) {
            return value;
        }
        return value[specialKey] === signatures.resource ? unknownString : Object.fromEntries(Object.entries(value).map(([k, v]) => [k, visit(v)]));
    };
    const answered = visit(inputs) as Record<string, unknown>;
    return azure ? Object.fromEntries(Object.entries(answered).map(([property, value]) => [property, withAdded(type, property, value)])) : answered;
}

function withAdded(type: string, property: string, value: unknown): unknown {
    const [, module = "", name = ""] = type.split(":");
    const added = addedByAzure[`${module.split("/")[0]}:${name}.${property}`] ?? addedByAzure[property];
    return added === undefined || !isObject(value) ? value : { ...Object.fromEntries(added.map((member) => [member, unknownString])), ...value };
}
