/** Runs a plugin package of ours as a component provider. The CLI would need the Node.js language host for that; we start it by hand. */
import { spawn } from "node:child_process";
import * as path from "node:path";
import { createInterface } from "node:readline";

/** A plugin package that a YAML program uses. */
export interface ComponentProvider {
    /** Package name in type tokens, such as `rdp-ready-azure`. */
    package: string;
    /** Directory of the package, with PulumiPlugin.yaml. */
    dir: string;
    /** Entry file that calls `componentProviderHost`; by default the directory's main module. */
    entry?: string;
}

/** A component provider that is being served. */
export interface ServedComponent {
    package: string;
    port: number;
    stop(): void;
}

const START_LIMIT_MS = 60_000;

/** Starts the package's process and waits for its port. */
export async function startComponentProvider({ package: name, dir, entry = "." }: ComponentProvider): Promise<ServedComponent> {
    const script = require.resolve(path.resolve(dir, entry));
    // The engine's address comes later, when the engine attaches.
    const child = spawn(process.execPath, ["--import", require.resolve("tsx"), script], { cwd: dir, stdio: ["ignore", "pipe", "pipe"] });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (data: string) => (errors = (errors + data).slice(-4000)));
    const port = await new Promise<number>((resolve, reject) => {
        const timer = setTimeout(
            () => reject(new Error(`the component provider ${name} did not start in ${START_LIMIT_MS / 1000} s:\n${errors}`)),
            START_LIMIT_MS,
        );
        const settle = (action: () => void): void => {
            clearTimeout(timer);
            action();
        };
        createInterface({ input: child.stdout }).on("line", (line) => {
            if (/^\d+$/.test(line.trim())) settle(() => resolve(Number(line)));
        });
        child.on("error", (error) => settle(() => reject(error)));
        child.on("exit", (code) => settle(() => reject(new Error(`the component provider ${name} ended with code ${code}:\n${errors}`))));
    }).catch((error: unknown) => {
        child.kill();
        throw error;
    });
    // Ends the child also where a test run is broken off.
    const end = (): void => void child.kill();
    process.once("exit", end);
    const stop = (): void => {
        process.removeListener("exit", end);
        end();
    };
    return { package: name, port, stop };
}
