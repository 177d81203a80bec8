import { isKnown, unknown } from "../../core/known";
import { CarrierSource } from "../cloud";
import { Resource } from "../resource";
import { elementsOf, isPresent, membersOf } from "../value";
import { associationCarriers, documentCarriers, doubtful, parametersOf, runsOf } from "./carriers";
import { Launch } from "./launch";
import { Links } from "./links";
import { Property, authored, property, textOf } from "./properties";

/** What State Manager runs on a host. */
export interface Associated {
    readonly sources: readonly CarrierSource[];
    /** An association that names this very instance brings it a PowerShell script: it runs Windows. */
    readonly named: boolean;
}

interface Entry {
    readonly association: Resource;
    readonly sources: readonly CarrierSource[];
}

/** State Manager associations by what they target: instance ids, tags, or every instance. */
export class Associations {
    private readonly byInstance = new Map<string, { entry: Entry; why?: string }[]>();
    private readonly byTag = new Map<string, Entry[]>();
    private readonly byKey = new Map<string, Entry[]>();
    private readonly everywhere: Entry[] = [];
    /** By tag in lower case: the spelling that the association asks for. */
    private readonly spelled = new Map<string, { entry: Entry; tag: string; path: string }[]>();
    /** By key: tags whose value a preview does not tell. */
    private readonly unclear = new Map<string, Entry[]>();
    private indexed = false;

    constructor(private readonly links: Links) {}

    of(launch: Launch): Associated {
        this.index();
        const direct = this.byInstance.get(this.links.target(launch.host).key) ?? [];
        const tags = Object.entries(launch.tags).map(([key, value]) => ({ key, value: isPresent(value) && value !== "" ? textOf(value) : "" }));
        const tagged = new Set([...tags.flatMap(({ key, value }) => [...(this.byTag.get(`${key}=${value ?? "*"}`) ?? []), ...(this.byTag.get(`${key}=*`) ?? [])]), ...this.everywhere]);
        const possible = new Set(tags.flatMap(({ key, value }) => [...(this.unclear.get(key) ?? []), ...(value === undefined ? (this.byKey.get(key) ?? []) : [])]).filter((e) => !tagged.has(e)));
        const missed = tags.flatMap(({ key, value }) => (this.spelled.get(`${key}=${value ?? ""}`.toLowerCase()) ?? []).filter((s) => s.tag !== `${key}=${value ?? ""}` && !tagged.has(s.entry)).flatMap((s) => misspelt(s, `${key}=${value ?? ""}`)));
        const sources = [
            ...direct.flatMap(({ entry, why }) => (why === undefined ? entry.sources : entry.sources.map((s) => doubtful(s, why)))),
            ...[...tagged].flatMap((e) => e.sources),
            ...[...possible].flatMap((e) => e.sources.map((s) => doubtful(s, "whether the association's tag is the host's is not known at preview"))),
            ...missed,
        ];
        return { sources, named: direct.some(({ entry, why }) => why === undefined && entry.sources.length > 0) };
    }

    private index(): void {
        if (this.indexed) {
            return;
        }
        this.indexed = true;
        for (const association of this.links.ofKind("SsmAssociation")) {
            const entry = { association, sources: this.sources(association) };
            if (entry.sources.length === 0) {
                continue;
            }
            if (isPresent(authored(association, "instanceId"))) {
                this.atInstances(entry, property(association, "instanceId"));
            }
            const targets = elementsOf(authored(association, "targets"));
            (isKnown(targets) ? targets.value : []).forEach((target, i) => this.atTarget(entry, membersOf(target), `targets[${i}]`));
            if (!isKnown(targets)) {
                this.atInstances(entry, property(association, "targets"));
            }
        }
    }

    private atTarget(entry: Entry, target: Readonly<Record<string, unknown>>, path: string): void {
        const key = textOf(target["key"]) ?? "";
        if (/^instanceids$/i.test(key)) {
            if (Array.isArray(target["values"]) && target["values"].includes("*")) {
                this.everywhere.push(entry);
            } else {
                this.atInstances(entry, { from: entry.association, path: `${path}.values`, value: target["values"] });
            }
        } else if (/^tag:/.test(key)) {
            const values = elementsOf(target["values"]);
            for (const value of isKnown(values) ? values.value : []) {
                const name = key.slice("tag:".length);
                const text = value === "" ? "" : textOf(value);
                if (text === undefined) {
                    add(this.unclear, name, entry);
                    continue;
                }
                const tag = `${name}=${text}`;
                add(this.byTag, tag, entry);
                add(this.byKey, name, entry);
                add(this.spelled, tag.toLowerCase(), { entry, tag, path });
            }
            if (!isKnown(values)) {
                add(this.unclear, key.slice("tag:".length), entry);
            }
        }
    }

    private atInstances(entry: Entry, p: Property): void {
        const targets = this.links.linkAll({ ...p, value: Array.isArray(p.value) || !isPresent(p.value) ? p.value : [p.value] }, "Instance");
        for (const t of targets.all) {
            this.byInstance.set(t.key, [...(this.byInstance.get(t.key) ?? []), { entry, ...(targets.certain ? {} : { why: targets.why ?? "" }) }]);
        }
    }

    /** A document of another stack or of somebody else: what it does to the guest is out of sight. */
    private unseen(association: Resource, name: string): CarrierSource {
        const what = name === "" ? "the document that it runs" : `the document ${name}`;
        return {
            urn: association.urn,
            kind: "ssm-association",
            property: "name",
            language: "powershell",
            script: unknown(`${what} is not in this stack`),
            runs: runsOf(association),
            extract: () => undefined,
        };
    }

    /** Its own script, or those of the document that it runs. */
    private sources(association: Resource): readonly CarrierSource[] {
        const own = associationCarriers(association);
        if (own.length > 0) {
            return own;
        }
        const documents = this.links.link(property(association, "name"), "SsmDocument");
        const name = textOf(authored(association, "name")) ?? "";
        if (documents.all.every((d) => d.resource === undefined) && !harmless(name)) {
            return [this.unseen(association, name)];
        }
        return documents.all.flatMap((d) => (d.resource === undefined ? [] : documentCarriers(d.resource, runsOf(association), parametersOf(association)).map((s) => (documents.certain ? s : doubtful(s, documents.why ?? "")))));
    }
}

function add<V>(map: Map<string, V[]>, key: string, value: V): void {
    const list = map.get(key);
    if (list === undefined) {
        map.set(key, [value]);
    } else {
        list.push(value);
    }
}

/** Tags are compared letter by letter: an association that asks for `role=Desktop` passes over an instance with `Role=desktop`. */
function misspelt({ entry, tag, path }: { entry: Entry; tag: string; path: string }, own: string): CarrierSource[] {
    const { name, urn } = entry.association;
    const obstacle = { text: `association ${name} asks for the tag ${tag}, and the instance has ${own}, which Systems Manager tells apart`, fix: `the tag as the instance has it: ${own}`, certain: true, at: { urn, property: path } };
    return entry.sources.map((s) => ({ ...s, runs: "never", obstacle }));
}

/** AWS' own documents do what they say, which is nothing to Remote Desktop, but for those that run what others wrote. */
function harmless(document: string): boolean {
    const name = document.replace(/^arn:aws[^:]*:ssm:[^:]*::document\//, "");
    return /^(?:AWS|Amazon)/.test(name) && !/^AWS-(?:RunRemoteScript|RunDocument|ApplyDSCMofs|ApplyAnsiblePlaybooks|ApplyChefRecipes)$/.test(name);
}
