import { AddressSet } from "../../core/net/address-set";
import { admit, addressesOf } from "../../core/net/admit";
import { FilterRuleRule } from "../rule";
import { allowRdp, nsgWithRules, securityGroupWith } from "./shared/example-stacks";
import { allowsProtocol, namesPort, rdpPort, standing } from "./shared/rdp-rules";

const rule: FilterRuleRule = {
    id: "RDP108",
    name: "udp-follows-tcp",
    title: "UDP 3389 is open to the clients that TCP 3389 is open to, or to nobody",
    severity: "low",
    effect: "weakens",
    symptom: "none",
    causes: ["packet-loss"],
    why:
        "A session begins over TCP; UDP only makes it smoother. UDP that is open to others than TCP serves nobody, and a path on which UDP half works can stall a session " +
        "(rdp-domain §7.3; Microsoft: TerminalServer.admx, SelectTransport).",
    remedy: "Give the UDP rule the sources of the TCP rule, or leave UDP out.",
    defaultLevel: "advisory",
    scope: "filter",
    check: (filter) => {
        // A standalone rule does not show its siblings, and outbound rules are no access.
        const udpRules = filter.filter.rules.filter((r) => namesPort(r, rdpPort) && allowsProtocol(r, "udp") && !allowsProtocol(r, "tcp"));
        if (filter.direction === "out" || filter.filter.rules.length < 2 || udpRules.length === 0) {
            return [];
        }
        const open = (protocol: "tcp" | "udp"): AddressSet => {
            const { open: o, unknown } = admit(filter.filter, { clients: AddressSet.all, protocol, port: rdpPort });
            return protocol === "tcp" ? addressesOf([...o, ...unknown]) : addressesOf(o);
        };
        const useless = open("udp").minus(open("tcp"));
        return useless.isEmpty
            ? []
            : [
                  {
                      ...standing(udpRules[0]!),
                      outcome: "violation",
                      message: `UDP ${rdpPort} must be open to the clients of TCP ${rdpPort} only: "${udpRules[0]!.origin.text}" admits ${useless.describe()}, to whom TCP is closed, so it serves nobody.`,
                      fix: "the sources of the TCP rule, or no UDP rule",
                  },
              ];
    },
    examples: [
        {
            name: "udp-open-where-tcp-is-not",
            expect: "violation",
            says: "serves nobody",
            resources: nsgWithRules([allowRdp(), allowRdp({ name: "udp", priority: 310, protocol: "Udp", sourceAddressPrefix: "*" })]),
        },
        { name: "both-for-the-same-clients", expect: "compliant", resources: nsgWithRules([allowRdp(), allowRdp({ name: "udp", priority: 310, protocol: "Udp" })]) },
        { name: "tcp-only", expect: "compliant", resources: nsgWithRules([allowRdp(), allowRdp({ name: "web", priority: 310, destinationPortRange: "443" })]) },
        { name: "one-rule-for-any-protocol", expect: "compliant", resources: securityGroupWith({ protocol: "-1", fromPort: 0, toPort: 0 }) },
    ],
};

export default rule;
