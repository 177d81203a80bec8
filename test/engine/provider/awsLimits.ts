/** What AWS refuses whatever else exists: refused at check already, so that a preview shows it. */
import type { Refusal } from "./model";
import { items, type Props, text, type Value } from "./wire";

const USER_DATA_LIMIT = 16_384;
const TAG_VALUE_LIMIT = 256;
const DOCUMENT_LIMIT = 65_536;

/** The reasons why AWS would answer with a validation error. */
export function awsRefusals(type: string, inputs: Props): Refusal[] {
    const refusals = tagRefusals(inputs["tags"]);
    switch (type) {
        case "aws:ec2/instance:Instance":
            if (Buffer.byteLength(text(inputs["userData"]) ?? "") > USER_DATA_LIMIT)
                refusals.push({ property: "userData", reason: `User data is limited to ${USER_DATA_LIMIT} bytes` });
            break;
        case "aws:ec2/securityGroup:SecurityGroup":
            if ((text(inputs["name"]) ?? "").startsWith("sg-"))
                refusals.push({ property: "name", reason: "Group names may not be in the format sg-*" });
            refusals.push(...describe(inputs["description"], "description"));
            for (const list of ["ingress", "egress"])
                items(inputs[list]).forEach((rule, index) => refusals.push(...describe(rule["description"], `${list}[${index}].description`)));
            break;
        case "aws:lb/loadBalancer:LoadBalancer":
        case "aws:lb/targetGroup:TargetGroup":
            if ((text(inputs["name"]) ?? "").length > 32) refusals.push({ property: "name", reason: "cannot be longer than 32 characters" });
            break;
        case "aws:ssm/association:Association":
            refusals.push(...scheduleRefusals(text(inputs["scheduleExpression"])));
            break;
        case "aws:ssm/document:Document":
            if (Buffer.byteLength(text(inputs["content"]) ?? "") > DOCUMENT_LIMIT)
                refusals.push({ property: "content", reason: `MaxDocumentSizeExceeded: ${DOCUMENT_LIMIT} bytes` });
            break;
    }
    return refusals;
}

function describe(value: Value | undefined, property: string): Refusal[] {
    const description = text(value);
    if (description === undefined) return [];
    const allowed = /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/.test(description);
    return allowed ? [] : [{ property, reason: "restrict descriptions to a-z, A-Z, 0-9, space and ._-:/()#,@[]+=&;{}!$*" }];
}

function scheduleRefusals(schedule: string | undefined): Refusal[] {
    const rate = /^rate\((\d+) minutes?\)$/.exec(schedule ?? "");
    if (!rate || Number(rate[1]) >= 30) return [];
    return [{ property: "scheduleExpression", reason: "ValidationException: the minimum rate of an association is 30 minutes" }];
}

function tagRefusals(tags: Value | undefined): Refusal[] {
    if (typeof tags !== "object" || tags === null || Array.isArray(tags)) return [];
    return Object.entries(tags).flatMap(([name, value]) => {
        if (typeof value !== "string") return [];
        if (value.length > TAG_VALUE_LIMIT)
            return [{ property: "tags", reason: `InvalidParameterValue: the value of tag ${name} exceeds ${TAG_VALUE_LIMIT} characters` }];
        // Not every service is as strict, but a tag that all of them take is a safe one.
        return /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(value)
            ? []
            : [{ property: "tags", reason: `ValidationException: tag ${name} holds characters outside letters, digits, blanks and _.:/=+-@` }];
    });
}
