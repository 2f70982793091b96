"""tekore walks the catalogue's operations. usage: tekore_walk.py PLAN"""

import json
import os
import sys
import warnings
from urllib.parse import parse_qs, urlsplit

import tekore

plan = json.loads(sys.argv[1])
market, window = plan["market"], plan["window"]
warnings.simplefilter("ignore")  # It tells of every member that its models lack.
pair = os.environ["SPOTIFY_CLIENT_ID"], os.environ["SPOTIFY_CLIENT_SECRET"]
spotify = tekore.Spotify(tekore.Credentials(*pair).request_client_token())


def plain(value):
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return value.model_dump(mode="json")


def step(check, call):
    try:
        said = {"returned": plain(call())}
    except tekore.HTTPError as error:
        response = error.response
        said = {"refused": f"{type(error).__name__} {response.status_code} {response.content['error']['message']}"}
    except ValueError as error:
        said = {"refused": type(error).__name__}
    print(json.dumps({"check": check, **said}))


def search(kinds, limit):
    # It gives a tuple in the order of the answer; each page says of which type it is.
    pages = spotify.search(plan["words"], kinds, limit=limit)
    return {parse_qs(urlsplit(page.href).query)["type"][0] + "s": page for page in pages}


def items(page):
    return list(spotify.all_items(page))


def found_albums(words):
    (albums,) = spotify.search(words, ("album",), market, limit=window)
    return items(albums)


step("get-track", lambda: spotify.track(plan["track"]))
step("get-track, in a market", lambda: spotify.track(plan["track"], market))
step("get-several-tracks", lambda: spotify.tracks(plan["tracks"], market))
step("get-an-album", lambda: spotify.album(plan["album"]))
step("get-an-album, unknown", lambda: spotify.album(plan["unknown"]))
step("get-multiple-albums", lambda: spotify.albums(plan["albums"], market))
step("get-an-albums-tracks", lambda: items(spotify.album_tracks(plan["album"], market, limit=window)))
step("get-an-artist", lambda: spotify.artist(plan["artist"]))
step("get-multiple-artists", lambda: spotify.artists(plan["artists"]))
step("get-an-artists-albums", lambda: items(spotify.artist_albums(plan["artist"], limit=window)))
step("get-an-artists-albums, 11 at once", lambda: spotify.artist_albums(plan["artist"], limit=11))
step("get-an-artists-top-tracks", lambda: spotify.artist_top_tracks(plan["artist"], market))
step("search", lambda: search(("track", "album", "artist"), 10))
step("search, 11 at once", lambda: search(("album",), 11))
step("search, all pages", lambda: found_albums(plan["words"]))
step("search, by a filter", lambda: found_albums(plan["filter"]))
