import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings";

export interface Registered {
    readonly type: string;
    readonly name: string;
    /** Secrets stand as `{ secret: value }`. */
    readonly inputs: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- inputs of any resource
}

const secretSignature = "4dabf18193072939515e22adb298388d";

function readable(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(readable);
    }
    if (value === null || typeof value !== "object") {
        return value;
    }
    const record = value as Record<string, unknown>;
    if (secretSignature in record) {
        return { secret: readable(record["value"]) };
    }
    return Object.fromEntries(Object.entries(record).map(([k, v]) => [k, readable(v)]));
}

/** What the cloud adds to a resource. */
const computed: Record<string, Record<string, unknown>> = {
    "azure-native:network:PublicIPAddress": { ipAddress: "20.50.1.2" },
    "azure-native:managedidentity:UserAssignedIdentity": { clientId: "client-1", principalId: "principal-1" },
    "aws:ec2/eip:Eip": { publicIp: "18.184.1.2", allocationId: "eipalloc-1" },
};

/** Runs a program under mocks and returns every resource that it registered. */
export async function deploy(program: () => Record<string, unknown> | void): Promise<{ resources: Registered[]; outputs: Record<string, any> }> { // eslint-disable-line @typescript-eslint/no-explicit-any -- outputs of any component
    const resources: Registered[] = [];
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs }) => {
                resources.push({ type, name, inputs: readable(inputs) as Record<string, unknown> });
                return { id: `${name}-id`, state: { name: `${name}-name`, ...inputs, ...computed[type] } };
            },
            call: ({ token, inputs }) => (token === "aws:ssm/getParameter:getParameter" ? { ...inputs, value: pulumi.secret("ami-0123456789abcdef0") } : inputs),
        },
        "rdp-ready",
        "test",
    );
    const result = program() ?? {};
    const outputs: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(result)) {
        outputs[key] = await valueOf(value);
    }
    await (settings as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
    return { resources, outputs };
}

/** The value of an output, `{ secret: value }` for a secret one. */
export async function valueOf(value: unknown): Promise<unknown> {
    if (!pulumi.Output.isInstance(value)) {
        return value;
    }
    const secret = await pulumi.isSecret(value);
    const plain = await new Promise((resolve) => value.apply(resolve));
    return secret ? { secret: plain } : plain;
}

/** The resources of one type, e.g. `network:NetworkSecurityGroup`. */
export function ofType(resources: readonly Registered[], suffix: string): Registered[] {
    return resources.filter((r) => r.type.endsWith(suffix));
}

/** The only resource of a type. */
export function only(resources: readonly Registered[], suffix: string): Registered {
    const found = ofType(resources, suffix);
    if (found.length !== 1) {
        throw new Error(`${found.length} resources of type ${suffix}, of ${resources.map((r) => r.type).join(", ")}`);
    }
    return found[0]!;
}
