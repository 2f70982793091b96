// The child whose CPU is counted, with Spotify's own TypeScript SDK: prints calls, seconds, and CPU seconds, user and
// system.
//
// ID NAME ORIGIN CLIENT_ID CLIENT_SECRET TASKS MILLISECONDS, or: parse NAME FILE MILLISECONDS
import { readFileSync } from "node:fs";
import { SpotifyApi } from "@spotify/web-api-ts-sdk";

const WARM_UP = 500;
const [what, name, ...rest] = process.argv.slice(2);

async function repeat(once, tasks, length) {
  const [began, usage] = [performance.now(), process.cpuUsage()];
  let calls = 0;
  const work = async () => {
    while (performance.now() - began < length) {
      if ((await once()).name !== name) throw new Error("another document");
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: tasks }, work));
  const spent = process.cpuUsage(usage);
  console.log(calls, (performance.now() - began) / 1000, spent.user / 1e6, spent.system / 1e6);
}

function parse(file, milliseconds) {
  const text = readFileSync(file, "utf8");
  const [began, usage] = [performance.now(), process.cpuUsage()];
  let calls = 0;
  for (; performance.now() - began < milliseconds; calls += 1) {
    if (JSON.parse(text).name !== name) throw new Error("another document");
  }
  const spent = process.cpuUsage(usage);
  console.log(calls, (performance.now() - began) / 1000, spent.user / 1e6, spent.system / 1e6);
}

async function call(origin, clientId, clientSecret, tasks, milliseconds) {
  // Its addresses are compiled in: one is a static member, the other is in the call of `fetch` that asks for a token.
  SpotifyApi.rootUrl = `${origin}/v1/`;
  const plain = globalThis.fetch;
  globalThis.fetch = (url, options) => plain(url === "https://accounts.spotify.com/api/token" ? `${origin}/api/token` : url, options);
  const spotify = SpotifyApi.withClientCredentials(clientId, clientSecret);
  await spotify.authenticate();
  globalThis.fetch = plain;
  const once = () => spotify.tracks.get(what);
  const warm = async () => {
    for (let calls = 0; calls < WARM_UP / tasks; calls += 1) await once();
  };
  await Promise.all(Array.from({ length: tasks }, warm));
  await repeat(once, tasks, milliseconds);
}

if (what === "parse") parse(rest[0], Number(rest[1]));
else await call(rest[0], rest[1], rest[2], Number(rest[3]), Number(rest[4]));
