/** What the stand-in providers remember: the resources that "exist", and every call that the engine made. */
import { type Props, plainProps, text } from "./wire";

/** A script with this text fails in the guest, so that a test can watch a deployment fail. */
export const FAILING_SCRIPT = "throw 'rdp-ready-test'";

/** A resource that has been created and not been deleted. */
export interface Stored {
    urn: string;
    id: string;
    type: string;
    /** Checked inputs, as the engine sent them. */
    inputs: Props;
    outputs: Props;
}

/** The provider methods that are recorded. */
export type Method = "Configure" | "Check" | "Diff" | "Create" | "Read" | "Update" | "Delete" | "Invoke";

/** One call of the engine. */
export interface Call {
    method: Method;
    /** Type token, or the function token of an invoke. */
    type: string;
    urn?: string;
    /** True for a Create or Update that only previews: nothing came into being. */
    preview?: boolean;
}

/** How the stand-in clouds behave. */
export interface ProviderOptions {
    subscription?: string;
    location?: string;
    account?: string;
    region?: string;
    /** AWS user data comes back as its SHA-1, as aws before 6 stored it. */
    userDataAsHash?: boolean;
    /** Results of invokes by token; they take precedence over the built-in ones. */
    invokes?: Record<string, (args: Props) => Props>;
    /** Whether an AMI counts as Windows in `getAmi`; by default one whose filters do not name another system. */
    amiPlatform?: "windows" | "linux";
}

/** Options with every default filled in. */
export type Settings = Required<ProviderOptions>;

/** Fills the defaults in. */
export function settingsOf(options: ProviderOptions = {}): Settings {
    return {
        subscription: "11111111-2222-4333-8444-555555555555",
        location: "westeurope",
        account: "123456789012",
        region: "eu-central-1",
        userDataAsHash: false,
        invokes: {},
        amiPlatform: "windows",
        ...options,
    };
}

/** Both clouds of one engine. Nothing is shared between two instances. */
export class Cloud {
    readonly calls: Call[] = [];
    readonly settings: Settings;
    private readonly stored = new Map<string, Stored>();

    constructor(options?: ProviderOptions) {
        this.settings = settingsOf(options);
    }

    record(call: Call): void {
        this.calls.push(call);
    }

    put(resource: Stored): void {
        this.stored.set(key(resource.type, resource.id), resource);
    }

    get(type: string, id: string): Stored | undefined {
        return this.stored.get(key(type, id));
    }

    remove(type: string, id: string): void {
        this.stored.delete(key(type, id));
    }

    /** Every resource that exists. */
    all(): Stored[] {
        return [...this.stored.values()];
    }

    /** Resources whose type token ends in `:name`, whatever the module version. */
    ofKind(name: string): Stored[] {
        return this.all().filter((resource) => resource.type.endsWith(`:${name}`));
    }

    /** The resource with this id, of whatever type; ids compare without regard to case, as ARM does. */
    byId(id: string | undefined): Stored | undefined {
        return id === undefined ? undefined : this.all().find((resource) => resource.id.toLowerCase() === id.toLowerCase());
    }

    hasUrn(urn: string): boolean {
        return this.all().some((resource) => resource.urn === urn);
    }

    /** Standalone members of a kind that name the parent in the given input property. */
    members(kind: string, property: string, parent: string): Stored[] {
        return this.ofKind(kind).filter((member) => text(member.inputs[property])?.toLowerCase() === parent.toLowerCase());
    }

    /**
     * Changes a resource behind Pulumi's back, found by its Pulumi name: what a refresh then sees is drift. As with the real providers,
     * the change also reaches the inputs, as far as the author wrote the property.
     */
    drift(name: string, change: (outputs: Props) => Props): void {
        const resource = this.all().find(({ urn }) => urn.endsWith(`::${name}`));
        if (!resource) throw new Error(`there is no resource named ${name}`);
        const before = plainProps(resource.outputs);
        const after = change(structuredClone(before));
        for (const property of Object.keys(resource.inputs)) {
            if (JSON.stringify(before[property]) !== JSON.stringify(after[property]))
                resource.inputs = { ...resource.inputs, [property]: after[property] };
        }
        resource.outputs = after;
    }
}

/** AWS ids are unique only within a type (an association's id is its own), ARM ids everywhere. */
function key(type: string, id: string): string {
    return `${type}|${id.toLowerCase()}`;
}
