"""Sends what `senders.mjs` calls the deeds, through segment-analytics-python as it is published."""
import json
import sys

from segment.analytics.client import Client

key, host, user, packed = sys.argv[1:5]
deeds = json.loads(sys.stdin.read())
failed = []
client = Client(key, host=host, gzip=packed == "gzip", on_error=lambda error, batch: failed.append(str(error)), upload_interval=0.1)
client.identify(user_id=user, traits=deeds["traits"])
client.page(user_id=user, name="Home")
client.screen(user_id=user, name="Start")
client.group(user_id=user, group_id="family-1", traits={"size": 3})
client.alias(previous_id=f"anon-{user}", user_id=user)
for event, properties in deeds["tracks"]:
    client.track(user_id=user, event=event, properties=properties)
client.flush()
client.join()
if failed:
    sys.exit(f"the client was told: {failed}")
