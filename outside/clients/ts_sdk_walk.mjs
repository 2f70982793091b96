// Spotify's own TypeScript SDK walks the catalogue's operations. usage: ts_sdk_walk.mjs PLAN
import { SpotifyApi } from "@spotify/web-api-ts-sdk";

const plan = JSON.parse(process.argv[2]);
const { market, window } = plan;
const spotify = SpotifyApi.withClientCredentials(process.env.SPOTIFY_CLIENT_ID, process.env.SPOTIFY_CLIENT_SECRET);

async function step(check, call) {
  const said = await call().then(
    (returned) => ({ returned }),
    (error) => ({ refused: error.message.replaceAll(/\s+/g, " ") }),
  );
  console.log(JSON.stringify({ check, ...said }));
}

// It has no iterator: pages are asked for by offset until one has no next.
async function items(ask) {
  const found = [];
  for (let page = { next: "first" }; page.next; found.push(...page.items)) {
    page = await ask(window, found.length);
  }
  return found;
}

function foundAlbums(words) {
  return items(async (limit, offset) => (await spotify.search(words, ["album"], market, limit, offset)).albums);
}

const { albums, artists, tracks } = spotify;
await step("get-track", () => tracks.get(plan.track));
await step("get-track, in a market", () => tracks.get(plan.track, market));
await step("get-several-tracks", () => tracks.get(plan.tracks, market));
await step("get-an-album", () => albums.get(plan.album));
await step("get-an-album, unknown", () => albums.get(plan.unknown));
await step("get-multiple-albums", () => albums.get(plan.albums, market));
await step("get-an-albums-tracks", () => items((limit, offset) => albums.tracks(plan.album, market, limit, offset)));
await step("get-an-artist", () => artists.get(plan.artist));
await step("get-multiple-artists", () => artists.get(plan.artists));
await step("get-an-artists-albums", () =>
  items((limit, offset) => artists.albums(plan.artist, undefined, undefined, limit, offset)),
);
await step("get-an-artists-albums, 11 at once", () => artists.albums(plan.artist, undefined, undefined, 11));
await step("get-an-artists-top-tracks", async () => (await artists.topTracks(plan.artist, market)).tracks);
await step("search", () => spotify.search(plan.words, ["track", "album", "artist"], undefined, 10));
await step("search, 11 at once", () => spotify.search(plan.words, ["album"], undefined, 11));
await step("search, all pages", () => foundAlbums(plan.words));
await step("search, by a filter", () => foundAlbums(plan.filter));
