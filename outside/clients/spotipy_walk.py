"""spotipy walks the catalogue's operations. usage: spotipy_walk.py PLAN [BASE]"""

import json
import sys
import warnings

import spotipy
from spotipy.oauth2 import SpotifyClientCredentials

plan, *base = sys.argv[1:]
plan = json.loads(plan)
market, window = plan["market"], plan["window"]
warnings.simplefilter("ignore")  # It calls operations deprecated that development mode lost.
if base:
    SpotifyClientCredentials.OAUTH_TOKEN_URL = f"{base[0]}/api/token"
spotify = spotipy.Spotify(auth_manager=SpotifyClientCredentials(cache_handler=spotipy.MemoryCacheHandler()))
if base:
    spotify.prefix = f"{base[0]}/v1/"


def step(check, call):
    try:
        said = {"returned": call()}
    except spotipy.SpotifyException as error:
        said = {"refused": f"{type(error).__name__} {error.http_status} {error.msg.split(chr(10) + ' ')[-1]}"}
    print(json.dumps({"check": check, **said}))


def items(page, unwrap=lambda result: result):
    found = []
    while page:
        found += page["items"]
        following = spotify.next(page)
        page = following and unwrap(following)
    return found


def found_albums(words):
    found = spotify.search(words, limit=window, type="album", market=market)
    return items(found["albums"], lambda result: result["albums"])


step("get-track", lambda: spotify.track(plan["track"]))
step("get-track, in a market", lambda: spotify.track(plan["track"], market=market))
step("get-several-tracks", lambda: spotify.tracks(plan["tracks"], market=market)["tracks"])
step("get-an-album", lambda: spotify.album(plan["album"]))
step("get-an-album, unknown", lambda: spotify.album(plan["unknown"]))
step("get-multiple-albums", lambda: spotify.albums(plan["albums"], market=market)["albums"])
step("get-an-albums-tracks", lambda: items(spotify.album_tracks(plan["album"], limit=window, market=market)))
step("get-an-artist", lambda: spotify.artist(plan["artist"]))
step("get-multiple-artists", lambda: spotify.artists(plan["artists"])["artists"])
step("get-an-artists-albums", lambda: items(spotify.artist_albums(plan["artist"], limit=window)))
step("get-an-artists-albums, 11 at once", lambda: spotify.artist_albums(plan["artist"], limit=11))
step("get-an-artists-top-tracks", lambda: spotify.artist_top_tracks(plan["artist"], country=market)["tracks"])
step("search", lambda: spotify.search(plan["words"], limit=10, type="track,album,artist"))
step("search, 11 at once", lambda: spotify.search(plan["words"], limit=11, type="album"))
step("search, all pages", lambda: found_albums(plan["words"]))
step("search, by a filter", lambda: found_albums(plan["filter"]))
