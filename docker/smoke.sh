#!/usr/bin/env bash
# Brings the composition up beside whatever runs here (a project, ports and addresses of its own), plays a small company through it, kills a replica, restarts
# everything, and takes it away again. Ends 0 when each step did what it should; else says which did not, with the logs, and ends 1.
#   docker/smoke.sh              docker/smoke.sh --metrics    with Prometheus and Grafana
set -euo pipefail
cd "$(dirname "$0")/.."

export COMPOSE_FILE=docker/compose.yaml COMPOSE_PROJECT_NAME=gateway-smoke NETWORK=${SMOKE_NETWORK:-10.77.84}
export GATEWAY_PORT=${SMOKE_PORT:-18080} SIMULATOR_PORT=$((${SMOKE_PORT:-18080} + 1)) RABBITMQ_PORT=$((${SMOKE_PORT:-18080} + 2))
export PROMETHEUS_PORT=$((${SMOKE_PORT:-18080} + 3)) GRAFANA_PORT=$((${SMOKE_PORT:-18080} + 4))
if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
profile=()
[ "${1:-}" != --metrics ] || profile=(--profile metrics)

work=$(mktemp -d)
step="start" done=""
finish() {
  if [ -z "$done" ]; then
    echo "FAILED: $step" >&2
    "${compose[@]}" "${profile[@]}" ps -a >&2 || "${compose[@]}" "${profile[@]}" ps >&2 || true
    "${compose[@]}" "${profile[@]}" logs --no-color --tail 40 2>&1 | cut -c1-500 >&2 || true
  fi
  "${compose[@]}" "${profile[@]}" down -v -t 5 >"$work/down" 2>&1 || { cat "$work/down" >&2; done=""; }
  rm -rf "$work"
  [ -n "$done" ]
}
trap finish EXIT

say() { step=$1; echo "== $1"; }
wrong() { echo "$*" >&2; exit 1; }
same() { [ "$1" = "$2" ] || wrong "expected $2, got ${1:-nothing}"; }

# Until a command says what it should, for two minutes: wait_for WHAT COMMAND…
wait_for() {
  local what=$1 said="" end=$((SECONDS + 120))
  shift
  until said=$("$@" 2>&1) && [[ $said == *"$what"* ]]; do
    [ $SECONDS -lt $end ] || wrong "no '$what' within two minutes of: $*"$'\n'"${said:0:1000}"
    sleep 1
  done
}

gateway="http://localhost:$GATEWAY_PORT"
# An answer that is not 2xx is an error, and is shown.
call() { curl -sS --fail-with-body -m 30 -H @"$work/key" "$@"; }
inside() { "${compose[@]}" exec -T "$@"; }
field() { sed -E "s/.*\"$1\":\"?([^\",}]*).*/\1/"; }
etag() { call -o /dev/null -D - "$gateway/v1/snapshot" | tr -d '\r' | sed -n 's/^[Ee][Tt]ag: //p'; }
counts() { curl -sS -m 10 "http://localhost:$SIMULATOR_PORT/_simulator/state" | sed -E 's/.*"counts":\{([^}]*)\}.*/\1/'; }
healthy() { for g in gateway-1 gateway-2; do wait_for healthy inside "$g" dotnet gateway.dll health; done; wait_for '"healthy"' call "$gateway/health/ready"; }

# One event, repeated with the same id until it is answered: what a sender does with a 502.
event() {
  local answer
  for _ in 1 2 3 4 5; do
    answer=$(curl -sS -m 10 -o "$work/answer" -w '%{http_code}' -H @"$work/key" -H 'Content-Type: application/json' -d "$1" "$gateway/v1/events?source=hris") || true
    case $answer in 200 | 202) echo "$answer"; return ;; 502) sleep 1 ;; *) wrong "$answer: $(cat "$work/answer")" ;; esac
  done
  wrong "five times 502"
}

say "secrets and image"
docker/secrets.sh >/dev/null
printf 'X-Api-Key: %s' "$(cat docker/secrets/api_key)" >"$work/key"
"${compose[@]}" down -v -t 1 >/dev/null 2>&1 || true
"${compose[@]}" build gateway-1 >"$work/build" 2>&1 || { tail -n 50 "$work/build" >&2; exit 1; }

say "up"
"${compose[@]}" "${profile[@]}" up -d >"$work/up" 2>&1 || { cat "$work/up" >&2; exit 1; }
healthy

say "the API's document, an ordinary user, a read-only file system, time zones"
wait_for '"/v1/events"' call "$gateway/openapi/v1.json"
same "$(inside gateway-1 id -u | tr -d '\r')" 1654
if inside gateway-1 touch /app/x 2>/dev/null; then wrong "/app can be written to"; fi
inside gateway-1 dotnet gateway.dll doctor --offline --Gateway:Sync:TimeZone=America/Santiago >"$work/doctor" || wrong "$(cat "$work/doctor")"

say "a company as three files, an event over HTTP twice, one over AMQP"
printf 'id,email,firstName,lastName\nE1,ana@example.test,Ana,Núñez\nE2,bo@example.test,Bo,Ek\n' >"$work/users.csv"
printf 'id,name\nT1,Company\nT2,Sales\n' >"$work/groups.csv"
printf 'groupId,userId,subGroupId,isMember,isManager\nT1,,T2,FALSE,FALSE\nT1,E1,,TRUE,TRUE\nT2,E2,,TRUE,FALSE\n' >"$work/mappings.csv"
call -o /dev/null -X PUT "$gateway/v1/sources/hris/baseline" -F users=@"$work/users.csv" -F groups=@"$work/groups.csv" -F mappings=@"$work/mappings.csv"
hire='{"id":"smoke-1","type":"hire","employeeId":"E3","effectiveAt":"2026-01-01","member":{"email":"cy@example.test","firstName":"Cy","lastName":"Oz"},"teams":[{"teamId":"T2"}]}'
same "$(event "$hire")" 202
same "$(event "$hire")" 200
hire=${hire//smoke-1/smoke-2} hire=${hire//E3/E4} hire=${hire//cy@/di@}
printf '{"routing_key":"gateway.events","payload_encoding":"string","properties":{"headers":{"api-key":"%s"}},"payload":"%s"}' \
  "$(cat docker/secrets/api_key)" "${hire//\"/\\\"}" >"$work/message"
printf 'user = "gateway:%s"' "$(cat docker/secrets/rabbitmq_password)" >"$work/broker"
same "$(curl -sS -m 10 -K "$work/broker" --json @"$work/message" "http://localhost:$RABBITMQ_PORT/api/exchanges/%2F/amq.default/publish")" '{"routed":true}'
wait_for '"E4"' call "$gateway/v1/members/E4"
wait_for '"E3"' call "$gateway/v1/snapshot"
wait_for '"E4"' call "$gateway/v1/snapshot"

say "the first run is held, is approved, and arrives"
run=$(call -X POST -H 'Content-Type: application/json' -d '{"dryRun":false}' "$gateway/v1/syncs" | field id)
wait_for '"state":"held"' call "$gateway/v1/syncs/$run"
hash=$(call "$gateway/v1/syncs/$run" | field contentHash)
call -o /dev/null -X POST -H 'Content-Type: application/json' -d "{\"contentHash\":\"$hash\",\"reason\":\"smoke\",\"firstSync\":true}" "$gateway/v1/syncs/$run/approve"
wait_for '"state":"accepted"' call "$gateway/v1/syncs/$run"
for expected in '"members":4' '"teams":2' '"relations":6' '"syncsApplied":1'; do wait_for "$expected" counts; done
before=$(etag)
same "$before" "\"$hash\""

say "one replica is killed, and the proxy goes on"
"${compose[@]}" kill gateway-1 >/dev/null 2>&1
for i in $(seq 40); do
  call -o /dev/null "$gateway/v1/members/E1" || wrong "reading failed while one replica was away"
  event "{\"id\":\"smoke-k$i\",\"type\":\"update\",\"employeeId\":\"E1\",\"effectiveAt\":\"2026-02-01\",\"member\":{\"jobTitle\":\"Title $i\"}}" >/dev/null
done
"${compose[@]}" start gateway-1 >/dev/null 2>&1
healthy
wait_for '"Title 40"' call "$gateway/v1/members/E1"

say "everything is taken down and comes up again: nothing is lost"
before=$(etag)
"${compose[@]}" "${profile[@]}" down -t 20 >/dev/null 2>&1
"${compose[@]}" "${profile[@]}" up -d >"$work/up" 2>&1 || { cat "$work/up" >&2; exit 1; }
healthy
same "$(etag)" "$before"
same "$(event "{\"id\":\"smoke-k40\",\"type\":\"update\",\"employeeId\":\"E1\",\"effectiveAt\":\"2026-02-01\",\"member\":{\"jobTitle\":\"Title 40\"}}")" 200

if [ ${#profile[@]} -gt 0 ]; then
  say "Prometheus reads both gateways, and every panel of the dashboard has a query it understands"
  prometheus="http://localhost:$PROMETHEUS_PORT/api/v1"
  wait_for '"2"' curl -sS -m 10 -G "$prometheus/query" --data-urlencode 'query=count(up{job="gateway"} == 1)'
  wait_for '"result":[{' curl -sS -m 10 -G "$prometheus/query" --data-urlencode 'query=gateway_events_accepted_total'
  panels=0
  while read -r query; do
    curl -sS --fail-with-body -m 10 -o "$work/answer" -G "$prometheus/query" --data-urlencode "query=$query" || wrong "$query: $(cat "$work/answer")"
    panels=$((panels + 1))
  done < <(sed -n 's/^ *"expr": "\(.*\)",\{0,1\}$/\1/p' docker/grafana/dashboards/gateway.json)
  [ $panels -gt 0 ] || wrong "the dashboard has no query"
  wait_for '"ok"' curl -sS -m 10 "http://localhost:$GRAFANA_PORT/api/health"
  printf 'user = "admin:%s"' "$(cat docker/secrets/grafana_password)" >"$work/grafana"
  wait_for '"uid":"gateway"' curl -sS -m 10 -K "$work/grafana" "http://localhost:$GRAFANA_PORT/api/search?query=Gateway"
fi

done=yes
echo "All of it works."
