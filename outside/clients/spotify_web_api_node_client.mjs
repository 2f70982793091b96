// spotify-web-api-node over superagent. usage: spotify_web_api_node_client.mjs TRACK UNKNOWN
import SpotifyWebApi from "spotify-web-api-node";

const [track, unknown] = process.argv.slice(2);
const spotify = new SpotifyWebApi({
  clientId: process.env.SPOTIFY_CLIENT_ID,
  clientSecret: process.env.SPOTIFY_CLIENT_SECRET,
});

const { body: token } = await spotify.clientCredentialsGrant();
console.log("token:", token.token_type, token.expires_in);
spotify.setAccessToken(token.access_token);
console.log("track:", (await spotify.getTrack(track)).body.name);
try {
  await spotify.getTrack(unknown);
} catch (error) {
  console.log("unknown:", error.name, error.statusCode, error.body.error.message);
}
