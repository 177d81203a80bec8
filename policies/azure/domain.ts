import { Origin } from "../../core/origin";
import { knownOr } from "../../core/known";
import { readString } from "../value";

/** Extensions that join a VM to a domain or to Entra ID, by type. */
const joins = /^(?:jsonaddomainextension|aadloginforwindows)$/i;

/** What joins a host to a domain, among its extensions. */
export function domainOf(extensions: readonly { readonly urn: string; readonly props: Readonly<Record<string, unknown>> }[]): Origin | undefined {
    for (const { urn, props } of extensions) {
        const type = knownOr(readString(props["type"]), "");
        if (joins.test(type)) {
            return { urn, text: `the extension ${type} joins it to a domain` };
        }
    }
    return undefined;
}
