"""Faker, whose values the seed alone decides."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random

import pytest

from mockai.replies.faking import faker, methods

ELSEWHERE = """
import datetime as of, sys, time, warnings

class Moment(of.datetime):
    def now(tz=None):
        return Moment.fromtimestamp(TODAY, tz or of.UTC).replace(tzinfo=tz)
    def date(self):
        return Day(self.year, self.month, self.day)

class Day(of.date):
    def today():
        return Moment.now().date()

TODAY = Moment.fromisoformat(sys.argv[1]).replace(tzinfo=of.UTC).timestamp()
Moment.max = Moment(9999, 12, 31)
of.datetime, of.date = Moment, Day
time.time, time.localtime = lambda: TODAY, lambda at=TODAY: time.gmtime(at)
warnings.simplefilter("ignore")  # some of Faker's methods are deprecated
"""
ALL = """
from random import Random
from mockai.replies.faking import faker, methods

# The others are long, or do nothing without arguments and libraries.
for name in sorted(methods() - {"binary", "enum", "image", "tar", "xml"}):
    with faker(Random(5)) as fake:
        drawn = [list(made) if hasattr(made, "__next__") else made for made in (getattr(fake, name)() for _ in "123")]
        print(name, str(drawn).replace("__main__.Moment", "datetime.datetime").replace("__main__.Day", "datetime.date"))
"""


def everything(day: str, zone: str, hashes: str) -> dict[str, str]:
    """What every method of Faker says in a process that believes in this day."""
    run = subprocess.run(
        [sys.executable, "-c", ELSEWHERE + ALL, day],
        env={**os.environ, "TZ": zone, "PYTHONHASHSEED": hashes}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(line.split(" ", 1) for line in run.stdout.splitlines())


def test_no_value_depends_on_the_day_the_time_zone_or_the_process():
    one, other = everything("2026-10-02", "UTC", "1"), everything("2031-02-28", "Asia/Tokyo", "2")
    assert len(one) > 250
    assert {name for name in one if one[name] != other.get(name)} == set()


@pytest.mark.parametrize(
    ("ask", "earliest", "latest"),
    [
        (lambda fake: fake.past_date(), date(2025, 12, 2), date(2025, 12, 31)),
        (lambda fake: fake.future_date(), date(2026, 1, 2), date(2026, 1, 31)),
        (lambda fake: fake.date_between("-1d", "today"), date(2025, 12, 31), date(2026, 1, 1)),
        (
            lambda fake: fake.date_between(date(2026, 5, 1), datetime(2026, 5, 2, tzinfo=UTC)),
            date(2026, 5, 1), date(2026, 5, 2),
        ),
        (lambda fake: fake.date_time_between("-1h", "now"), datetime(2025, 12, 31, 23), datetime(2026, 1, 1)),
        (
            lambda fake: fake.future_datetime(tzinfo=timezone(timedelta(hours=9))),
            datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC),
        ),
    ],
)  # fmt: skip
def test_today_is_the_first_day_of_the_seeds_clock(ask, earliest, latest):
    for seed in range(30):
        with faker(Random(seed)) as fake:
            drawn = ask(fake)
        assert earliest <= drawn <= latest
        assert type(drawn) is type(earliest)


@pytest.mark.parametrize("name", ["passport_full", "pyset", "zip", "seed_instance", "random", "_is_seeded"])
def test_what_the_seed_does_not_decide_is_not_there(name):
    assert name not in methods()


def test_the_usual_methods_are_there():
    assert {"name", "city", "date", "uuid4", "random_int"} < methods()


def test_threads_that_share_the_faker_do_not_disturb_each_other():
    def names(seed):
        with faker(Random(seed)) as fake:
            return [fake.name() for _ in range(20)]

    expected = [names(seed) for seed in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(names, range(40))) == expected


def test_draws_go_on_from_one_block_to_the_next():
    one, two = Random(1), Random(1)
    with faker(one) as fake:
        together = [fake.name(), fake.name()]
    apart = []
    for _ in range(2):
        with faker(two) as fake:
            apart.append(fake.name())
    assert apart == together
