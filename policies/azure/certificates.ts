import { CertificateFacts, noFacts } from "../../core/certificate/facts";
import { readCertificate } from "../../core/certificate/read";
import { Binding, bindingsIn, sourceOf } from "../../core/certificate/scripts";
import { SecretUrl, parseSecretUrl } from "../../core/certificate/secret-url";
import { Carrier } from "../../core/guest/model";
import { CertificateDelivery, ListenerCertificate, Obstacle } from "../../core/host";
import { Known, isKnown, known, knownOr, mapKnown, unknown } from "../../core/known";
import { Origin } from "../../core/origin";
import { scriptCertificate } from "../certificates";
import { Resource } from "../resource";
import { at, elementsOf, isPresent, membersOf, readBoolean, readString } from "../value";
import { settingsBag } from "./carriers";
import { Estate, propsOf } from "./estate";
import { Part } from "./links";
import { vaultObstacles } from "./vault-access";
import { writtenFacts, writtenSecret, writtenStale } from "./vault-secrets";

type Props = Readonly<Record<string, unknown>>;

/** A certificate of a key vault that the stack brings to a host, for whatever purpose. */
interface Delivered {
    readonly origin: Origin;
    readonly url: Known<string>;
    /** Top-level property of the holder that the URL stands in, for links at preview. */
    readonly holder: Resource;
    readonly store: string;
    readonly delivery: CertificateDelivery;
    readonly clientId: boolean;
}

/** Of a host that is read: what its certificates hang on. */
export interface CertificateScene {
    readonly estate: Estate;
    readonly host: Resource;
    /** `virtualMachineProfile.` in a scale set. */
    readonly prefix: string;
    readonly extensions: readonly Part[];
    readonly carriers: readonly Carrier[];
}

/** Certificates that are meant for the listener; those for web servers and the like are none of them. */
export function certificatesOf(scene: CertificateScene): ListenerCertificate[] {
    const { estate, carriers } = scene;
    const delivered = [...fromExtensions(scene), ...fromProfile(scene)];
    const bindings = bindingsIn(carriers);
    if (delivered.length === 0 && bindings.length === 0) {
        return [];
    }
    const chosen = delivered.filter((d) => isForListener(d, delivered, bindings));
    const byScript = bindings.filter((b) => !bringsNone(b)).concat(chosen.length === 0 ? bindings.filter(bringsNone) : []);
    return [...chosen.map((d) => certificateOf(scene, d)), ...byScript.slice(0, 1).map((b) => scriptCertificate(estate.world, b, []))];
}

function bringsNone({ carrier }: Binding): boolean {
    return sourceOf(carrier) === "store" || sourceOf(carrier) === "key-vault";
}

/** By its store, its name, or a script that binds it. A key vault certificate on a Windows host is mostly a web server's. */
function isForListener(d: Delivered, all: readonly Delivered[], bindings: readonly Binding[]): boolean {
    const url = isKnown(d.url) ? parseSecretUrl(d.url.value) : undefined;
    if (/^remote desktop$/i.test(d.store) || (url !== undefined && /(?:^|[^a-z])(?:rdp|remote-?desktop)(?:[^a-z]|$)/i.test(url.name))) {
        return true;
    }
    const binding = bindings.filter(bringsNone);
    const named = (c: Delivered): boolean => {
        const other = isKnown(c.url) ? parseSecretUrl(c.url.value) : undefined;
        return other !== undefined && binding.some((b) => knownOr(b.carrier.script, "").includes(other.name));
    };
    return binding.length > 0 && (named(d) || (all.length === 1 && !named(d)));
}

function fromExtensions({ host, prefix, extensions }: CertificateScene): Delivered[] {
    const inline = knownOr(elementsOf(at(propsOf(host), `${prefix}extensionProfile.extensions`)), []).map((e, i) => ({ holder: host, path: `${prefix}extensionProfile.extensions[${i}].`, props: membersOf(e) }));
    const parts = extensions.filter((p) => p.doubt === undefined).map(({ resource }) => ({ holder: resource, path: "", props: propsOf(resource) }));
    return [...parts, ...inline].filter(({ props }) => isKeyVaultExtension(props)).flatMap(({ holder, path, props }) => observed(holder, path, props, releaseOf(host, prefix)));
}

function isKeyVaultExtension(props: Props): boolean {
    return /^microsoft\.azure\.keyvault$/i.test(textOf(props["publisher"]) ?? "") && /^keyvaultforwindows$/i.test(textOf(props["type"]) ?? "");
}

/** Names that version 4.0 has no more (rdp-domain §4.4). */
const removedIn4 = ["pollingIntervalInS", "linkOnRenewal", "requireInitialSync"];

function observed(holder: Resource, path: string, props: Props, release: Known<number | "client">): Delivered[] {
    const bag = settingsBag(props["settings"]);
    const settings = isKnown(bag) ? bag.value : {};
    const management = membersOf(settings["secretsManagementSettings"]);
    // JSON has no path into it.
    const isText = typeof props["settings"] === "string";
    const version = mapKnown(readString(props["typeHandlerVersion"]), (v) => Number.parseInt(v, 10));
    // Settings that are computed as a whole tell nothing, not even that there is a certificate.
    return knownOr(elementsOf(management["observedCertificates"]), []).map((entry, i): Delivered => {
        // Versions before 3 list bare URLs.
        const members = membersOf(entry);
        const isObject = Object.keys(members).length > 0;
        const accounts = elementsOf(members["accounts"]);
        const removed = [...removedIn4.filter((n) => isPresent(management[n])), ...(isPresent(members["keyExportable"]) ? ["keyExportable"] : [])];
        const property = isText ? `${path}settings` : `${path}settings.secretsManagementSettings.observedCertificates[${i}]${isObject ? ".url" : ""}`;
        return {
            holder,
            url: readString(isObject ? members["url"] : entry),
            origin: { urn: holder.urn, property, text: `the Key Vault extension ${holder.name}` },
            store: textOf(members["certificateStoreName"]) ?? textOf(management["certificateStoreName"]) ?? "MY",
            clientId: isPresent(at(settings, "authenticationSettings.msiClientId")),
            delivery: {
                kind: "key-vault-extension",
                version,
                accounts: isKnown(accounts) ? texts(accounts.value) : accounts,
                linked: linksRenewals(version, management["linkOnRenewal"]),
                release,
                removed: isKnown(version) && version.value >= 4 ? removed : [],
            },
        };
    });
}

/** Version 4 always, version 3 when it is told to, those before never (rdp-domain §4.3). */
function linksRenewals(version: Known<number>, linkOnRenewal: unknown): Known<boolean> {
    return !isKnown(version) || version.value !== 3 ? mapKnown(version, (v) => v >= 4) : isPresent(linkOnRenewal) ? readBoolean(linkOnRenewal) : known(false);
}

function texts(values: readonly unknown[]): Known<readonly string[]> {
    const all = values.map(readString);
    const missing = all.find((t) => !isKnown(t));
    return missing !== undefined && !isKnown(missing) ? missing : known(all.flatMap((t) => (isKnown(t) ? [t.value] : [])));
}

/** Certificates that Azure copies to the VM when it deploys it: `osProfile.secrets`. */
function fromProfile({ host, prefix }: CertificateScene): Delivered[] {
    const path = `${prefix}osProfile.secrets`;
    return knownOr(elementsOf(at(propsOf(host), path)), []).flatMap((group, i) =>
        knownOr(elementsOf(membersOf(group)["vaultCertificates"]), []).map((c, j): Delivered => ({
            holder: host,
            url: readString(membersOf(c)["certificateUrl"]),
            origin: { urn: host.urn, property: `${path}[${i}].vaultCertificates[${j}].certificateUrl`, text: `osProfile of ${host.name}` },
            store: textOf(membersOf(c)["certificateStore"]) ?? "My",
            clientId: false,
            delivery: { kind: "vm-profile" },
        })),
    );
}

function releaseOf(host: Resource, prefix: string): Known<number | "client"> {
    const image = at(propsOf(host), `${prefix}storageProfile.imageReference`);
    const publisher = textOf(at(image, "publisher")) ?? "";
    const release = /20\d\d/.exec(`${textOf(at(image, "sku")) ?? ""} ${textOf(at(image, "offer")) ?? ""}`)?.[0];
    return /^microsoftwindowsdesktop$/i.test(publisher)
        ? known("client")
        : /^microsoftwindowsserver$/i.test(publisher) && release !== undefined
          ? known(Number(release))
          : unknown("the image is not one of Microsoft's, and does not tell its release");
}

function certificateOf(scene: CertificateScene, d: Delivered): ListenerCertificate {
    const { estate, host } = scene;
    const url = mapKnown(d.url, parseSecretUrl);
    const parsed = isKnown(url) ? url.value : undefined;
    const name = parsed === undefined ? `certificate that ${d.origin.text} brings` : `certificate ${parsed.name} of vault ${parsed.vault}`;
    const made = classicCertificate(estate, d, parsed);
    const written = made === undefined ? writtenSecret(estate, parsed) : undefined;
    const facts = made !== undefined ? classicFacts(made, parsed) : written === undefined ? undefined : writtenFacts(written);
    return {
        name,
        origin: d.origin,
        delivery: d.delivery,
        ...(facts === undefined ? {} : { facts }),
        factsOrigin: written !== undefined ? { urn: written.urn, property: "properties.value", text: `secret ${written.name}` } : made === undefined ? d.origin : { urn: made.urn, property: isPresent(at(made.inputs, "certificate.contents")) ? "certificate.contents" : "certificatePolicy", text: `certificate ${made.name}` },
        stale: [...urlStale(d, parsed), ...(made === undefined ? [] : classicStale(made)), ...(written === undefined ? [] : writtenStale(written))],
        barred: [...wrongCollection(d, parsed), ...(d.delivery.kind === "vm-profile" ? [] : vaultObstacles(estate, host, { holder: d.holder, clientId: d.clientId, ...(parsed === undefined ? {} : { vault: parsed.vault }) }))],
    };
}

function urlStale({ url, origin, delivery }: Delivered, parsed: SecretUrl | undefined): Obstacle[] {
    if (delivery.kind === "vm-profile") {
        const fix = "the Key Vault VM extension (KeyVaultForWindows) with the secret's URL without a version, in place of osProfile.secrets";
        return [{ origin, text: "is copied when the VM is deployed, and never again", certain: true, fix }];
    }
    if (!isKnown(url)) {
        return [{ origin, text: `may be pinned to one version: its URL is not known: ${url.reason}`, certain: false, fix: "the secret's URL without a version (versionlessSecretId, secretUri)" }];
    }
    return parsed?.version === undefined ? [] : [{ origin, text: `is pinned to version ${parsed.version}, which stays when the vault renews it`, certain: true, fix: parsed.unversioned }];
}

function wrongCollection({ origin, delivery }: Delivered, parsed: SecretUrl | undefined): Obstacle[] {
    return parsed === undefined || parsed.collection === "secrets" || delivery.kind !== "key-vault-extension"
        ? []
        : [{ origin, text: `its URL is that of a ${parsed.collection === "keys" ? "key" : "certificate"}, which brings no private key`, certain: true, fix: parsed.unversioned }];
}

/** Type of the classic provider: azure-native has no certificates of key vaults. */
const classicType = "azure:keyvault/certificate:Certificate";

function classicCertificate({ world }: Estate, d: Delivered, parsed: SecretUrl | undefined): Resource | undefined {
    const all = world.ofType(classicType).filter((r) => r.external !== true);
    if (parsed !== undefined) {
        const inVault = (r: Resource): boolean => {
            const id = textOf(r.inputs["keyVaultId"]);
            return id === undefined || id.toLowerCase().endsWith(`/vaults/${parsed.vault}`);
        };
        const same = all.filter((r) => textOf(r.inputs["name"])?.toLowerCase() === parsed.name.toLowerCase() && inVault(r));
        return same.length === 1 ? same[0] : undefined;
    }
    const sources = world.dependencies(d.holder, d.origin.property ?? "settings", (r) => all.includes(r));
    return sources.length === 1 ? sources[0] : undefined;
}

function classicFacts(r: Resource, url: SecretUrl | undefined): Known<CertificateFacts> {
    const contents = at(r.inputs, "certificate.contents");
    const policy = membersOf(r.inputs["certificatePolicy"]);
    const rest = noFacts("Key Vault makes the certificate");
    if (isPresent(contents)) {
        const text = readString(contents);
        const password = readString(at(r.inputs, "certificate.password"));
        return isKnown(text) ? readCertificate(text.value, isKnown(password) ? [password.value] : []) : text;
    }
    const x509 = membersOf(policy["x509CertificateProperties"]);
    const uses = elementsOf(x509["extendedKeyUsages"]);
    const alternative = elementsOf(at(x509, "subjectAlternativeNames.dnsNames"));
    const subject = readString(x509["subject"]);
    const common = isKnown(subject) ? /(?:^|,)\s*CN\s*=\s*([^,]+)/i.exec(subject.value)?.[1]?.trim() : undefined;
    const names = isKnown(alternative) ? texts(alternative.value) : alternative;
    const key = membersOf(policy["keyProperties"]);
    const size = Number(textOf(key["keySize"]));
    const exportable = isPresent(key["exportable"]) ? readBoolean(key["exportable"]) : unknown("the policy does not say");
    return known({
        ...rest,
        // Without uses, Key Vault's own default is Server and Client Authentication.
        ...(isKnown(uses) && uses.value.length > 0 ? { uses: texts(uses.value) } : {}),
        ...(isKnown(names) && names.value.length > 0 ? { names: mapKnown(names, (all) => all.map((n) => n.toLowerCase())) } : isKnown(names) && common !== undefined ? { names: known([common.toLowerCase()]) } : {}),
        ...(/^rsa/i.test(textOf(key["keyType"]) ?? "") && size > 0 ? { key: known({ type: "rsa" as const, bits: size }) } : {}),
        privateKey: url?.collection === "certificates" ? rest.privateKey : mapKnown(exportable, (e) => (e ? "present" : "absent")),
    });
}

/** Key Vault renews a certificate only where its policy says so, and its issuer lets it. */
function classicStale(r: Resource): Obstacle[] {
    const policy = r.inputs["certificatePolicy"];
    const origin = (property: string): Origin => ({ urn: r.urn, property, text: `certificate ${r.name}` });
    const fix = 'a lifetime action AutoRenew in certificatePolicy (action.actionType: "AutoRenew", trigger.daysBeforeExpiry: 30)';
    if (isPresent(at(r.inputs, "certificate.contents"))) {
        return [{ origin: origin("certificate"), text: "is imported as it is, and Key Vault cannot renew it", certain: true, fix: "an issuer and a lifetime action AutoRenew in certificatePolicy, in place of the imported contents" }];
    }
    const issuer = readString(at(policy, "issuerParameters.name"));
    if (isKnown(issuer) && /^unknown$/i.test(issuer.value)) {
        return [{ origin: origin("certificatePolicy.issuerParameters.name"), text: "has the issuer Unknown, from which Key Vault cannot renew it", certain: true, fix: "Self, or an issuer that the vault knows" }];
    }
    const actions = elementsOf(at(policy, "lifetimeActions"));
    if (!isPresent(policy) || !isKnown(actions)) {
        return isPresent(policy) && !isKnown(actions) ? [{ origin: origin("certificatePolicy"), text: `may not be renewed: its lifetime actions are not known: ${actions.reason}`, certain: false, fix }] : [];
    }
    const types = actions.value.map((a) => readString(at(a, "action.actionType")));
    if (types.some((t) => isKnown(t) && /^autorenew$/i.test(t.value))) {
        return [];
    }
    const open = types.find((t) => !isKnown(t));
    return [{ origin: origin("certificatePolicy.lifetimeActions"), text: open === undefined ? "has no lifetime action AutoRenew" : "may have no lifetime action AutoRenew: its actions are not known", certain: open === undefined, fix }];
}

function textOf(value: unknown): string | undefined {
    const text = isPresent(value) ? knownOr(readString(value), undefined) : undefined;
    return text === "" ? undefined : text;
}

