import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PackProcess } from "../bench/pack-process";

const root = join(__dirname, "..");

/** What people get from the registry, in an empty project of theirs. */
describe("the npm package", function () {
    this.timeout(300_000);
    let project: string;
    let installed: string;

    before("pack it and install it into an empty project", () => {
        project = mkdtempSync(join(tmpdir(), "rdp-ready-package-"));
        // npm prints the file's name last; the build that it runs first prints before.
        const packed = execFileSync("npm", ["pack", "--pack-destination", project, "--silent"], { cwd: root, encoding: "utf8" }).trim().split("\n").at(-1)!;
        installed = join(project, "node_modules", "rdp-ready");
        mkdirSync(installed, { recursive: true });
        execFileSync("tar", ["-xzf", join(project, packed), "-C", installed, "--strip-components=1"]);
        linkDependencies(join(project, "node_modules"));
    });
    after(() => rmSync(project, { recursive: true, force: true }));

    const node = (script: string): string => execFileSync(process.execPath, ["-e", script], { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

    for (const cloud of ["azure", "aws"]) {
        it(`gives the components of ${cloud}, with their types`, () => {
            const names = JSON.parse(node(`console.log(JSON.stringify(Object.keys(require("rdp-ready/${cloud}"))))`)) as string[];
            assert.deepEqual(names.sort(), ["RdpAccess", "RdpCertificate", "RdpGuest", "RdpHost"]);
            assert.ok(existsSync(join(installed, "dist", "components", cloud, "index.d.ts")));
        });

        it(`gives the policy pack of ${cloud}, which starts`, async () => {
            const pack = join(installed, "policies", cloud);
            for (const file of ["PulumiPolicy.yaml", "package.json", "pack.js"]) {
                assert.ok(existsSync(join(pack, file)), file);
            }
            const imports = [...readFileSync(join(pack, "pack.js"), "utf8").matchAll(/require\("(@pulumi\/(?:azure-native|aws)[^"]*)"\)/g)];
            assert.deepEqual(imports.map((m) => m[1]), [], "a pack must not load a cloud SDK");
            (await PackProcess.start(pack)).stop();
        });
    }

    it("gives the command, which checks a program there", () => {
        writeFileSync(join(project, "package.json"), "{}");
        writeFileSync(join(project, "Pulumi.yaml"), "name: mine\nruntime: nodejs\n");
        writeFileSync(
            join(project, "index.ts"),
            `import { RdpHost } from "rdp-ready/aws";\nnew RdpHost("desk", { clients: ["203.0.113.0/24"], keyName: "key" });\n`,
        );
        const report = execFileSync(process.execPath, [join(installed, "dist", "rdp-ready.js"), "check", ".", "--format", "json"], { cwd: project, encoding: "utf8" });
        const { hosts, findings } = JSON.parse(report) as { hosts: { name: string; verdict: string }[]; findings: unknown[] };
        assert.deepEqual(hosts.map((h) => [h.name, h.verdict]), [["desk", "ready"]]);
        assert.deepEqual(findings, []);
    });

    it("names every package that it loads among its dependencies", () => {
        const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Record<string, Record<string, string>>;
        const named = new Set([...Object.keys(manifest["dependencies"]!), ...Object.keys(manifest["peerDependencies"]!)]);
        const loaded = new Set<string>();
        for (const file of filesOf(installed).filter((f) => f.endsWith(".js"))) {
            for (const [, name] of readFileSync(file, "utf8").matchAll(/(?:require|import)\("([^".][^"]*)"\)/g)) {
                loaded.add(name!.split("/").slice(0, name!.startsWith("@") ? 2 : 1).join("/"));
            }
        }
        const missing = [...loaded].filter((n) => !n.startsWith("node:") && !require("node:module").builtinModules.includes(n) && !named.has(n));
        assert.deepEqual(missing, []);
    });
});

/** The dependencies as `npm install` would put them, from this checkout. */
function linkDependencies(modules: string): void {
    for (const name of readdirSync(join(root, "node_modules"))) {
        if (!name.startsWith(".")) {
            symlinkSync(join(root, "node_modules", name), join(modules, name));
        }
    }
}

function filesOf(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath ?? e.path, e.name));
}
