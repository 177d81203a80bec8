// Bundles what people run: the command, and one policy pack for each cloud. Each is one file without an SDK inside, so
// that it starts fast.
import { chmodSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** What stays a real import: the SDK that the program or engine brings, and native modules. */
const external = ["@pulumi/*", "tsx", "tsx/*"];

const shared = {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external,
    logLevel: "warning",
    legalComments: "none",
};

export const command = [
    { entryPoints: ["cli/main.ts"], outfile: "dist/rdp-ready.js", banner: { js: "#!/usr/bin/env node" } },
    { entryPoints: ["cli/sources/worker.ts"], outfile: "dist/worker.js" },
];
const packs = [
    { entryPoints: ["policies/azure/index.ts"], outfile: "policies/azure/pack.js" },
    { entryPoints: ["policies/aws/index.ts"], outfile: "policies/aws/pack.js" },
];

/** Bundles all of it, or the command only. */
export async function bundle(outputs = [...command, ...packs]) {
    const { build } = await import("esbuild");
    await Promise.all(
        outputs.map(async (output) => {
            const { outfile } = output;
            await build({ ...shared, ...output });
            if (output.banner !== undefined) {
                chmodSync(join(root, outfile), 0o755);
            }
        }),
    );
}

/** Whether bundles are there that are newer than everything that they are made of. */
export function areCurrent(outputs) {
    const code = ["cli", "core", "policies"].flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).filter((f) => f.endsWith(".ts")).map((f) => join(folder, f)));
    const changed = Math.max(...[...code, "package-lock.json", "scripts/bundle.mjs"].map((f) => statSync(join(root, f)).mtimeMs));
    return outputs.every(({ outfile }) => (statSync(join(root, outfile), { throwIfNoEntry: false })?.mtimeMs ?? 0) > changed);
}

/** As `bundle`; where the sources have a mistake, the process ends. */
export async function bundleOrExit(outputs) {
    await bundle(outputs).catch((e) => {
        // esbuild has printed what is wrong and where.
        if (e.errors === undefined) {
            console.error(e);
        }
        process.exit(1);
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    await bundleOrExit(process.argv[2] === "command" ? command : undefined);
}
