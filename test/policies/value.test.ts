import assert from "node:assert";
import { known } from "../../core/known";
import { at, elementsOf, membersOf, read, readBoolean, readInteger, readString, unknownString } from "../../policies/value";

const ciphertext = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" };

describe("values of properties", () => {
    it("a sentinel, a masked secret and a ciphertext are not values", () => {
        for (const value of [unknownString, "[secret]", ciphertext]) {
            for (const f of [read, readString, readInteger, readBoolean, elementsOf]) {
                assert.strictEqual(f(value).state, "unknown", `${f.name} of ${JSON.stringify(value)}`);
            }
            assert.deepStrictEqual(membersOf(value), {});
        }
    });

    it("a reason never repeats the value", () => {
        const reason = (readInteger("hunter2") as { reason: string }).reason;
        assert.ok(!reason.includes("hunter2"));
    });

    it("numbers and booleans come as texts too", () => {
        assert.deepStrictEqual(readInteger("3389"), known(3389));
        assert.deepStrictEqual(readInteger(3389), known(3389));
        assert.deepStrictEqual(readBoolean("True"), known(true));
        assert.strictEqual(readInteger("").state, "unknown");
        assert.strictEqual(readInteger("3389.5").state, "unknown");
    });

    it("a missing list is empty, a list that is no list is not known", () => {
        assert.deepStrictEqual(elementsOf(undefined), known([]));
        assert.strictEqual(elementsOf("x").state, "unknown");
    });

    it("a path ends at the first value that is not known", () => {
        const root = { a: [{ b: unknownString }, { b: 2 }], c: unknownString };
        assert.strictEqual(at(root, "a[1].b"), 2);
        assert.strictEqual(at(root, "a[0].b"), unknownString);
        assert.strictEqual(at(root, "c.d.e"), unknownString);
        assert.strictEqual(at(root, "a[7].b"), undefined);
        assert.strictEqual(at(root, "x.y"), undefined);
    });
});
