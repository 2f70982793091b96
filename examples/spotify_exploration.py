"""The first call: an access token by the client-credentials flow, then one track.

CLIENT_ID and CLIENT_SECRET come from the environment. To try it without an account:

    sleeve run -- python3 examples/spotify_exploration.py
"""

import base64
import json
import os
import sys

try:
    import requests
except ImportError:
    sys.exit("the Python package requests is not there: python3 -m pip install requests")

TOKEN_URL = "https://accounts.spotify.com/api/token"
TRACK_URL = "https://api.spotify.com/v1/tracks/2XU0oxnq2qxCpomAAuJY8K"

for name in ("CLIENT_ID", "CLIENT_SECRET"):
    if not os.environ.get(name):
        sys.exit(f"{name} is not set: export it, or start this with: sleeve run -- python3 {sys.argv[0]}")

pair = f"{os.environ['CLIENT_ID']}:{os.environ['CLIENT_SECRET']}"
credentials = base64.b64encode(pair.encode()).decode()

response = requests.post(
    TOKEN_URL,
    headers={"Authorization": f"Basic {credentials}"},
    data={"grant_type": "client_credentials"},
    timeout=10,
).json()
print("Response:", response)

if "access_token" not in response:
    sys.exit(f"no access token: {response.get('error_description', response)}")

track_response = requests.get(
    TRACK_URL,
    headers={"Authorization": f"Bearer {response['access_token']}"},
    timeout=10,
).json()
print("Track Response:", json.dumps(track_response))
