import { Call, Handler } from "../call";
import { asString, notKnown, Val } from "../value";
import { fileCommands } from "./files";

/**
 * What a script does about an RD Gateway: certificates that it makes, as actions `certificate-made:NAME NAME` (without names where these are
 * computed), that it gives the gateway one, `rd-gateway-certificate-set`, and policies that it makes, `rd-gateway-cap-made` and `rd-gateway-rap-made` (rdp-domain §2.14).
 */
export const gatewayCommands: Record<string, Handler> = {
    "new-selfsignedcertificate": (call) => {
        const names = call.bind("; DnsName CertStoreLocation Subject CloneCert Type").list("DnsName").map(asString);
        call.m.action(`certificate-made:${names.every((n) => n !== undefined) ? names.join(" ") : ""}`);
        return computed(call);
    },
    "new-item": (call) => {
        const policy = /^rds:\\+gatewayserver\\+(cap|rap)\\*$/i.exec(call.bind("Path ; Name ItemType|Type Value *Force").text("Path") ?? "")?.[1];
        if (policy === undefined) {
            return fileCommands["new-item"]!(call);
        }
        call.m.action(`rd-gateway-${policy.toLowerCase()}-made`);
        return computed(call);
    },
    "set-item": (call) => {
        if (/^rds:\\+gatewayserver\\+sslcertificate\\+thumbprint\\*$/i.test(call.bind("Path|LiteralPath Value ; *Force").text("Path") ?? "")) {
            call.m.action("rd-gateway-certificate-set");
        }
        return computed(call);
    },
    "set-rdcertificate": (call) => {
        if (/^rdgateway$/i.test(call.bind("Role ; Password ConnectionBroker Thumbprint ImportPath *Force").text("Role") ?? "")) {
            call.m.action("rd-gateway-certificate-set");
        }
        return computed(call);
    },
};

function computed(call: Call): Val[] {
    return [notKnown(`what '${call.name}' gives is known only when the script runs`)];
}
