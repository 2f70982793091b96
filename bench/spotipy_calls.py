"""The child whose CPU is counted, with spotipy: prints calls, seconds, and CPU seconds.

ORIGIN CLIENT_ID CLIENT_SECRET 1 MILLISECONDS (one call after the other), or: parse FILE MILLISECONDS
"""

import json
import resource
import sys
import time

TRACK = "2XU0oxnq2qxCpomAAuJY8K"


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def repeat(once, milliseconds):
    began, spent, calls = time.monotonic(), cpu(), 0
    while time.monotonic() - began < milliseconds / 1000:
        if once()["name"] != "Dance Monkey":
            sys.exit("another document")
        calls += 1
    print(calls, time.monotonic() - began, cpu() - spent)


if sys.argv[1] == "parse":
    with open(sys.argv[2], encoding="utf-8") as file:
        text = file.read()
    repeat(lambda: json.loads(text), int(sys.argv[3]))
else:
    import spotipy
    from spotipy.cache_handler import MemoryCacheHandler
    from spotipy.oauth2 import SpotifyClientCredentials

    origin, client_id, client_secret, _one, milliseconds = sys.argv[1:]
    # Its addresses are compiled in: one is a class attribute, the other an attribute. Kept in memory, the token costs
    # it less than in the file that is its default.
    SpotifyClientCredentials.OAUTH_TOKEN_URL = f"{origin}/api/token"
    auth = SpotifyClientCredentials(client_id, client_secret, cache_handler=MemoryCacheHandler())
    spotify = spotipy.Spotify(auth_manager=auth)
    spotify.prefix = f"{origin}/v1/"
    for _ in range(100):
        spotify.track(TRACK)
    repeat(lambda: spotify.track(TRACK), int(milliseconds))
