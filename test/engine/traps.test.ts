import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import entries from "../corpus/named-traps";
import type { Spec } from "../policies/fixture";
import { check, type Report } from "./command";
import { type Engine, startEngine } from "./harness";
import { packOf, sampleConfig } from "./samples";
import { engineSuite } from "./suite";

/** A resource of any type, with the outputs that others of the stack take from it. */
class Raw extends pulumi.CustomResource {
    readonly [output: string]: unknown;

    constructor({ type, name }: Spec, inputs: pulumi.Inputs, outputs: readonly string[]) {
        super(type, name, { ...Object.fromEntries(outputs.map((o) => [o, undefined])), ...inputs });
    }
}

const reference = /^\$\{([\w-]+)\.([\w[\].]+)\}$/;

/** The stack of a corpus entry as a program: `${name.property}` becomes that output of that resource. */
function programOf(specs: readonly Spec[]): PulumiFn {
    const wanted = new Map<string, Set<string>>();
    const find = (value: unknown): void => {
        if (typeof value === "string") {
            const [, name, path] = reference.exec(value) ?? [];
            if (name !== undefined) {
                wanted.set(name, (wanted.get(name) ?? new Set()).add(/^\w+/.exec(path!)![0]));
            }
        } else if (typeof value === "object" && value !== null) {
            Object.values(value).forEach(find);
        }
    };
    specs.forEach((s) => find(s.inputs));
    return async () => {
        const made = new Map<string, Raw>();
        const resolve = (value: unknown): unknown => {
            if (typeof value === "string") {
                const [, name, path] = reference.exec(value) ?? [];
                return name === undefined ? value : outputOf(make(specs.find((s) => s.name === name)!), path!);
            }
            return Array.isArray(value)
                ? value.map(resolve)
                : typeof value === "object" && value !== null
                  ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v)]))
                  : value;
        };
        const make = (spec: Spec): Raw => {
            const known = made.get(spec.name);
            if (known !== undefined) {
                return known;
            }
            const outputs = [...(wanted.get(spec.name) ?? [])].filter((o) => o !== "id");
            const raw = new Raw(spec, resolve(spec.inputs) as pulumi.Inputs, outputs);
            made.set(spec.name, raw);
            return raw;
        };
        specs.forEach(make);
    };
}

function outputOf(resource: Raw, path: string): pulumi.Output<unknown> {
    const [first, ...rest] = path.match(/\w+/g)!;
    return (resource[first!] as pulumi.Output<unknown>).apply((value: unknown) => rest.reduce<unknown>((v, step) => (v as Record<string, unknown> | undefined)?.[step], value));
}

async function judgedExport(engine: Engine): Promise<Report> {
    const folder = mkdtempSync(join(tmpdir(), "rdp-ready-traps-"));
    try {
        const file = join(folder, "export.json");
        writeFileSync(file, JSON.stringify(await engine.exportStack()));
        return await check(file);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

engineSuite("the classic traps on the real engine", () => {
    for (const { name, what, expect, specs } of entries) {
        it(`${name}: ${what}`, async () => {
            const cloud = specs.some((s) => s.type.startsWith("aws:")) ? "aws" : "azure";
            const engine = await startEngine({ ...sampleConfig, program: programOf(specs), pack: packOf(cloud) });
            try {
                const result = await engine.preview();
                const mandatory = result.violations.filter((v) => v.level === "mandatory");
                const told = mandatory.map((v) => `${v.policy}: ${v.message}`).join("\n");
                assert.deepEqual([...new Set(mandatory.map((v) => v.policy))].sort(), [...(expect.mandatory ?? [])].sort(), told || result.stdout);
                // What ends the client's connection itself shows as 0x904, everything before it as a closed port.
                assert.equal(/0x904/.test(told), ["trap-tls-listener", "trap-application-gateway"].includes(name), told);
                const advised = result.violations.map((v) => v.policy);
                assert.equal(advised.includes("address-static"), name === "trap-dynamic-address-behind-a-name", advised.join());
                assert.equal(result.ok, expect.mandatory === undefined, result.stdout);
                assert.deepEqual(engine.creations(), []);
                // Deployed all the same, the stack's state is judged as its preview was.
                assert.ok((await engine.up({ skipPreview: true, pack: null })).ok);
                const state = await judgedExport(engine);
                const blocking = state.findings.filter((f) => f.level === "mandatory" && f.outcome === "violation").map((f) => f.name);
                assert.deepEqual([...new Set(blocking)].sort(), [...(expect.mandatory ?? [])].sort(), "the state");
                assert.deepEqual(Object.fromEntries(state.hosts.map((h) => [h.name, h.verdict])), expect.verdict, "the state");
            } finally {
                await engine.dispose();
            }
        });
    }
});
