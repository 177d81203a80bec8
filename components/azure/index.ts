/** RDP-ready Windows hosts on Azure. */
export type { Licensing, SessionLimits, StaleSessions } from "../shared/guest";
export type { Image } from "./image";
export { RdpAccess } from "./rdp-access";
export type { NewSubnet, RdpAccessArgs } from "./rdp-access";
export { RdpGuest } from "./rdp-guest";
export type { RdpGuestArgs } from "./rdp-guest";
export { RdpHost } from "./rdp-host";
export type { RdpHostArgs } from "./rdp-host";
