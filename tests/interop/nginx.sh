#!/usr/bin/env bash
# nginx (master and two workers) serves TLS 1.2 and 1.3 with an RSA and an EC key that stay in the token,
# and reloads under load without a failed request.
source "$(dirname "${BASH_SOURCE[0]}")/openssl-engine.sh"

nginx_server() { # nginx_server NAME KEY
  cat <<END
  server {
    listen 127.0.0.1:$NGINX_PORT ssl;
    server_name $1;
    ssl_certificate $LAB/$2.pem;
    ssl_certificate_key "engine:pkcs11:$(key_uri "$2")";
    location / { root $LAB/www; }
  }
END
}

# write_nginx_config USER: workers run as USER when nginx is started by root.
write_nginx_config() {
  mkdir -p "$LAB/www" "$LAB/nginx"
  printf '<p>served with a key that cannot leave</p>\n' >"$LAB/www/index.html"
  cat >"$LAB/nginx.conf" <<END
$([[ $EUID != 0 ]] || printf 'user %s;' "$1")
worker_processes 2;
master_process on;
daemon off;
pid $LAB/nginx.pid;
error_log $LAB/nginx-error.log info;
env OPENSSL_CONF;
env KVP11_CONFIG;
env SOFTHSM2_CONF;
ssl_engine pkcs11;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path $LAB/nginx/body;
  proxy_temp_path $LAB/nginx/proxy;
  fastcgi_temp_path $LAB/nginx/fastcgi;
  uwsgi_temp_path $LAB/nginx/uwsgi;
  scgi_temp_path $LAB/nginx/scgi;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_tickets off;
$(nginx_server rsa.test rsa)
$(nginx_server ec.test ec)
}
END
}

worker_pids() { ps -o pid= --ppid "$NGINX_PID" | sort; }
worker_count_is() { [[ $(worker_pids | wc -w) == "$1" ]]; }
is_gone() { [[ $(ps -o stat= -p "$1") != [^Z]* ]]; } # a dead child stays a zombie until it is waited for

nginx_start() {
  NGINX_PORT=$(free_port)
  write_nginx_config "${1:-root}"
  : >"$LAB/nginx-error.log"
  OPENSSL_CONF=$LAB/engine.cnf nginx -p "$LAB" -e "$LAB/nginx-error.log" -c "$LAB/nginx.conf" 3>&- &
  NGINX_PID=$!
  lab_children+=("$NGINX_PID")
  wait_until 60 worker_count_is 2
}

nginx_stop() {
  kill -QUIT "$NGINX_PID"
  wait_until 60 is_gone "$NGINX_PID"
  wait "$NGINX_PID" || fail "nginx to end with status 0, got $?"
}

# fetch KEY VERSION [curl options]: one page over TLS exactly 1.VERSION, the certificate checked.
fetch() {
  curl --silent --show-error --fail --max-time 20 --cacert "$LAB/$1.pem" --tlsv1."$2" --tls-max 1."$2" \
    --resolve "$1.test:$NGINX_PORT:127.0.0.1" "https://$1.test:$NGINX_PORT/" "${@:3}"
}

nginx_serves_pages() { # nginx_serves_pages COUNT: a quarter each of RSA and EC, TLS 1.2 and 1.3
  local round key version
  for ((round = 0; round < $1 / 4; round++)); do
    for key in rsa ec; do
      for version in 2 3; do
        [[ $(fetch $key $version) == *"cannot leave"* ]] || fail "the page over TLS 1.$version with the $key key"
      done
    done
  done
}

# What was negotiated, seen by OpenSSL's own client.
versions_are_as_asked() {
  local key version
  for key in rsa ec; do
    for version in 2 3; do
      prints "Protocol version: TLSv1.$version" openssl s_client -connect "127.0.0.1:$NGINX_PORT" \
        -servername "$key.test" -CAfile "$LAB/$key.pem" -verify_return_error "-tls1_$version" -brief
    done
  done
}

# load_until FILE RESULT: requests without pause until FILE is there (or 3000 are done), one word per request.
load_until() {
  local count=0 key version
  while [[ -d $LAB && ! -e $1 && $count -lt 3000 ]]; do
    key=$([[ $((count % 2)) == 0 ]] && printf rsa || printf ec)
    version=$((2 + count / 2 % 2))
    if fetch "$key" "$version" -o /dev/null; then printf 'ok\n'; else printf 'failed\n'; fi
    count=$((count + 1))
  done >"$2" 2>&1
}

none_of() { # none_of PIDS: no worker of the old generation is left
  [[ -z $(comm -12 <(printf '%s\n' "$1") <(worker_pids)) ]] && worker_count_is 2
}

# has_more_than RESULT COUNT: the load goes on.
has_more_than() { (($(wc -l <"$1") > $2)); }

nginx_reloads_under_load() {
  local old round lines
  rm -f "$LAB/stop"
  : >"$LAB/load1" && : >"$LAB/load2"
  load_until "$LAB/stop" "$LAB/load1" &
  local first=$!
  load_until "$LAB/stop" "$LAB/load2" &
  local second=$!
  for round in 1 2 3; do
    lines=$(wc -l <"$LAB/load1")
    wait_until 90 has_more_than "$LAB/load1" $((lines + 10))
    old=$(worker_pids)
    kill -HUP "$NGINX_PID"
    wait_until 90 none_of "$old"
  done
  lines=$(wc -l <"$LAB/load2")
  wait_until 90 has_more_than "$LAB/load2" $((lines + 10))
  : >"$LAB/stop"
  wait "$first" "$second"
  cat "$LAB/load1" "$LAB/load2" | sort | uniq -c
  ! grep -qv '^ok$' "$LAB/load1" "$LAB/load2" || fail "no failed request during three reloads"
  LOAD_REQUESTS=$(cat "$LAB/load1" "$LAB/load2" | wc -l)
  printf '%s requests during three reloads, none failed\n' "$LOAD_REQUESTS"
}

nginx_log_is_clean() {
  grep -vE '\[(info|notice)\]' "$LAB/nginx-error.log" | tail -20 || true
  ! grep -E '\[(emerg|alert|crit)\]|exited on signal|worker process [0-9]+ exited with (fatal|code [1-9])' "$LAB/nginx-error.log" ||
    fail "no emergency in nginx's error log"
}

serve_with_nginx() {
  step "nginx starts: a master and two workers, TLS 1.2 and 1.3, RSA and EC" nginx_start "${1:-root}"
  step "curl fetches 100 pages over both keys and both versions" nginx_serves_pages 100
  step "OpenSSL's client sees the versions asked for" versions_are_as_asked
  step "three reloads under load lose no request" nginx_reloads_under_load
  step "nginx stops" nginx_stop
  step "its error log holds no emergency" nginx_log_is_clean
}

# nginx takes certificates from files only, so the chain that the token shows is written into one.
chain_of_the_token_is_served() {
  make_chain rsa /CN=rsa.test 'subjectAltName=DNS:rsa.test\n'
  cp "$LAB/rsa.pem" "$LAB/rsa-alone.pem"
  name_chain_in_config rsa
  local label
  for label in rsa 'rsa chain 1' 'rsa chain 2'; do
    p11_anybody --read-object --type cert --label "$label" --output-file "$LAB/one.der"
    openssl x509 -inform DER -in "$LAB/one.der"
  done >"$LAB/rsa.pem"
  [[ $(grep -c BEGIN "$LAB/rsa.pem") == 3 ]] || fail "the token to show a chain of three"
  nginx_start root
  local seen
  seen=$(openssl s_client -connect "127.0.0.1:$NGINX_PORT" -servername rsa.test -CAfile "$LAB/chain/root.pem" \
    -verify_return_error -showcerts)
  printf '%s\n' "$seen"
  [[ $(grep -c 'BEGIN CERTIFICATE' <<<"$seen") == 3 ]] || fail "OpenSSL's client to be shown three certificates"
  nginx_stop
  mv "$LAB/rsa-alone.pem" "$LAB/rsa.pem"
}

# Workers of their own user reach the partition through its group.
group_of_workers() {
  [[ $EUID == 0 ]] || return 0
  id www-data >/dev/null 2>&1 || return 0
  chmod 755 "$LAB"
  : >"$LAB/kvp11.log" && chmod 666 "$LAB/kvp11.log"
  WORKERS=www-data
  is_remote || GROUP_LINE='group = "www-data"'
}

main() {
  need nginx nginx
  need curl curl
  need pkcs11-tool opensc
  need_engine
  lab_begin
  GROUP_LINE=
  WORKERS=root
  ! is_kvp11 || group_of_workers
  make_token "$GROUP_LINE"
  make_keys
  step "OpenSSL makes a self-signed certificate for each key through the engine" make_certificates
  serve_with_nginx root
  if [[ $WORKERS == www-data ]]; then
    say "  now with workers that run as www-data"
    serve_with_nginx www-data
  fi
  if is_kvp11; then
    step "the chain of three that the token shows is what OpenSSL's client is shown" chain_of_the_token_is_served
  fi
  lab_end_well
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || main "$@"
