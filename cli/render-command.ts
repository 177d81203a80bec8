import { Command } from "commander";
import { DesiredState, DesiredStateError, desiredState } from "../core/guest/desired";
import { TooLargeError } from "../core/guest/render/limits";
import { renderPowerShell } from "../core/guest/render/powershell";
import { renderRdpFile } from "../core/guest/render/rdp-file";
import { renderRegFile } from "../core/guest/render/reg-file";
import { renderRunCommand } from "../core/guest/render/run-command";
import { ssmDocument } from "../core/guest/render/ssm-document";
import { renderUserData } from "../core/guest/render/user-data";
import { Problem, messageOf } from "./problem";

interface StateFlags {
    readonly clients: readonly string[];
    readonly port: number;
    readonly output?: string;
}

const forms: Readonly<Record<string, { readonly about: string; readonly render: (state: DesiredState) => string }>> = {
    script: { about: "a PowerShell script that sets a host up", render: (s) => renderPowerShell(s) },
    reg: { about: "a .reg file with the registry values", render: renderRegFile },
    "run-command": { about: "the script of an Azure run command", render: (s) => renderRunCommand(s) },
    "ssm-document": { about: "the content of an AWS SSM document", render: (s) => ssmDocument(s) },
    "user-data": { about: "EC2 user data", render: (s) => renderUserData(s) },
};

type Deliver = (text: string, file: string | undefined) => Promise<void>;

/** `rdp-ready render`: what components deliver into a guest, and the file that clients open. */
export function addRender(program: Command, deliver: Deliver): void {
    const render = program.command("render").description("Write what sets a host up, or the .rdp file that clients open.");
    render
        .command("rdp")
        .description("an .rdp file that checks the server and uses NLA")
        .requiredOption("--address <host>", "name or address of the host")
        .option("--port <port>", "port of the listener", Number, 3389)
        .option("--username <name>", "user name to offer at log-on")
        .option("--gateway <host>", "RD Gateway to go through")
        .option("--output <file>", "write to a file")
        .action(async ({ output, ...options }: { output?: string; address: string; port: number; username?: string; gateway?: string }) => {
            await deliver(refusing(() => renderRdpFile(options)), output);
        });
    for (const [name, { about, render: write }] of Object.entries(forms)) {
        render
            .command(name)
            .description(about)
            .requiredOption("--clients <cidr...>", "who may connect: addresses, CIDRs, or LocalSubnet")
            .option("--port <port>", "port of the listener", Number, 3389)
            .option("--output <file>", "write to a file")
            .action(async ({ clients, port, output }: StateFlags) => {
                await deliver(refusing(() => write(desiredState({ firewallRemoteAddresses: clients.flatMap((c) => c.split(",")), port }))), output);
            });
    }
}

/** Refusals of the renderers are about what the user wrote. */
function refusing(write: () => string): string {
    try {
        return write();
    } catch (e) {
        const option = e instanceof DesiredStateError ? e.message.replace(/^firewallRemoteAddresses/, "--clients").replace(/^port/, "--port") : messageOf(e).replace(/^(address|port|username|gateway)\b/, "--$1");
        if (e instanceof DesiredStateError || e instanceof TooLargeError || /^(address|port|username|gateway)\b/.test(messageOf(e))) {
            throw new Problem(option);
        }
        throw e;
    }
}
