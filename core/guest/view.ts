import { Known, isKnown, known, unknown } from "../known";
import { Origin } from "../origin";
import { Carrier, GuestFirewallRule, leftOrEnabled, Reading, RuleProperty, Statement } from "./model";

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

    /** The last to write the setting. Where that is not defined and makes a difference, its value is not known. */
    placed(id: string): Placed | undefined {
        const writing = this.readable.flatMap((carrier) => {
            const reading = carrier.reading.state.settings.get(id);
            return reading === undefined ? [] : [{ reading, carrier }];
        });
        const last = writing.reduce<Placed | undefined>((a, b) => (a === undefined || this.runsAfter(b.carrier, a.carrier) ? b : a), undefined);
        const other = last && writing.find((w) => contradicts(last, w) && byChance(w.carrier, last.carrier));
        if (last === undefined || other === undefined) {
            return last;
        }
        const why = `line ${other.reading.statement.line} of ${nameOf(other.carrier)} writes another value, and which of the two comes last is not defined`;
        return { ...last, reading: { ...last.reading, value: unknown(why) } };
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

    /** Rules by name as the scripts leave them one after the other. */
    firewallRules(): PlacedRule[] {
        const byName = new Map<string, PlacedRule>();
        const again = (c: Carrier): number => Number(c.runs === "scheduled");
        for (const carrier of [...this.readable].sort((a, b) => again(a) - again(b))) {
            for (const rule of carrier.reading.state.firewallRules) {
                const name = rule.name.toLowerCase();
                const before = byName.get(name);
                byName.set(name, before === undefined ? { rule, carrier } : followed(before, { rule, carrier }));
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

export interface PlacedRule {
    readonly rule: GuestFirewallRule;
    readonly carrier: Carrier;
}

const ruleProperties: readonly RuleProperty[] = ["enabled", "direction", "action", "protocol", "ports", "profiles", "remoteAddresses"];

/** A rule of which two scripts speak. Of a shipped rule the later one changes just what it writes; a rule that it makes is as it says. */
function followed(earlier: PlacedRule, later: PlacedRule): PlacedRule {
    const [a, b] = [earlier.rule, later.rule];
    const wrote = ({ written }: GuestFirewallRule, p: RuleProperty): boolean => written === undefined || written.includes(p);
    const why = `line ${a.statement.line} of ${nameOf(earlier.carrier)} writes another value, and which of the two comes last is not defined`;
    const both = (p: RuleProperty): Known<unknown> => {
        const x: Known<unknown> = a[p];
        const y: Known<unknown> = b[p];
        if (!wrote(b, p)) {
            return x;
        }
        if (!wrote(a, p)) {
            return y;
        }
        if (!isKnown(y) && y.reason === leftOrEnabled) {
            return isKnown(x) && x.value === false ? unknown(`line ${b.statement.line} of ${nameOf(later.carrier)} may enable it`) : x;
        }
        return byChance(earlier.carrier, later.carrier) && JSON.stringify(x) !== JSON.stringify(y) ? unknown(why) : y;
    };
    const rule = { ...b, ...Object.fromEntries(ruleProperties.map((p) => [p, both(p)])), ...(a.written && b.written && { written: [...new Set([...a.written, ...b.written])] }) } as GuestFirewallRule;
    return { rule, carrier: later.carrier };
}

/** Whether it is chance which of two scripts has the last word: in any order, or each again and again. */
function byChance(a: Carrier, b: Carrier): boolean {
    return unordered(a, b) || (a.runs === "scheduled" && b.runs === "scheduled" && a.urn !== b.urn);
}

function contradicts(a: Placed, b: Placed): boolean {
    const [x, y] = [a.reading.value, b.reading.value];
    return isKnown(x) && isKnown(y) && JSON.stringify(x.value) !== JSON.stringify(y.value);
}

function nameOf({ urn }: Carrier): string {
    return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Whether two scripts that each run when the deployment changes them may run in either order. */
export function unordered(a: Carrier, b: Carrier): boolean {
    const told = a.after?.all === true && b.after?.all === true;
    return told && a.urn !== b.urn && a.runs === "on-change" && b.runs === "on-change" && a.after.urns.has(b.urn) === false && b.after.urns.has(a.urn) === false;
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
