"""tekore: typed models over httpx. usage: tekore_client.py TRACK UNKNOWN"""

import os
import sys

import tekore

track, unknown = sys.argv[1:]
token = tekore.Credentials(os.environ["SPOTIFY_CLIENT_ID"], os.environ["SPOTIFY_CLIENT_SECRET"]).request_client_token()
print("token:", token.token_type, round(token.expires_in, -2))

spotify = tekore.Spotify(token)
print("track:", spotify.track(track).name)
print("tracks:", [found.name for found in spotify.tracks([track])])
try:
    spotify.track(unknown)
except tekore.NotFound as error:
    print("unknown:", type(error).__name__, error.response.status_code, error.response.content["error"]["message"])
