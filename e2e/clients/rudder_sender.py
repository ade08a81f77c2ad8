"""Sends what `senders.mjs` calls the deeds, through rudder-sdk-python as it is published."""
import json
import sys

import rudderstack.analytics as rudder

key, host, user, packed = sys.argv[1:5]
deeds = json.loads(sys.stdin.read())
failed = []
rudder.write_key = key
rudder.dataPlaneUrl = host
rudder.gzip = packed == "gzip"
rudder.on_error = lambda error, batch: failed.append(str(error))
rudder.identify(user, deeds["traits"])
rudder.page(user, "shop", "Home", {})
rudder.screen(user, "shop", "Start", {})
rudder.group(user, "family-1", {"size": 3})
rudder.alias(f"anon-{user}", user)
for event, properties in deeds["tracks"]:
    rudder.track(user, event, properties)
rudder.flush()
rudder.join()
if failed:
    sys.exit(f"the client was told: {failed}")
