import { existsSync } from "node:fs";
import { basename, dirname, extname, resolve } from "node:path";
import { isDirectory, readText, shown } from "../files";
import { Problem } from "../problem";
import { isExport, readExport } from "./export";
import { isObject, parseJson } from "./json";
import { isPreview, readPreview } from "./preview";
import type { ProgramOptions } from "./program";
import { foreign, programExtensions } from "./project";
import { holdsScript } from "./script-file";
import { Interest, Source } from "./source";

/** What a target is, before anything is read that takes time. */
export type TargetKind = "program" | "json" | "script";

export interface Target {
    readonly kind: TargetKind;
    /** As the user named it. */
    readonly name: string;
    readonly path: string;
}

const sourceExtensions: Readonly<Record<string, string>> = { ".py": "a Python program", ".go": "a Go program", ".cs": "a C# program", ".fs": "an F# program", ".java": "a Java program" };

/** Whether a target is a file with scripts that run on Windows. False for what is not there, or cannot be looked at. */
export function isScript(name: string): boolean {
    try {
        return targetOf(name).kind === "script";
    } catch {
        return false;
    }
}

/** @throws Problem for what we cannot look at, with the way that works for it */
export function targetOf(name: string): Target {
    const path = resolve(name);
    if (!existsSync(path)) {
        throw new Problem(`${name}: there is no such file or directory.`);
    }
    if (isDirectory(path)) {
        return { kind: "program", name, path };
    }
    const extension = extname(path).toLowerCase();
    if (/^Pulumi\.(ya?ml|json)$/.test(basename(path))) {
        return { kind: "program", name, path: dirname(path) };
    }
    if (programExtensions.includes(extension)) {
        return { kind: "program", name, path };
    }
    if (extension in sourceExtensions) {
        throw new Problem(foreign(name, sourceExtensions[extension]!));
    }
    if (/^Pulumi\..+\.ya?ml$/.test(basename(path))) {
        throw new Problem(`${name} holds the settings of a stack. Name the directory of the program, and the stack with --stack ${/^Pulumi\.(.+)\.ya?ml$/.exec(basename(path))![1]}`);
    }
    return { kind: holdsScript(path) ? "script" : "json", name, path };
}

/** Reads a stack export or a preview. @throws Problem if it is neither */
export function readDeployment(target: Target, interest: Interest): Source {
    const text = readText(target.path);
    const looksLikeJson = /^\s*[{[]/.test(text) || text.trim() === "";
    if (!looksLikeJson && extname(target.path).toLowerCase() !== ".json") {
        const yaml = /^(name|runtime|resources):/m.test(text);
        throw new Problem(yaml ? foreign(target.name, "a Pulumi program in YAML") : `${target.name} is neither a program, a stack export, a preview's JSON nor a script: PowerShell, batch, .reg, EC2 user data with its tags or tasks, or an SSM document.`);
    }
    const json = parseJson(text, target.path);
    if (isObject(json) && isExport(json)) {
        return readExport(json, target.name, target.path, interest, text.includes('"plaintext"'));
    }
    if (isObject(json) && isPreview(json)) {
        return readPreview(json, target.name, target.path, interest);
    }
    throw new Problem(
        `${shown(target.path)} is JSON, but neither a stack export (pulumi stack export) nor a preview (pulumi preview --json) nor an SSM document${isObject(json) && Array.isArray(json["resources"]) ? ': its "resources" are not inside a "deployment"' : ""}.`,
    );
}

/**
 * Reads all targets but scripts. Everything that can be read is read, so that one report tells all problems.
 * @param onProgram told of each program's source while others still run
 * @returns for each target, in order, its source or its problem
 */
export async function loadSources(targets: readonly Target[], options: ProgramOptions, interest: Interest, onProgram?: (source: Source) => void): Promise<(Source | Problem)[]> {
    const results: (Source | Problem)[] = [];
    const programs = targets.flatMap((target, index) => (target.kind === "program" ? [{ ...target, index }] : []));
    // The program runner is loaded for programs only: state is read without it.
    const running = programs.length === 0 ? undefined : import("./program.js").then(({ runPrograms }) => runPrograms(programs, options, interest, onProgram));
    running?.catch(() => undefined);
    for (const [index, target] of targets.entries()) {
        if (target.kind === "json") {
            try {
                results[index] = readDeployment(target, interest);
            } catch (e) {
                if (!(e instanceof Problem)) {
                    throw e;
                }
                results[index] = e;
            }
        }
    }
    const ran = (await running) ?? [];
    ran.forEach((result, i) => (results[programs[i]!.index] = result));
    return results;
}
