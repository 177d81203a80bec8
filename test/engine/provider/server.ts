/** gRPC server that answers the engine as a resource provider would, in this process. */
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as pluginpb from "@pulumi/pulumi/proto/plugin_pb";
import * as providergrpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import type { Cloud, Method } from "./cloud";
import type { CloudModel } from "./model";
import { fromStruct, hasUnknown, plain, plainProps, type Props, toStruct, typeOf, type Value } from "./wire";

/** A provider that is being served. */
export interface ServedProvider {
    package: string;
    port: number;
    stop(): void;
}

type Handler<Request, Response> = (request: Request) => Response;

/** Serves one cloud's model on a port of the loopback interface. */
export async function serve(model: CloudModel, cloud: Cloud): Promise<ServedProvider> {
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    server.addService(providergrpc.ResourceProviderService, implementation(model, cloud) as unknown as grpc.UntypedServiceImplementation);
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
    });
    return { package: model.package, port, stop: () => server.forceShutdown() };
}

/** Turns a synchronous function into a gRPC method; what it throws becomes the call's error. */
function unary<Request, Response>(handler: Handler<Request, Response>): grpc.handleUnaryCall<Request, Response> {
    return (call, callback) => {
        try {
            callback(null, handler(call.request));
        } catch (error) {
            callback({ code: grpc.status.UNKNOWN, message: error instanceof Error ? error.message : String(error) });
        }
    };
}

function implementation(model: CloudModel, cloud: Cloud): Record<string, grpc.handleUnaryCall<never, unknown>> {
    const record = (method: Method, request: { getUrn(): string }, preview?: boolean): string => {
        const urn = request.getUrn();
        const type = typeOf(urn);
        cloud.record({ method, type, urn, ...(preview === undefined ? {} : { preview }) });
        return type;
    };
    return {
        attach: unary((_: pluginpb.PluginAttach) => new Empty()),
        cancel: unary((_: Empty) => new Empty()),
        getPluginInfo: unary((_: Empty) => new pluginpb.PluginInfo().setVersion("99.0.0")),
        getSchema: unary((_: pb.GetSchemaRequest) =>
            new pb.GetSchemaResponse().setSchema(JSON.stringify({ name: model.package, version: "99.0.0" })),
        ),
        checkConfig: unary((request: pb.CheckRequest) => new pb.CheckResponse().setInputs(request.getNews())),
        diffConfig: unary((_: pb.DiffRequest) => new pb.DiffResponse().setChanges(pb.DiffResponse.DiffChanges.DIFF_NONE)),
        configure: unary((request: pb.ConfigureRequest) => {
            model.configure(cloud, plainProps(fromStruct(request.getArgs())));
            cloud.record({ method: "Configure", type: `pulumi:providers:${model.package}` });
            return new pb.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true).setAcceptresources(false).setAcceptoutputs(false);
        }),
        check: unary((request: pb.CheckRequest) => {
            const type = record("Check", request);
            return check(model, cloud, type, request);
        }),
        diff: unary((request: pb.DiffRequest) => diff(model, record("Diff", request), request)),
        create: unary((request: pb.CreateRequest) => create(model, cloud, record("Create", request, request.getPreview()), request)),
        update: unary((request: pb.UpdateRequest) => update(model, cloud, record("Update", request, request.getPreview()), request)),
        read: unary((request: pb.ReadRequest) => read(model, cloud, record("Read", request), request)),
        delete: unary((request: pb.DeleteRequest) => {
            cloud.remove(record("Delete", request), request.getId());
            return new Empty();
        }),
        invoke: unary((request: pb.InvokeRequest) => invoke(model, cloud, request)),
    } as Record<string, grpc.handleUnaryCall<never, unknown>>;
}

function check(model: CloudModel, cloud: Cloud, type: string, request: pb.CheckRequest): pb.CheckResponse {
    const olds = request.hasOlds() ? fromStruct(request.getOlds()) : undefined;
    const inputs = model.check(cloud, request.getUrn(), type, fromStruct(request.getNews()), olds);
    const failures = model
        .refuse(type, plainProps(inputs))
        .map(({ property, reason }) => new pb.CheckFailure().setProperty(property).setReason(reason));
    return new pb.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures);
}

function diff(model: CloudModel, type: string, request: pb.DiffRequest): pb.DiffResponse {
    const olds = plainProps(fromStruct(request.getOldInputs() ?? request.getOlds()));
    const news = plainProps(fromStruct(request.getNews()));
    for (const ignored of request.getIgnorechangesList()) news[ignored] = olds[ignored];
    const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])]
        .filter((key) => !key.startsWith("__") && !equal(olds[key], news[key]))
        .sort();
    const replaces = model.replaceOn(type, olds, news).filter((dotted) => !equal(reach(olds, dotted), reach(news, dotted)));
    const response = new pb.DiffResponse()
        .setDiffsList(changed)
        .setReplacesList([...new Set(replaces.map((dotted) => dotted.split(".")[0] ?? dotted))]);
    if (replaces.length > 0) response.setDeletebeforereplace(model.deleteFirst(type, news));
    const changes = pb.DiffResponse.DiffChanges;
    return response.setChanges(changed.length > 0 ? changes.DIFF_SOME : changes.DIFF_NONE);
}

function create(model: CloudModel, cloud: Cloud, type: string, request: pb.CreateRequest): pb.CreateResponse {
    const urn = request.getUrn();
    const inputs = fromStruct(request.getProperties());
    if (request.getPreview()) {
        const outputs = model.outputs({ cloud, urn, type, id: "", inputs, preview: true });
        return new pb.CreateResponse().setProperties(toStruct(outputs));
    }
    if (hasUnknown(inputs)) throw new Error(`${urn}: unknown inputs reached Create`);
    const failure = model.failure(cloud, type, plainProps(inputs));
    if (failure !== undefined) throw new Error(failure);
    const id = model.newId(cloud, urn, type, plainProps(inputs));
    const outputs = model.outputs({ cloud, urn, type, id, inputs, preview: false });
    cloud.put({ urn, id, type, inputs, outputs });
    return new pb.CreateResponse().setId(id).setProperties(toStruct(outputs));
}

function update(model: CloudModel, cloud: Cloud, type: string, request: pb.UpdateRequest): pb.UpdateResponse {
    const [urn, id, preview] = [request.getUrn(), request.getId(), request.getPreview()];
    const inputs = fromStruct(request.getNews());
    const old = plainProps(fromStruct(request.getOlds()));
    const failure = preview ? undefined : model.failure(cloud, type, plainProps(inputs));
    if (failure !== undefined) throw new Error(failure);
    const outputs = model.outputs({ cloud, urn, type, id, inputs, preview: false, old });
    if (!preview) {
        const resource = { urn, id, type, inputs, outputs };
        cloud.put(resource);
        model.updated(cloud, resource);
    }
    return new pb.UpdateResponse().setProperties(toStruct(outputs));
}

function read(model: CloudModel, cloud: Cloud, type: string, request: pb.ReadRequest): pb.ReadResponse {
    const stored = cloud.get(type, request.getId());
    // An empty id says that the resource is gone.
    if (!stored) return new pb.ReadResponse().setId("");
    const found = model.read(cloud, stored);
    return new pb.ReadResponse().setId(stored.id).setProperties(toStruct(found.outputs)).setInputs(toStruct(found.inputs));
}

function invoke(model: CloudModel, cloud: Cloud, request: pb.InvokeRequest): pb.InvokeResponse {
    const token = request.getTok();
    cloud.record({ method: "Invoke", type: token });
    const args = plainProps(fromStruct(request.getArgs()));
    const result = cloud.settings.invokes[token]?.(args) ?? model.invoke(cloud, token, args);
    if (!result) throw new Error(`the stand-in provider does not know the function ${token}: give it in providerOptions.invokes`);
    return new pb.InvokeResponse().setReturn(toStruct(result));
}

function equal(a: Value | undefined, b: Value | undefined): boolean {
    return JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
}

/** Keys in order, without the provider's own bookkeeping and without what is absent. */
function canonical(value: Value | undefined): Value {
    const inner = plain(value);
    if (Array.isArray(inner)) return inner.map(canonical);
    if (inner === null || typeof inner !== "object") return inner;
    const keys = Object.keys(inner).filter((key) => !key.startsWith("__") && inner[key] !== null && inner[key] !== undefined);
    return Object.fromEntries(keys.sort().map((key) => [key, canonical(inner[key])]));
}

function reach(props: Props, dotted: string): Value | undefined {
    return dotted
        .split(".")
        .reduce<Value | undefined>((here, key) => (here && typeof here === "object" && !Array.isArray(here) ? here[key] : undefined), props);
}
