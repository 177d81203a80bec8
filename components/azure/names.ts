/** A Windows computer name: at most 15 letters, digits and hyphens, not digits only. */
export function computerName(name: string): string {
    const usable = name.replace(/[^A-Za-z0-9-]+/g, "-").slice(0, 15).replace(/^-+|-+$/g, "");
    return usable === "" ? "rdp-host" : /^\d+$/.test(usable) ? `w${usable}`.slice(0, 15) : usable;
}
