"""What people did: typed entries, appended and never changed.

`log` is what duties look at and loads nothing heavy; `store` and `kinds` are loaded when there is a log.
"""

from attendkit.casework.log import Log

__all__ = ["Log"]
