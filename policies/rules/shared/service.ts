import { Carrier } from "../../../core/guest/model";
import { Finding } from "../../rule";
import { SettingJudgement, judgeSetting } from "./setting";

/** Judges what a script leaves a service at: its start type, and its state unless the script ends with a restart of Windows, after which the start type decides. */
export function judgeService(carrier: Carrier, name: string, how: SettingJudgement): Finding[] {
    const id = `service-${name.toLowerCase()}`;
    const start = judgeSetting(carrier, `${id}-start`, how);
    const state = carrier.reading.state.settings.get(`${id}-state`);
    if (start.length > 0 || state === undefined) {
        return start;
    }
    const restarts = carrier.reading.state.actions.some((a) => a.id === "restart" && a.statement.start >= state.statement.start);
    return restarts ? [] : judgeSetting(carrier, `${id}-state`, how);
}
