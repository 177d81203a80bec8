import assert from "node:assert/strict";
import { ChildProcess, spawn, spawnSync } from "node:child_process";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest } from "@pulumi/pulumi/proto/provider_pb";

interface Property {
    readonly description?: string;
    readonly type?: string;
    readonly items?: unknown;
}
interface Schema {
    readonly name: string;
    readonly version: string;
    readonly resources: Record<string, { description: string; inputProperties: Record<string, Property>; properties: Record<string, Property>; requiredInputs: string[] }>;
    readonly types: Record<string, { properties: Record<string, Property> }>;
}

const root = path.resolve(__dirname, "../..");

function start(entry: string): Promise<{ plugin: ChildProcess; port: string }> {
    // The address of the engine: nothing is called there until a component is constructed.
    const plugin = spawn(process.execPath, ["--import", "tsx", entry, "127.0.0.1:9"], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    return new Promise((resolve, reject) => {
        let said = "";
        plugin.stdout.on("data", (chunk) => {
            said += String(chunk);
            const port = /^(\d+)\s/.exec(said)?.[1];
            if (port !== undefined) {
                resolve({ plugin, port });
            }
        });
        plugin.stderr.on("data", (chunk) => (said += String(chunk)));
        plugin.on("exit", () => reject(new Error(`the plugin ended: ${said}`)));
    });
}

async function schemaOf(entry: string): Promise<Schema> {
    const { plugin, port } = await start(entry);
    try {
        const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
        return await new Promise((resolve, reject) => {
            client.getSchema(new GetSchemaRequest(), (error, response) => (error ? reject(error) : resolve(JSON.parse(response.getSchema()) as Schema)));
        });
    } finally {
        plugin.kill();
    }
}

describe("component plugins", () => {
    const schemas: Record<string, Schema> = {};
    before(async function () {
        this.timeout(60_000);
        for (const cloud of ["azure", "aws"]) {
            schemas[cloud] = await schemaOf(`components/${cloud}/plugin.ts`);
        }
    });

    for (const cloud of ["azure", "aws"]) {
        it(`offer every ${cloud} component under its token, with documentation`, () => {
            const { name, version, resources, types } = schemas[cloud]!;
            assert.equal(name, `rdp-ready-${cloud}`);
            assert.equal(version, "0.1.0");
            assert.deepEqual(Object.keys(resources).sort(), ["RdpAccess", "RdpCertificate", "RdpGuest", "RdpHost"].map((c) => `rdp-ready-${cloud}:index:${c}`));
            for (const [token, { description, inputProperties, properties, requiredInputs }] of Object.entries(resources)) {
                assert.ok(description, token);
                assert.ok(requiredInputs.includes("clients") || token.endsWith(":RdpCertificate"), `${token} must require clients`);
                for (const [property, { description: says }] of [...Object.entries(inputProperties), ...Object.entries(properties)]) {
                    assert.ok(says, `${token} ${property} has no description`);
                }
            }
            for (const [token, { properties }] of Object.entries(types)) {
                assert.ok(Object.values(properties).every((p) => p.description), token);
            }
        });
    }

    it("speak one vocabulary: what both clouds have is called and described the same", () => {
        const shared = {
            inputProperties: ["clients", "allowWholeInternet", "port", "udp", "nla", "securityLayer", "credSsp", "networkProfile", "sessionLimits", "singleSession", "maxSessions", "staleSessions", "keepAlive", "licensing", "recovery"],
            properties: ["address", "clientAddress", "clientPort", "sources", "rdpFile", "connectCommand", "privateAddress"],
        };
        for (const kind of ["inputProperties", "properties"] as const) {
            for (const name of shared[kind]) {
                const found = Object.entries(schemas).flatMap(([cloud, { resources }]) =>
                    Object.values(resources).flatMap((r) => (r[kind][name] === undefined ? [] : [normal(r[kind][name], cloud)])),
                );
                assert.ok(found.length >= 2, name);
                assert.equal(new Set(found).size, 1, `${name}: ${found.join("\n")}`);
            }
        }
        for (const type of ["SessionLimits", "StaleSessions", "Licensing"]) {
            const [first, second] = Object.entries(schemas).map(([cloud, { types }]) => JSON.stringify(types[`rdp-ready-${cloud}:index:${type}`]));
            assert.ok(first !== undefined && first === second, type);
        }
    });

    it("do not start when a program imports the library", () => {
        const program = 'require("./components/azure"); require("./components/aws"); console.log("done")';
        const { stdout, status } = spawnSync(process.execPath, ["--import", "tsx", "-e", program], { cwd: root, encoding: "utf8", timeout: 15_000 });
        assert.deepEqual([status, stdout], [0, "done\n"]);
    });
});

/** A property as text, without the cloud's name and without what RdpHost adds about its public address. */
function normal(property: Property, cloud: string): string {
    return JSON.stringify(property).replaceAll(`rdp-ready-${cloud}:`, "rdp-ready:").replace(/ Public IPv4 only[^"]*/, "");
}
