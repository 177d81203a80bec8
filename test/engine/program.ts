/** Serves an inline program to the CLI, as the Automation API does. */
import { setTimeout } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import * as automation from "@pulumi/pulumi/automation/server";
import * as languagegrpc from "@pulumi/pulumi/proto/language_grpc_pb";
import * as settings from "@pulumi/pulumi/runtime/settings";

/**
 * The SDK's own language server for inline programs. It is not part of the published typings, but writing another one would test a
 * program under conditions that no user has.
 */
interface Runs {
    run(call: unknown, callback: unknown): Promise<void>;
}
const { LanguageServer } = automation as unknown as { LanguageServer: new (program: PulumiFn) => grpc.UntypedServiceImplementation & Runs };

/** How long to wait for a program whose CLI has gone: it ends at once, or, where a deployment failed below it, never. */
const LAST_STEPS_MS = 1_000;

/** How the SDK's programs connect to an engine; its typings leave it out. */
export const { grpcClientOptions } = settings as unknown as { grpcClientOptions: grpc.ClientOptions };
/*
 * gRPC shares connections by address within a process, those that have failed too. Where the system gives an engine the port of an earlier
 * one, a program would find that one's failure, and the SDK takes that for a success: nothing is registered, so nothing is in violation.
 */
grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;

/** A program that waits for the CLI. */
export interface ServedProgram {
    /** For the CLI's `--client`. */
    address: string;
    /** Waits for the program's end, where it comes. */
    stop(): Promise<void>;
}

/** Starts to serve a program; one server for each run of the CLI, so that runs share no state. */
export async function serveProgram(program: PulumiFn): Promise<ServedProgram> {
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    const language = new LanguageServer(program);
    let ended: Promise<void> = Promise.resolve();
    server.addService(languagegrpc.LanguageRuntimeService as unknown as grpc.ServiceDefinition, tracked(language, (run) => (ended = run)));
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
    });
    const release = holdRejectionListeners();
    return {
        address: `127.0.0.1:${port}`,
        stop: async () => {
            server.forceShutdown();
            await Promise.race([ended, setTimeout(LAST_STEPS_MS, undefined, { ref: false })]);
            release();
        },
    };
}

/** Tells when a run of the program begins. A CLI that a policy blocks ends before the program does. */
function tracked(language: Runs & grpc.UntypedServiceImplementation, started: (run: Promise<void>) => void): grpc.UntypedServiceImplementation {
    const run = language.run.bind(language);
    return Object.assign(language, {
        run(call: unknown, callback: unknown): void {
            // What the program throws goes to the engine through the callback.
            started(run(call, callback).catch(() => undefined));
        },
    });
}

const EVENTS = ["unhandledRejection", "uncaughtException"] as const;
type Listener = (...args: unknown[]) => void;
let serving = 0;
let held: Record<string, Listener[]> = {};

/**
 * A program that fails in an `apply` rejects promises that nobody handles: the SDK listens for them while the program runs and reports
 * them to the engine. The test runner listens as well and would fail a test that expects just that; so its listeners pause meanwhile.
 */
function holdRejectionListeners(): () => void {
    if (serving++ === 0) {
        held = Object.fromEntries(EVENTS.map((event) => [event, process.listeners(event as "uncaughtException") as Listener[]]));
        for (const event of EVENTS) process.removeAllListeners(event);
        // Without any listener, Node would end the process in the moment between a run's end and the release.
        for (const event of EVENTS) process.on(event, ignore);
    }
    return () => {
        if (--serving > 0) return;
        for (const event of EVENTS) {
            process.removeListener(event, ignore);
            for (const listener of held[event] ?? []) process.on(event, listener);
        }
        held = {};
    };
}

function ignore(): void {
    // The SDK's own listener reports the error to the engine.
}
