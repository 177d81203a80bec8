import * as assert from "node:assert/strict";
import { join } from "node:path";
import { check } from "../../cli/check";
import { Packs, loadPacks } from "../../cli/packs";
import { reportOf, sectionsOf } from "../../cli/report/model";
import { azureExport, workspace } from "./workspace";

const options = { config: [], timeoutSeconds: 5 };

interface ExportJson {
    version: number;
    deployment: { resources: { urn: string; id: string; type: string; inputs: Record<string, unknown>; outputs: Record<string, unknown> }[] };
}

describe("check on state and previews", () => {
    let packs: Packs;
    before(async () => {
        packs = await loadPacks();
    });

    const verdicts = async (files: Record<string, string | Buffer>, names = Object.keys(files)): Promise<string[]> => {
        const directory = workspace(files as Record<string, string>);
        const { judged, problems } = await check(names.map((n) => join(directory, n)), options, packs);
        assert.deepEqual(problems.map((p) => p.message), []);
        return judged.flatMap((w) => w.hosts.map((h) => h.verdict));
    };

    it("judges an export", async () => {
        assert.deepEqual(await verdicts({ "a.json": azureExport() }), ["blocked"]);
        assert.deepEqual(await verdicts({ "a.json": azureExport("203.0.113.0/24") }), ["ready"]);
    });

    it("reads what PowerShell's > writes: UTF-16 with a byte order mark", async () => {
        assert.deepEqual(await verdicts({ "a.json": Buffer.from(`\ufeff${azureExport()}`, "utf16le") }), ["blocked"]);
    });

    it("an export without resources is clean", async () => {
        assert.deepEqual(await verdicts({ "a.json": '{"version":3,"deployment":{"manifest":{}}}' }), []);
    });

    it("several exports are one world: the NSG of one decides over the host of the other", async () => {
        const whole = JSON.parse(azureExport()) as ExportJson;
        const part = (accept: (type: string) => boolean, stack: string): string =>
            JSON.stringify({
                version: 3,
                deployment: {
                    resources: whole.deployment.resources
                        .filter((r) => accept(r.type))
                        .map((r) => ({ ...r, urn: r.urn.replace(":dev::", `:${stack}::`) })),
                },
            });
        const isNsg = (type: string): boolean => type.endsWith("NetworkSecurityGroup");
        const host = part((t) => !isNsg(t), "web");
        assert.deepEqual(await verdicts({ "web.json": host, "net.json": part(isNsg, "net") }), ["blocked"]);
        assert.notDeepEqual(await verdicts({ "web.json": host }), ["blocked"], "without the other stack its NSG is an assumption");
    });

    it("a resource that waits for its deletion is gone", async () => {
        const json = JSON.parse(azureExport()) as { deployment: { resources: Record<string, unknown>[] } };
        json.deployment.resources.forEach((r) => (r["delete"] = r["type"] === "azure-native:compute:VirtualMachine"));
        assert.deepEqual(await verdicts({ "a.json": JSON.stringify(json) }), []);
    });

    it("a preview: new state counts, deleted resources do not", async () => {
        const resources = (JSON.parse(azureExport()) as ExportJson).deployment.resources;
        const steps = resources.map((r) => ({ op: "create", urn: r.urn, newState: { ...r, id: "" } }));
        const ids = new Map(resources.map((r) => [r.id, r.urn]));
        // At preview ids are unknown, and the dependencies tell where they come from.
        const unknown = JSON.parse(JSON.stringify(steps), (_k, v: unknown) => (typeof v === "string" && ids.has(v) ? "04da6b54-80e4-46f7-96ec-b56ff0331ba9" : v)) as typeof steps;
        const linked = unknown.map((s, i) => ({
            ...s,
            newState: {
                ...s.newState,
                propertyDependencies: Object.fromEntries(
                    Object.entries(resources[i]!.inputs ?? {}).map(([k, v]) => [k, [...ids].filter(([id]) => JSON.stringify(v).includes(`"${id}"`)).map(([, urn]) => urn)]),
                ),
            },
        }));
        assert.deepEqual(await verdicts({ "p.json": JSON.stringify({ config: {}, steps: linked, duration: 1, changeSummary: {} }) }), ["blocked"]);
        const removed = linked.map((s) => ({ ...s, op: "delete" }));
        assert.deepEqual(await verdicts({ "p.json": JSON.stringify({ steps: removed, duration: 1, changeSummary: {} }) }), []);
    });

    it("secrets that an export shows as plain text are read and never printed", async () => {
        const json = JSON.parse(azureExport()) as ExportJson;
        const nsg = json.deployment.resources.find((r) => r.type.endsWith("NetworkSecurityGroup"))!;
        const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify("198.51.100.77/32") };
        (nsg.inputs["securityRules"] as Record<string, unknown>[])[0]!["sourceAddressPrefix"] = secret;
        const directory = workspace({ "a.json": JSON.stringify(json) });
        const { judged } = await check([join(directory, "a.json")], options, packs);
        const text = JSON.stringify(reportOf(sectionsOf(judged)));
        assert.match(text, /blocked/);
        assert.doesNotMatch(text, /198\.51\.100\.77/);
    });
});
