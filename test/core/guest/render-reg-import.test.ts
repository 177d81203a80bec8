import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { accessSync, closeSync, constants, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { DesiredState, desiredState, DesiredStateArgs, settingsOf } from "../../../core/guest/desired";
import { renderRegFile } from "../../../core/guest/render/reg-file";
import { registryPlace, requireSetting } from "../../../core/guest/settings";

const missing = "the .reg file is not imported into a registry: wine is not on PATH (Debian: apt-get install --no-install-recommends wine wine64)";

function isOnPath(program: string): boolean {
    return (process.env["PATH"] ?? "").split(delimiter).some((dir) => {
        try {
            accessSync(join(dir, program), constants.X_OK);
            return dir !== "";
        } catch {
            return false;
        }
    });
}

/** A registry of its own: Wine's, headless, in a directory that goes away. */
class Registry {
    private readonly home = mkdtempSync(join(tmpdir(), "rdp-ready-wine-"));
    private readonly env: NodeJS.ProcessEnv;

    constructor() {
        const prefix = join(this.home, "prefix");
        mkdirSync(prefix);
        // Wine 10 crashes where TMPDIR is set.
        const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, TMPDIR: _temporary, ...inherited } = process.env;
        // No browser engine, no .NET and no entries in menus: nothing asks, and nothing is left behind.
        this.env = { ...inherited, HOME: this.home, WINEPREFIX: prefix, WINEDEBUG: "-all", WINEDLLOVERRIDES: "mscoree,mshtml=;winemenubuilder.exe=d", LC_ALL: "C" };
    }

    async import(text: string, how: readonly string[]): Promise<void> {
        const file = join(this.home, "state.reg");
        writeFileSync(file, text, "latin1");
        await this.run("wine", [...how, `Z:${file.replaceAll("/", "\\")}`]);
    }

    /** The values of a key, as `reg query` shows them: `[type, data]` by name in lower case. */
    async values(key: string): Promise<Map<string, readonly [string, string]>> {
        const text = await this.run("wine", ["reg", "query", key]);
        const lines = [...text.matchAll(/^ {4}(\S[^\r\n]*?) {4}(REG_\w+)(?: {4}([^\r\n]*))?\r?$/gm)];
        return new Map(lines.map(([, name, type, data]) => [name!.toLowerCase(), [type!, data ?? ""] as const]));
    }

    /** What a program prints. Through a file: Wine's services inherit a pipe and keep it open long after the program has ended. */
    private async run(program: string, args: readonly string[]): Promise<string> {
        const file = join(this.home, "output");
        const output = openSync(file, "w");
        const child = spawn(program, args, { env: this.env, stdio: ["ignore", output, output] });
        const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("exit", resolve)).finally(() => closeSync(output));
        const text = readFileSync(file, "latin1");
        assert.equal(code, 0, `${program} ${args.join(" ")}: ${text}`);
        return text;
    }

    async close(): Promise<void> {
        await this.run("wineserver", ["-k"]).catch(() => undefined);
        rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
}

const starts: Readonly<Record<string, number>> = { automatic: 2, manual: 3 };

/** What the registry must hold: by key, the values as `reg query` shows them. */
function expected(state: DesiredState): Map<string, Map<string, readonly [string, string]>> {
    const keys = new Map<string, Map<string, readonly [string, string]>>();
    for (const [id, value] of settingsOf(state)) {
        const setting = requireSetting(id);
        const at = registryPlace(setting);
        if (at !== undefined) {
            const data = setting.place.kind === "service" ? starts[String(value)]! : value;
            const shown = typeof data === "number" ? (["REG_DWORD", `0x${data.toString(16)}`] as const) : (["REG_SZ", String(data)] as const);
            keys.set(at.key, new Map([...(keys.get(at.key) ?? []), [at.value.toLowerCase(), shown]]));
        }
    }
    return keys;
}

const states: readonly { readonly what: string; readonly how: readonly string[]; readonly args: Partial<DesiredStateArgs> }[] = [
    { what: "the defaults, by reg import", how: ["reg", "import"], args: {} },
    {
        what: "every setting changed, by regedit over what is there",
        how: ["regedit", "/S"],
        args: {
            port: 3390,
            securityLayer: 1,
            credSsp: "force-updated",
            encryptionLevel: "fips",
            sessionLimits: { idleMinutes: 60, disconnectedMinutes: 43_200, totalMinutes: 600, singleSession: false, maxSessions: 12 },
            keepAliveMinutes: 999_999,
            transport: "tcp",
            licensing: { mode: "per-user", servers: ["licences.example.com", "10.0.0.4"] },
        },
    },
];

describe("a .reg file in a registry", function () {
    this.timeout(180_000);
    let registry: Registry | undefined;

    before(function () {
        if (!isOnPath("wine")) {
            if (process.env["CI"] === "true") {
                throw new Error(missing);
            }
            process.stderr.write(`SKIPPED: ${missing}\n`);
            this.skip();
        }
        registry = new Registry();
    });
    after(() => registry?.close());

    for (const { what, how, args } of states) {
        it(`yields every value: ${what}`, async () => {
            const state = desiredState({ firewallRemoteAddresses: ["203.0.113.0/24"], ...args });
            await registry!.import(renderRegFile(state), how);
            const wanted = expected(state);
            assert.ok(wanted.size > 10, "keys");
            for (const [key, values] of wanted) {
                const found = await registry!.values(key);
                for (const [name, value] of values) {
                    assert.deepEqual(found.get(name), value, `${key} ${name}`);
                }
            }
        });
    }
});
