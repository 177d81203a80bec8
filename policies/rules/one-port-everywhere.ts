import { listenerPort } from "../../core/guest/hops";
import { Carrier, Statement } from "../../core/guest/model";
import { Host } from "../../core/host";
import { isKnown } from "../../core/known";
import { reachability } from "../../core/reachability";
import { HostRule } from "../rule";
import { azureVmWithScript, ec2WithUserData } from "./shared/example-stacks";
import { nameOf } from "./shared/setting";

const portNumber = (port: number): string => `Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' -Name PortNumber -Value ${port}`;

const rule: HostRule = {
    id: "RDP107",
    name: "one-port-everywhere",
    title: "Listener, filters, forwarders and clients speak of one port",
    severity: "high",
    effect: "breaks",
    symptom: "0x204",
    causes: ["custom-port"],
    why:
        "PortNumber under RDP-Tcp moves the listener; the Windows firewall's rules, NSGs, security groups, forwarders and the .rdp file stay where they were. " +
        "The client dials a port on which nothing listens and shows 0x204 (Microsoft: change-listening-port).",
    remedy: "Write one port in all places; the component's argument `port` does.",
    defaultLevel: "mandatory",
    scope: "host",
    check: (host) => {
        const moved = movingCarrier(host);
        // A forwarder may take the port that clients dial to the one that the listener has moved to.
        if (host.intent.kind === "none" || moved === undefined || !isKnown(host.port) || reachability(host).verdict === "open") {
            return [];
        }
        const { carrier, statement, port } = moved;
        return [
            {
                outcome: "violation",
                urn: carrier.urn,
                property: carrier.property,
                line: statement.line,
                message: `The listener of ${host.name} must be on port ${host.port.value}, which its clients dial: "${statement.text}" in ${nameOf(carrier.urn)} moves it to ${port}, so the client sees 0x204.`,
                fix: `${host.port.value}, or the tag rdp-ready:port ${port} with filters and firewall rule to match`,
                ...(host.intent.kind === "implied-by-address" ? { atMost: "advisory" } : {}),
            },
        ];
    },
    examples: [
        { name: "listener-moved-away", expect: "violation", says: "moves it to 3390", resources: withPort(azureVmWithScript(portNumber(3390)), "3389") },
        { name: "listener-where-declared", expect: "compliant", resources: withPort(ec2WithUserData(portNumber(3390)), "3390") },
        { name: "moved-and-moved-back", expect: "compliant", resources: withPort(azureVmWithScript(`${portNumber(3390)}\n${portNumber(3389)}`), "3389") },
    ],
};

/** The script that leaves the listener elsewhere: the last to write the port, or one that writes it again and again. */
function movingCarrier(host: Host): { carrier: Carrier; statement: Statement; port: number } | undefined {
    const writing = host.carriers.flatMap((carrier) => {
        const reading = carrier.runs === "never" ? undefined : carrier.reading.state.settings.get("port");
        const port = reading === undefined ? undefined : listenerPort([carrier]);
        return reading !== undefined && port !== undefined && isKnown(port) ? [{ carrier, statement: reading.statement, port: port.value }] : [];
    });
    const lasting = writing.filter((w, i) => i === writing.length - 1 || w.carrier.runs === "scheduled" || w.carrier.runs === "every-boot");
    return lasting.find((w) => isKnown(host.port) && w.port !== host.port.value);
}

function withPort(resources: ReturnType<typeof azureVmWithScript>, port: string): ReturnType<typeof azureVmWithScript> {
    return resources.map((r) =>
        "tags" in r.inputs ? { ...r, inputs: { ...r.inputs, tags: { "rdp-ready:clients": "203.0.113.0/24", "rdp-ready:port": port } } } : r,
    );
}

export default rule;
