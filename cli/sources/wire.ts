/** The parts of the SDK's messages to the resource monitor that we look at (pulumi/proto/resource.proto). */

export type Callback = (error: unknown, response?: unknown) => void;

export interface Struct {
    toJavaScript(): Record<string, unknown>;
}

export interface TokenMessage {
    getToken(): string;
}

export interface RegisterRequest {
    getType(): string;
    getName(): string;
    getParent(): string;
    getCustom(): boolean;
    getRemote(): boolean;
    getImportid(): string;
    getObject(): Struct | undefined;
    getDependenciesList(): string[];
    getPropertydependenciesMap(): { entries(): Iterable<[string, { getUrnsList(): string[] }]> };
    /** Absent in SDKs before 3.113. */
    getTransformsList?(): TokenMessage[];
}

export interface ReadRequest {
    getType(): string;
    getName(): string;
    getParent(): string;
    getId(): string;
    getProperties(): Struct | undefined;
}

export interface InvokeRequest {
    getTok(): string;
    getArgs(): Struct | undefined;
}
