/** What a stand-in for one cloud provider has to answer. `server.ts` speaks gRPC on its behalf. */
import type { Cloud, Stored } from "./cloud";
import type { Props } from "./wire";

/** What `outputs` works from. */
export interface OutputRequest {
    cloud: Cloud;
    urn: string;
    type: string;
    id: string;
    inputs: Props;
    /** In a preview of a create, computed values are unknown. */
    preview: boolean;
    /** Outputs before an update: ids and addresses stay what they were. */
    old?: Props;
}

/** One reason why inputs are refused. */
export interface Refusal {
    property: string;
    reason: string;
}

/** A cloud's behaviour, free of gRPC. */
export interface CloudModel {
    /** Package name, such as `aws`. */
    package: string;
    /** Takes a region from the provider's configuration. The last provider that is configured decides for the whole cloud. */
    configure(cloud: Cloud, args: Props): void;
    /** Inputs with the defaults and names that the provider fills in. */
    check(cloud: Cloud, urn: string, type: string, news: Props, olds: Props | undefined): Props;
    /** What the cloud would refuse whatever else exists. */
    refuse(type: string, inputs: Props): Refusal[];
    /** Top-level and nested (dotted) properties whose change replaces the resource. */
    replaceOn(type: string, olds: Props, news: Props): string[];
    /** True when the old resource goes before the new one comes, because both would have the same name. */
    deleteFirst(type: string, news: Props): boolean;
    newId(cloud: Cloud, urn: string, type: string, inputs: Props): string;
    outputs(request: OutputRequest): Props;
    /** The error of a create or update that the cloud rejects while it runs, if any. */
    failure(cloud: Cloud, type: string, inputs: Props): string | undefined;
    /** Side effects of an update on other resources. */
    updated(cloud: Cloud, resource: Stored): void;
    /** What a read finds now: lists merged with their standalone members. */
    read(cloud: Cloud, resource: Stored): { outputs: Props; inputs: Props };
    /** Result of a function, or undefined when it is not one of ours. */
    invoke(cloud: Cloud, token: string, args: Props): Props | undefined;
}
