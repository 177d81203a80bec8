import { DesiredState } from "../desired";
import { fitting } from "./limits";
import { PowerShellOptions, renderPowerShell } from "./powershell";

/** A Systems Manager command document, schema 2.2 (rdp-domain §5.2). */
export interface SsmDocument {
    readonly schemaVersion: "2.2";
    readonly description: string;
    readonly parameters?: Readonly<Record<string, SsmParameter>>;
    readonly mainSteps: readonly SsmStep[];
}

export interface SsmParameter {
    readonly type: "String";
    readonly description: string;
    readonly allowedPattern: string;
}

export interface SsmStep {
    readonly action: "aws:runPowerShellScript";
    readonly name: string;
    readonly precondition: { readonly StringEquals: readonly ["platformType", "Windows"] };
    readonly inputs: { readonly timeoutSeconds: string; readonly runCommand: readonly string[] };
}

/** Long enough for every wait in the script, and far below the 30 minutes between two runs of an association. */
const timeoutSeconds = 600;

/**
 * The document as an object. Its script applies the desired state once: an association at `rate(30 minutes)` keeps it.
 *
 * @throws TooLargeError when its JSON exceeds 64 KB.
 */
export function ssmDocumentContent(desired: DesiredState, options: PowerShellOptions = {}): SsmDocument {
    return scriptDocument("rdpReady", "Keeps Remote Desktop reachable and safe (rdp-ready)", renderPowerShell(desired, options));
}

/** A document of one PowerShell step for Windows. @throws TooLargeError when its JSON exceeds 64 KB. */
export function scriptDocument(name: string, description: string, script: string, parameters?: SsmDocument["parameters"]): SsmDocument {
    const step: SsmStep = {
        action: "aws:runPowerShellScript",
        name,
        precondition: { StringEquals: ["platformType", "Windows"] },
        inputs: { timeoutSeconds: String(timeoutSeconds), runCommand: script.trimEnd().split("\n") },
    };
    const document: SsmDocument = { schemaVersion: "2.2", description, ...(parameters === undefined ? {} : { parameters }), mainSteps: [step] };
    fitting("ssm-document", JSON.stringify(document));
    return document;
}

/** The document as JSON, as `aws.ssm.Document` takes it. @throws TooLargeError when it exceeds 64 KB. */
export function ssmDocument(desired: DesiredState, options: PowerShellOptions = {}): string {
    return JSON.stringify(ssmDocumentContent(desired, options));
}
