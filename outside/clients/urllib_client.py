"""urllib of the standard library. usage: urllib_client.py TRACK UNKNOWN [BASE]"""

import base64
import json
import os
import sys
import urllib.error
import urllib.request

track, unknown, *base = sys.argv[1:]
accounts, api = base * 2 or ("https://accounts.spotify.com", "https://api.spotify.com")


def ask(url, authorization, body=None):
    request = urllib.request.Request(url, body, {"Authorization": authorization})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


pair = f"{os.environ['CLIENT_ID']}:{os.environ['CLIENT_SECRET']}"
basic = "Basic " + base64.b64encode(pair.encode()).decode()
token = ask(f"{accounts}/api/token", basic, b"grant_type=client_credentials")
print("token:", token["token_type"], token["expires_in"])

bearer = "Bearer " + token["access_token"]
print("track:", ask(f"{api}/v1/tracks/{track}", bearer)["name"])
try:
    ask(f"{api}/v1/tracks/{unknown}", bearer)
except urllib.error.HTTPError as error:
    print("unknown:", type(error).__name__, error.code, json.load(error)["error"]["message"])
