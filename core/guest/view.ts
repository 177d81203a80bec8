import { Known, isKnown, known, unknown } from "../known";
import { Origin } from "../origin";
import { Carrier, GuestFirewallRule, Reading, Statement } from "./model";

export interface Placed {
    readonly reading: Reading;
    readonly carrier: Carrier;
}

/** All scripts of a host as one: the last to speak wins, and one that cannot be read may have said anything. */
export class GuestView {
    private readonly readable: readonly Carrier[];
    /** Scripts that cannot be read, or not in every part: each may undo what the others did. */
    private readonly doubtful: readonly Carrier[];

    constructor(private readonly carriers: readonly Carrier[]) {
        this.readable = carriers.filter((c) => isKnown(c.script) && c.runs !== "never");
        this.doubtful = carriers.filter((c) => c.runs !== "never" && (!isKnown(c.script) || c.reading.notAnalysed.length > 0));
    }

    /** Why a script may have changed what `decider` says, or what nobody says: the first doubtful one that runs after it. */
    doubt(decider: Carrier | undefined): Origin | undefined {
        const c = this.doubtful.find((d) => decider === undefined || (d !== decider && !this.runsAfter(decider, d)) || d === decider);
        if (c === undefined) {
            return undefined;
        }
        const at = { urn: c.urn, property: c.property };
        const note = c.reading.notAnalysed[0];
        return isKnown(c.script)
            ? { ...at, text: `the script in ${c.property} may change it: line ${note?.line ?? 1}, ${note?.reason ?? "which could not be read"}` }
            : { ...at, text: `the script in ${c.property} may change it, and cannot be read: ${c.script.reason}` };
    }

    /** Whether `a` has the last word over `b`: it stands later, or is applied again and again while `b` is not. */
    private runsAfter(a: Carrier, b: Carrier): boolean {
        const again = (c: Carrier): boolean => c.runs === "scheduled";
        return again(a) === again(b) ? this.carriers.indexOf(a) > this.carriers.indexOf(b) : again(a);
    }

    placed(id: string): Placed | undefined {
        for (let i = this.readable.length - 1; i >= 0; i--) {
            const carrier = this.readable[i]!;
            const reading = carrier.reading.state.settings.get(id);
            if (reading !== undefined) {
                return { reading, carrier };
            }
        }
        return undefined;
    }

    reading(id: string): Reading | undefined {
        return this.placed(id)?.reading;
    }

    /** Whether some script certainly does what has that id. */
    does(action: string): boolean {
        return this.action(action) !== undefined;
    }

    /** Where a script certainly does what has that id. */
    action(id: string): { readonly carrier: Carrier; readonly statement: Statement } | undefined {
        for (const carrier of this.readable) {
            const found = carrier.reading.state.actions.find((a) => a.id === id);
            if (found !== undefined) {
                return { carrier, statement: found.statement };
            }
        }
        return undefined;
    }

    /** Rules by name as the last script leaves them. */
    firewallRules(): { rule: GuestFirewallRule; carrier: Carrier }[] {
        const byName = new Map<string, { rule: GuestFirewallRule; carrier: Carrier }>();
        for (const carrier of this.readable) {
            for (const rule of carrier.reading.state.firewallRules) {
                byName.set(rule.name.toLowerCase(), { rule, carrier });
            }
        }
        return [...byName.values()];
    }

    origin(urn: string, placed: { carrier: Carrier; line: number; text: string } | undefined, otherwise: string): Origin {
        return placed === undefined
            ? { urn, text: otherwise }
            : { urn: placed.carrier.urn, property: placed.carrier.property, text: `${placed.text} (line ${placed.line})` };
    }
}

/** Whether it is not certain that the guest runs the script, nor that it does not. */
export function mayRun(carrier: Carrier): boolean {
    return carrier.obstacle !== undefined && (carrier.runs !== "never" || !carrier.obstacle.certain);
}

/** A switch counts as 0 or 1. */
export function numberOf(value: Known<unknown>): Known<number> {
    if (!isKnown(value)) {
        return value;
    }
    return typeof value.value === "boolean" ? known(Number(value.value)) : typeof value.value === "number" ? known(value.value) : unknown("it is not a number");
}
