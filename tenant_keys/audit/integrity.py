"""What a report rests on: which log objects were read, with the hash of each, and what was wrong with any of them."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field

from tenant_keys.audit.log_sources import Passed
from tenant_keys.audit.reading import ObjectRead


@dataclass(frozen=True, kw_only=True)
class AskedOfAthena:
    """The statement that Athena answered: its id there, and the bytes that it scanned."""

    execution: str
    scanned: int


@dataclass
class Integrity:
    """The objects behind a report. Hashes are SHA-256 of the objects as they lie in the bucket, compressed.

    Where Athena read them, nothing here is known of any object: `asked_of_athena` says so.
    """

    source: str
    objects: list[ObjectRead] = field(default_factory=list)
    passed: Passed = field(default_factory=Passed)
    repeated_events: int = 0
    asked_of_athena: AskedOfAthena | None = None

    @property
    def problems(self) -> list[ObjectRead]:
        """The objects that could not be read, or not wholly."""
        return [each for each in self.objects if each.problem]

    @property
    def repeated_objects(self) -> list[tuple[str, str]]:
        """Keys of objects that have the same content, each with the first of them."""
        by_hash: defaultdict[str, list[str]] = defaultdict(list)
        for each in self.objects:
            by_hash[each.sha256].append(each.key)
        return [(key, keys[0]) for hash_, keys in by_hash.items() if hash_ for key in keys[1:]]

    @property
    def size(self) -> int:
        """Bytes of all objects, compressed."""
        return sum(each.size for each in self.objects)

    def manifest(self) -> str:
        """One line an object, as `sha256sum --check` reads it in a mirror of the bucket."""
        return "".join(f"{each.sha256}  {each.key}\n" for each in sorted(self.objects, key=lambda o: o.key))

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest: one line to note down for all objects."""
        return hashlib.sha256(self.manifest().encode()).hexdigest()
