export class Access { constructor(..._a: unknown[]) {} of(..._a: unknown[]): import("./paths").HostPath[] { return []; } }
