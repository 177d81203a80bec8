import { carrierLimits } from "../../core/guest/render/limits";
import { Carrier, Obstacle } from "../../core/guest/model";
import { Known, isKnown } from "../../core/known";

/** What Windows does with the two properties that look like start-up scripts (rdp-domain §5.1), and how a script shows that it fetches them. */
const stored = {
    "custom-data": { name: "custom data", where: "writes it to C:\\AzureData\\CustomData.bin", fetched: /customdata\.bin/i },
    "user-data": { name: "user data", where: "offers it to programs that ask the metadata service", fetched: /compute\/userdata/i },
} as const;

const otherWay = "the same script as source.script of a run command (VirtualMachineRunCommandByVirtualMachine)";

/**
 * The carriers of one host, seen together: custom data runs where another script runs it, and a VM takes one custom script extension.
 * @param unsure URNs of extensions that may belong to another host
 * @param ownImage whether the image is one that may run custom data by itself, such as one with cloudbase-init
 */
export function delivered(carriers: readonly Carrier[], unsure: ReadonlySet<string>, ownImage: boolean): Carrier[] {
    const result = [...carriers];
    carriers.forEach((c, i) => {
        if ((c.kind === "custom-data" || c.kind === "user-data") && isKnown(c.script)) {
            const runner = runnerOf(c.kind, result);
            if (runner?.sure === true) {
                result[i] = { ...c, runs: "once" };
                // What it runs is no riddle any more.
                result[runner.at] = { ...result[runner.at]!, reading: { ...result[runner.at]!.reading, notAnalysed: [] } };
            } else {
                result[i] = { ...c, obstacle: notRun(c.kind, runner === undefined && !ownImage) };
            }
        }
    });
    const extensions = carriers.filter((c) => c.kind === "custom-script-extension");
    return extensions.length < 2
        ? result
        : result.map((c) => {
              const other = extensions.find((e) => e.urn !== c.urn || e.property !== c.property);
              return c.kind !== "custom-script-extension" || other === undefined ? c : { ...c, obstacle: second(c, other, !extensions.some((e) => unsure.has(e.urn))) };
          });
}

/** The script that fetches what Azure stored and runs something; not `sure` where a script that cannot be read may be the one. */
function runnerOf(kind: keyof typeof stored, carriers: readonly Carrier[]): { readonly at: number; readonly sure: boolean } | undefined {
    const mentioning = carriers.findIndex((c) => c.runs !== "never" && isKnown(c.script) && stored[kind].fetched.test(c.script.value));
    const notes = carriers[mentioning]?.reading.notAnalysed ?? [];
    if (mentioning >= 0) {
        return { at: mentioning, sure: notes.length === 1 && /content is not known|computed when the script runs/.test(notes[0]!.reason) };
    }
    const hidden = carriers.findIndex((c) => c.runs !== "never" && !isKnown(c.script));
    return hidden < 0 ? undefined : { at: hidden, sure: false };
}

function notRun(kind: keyof typeof stored, certain: boolean): Obstacle {
    const { name, where } = stored[kind];
    const text = certain ? `Azure ${where}, and Windows never executes ${name}` : `Windows never executes ${name}, and whether anything else on this host does is not known`;
    return { text, fix: otherWay, certain };
}

function second(c: Carrier, other: Carrier, certain: boolean): Obstacle {
    const name = (x: Carrier): string => x.urn.slice(x.urn.lastIndexOf("::") + 2);
    const text = name(c) === name(other) ? `a VM takes one custom script extension, and ${name(c)} has two` : `a VM takes one custom script extension, and ${name(other)} is another one`;
    return { text: `${text}: Azure refuses the one that comes second`, fix: "both commands in one extension, or a run command each", certain };
}

/** A command line that cmd.exe cuts off, or undefined. */
export function tooLongCommand(command: Known<string>): Obstacle | undefined {
    const { most, advice } = carrierLimits["command-line"];
    return isKnown(command) && command.value.length > most
        ? { text: `a command line of cmd.exe holds ${most} characters, and commandToExecute has ${command.value.length}`, fix: advice, certain: true }
        : undefined;
}

/** A script that may not fit into a run command: Azure documents no limit, so that this is not certain. */
export function tooLongRunCommand(script: Known<string>): Obstacle | undefined {
    const { most, advice } = carrierLimits["run-command"];
    const size = isKnown(script) ? Buffer.byteLength(script.value) : 0;
    return size > most ? { text: `it has ${size} bytes, and Azure does not say whether a run command takes more than ${most}`, fix: advice, certain: false } : undefined;
}
