import { Command, InvalidArgumentError, Option } from "commander";
import { CheckResult, blocks, check } from "./check";
import { explain } from "./explain";
import { writeWhole } from "./files";
import { Packs, loadPacks } from "./packs";
import { Problem } from "./problem";
import { Format, formats, render } from "./report";
import { sectionsOf } from "./report/model";
import { terminalOf } from "./report/terminal";
import { addRender } from "./render-command";
import { isScript } from "./sources/load";
import { version } from "./version";

export { check, loadPacks, render, sectionsOf, terminalOf, version };

/** What the exit code says. */
export const exitCodes = { clean: 0, blocked: 1, couldNotRun: 2 } as const;

interface CheckFlags {
    readonly format: Format;
    readonly output?: string;
    readonly policyConfig?: string;
    readonly stack?: string;
    readonly config: readonly string[];
    readonly timeout: number;
    readonly color: boolean;
}

/** `rdp-ready check`. @returns the exit code */
export async function runCheck(targets: readonly string[], flags: CheckFlags, packs?: Packs): Promise<number> {
    const { readers, rules } = packs ?? (await loadPacks());
    const { format, output } = flags;
    if (format === "json" && targets.filter(isScript).length > 1) {
        throw new Problem("--format json reports one script at a time: check the scripts one by one.");
    }
    const result = await check(targets, { ...flags, timeoutSeconds: flags.timeout }, { readers, rules });
    result.problems.forEach(complain);
    // A machine must not take half a report for the whole; people see what there is.
    if (result.problems.length === 0 || (format === "table" && output === undefined && result.judged.length > 0)) {
        const terminal = terminalOf({ color: flags.color, toFile: output !== undefined });
        const text = render(format, sectionsOf(result.judged), { rules, version: version(), terminal });
        await deliver(text, output);
    }
    return exitCodeOf(result);
}

function exitCodeOf({ judged, problems }: CheckResult): number {
    return problems.length > 0 ? exitCodes.couldNotRun : judged.some((w) => w.findings.some(blocks)) ? exitCodes.blocked : exitCodes.clean;
}

async function deliver(text: string, file: string | undefined): Promise<void> {
    if (file !== undefined) {
        writeWhole(file, text);
        return;
    }
    // A pipe takes it in pieces; the process must not end before the last.
    await new Promise<void>((resolve, reject) => process.stdout.write(text, (e) => (e === null || e === undefined ? resolve() : reject(e))));
}

function complain(problem: Problem): void {
    process.stderr.write(`rdp-ready: ${problem.message}\n`);
}

export function program(): Command {
    const command = new Command("rdp-ready")
        .description("Tells whether Remote Desktop will work on the Windows hosts of a Pulumi program, before it is deployed.")
        .version(version())
        .showSuggestionAfterError()
        .exitOverride()
        .configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, "rdp-ready: ")) });
    command
        .command("check")
        .description("Judge programs (TypeScript, JavaScript), stack exports, previews and scripts for Windows. Needs no account and no credentials.")
        .argument("[targets...]", "program directory or file, stack export, the JSON of a preview, or a script: PowerShell, batch, .reg, EC2 user data, SSM document (default: the current directory)")
        .addOption(new Option("--format <format>", "form of the report").choices([...formats]).default("table"))
        .option("--output <file>", "write the report to a file")
        .option("--policy-config <file>", "levels and options of the rules, JSON or YAML")
        .option("--stack <name>", "stack whose settings a program runs with (default: the only one, or dev)")
        .option("--config <key=value>", "configuration for a program; may be repeated", (value: string, all: readonly string[]) => [...all, value], [])
        .option("--timeout <seconds>", "how long a program may run", seconds, 60)
        .option("--no-color", "no colours")
        .action(async (targets: string[], flags: CheckFlags) => {
            process.exitCode = await runCheck(targets, flags);
        });
    command
        .command("explain")
        .description("Say what an error code, a rule, a setting or a cause means, and what to do.")
        .argument("<topics...>", "0x904 0x7, RDP101, nla-required, security-layer, ...")
        .action(async (topics: string[]) => {
            const { rules } = await loadPacks();
            await deliver(explain(topics, rules, terminalOf({ color: true, toFile: false })), undefined);
        });
    addRender(command, deliver);
    return command;
}

function seconds(text: string): number {
    const value = Number(text);
    if (!(value > 0) || value > 86_400) {
        throw new InvalidArgumentError("Write a number of seconds, such as 120.");
    }
    return value;
}

/** Runs the command line. Whatever goes wrong ends in one line and exit code 2. */
export async function main(argv: readonly string[]): Promise<void> {
    process.stdout.on("error", (e: NodeJS.ErrnoException) => {
        // The reader has seen enough (`| head`).
        if (e.code === "EPIPE") {
            process.exit(process.exitCode ?? 0);
        }
        throw e;
    });
    try {
        await program().parseAsync([...argv]);
    } catch (e) {
        if (e instanceof Problem) {
            complain(e);
            process.exitCode = exitCodes.couldNotRun;
        } else if (isUsage(e)) {
            // Commander has said what is wrong, or printed its help.
            process.exitCode = e.exitCode === 0 ? 0 : exitCodes.couldNotRun;
        } else {
            complain(new Problem(`internal error: ${e instanceof Error ? (e.stack ?? e.message) : String(e)}`));
            process.exitCode = exitCodes.couldNotRun;
        }
    }
}

function isUsage(e: unknown): e is { exitCode: number } {
    return e instanceof Error && "code" in e && String(e.code).startsWith("commander.") && "exitCode" in e;
}

if (require.main === module) {
    void main(process.argv);
}
