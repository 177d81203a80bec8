/**
 * Makes a certificate in a key vault, or leaves it as it is; for the Azure CLI's container, whose later images have no
 * jq, awk or curl. Takes `VAULT`, `RESOURCE`, `CERTIFICATE`, `POLICY` (JSON), `ISSUED` and `RENEWED` (what the policy must
 * say) from the environment. It speaks to the REST interface, which is the same for every version of the CLI.
 */
export const issueScript = `#!/bin/bash
set -u
url="$VAULT/certificates/$CERTIFICATE"
version="api-version=7.4"
errors="$(mktemp)"
missing=3
issued="join('|', [to_string(issuer.name), to_string(key_props.key_size), to_string(secret_props.contentType), to_string(x509_props.validity_months), join(',', sort(not_null(x509_props.sans.dns_names, ['none'])))])"
renewed="join('|', [to_string(lifetime_actions[0].action.action_type), to_string(lifetime_actions[0].trigger.days_before_expiry)])"
failure="join(': ', [to_string(status), to_string(not_null(error.message, status_details))])"

fail() {
  echo "The certificate $CERTIFICATE in $VAULT could not be made: $1" >&2
  exit 1
}
ask() { az rest --only-show-errors --resource "$RESOURCE" "$@" 2>"$errors"; }
error() { cat "$errors"; }

# One value of the certificate's policy. A role takes minutes until it works; whatever else the vault refuses stays refused.
policy() {
  local deadline=$((SECONDS + 900))
  until ask --method get --url "$url/policy?$version" --query "$1" --output tsv; do
    case "$(error)" in
      *CertificateNotFound*) exit "$missing" ;;
      *ForbiddenByFirewall* | *ForbiddenByConnection*) fail "the vault's firewall does not let the script in. Open it to Azure's container instances meanwhile, or make the certificate by hand and leave issue out." ;;
      *ForbiddenByPolicy* | *AccessDenied*) fail "the vault uses access policies. Switch it to Azure's roles (az keyvault update --enable-rbac-authorization true), or make the certificate by hand and leave issue out." ;;
      *Forbidden* | *Unauthorized*) ;;
      *) fail "$(error)" ;;
    esac
    [ "$SECONDS" -lt "$deadline" ] || fail "the script's identity has no access, 15 minutes after it was given its role: $(error)"
    sleep 15
  done
}

# Waits while the authority issues.
await_issue() {
  local deadline=$((SECONDS + 1500)) status
  while true; do
    if status="$(ask --method get --url "$url/pending?$version" --query status --output tsv)"; then
      case "$status" in
        completed) return ;;
        inProgress) ;;
        *) fail "$(ask --method get --url "$url/pending?$version" --query "$failure" --output tsv)" ;;
      esac
    else
      # An operation that is long over is forgotten.
      case "$(error)" in *NotFound*) return ;; esac
    fi
    [ "$SECONDS" -lt "$deadline" ] || fail "the authority has not issued it within 25 minutes. Look at the order in its account, then deploy again."
    sleep 15
  done
}

make() {
  if ! ask --method post --url "$url/create?$version" --body '{"policy":'"$POLICY"'}' --output none; then
    case "$(error)" in
      *ObjectIsDeletedButRecoverable* | *ObjectIsBeingDeleted*) fail "the vault keeps a deleted one of that name. Recover it (az keyvault certificate recover) or purge it, then deploy again." ;;
      *) fail "$(error)" ;;
    esac
  fi
  await_issue
}

held="$(policy "$issued")"
case "$?" in
  0) ;;
  "$missing")
    echo "The vault has no certificate $CERTIFICATE: making it."
    make
    exit 0
    ;;
  *) exit 1 ;;
esac
await_issue
if [ "$held" != "$ISSUED" ]; then
  echo "The vault has $held: making a new version for $ISSUED."
  make
fi
renewal="$(policy "$renewed")" || exit 1
if [ "$renewal" != "$RENEWED" ]; then
  echo "The vault renews by $renewal: setting $RENEWED."
  ask --method patch --url "$url/policy?$version" --body "$POLICY" --output none || fail "$(error)"
fi
echo "The certificate is as declared."
`;
