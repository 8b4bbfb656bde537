#!/usr/bin/env bash
# Runs a command with a PostgreSQL server of its own, whose address is in SPPGPU_TEST_QUEUE: with-postgres.sh COMMAND...
# Exit code 77 where the machine has no PostgreSQL.
set -euo pipefail
bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1) || { echo 'no PostgreSQL here' >&2; exit 77; }
folder=$(mktemp -d)
# The server refuses to run as root.
as() { if [[ $(id -u) == 0 ]]; then su postgres -s /bin/bash -c "$(printf '%q ' "$@")"; else "$@"; fi; }
[[ $(id -u) != 0 ]] || chown postgres "$folder"
trap 'as "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
port=$((20000 + RANDOM % 10000))
printf 'horse battery' | tr ' ' '-' >"$folder/password" && chmod 644 "$folder/password"
as "$bin/initdb" -D "$folder/data" -U sppgpu --pwfile="$folder/password" -A scram-sha-256 --no-sync >/dev/null
as "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/data/log" -o "-p $port -k $folder/data -c fsync=off -c listen_addresses=127.0.0.1" start >/dev/null
SPPGPU_TEST_QUEUE=postgres://sppgpu:horse-battery@127.0.0.1:$port/postgres "$@"
