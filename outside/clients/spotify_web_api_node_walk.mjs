// spotify-web-api-node walks the catalogue's operations. usage: spotify_web_api_node_walk.mjs PLAN
import SpotifyWebApi from "spotify-web-api-node";

const plan = JSON.parse(process.argv[2]);
const { market, window } = plan;
const spotify = new SpotifyWebApi({
  clientId: process.env.SPOTIFY_CLIENT_ID,
  clientSecret: process.env.SPOTIFY_CLIENT_SECRET,
});
spotify.setAccessToken((await spotify.clientCredentialsGrant()).body.access_token);

async function step(check, call, of = (body) => body) {
  const said = await call().then(
    (answer) => ({ returned: of(answer.body ?? answer) }),
    (error) => ({ refused: `${error.name} ${error.statusCode} ${error.body?.error?.message}` }),
  );
  console.log(JSON.stringify({ check, ...said }));
}

// It has no iterator: pages are asked for by offset until one has no next.
async function items(ask, of = (body) => body) {
  const found = [];
  for (let page = { next: "first" }; page.next; found.push(...page.items)) {
    page = of((await ask({ limit: window, offset: found.length })).body);
  }
  return found;
}

function foundAlbums(words) {
  return items((page) => spotify.searchAlbums(words, { market, ...page }), albums);
}

const albums = (body) => body.albums;
const tracks = (body) => body.tracks;
await step("get-track", () => spotify.getTrack(plan.track));
await step("get-track, in a market", () => spotify.getTrack(plan.track, { market }));
await step("get-several-tracks", () => spotify.getTracks(plan.tracks, { market }), tracks);
await step("get-an-album", () => spotify.getAlbum(plan.album));
await step("get-an-album, unknown", () => spotify.getAlbum(plan.unknown));
await step("get-multiple-albums", () => spotify.getAlbums(plan.albums, { market }), albums);
await step("get-an-albums-tracks", () => items((page) => spotify.getAlbumTracks(plan.album, { market, ...page })));
await step("get-an-artist", () => spotify.getArtist(plan.artist));
await step("get-multiple-artists", () => spotify.getArtists(plan.artists), (body) => body.artists);
await step("get-an-artists-albums", () => items((page) => spotify.getArtistAlbums(plan.artist, page)));
await step("get-an-artists-albums, 11 at once", () => spotify.getArtistAlbums(plan.artist, { limit: 11 }));
await step("get-an-artists-top-tracks", () => spotify.getArtistTopTracks(plan.artist, market), tracks);
await step("search", () => spotify.search(plan.words, ["track", "album", "artist"], { limit: 10 }));
await step("search, 11 at once", () => spotify.searchAlbums(plan.words, { limit: 11 }));
await step("search, all pages", () => foundAlbums(plan.words));
await step("search, by a filter", () => foundAlbums(plan.filter));
