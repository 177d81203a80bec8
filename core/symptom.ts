/**
 * What the client would show (rdp-domain §1, §7.4). `either` where the place of the failure cannot be told apart;
 * `other` for a code of another family; `none` where the session comes up all the same.
 */
export type Symptom = "0x904" | "0x204" | "0x108" | "other" | "either" | "none";

/** Whether the session fails to come up, or comes up less safely than it should. */
export type Effect = "breaks" | "weakens";
