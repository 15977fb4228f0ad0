#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the certificates of the tests anew: a root of our own and servers under it. They and their key protect nothing.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
openssl ecparam -name prime256v1 -genkey -noout -out server.key
openssl ecparam -name prime256v1 -genkey -noout -out "$work/root.key"
openssl req -x509 -new -key "$work/root.key" -subj "/CN=Signalbox test root" -days 36500 -out root.pem \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"

# sign NAME SUBJECT-ALT-NAMES START END
sign() {
    : > "$work/index.txt"
    cat > "$work/ca.cnf" <<END
[ca]
default_ca = test
[test]
database = $work/index.txt
new_certs_dir = $work
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = server
unique_subject = no
[any]
commonName = supplied
[server]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = $2
END
    openssl req -new -key server.key -subj "/CN=Signalbox test $1" -out "$work/$1.csr"
    openssl ca -batch -notext -config "$work/ca.cnf" -cert root.pem -keyfile "$work/root.key" \
        -in "$work/$1.csr" -out "$1.pem" -startdate "$3" -enddate "$4" 2> /dev/null
}
local="DNS:localhost,IP:127.0.0.1,IP:::1"
sign good "$local" 20250101000000Z 21250101000000Z
sign expired "$local" 20200101000000Z 20210101000000Z
sign future "$local" 21000101000000Z 21010101000000Z
sign elsewhere "DNS:elsewhere.test" 20250101000000Z 21250101000000Z
openssl req -x509 -new -key server.key -subj "/CN=Signalbox test self-signed" -days 36500 -out selfsigned.pem \
    -addext "subjectAltName=$local"
