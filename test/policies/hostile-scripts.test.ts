import assert from "node:assert";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { cases } from "./hostile-scripts";

/** One script in one carrier, judged. */
interface Judged {
    readonly name: string;
    readonly hosts: number;
    /** CPU time. */
    readonly seconds: number;
}

describe("scripts that are large or hostile, through every carrier and every rule", () => {
    const judged = new Map<string, Judged>();
    before("in a process of its own", function () {
        this.timeout(120_000);
        const printed = execFileSync(process.execPath, ["--import", "tsx", join(__dirname, "hostile-scripts.ts")], { encoding: "utf8", cwd: join(__dirname, "..", "..") });
        for (const line of printed.trim().split("\n")) {
            const one = JSON.parse(line) as Judged;
            judged.set(one.name, one);
        }
    });
    for (const { name } of cases) {
        it(`${name}: judged in time`, () => {
            const one = judged.get(name);
            assert.ok(one !== undefined, "it was not judged");
            assert.strictEqual(one.hosts, 1);
            assert.ok(one.seconds < 2, `${one.seconds.toFixed(1)} s`);
        });
    }
});
