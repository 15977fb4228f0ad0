#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# CPU time per request of Signalbox beside nginx as a plain reverse proxy: the same upstream, the same load, one core,
# alternating rounds. A report, not a test: machines are shared and noisy, the ratio within a round is what holds.
set -euo pipefail

usage() {
    cat <<'TXT'
tests/bench/proxy_vs_nginx.sh [--signalbox FILE] [--rounds N] [--seconds N] [--connections N] [--body BYTES]

  --signalbox FILE   default build/release/bin/signalbox
  --rounds N         default 5, each one round of nginx and one of Signalbox
  --seconds N        of load per round and proxy, default 4
  --connections N    default 32
  --body BYTES       size of the prompt, default 200

Needs wrk, nginx and taskset (Debian: wrk nginx-light util-linux). Loopback only. Signalbox runs as users run it: the
token is checked, usage is counted, the ledger is written.
TXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
signalbox=$root/build/release/bin/signalbox
rounds=5
seconds=4
connections=32
body=200
while (($#)); do
    case $1 in
    --signalbox) signalbox=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
    --seconds) seconds=$2 && shift ;;
    --connections) connections=$2 && shift ;;
    --body) body=$2 && shift ;;
    --help | -h) usage && exit ;;
    *) usage >&2 && exit 2 ;;
    esac
    shift
done
PATH=$PATH:/usr/sbin
for tool in wrk nginx taskset; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: apt-get install wrk nginx-light util-linux" >&2 && exit 1; }
done
[[ -x $signalbox ]] || { echo "$signalbox is missing: packaging/run.sh builds it" >&2 && exit 1; }

work=$(mktemp -d)
pids=()
cleanup() {
    ((${#pids[@]})) && kill "${pids[@]}" 2>/dev/null
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# The proxy has one core, load and upstream the other; with a single core they share it, which harms both alike.
proxy_core=0
load_core=$(($(nproc) > 1 ? 1 : 0))

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
upstream_port=$(free_port)
nginx_port=$(free_port)

padding=$(printf 'x%.0s' $(seq 640))
answer='{"id":"chatcmpl-1","object":"chat.completion","created":1760000000,"model":"bench-2026-01-01","choices":[{"index":0,"message":{"role":"assistant","content":"'$padding'","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":21,"completion_tokens":160,"total_tokens":181,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}},"service_tier":"default","system_fingerprint":"fp_0123456789"}'

nginx_config() { # NAME, then the http block's content on stdin
    mkdir -p "$work/$1"
    cat >"$work/$1/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid $work/$1/pid;
error_log $work/$1/error.log crit;
events { worker_connections 1024; }
http {
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path $work/$1/body;
    proxy_temp_path $work/$1/proxy;
    fastcgi_temp_path $work/$1/fastcgi;
    uwsgi_temp_path $work/$1/uwsgi;
    scgi_temp_path $work/$1/scgi;
    client_body_buffer_size 1m;
    client_max_body_size 64m;
$(cat)
}
CONF
}
nginx_config upstream <<CONF
    server {
        listen 127.0.0.1:$upstream_port;
        location / { default_type application/json; return 200 '$answer'; }
    }
CONF
nginx_config proxy <<CONF
    upstream provider { server 127.0.0.1:$upstream_port; keepalive 512; keepalive_requests 1000000000; }
    server {
        listen 127.0.0.1:$nginx_port;
        location / {
            proxy_pass http://provider;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }
    }
CONF
mkdir "$work/profile"
cat >"$work/profile/config.json" <<JSON
{
  "schemaVersion": 1,
  "clients": [{"id": "wrk", "token": {"env": "BENCH_TOKEN"}}],
  "providers": [{"id": "nginx", "preset": "openai-compatible", "baseUrl": "http://127.0.0.1:$upstream_port/v1",
                 "key": {"env": "BENCH_KEY"}, "prices": {"*": {"input": 1, "output": 2}}}],
  "chains": [{"id": "bench", "steps": [{"provider": "nginx", "model": "bench"}]}]
}
JSON
cat >"$work/post.lua" <<LUA
-- Every prompt is another one.
local count = 0
local text = string.rep("word ", math.floor($body / 5))
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer bench-token"
request = function()
    count = count + 1
    return wrk.format(nil, nil, nil, '{"model":"bench","messages":[{"role":"user","content":"' .. count .. " " .. text .. '"}]}')
end
done = function(summary, latency, _)
    local bad = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
    io.write(string.format("RESULT %d %d %d %.0f\n", summary.requests, bad, latency:percentile(50), summary.duration))
end
LUA

start() { # CORE COMMAND...: leaves the pid in `started`
    taskset -c "$1" "${@:2}" &
    started=$!
    pids+=("$started")
}
start "$load_core" nginx -e "$work/upstream/error.log" -p "$work/upstream" -c "$work/upstream/nginx.conf"
start "$proxy_core" nginx -e "$work/proxy/error.log" -p "$work/proxy" -c "$work/proxy/nginx.conf"
nginx_pid=$started
mkfifo "$work/out"
exec {out}<>"$work/out" # open at both ends, so that neither side waits for the other
BENCH_TOKEN=bench-token BENCH_KEY=bench-key \
    start "$proxy_core" "$signalbox" --headless --profile "$work/profile" --port 0 >"$work/out" 2>"$work/log"
signalbox_pid=$started
address=
while [[ -z $address ]] && IFS= read -r -t 20 -u "$out" line; do
    [[ $line == "listening on "* ]] && address=${line#listening on }
done
[[ -n $address ]] || { echo "Signalbox did not start:" >&2 && cat "$work/log" >&2 && exit 1; }
for url in "http://127.0.0.1:$upstream_port" "http://127.0.0.1:$nginx_port"; do
    curl -s -o /dev/null --retry 20 --retry-connrefused --retry-delay 1 "$url/"
done

# CPU ticks of a process and its children: user and system time of all their threads.
ticks() {
    local pid sum=0
    for pid in "$1" $(cat "/proc/$1/task/$1/children"); do
        sum=$((sum + $(sed 's/.*) //' "/proc/$pid/stat" | awk '{print $12 + $13}')))
    done
    echo "$sum"
}
tick_us=$((1000000 / $(getconf CLK_TCK)))

# measure PID URL SECONDS: prints "µs-per-request requests-per-second median-latency-µs"
measure() {
    local before after result requests bad median duration
    before=$(ticks "$1")
    result=$(taskset -c "$load_core" wrk -t1 -c"$connections" -d"$3s" -s "$work/post.lua" "$2/v1/chat/completions")
    after=$(ticks "$1")
    read -r _ requests bad median duration < <(grep '^RESULT' <<<"$result")
    if ((bad > 0 || requests == 0)); then
        echo "$bad of $requests requests to $2 failed" >&2
        return 1
    fi
    awk -v ticks=$((after - before)) -v us="$tick_us" -v n="$requests" -v p50="$median" -v d="$duration" \
        'BEGIN { printf "%.2f %.0f %d\n", ticks * us / n, n * 1000000 / d, p50 }'
}

echo "$connections connections, ${body} B prompt, ${#answer} B answer, proxy on core $proxy_core, load on core $load_core"
measure "$nginx_pid" "http://127.0.0.1:$nginx_port" 1 >/dev/null
measure "$signalbox_pid" "$address" 1 >/dev/null
printf '%5s  %24s  %24s  %s\n' round 'nginx µs  req/s  p50 µs' 'signalbox µs  req/s  p50 µs' ratio
for ((round = 1; round <= rounds; ++round)); do
    if ((round % 2)); then
        plain=$(measure "$nginx_pid" "http://127.0.0.1:$nginx_port" "$seconds")
        ours=$(measure "$signalbox_pid" "$address" "$seconds")
    else
        ours=$(measure "$signalbox_pid" "$address" "$seconds")
        plain=$(measure "$nginx_pid" "http://127.0.0.1:$nginx_port" "$seconds")
    fi
    ratio=$(awk -v a="${ours%% *}" -v b="${plain%% *}" 'BEGIN { printf "%.3f", a / b }')
    echo "$ratio" >>"$work/ratios"
    # shellcheck disable=SC2086 # three numbers each
    printf '%5d  %8s %7s %7s  %8s %7s %7s  %8s\n' "$round" $plain $ours "$ratio"
done
sort -n "$work/ratios" | awk '{ r[NR] = $1 } END {
    median = NR % 2 ? r[(NR + 1) / 2] : (r[NR / 2] + r[NR / 2 + 1]) / 2
    printf "CPU per request, Signalbox to nginx: median %.2f (min %.2f, max %.2f)\n", median, r[1], r[NR] }'
