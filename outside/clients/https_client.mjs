// node:https with its global agent. usage: https_client.mjs TRACK UNKNOWN
import https from "node:https";

const [track, unknown] = process.argv.slice(2);
const { CLIENT_ID, CLIENT_SECRET } = process.env;

function ask(url, options, body) {
  return new Promise((resolve, reject) => {
    const request = https.request(url, options, async (answer) => {
      let text = "";
      for await (const piece of answer) text += piece;
      resolve({ status: answer.statusCode, body: JSON.parse(text) });
    });
    request.on("error", reject);
    request.end(body);
  });
}

const { body: token } = await ask(
  "https://accounts.spotify.com/api/token",
  {
    method: "POST",
    auth: `${CLIENT_ID}:${CLIENT_SECRET}`,
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  },
  "grant_type=client_credentials",
);
console.log("token:", token.token_type, token.expires_in);

const headers = { Authorization: `Bearer ${token.access_token}` };
const found = await ask(`https://api.spotify.com/v1/tracks/${track}`, { headers });
console.log("track:", found.body.name);
const missing = await ask(`https://api.spotify.com/v1/tracks/${unknown}`, { headers });
console.log("unknown:", missing.status, missing.body.error.message);
