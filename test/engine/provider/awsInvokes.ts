/** aws functions: what exists in the stand-in cloud is found, anything else is made up, as if another stack had made it. */
import type { Cloud } from "./cloud";
import { digest, items, type Props, text, type Value } from "./wire";

type Lookup = (cloud: Cloud, args: Props) => Props;

const LOOKUPS: Record<string, Lookup> = {
    "aws:ec2/getAmi:getAmi": (cloud, args) => ami(cloud, args),
    "aws:ssm/getParameter:getParameter": (cloud, args) => parameter(cloud, args),
    "aws:ec2/getSubnet:getSubnet": (cloud, args) => {
        const id = text(args["id"]) ?? `subnet-0${digest(16, JSON.stringify(args))}`;
        const made = {
            arn: arn(cloud, `ec2:subnet/${id}`),
            availabilityZone: `${cloud.settings.region}a`,
            cidrBlock: "172.31.0.0/20",
            mapPublicIpOnLaunch: true,
            vpcId: `vpc-0${digest(16, "default")}`,
            state: "available",
        };
        return { ...made, ...args, ...cloud.byId(id)?.outputs, id };
    },
    "aws:ec2/getVpc:getVpc": (cloud, args) => {
        const id = text(args["id"]) ?? `vpc-0${digest(16, "default")}`;
        const made = {
            arn: arn(cloud, `ec2:vpc/${id}`),
            cidrBlock: "172.31.0.0/16",
            default: args["default"] ?? false,
            enableDnsHostnames: true,
            enableDnsSupport: true,
            mainRouteTableId: `rtb-0${digest(16, id)}`,
            state: "available",
        };
        return { ...made, ...args, ...cloud.byId(id)?.outputs, id };
    },
    "aws:ec2/getSubnets:getSubnets": (cloud, args) => ({
        ...args,
        id: cloud.settings.region,
        ids: [`subnet-0${digest(16, "a")}`, `subnet-0${digest(16, "b")}`],
    }),
    "aws:ec2/getSecurityGroup:getSecurityGroup": (cloud, args) => {
        const id = text(args["id"]) ?? `sg-0${digest(16, JSON.stringify(args))}`;
        return {
            name: "default",
            description: "default VPC security group",
            vpcId: `vpc-0${digest(16, "default")}`,
            ...args,
            ...cloud.byId(id)?.outputs,
            id,
        };
    },
    "aws:index/getAvailabilityZones:getAvailabilityZones": ({ settings: { region } }, args) => ({
        ...args,
        id: region,
        names: ["a", "b", "c"].map((zone) => region + zone),
        zoneIds: ["az1", "az2", "az3"].map((zone) => `euc1-${zone}`),
        groupNames: [region],
    }),
    "aws:index/getCallerIdentity:getCallerIdentity": ({ settings: { account } }) => ({
        accountId: account,
        arn: `arn:aws:iam::${account}:user/test`,
        id: account,
        userId: "AIDATEST",
    }),
    "aws:index/getRegion:getRegion": ({ settings: { region } }) => ({
        id: region,
        name: region,
        region,
        description: region,
        endpoint: `ec2.${region}.amazonaws.com`,
    }),
    "aws:index/getPartition:getPartition": () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" }),
    "aws:iam/getPolicyDocument:getPolicyDocument": (_cloud, args) => policyDocument(args),
    "aws:route53/getZone:getZone": (_cloud, args) => {
        const id = text(args["zoneId"]) ?? `Z${digest(12, text(args["name"]) ?? "").toUpperCase()}`;
        return { ...args, id, zoneId: id, name: args["name"] ?? "example.com", nameServers: [] };
    },
};

/** Result of an aws function. */
export function awsInvoke(cloud: Cloud, token: string, args: Props): Props | undefined {
    return LOOKUPS[token]?.(cloud, args);
}

function arn({ settings: { region, account } }: Cloud, resource: string): string {
    const [service = "", ...rest] = resource.split(":");
    return `arn:aws:${service}:${region}:${account}:${rest.join(":")}`;
}

function ami({ settings }: Cloud, args: Props): Props {
    const filters = items(args["filters"]);
    const filter = (name: string): string | undefined => {
        const values = filters.find((one) => text(one["name"]) === name)?.["values"];
        return Array.isArray(values) ? text(values[0]) : undefined;
    };
    const pattern = filter("name") ?? text(args["nameRegex"]) ?? "Windows_Server-2022-English-Full-Base-*";
    const name = pattern.replace("*", "2026.01.14");
    const isLinux = settings.amiPlatform === "linux" || /al20|amzn|ubuntu|debian|linux/i.test(pattern);
    const id = `ami-0${digest(16, name)}`;
    return {
        ...args,
        id,
        imageId: id,
        architecture: "x86_64",
        arn: `arn:aws:ec2:${settings.region}::image/${id}`,
        creationDate: "2026-01-14T00:00:00.000Z",
        description: isLinux ? "Linux" : "Microsoft Windows Server AMI provided by Amazon",
        imageOwnerAlias: "amazon",
        imageLocation: `amazon/${name}`,
        name,
        ownerId: "801119661308",
        platform: isLinux ? "" : "windows",
        platformDetails: isLinux ? "Linux/UNIX" : "Windows",
        public: true,
        rootDeviceName: isLinux ? "/dev/xvda" : "/dev/sda1",
        rootDeviceType: "ebs",
        state: "available",
        virtualizationType: "hvm",
        blockDeviceMappings: [],
        productCodes: [],
        tags: {},
    };
}

function parameter(cloud: Cloud, args: Props): Props {
    const name = text(args["name"]) ?? "";
    const stored = cloud.byId(name)?.inputs["value"];
    const value = text(stored) ?? (name.startsWith("/aws/service/ami-") ? `ami-0${digest(16, name)}` : digest(16, name));
    return {
        ...args,
        id: name,
        arn: arn(cloud, `ssm:parameter${name}`),
        insecureValue: value,
        type: "String",
        value,
        version: 1,
        withDecryption: args["withDecryption"] ?? true,
    };
}

function policyDocument(args: Props): Props {
    const many = (value: Value | undefined): Value => (Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : (value ?? null));
    const statements = items(args["statements"]).map((statement): Props => {
        const principals = items(statement["principals"]).map((principal): [string, Value] => [
            text(principal["type"]) ?? "*",
            many(principal["identifiers"]),
        ]);
        return {
            ...(statement["sid"] === undefined ? {} : { Sid: statement["sid"] }),
            Effect: statement["effect"] ?? "Allow",
            ...(statement["actions"] === undefined ? {} : { Action: many(statement["actions"]) }),
            ...(statement["resources"] === undefined ? {} : { Resource: many(statement["resources"]) }),
            ...(principals.length === 0 ? {} : { Principal: Object.fromEntries(principals) }),
        };
    });
    const json = JSON.stringify({ Version: args["version"] ?? "2012-10-17", Statement: statements }, undefined, 2);
    return { ...args, id: digest(10, json), json, minifiedJson: JSON.stringify(JSON.parse(json)) };
}
