import { ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import * as struct from "google-protobuf/google/protobuf/struct_pb";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";

const root = join(__dirname, "..");
const maxMessage = 400 * 1024 * 1024;

export interface BenchResource {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly properties: Record<string, unknown>;
    readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/** A policy pack served as the engine serves it: its own process, spoken to by gRPC. */
export class PackProcess {
    private constructor(
        private readonly child: ChildProcess,
        private readonly client: AnalyzerClient,
        /** Milliseconds from the start of the process until it listens. */
        readonly startMs: number,
    ) {}

    static start(pack: string): Promise<PackProcess> {
        const begin = performance.now();
        const runner = join(root, "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack");
        const child = spawn(process.execPath, [runner, "127.0.0.1:1", "."], { cwd: pack, stdio: ["ignore", "pipe", "inherit"] });
        return new Promise((resolve, reject) => {
            child.once("exit", (code) => reject(new Error(`the pack ${pack} ended with code ${code} before it listened`)));
            child.stdout.once("data", (data: Buffer) => {
                const ms = performance.now() - begin;
                const client = new AnalyzerClient(`127.0.0.1:${data.toString().trim()}`, grpc.credentials.createInsecure(), {
                    "grpc.max_receive_message_length": maxMessage,
                    "grpc.max_send_message_length": maxMessage,
                });
                resolve(new PackProcess(child, client, ms));
            });
        });
    }

    /** Most memory that the process has held so far, in MB (Linux; elsewhere NaN). */
    get peakMegabytes(): number {
        try {
            const kb = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.child.pid}/status`, "utf8"))?.[1];
            return Number(kb) / 1024;
        } catch {
            return NaN;
        }
    }

    analyze(resource: BenchResource): Promise<proto.AnalyzeDiagnostic[]> {
        const request = new proto.AnalyzeRequest();
        request.setUrn(resource.urn);
        request.setType(resource.type);
        request.setName(resource.name);
        request.setProperties(struct.Struct.fromJavaScript(resource.properties as Record<string, struct.JavaScriptValue>));
        request.setOptions(new proto.AnalyzerResourceOptions());
        return new Promise((resolve, reject) => this.client.analyze(request, (e, r) => (e ? reject(e) : resolve(r.getDiagnosticsList()))));
    }

    analyzeStack(resources: readonly BenchResource[]): Promise<proto.AnalyzeDiagnostic[]> {
        const request = new proto.AnalyzeStackRequest();
        request.setResourcesList(
            resources.map((r) => {
                const resource = new proto.AnalyzerResource();
                resource.setUrn(r.urn);
                resource.setType(r.type);
                resource.setName(r.name);
                resource.setProperties(struct.Struct.fromJavaScript(r.properties as Record<string, struct.JavaScriptValue>));
                resource.setOptions(new proto.AnalyzerResourceOptions());
                for (const [k, urns] of Object.entries(r.propertyDependencies ?? {})) {
                    const deps = new proto.AnalyzerPropertyDependencies();
                    deps.setUrnsList([...urns]);
                    resource.getPropertydependenciesMap().set(k, deps);
                }
                return resource;
            }),
        );
        return new Promise((resolve, reject) => this.client.analyzeStack(request, (e, r) => (e ? reject(e) : resolve(r.getDiagnosticsList()))));
    }

    stop(): void {
        this.client.close();
        this.child.removeAllListeners("exit");
        this.child.kill("SIGKILL");
    }
}
