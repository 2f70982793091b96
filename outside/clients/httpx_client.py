"""httpx: the same over HTTP/1.1 or HTTP/2. usage: httpx_client.py 1|2 TRACK UNKNOWN [BASE]"""

import os
import sys

import httpx

version, track, unknown, *base = sys.argv[1:]
accounts, api = base * 2 or ("https://accounts.spotify.com", "https://api.spotify.com")

with httpx.Client(http2=version == "2", timeout=20) as client:
    answer = client.post(
        f"{accounts}/api/token",
        auth=(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]),
        data={"grant_type": "client_credentials"},
    ).raise_for_status()
    token = answer.json()
    print("token:", token["token_type"], token["expires_in"])

    client.headers["Authorization"] = "Bearer " + token["access_token"]
    answer = client.get(f"{api}/v1/tracks/{track}").raise_for_status()
    print("track:", answer.json()["name"])
    print("http:", answer.http_version)

    try:
        client.get(f"{api}/v1/tracks/{unknown}").raise_for_status()
    except httpx.HTTPStatusError as error:
        print("unknown:", type(error).__name__, error.response.status_code, error.response.json()["error"]["message"])
