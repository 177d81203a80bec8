import { Carrier } from "../../../core/guest/model";
import { ValueEffect } from "../../../core/guest/setting";
import { Finding } from "../../rule";
import { carrierNames, nameOf, place } from "./setting";

/** What a script does that is no setting's value. */
export interface Deed extends ValueEffect {
    readonly effect: "breaks" | "weakens";
    /** Completes "which …": `takes every member out of Remote Desktop Users`. */
    readonly does: string;
    /** Silent where it happens only under a condition that is not known. */
    readonly onlyIfCertain?: true;
}

export interface ActionJudgement {
    /** What must hold, after "The guest must": `keep its machine keys`. */
    readonly must: string;
    /** By the reader's action ids. */
    readonly done: Readonly<Record<string, Deed>>;
    /** What to write instead. */
    readonly fix: string;
}

/** Judges what a script does. What it does only under a condition that cannot be told is `unknown`. */
export function judgeActions(carrier: Carrier, { must, done, fix }: ActionJudgement): Finding[] {
    const { actions, perhaps = [] } = carrier.reading.state;
    const at = (line: number) => ({ urn: carrier.urn, property: carrier.property, line });
    const certain = actions.flatMap(({ id, statement }): Finding[] => {
        const deed = done[id];
        if (deed === undefined) {
            return [];
        }
        const message = `The guest must ${must}: ${place(carrier, statement)} says "${statement.text}", which ${deed.does}, so ${deed.text}.`;
        return [{ ...at(statement.line), column: statement.column, outcome: "violation", effect: deed.effect, symptom: deed.symptom, message, fix }];
    });
    const doubtful = [
        ...perhaps.map((a) => ({ id: a.id, line: a.statement.line })),
        // What a session depends on is noted as well, by the same ids.
        ...carrier.reading.notAnalysed.flatMap(({ reason, line }) => Object.keys(done).flatMap((id) => (reason.includes(`'${id}'`) ? [{ id, line }] : []))),
    ].flatMap(({ id, line }): Finding[] => {
        const deed = done[id];
        const message = `The guest must ${must}: ${carrierNames[carrier.kind]} ${nameOf(carrier.urn)}, line ${line}, ${deed?.does ?? ""} under a condition that cannot be told.`;
        return deed === undefined || deed.onlyIfCertain === true ? [] : [{ ...at(line), outcome: "unknown", message, fix }];
    });
    return [...certain, ...doubtful];
}
