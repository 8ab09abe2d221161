"""Files of strangers are opened in a child process, under limits of time and memory: both ends of that conversation.

The parent holds a `Child` and asks it; the child's module calls `serve` with the function that answers. Requests go in
as eight bytes of length and a pickle. Frames come back as one letter, four bytes of length and a payload: ``P``
progress (0 … 1 as text), ``R`` the result, ``X`` a refusal. A child of its own, not a fork: the server has threads. It
gets no secrets: an environment of its own.
"""

import os
import pickle
import resource
import selectors
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).parents[1]
Progress = Callable[[float], None]


class Refusal(Exception):
    """The file cannot be taken at all: `message` is a sentence for whoever sent it, with its parameters."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


class TooSlow(Exception):
    """The child did not answer within its seconds."""


class BrokenDown(Exception):
    """The child ended without an answer: out of memory, or a panic of what reads the file."""


# ---------------------------------------------------------------- the parent's side


class Child:
    """A child process that runs `module`, with `memory` bytes above what it has at its start; close it after use.

    After an error it is gone; `ask` then begins another.
    """

    def __init__(self, module: str, memory: int) -> None:
        self.module = module
        self.memory = memory
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def ask(self, request: Any, seconds: float, progress: Progress | None = None) -> Any:
        """The child's answer within `seconds` (its start included); Refusal, TooSlow or BrokenDown."""
        deadline = time.monotonic() + seconds
        body = pickle.dumps((self.memory, int(seconds) + 1, request), protocol=5)
        try:
            return _listen(self._running(), [struct.pack(">Q", len(body)), body], deadline, progress)
        except Refusal:
            raise
        except BaseException:
            self.close()
            raise

    @property
    def is_there(self) -> bool:
        """Does the child live? One that waited may have been killed meanwhile, by whoever needed its memory."""
        return self._process is not None and self._process.poll() is None

    def close(self) -> None:
        """End the child, whatever it is doing."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                _close(pipe)
        process.wait()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - a module of ours
                [sys.executable, "-m", self.module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "RUST_BACKTRACE": "0"},
            )
        return self._process


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return  # the child is gone with part of the request unread


def _listen(child: "subprocess.Popen[bytes]", request: list[bytes], deadline: float, progress: Progress | None) -> Any:
    """Feed the parts of the request and take frames until the result is there."""
    assert child.stdin and child.stdout
    got = bytearray()
    parts = [memoryview(part) for part in request]
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdin, selectors.EVENT_WRITE)
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            ready = selector.select(max(deadline - time.monotonic(), 0))
            if not ready:
                raise TooSlow
            for entry, _events in ready:
                if entry.fileobj is child.stdin:
                    parts[0] = _feed(child, parts[0])
                    if not parts[0]:
                        del parts[0]
                    if not parts:
                        selector.unregister(child.stdin)
                elif not (piece := child.stdout.read1(1 << 20)):  # type: ignore[attr-defined]
                    raise _ended(child)
                else:
                    got += piece
                    for letter, payload in _frames(got):
                        if letter == b"R":
                            return pickle.loads(payload)  # noqa: S301 - from our own child process
                        _heed(letter, payload, progress)


def _feed(child: "subprocess.Popen[bytes]", rest: memoryview) -> memoryview:
    assert child.stdin
    try:
        return rest[os.write(child.stdin.fileno(), rest[: 1 << 16]) :]
    except BrokenPipeError:
        return rest[:0]


def _frames(got: bytearray) -> list[tuple[bytes, bytes]]:
    """Whole frames taken off the front of what has come."""
    found = []
    while len(got) >= 5:
        (length,) = struct.unpack_from(">I", got, 1)
        if len(got) < 5 + length:
            break
        found.append((bytes(got[:1]), bytes(got[5 : 5 + length])))
        del got[: 5 + length]
    return found


def _heed(letter: bytes, payload: bytes, progress: Progress | None) -> None:
    if letter == b"X":
        message, params = pickle.loads(payload)  # noqa: S301 - from our own child process
        raise Refusal(message, **params)
    if progress:
        progress(float(payload))


def _ended(child: "subprocess.Popen[bytes]") -> Exception:
    """Why the child ended without a result: out of time by its own clock, else broken down."""
    return TooSlow() if child.wait() in (-signal.SIGXCPU, -signal.SIGKILL) else BrokenDown()


# ---------------------------------------------------------------- the child's side


def serve(answer: Callable[[Any, Progress], Any]) -> None:
    """Answer requests from standard input, one after another, until it ends. A `Refusal` is an answer too."""
    requests, out = sys.stdin.buffer, sys.stdout.buffer
    limited = False
    while len(head := requests.read(8)) == 8:
        memory, seconds, request = pickle.loads(requests.read(*struct.unpack(">Q", head)))  # noqa: S301 - our parent's
        if not limited:
            _limit_memory(memory)
            limited = True
        _limit_time(seconds)
        try:
            _send(out, b"R", pickle.dumps(answer(request, _teller(out)), protocol=5))
        except Refusal as refusal:
            _send(out, b"X", pickle.dumps((refusal.message, refusal.params), protocol=5))


def _send(out: BinaryIO, letter: bytes, payload: bytes) -> None:
    out.write(letter + struct.pack(">I", len(payload)))
    out.write(payload)
    out.flush()


def _teller(out: BinaryIO) -> Progress:
    return lambda share: _send(out, b"P", f"{share:.3f}".encode())


def _limit_memory(memory: int) -> None:
    """Bound memory, write no file, and leave no core file of a villager's data behind."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if sys.platform == "linux" else 1 << 18
    most = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: int) -> None:
    """Bound the processor's time for this request; what was used for earlier ones does not count."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, hard))
