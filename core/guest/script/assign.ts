import { evaluate } from "./evaluate";
import { Interpreter } from "./interpreter";
import { Expr } from "./parse/ast";
import { binary, castTo } from "./operators";
import { asString, list, NULL, notKnown, Val } from "./value";
import { assignMember } from "./members";

/** Assigns to a variable, a cast variable, a list of variables, an element or a member. */
export function assignTo(i: Interpreter, target: Expr, op: string, value: Val): void {
    const result = op === "=" ? value : binary(op.slice(0, -1), evaluate(i, target), value);
    switch (target.t) {
        case "variable":
            if (target.name !== "null") {
                i.set(target.name, result);
            }
            break;
        case "cast":
            assignTo(i, target.operand, "=", castTo(target.type, result));
            break;
        case "array":
            target.items.forEach((item, n) => {
                const last = n === target.items.length - 1;
                const part: Val = result.k !== "list" ? (result.k === "unknown" ? result : n === 0 ? result : NULL) : last && result.items.length > n + 1 ? list(result.items.slice(n)) : (result.items[n] ?? NULL);
                assignTo(i, item, "=", part);
            });
            break;
        case "member":
        case "index": {
            const name = asString(evaluate(i, target.t === "member" ? target.name : target.index));
            const holder = evaluate(i, target.target);
            if (holder.k === "object" && name !== undefined) {
                assignMember(i, holder.o, name.toLowerCase(), result);
            } else if (holder.k === "table" && name !== undefined) {
                assignTo(i, target.target, "=", { k: "table", entries: new Map([...holder.entries, [name.toLowerCase(), result]]) });
            } else if (holder.k === "list" && target.t === "index" && /^\d+$/.test(name ?? "")) {
                assignTo(i, target.target, "=", list(holder.items.map((item, n) => (n === Number(name) ? result : item))));
            } else if (target.target.t === "variable" && holder.k !== "unknown") {
                i.set(target.target.name, notKnown("it is changed in a way that is not followed"));
            }
            break;
        }
        case "statements":
        default:
            break;
    }
}
