# Keeps one throw-away PostgreSQL cluster: makes it, runs it, obeys words on standard input, and takes it away at their end.
# The end comes too when the test process is killed, because its end of the pipe closes with it.
# Arguments: the folder of PostgreSQL's programs, the port, further arguments of the server.
set -eu
bin=$1
port=$2
shift 2
dir=$(mktemp -d "${TMPDIR:-/tmp}/perennial-pg-XXXXXX")
trap 'rm -rf "$dir"' EXIT
# The cluster is new, so there is nothing initdb could lose; the server itself syncs.
"$bin/initdb" -D "$dir/data" -U perennial -A trust -E UTF8 --no-locale --no-sync --data-checksums >"$dir/log" 2>&1 ||
  { cat "$dir/log" >&2; exit 1; }
start() {
  "$bin/postgres" -D "$dir/data" -p "$port" -k "$dir" -c listen_addresses=127.0.0.1 -c shared_buffers=16MB -c max_connections=60 "$@" \
    >>"$dir/log" 2>&1 </dev/null &
  server=$!
}
stop() {
  kill -INT "$server" 2>/dev/null || true
  wait "$server" || true
}
start "$@"
echo "$dir"
while read -r word; do
  case $word in
    stop) stop; echo stopped ;;
    start) start "$@"; echo started ;;
  esac
done
stop
