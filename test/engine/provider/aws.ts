/** Stand-in for the aws provider. */
import { createHash } from "node:crypto";
import { awsInvoke } from "./awsInvokes";
import { awsRefusals } from "./awsLimits";
import { AWS_SHARED, readBackNacl, readBackRules } from "./awsRules";
import { awsType } from "./awsTypes";
import { type Cloud, FAILING_SCRIPT } from "./cloud";
import { dropUnlisted, mergeShared } from "./merge";
import type { CloudModel, OutputRequest } from "./model";
import { addressIn, digest, isProps, items, nameOf, number, plain, type Props, text, UNKNOWN, uuid, type Value, without } from "./wire";

/** Lists whose members get defaults of their own. */
const LIST_DEFAULTS: Record<string, Record<string, Props>> = {
    "aws:ec2/securityGroup:SecurityGroup": { ingress: { self: false }, egress: { self: false } },
};

/** The aws provider's behaviour, as far as the tests need it. */
export const aws: CloudModel = {
    package: "aws",
    configure(cloud, args) {
        cloud.settings.region = text(args["region"]) ?? cloud.settings.region;
    },

    check(cloud, urn, type, news, olds) {
        const row = awsType(type);
        const inputs: Props = { ...news };
        for (const [list, defaults] of Object.entries(LIST_DEFAULTS[type] ?? {})) {
            if (Array.isArray(inputs[list])) inputs[list] = items(inputs[list]).map((member) => withDefaults(member, defaults));
        }
        const defaults: Props = { ...row.defaults };
        if (row.autoName && inputs[row.autoName] === undefined && inputs[`${row.autoName}Prefix`] === undefined) {
            defaults[row.autoName] = text(olds?.[row.autoName]) ?? `${nameOf(urn)}-${digest(7, urn, cloud.hasUrn(urn) ? "replacement" : "")}`;
        }
        return withDefaults(inputs, defaults);
    },

    refuse: awsRefusals,

    replaceOn(type, _olds, news) {
        const userData = type === "aws:ec2/instance:Instance" && news["userDataReplaceOnChange"] === true ? ["userData", "userDataBase64"] : [];
        return [...(awsType(type).createOnly ?? []), ...userData];
    },

    // With a made-up name the successor gets another one, and so it may come first.
    deleteFirst(type, news) {
        const { autoName } = awsType(type);
        return autoName !== undefined && !(Array.isArray(news["__defaults"]) && news["__defaults"].includes(autoName));
    },

    newId(cloud, urn, type, inputs) {
        const { id } = awsType(type);
        const seed = cloud.hasUrn(urn) ? "replacement" : "";
        if ("prefix" in id) return `${id.prefix}-0${digest(16, urn, seed)}`;
        if ("input" in id) return text(inputs[id.input]) ?? nameOf(urn);
        return id.scheme === "arn" ? arnOf(cloud, urn, type, "", inputs) : uuid(urn, seed);
    },

    outputs(request) {
        const { type, cloud, urn, id, preview } = request;
        const inputs = without(request.inputs, "__defaults");
        const row = awsType(type);
        const computed = (value: () => Value): Value => (preview ? UNKNOWN : value());
        const arn: Props = row.arn === undefined ? {} : { arn: computed(() => arnOf(cloud, urn, type, id, inputs)) };
        const tags = isProps(inputs["tags"]) ? { tagsAll: inputs["tags"] } : {};
        const common: Props = { region: cloud.settings.region, ...stripDefaults(inputs), ...arn, ...tags };
        // Bridged providers repeat the id among the outputs.
        return { ...(request.preview ? {} : { id: request.id }), ...common, ...specific({ ...request, inputs }, computed) };
    },

    failure(cloud, type, inputs) {
        if (type !== "aws:ssm/association:Association" || typeof inputs["waitForSuccessTimeoutSeconds"] !== "number") return undefined;
        const document = cloud.ofKind("Document").find(({ id }) => id === text(inputs["name"]));
        const content = `${text(document?.inputs["content"]) ?? ""}${JSON.stringify(inputs["parameters"] ?? {})}`;
        return content.includes(FAILING_SCRIPT) ? "waiting for SSM Association: unexpected state 'Failed', wanted target 'Success'" : undefined;
    },

    updated: (cloud, resource) => dropUnlisted(cloud, AWS_SHARED, resource),
    read: (cloud, resource) => mergeShared(cloud, AWS_SHARED, resource),
    invoke: awsInvoke,
};

/** Adds defaults that the author did not write and lists them in `__defaults`, as bridged providers do. */
function withDefaults(props: Props, defaults: Props): Props {
    const missing = Object.entries(defaults).filter(([key]) => props[key] === undefined);
    return { ...props, ...Object.fromEntries(missing), __defaults: missing.map(([key]) => key).sort() };
}

function stripDefaults(props: Props): Props {
    const strip = (value: Value | undefined): Value => {
        if (Array.isArray(value)) return value.map(strip);
        if (!isProps(value)) return value ?? null;
        return Object.fromEntries(
            Object.entries(value)
                .filter(([key]) => key !== "__defaults")
                .map(([key, inner]) => [key, strip(inner)]),
        );
    };
    return strip(props) as Props;
}

function arnOf(cloud: Cloud, urn: string, type: string, id: string, inputs: Props): string {
    const row = awsType(type);
    const [service = "", ...rest] = (row.arn ?? "unknown:{id}").split(":");
    const name = text(row.autoName === undefined ? undefined : inputs[row.autoName]) ?? id;
    const resource = rest
        .join(":")
        .replace("{id}", id)
        .replace("{name}", name.replace(/^\//, ""))
        .replace("{uuid}", uuid(urn))
        .replaceAll("{short}", digest(16, urn));
    return `arn:aws:${service}:${service === "iam" ? "" : cloud.settings.region}:${cloud.settings.account}:${resource}`;
}

type Computed = (value: () => Value) => Value;

function specific(request: OutputRequest, computed: Computed): Props {
    const { type, urn, inputs, cloud } = request;
    const { region, account } = cloud.settings;
    switch (type) {
        case "aws:ec2/vpc:Vpc":
            return {
                defaultNetworkAclId: computed(() => `acl-0${digest(16, urn, "acl")}`),
                defaultRouteTableId: computed(() => `rtb-0${digest(16, urn, "rtb")}`),
                defaultSecurityGroupId: computed(() => `sg-0${digest(16, urn, "sg")}`),
                mainRouteTableId: computed(() => `rtb-0${digest(16, urn, "rtb")}`),
                ownerId: computed(() => account),
            };
        case "aws:ec2/securityGroup:SecurityGroup":
            return {
                ingress: readBackRules(inputs["ingress"]),
                egress: readBackRules(inputs["egress"]),
                ownerId: computed(() => account),
                ...defaultVpc(request, computed),
            };
        case "aws:ec2/networkAcl:NetworkAcl":
            return { ingress: readBackNacl(inputs["ingress"]), egress: readBackNacl(inputs["egress"]), ownerId: computed(() => account) };
        case "aws:ec2/subnet:Subnet":
            return { availabilityZone: inputs["availabilityZone"] ?? computed(() => `${region}a`), ownerId: computed(() => account) };
        case "aws:ec2/instance:Instance":
            return instance(request, computed);
        case "aws:ec2/networkInterface:NetworkInterface":
            return {
                privateIp: inputs["privateIp"] ?? computed(() => privateAddress(request)),
                macAddress: computed(() => `06:${digest(10, urn).match(/../g)?.join(":") ?? ""}`),
            };
        case "aws:ec2/eip:Eip":
            return {
                allocationId: computed(() => request.id),
                publicIp: computed(() => addressIn("52.58.0.0/16", number(65000, urn))),
                associationId: computed(() => (inputs["instance"] === undefined && inputs["networkInterface"] === undefined ? "" : `eipassoc-0${digest(16, urn)}`)),
                publicDns: computed(() => dns(addressIn("52.58.0.0/16", number(65000, urn)), region)),
            };
        case "aws:ec2/eipAssociation:EipAssociation":
            return { publicIp: computed(() => plain(cloud.byId(text(inputs["allocationId"]))?.outputs["publicIp"])) };
        case "aws:iam/role:Role":
        case "aws:iam/instanceProfile:InstanceProfile":
            return { uniqueId: computed(() => `AROA${digest(16, urn).toUpperCase()}`), createDate: computed(() => "2026-01-01T00:00:00Z") };
        case "aws:ssm/document:Document":
            return {
                documentVersion: computed(() => (request.old ? "2" : "1")),
                defaultVersion: computed(() => "1"),
                latestVersion: computed(() => (request.old ? "2" : "1")),
                hash: computed(() =>
                    createHash("sha256")
                        .update(text(inputs["content"]) ?? "")
                        .digest("hex"),
                ),
                hashType: computed(() => "Sha256"),
                status: computed(() => "Active"),
                platformTypes: computed(() => ["Windows"]),
                schemaVersion: computed(() => "2.2"),
            };
        case "aws:ssm/association:Association":
            return { associationId: computed(() => request.id), documentVersion: inputs["documentVersion"] ?? computed(() => "$DEFAULT") };
        case "aws:lb/loadBalancer:LoadBalancer":
            return {
                dnsName: computed(() => `${text(inputs["name"]) ?? "lb"}-${digest(16, urn)}.elb.${region}.amazonaws.com`),
                zoneId: computed(() => "Z3F0SRJ5LGBH90"),
                vpcId: computed(() => `vpc-0${digest(16, urn)}`),
            };
        case "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
        case "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":
            return { securityGroupRuleId: computed(() => request.id) };
        case "aws:ec2/securityGroupRule:SecurityGroupRule":
            return { securityGroupRuleId: computed(() => `sgr-0${digest(16, urn)}`) };
        case "aws:ec2/keyPair:KeyPair":
            return {
                keyPairId: computed(() => `key-0${digest(16, urn)}`),
                fingerprint: computed(() => digest(32, urn)),
                keyType: computed(() => "rsa"),
            };
        default:
            return {};
    }
}

function defaultVpc({ urn, inputs }: OutputRequest, computed: Computed): Props {
    return inputs["vpcId"] === undefined ? { vpcId: computed(() => `vpc-0${digest(16, urn.split("::")[0] ?? "", "default")}`) } : {};
}

function instance(request: OutputRequest, computed: Computed): Props {
    const { urn, inputs, cloud } = request;
    const subnet = cloud.byId(text(inputs["subnetId"]));
    const isPublic =
        inputs["associatePublicIpAddress"] === true ||
        (inputs["associatePublicIpAddress"] === undefined && subnet?.outputs["mapPublicIpOnLaunch"] === true);
    const address = addressIn("3.64.0.0/16", number(65000, urn));
    const interfaceOf = items(inputs["networkInterfaces"]).find((one) => plain(one["deviceIndex"]) === 0);
    return {
        ...userData(request),
        availabilityZone: inputs["availabilityZone"] ?? computed(() => plain(subnet?.outputs["availabilityZone"] ?? `${cloud.settings.region}a`)),
        instanceState: computed(() => "running"),
        passwordData: computed(() => ""),
        primaryNetworkInterfaceId: computed(() => plain(interfaceOf?.["networkInterfaceId"] ?? `eni-0${digest(16, urn, "eni")}`)),
        privateDns: computed(() => `${privateAddress(request).replaceAll(".", "-").replace(/^/, "ip-")}.${cloud.settings.region}.compute.internal`),
        privateIp: inputs["privateIp"] ?? computed(() => privateAddress(request)),
        publicDns: computed(() => (isPublic ? dns(address, cloud.settings.region) : "")),
        publicIp: computed(() => (isPublic ? address : "")),
        securityGroups: inputs["securityGroups"] ?? computed(() => []),
        subnetId: inputs["subnetId"] ?? computed(() => `subnet-0${digest(16, urn, "subnet")}`),
        vpcSecurityGroupIds: inputs["vpcSecurityGroupIds"] ?? computed(() => [`sg-0${digest(16, urn, "default")}`]),
    };
}

function userData({ inputs, cloud }: OutputRequest): Props {
    const script = text(inputs["userData"]);
    return script !== undefined && cloud.settings.userDataAsHash ? { userData: createHash("sha1").update(script).digest("hex") } : {};
}

function privateAddress({ urn, inputs, cloud }: OutputRequest): string {
    return addressIn(text(cloud.byId(text(inputs["subnetId"]))?.inputs["cidrBlock"]) ?? "172.31.0.0/20", number(4000, urn));
}

function dns(address: string, region: string): string {
    return `ec2-${address.replaceAll(".", "-")}.${region}.compute.amazonaws.com`;
}
