import { RdpFileName } from "../../core/host";
import { isKnown } from "../../core/known";
import { namesInRdpFile, rdpFileText } from "../rdp-file";
import { readString } from "../value";
import { Links } from "./links";
import { authored, textOf } from "./properties";

/** The names in connection files (.rdp) that these stacks put into buckets. Files of the disk and assets are not read. */
export function storedRdpFiles(links: Links): RdpFileName[] {
    return links.ofKind("StoredObject").flatMap((r) => {
        if (!/\.rdp$/i.test(textOf(authored(r, "key")) ?? r.name)) {
            return [];
        }
        return (["content", "contentBase64"] as const).flatMap((property) => {
            const value = readString(authored(r, property));
            const text = isKnown(value) ? (property === "content" ? value.value : rdpFileText(value.value)) : "";
            return namesInRdpFile(text, { urn: r.urn, property, text: `connection file ${r.name}` });
        });
    });
}
