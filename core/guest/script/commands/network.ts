import { Call, Handler } from "../call";
import { thing, Val } from "../value";

/** Network profiles. */
export const networkCommands: Record<string, Handler> = {
    "get-netconnectionprofile": () => [thing({ o: "connection" })],
    "get-netadapter": () => [thing({ o: "connection" })],
    "get-netipconfiguration": () => [thing({ o: "connection" })],
    "get-netipinterface": () => [thing({ o: "connection" })],
    "set-netconnectionprofile": setCategory,
};

/** Writes the category; `-Name`, `-InterfaceAlias` and the like merely say of which network, and a host in the cloud has one. */
function setCategory(call: Call): readonly Val[] {
    const bound = call.bind("; Name InterfaceAlias InterfaceIndex IPv4Connectivity IPv6Connectivity InputObject NetworkCategory");
    const category = bound.get("NetworkCategory");
    if (!bound.idle && category !== undefined) {
        call.m.write("s:network-category", category);
    }
    return bound.flag("PassThru") ? [thing({ o: "connection" })] : [];
}
