#!/bin/sh
# curl as on the getting-started page: a token, a track, an unknown track.
# usage: curl.sh TRACK UNKNOWN [BASE]     (CLIENT_ID and CLIENT_SECRET in the environment)
set -eu
accounts=${3:-https://accounts.spotify.com}
api=${3:-https://api.spotify.com}

answer=$(curl -sS --fail -u "$CLIENT_ID:$CLIENT_SECRET" -d grant_type=client_credentials "$accounts/api/token")
token=$(printf '%s' "$answer" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
printf 'token: %s\n' "$answer" | sed 's/"access_token":"[^"]*",//'

track=$(curl -sS --fail --compressed -H "Authorization: Bearer $token" "$api/v1/tracks/$1")
printf 'track: %s\n' "$(printf '%s' "$track" | sed 's/.*"is_local":false,"name":"\([^"]*\)".*/\1/')"

curl -sS -o /dev/null -w 'http: %{http_version}\n' -H "Authorization: Bearer $token" "$api/v1/tracks/$1"

status=0
curl -sS --fail-with-body -o /dev/null -w 'unknown: %{http_code} ' -H "Authorization: Bearer $token" "$api/v1/tracks/$2" 2>/dev/null || status=$?
printf 'exit %s\n' "$status"
