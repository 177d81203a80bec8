import { Origin } from "../../core/origin";
import { Links } from "./links";
import { authored, textOf } from "./properties";

/** What may join hosts of the stack to a directory: AWS' own document, or one with the plug-in behind it. Which hosts it targets is not asked. */
export function domainOf(links: Links): Origin | undefined {
    const association = links.ofKind("SsmAssociation").find((r) => /JoinDirectoryServiceDomain/i.test(textOf(authored(r, "name")) ?? ""));
    const document = links.ofKind("SsmDocument").find((r) => /aws:domainJoin/.test(textOf(authored(r, "content")) ?? ""));
    const found = association ?? document;
    return found === undefined ? undefined : { urn: found.urn, text: "Systems Manager joins instances to a directory" };
}
