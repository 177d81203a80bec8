/**
 * The real Pulumi engine for tests: the CLI with a file backend, stand-in cloud providers in this process, an inline program or a YAML
 * project, and policy packs as users run them. Nothing is mocked between program and provider.
 *
 * ```ts
 * const engine = await startEngine({ program: async () => { ... }, pack: "policies/azure" });
 * try {
 *   const result = await engine.preview();
 *   assert.deepEqual(result.violations, []);
 * } finally {
 *   await engine.dispose();
 * }
 * ```
 */
import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { Deployment, PulumiFn } from "@pulumi/pulumi/automation";
import { type ComponentProvider, type ServedComponent, startComponentProvider } from "./components";
import { type EngineResult, parseEvents, readEvents, type Remediation, type Violation } from "./events";
import { serveProgram } from "./program";
import { aws } from "./provider/aws";
import { azure } from "./provider/azure";
import { type Call, Cloud, type Method, type ProviderOptions } from "./provider/cloud";
import { serve, type ServedProvider } from "./provider/server";
import { Workspace } from "./workspace";

export type { Diagnostic, EngineResult, Remediation, Step, Violation } from "./events";
export type { Call, ProviderOptions } from "./provider/cloud";

/** Levels and options by policy name, as in the file for `--policy-pack-config`. */
export type PackConfig = Record<string, string | Record<string, unknown>>;

/** What every engine may be given. */
export interface CommonOptions {
    projectName?: string;
    stackName?: string;
    /** Stack configuration, keys with or without a namespace. */
    config?: Record<string, string>;
    /** Stack configuration that is stored encrypted. */
    secrets?: Record<string, string>;
    /** Directory of a policy pack. */
    pack?: string | undefined;
    packConfig?: PackConfig;
    /** How the stand-in clouds behave. */
    providerOptions?: ProviderOptions;
}

/** Options of `startEngine`. */
export interface EngineOptions extends CommonOptions {
    program: PulumiFn;
}

/** Options of `runYaml`. */
export interface YamlOptions extends CommonOptions {
    /** Directory of the YAML program; it is copied, and its Pulumi.yaml names the project. */
    dir: string;
    /** Plugin packages of ours that the program uses. */
    componentProviders?: ComponentProvider[];
}

/** Options of one run. */
export interface RunOptions {
    /** Replaces the pack of the engine; `null` runs without one. */
    pack?: string | null;
    packConfig?: PackConfig;
    /** More arguments for the CLI, such as `["--target", urn]`. */
    args?: string[];
}

/** Steps of a JSON preview, as far as tests read them. */
export interface PreviewJson {
    steps?: { op: string; urn: string; newState?: { type: string; inputs?: Record<string, unknown>; outputs?: Record<string, unknown> } }[];
    diagnostics?: { message: string; severity: string; urn?: string }[];
    changeSummary?: Record<string, number>;
}

/** One stack on the real engine. */
export class Engine {
    private runs = 0;

    /** @internal use `startEngine` or `runYaml` */
    constructor(
        private readonly workspace: Workspace,
        /** Both stand-in clouds: what exists, and `drift`. */
        readonly cloud: Cloud,
        private readonly providers: (ServedProvider | ServedComponent)[],
        private readonly options: CommonOptions & { program?: PulumiFn },
    ) {}

    /** The program of the next run; change it to deploy something else to the same stack. */
    get program(): PulumiFn | undefined {
        return this.options.program;
    }
    set program(program: PulumiFn | undefined) {
        if (program) this.options.program = program;
    }

    get stackName(): string {
        return this.options.stackName ?? "test";
    }

    /** `pulumi preview` */
    preview(options: RunOptions = {}): Promise<EngineResult> {
        return this.run("preview", [], options);
    }

    /** `pulumi preview --json`, parsed. */
    async previewJson(options: RunOptions = {}): Promise<PreviewJson & { raw: string; exitCode: number }> {
        const result = await this.run("preview", ["--json"], options);
        const start = result.stdout.indexOf("{");
        if (start < 0) throw new Error(`the preview printed no JSON:\n${result.stdout}${result.stderr}`);
        return { ...(JSON.parse(result.stdout.slice(start)) as PreviewJson), raw: result.stdout.slice(start), exitCode: result.exitCode };
    }

    /**
     * `pulumi up`: a preview, whose mandatory violations block, then the update. With `skipPreview` it is what the Automation API and many
     * CI actions do: stack policies then speak only after everything has been created.
     */
    up(options: RunOptions & { skipPreview?: boolean } = {}): Promise<EngineResult> {
        return this.run("up", ["--yes", ...(options.skipPreview ? ["--skip-preview"] : [])], options);
    }

    /** `pulumi refresh` */
    refresh(options: RunOptions = {}): Promise<EngineResult> {
        return this.run("refresh", ["--yes", "--skip-preview"], { pack: null, ...options });
    }

    /** `pulumi destroy` */
    destroy(options: RunOptions = {}): Promise<EngineResult> {
        return this.run("destroy", ["--yes", "--skip-preview"], { pack: null, ...options });
    }

    /** `pulumi stack export`, parsed; secrets are ciphertext unless asked for. */
    async exportStack(options: { showSecrets?: boolean } = {}): Promise<Deployment> {
        const args = ["stack", "export", "--stack", this.stackName, ...(options.showSecrets ? ["--show-secrets"] : [])];
        return JSON.parse(await this.workspace.mustRun(args)) as Deployment;
    }

    /** Stack outputs, secrets in plain text. */
    async outputs(): Promise<Record<string, unknown>> {
        return JSON.parse(await this.workspace.mustRun(["stack", "output", "--json", "--show-secrets", "--stack", this.stackName])) as Record<
            string,
            unknown
        >;
    }

    /**
     * `pulumi policy analyze` of the state: no program runs, and no provider is called. Resource policies get the stored inputs, stack
     * policies the stored outputs; what a stack policy reports about no resource has no URN here.
     */
    async policyAnalyze(
        options: RunOptions = {},
    ): Promise<{ ok: boolean; exitCode: number; violations: Violation[]; remediations: Remediation[]; raw: string; stderr: string }> {
        const args = ["policy", "analyze", "--stack", this.stackName, "--json", ...(await this.packArguments(options)), ...(options.args ?? [])];
        const result = await this.workspace.cli(args, this.providerEnv());
        return {
            ok: result.exitCode === 0,
            exitCode: result.exitCode,
            ...readEvents(parseEvents(result.stdout)),
            raw: result.stdout,
            stderr: result.stderr,
        };
    }

    /** What the engine asked the providers, in order. */
    calls(method?: Method): Call[] {
        return this.cloud.calls.filter((call) => method === undefined || call.method === method);
    }

    /** URNs that were really created: previews do not count. Empty is the proof that nothing came into being. */
    creations(): string[] {
        return this.calls("Create").flatMap(({ preview, urn }) => (preview || urn === undefined ? [] : [urn]));
    }

    /** Stops the providers and removes every file. */
    async dispose(): Promise<void> {
        for (const provider of this.providers) provider.stop();
        await this.workspace.remove();
    }

    private async run(command: string, args: string[], options: RunOptions): Promise<EngineResult> {
        const log = path.join(this.workspace.root, `events-${++this.runs}.json`);
        const { program } = this.options;
        const needsProgram = command === "preview" || command === "up";
        const served = program && needsProgram ? await serveProgram(program) : undefined;
        const kind = program ? "auto.inline" : "auto.local";
        const client = served ? [`--client=${served.address}`] : [];
        const all = [
            command,
            ...args,
            ...client,
            "--exec-kind",
            kind,
            "--stack",
            this.stackName,
            "--event-log",
            log,
            ...(await this.packArguments(options)),
            ...(options.args ?? []),
        ];
        const { exitCode, stdout, stderr, durationMs } = await this.workspace.cli(all, this.providerEnv()).finally(() => served?.stop());
        const events = await fs.readFile(log, "utf8").catch(() => "");
        return { ok: exitCode === 0, exitCode, stdout, stderr, durationMs, ...readEvents(parseEvents(events)) };
    }

    private async packArguments({ pack = this.options.pack ?? null, packConfig = this.options.packConfig }: RunOptions): Promise<string[]> {
        if (pack === null) return [];
        const args = ["--policy-pack", path.resolve(pack)];
        if (packConfig) args.push("--policy-pack-config", await this.workspace.write(`pack-config-${this.runs}.json`, JSON.stringify(packConfig)));
        return args;
    }

    private providerEnv(): NodeJS.ProcessEnv {
        return { PULUMI_DEBUG_PROVIDERS: this.providers.map((provider) => `${provider.package}:${provider.port}`).join(",") };
    }
}

/** A stack whose program is a function in this process. Dispose of it at the end. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
    const workspace = await Workspace.create();
    const project = { name: options.projectName ?? "test", runtime: "nodejs", description: "inline program of a test" };
    await fs.writeFile(path.join(workspace.projectDir, "Pulumi.yaml"), JSON.stringify(project));
    return start(workspace, options, []);
}

/** A stack whose program is a Pulumi YAML project, with component packages of ours attached. Dispose of it at the end. */
export async function runYaml(options: YamlOptions): Promise<Engine> {
    const workspace = await Workspace.create();
    await fs.cp(options.dir, workspace.projectDir, { recursive: true });
    const components = await Promise.all((options.componentProviders ?? []).map(startComponentProvider));
    return start(workspace, options, components);
}

async function start(workspace: Workspace, options: CommonOptions & { program?: PulumiFn }, components: ServedComponent[]): Promise<Engine> {
    const cloud = new Cloud(options.providerOptions);
    const providers = [await serve(azure, cloud), await serve(aws, cloud), ...components];
    const engine = new Engine(workspace, cloud, providers, { ...options });
    try {
        await workspace.mustRun(["stack", "init", engine.stackName]);
        await configure(workspace, engine.stackName, options);
    } catch (error) {
        await engine.dispose();
        throw error;
    }
    return engine;
}

async function configure(workspace: Workspace, stack: string, { config = {}, secrets = {} }: CommonOptions): Promise<void> {
    const plaintext = Object.entries(config).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    const secret = Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
    if (plaintext.length + secret.length > 0) await workspace.mustRun(["config", "set-all", "--stack", stack, ...plaintext, ...secret]);
}
