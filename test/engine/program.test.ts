import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { SupportsFeatureRequest } from "@pulumi/pulumi/proto/resource_pb";
import { grpcClientOptions } from "./program";

const listen = (server: grpc.Server, address: string): Promise<number> =>
    new Promise((resolve, reject) => server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port))));

/** How a program's first call to an engine at this address ends. */
function called(address: string, options: grpc.ClientOptions): Promise<grpc.status | undefined> {
    const client = new ResourceMonitorClient(address, grpc.credentials.createInsecure(), options);
    return new Promise((resolve) => client.supportsFeature(new SupportsFeatureRequest(), (error: grpc.ServiceError | null) => resolve(error?.code)));
}

describe("programs of tests", () => {
    it("connect to an engine whose port another one had, though a program of that one still tries to reconnect", async () => {
        const gone = new grpc.Server();
        const address = `127.0.0.1:${await listen(gone, "127.0.0.1:0")}`;
        gone.forceShutdown();
        await setTimeout(50);
        assert.equal(await called(address, grpcClientOptions), grpc.status.UNAVAILABLE);
        const next = new grpc.Server();
        await listen(next, address);
        try {
            // A server without services answers, and says that it has none.
            assert.equal(await called(address, grpcClientOptions), grpc.status.UNIMPLEMENTED);
        } finally {
            next.forceShutdown();
        }
    });
});
