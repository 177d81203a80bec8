import { Host } from "../../core/host";
import { isKnown } from "../../core/known";
import { admittedBy, evaluatePath } from "../../core/net/evaluate";
import { Client, HopVerdict, Via } from "../../core/net/path-model";
import { publicInternet } from "../../core/net/well-known";
import { Finding, HostRule } from "../rule";
import { allowRdp, azureBehindBastion, azurePublicVm, ec2Public } from "./shared/example-stacks";

const everybody: Client = { name: "the whole Internet", addresses: publicInternet };

/** Bastion, tunnels and an RD Gateway ask who comes before the host does. */
const passwordsAreTried: readonly Via[] = ["public-address", "nat-rule", "load-balancer"];

const rule: HostRule = {
    id: "RDP111",
    name: "open-to-internet",
    title: "Remote Desktop is not open to the whole Internet",
    severity: "high",
    effect: "weakens",
    symptom: "none",
    causes: ["firewall-or-port-blocked", "session-cap"],
    why:
        "Password guessing against an open 3389 arrives within minutes, takes the connections that the listener can hold, and then locks out the people who are meant to connect, " +
        "who see \"internal error\" or 0x904 although nothing is wrong with the host (Microsoft: cannot-rdp-azure-vm-brute-force). " +
        "What counts is who gets through all filters of a public path, not how one rule is written.",
    remedy: "Name the clients' addresses as the source, or use Bastion, Session Manager or a VPN. Another port hides the listener only for a while.",
    defaultLevel: "advisory",
    scope: "host",
    check: (host) => exposed(host),
    examples: [
        { name: "everybody", expect: "violation", says: "admits everybody", resources: azurePublicVm({ nicRules: [allowRdp({ sourceAddressPrefix: "*" })] }) },
        {
            name: "the-internet-in-two-halves",
            expect: "violation",
            says: "admits everybody",
            resources: azurePublicVm({ nicRules: [allowRdp({ sourceAddressPrefix: undefined, sourceAddressPrefixes: ["0.0.0.0/1", "128.0.0.0/1"] })] }),
        },
        { name: "security-group-for-everybody", expect: "violation", says: "admits everybody", resources: ec2Public({ ingress: "0.0.0.0/0" }) },
        {
            name: "open-rule-behind-a-narrow-subnet-nsg",
            expect: "compliant",
            resources: azurePublicVm({ nicRules: [allowRdp({ sourceAddressPrefix: "*" })], subnetRules: [allowRdp()] }),
        },
        {
            name: "open-rule-on-a-private-host",
            expect: "compliant",
            resources: azurePublicVm({ publicAddress: false, declared: false, nicRules: [allowRdp({ sourceAddressPrefix: "*" })] }),
        },
        { name: "bastion-for-everybody-asks-who-comes", expect: "compliant", resources: azureBehindBastion() },
        { name: "one-office", expect: "compliant", resources: ec2Public({ ingress: "203.0.113.0/24" }) },
    ],
};

function exposed(host: Host): Finding[] {
    for (const path of host.paths) {
        if (!passwordsAreTried.includes(path.via) || host.intent.kind === "none") {
            continue;
        }
        const verdict = evaluatePath(path, everybody);
        if (!admittedBy(verdict).coversInternet) {
            continue;
        }
        const hop = verdict.hops.findLast((h) => h.hop.kind === "filter") ?? verdict.hops[0];
        if (hop !== undefined) {
            return [found(host, hop, isKnown(path.port) ? path.port.value : 3389)];
        }
    }
    return [];
}

function found(host: Host, { hop, decidedBy }: HopVerdict, port: number): Finding {
    return {
        outcome: "violation",
        urn: decidedBy.urn,
        ...(decidedBy.property === undefined ? {} : { property: decidedBy.property }),
        message: `${hop.name} must name the clients of ${host.name}: "${decidedBy.text}" admits everybody to port ${port}, so password guessing competes with the people who are meant to connect.`,
        fix: "the clients' CIDRs as the source",
    };
}

export default rule;
