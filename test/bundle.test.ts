import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(__dirname, "..");

describe("bundles of the command", () => {
    const directory = mkdtempSync(join(tmpdir(), "rdp-ready-test-"));
    after(() => rmSync(directory, { recursive: true }));

    it("are made again where one is missing or older than a source", async () => {
        const { areCurrent } = (await import(pathToFileURL(join(root, "scripts", "bundle.mjs")).href)) as { areCurrent(outputs: readonly { outfile: string }[]): boolean };
        const [made, old] = ["made.js", "old.js"].map((name) => join(directory, name)) as [string, string];
        const current = (...files: readonly string[]): boolean => areCurrent(files.map((f) => ({ outfile: relative(root, f) })));
        [made, old].forEach((f) => writeFileSync(f, ""));
        utimesSync(made, new Date(), new Date(Date.now() + 60_000));
        utimesSync(old, 0, 0);
        assert.deepEqual([current(made), current(made, old), current(made, join(directory, "missing.js"))], [true, false, false]);
    });
});
