import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** The samples: programs in folders below this one, as paths without extension. */
function samples(folder: string = __dirname): string[] {
    return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const file = path.join(folder, entry.name);
        if (entry.isDirectory()) {
            return samples(file);
        }
        return folder === __dirname || !entry.name.endsWith(".ts") ? [] : [path.relative(__dirname, file).replace(/\\/g, "/").slice(0, -".ts".length)];
    });
}

const sample = new pulumi.Config().get("sample") ?? "";
if (!samples().includes(sample)) {
    const problem = sample === "" ? "No sample is chosen" : `There is no sample '${sample}'`;
    throw new pulumi.RunError(`${problem}. Choose one with: pulumi config set sample <name>\n  ${samples().sort().join("\n  ")}`);
}
// What a sample exports are the stack's outputs.
export = require(path.join(__dirname, sample)) as object;
