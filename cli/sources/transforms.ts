import type { Sdk } from "./sdk";
import type { RegisterRequest, Struct, TokenMessage } from "./wire";

type Transform = (request: Uint8Array) => Promise<{ getProperties(): Struct | undefined }>;

interface CallbackServer {
    _callbacks: Map<string, Transform>;
    _pendingRegistrations: number;
    _awaitQueue: unknown[];
    _monitor: unknown;
    _target: Promise<string>;
    _server: { forceShutdown(): void };
}

/**
 * Applies the program's `transforms`, as the engine does by calling back: first a resource's own, then its parents',
 * then the stack's. The SDK's callback server keeps the functions; only its socket is left out.
 */
export class Transforms {
    private readonly server: CallbackServer | undefined;
    private readonly stack: string[] = [];
    private readonly byUrn = new Map<string, readonly string[]>();

    constructor(
        private readonly sdk: Sdk,
        monitor: unknown,
    ) {
        const prototype = sdk.callbackServer;
        if (prototype !== undefined) {
            this.server = Object.assign(Object.create(prototype) as CallbackServer, {
                _callbacks: new Map(),
                _pendingRegistrations: 0,
                _awaitQueue: [],
                _monitor: monitor,
                _target: Promise.resolve("in-process"),
                _server: { forceShutdown: () => undefined },
            });
        }
    }

    get available(): boolean {
        return this.server !== undefined && this.sdk.messages !== undefined;
    }

    /** What the SDK is to use as its callback server. */
    get callbacks(): unknown {
        return this.server;
    }

    addStack(token: string): void {
        this.stack.push(token);
    }

    /** The resource's properties after all transforms. */
    async apply(req: RegisterRequest, urn: string): Promise<Record<string, unknown>> {
        const parent = req.getParent();
        const inherited = this.byUrn.get(parent) ?? [];
        const tokens = [...(req.getTransformsList?.() ?? []).map((t: TokenMessage) => t.getToken()), ...inherited];
        this.byUrn.set(urn, tokens);
        let properties = req.getObject();
        for (const token of [...tokens, ...this.stack]) {
            const transform = this.server?._callbacks.get(token);
            if (transform !== undefined && this.sdk.messages !== undefined) {
                const request = new this.sdk.messages.TransformRequest();
                request.setType(req.getType());
                request.setName(req.getName());
                request.setCustom(req.getCustom());
                request.setParent(parent);
                request.setProperties(properties);
                properties = (await transform(request.serializeBinary())).getProperties();
            }
        }
        return properties?.toJavaScript() ?? {};
    }
}
