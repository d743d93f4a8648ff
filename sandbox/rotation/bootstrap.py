"""Runs a function's handler, as Lambda's runtime does: started by the sandbox, by path, in a process of its own.

`python -I -S bootstrap.py SITE RUNTIME ANSWERS`: SITE is where time-machine lies, RUNTIME holds the packages that
Lambda's runtime has, ANSWERS is the descriptor that answers go to. Invocations come on standard input, one JSON line
each. What the handler prints goes where the sandbox sent standard output. Ends when standard input does, or with the
process that started it.
"""

import importlib
import json
import os
import sys
import threading
import time
import traceback
from types import ModuleType, SimpleNamespace
from typing import Any

PARENT_CHECK_SECONDS = 0.5


def main(site: str, runtime: str, answers: int) -> None:
    """Serve invocations until there are no more."""
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    invocations = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    clock = _load_clock(site)
    sys.path[:] = [os.environ["LAMBDA_TASK_ROOT"], runtime, *(path for path in sys.path if "site-packages" not in path)]
    handler: Any = None
    with os.fdopen(answers, "w", encoding="utf-8") as channel:
        for line in invocations:
            invocation = json.loads(line)
            clock = _set(clock, invocation["now"])
            if handler is None:
                handler, failure = _load_handler(os.environ["_HANDLER"])
                _say(channel, {"ready": failure is None, "error": failure})
                if failure is not None:
                    return
            _say(channel, _run(handler, invocation))


def _load_clock(site: str) -> Any:  # noqa: ANN401 - time-machine has no types before it is found
    sys.path.insert(0, site)
    return importlib.import_module("time_machine")


def _set(clock: Any, now: float) -> Any:  # noqa: ANN401 - the module at first, then what its `start` returned
    """Set this process's clock to the sandbox's."""
    if isinstance(clock, ModuleType):
        return clock.travel(now, tick=True).start()
    clock.move_to(now, tick=True)
    return clock


def _load_handler(name: str) -> tuple[Any, dict[str, str] | None]:
    module, _, attribute = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module.replace("/", ".")), attribute), None
    except Exception as problem:  # noqa: BLE001 - whatever a module does on import is the function's failure
        return None, _failure(problem, "Runtime.ImportModuleError")


def _run(handler: Any, invocation: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - a function's handler
    deadline = time.monotonic() + invocation["seconds"]
    context = SimpleNamespace(
        **invocation["context"],
        client_context=None,
        identity=None,
        get_remaining_time_in_millis=lambda: max(0, int((deadline - time.monotonic()) * 1000)),
    )
    try:
        return {"ok": True, "payload": json.dumps(handler(invocation["event"], context))}
    except Exception as problem:  # noqa: BLE001 - a handler may raise anything
        return {"ok": False, "payload": json.dumps(_failure(problem, type(problem).__name__))}


def _failure(problem: Exception, kind: str) -> dict[str, str]:
    """Return an error as Lambda answers it, and print it as Lambda does: what a handler raises is in its log."""
    print(f"[ERROR] {kind}: {problem}\n{traceback.format_exc()}", flush=True)  # noqa: T201 - standard output is the log
    return {"errorType": kind, "errorMessage": str(problem)}


def _say(channel: Any, answer: dict[str, Any]) -> None:  # noqa: ANN401 - a text stream
    sys.stdout.flush()
    sys.stderr.flush()
    channel.write(json.dumps(answer) + "\n")
    channel.flush()


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        threading.Event().wait(PARENT_CHECK_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
