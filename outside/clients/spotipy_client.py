"""spotipy with its own variables for the pair. usage: spotipy_client.py TRACK UNKNOWN [BASE]"""

import sys

import spotipy
from spotipy.oauth2 import SpotifyClientCredentials

track, unknown, *base = sys.argv[1:]
if base:
    SpotifyClientCredentials.OAUTH_TOKEN_URL = f"{base[0]}/api/token"

credentials = SpotifyClientCredentials(cache_handler=spotipy.MemoryCacheHandler())
spotify = spotipy.Spotify(auth_manager=credentials)
if base:
    spotify.prefix = f"{base[0]}/v1/"

credentials.get_access_token(as_dict=False)
token = credentials.cache_handler.get_cached_token()
print("token:", token["token_type"], token["expires_in"])
print("track:", spotify.track(track)["name"])
print("tracks:", [found and found["name"] for found in spotify.tracks([track, unknown])["tracks"]])
try:
    spotify.track(unknown)
except spotipy.SpotifyException as error:
    print("unknown:", type(error).__name__, error.http_status, error.msg.split("\n ")[-1])
