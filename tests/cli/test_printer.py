"""The printer: in order, and nobody waits for whoever reads."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from mockai.cli.printer import Printer


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    yield reading, writing
    for end in (reading, writing):
        with suppress(OSError):
            os.close(end)


def drained(reading):
    parts = []
    while part := os.read(reading, 65_536):
        parts.append(part)
    return b"".join(parts)


def test_lines_come_in_order_whether_texts_or_made(pipe):
    reading, writing = pipe
    printer = Printer(writing)
    for number in range(3):
        printer.say(f"text {number}")
        printer.say(lambda number=number: f"made {number}")
    printer.close(timeout=10)
    os.close(writing)
    assert drained(reading) == b"text 0\nmade 0\ntext 1\nmade 1\ntext 2\nmade 2\n"


def test_a_line_that_cannot_be_made_is_not_the_last_one(pipe):
    reading, writing = pipe
    printer = Printer(writing)
    printer.say(lambda: str(1 / 0))
    printer.say("next")
    printer.close(timeout=10)
    os.close(writing)
    assert drained(reading) == b"(a line could not be made: ZeroDivisionError('division by zero'))\nnext\n"


def test_what_the_encoding_lacks_is_replaced(pipe):
    reading, writing = pipe
    printer = Printer(writing, "ascii")
    printer.say("caf\u00e9 \ud800")
    printer.close(timeout=10)
    os.close(writing)
    assert drained(reading) == b"caf? ?\n"


def test_a_closed_pipe_ends_the_writing_and_nothing_else(pipe):
    reading, writing = pipe
    os.close(reading)
    printer = Printer(writing)
    printer.say("nobody reads this")
    printer.say("nor this")
    printer.close(timeout=10)
    assert not printer._thread.is_alive()
    printer.say("nor this")
    # The descriptor leads to nowhere now, so that whoever else writes to it does not fail.
    assert os.write(writing, b"x") == 1


def test_lines_nobody_reads_are_dropped_and_counted(pipe):
    reading, writing = pipe
    printer = Printer(writing, most_waiting=2)
    printer.say("x" * 1_000_000)
    while printer._lines:
        time.sleep(0.001)
    for number in range(5):
        printer.say(f"line {number}")
    printer.close(timeout=0)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(drained, reading)
        printer._thread.join(10)
        os.close(writing)
        lines = read.result(10).decode().splitlines()
    assert lines[1:] == ["line 0", "line 1", "(3 lines dropped: nobody reads them fast enough)"]


@pytest.mark.parametrize(("lines", "together"), [(100, 0.02), (101, 0.25)])
def test_a_busy_server_writes_less_often(pipe, lines, together):
    reading, writing = pipe
    printer = Printer(writing)
    for number in range(lines):
        printer.say(f"line {number}")
    printer.close(timeout=10)
    os.close(writing)
    assert len(drained(reading).splitlines()) == lines
    assert printer._together == together
