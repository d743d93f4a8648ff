"""JSON pointers (RFC 6901): how an adapter names a field of a reply."""


def at(document: object, pointer: str) -> object:
    """What stands at `pointer`; None if nothing does. The empty pointer is the whole document."""
    found = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict):
            found = found.get(name)
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            return None
    return found


def is_pointer(text: str) -> bool:
    """Whether `text` can be a pointer: empty, or beginning with a slash."""
    return not text or text.startswith("/")
