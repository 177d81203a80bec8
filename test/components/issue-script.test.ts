import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer, Server } from "node:http";
import { AddressInfo } from "node:net";
import { join } from "node:path";
import { RdpCertificate } from "../../components/azure";
import { deploy, only } from "./mocks";

/** As much of Key Vault's REST interface as certificates need, with its codes and its slowness. */
class Vault {
    policy: Record<string, unknown> | undefined;
    /** Statuses of the order, one for each look; the last stays. */
    orders: { status: string; error?: { message: string } }[] = [];
    /** What refuses the next requests, or those whose method and path match. */
    refusals: { code: string; inner: string; times: number; status?: number; at?: RegExp }[] = [];
    deleted = false;
    /** Orders that the next create leads to. */
    afterCreate: { status: string; error?: { message: string } }[] | undefined;
    /** What happens meanwhile, by someone else: before the create is answered. */
    meanwhile: (() => void) | undefined;
    readonly changes: string[] = [];
    private readonly server: Server;

    constructor() {
        this.server = createServer((request, response) => {
            let body = "";
            request.on("data", (chunk) => (body += String(chunk)));
            request.on("end", () => {
                const [status, answer] = this.answer(request.method!, new URL(request.url!, "http://vault"), String(request.headers["x-host"]), body);
                response.writeHead(status).end(JSON.stringify(answer));
            });
        });
    }

    async start(): Promise<string> {
        await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    stop(): void {
        this.server.close();
    }

    private answer(method: string, { pathname, searchParams }: URL, host: string, body: string): [number, unknown] {
        const refuse = (status: number, code: string, inner: string): [number, unknown] => [status, { error: { code, message: `refused: ${inner}`, innererror: { code: inner } } }];
        assert.equal(host, "contoso.vault.azure.net");
        assert.equal(searchParams.get("api-version"), "7.4");
        const refusal = this.refusals.find((r) => r.at?.test(`${method} ${pathname}`) !== false && r.times-- > 0);
        if (refusal !== undefined) {
            return refuse(refusal.status ?? 403, refusal.code, refusal.inner);
        }
        switch (`${method} ${pathname}`) {
            case "GET /certificates/rdp/policy":
                return this.policy === undefined ? refuse(404, "CertificateNotFound", "none") : [200, this.policy];
            case "GET /certificates/rdp/pending":
                return this.orders.length === 0 ? refuse(404, "PendingCertificateNotFound", "none") : [200, this.orders.length > 1 ? this.orders.shift() : this.orders[0]];
            case "POST /certificates/rdp/create":
                if (this.deleted) {
                    return refuse(409, "Conflict", "ObjectIsDeletedButRecoverable");
                }
                if (this.meanwhile !== undefined) {
                    this.meanwhile();
                    this.meanwhile = undefined;
                    return [409, { error: { code: "Forbidden", message: "A new key vault certificate can not be created or imported while a pending key vault certificate's status is inProgress." } }];
                }
                this.policy = (JSON.parse(body) as { policy: Record<string, unknown> }).policy;
                this.orders = this.afterCreate ?? this.orders;
                this.changes.push("create");
                return [202, { status: "inProgress" }];
            case "PATCH /certificates/rdp/policy":
                Object.assign(this.policy!, JSON.parse(body));
                this.changes.push("patch");
                return [200, this.policy];
            default:
                return refuse(405, "BadRequest", `${method} ${pathname}`);
        }
    }
}

const cli = join(__dirname, "azure-cli");

interface Run {
    readonly code: number | null;
    readonly output: string;
}

interface Policy {
    issuer: { name: string };
    key_props: { kty: string; exportable: boolean };
    secret_props: { contentType: string };
    x509_props: { ekus: string[]; key_usage: string[]; validity_months: number; sans: { dns_names: string[] } };
}

/** What is declared otherwise than usual. */
interface Change {
    readonly keySize?: number;
    readonly renewDaysBefore?: number;
    readonly dnsNames?: string[];
}

/** The script that the component deploys, run by a shell with the environment that the component gives it. */
async function run(vault: Vault, { dnsNames = ["desk.example.com", "alpha.example.com"], ...issue }: Change = {}): Promise<Run> {
    const vaultId = "/subscriptions/00000000-1111-4222-8333-444444444444/resourceGroups/secrets/providers/Microsoft.KeyVault/vaults/Contoso";
    const { resources } = await deploy(() => void new RdpCertificate("rdp", { resourceGroupName: "rg", vmName: "vm", vaultId, certificateName: "rdp", dnsNames, issue: { issuer: "DigiCert", ...issue } }));
    const { scriptContent, environmentVariables } = only(resources, "resources:AzureCliScript").inputs as { scriptContent: string; environmentVariables: { name: string; value: string }[] };
    const at = await vault.start();
    try {
        const env = { ...Object.fromEntries(environmentVariables.map((v) => [v.name, v.value])), STANDIN: at, BASH_ENV: join(cli, "fast-clock.sh"), PATH: `${cli}:${process.env["PATH"]}` };
        const shell = spawn("bash", ["--norc", "-c", scriptContent], { env, stdio: ["ignore", "pipe", "pipe"] });
        let output = "";
        shell.stdout.on("data", (chunk) => (output += String(chunk)));
        shell.stderr.on("data", (chunk) => (output += String(chunk)));
        const code = await new Promise<number | null>((resolve) => shell.on("close", resolve));
        return { code, output };
    } finally {
        vault.stop();
    }
}

const completed = { status: "completed" };

/** A vault that has what was declared. */
async function made(): Promise<Vault> {
    const vault = new Vault();
    vault.afterCreate = [completed];
    assert.equal((await run(vault)).code, 0);
    const next = new Vault();
    next.policy = vault.policy;
    next.orders = [completed];
    return next;
}

describe("the script that makes a certificate in a key vault", function () {
    this.timeout(30_000);

    it("makes it with the declared policy, after its role works, and waits for the authority", async () => {
        const vault = new Vault();
        vault.refusals = [{ code: "Forbidden", inner: "ForbiddenByRbac", times: 3 }, { code: "Forbidden", inner: "ForbiddenByRbac", times: 2, at: /create$/ }];
        vault.afterCreate = [{ status: "inProgress" }, { status: "inProgress" }, completed];
        const { code, output } = await run(vault);
        assert.equal(code, 0, output);
        assert.deepEqual(vault.changes, ["create"]);
        assert.equal(vault.orders.length, 1, "it waited");
        assert.deepEqual(vault.policy, {
            issuer: { name: "DigiCert" },
            key_props: { kty: "RSA", key_size: 2048, exportable: true, reuse_key: false },
            secret_props: { contentType: "application/x-pkcs12" },
            x509_props: { subject: "CN=desk.example.com", sans: { dns_names: ["alpha.example.com", "desk.example.com"] }, ekus: ["1.3.6.1.5.5.7.3.1"], key_usage: ["digitalSignature", "keyEncipherment"], validity_months: 3 },
            lifetime_actions: [{ trigger: { days_before_expiry: 30 }, action: { action_type: "AutoRenew" } }],
        });
    });

    it("leaves alone what is as declared, whatever the vault adds to it", async () => {
        const vault = await made();
        Object.assign(vault.policy!, { id: "https://contoso.vault.azure.net/certificates/rdp/policy", attributes: { enabled: true } });
        const { code, output } = await run(vault);
        assert.deepEqual([code, vault.changes], [0, []], output);
    });

    it("changes the renewal without a new version", async () => {
        const vault = await made();
        const { code, output } = await run(vault, { renewDaysBefore: 45 });
        assert.deepEqual([code, vault.changes], [0, ["patch"]], output);
    });

    const changes: [string, Change][] = [
        ["another name", { dnsNames: ["desk.example.com", "beta.example.com"] }],
        ["another size of the key", { keySize: 3072 }],
    ];
    for (const [what, change] of changes) {
        it(`makes a new version for ${what}, once`, async () => {
            const vault = await made();
            const first = await run(vault, change);
            assert.deepEqual([first.code, vault.changes], [0, ["create"]], first.output);
            const again = await run(Object.assign(new Vault(), { policy: vault.policy, orders: [completed] }), change);
            assert.equal(again.output.trim(), "The certificate is as declared.");
        });
    }

    const fields: [string, (p: Policy) => void][] = [
        ["another issuer", (p) => (p.issuer.name = "GlobalSign")],
        ["a key that stays in a module", (p) => (p.key_props.kty = "RSA-HSM")],
        ["a key that cannot be exported", (p) => (p.key_props.exportable = false)],
        ["PEM", (p) => (p.secret_props.contentType = "application/x-pem-file")],
        ["the purpose of clients", (p) => (p.x509_props.ekus = ["1.3.6.1.5.5.7.3.2"])],
        ["another use of the key", (p) => (p.x509_props.key_usage = ["keyCertSign"])],
        ["another validity", (p) => (p.x509_props.validity_months = 12)],
    ];
    for (const [what, change] of fields) {
        it(`makes a new version of one with ${what}`, async () => {
            const vault = await made();
            change(vault.policy as unknown as Policy);
            const { code, output } = await run(vault);
            assert.deepEqual([code, vault.changes], [0, ["create"]], output);
        });
    }

    it("takes no notice of case and order", async () => {
        const vault = await made();
        const policy = vault.policy as unknown as Policy;
        policy.issuer.name = "digicert";
        policy.x509_props.sans.dns_names = ["Desk.example.com", "ALPHA.example.com"].reverse();
        policy.x509_props.key_usage.reverse();
        const { code, output } = await run(vault);
        assert.deepEqual([code, vault.changes], [0, []], output);
    });

    it("orders anew after an order that failed, though the policy is as declared", async () => {
        const vault = await made();
        vault.orders = [{ status: "failed", error: { message: "no credentials" } }];
        vault.afterCreate = [{ status: "inProgress" }, completed];
        const { code, output } = await run(vault);
        assert.deepEqual([code, vault.changes], [0, ["create"]], output);
    });

    it("waits for the order of another declaration of the same certificate, and makes none of its own", async () => {
        const { policy } = await made();
        const vault = new Vault();
        vault.meanwhile = () => Object.assign(vault, { policy, orders: [{ status: "inProgress" }, completed] });
        const { code, output } = await run(vault);
        assert.deepEqual([code, vault.changes], [0, []], output);
    });

    it("asks again where the vault is busy", async () => {
        const vault = await made();
        vault.refusals = [{ code: "Throttled", inner: "none", times: 1, status: 429 }, { code: "InternalError", inner: "none", times: 1, status: 503 }];
        const { code, output } = await run(vault);
        assert.deepEqual([code, vault.changes], [0, []], output);
    });

    it("takes over one that somebody made by hand, without names", async () => {
        const vault = new Vault();
        vault.policy = { issuer: { name: "Self" }, key_props: { kty: "RSA", key_size: 2048 }, x509_props: { subject: "CN=desk.example.com", validity_months: 12 }, secret_props: { contentType: "application/x-pkcs12" } };
        vault.orders = [completed];
        const { code, output } = await run(vault);
        assert.deepEqual([code, vault.changes], [0, ["create"]], output);
    });

    const refused: { trap: string; prepare: (vault: Vault) => void; says: RegExp }[] = [
        { trap: "no account at the authority", prepare: (v) => (v.afterCreate = [{ status: "inProgress" }, { status: "failed", error: { message: "The issuer DigiCert has no credentials" } }]), says: /could not be made: the order failed: The issuer DigiCert has no credentials/ },
        { trap: "an authority that does not answer", prepare: (v) => (v.afterCreate = [{ status: "inProgress" }]), says: /has not issued it within 25 minutes/ },
        { trap: "a deleted one of that name", prepare: (v) => (v.deleted = true), says: /keeps a deleted one.*az keyvault certificate recover/ },
        { trap: "the vault's firewall", prepare: (v) => (v.refusals = [{ code: "Forbidden", inner: "ForbiddenByFirewall", times: 99 }]), says: /firewall does not let the script in/ },
        { trap: "a vault with access policies", prepare: (v) => (v.refusals = [{ code: "Forbidden", inner: "ForbiddenByPolicy", times: 99 }]), says: /uses access policies.*--enable-rbac-authorization/ },
        { trap: "a role that never works", prepare: (v) => (v.refusals = [{ code: "Forbidden", inner: "ForbiddenByRbac", times: 999 }]), says: /refuses the script's identity, or does not answer, for 15 minutes: .*ForbiddenByRbac/ },
        { trap: "whatever else the vault says", prepare: (v) => (v.refusals = [{ code: "BadParameter", inner: "Policy", times: 999, status: 400 }]), says: /could not be made: .*BadParameter/ },
    ];
    for (const { trap, prepare, says } of refused) {
        it(`fails on ${trap}, says so, and changes nothing`, async () => {
            const vault = new Vault();
            prepare(vault);
            const { code, output } = await run(vault);
            assert.equal(code, 1, output);
            assert.match(output, says);
            assert.ok(vault.changes.length === 0 || /authority|account/.test(trap), vault.changes.join());
        });
    }
});
