"""requests: a token, a track, an unknown track. usage: requests_client.py TRACK UNKNOWN [BASE]"""

import os
import sys

import requests

track, unknown, *base = sys.argv[1:]
accounts, api = base * 2 or ("https://accounts.spotify.com", "https://api.spotify.com")

answer = requests.post(
    f"{accounts}/api/token",
    auth=(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]),
    data={"grant_type": "client_credentials"},
    timeout=20,
)
answer.raise_for_status()
token = answer.json()
print("token:", token["token_type"], token["expires_in"])

session = requests.Session()
session.headers["Authorization"] = "Bearer " + token["access_token"]
answer = session.get(f"{api}/v1/tracks/{track}", timeout=20)
answer.raise_for_status()
print("track:", answer.json()["name"])

answer = session.get(f"{api}/v1/tracks/{unknown}", timeout=20)
try:
    answer.raise_for_status()
except requests.HTTPError as error:
    print("unknown:", type(error).__name__, error.response.status_code, error.response.json()["error"]["message"])
