import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { cacheDir, engineRequired } from "./cli";

describe("finding the Pulumi CLI", () => {
    let dir: string;
    beforeEach(async () => {
        dir = await fs.mkdtemp(path.join(os.tmpdir(), "rdp-ready-cli-"));
    });
    afterEach(() => fs.rm(dir, { recursive: true, force: true }));

    /** Runs a mocha suite on the engine in a process of its own, on a machine that has only what `tools` names. */
    async function suiteOn(tools: Record<string, string>, env: NodeJS.ProcessEnv): Promise<{ code: number; stdout: string; stderr: string }> {
        await fs.mkdir(path.join(dir, "bin"));
        for (const [name, script] of Object.entries(tools))
            await fs.writeFile(path.join(dir, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
        const file = path.join(dir, "sample.test.ts");
        const suite = JSON.stringify(path.join(__dirname, "suite"));
        await fs.writeFile(file, `import { engineSuite } from ${suite};\nengineSuite("sample", () => { it("runs", () => {}); });\n`);
        const mocha = require.resolve("mocha/bin/mocha.js");
        const args = ["--import", require.resolve("tsx"), mocha, "--no-config", "--no-package", file];
        const { CI: _ci, RDP_READY_ENGINE: _engine, ...inherited } = process.env;
        const environment = { ...inherited, PATH: path.join(dir, "bin"), RDP_READY_ENGINE_CACHE: path.join(dir, "cache"), ...env };
        return new Promise((resolve) => {
            execFile(process.execPath, args, { env: environment, cwd: dir }, (error, stdout, stderr) => {
                resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
            });
        });
    }

    it("skips loudly where there is neither a CLI nor Go", async () => {
        const { code, stdout, stderr } = await suiteOn({}, {});
        assert.equal(code, 0);
        assert.match(stdout, /1 pending/);
        assert.match(
            stderr,
            /SKIPPED: "sample": the real Pulumi engine is not available: no pulumi and no go on PATH\. To get it, put pulumi 3\.200 or newer/,
        );
    });

    it("fails instead where the engine is required", async () => {
        for (const env of [{ CI: "true" }, { RDP_READY_ENGINE: "required" }]) {
            const { code, stdout } = await suiteOn({}, env);
            assert.equal(code, 1);
            assert.match(stdout, /the real Pulumi engine is not available/);
            await fs.rm(path.join(dir, "bin"), { recursive: true });
        }
    });

    it("takes a CLI on PATH that is new enough and has the YAML language host beside it", async () => {
        const { code, stdout } = await suiteOn({ pulumi: "echo v3.211.0", "pulumi-language-yaml": "exit 0" }, { CI: "true" });
        assert.equal(code, 0, stdout);
        assert.match(stdout, /1 passing/);
    });

    it("does not take one that is too old", async () => {
        const { code, stdout } = await suiteOn({ pulumi: "echo v3.199.0", "pulumi-language-yaml": "exit 0" }, { CI: "true" });
        assert.equal(code, 1);
        assert.match(stdout, /put pulumi 3\.200 or newer/);
    });

    it("answers .ci/run by the same criterion: a CLI that is too old is not at hand", async () => {
        const ask = 'require("./test/engine/cli.ts").engineAtHand().then((e) => console.log(e ? e.version : "none"))';
        await fs.mkdir(path.join(dir, "bin"));
        for (const [version, answer] of [["3.199.0", "none"], ["3.211.0", "3.211.0"]] as const) {
            for (const [name, script] of Object.entries({ pulumi: `echo v${version}`, "pulumi-language-yaml": "exit 0" }))
                await fs.writeFile(path.join(dir, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
            const env = { ...process.env, PATH: path.join(dir, "bin"), RDP_READY_ENGINE_CACHE: path.join(dir, "cache") };
            const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "-e", ask], { env, cwd: path.join(__dirname, "..", "..") });
            assert.equal(stdout.trim(), answer);
        }
    });

    it("leaves nothing that looks like a build when the build fails", async () => {
        const { code, stdout, stderr } = await suiteOn({ go: "echo no network >&2; exit 3" }, { CI: "true" });
        assert.equal(code, 1);
        assert.match(stderr, /building the Pulumi CLI .* from its Go module, once/);
        assert.match(stdout, /go build failed with code 3:\s+no network/);
        assert.deepEqual(
            (await fs.readdir(dir)).filter((name) => name.startsWith("cache")),
            [],
        );
    });

    it("takes over the lock of a build whose process is gone", async () => {
        // The largest process id that Linux gives out is far below this one.
        await fs.writeFile(path.join(dir, "cache.lock"), "999999999");
        const { code, stdout } = await suiteOn({ go: "exit 3" }, { CI: "true" });
        assert.equal(code, 1);
        assert.match(stdout, /go build failed with code 3/);
    });

    it("keeps the build outside the repository", () => {
        assert.equal(cacheDir({ RDP_READY_ENGINE_CACHE: "/elsewhere" }), "/elsewhere");
        assert.match(cacheDir({}), /[\\/]\.cache[\\/]rdp-ready[\\/]pulumi-3\.245\.0$/);
        assert.equal(engineRequired({}), false);
        assert.equal(engineRequired({ CI: "true" }), true);
        assert.equal(engineRequired({ RDP_READY_ENGINE: "required" }), true);
    });
});
