#!/bin/sh
# Makes the secrets of the composition, random ones, once: in docker/secrets/, and docker/.env, which tells compose where they are.
# What is there already is left alone, so that it can be run again. docker/secrets/api_key is the key for callers; the gateways are given its hash only.
set -eu
cd "$(dirname "$0")"

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
hash() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1; }
keep() { [ -s "secrets/$1" ] || { printf '%s' "$2" >"secrets/$1.new"; chmod 644 "secrets/$1.new"; mv "secrets/$1.new" "secrets/$1"; }; }

# The folder is closed to others; the files in it are not, because the containers that read them run as users of their own.
mkdir -p secrets
chmod 700 secrets

keep postgres_password "$(random)"
keep postgres_connection "Host=postgres;Username=gateway;Database=gateway;Password=$(cat secrets/postgres_password)"
keep rabbitmq_password "$(random)"
keep rabbitmq.conf "default_user = gateway
default_pass = $(cat secrets/rabbitmq_password)
"
keep rabbitmq_connection "amqp://gateway:$(cat secrets/rabbitmq_password)@rabbitmq:5672/"
keep officevibe_key "$(random)"
keep grafana_password "$(random)"
keep api_key "gwk_$(random)"
keep api_key_hash "$(printf '%s' "$(cat secrets/api_key)" | hash)"

[ -e .env ] || printf '# Made by docker/secrets.sh. Ports and addresses: see compose.yaml.\nCOMPOSE_PROJECT_NAME=gateway\nGATEWAY_SECRETS=./secrets\n' >.env
echo "Secrets are in docker/secrets/. The key for callers: docker/secrets/api_key"
