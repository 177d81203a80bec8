import { componentProviderHost } from "@pulumi/pulumi/provider/experimental";
import { RdpAccess, RdpCertificate, RdpGuest, RdpHost } from "./index";

/** Serves the components to programs in other languages. Only the plugin starts here; `rdp-ready/azure` is index.ts. */
void componentProviderHost({ name: "rdp-ready-azure", dirname: __dirname, components: [RdpAccess, RdpCertificate, RdpGuest, RdpHost] });
