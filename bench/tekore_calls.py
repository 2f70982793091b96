"""The child whose CPU is counted, with tekore: prints calls, seconds, and CPU seconds, user and system.

ID NAME ORIGIN CLIENT_ID CLIENT_SECRET TASKS MILLISECONDS; several tasks are those of asyncio.
"""

import asyncio
import resource
import sys
import time

import tekore
import tekore._auth.expiring.client
import tekore._client.base

WARM_UP = 200

track, name, origin, client_id, client_secret, tasks, milliseconds = sys.argv[1:]
# Its addresses are compiled in, as names in two of its modules.
tekore._auth.expiring.client.OAUTH_TOKEN_URL = f"{origin}/api/token"
tekore._client.base.prefix = f"{origin}/v1/"
token = tekore.Credentials(client_id, client_secret).request_client_token()
length = int(milliseconds) / 1000


class Meter:
    def __init__(self):
        self.calls, self.began, self.usage = 0, time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)

    def goes_on(self):
        return time.monotonic() - self.began < length

    def count(self, found):
        if found.name != name:
            sys.exit("another document")
        self.calls += 1

    def print(self):
        now, usage = resource.getrusage(resource.RUSAGE_SELF), self.usage
        spent = now.ru_utime - usage.ru_utime, now.ru_stime - usage.ru_stime
        print(self.calls, time.monotonic() - self.began, *spent)


def one_after_the_other():
    spotify = tekore.Spotify(token)
    for _ in range(WARM_UP):
        spotify.track(track)
    meter = Meter()
    while meter.goes_on():
        meter.count(spotify.track(track))
    meter.print()


async def at_once(count):
    spotify = tekore.Spotify(token, asynchronous=True)

    async def warm():
        for _ in range(WARM_UP // count + 1):
            await spotify.track(track)

    async def work():
        while meter.goes_on():
            meter.count(await spotify.track(track))

    await asyncio.gather(*(warm() for _ in range(count)))
    meter = Meter()
    await asyncio.gather(*(work() for _ in range(count)))
    meter.print()
    await spotify.close()


if int(tasks) == 1:
    one_after_the_other()
else:
    asyncio.run(at_once(int(tasks)))
