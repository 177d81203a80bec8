import { Answer } from "../../../core/certificate/delivery";
import { Host, ListenerCertificate, Obstacle } from "../../../core/host";
import { Finding } from "../../rule";
import { placed } from "./reach";

/** Certificates of a host on which Remote Desktop is meant to be used. */
export function certificatesFor(host: Host): readonly ListenerCertificate[] {
    return host.intent.kind === "none" ? [] : host.certificates;
}

/** @param must `be renewed by itself`; `so`: what the client sees */
export function fromObstacle(host: Host, certificate: ListenerCertificate, { origin, text, certain, fix }: Obstacle, must: string, so: string): Finding {
    const message = `The ${certificate.name} must ${must}: ${text}${certain ? `, so ${so}` : ""}.`;
    return { ...placed(host, origin), outcome: certain ? "violation" : "unknown", message, fix };
}

export function fromAnswer(host: Host, certificate: ListenerCertificate, { holds, origin, text }: Answer, must: string, so: string, fix: string): Finding[] {
    if (holds === true) {
        return [];
    }
    const message = holds === false ? `The ${certificate.name} must ${must}: it ${text}, so ${so}.` : `The ${certificate.name} must ${must}: ${text}.`;
    return [{ ...placed(host, origin), outcome: holds === false ? "violation" : "unknown", message, fix }];
}

/** What becomes of a listener whose certificate cannot be used (rdp-domain §4.2): one bad certificate alone costs no session. */
export const fallsBack = "Windows falls back to its self-signed certificate, and clients warn or, where they insist on a trusted one, refuse (0x1B07)";
export const warns = "clients warn or, where they insist on a trusted certificate, refuse (0x1B07)";
