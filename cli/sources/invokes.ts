import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalType } from "../../policies/world";
import { unknownString } from "../../policies/value";
import { isObject, textOf } from "./json";
import type { Sdk } from "./sdk";

/**
 * Answers cloud functions without a cloud. What follows from the arguments is answered (ids, names, the platform of an
 * image); what only the cloud can know is unknown, as computed values are at preview.
 */

type Args = Readonly<Record<string, unknown>>;
type StandIn = (args: Args) => Record<string, unknown>;

export interface Answer {
    readonly result: Record<string, unknown>;
    /** An image that the answer is about: its name tells the system, which its id does not. */
    readonly image?: { readonly id: string; readonly name: string; readonly platform?: string };
    /** What was taken for granted, where the answer is not modelled. */
    readonly assumption?: string;
}

const region = "us-east-1";
const account = "123456789012";
const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000";

const aws: Readonly<Record<string, StandIn>> = {
    "ec2/getAmi": ami,
    "ec2/getAmiIds": (args) => ({ ids: [String(ami(args)["id"])] }),
    "ssm/getParameter": (args) => {
        const name = textOf(args["name"]) ?? "";
        const value = name.startsWith("/aws/service/ami-") ? `ami-0${hash(name)}` : unknownString;
        return { id: name, name, type: "String", value, insecureValue: value, version: 1 };
    },
    "ec2/getSubnet": (args) => ({ id: idOr(args, "id", "subnet"), ...filled(args, ["vpcId", "cidrBlock", "availabilityZone"]) }),
    "ec2/getSubnets": (args) => ({ ids: ["a", "b"].map((z) => `subnet-0${hash(JSON.stringify(args) + z)}`) }),
    "ec2/getVpc": (args) => ({ id: idOr(args, "id", "vpc"), ...filled(args, ["cidrBlock"]) }),
    "ec2/getVpcs": (args) => ({ ids: [`vpc-0${hash(JSON.stringify(args))}`] }),
    "ec2/getSecurityGroup": (args) => ({ id: idOr(args, "id", "sg"), ...filled(args, ["name", "vpcId"]) }),
    "ec2/getSecurityGroups": (args) => ({ ids: [`sg-0${hash(JSON.stringify(args))}`] }),
    "index/getAvailabilityZones": () => ({ names: ["a", "b", "c"].map((z) => region + z), zoneIds: ["use1-az1", "use1-az2", "use1-az3"], id: region }),
    "index/getCallerIdentity": () => ({ accountId: account, id: account, arn: `arn:aws:iam::${account}:user/rdp-ready`, userId: "rdp-ready" }),
    "index/getRegion": (args) => ({ id: region, name: region, region, ...filled(args, ["name"]) }),
    "index/getPartition": () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" }),
    "index/getDefaultTags": () => ({ tags: {} }),
    "iam/getPolicyDocument": (args) => {
        const json = JSON.stringify({ Version: "2012-10-17", Statement: args["statements"] ?? [] });
        return { id: hash(json), json, minifiedJson: json };
    },
    "route53/getZone": (args) => ({ ...filled(args, ["name", "zoneId"]), nameServers: [] }),
};

const azure: Readonly<Record<string, StandIn>> = {
    "network:getSubnet": (args) => named(args, "subnetName", `${network(args)}/subnets`),
    "network:getVirtualNetwork": (args) => named(args, "virtualNetworkName", provider(args, "Network/virtualNetworks")),
    "network:getNetworkSecurityGroup": (args) => named(args, "networkSecurityGroupName", provider(args, "Network/networkSecurityGroups")),
    "network:getNetworkInterface": (args) => named(args, "networkInterfaceName", provider(args, "Network/networkInterfaces")),
    "network:getPublicIPAddress": (args) => named(args, "publicIpAddressName", provider(args, "Network/publicIPAddresses")),
    "network:getLoadBalancer": (args) => named(args, "loadBalancerName", provider(args, "Network/loadBalancers")),
    "network:getRouteTable": (args) => named(args, "routeTableName", provider(args, "Network/routeTables")),
    "network:getBastionHost": (args) => named(args, "bastionHostName", provider(args, "Network/bastionHosts")),
    "compute:getVirtualMachine": (args) => named(args, "vmName", provider(args, "Compute/virtualMachines")),
    "keyvault:getVault": (args) => named(args, "vaultName", provider(args, "KeyVault/vaults")),
    "resources:getResourceGroup": (args) => named(args, "resourceGroupName", `${subscription}/resourceGroups`),
    "authorization:getClientConfig": () => {
        const zero = "00000000-0000-0000-0000-000000000000";
        return { clientId: zero, objectId: zero, subscriptionId: zero, tenantId: zero };
    },
};

/** Answers a function, with every further field of its result unknown. */
export function answer(token: string, args: Args, sdk: Pick<Sdk, "require">): Answer {
    const standIn = token.startsWith("aws:")
        ? aws[/^aws:([^:]+):/.exec(token)?.[1] ?? ""]
        : token.startsWith("azure-native")
          ? azure[canonicalType(token).replace(/^azure-native:/, "")]
          : undefined;
    const unknowns = Object.fromEntries(resultFields(token, sdk).map((f) => [f, unknownString]));
    if (standIn !== undefined) {
        const said = standIn(args);
        const image = imageOf(token, said);
        return { result: { ...unknowns, ...args, ...said }, ...(image === undefined ? {} : { image }) };
    }
    return {
        result: { ...unknowns, ...args, id: unknownString },
        assumption: `the function ${token} was not called; what it answers is taken as unknown`,
    };
}

function ami(args: Args): Record<string, unknown> {
    const filters = Array.isArray(args["filters"]) ? args["filters"].filter(isObject) : [];
    const filter = (name: string): string | undefined => {
        const values = filters.find((f) => f["name"] === name)?.["values"];
        return Array.isArray(values) ? textOf(values[0]) : undefined;
    };
    const pattern = filter("name") ?? textOf(args["nameRegex"]);
    const id = `ami-0${hash(JSON.stringify(args))}`;
    const windows = filter("platform") === "windows" || /windows/i.test(pattern ?? "");
    const linux = !windows && /al20|amzn|ubuntu|debian|rhel|suse|linux/i.test(pattern ?? "");
    return {
        id,
        imageId: id,
        architecture: filter("architecture") ?? "x86_64",
        state: "available",
        ...(pattern === undefined ? {} : { name: pattern.replace(/\*/g, "2026.01.14") }),
        ...(windows ? { platform: "windows", platformDetails: "Windows" } : linux ? { platform: "", platformDetails: "Linux/UNIX" } : {}),
    };
}

function imageOf(token: string, said: Record<string, unknown>): Answer["image"] {
    const id = token.startsWith("aws:ssm/") ? textOf(said["value"]) : textOf(said["id"]);
    const name = textOf(said["name"]);
    if (id === undefined || name === undefined || !id.startsWith("ami-")) {
        return undefined;
    }
    return { id, name, ...(typeof said["platform"] === "string" ? { platform: said["platform"] } : {}) };
}

/** A resource of Azure by its name: its id follows, everything else is known to the cloud only. */
function named(args: Args, property: string, below: string): Record<string, unknown> {
    const name = textOf(args[property]) ?? unknownString;
    return { name, id: `${below}/${name}` };
}

function provider(args: Args, type: string): string {
    return `${subscription}/resourceGroups/${textOf(args["resourceGroupName"]) ?? ""}/providers/Microsoft.${type}`;
}

function network(args: Args): string {
    return `${provider(args, "Network/virtualNetworks")}/${textOf(args["virtualNetworkName"]) ?? ""}`;
}

function idOr(args: Args, property: string, prefix: string): string {
    return textOf(args[property]) ?? `${prefix}-0${hash(JSON.stringify(args))}`;
}

function filled(args: Args, properties: readonly string[]): Record<string, unknown> {
    return Object.fromEntries(properties.flatMap((p) => (textOf(args[p]) === undefined ? [] : [[p, args[p]]])));
}

function hash(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/**
 * The fields of a function's result, read off the declarations that the SDK package ships: without a name a field could
 * not be unknown, only absent.
 */
function resultFields(token: string, sdk: Pick<Sdk, "require">): string[] {
    // aws:ec2/getAmi:getAmi, azure-native:network:getSubnet, azure-native_network_v20230201:network:getSubnet
    const [pkg = "", path = "", name = ""] = token.split(":");
    const module = path.split("/")[0]?.replace(/^index$/, "") ?? "";
    for (const scope of ["@pulumi", "@pulumiverse"]) {
        try {
            const root = sdk.require.resolve(`${scope}/${pkg}/package.json`).replace(/package\.json$/, "");
            const declarations = readFileSync(join(root, module, `${name}.d.ts`), "utf8");
            const body = /export interface \w+Result \{\n(.*?)\n\}/s.exec(declarations)?.[1] ?? "";
            return [...body.matchAll(/^ {4}readonly (\w+)\??:/gm)].map((m) => m[1]!);
        } catch {
            // Another scope, or a package without declarations.
        }
    }
    return [];
}
