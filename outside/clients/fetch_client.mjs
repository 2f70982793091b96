// Node's own fetch. usage: fetch_client.mjs TRACK UNKNOWN [BASE]
const [track, unknown, base] = process.argv.slice(2);
const accounts = base ?? "https://accounts.spotify.com";
const api = base ?? "https://api.spotify.com";
const { CLIENT_ID, CLIENT_SECRET } = process.env;

const token = await fetch(`${accounts}/api/token`, {
  method: "POST",
  headers: { Authorization: "Basic " + Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString("base64") },
  body: new URLSearchParams({ grant_type: "client_credentials" }),
}).then((answer) => answer.json());
console.log("token:", token.token_type, token.expires_in);

const headers = { Authorization: `Bearer ${token.access_token}` };
const found = await fetch(`${api}/v1/tracks/${track}`, { headers });
console.log("track:", (await found.json()).name);

const missing = await fetch(`${api}/v1/tracks/${unknown}`, { headers });
console.log("unknown:", missing.status, (await missing.json()).error.message);
