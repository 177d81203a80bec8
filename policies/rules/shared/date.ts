import { OptionSchema, Options } from "../../rule";

const day = 86_400_000;

/** Option of a rule that judges by the date. */
export const asOf: OptionSchema = { type: "string", format: "date", description: "The date to judge by, as YYYY-MM-DD, for a result that stays the same. Default: today." };

/** Options of a rule that tells of a last day some time before it. */
export function lastDayOptions(lastDay: string): Readonly<Record<"warnDays" | "asOf", OptionSchema>> {
    return { warnDays: { type: "integer", minimum: 0, default: 365, description: `Days before ${lastDay} from which on it is reported.` }, asOf };
}

/** Now, unless the options pin a day. Milliseconds since 1970. */
export function nowOf({ asOf: pinned }: Options): number {
    return typeof pinned === "string" ? Date.parse(pinned) : Date.now();
}

/** Where a last day lies; undefined while it is further ahead than anybody wants to hear. */
export function nearness(lastDay: string, options: Options): "ahead" | "past" | undefined {
    const [now, last] = [nowOf(options), Date.parse(lastDay)];
    return now >= last + day ? "past" : now >= last - Number(options["warnDays"] ?? 365) * day ? "ahead" : undefined;
}
