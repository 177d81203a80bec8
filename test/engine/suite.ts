/** Mocha suites that need the real engine. */
import assert from "node:assert/strict";
import { EngineMissing, engineRequired, findEngine } from "./cli";

/** Enough for a cold build of the CLI on a slow machine. */
const BUILD_LIMIT_MS = 30 * 60_000;
/** Enough for several runs of the CLI on a busy machine. */
const TEST_LIMIT_MS = 120_000;
let told = false;

/**
 * A suite on the real engine. Without one it is skipped, with a message that says so; with CI=true or RDP_READY_ENGINE=required it fails
 * instead, so that a pipeline never passes for want of a CLI.
 */
export function engineSuite(title: string, body: (this: Mocha.Suite) => void): void {
    describe(title, function () {
        this.timeout(TEST_LIMIT_MS);
        before("find or build the Pulumi CLI", async function () {
            this.timeout(BUILD_LIMIT_MS);
            try {
                await findEngine();
            } catch (error) {
                if (engineRequired() || !(error instanceof EngineMissing)) throw error;
                tell(title, error.message);
                this.skip();
            }
        });
        body.call(this);
    });
}

/** The reason is the same for every suite, so the whole of it is printed once. */
function tell(title: string, reason: string): void {
    process.stderr.write(`\nrdp-ready tests: SKIPPED: "${title}": ${told ? "no engine, see above" : reason}\n`);
    told = true;
}

/** A run that must succeed; one that does not shows what the CLI printed. */
export function assertOk({ ok, exitCode, stdout, stderr }: { ok: boolean; exitCode: number; stdout: string; stderr: string }, what = "the run"): void {
    assert.ok(ok, `${what} ended with code ${exitCode}\n${stdout}\n${stderr}`);
}

/** A run that must fail; one that does not shows what the CLI printed. */
export function assertFailed({ ok, stdout, stderr }: { ok: boolean; stdout: string; stderr: string }, what = "the run"): void {
    assert.ok(!ok, `${what} succeeded\n${stdout}\n${stderr}`);
}
