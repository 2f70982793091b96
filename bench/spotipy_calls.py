"""The child whose CPU is counted, with spotipy: prints calls, seconds, and CPU seconds, user and system.

ID NAME ORIGIN CLIENT_ID CLIENT_SECRET 1 MILLISECONDS (one call after the other), or: parse NAME FILE MILLISECONDS
"""

import json
import resource
import sys
import time


def repeat(once, name, milliseconds):
    usage = resource.getrusage(resource.RUSAGE_SELF)
    began, calls = time.monotonic(), 0
    while time.monotonic() - began < milliseconds / 1000:
        if once()["name"] != name:
            sys.exit("another document")
        calls += 1
    now = resource.getrusage(resource.RUSAGE_SELF)
    print(calls, time.monotonic() - began, now.ru_utime - usage.ru_utime, now.ru_stime - usage.ru_stime)


if sys.argv[1] == "parse":
    name, path, milliseconds = sys.argv[2:]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    repeat(lambda: json.loads(text), name, int(milliseconds))
else:
    import spotipy
    from spotipy.cache_handler import MemoryCacheHandler
    from spotipy.oauth2 import SpotifyClientCredentials

    track, name, origin, client_id, client_secret, _one, milliseconds = sys.argv[1:]
    # Its addresses are compiled in: one is a class attribute, the other an attribute. Kept in memory, the token costs
    # it less than in the file that is its default.
    SpotifyClientCredentials.OAUTH_TOKEN_URL = f"{origin}/api/token"
    auth = SpotifyClientCredentials(client_id, client_secret, cache_handler=MemoryCacheHandler())
    spotify = spotipy.Spotify(auth_manager=auth)
    spotify.prefix = f"{origin}/v1/"
    for _ in range(100):
        spotify.track(track)
    repeat(lambda: spotify.track(track), name, int(milliseconds))
