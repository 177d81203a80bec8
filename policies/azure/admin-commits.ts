import { Known, isKnown, known, knownOr, unknown } from "../../core/known";
import { Resource } from "../resource";
import { at, elementsOf, readString } from "../value";
import { Estate, propsOf, writtenOrAnswered } from "./estate";
import { Named, Reference, References, keyOf, resolveAll } from "./links";

const configurationNamed: Named = { kind: "network:SecurityAdminConfiguration" };

/**
 * Whether a security admin configuration counts in the region of a network. A configuration does nothing until it is committed to a
 * region, and a commit puts that region into the state that it names: what it leaves out no longer counts there (Microsoft:
 * virtual-network-manager concept-deployments). People commit from the portal, the CLI or a script as well, which no stack shows.
 */
export function committed(estate: Estate, configuration: { readonly name: Known<string>; readonly resource: Resource | undefined }, vnet: Reference): Known<boolean> {
    const name = knownOr(configuration.name, "(name not known)");
    const not = unknown(`whether the network manager configuration ${name} is committed to the region of this virtual network is not known: no Commit of this stack tells`);
    const region = regionOf(vnet.certain ? vnet.candidates[0]?.resource : undefined);
    const mayBe = estate.of("network:Commit").filter((c) => !/^(?:connectivity|routing|securityuser)$/i.test(textAt(c, "properties.commitType") ?? ""));
    const here = mayBe.map((commit) => ({ commit, about: isAbout(commit, region) })).filter(({ about }) => !isKnown(about) || about.value);
    if (here.length === 0 || region === undefined) {
        return not;
    }
    const answers = here.map(({ commit, about }) => (isKnown(about) && textAt(commit, "properties.commitType") !== undefined ? lists(estate, commit, configuration) : not));
    const [first] = answers;
    return first !== undefined && isKnown(first) && answers.every((a) => isKnown(a) && a.value === first.value) ? first : not;
}

function isAbout(commit: Resource, region: string | undefined): Known<boolean> {
    const list = elementsOf(at(propsOf(commit), "properties.targetLocations"));
    if (!isKnown(list)) {
        return list;
    }
    const regions = list.value.map(readString);
    return region !== undefined && regions.some((r) => isKnown(r) && plain(r.value) === region) ? known(true) : regions.find((r) => !isKnown(r)) ?? known(false);
}

/** Whether a commit names the configuration, by the resource or by an id that ends in its name. */
function lists(estate: Estate, commit: Resource, { name, resource }: { readonly name: Known<string>; readonly resource: Resource | undefined }): Known<boolean> {
    const named: References = resolveAll(estate, commit, "properties.configurationIds", at(propsOf(commit), "properties.configurationIds"), configurationNamed, "the configuration that the commit names");
    const isIt = (id: string): boolean => isKnown(name) && id.toLowerCase().endsWith(`/securityadminconfigurations/${name.value.toLowerCase()}`);
    if ((resource !== undefined && named.sure.some((t) => keyOf(t) === `${resource.urn}#`)) || named.outside.some(isIt)) {
        return known(true);
    }
    return named.why !== undefined ? unknown(named.why) : resource === undefined && !isKnown(name) ? name : known(false);
}

/** `westeurope`; Azure shows and takes `West Europe` as well. */
function regionOf(vnet: Resource | undefined): string | undefined {
    const location = vnet === undefined ? undefined : readString(writtenOrAnswered(vnet, "location"));
    return location !== undefined && isKnown(location) ? plain(location.value) : undefined;
}

function plain(region: string): string {
    return region.replaceAll(" ", "").toLowerCase();
}

function textAt(resource: Resource, path: string): string | undefined {
    return knownOr(readString(at(propsOf(resource), path)), undefined);
}
