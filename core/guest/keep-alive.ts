import { Known, isKnown, known, unknown } from "../known";
import { Carrier } from "./model";
import { GuestView, mayRun, numberOf } from "./view";

/**
 * Minutes between the host's keep-alive messages, as its scripts leave them; `none` where nothing switches them on, which is
 * what Windows ships with (rdp-domain §2.16).
 */
export function keepAliveMinutes(carriers: readonly Carrier[]): Known<number | "none"> {
    const guest = new GuestView(carriers);
    const doubted = carriers.find((c) => mayRun(c) && ["keep-alive-enable", "keep-alive-interval"].some((id) => c.reading.state.settings.has(id)));
    if (doubted?.obstacle !== undefined) {
        return unknown(`the script that sets it may never run: ${doubted.obstacle.text}`);
    }
    const [enable, interval] = ["keep-alive-enable", "keep-alive-interval"].map((id) => guest.reading(id)?.value);
    if (enable === undefined) {
        const doubt = guest.doubt(undefined);
        return doubt === undefined ? known("none") : unknown(doubt.text);
    }
    const enabled = numberOf(enable);
    if (!isKnown(enabled)) {
        return enabled;
    }
    if (enabled.value !== 1) {
        return known("none");
    }
    return interval === undefined ? unknown("KeepAliveEnable is 1, and no script writes KeepAliveInterval") : numberOf(interval);
}
