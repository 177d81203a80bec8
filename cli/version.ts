import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The version of this package: that of the nearest package.json, from the sources as well as from the bundle. */
export function version(): string {
    for (let at = __dirname; dirname(at) !== at; at = dirname(at)) {
        try {
            const manifest = JSON.parse(readFileSync(join(at, "package.json"), "utf8")) as { name?: string; version?: string };
            if (manifest.name === "rdp-ready" && manifest.version !== undefined) {
                return manifest.version;
            }
        } catch {
            // Further up.
        }
    }
    return "0.0.0";
}
