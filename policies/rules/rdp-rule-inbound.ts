import { isKnown } from "../../core/known";
import { FilterRuleRule } from "../rule";
import { allowRdp, nsgWith, nsgWithRules } from "./shared/example-stacks";
import { namesPort, rdpPort, singlePort, standing } from "./shared/rdp-rules";

const rule: FilterRuleRule = {
    id: "RDP113",
    name: "rdp-rule-inbound",
    title: "A rule that lets clients in is an inbound rule",
    severity: "low",
    effect: "breaks",
    symptom: "0x204",
    causes: ["firewall-or-port-blocked"],
    why:
        "Connections of Remote Desktop come in, and NSGs remember them: replies need no rule. An outbound rule to port 3389 admits nobody to this host " +
        "(Microsoft: network-security-groups-overview). On jump hosts and in Bastion's subnet outbound rules to 3389 are right.",
    remedy: "Write direction Inbound.",
    defaultLevel: "advisory",
    scope: "filter",
    check: (filter) =>
        filter.direction === "in" || filter.kind !== "nsg"
            ? []
            : filter.filter.rules
                  .filter((r) => singlePort(r) === rdpPort && namesPort(r, rdpPort) && isKnown(r.protocol) && r.protocol.value === "tcp" && /allow-?rdp|rdp-?in|inbound/i.test(r.origin.text))
                  .map((r) => ({
                      ...standing(r),
                      outcome: "violation",
                      message: `A rule that lets clients in must be inbound: "${r.origin.text}" is outbound, so the client sees 0x204.`,
                      fix: 'direction "Inbound"',
                  })),
    examples: [
        { name: "outbound-by-mistake", expect: "violation", says: "is outbound", resources: nsgWith({ direction: "Outbound" }) },
        { name: "bastion-outbound", expect: "compliant", resources: nsgWith({ direction: "Outbound", name: "to-hosts", destinationPortRanges: ["22", "3389"], destinationPortRange: undefined }) },
        { name: "jump-host-outbound", expect: "compliant", resources: nsgWithRules([allowRdp(), allowRdp({ name: "to-servers", priority: 310, direction: "Outbound" })]) },
        { name: "inbound", expect: "compliant", resources: nsgWith({}) },
    ],
};

export default rule;
