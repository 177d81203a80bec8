import { Carrier } from "../../core/guest/model";
import { Host, HostName } from "../../core/host";
import { Known, isKnown, known } from "../../core/known";
import { evaluatePath } from "../../core/net/evaluate";
import { FilterRule } from "../../core/net/filter-model";
import { Hop, Path, PathVerdict } from "../../core/net/path-model";
import { ExampleResource, Finding, HostRule } from "../rule";
import { allowRdp, azurePublicVm, ec2Named, ec2WithUserData, route53, storedRdpFile } from "./shared/example-stacks";
import { names, placed } from "./shared/reach";

const install = "Install-WindowsFeature RDS-Gateway -IncludeManagementTools";
const policies = {
    cap: "New-Item -Path RDS:\\GatewayServer\\CAP -Name people -UserGroups 'Domain Users@CORP' -AuthMethod 1",
    rap: "New-Item -Path RDS:\\GatewayServer\\RAP -Name hosts -UserGroups 'Domain Users@CORP' -ComputerGroupType 2",
};
const made = (name: string): string => `${install}\n$c = New-SelfSignedCertificate -DnsName ${name} -CertStoreLocation Cert:\\LocalMachine\\My\nSet-Item RDS:\\GatewayServer\\SSLCertificate\\Thumbprint -Value $c.Thumbprint`;

const rule: HostRule = {
    id: "RDP503",
    name: "gateway-names-match",
    title: "An RD Gateway is reached on port 443, by a name that its certificate holds, and leads to hosts",
    severity: "medium",
    effect: "breaks",
    symptom: "other",
    causes: ["rd-gateway", "certificate-names"],
    why:
        "Clients come to an RD Gateway on tcp 443 (HTTPS), not on 3389, and refuse one whose certificate does not hold the name that they dial: mstsc then says that the gateway's certificate does not match, " +
        "without a session code (Microsoft: deploy RD Gateway; Azure/RDS-Templates issue 18). A certificate that the gateway's script makes for one name is of no use behind another. " +
        "The names that clients dial are those of DNS records, of the deployment (Set-RDDeploymentGatewayConfiguration), of `.rdp` files that a script writes, and, where the stack has one machine, of those that it stores in S3; a stored file advises and never blocks, because nothing tells for certain whose it is. " +
        "A connection policy (CAP) says who may come, a resource policy (RAP) to which hosts: with one alone nobody gets anywhere.",
    remedy: "Open tcp 443 of the gateway to the clients that come by it, give it a certificate for the name that the DNS record has, and a resource policy beside its connection policy.",
    defaultLevel: "mandatory",
    scope: "host",
    check: (host) => {
        const installed = find(host, (id) => id === "rd-gateway-installed");
        return installed === undefined ? [] : [...refused(host), ...misnamed(host), ...leadsNowhere(host)];
    },
    examples: [
        { name: "gateway-admits-rdp-only", expect: "violation", says: "tcp 443", resources: azureGateway([allowRdp()]) },
        { name: "gateway-admits-https-from-others", expect: "violation", says: "tcp 443", resources: azureGateway([https("198.51.100.0/24")]) },
        { name: "gateway-admits-https", expect: "compliant", resources: azureGateway([https("203.0.113.0/24")]) },
        { name: "gateway-source-is-computed", expect: "unknown", says: "not known", resources: azureGateway([https("04da6b54-80e4-46f7-96ec-b56ff0331ba9")]) },
        { name: "gateway-behind-something-else", expect: "compliant", resources: azureGateway([allowRdp()], false) },
        { name: "host-that-is-no-gateway", expect: "compliant", resources: viaGateway(azurePublicVm({ nicRules: [allowRdp()] })) },
        { name: "certificate-for-another-name", expect: "violation", says: "gw.internal", resources: named(made("gw.internal"), "gw.example.com") },
        { name: "certificate-for-the-name", expect: "compliant", resources: named(made("GW.example.com"), "gw.example.com") },
        { name: "wildcard-certificate", expect: "compliant", resources: named(made("'*.example.com'"), "gw.example.com") },
        { name: "wildcard-of-another-level", expect: "violation", says: "*.example.com", resources: named(made("'*.example.com'"), "gw.eu.example.com") },
        { name: "one-of-several-names", expect: "compliant", resources: named(made("gw.internal, gw.example.com"), "gw.example.com") },
        { name: "name-that-the-deployment-gives-to-clients", expect: "violation", says: "gw.example.com", resources: ec2Gateway(`${made("gw.internal")}\nSet-RDDeploymentGatewayConfiguration -GatewayMode Custom -GatewayExternalFqdn gw.example.com -LogonMethod Password`) },
        { name: "name-in-an-rdp-file", expect: "violation", says: "gw.example.com", resources: ec2Gateway(`${made("gw.internal")}\nSet-Content C:\\inetpub\\desk.rdp 'gatewayhostname:s:gw.example.com'`) },
        { name: "same-name-in-an-rdp-file", expect: "compliant", resources: ec2Gateway(`${made("gw.example.com")}\nSet-Content C:\\inetpub\\desk.rdp 'gatewayhostname:s:gw.example.com'`) },
        { name: "name-in-a-stored-rdp-file", expect: "violation", says: "gw.example.com in the connection file file", resources: [...ec2Gateway(made("gw.internal")), storedRdpFile("full address:s:app1.corp.example.com\r\ngatewayhostname:s:gw.example.com\r\n")] },
        { name: "stored-rdp-file-that-goes-around-the-gateway", expect: "compliant", resources: [...ec2Gateway(made("gw.internal")), storedRdpFile("gatewayhostname:s:gw.example.com\r\ngatewayusagemethod:i:0\r\n")] },
        { name: "same-name-in-a-stored-rdp-file", expect: "compliant", resources: [...ec2Gateway(made("gw.example.com")), storedRdpFile("full address:s:app1.corp.example.com\r\ngatewayhostname:s:GW.example.com\r\n")] },
        { name: "certificate-for-a-computed-name", expect: "compliant", resources: named(made("([System.Net.Dns]::GetHostByName('').HostName)"), "gw.example.com") },
        { name: "connection-policy-without-a-resource-policy", expect: "violation", says: "RAP", resources: ec2Gateway(`${install}\n${policies.cap}`) },
        { name: "both-policies", expect: "compliant", resources: ec2Gateway(`${install}\n${policies.cap}\n${policies.rap}`) },
        { name: "resource-policy-by-wmi", expect: "compliant", resources: ec2Gateway(`${install}\n${policies.cap}\n([wmiclass]'root\\cimv2\\TerminalServices:Win32_TSGatewayResourceAuthorizationPolicy').Create('all')`) },
        { name: "policies-made-by-hand", expect: "compliant", resources: ec2Gateway(install) },
        { name: "certificate-of-a-web-site", expect: "compliant", resources: named(`${install}\nNew-SelfSignedCertificate -DnsName gw.internal`, "gw.example.com") },
        { name: "certificate-without-a-record", expect: "compliant", resources: ec2Gateway(made("gw.internal")) },
    ],
};

function https(source: string): Record<string, unknown> {
    return allowRdp({ name: "https", destinationPortRange: "443", sourceAddressPrefix: source });
}

function viaGateway(resources: readonly ExampleResource[]): ExampleResource[] {
    return resources.map((r) => (r.name === "vm" ? { ...r, inputs: { ...r.inputs, tags: { "rdp-ready:clients": "203.0.113.0/24", "rdp-ready:path": "gateway" } } } : r));
}

function azureGateway(nicRules: readonly Record<string, unknown>[], publicAddress = true): ExampleResource[] {
    const script = { type: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine", name: "settings", inputs: { resourceGroupName: "rg", vmName: "${vm.name}", source: { script: install } } };
    return [...viaGateway(azurePublicVm({ nicRules, publicAddress })), script];
}

function ec2Gateway(script: string): ExampleResource[] {
    const [own, plain] = [ec2WithUserData(script), ec2Named()];
    return own.map((r, i) => (r.name === "server" ? r : plain[i]!));
}

function named(script: string, name: string): ExampleResource[] {
    return [...ec2Gateway(script), { type: "aws:ec2/eip:Eip", name: "ip", inputs: { domain: "vpc", instance: "${server.id}" } }, route53(name, ["${ip.publicIp}"])];
}

/** The carrier that does something for certain. */
function find({ carriers }: Host, is: (id: string) => boolean): { readonly carrier: Carrier; readonly action: Carrier["reading"]["state"]["actions"][number] } | undefined {
    return all({ carriers }, is)[0];
}

function all({ carriers }: Pick<Host, "carriers">, is: (id: string) => boolean): { readonly carrier: Carrier; readonly action: Carrier["reading"]["state"]["actions"][number] }[] {
    return carriers.filter((c) => c.runs !== "never").flatMap((carrier) => carrier.reading.state.actions.filter((a) => is(a.id)).map((action) => ({ carrier, action })));
}

/** Clients that are declared to come by this gateway, and do not get to its port 443. Without a public address, something else takes 443 for it. */
function refused(host: Host): Finding[] {
    const ways = host.paths.filter((p) => p.via === "public-address").map(https443);
    if (host.intent.kind !== "declared" || host.intent.via !== "gateway" || ways.length === 0) {
        return [];
    }
    return host.intent.clients.flatMap((client): Finding[] => {
        const verdicts = ways.map((p) => evaluatePath(p, client));
        const worst = verdicts.every((v) => v.verdict === "closed") ? verdicts[0]! : verdicts.find((v) => v.verdict === "unknown");
        const hop = worst?.path.hops[worst.deciding.hop];
        if (worst === undefined || verdicts.some((v) => v.verdict === "open") || hop === undefined) {
            return [];
        }
        const { decidedBy, why } = worst.deciding;
        const must = `The RD Gateway ${host.name} must be open on tcp 443 to ${names([client])}`;
        return worst.verdict === "unknown"
            ? [{ ...placed(host, decidedBy), outcome: "unknown", message: `${must}: "${decidedBy.text}" decides, and ${why ?? "it is not known yet"}.` }]
            : hop.kind !== "filter"
              ? []
              : [{ ...placed(host, decidedBy), ...doubtful(worst, host.port), outcome: "violation", message: `${must}: "${decidedBy.text}" decides, so the client reaches neither the gateway nor any host behind it.`, fix: `at ${hop.name}, allow tcp 443 from ${client.name}` }];
    });
}

/** Where others get to port 443, they may be a balancer that takes it for the clients; another open port may be the one that the gateway was moved to. */
function doubtful({ path }: PathVerdict, rdp: Known<number>): Pick<Finding, "atMost"> {
    const opens = (r: FilterRule): boolean => isKnown(r.allow) && r.allow.value && isKnown(r.ports) && r.ports.value.size < 1000 && !(isKnown(rdp) && r.ports.value.contains(rdp.value));
    return path.hops.some((h) => h.gate.type === "filter" && h.gate.filter.rules.some(opens)) ? { atMost: "advisory" } : {};
}

/** A public path as connections to port 443 meet it; what was worked out for the RDP port alone is not known for this one. */
function https443(path: Path): Path {
    const hops = path.hops.filter((h) => h.kind !== "guest-firewall" && h.kind !== "listener").map((h): Hop => (isJoint(h) ? { ...h, gate: { type: "fixed", verdict: "unknown" } } : h));
    return { via: path.via, port: known(443), hops };
}

function isJoint({ gate }: Hop): boolean {
    return gate.type === "filter" && gate.filter.rules.some((r) => /^each of /.test(r.origin.text));
}

/** The one certificate that the gateway's script makes, beside the names that lead to the gateway. What is bought or computed is not judged. */
function misnamed(host: Host): Finding[] {
    const certificates = all(host, (id) => id.startsWith("certificate-made:"));
    const set = find(host, (id) => id === "rd-gateway-certificate-set");
    const [one] = certificates;
    const held = one?.action.id.slice("certificate-made:".length).split(" ").filter((n) => n !== "") ?? [];
    const leading = host.names.filter((n) => n.points === "static" || n.points === "dynamic");
    const files = (host.rdpFiles ?? []).filter((f) => f.kind === "gateway");
    const names = [...new Set([...leading, ...files].map((n) => n.name).concat(givenNames(host)))];
    const anyHeld = [...host.names.map((n) => n.name), ...names].some((n) => held.some((h) => holds(h, n)));
    if (one === undefined || set?.carrier !== one.carrier || certificates.length !== 1 || held.length === 0 || names.length === 0 || !leading.every(isFull) || anyHeld) {
        return [];
    }
    const { carrier, action } = one;
    const dialled = names.map((n) => [n, ...files.filter((f) => f.name === n).map((f) => `in the ${f.origin.text}`)].join(" ")).join(", ");
    const message = `The certificate of the RD Gateway ${host.name} must hold a name that clients dial (${dialled}): the script makes it for ${held.join(", ")}, so mstsc refuses the gateway.`;
    return [{ urn: carrier.urn, property: carrier.property, line: action.statement.line, column: action.statement.column, outcome: "violation", atMost: "advisory", message, fix: `-DnsName ${names[0]!}` }];
}

/** Names of the gateway that a script hands to clients: in the deployment's properties, or in an .rdp file. */
function givenNames({ carriers }: Host): string[] {
    const given = /-GatewayExternalFqdn[\s:]+["']?([\w-]+(?:\.[\w-]+)+)|\bgatewayhostname:s:([\w-]+(?:\.[\w-]+)+)/gi;
    return carriers.flatMap(({ runs, script }) => (runs === "never" || !isKnown(script) ? [] : [...script.value.replace(/^\s*#.*$/gm, "").matchAll(given)].map(([, fqdn, file]) => fqdn ?? file ?? "")));
}

/** A script that says who may come and not where to. Whoever makes the policies by hand writes neither; a script that cannot be read may write the other. */
function leadsNowhere(host: Host): Finding[] {
    const cap = find(host, (id) => id === "rd-gateway-cap-made");
    const silent = ({ script, reading, runs }: Carrier): boolean => runs === "never" || (isKnown(script) && reading.notAnalysed.length === 0 && !/GatewayServer\\+RAP\b|ResourceAuthorizationPolicy/i.test(script.value));
    if (cap === undefined || !host.carriers.every(silent)) {
        return [];
    }
    const { carrier, action } = cap;
    const message = `The RD Gateway ${host.name} must have a resource policy (RAP) beside its connection policy: line ${action.statement.line} of the script makes a connection policy, and no script makes a resource policy, so the gateway takes people in and connects them to no host.`;
    const fix = "New-Item -Path RDS:\\GatewayServer\\RAP -Name hosts -UserGroups <the same groups> -ComputerGroupType 2 (any host), or 0 with a group of hosts";
    return [{ urn: carrier.urn, property: carrier.property, line: action.statement.line, column: action.statement.column, outcome: "violation", atMost: "advisory", message, fix }];
}

/** A label alone is completed by the cloud. */
function isFull({ name }: HostName): boolean {
    return /^[^\s.]+(?:\.[^\s.]+)+\.?$/.test(name);
}

/** Whether a certificate's name covers a host name; a star stands for one label (RFC 6125). */
function holds(certified: string, dialled: string): boolean {
    const [a, b] = [certified, dialled].map((n) => n.toLowerCase().replace(/\.$/, ""));
    return a === b || (a!.startsWith("*.") && b!.slice(b!.indexOf(".")) === a!.slice(1));
}

export default rule;
