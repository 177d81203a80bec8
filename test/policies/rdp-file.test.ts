import assert from "node:assert/strict";
import { renderRdpFile } from "../../core/guest/render/rdp-file";
import { namesInRdpFile, rdpFileText } from "../../policies/rdp-file";

const origin = { urn: "urn", text: "file" };
const names = (text: string): string[] => namesInRdpFile(text, origin).map((n) => `${n.kind} ${n.name}`);

describe("connection files", () => {
    it("what is written is read back", () => {
        assert.deepEqual(names(renderRdpFile({ address: "Desk.example.com", port: 3390, gateway: "gw.example.com" })), ["gateway gw.example.com"]);
        assert.deepEqual(names(renderRdpFile({ address: "Desk.example.com", port: 3390 })), ["host desk.example.com"]);
    });

    it("a gateway that the file does not use is none", () => {
        const file = (method: number): string => `full address:s:desk.example.com\ngatewayhostname:s:gw.example.com\ngatewayusagemethod:i:${method}\n`;
        assert.deepEqual([0, 4].map((m) => names(file(m))), [["host desk.example.com"], ["host desk.example.com"]]);
        assert.deepEqual([1, 2].map((m) => names(file(m))), [["gateway gw.example.com"], ["gateway gw.example.com"]]);
        assert.deepEqual(names("full address:s:desk.example.com\ngatewayhostname:s:\n"), ["host desk.example.com"]);
    });

    it("addresses and labels alone are no names that a certificate must hold", () => {
        assert.deepEqual(names(renderRdpFile({ address: "203.0.113.7" })), []);
        assert.deepEqual(names(renderRdpFile({ address: "2001:db8::7" })), []);
        assert.deepEqual(names(renderRdpFile({ address: "desk" })), []);
        assert.deepEqual(names("alternate full address:s:desk.example.com"), []);
    });

    it("bytes are read as mstsc and as others save them", () => {
        const text = renderRdpFile({ address: "desk.example.com" });
        const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
        for (const bytes of [utf16, Buffer.from(text), Buffer.from(`\uFEFF${text}`)]) {
            assert.deepEqual(names(rdpFileText(bytes.toString("base64"))), ["host desk.example.com"]);
        }
    });

    it("what is longer than a connection file is not read, and no base64 is no crash", () => {
        assert.deepEqual(names(`full address:s:desk.example.com\n${"x".repeat(100_000)}`), []);
        assert.deepEqual(names(rdpFileText("%%%not base64%%%")), []);
        assert.deepEqual(names(`full address:s:${"a.".repeat(30_000)}`), []);
    });
});
