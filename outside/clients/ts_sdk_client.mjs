// Spotify's own TypeScript SDK. usage: ts_sdk_client.mjs TRACK UNKNOWN
import { SpotifyApi } from "@spotify/web-api-ts-sdk";

const [track, unknown] = process.argv.slice(2);
const spotify = SpotifyApi.withClientCredentials(process.env.SPOTIFY_CLIENT_ID, process.env.SPOTIFY_CLIENT_SECRET);

const token = await spotify.authenticate();
console.log("token:", token.accessToken.token_type, token.accessToken.expires_in);
console.log("track:", (await spotify.tracks.get(track)).name);
console.log("tracks:", (await spotify.tracks.get([track, unknown])).map((found) => found?.name ?? null));
try {
  await spotify.tracks.get(unknown);
} catch (error) {
  console.log("unknown:", error.message.replaceAll(/\s+/g, " "));
}
