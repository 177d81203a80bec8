import assert from "node:assert";
import fc from "fast-check";
import { editEmbedded, setAt } from "../../policies/fixes";

const whole = (v: unknown): string | undefined => (typeof v === "string" ? v : undefined);
const fromJson = (v: unknown): string | undefined => {
    try {
        return typeof v === "string" ? (JSON.parse(v) as { run: string[] }).run.join("\n") : undefined;
    } catch {
        return undefined;
    }
};

describe("edits of embedded scripts", () => {
    it("change just the literal that they name, not its twins", () => {
        const script = "a 0\nb 0\nc 0";
        assert.strictEqual(editEmbedded(script, whole, [{ start: 6, end: 7, replacement: "1" }]), "a 0\nb 1\nc 0");
    });

    it("keep the author's spelling of a JSON document", () => {
        const document = '{ "schemaVersion": "2.2",\n  "run": ["Write-Output 0", "Set-Nla 0"] }';
        const script = fromJson(document)!;
        const start = script.lastIndexOf("0");
        assert.strictEqual(editEmbedded(document, fromJson, [{ start, end: start + 1, replacement: "1" }]), document.replace("Set-Nla 0", "Set-Nla 1"));
    });

    it("several edits keep their places", () => {
        const script = "x=0 y=0";
        const edits = [{ start: 2, end: 3, replacement: "10" }, { start: 6, end: 7, replacement: "2" }];
        assert.strictEqual(editEmbedded(script, whole, edits), "x=10 y=2");
    });

    it("give up where the literal does not stand in the value", () => {
        const base64 = Buffer.from("Set-Nla 0").toString("base64");
        const extract = (v: unknown): string => Buffer.from(v as string, "base64").toString();
        assert.strictEqual(editEmbedded(base64, extract, [{ start: 8, end: 9, replacement: "1" }]), undefined);
    });

    it("any literal of any JSON document (property)", () => {
        const line = fc.string({ unit: fc.constantFrom("0", "1", "a", '"', "\\", " ", "é", "\t"), minLength: 1, maxLength: 12 });
        fc.assert(
            fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.nat(), fc.boolean(), (run, pick, pretty) => {
                const document = JSON.stringify({ note: "0", run }, null, pretty ? 2 : undefined);
                const script = run.join("\n");
                const zeros = [...script].map((c, i) => (c === "0" ? i : -1)).filter((i) => i >= 0);
                fc.pre(zeros.length > 0 && script.length === [...script].length);
                const start = zeros[pick % zeros.length]!;
                const edited = editEmbedded(document, fromJson, [{ start, end: start + 1, replacement: "1" }]);
                assert.strictEqual(fromJson(edited), script.slice(0, start) + "1" + script.slice(start + 1));
                assert.strictEqual((edited as string).length, document.length);
            }),
        );
    });

    it("a property is set in place", () => {
        const root = { rules: [{ port: "1" }, { port: "2" }] };
        setAt(root, "rules[1].port", "*");
        assert.deepStrictEqual(root, { rules: [{ port: "1" }, { port: "*" }] });
    });
});
