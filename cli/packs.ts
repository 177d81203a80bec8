import { CloudReader } from "../policies/cloud";
import { Rule } from "../policies/rule";

/** Everything that judges: both clouds' readers and all rules. */
export interface Packs {
    readonly readers: readonly CloudReader[];
    readonly rules: readonly Rule[];
}

export async function loadPacks(): Promise<Packs> {
    const [{ azure }, { aws }, { rules }] = await Promise.all([
        import("../policies/azure/reader.js"),
        import("../policies/aws/reader.js"),
        import("../policies/rules/index.generated.js"),
    ]);
    return { readers: [azure, aws], rules };
}
