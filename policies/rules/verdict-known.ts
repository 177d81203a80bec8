import { isUnmodelled } from "../../core/host";
import { Finding, HostRule } from "../rule";
import { allowRdp, azurePublicVm } from "./shared/example-stacks";
import { names, placed, stopped } from "./shared/reach";

/** Kinds of hop whose doubts another rule reports. */
const reportedElsewhere: readonly string[] = ["filter", "address", "route", "access", "forwarder"];

const rule: HostRule = {
    id: "RDP901",
    name: "verdict-known",
    title: "Everything that decides whether a client gets a session is known",
    severity: "medium",
    effect: "breaks",
    symptom: "either",
    causes: ["firewall-or-port-blocked"],
    why:
        "A verdict rests on every hop between the client and the listener. A script that cannot be read, a type that is not modelled or a declaration that cannot be parsed " +
        "leaves it open, and what is not known is not ready.",
    remedy: "Give what is missing as the finding says, or look after the deployment: a stack export has the values that a preview lacks.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => {
        if (host.intent.kind === "none" && !isUnmodelled(host)) {
            return [];
        }
        const findings: Finding[] = host.intent.mistakes.map((m) => ({
            outcome: "unknown",
            urn: m.urn,
            ...(m.property === undefined ? {} : { property: m.property }),
            message: `What ${host.name} declares must be readable: ${m.text}, so nobody can tell whether its clients get in.`,
            ...(m.property?.includes("clients") === true ? { fix: "CIDRs separated by blanks, such as 203.0.113.0/24 198.51.100.7/32" } : {}),
        }));
        findings.push(
            ...host.unmodelled.map((u): Finding => ({
                outcome: "unknown",
                urn: u.urn,
                message: `Every part of the way to ${host.name} must be known: ${u.type} is not modelled, so the verdict is unknown.`,
                fix: u.remedy,
            })),
        );
        for (const { verdict, clients, hop, piece } of stopped(host)) {
            if (verdict === "unknown" && hop !== undefined && piece !== undefined && !reportedElsewhere.includes(hop.kind)) {
                const why = piece.why === undefined ? "" : `: ${piece.why}`;
                const message = `Whether ${names(clients)} gets a session on ${host.name} must be known: at the ${hop.name}, ${piece.decidedBy.text}${why}.`;
                findings.push({ ...placed(host, piece.decidedBy), outcome: "unknown", message });
            }
        }
        return findings;
    },
    examples: [
        {
            name: "clients-tag-that-is-no-cidr",
            expect: "unknown",
            says: "not a client",
            resources: azurePublicVm({}).map((r) => (r.name === "vm" ? { ...r, inputs: { ...r.inputs, tags: { "rdp-ready:clients": "the office" } } } : r)),
        },
        {
            name: "script-from-a-storage-account",
            expect: "unknown",
            says: "cannot be read",
            resources: [
                ...azurePublicVm({ nicRules: [allowRdp()] }),
                {
                    type: "azure-native:compute:VirtualMachineExtension",
                    name: "setup",
                    inputs: {
                        resourceGroupName: "rg",
                        vmName: "${vm.name}",
                        publisher: "Microsoft.Compute",
                        type: "CustomScriptExtension",
                        typeHandlerVersion: "1.10",
                        settings: { fileUris: ["https://example.blob.core.windows.net/scripts/setup.ps1"], commandToExecute: "powershell -File setup.ps1" },
                    },
                },
            ],
        },
        {
            name: "no-script-at-all",
            expect: "compliant",
            resources: azurePublicVm({ nicRules: [allowRdp()] }),
        },
    ],
};

export default rule;
