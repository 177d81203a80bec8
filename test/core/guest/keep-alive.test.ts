import assert from "node:assert";
import { keepAliveMinutes } from "../../../core/guest/keep-alive";
import { Carrier, Reading, SettingValue, emptyReading } from "../../../core/guest/model";
import { Known, known, unknown } from "../../../core/known";

function carrier(settings: Record<string, Known<SettingValue>>, more: Partial<Carrier> = {}): Carrier {
    const statement = { line: 1, column: 1, start: 0, end: 1, text: "" };
    const readings = new Map(Object.entries(settings).map(([id, value]): [string, Reading] => [id, { value, statement }]));
    const reading = { ...emptyReading, state: { ...emptyReading.state, settings: readings } };
    return { urn: "urn:pulumi:dev::test::t::c", kind: "run-command", property: "source.script", language: "powershell", script: known(""), runs: "on-change", reading, ...more };
}

const every = (minutes: number): Carrier => carrier({ "keep-alive-enable": known(1), "keep-alive-interval": known(minutes) });

describe("keep-alive of a host", () => {
    it("none, unless a script switches it on", () => {
        assert.deepStrictEqual(keepAliveMinutes([]), known("none"));
        assert.deepStrictEqual(keepAliveMinutes([carrier({ "keep-alive-interval": known(1) })]), known("none"));
        assert.deepStrictEqual(keepAliveMinutes([carrier({ "keep-alive-enable": known(0), "keep-alive-interval": known(1) })]), known("none"));
    });
    it("the last script to speak wins", () => assert.deepStrictEqual(keepAliveMinutes([every(5), every(1)]), known(1)));
    it("a script that never runs says nothing", () => assert.deepStrictEqual(keepAliveMinutes([{ ...every(1), runs: "never" }]), known("none")));
    it("not known: a script that cannot be read, a value that is computed, an interval that nobody writes", () => {
        assert.strictEqual(keepAliveMinutes([carrier({}, { script: unknown("it is a secret") })]).state, "unknown");
        assert.strictEqual(keepAliveMinutes([carrier({ "keep-alive-enable": unknown("it comes from a parameter") })]).state, "unknown");
        assert.strictEqual(keepAliveMinutes([carrier({ "keep-alive-enable": known(1) })]).state, "unknown");
    });
});
