/**
 * Makes a certificate in a key vault, or leaves it as it is; for the Azure CLI's container, whose later images have no
 * jq, awk or curl. Takes `VAULT`, `RESOURCE`, `CERTIFICATE`, `POLICY` (JSON), `ISSUED` and `RENEWED` (what the policy must
 * say, in small letters) from the environment. It speaks to the REST interface, which is the same for every version of
 * the CLI.
 */
export const issueScript = `#!/bin/bash
set -u
url="$VAULT/certificates/$CERTIFICATE"
version="api-version=7.4"
errors="$(mktemp)"
issued="join('|', [to_string(issuer.name), to_string(key_props.kty), to_string(key_props.key_size), to_string(key_props.exportable), to_string(secret_props.contentType), join(',', sort(not_null(x509_props.ekus, ['none']))), join(',', sort(not_null(x509_props.key_usage, ['none']))), to_string(x509_props.validity_months), join(',', sort(not_null(x509_props.sans.dns_names, ['none'])))])"
renewed="join('|', [to_string(lifetime_actions[0].action.action_type), to_string(lifetime_actions[0].trigger.days_before_expiry)])"
reason="to_string(not_null(error.message, status_details, status))"

fail() {
  echo "The certificate $CERTIFICATE in $VAULT could not be made: \${1:0:800}" >&2
  exit 1
}

# Sets answer. Returns 3 where the vault has no such thing, 4 where an order is under way. A role takes minutes until it
# works everywhere, and vaults are busy at times; whatever else the vault refuses stays refused.
ask() {
  local deadline=$((SECONDS + 900)) problem
  until answer="$(az rest --only-show-errors --resource "$RESOURCE" "$@" 2>"$errors")"; do
    problem="$(cat "$errors")"
    case "$problem" in
      *CertificateNotFound*) return 3 ;;
      *inProgress*) return 4 ;;
      *ObjectIsDeletedButRecoverable* | *ObjectIsBeingDeleted*) fail "the vault keeps a deleted one of that name. Recover it (az keyvault certificate recover) or purge it." ;;
      *ForbiddenByFirewall* | *ForbiddenByConnection*) fail "the vault's firewall does not let the script in. Open it to Azure's container instances meanwhile, or make the certificate by hand and leave issue out." ;;
      *ForbiddenByPolicy* | *AccessDenied*) fail "the vault uses access policies. Switch it to Azure's roles (az keyvault update --enable-rbac-authorization true), or make the certificate by hand and leave issue out." ;;
      *Forbidden* | *Unauthorized* | *"Too Many Requests"* | *"Internal Server Error"* | *"Bad Gateway"* | *"Service Unavailable"* | *"Gateway Time"* | *onnection*) ;;
      *) fail "$problem" ;;
    esac
    [ "$SECONDS" -lt "$deadline" ] || fail "the vault refuses the script's identity, or does not answer, for 15 minutes: $problem"
    sleep 15
  done
}

# One line of the certificate's policy, in small letters; empty where there is no certificate.
policy() {
  held=""
  ask --method get --url "$url/policy?$version" --query "$1" --output tsv || return 0
  held="\${answer,,}"
}

# Waits while the authority issues. Sets order: completed, failed, cancelled, or none.
settle() {
  local deadline=$((SECONDS + 1500))
  while true; do
    order=none
    ask --method get --url "$url/pending?$version" --query status --output tsv && order="$answer"
    [ "$order" = inProgress ] || return 0
    [ "$SECONDS" -lt "$deadline" ] || fail "the authority has not issued it within 25 minutes. Look at the order in its account."
    sleep 15
  done
}

settle
policy "$issued"
tries=0
while [ "$held" != "$ISSUED" ] || [ "$order" = failed ] || [ "$order" = cancelled ]; do
  tries=$((tries + 1))
  [ "$tries" -le 3 ] || fail "something else makes it with other names or another key: $held. Give issue in one place, with the names of all hosts."
  echo "The vault has \${held:-no such certificate} (last order: $order): making $ISSUED."
  if ask --method post --url "$url/create?$version" --body '{"policy":'"$POLICY"'}' --output none; then
    settle
    if [ "$order" = failed ] || [ "$order" = cancelled ]; then
      ask --method get --url "$url/pending?$version" --query "$reason" --output tsv
      fail "the order $order: $answer"
    fi
    break
  fi
  # Somebody else's order is under way: it may be the same.
  settle
  policy "$issued"
done
policy "$renewed"
if [ "$held" != "$RENEWED" ]; then
  echo "The vault renews by $held: setting $RENEWED."
  ask --method patch --url "$url/policy?$version" --body "$POLICY" --output none
fi
echo "The certificate is as declared."
`;
