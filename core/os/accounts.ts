/**
 * What Azure accepts as the first administrator of a Windows machine (Microsoft: virtual machine REST reference, osProfile).
 * The answers never quote what was given: it may be a secret.
 */

/** Names that Azure refuses. */
const reservedNames = new Set(
    ("administrator admin user user1 test user2 test1 user3 admin1 1 123 a actuser adm admin2 aspnet backup console david guest john owner root server sql support support_388945a0 sys test2 test3 user4 user5").split(" "),
);

/** Passwords that Azure refuses whatever they are made of. */
const refusedPasswords = new Set(["abc@123", "P@$$w0rd", "P@ssw0rd", "P@ssword123", "Pa$$word", "pass@word1", "Password!", "Password1", "Password22", "iloveyou!"]);

/** Why Azure refuses the name, to complete "it …"; undefined where it accepts it. */
export function nameRefusal(name: string): string | undefined {
    if (reservedNames.has(name.toLowerCase())) {
        return "is one of the names that Azure reserves (admin, administrator, user, root, test, guest and the like)";
    }
    if (name === "" || name.length > 20) {
        return `has ${name.length} characters, and Azure takes 1 to 20`;
    }
    return name.endsWith(".") ? "ends in a full stop" : undefined;
}

/** Why Azure refuses the password, to complete "it …"; undefined where it accepts it. */
export function passwordRefusal(password: string): string | undefined {
    if (password.length < 8 || password.length > 123) {
        return `is too ${password.length < 8 ? "short" : "long"}: Azure takes 8 to 123 characters`;
    }
    const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[\W_]/].filter((kind) => kind.test(password)).length;
    if (kinds < 3) {
        return "has fewer than three of: lower case, upper case, digits, other characters";
    }
    return refusedPasswords.has(password) ? "is one of the well-known passwords that Azure refuses" : undefined;
}

export type KeyAlgorithm = "rsa" | "other";

/** The kind of a public key in OpenSSH's form; undefined for what is none. */
export function keyAlgorithm(publicKey: string): { readonly kind: KeyAlgorithm; readonly name: string } | undefined {
    const name = /^\s*(ssh-rsa|ssh-dss|ssh-ed25519|ecdsa-sha2-[\w-]+|sk-[\w@.-]+)\s/.exec(publicKey)?.[1];
    return name === undefined ? undefined : { kind: name === "ssh-rsa" ? "rsa" : "other", name };
}
