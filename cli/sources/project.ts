import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { isDirectory, isFile, readText, shown } from "../files";
import { Problem, messageOf } from "../problem";
import { isObject, textOf } from "./json";

/** A Pulumi project: where its settings are. */
export interface Project {
    readonly name: string;
    /** Directory of Pulumi.yaml. */
    readonly root: string;
    /** Directory of the stacks' settings. */
    readonly settings: string;
    readonly runtime: string;
    readonly main?: string;
    /** The `config` section of Pulumi.yaml. */
    readonly config: Readonly<Record<string, unknown>>;
}

/** A program, ready to run. */
export interface Program {
    readonly name: string;
    /** Absolute path of the module to load. */
    readonly entry: string;
    readonly esm: boolean;
    /** Where the program expects to run. */
    readonly cwd: string;
    readonly project: Project;
}

const projectFiles = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];
const entryNames = ["index.js", "index.mjs", "index.cjs", "index.ts", "index.mts", "index.cts"];
export const programExtensions: readonly string[] = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];

/** Reads a YAML file. @throws Problem with the place of a mistake */
export async function readYaml(path: string): Promise<unknown> {
    const { parse } = await import("yaml");
    try {
        return parse(readText(path)) as unknown;
    } catch (e) {
        throw e instanceof Problem ? e : new Problem(`${shown(path)} is not valid YAML: ${messageOf(e).split("\n")[0]}`);
    }
}

/** The project that a directory belongs to: its own or the nearest above. */
export async function findProject(directory: string): Promise<Project | undefined> {
    for (let at = directory; ; at = dirname(at)) {
        const file = projectFiles.map((f) => join(at, f)).find(isFile);
        if (file !== undefined) {
            return readProject(file);
        }
        if (dirname(at) === at) {
            return undefined;
        }
    }
}

async function readProject(file: string): Promise<Project> {
    const content = await readYaml(file);
    const name = isObject(content) ? textOf(content["name"]) : undefined;
    if (!isObject(content) || name === undefined) {
        throw new Problem(`${shown(file)} is not a Pulumi project: it has no "name".`);
    }
    const runtime = isObject(content["runtime"]) ? content["runtime"]["name"] : content["runtime"];
    const root = dirname(file);
    const main = textOf(content["main"]);
    const legacy = textOf(content["config"]);
    return {
        name,
        root,
        settings: resolve(root, textOf(content["stackConfigDir"]) ?? legacy ?? "."),
        runtime: String(runtime ?? ""),
        ...(main === undefined ? {} : { main }),
        config: isObject(content["config"]) ? content["config"] : {},
    };
}

/**
 * The program that a directory or module stands for.
 * @param name how the user named it
 * @throws Problem if it is none that we can run, with the way that works for it
 */
export async function findProgram(path: string, name: string): Promise<Program> {
    const directory = isDirectory(path) ? path : dirname(path);
    const nearest = await findProject(directory);
    const project = nearest ?? { name: basename(directory) || "project", root: directory, settings: directory, runtime: "nodejs", config: {} };
    const own = nearest !== undefined && nearest.root === directory;
    if (own && project.runtime !== "nodejs" && project.runtime !== "bun") {
        throw new Problem(foreign(name, `a Pulumi project in ${runtimeNames[project.runtime] ?? `"${project.runtime}"`}`));
    }
    if (isFile(path)) {
        return { name, entry: path, esm: isEsm(path), cwd: directory, project };
    }
    const start = own && project.main !== undefined ? resolve(directory, project.main) : directory;
    if (isFile(start)) {
        return { name, entry: start, esm: isEsm(start), cwd: dirname(start), project };
    }
    const entry = entryOf(start);
    if (entry === undefined) {
        throw new Problem(nothingToRun(start, name, own));
    }
    return { name, entry, esm: isEsm(entry), cwd: start, project };
}

const runtimeNames: Readonly<Record<string, string>> = { python: "Python", go: "Go", dotnet: ".NET", java: "Java", yaml: "YAML", hcl: "HCL", scala: "Scala" };

/** The remedy for everything that only Pulumi itself can run. */
export function foreign(name: string, what: string): string {
    return `${name} is ${what}, which only Pulumi can run. Give me its preview: pulumi preview --json > preview.json; rdp-ready check preview.json`;
}

/** As Pulumi looks for it: `main` of package.json where that file exists, else the index. */
function entryOf(directory: string): string | undefined {
    const main = textOf(packageOf(directory)?.["main"]);
    if (main !== undefined) {
        const candidates = [main, ...programExtensions.map((e) => main + e), ...entryNames.map((n) => join(main, n))];
        const found = candidates.map((c) => resolve(directory, c)).find(isFile);
        if (found !== undefined) {
            return found;
        }
    }
    return entryNames.map((n) => join(directory, n)).find(isFile);
}

function nothingToRun(directory: string, name: string, isProject: boolean): string {
    if (!existsSync(directory)) {
        return `${name} names ${shown(directory)} as its "main", which does not exist.`;
    }
    const files = readdirSync(directory);
    const other = (["__main__.py", "Main.yaml", "main.go", "Program.cs"] as const).find((f) => files.includes(f)) ?? files.find((f) => /\.(csproj|fsproj)$/.test(f));
    if (other !== undefined) {
        return foreign(name, `a program that starts in ${other}`);
    }
    return files.length === 0
        ? `${name} is an empty directory. Name the directory of a Pulumi program, a stack export or a preview's JSON.`
        : `${name} holds no program${isProject ? "" : " (no Pulumi.yaml, no index.ts, no index.js)"}. Name the directory or file where it starts, a stack export or a preview's JSON.`;
}

function packageOf(directory: string): Record<string, unknown> | undefined {
    try {
        const json: unknown = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
        return isObject(json) ? json : undefined;
    } catch {
        return undefined;
    }
}

/** Node's own rule: by extension, else by the nearest package.json. */
function isEsm(entry: string): boolean {
    const extension = extname(entry);
    if (extension.startsWith(".m") || extension.startsWith(".c")) {
        return extension.startsWith(".m");
    }
    for (let at = dirname(entry); ; at = dirname(at)) {
        const found = packageOf(at);
        if (found !== undefined || dirname(at) === at) {
            return found?.["type"] === "module";
        }
    }
}
