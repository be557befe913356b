#!/usr/bin/env bash
# Installs what the machine lacks, builds everything and runs every test. The one command for people and for CI.
#   ./test.sh                 all tests
#   ./test.sh Gateway.Tests   one project; further arguments go to its runner (-class "*Intake*")
#   ./test.sh --soak 30m      the long form of the fault suite and nothing else: faults in any order for this long (90s, 30m, 8h),
#                             and a minute without RabbitMQ under 1,000 events/s. GATEWAY_SOAK_SEED plays the same faults again.
set -euo pipefail
cd "$(dirname "$0")"

command -v dotnet >/dev/null || { echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download" >&2; exit 1; }
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
configuration=${CONFIGURATION:-Release}

# Tests run on real servers: given by GATEWAY_TEST_POSTGRES and GATEWAY_TEST_RABBITMQ, by a container engine, or by the programs of this machine.
# The fault suite stops, kills and fills servers of its own, and needs their programs here in any case.
install() {
  local missing=()
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
  command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || { echo "The tests need ${missing[*]}: install them." >&2; return 0; }
  local root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo -n)
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
install

dotnet restore
dotnet build --no-restore -c "$configuration" -v quiet

# The fault suite writes its table there.
GATEWAY_FAULTS_REPORT=$(mktemp)
export GATEWAY_FAULTS_REPORT
trap 'rm -f "$GATEWAY_FAULTS_REPORT"' EXIT

projects=(Gateway.Membership.Tests Gateway.Tests)
if [ "${1:-}" = --soak ]; then
  export GATEWAY_SOAK=${2:?for how long? For example: ./test.sh --soak 30m}
  projects=(Gateway.Tests)
  set -- -explicit only -class "*SoakTests" -showLiveOutput
elif [ $# -gt 0 ]; then
  projects=("$1")
  shift
fi

passed=0 failed=0 broken=0
for project in "${projects[@]}"; do
  echo "== $project"
  # Tests wait for servers and clocks more than they compute: two a core.
  report=$(mktemp)
  dotnet "tests/$project/bin/$configuration/net10.0/$project.dll" -noColor -maxThreads 2x "$@" 2>&1 | tee "$report" || broken=1
  # The runner's last summary line: Total: N, Errors: N, Failed: N, Skipped: N
  line=$(grep -Eo 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+' "$report" | tail -n 1 || true)
  rm -f "$report"
  [ -n "$line" ] || { echo "$project gave no summary" >&2; broken=1; continue; }
  read -r total errors wrong < <(sed -E 's/[^0-9]+/ /g' <<<"$line")
  passed=$((passed + total - wrong)) failed=$((failed + wrong + errors))
done

cat "$GATEWAY_FAULTS_REPORT"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$broken" -eq 0 ] && [ "$passed" -gt 0 ]
