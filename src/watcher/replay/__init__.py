"""A recorded history in the place of the web: each path a source, each commit a check at its date.

The record is a git repository of captures as Open Terms Archive publishes them
(<service>/<document>.html or .pdf, one commit a capture). Everything but the fetching is the real pipeline.
"""

from watcher.replay.alerts import write_alerts, write_claims
from watcher.replay.captures import Capture, CaptureStore
from watcher.replay.play import Replay

__all__ = ["Capture", "CaptureStore", "Replay", "write_alerts", "write_claims"]
