"""Athena's part: a statement in its SQL, executed by DuckDB over the objects in moto's buckets.

It knows what the program uses: one SELECT over Glue tables of CloudTrail's log objects with projected partitions.
Whatever else is asked for is refused in plain words.
"""

from sandbox.athena.api import AthenaApi

__all__ = ["AthenaApi"]
