"""The protocol of rotation over the contracts alone: no AWS, no HTTP, no clock of its own (docs/rotation.md)."""
