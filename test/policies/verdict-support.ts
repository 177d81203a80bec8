import assert from "node:assert";
import { JudgedFinding, JudgedHost, Judgement, blocks } from "../../policies/judge";

/** In a stack with one host the verdict says what the findings say, wherever in the stack these stand. */
export function verdictsFollow({ hosts, findings }: Pick<Judgement, "hosts" | "findings">, what = ""): void {
    const [judged] = hosts;
    if (hosts.length !== 1 || judged === undefined || judged.host.intent.kind === "implied-by-address") {
        return;
    }
    // A rule for others that admits nobody is a fault of its filter: the host's own clients may get in beside it.
    const blocking = findings.filter((f) => blocks(f) && f.outcome === "violation" && f.effect === "breaks" && f.rule.scope !== "filter");
    assert.strictEqual(judged.verdict === "blocked", blocking.length > 0, told(judged, blocking, what));
}

function told({ verdict, reasons }: JudgedHost, blocking: readonly JudgedFinding[], what: string): string {
    return [what, verdict, ...reasons, "findings:", ...blocking.map((f) => f.message)].join("\n");
}
