"""Faults of HTTP's own framing: chunk sizes, lengths, encodings."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from mockai.faults.base import Fault, Place, register
from mockai.faults.placing import is_whole
from mockai.wire import Abort, Body, Head, Step, Wait

__all__ = ["BadChunk", "ContentLengthMismatch", "CorruptGzip"]


@register
@dataclass(frozen=True, slots=True)
class BadChunk(Fault):
    """A chunk without a size."""

    name = "bad_chunk"
    summary = "A chunk begins with words in place of its size, then the connection is closed."
    default_place = Place("after", 1)
    resizes = True

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The line where a size belongs, and a close."""
        yield Abort("close", b"no size\r\n")


_STREAM_LENGTH = 1_000_000


@register
@dataclass(frozen=True, slots=True)
class ContentLengthMismatch(Fault):
    """The length announced is not the length sent."""

    name = "content_length_mismatch"
    summary = (
        "`content-length` announces `by` bytes more than are sent (100 unless told; fewer if negative), then the "
        "connection is closed. A stream announces a megabyte."
    )
    default_place = Place("after_headers")
    halves = False

    by: int = 100

    def __post_init__(self) -> None:
        if self.by == 0:
            raise ValueError("content_length_mismatch: by is a whole number other than 0; seen 0")

    def prepare(self, steps: Iterator[Step]) -> Iterator[Step]:
        """The plan with the wrong length in its head."""
        return (self._announced(step) if isinstance(step, Head) else step for step in steps)

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """As many bytes as were announced, then those too many, and a close."""
        for step in rest:
            if self.by < 0 and is_whole(step):
                length = max(0, len(step.data) + self.by)
                yield step._replace(data=step.data[:length])
                yield Abort("close", step.data[length:])
                return
            yield step
            if isinstance(step, Abort):
                return
        if self.by > 0:
            yield Abort("close")

    def _announced(self, head: Head) -> Head:
        lengths = [int(value) for name, value in head.headers if name == "content-length"]
        if not lengths and self.by < 0:
            return head
        length = max(0, lengths[0] + self.by) if lengths else _STREAM_LENGTH
        return head.without("content-length").plus(("content-length", str(length)))


@register
@dataclass(frozen=True, slots=True)
class CorruptGzip(Fault):
    """Compressed bytes that cannot be expanded."""

    name = "corrupt_gzip"
    summary = "The body is compressed (`content-encoding: gzip`), and cannot be expanded from the place on."
    default_place = Place("after", 1)
    halves = False
    resizes = True

    def prepare(self, steps: Iterator[Step]) -> Iterator[Step]:
        """The whole plan, well compressed, each body so that it can be read without the next."""
        packer = zlib.compressobj(wbits=31)
        for step in steps:
            if isinstance(step, Head):
                yield step.plus(("content-encoding", "gzip"))
            elif isinstance(step, Body):
                data = packer.compress(step.data) + packer.flush(zlib.Z_SYNC_FLUSH)
                yield step._replace(data=data)
            else:
                yield step

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        """The next body spoilt behind gzip's own head; after the last one, more that is none."""
        for step in rest:
            if isinstance(step, Body):
                yield Wait()  # in one write with it, what came before could not be expanded either
                yield step._replace(data=_spoilt(step.data))
                break
            yield step
            if isinstance(step, Abort):
                return
        else:
            yield Body(_spoilt(b"\0"), "part")
        yield from rest


_MAGIC = b"\x1f\x8b"
_HEAD_LENGTH = 10


def _spoilt(data: bytes) -> bytes:
    """No block of deflate begins with a byte of ones."""
    kept = _HEAD_LENGTH if data.startswith(_MAGIC) else 0
    return data[:kept] + b"\xff" * (len(data) - kept)
