"""Requests let through and refused, with exact numbers, on a clock that stands still."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockai.engine import Engine
from mockai.scenario.loading import load_data

PAGE = "Visit https://platform.openai.com/account/rate-limits to learn more."

REACHED = (
    "Rate limit reached for gpt-any in organization {} on {}: Limit {}, Used {}, Requested {}. Please try again in {}."
)
LARGE = (
    "Request too large for gpt-any in organization org-mockai on tokens per min (TPM): Limit 30000, Requested 30601. "
    "The input or output tokens must be reduced in order to run successfully."
)
MINE = {"headers": {"openai-organization": "org-mine"}}

# limits, requests so far, one more: type and message of its error, retry-after, retry-after-ms
REFUSALS = [
    (
        {"requests_per_minute": 3},
        [{}] * 3,
        {},
        "requests",
        REACHED.format("org-mockai", "requests per min (RPM)", 3, 3, 1, "20s"),
        ("20", "20000"),
    ),
    (
        {"requests_per_day": 200},
        [MINE] * 200,
        MINE,
        "requests",
        REACHED.format("org-mine", "requests per day (RPD)", 200, 200, 1, "7m12s"),
        ("432", "432000"),
    ),
    (
        {"tokens_per_minute": 30_000},
        [{"max_tokens": 29_936}],
        {"max_tokens": 384},
        "tokens",
        REACHED.format("org-mockai", "tokens per min (TPM)", 30_000, 29_937, 385, "644ms"),
        ("1", "644"),
    ),
    (
        {"tokens_per_day": 90_000},
        [{"max_tokens": 89_997}],
        {"max_tokens": 20},
        "tokens",
        REACHED.format("org-mockai", "tokens per day (TPD)", 90_000, 89_998, 21, "18.24s"),
        ("19", "18240"),
    ),
    (
        {"requests_per_minute": 1, "requests_per_day": 1},
        [{}],
        {},
        "requests",
        REACHED.format("org-mockai", "requests per day (RPD)", 1, 1, 1, "24h0m0s"),
        ("86400", "86400000"),
    ),
    ({"tokens_per_minute": 30_000}, [], {"max_tokens": 30_600}, "tokens", LARGE, (None, None)),
]


@pytest.mark.parametrize(
    ("limits", "before", "last", "kind", "message", "waits"), REFUSALS, ids=[" ".join(each[0]) for each in REFUSALS]
)
def test_a_request_too_many_gets_the_apis_own_error_and_the_true_wait(
    limited, limits, before, last, kind, message, waits
):
    api = limited(limits)
    assert [api.ask(model="gpt-any", **each).status for each in before] == [200] * len(before)
    found = api.ask(model="gpt-any", **last)
    assert found.status == 429
    error = {"message": f"{message} {PAGE}", "type": kind, "param": None, "code": "rate_limit_exceeded"}
    assert found.body == {"error": error}
    assert (found.headers.get("retry-after"), found.headers.get("retry-after-ms")) == waits


def test_images_have_a_limit_of_their_own(limited):
    api = limited({"images_per_minute": 5})
    path, asked = "/v1/images/generations", {"model": "gpt-image-1", "prompt": "A cat"}
    first = api.ask(path, **asked, n=4)
    assert first.limits("remaining") == {"requests": "14999", "images": "1"}
    found = api.ask(path, **asked, n=2)
    assert (found.status, found.headers["retry-after-ms"]) == (429, "12000")
    assert "on images per min (IPM): Limit 5, Used 4, Requested 2. Please try again in 12s." in found.message
    large = api.ask(path, **asked, n=6)
    assert "Request too large for gpt-image-1" in large.message
    assert (large.body["error"]["type"], large.limits("limit")["images"]) == ("images", "5")
    assert api.ask().status == 200


def test_who_waits_as_long_as_is_asked_is_let_in_and_who_asks_again_at_once_is_not(limited):
    api = limited({"requests_per_minute": 3})
    for _ in range(3):
        api.ask()
    for _ in range(10):
        assert api.ask().headers["retry-after-ms"] == "20000"
    api.now += 19.9
    assert api.ask().headers["retry-after-ms"] == "100"
    api.now += 0.1
    assert [api.ask().status for _ in range(2)] == [200, 429]
    api.now += 3600
    assert [api.ask().status for _ in range(4)] == [200, 200, 200, 429]


TOLD = [
    ({"requests_per_minute": 500, "tokens_per_minute": 30_000}, {}, ("499", "29999"), ("120ms", "2ms")),
    ({"requests_per_day": 10_000, "requests_per_minute": 500}, {}, ("9999", "39999999"), ("8.64s", "0s")),
    ({"tokens_per_minute": 600, "tokens_per_day": 1000}, {"max_tokens": 99}, ("14999", "500"), ("4ms", "10s")),
    ({"tokens_per_day": 1000}, {"max_tokens": 99}, ("14999", "900"), ("4ms", "2h24m0s")),
    ({"concurrent": 1}, {}, ("14999", "39999999"), ("4ms", "0s")),
]


@pytest.mark.parametrize(("limits", "asked", "remaining", "reset"), TOLD, ids=range(len(TOLD)))
def test_headers_tell_what_is_left_and_when_all_of_it_will_be(limited, limits, asked, remaining, reset):
    found = limited(limits).ask(**asked)
    assert tuple(found.limits("remaining").values()) == remaining
    assert tuple(found.limits("reset").values()) == reset


def test_headers_of_a_refusal_tell_the_same(limited):
    api = limited({"requests_per_minute": 1})
    api.ask()
    found = api.ask()
    assert found.limits("remaining")["requests"] == "0"
    assert found.limits("reset")["requests"] == "1m0s"


def test_credit_does_not_come_back(limited):
    api = limited({"total_requests": 2})
    assert [api.ask().status for _ in range(3)] == [200, 200, 429]
    api.now += 1e6
    found = api.ask()
    assert (found.body["error"]["type"], found.body["error"]["code"]) == ("insufficient_quota", "insufficient_quota")
    assert found.message.startswith("You exceeded your current quota")
    assert not {"retry-after", "retry-after-ms"} & set(found.headers)


def test_credit_may_be_in_tokens(limited):
    api = limited({"total_tokens": 100})
    assert [api.ask(max_tokens=most).status for most in (59, 40, 39)] == [200, 429, 200]


def test_a_refused_request_takes_nothing_and_no_turn_of_a_rule(limited):
    api = limited({"requests_per_minute": 1, "tokens_per_minute": 100}, rules=[{"replies": ["one", "two"]}])
    assert api.ask().body["choices"][0]["message"]["content"] == "one"
    assert api.ask(max_tokens=50).status == 429
    (owner,) = api.engine.script.quotas.shown(api.session, api.now)
    assert owner["limits"]["tokens_per_minute"]["used"] == 1
    api.now += 60
    assert api.ask().body["choices"][0]["message"]["content"] == "two"


KEY = {"authorization": "Bearer sk-another"}
APART = [
    ("key", {"headers": KEY}),
    ("organization", {"headers": {"openai-organization": "org-b"}}),
    ("project", {"headers": {"openai-project": "proj_b"}}),
    ("model", {"model": "gpt-4o-mini"}),
]


@pytest.mark.parametrize(("each", "other"), APART)
def test_each_key_organization_project_and_model_has_limits_of_its_own_if_it_is_to(limited, each, other):
    apart, together = limited({"requests_per_minute": 1}), limited({"requests_per_minute": 1, "per": []})
    alone = limited({"requests_per_minute": 1, "per": each})
    assert [apart.ask().status, apart.ask().status, apart.ask(**other).status] == [200, 429, 200]
    assert [together.ask().status, together.ask(**other).status] == [200, 429]
    assert [alone.ask().status, alone.ask(**other).status] == [200, 200]


KEYS = {
    "sk-one": {"organization": "org-a", "projects": ["proj_a", "proj_c"]},
    "sk-two": {"organization": "org-a", "projects": "proj_a"},
    "sk-three": {"organization": "org-b", "projects": "proj_b"},
    "sk-*": "valid",
}


@pytest.mark.parametrize(
    ("per", "refused"), [("project", "two"), ("organization", "two"), ("key", "one"), ([], "three")]
)
def test_a_key_pays_for_its_project_and_organization_where_none_are_named(limited, per, refused):
    api = limited({"requests_per_minute": 1, "per": per}, keys=KEYS)
    assert api.ask(headers={"authorization": "Bearer sk-one"}).status == 200
    found = api.ask(headers={"authorization": f"Bearer sk-{refused}"})
    assert found.status == 429
    assert f"in organization org-{'b' if refused == 'three' else 'a'} on" in found.message
    others = {"two", "three"} - {refused} if per else set()
    assert {api.ask(headers={"authorization": f"Bearer sk-{other}"}).status for other in others} <= {200}


def test_a_project_that_is_named_goes_before_that_of_the_key(limited):
    api = limited({"requests_per_minute": 1, "per": "project"}, keys=KEYS)
    one = {"authorization": "Bearer sk-one"}
    asked = [one, {**one, "openai-project": "proj_c"}, {**one, "openai-project": "proj_a"}]
    assert [api.ask(headers=headers).status for headers in asked] == [200, 200, 429]
    assert api.ask(headers={"authorization": "Bearer sk-unnamed"}).status == 200


def test_sessions_have_limits_of_their_own(limited):
    api = limited({"requests_per_minute": 1})
    assert [api.ask().status, api.ask().status] == [200, 429]
    assert api.ask("/s/other/v1/chat/completions").status == 200


def test_what_has_nothing_to_do_with_models_is_not_limited(limited):
    api = limited({"requests_per_minute": 1})
    assert [api.ask().status, api.ask().status] == [200, 429]
    found = api.ask("/v1/responses/input_tokens", input="Hi")
    assert (found.status, found.limits("remaining")) == (200, {})


def test_the_lines_of_a_batch_are_not_limited(limited):
    api = limited({"requests_per_minute": 1})
    http = api.begin()[0].entry.http
    steps = list(api.engine._ask(api.session, http)) + list(api.engine._ask(api.session, http))
    assert [step.status for step in steps if hasattr(step, "status")] == [200, 200]


# ------------------------------------------------------------------------------------------ at the same time


def test_so_many_are_answered_at_the_same_time_and_the_next_when_one_has_ended(limited):
    api = limited({"concurrent": 2})
    first, second = api.begin()[0], api.begin(stream=True)[0]
    found = api.ask()
    assert found.status == 429
    assert found.message.startswith(
        "Rate limit reached for gpt-4o in organization org-mockai on concurrent requests: Limit 2, Used 2, "
    )
    assert "retry-after" not in found.headers
    first.end("client_left")
    first.end("complete")  # ends once
    assert api.ask().status == 200
    third = api.begin()[0]
    assert api.ask().status == 429
    second.end("aborted")
    third.end("complete")
    assert [api.ask().status for _ in range(3)] == [200] * 3


def test_what_ends_after_a_reset_is_not_taken_from_those_that_began_since(limited):
    api = limited({"concurrent": 1})
    before = api.begin()[0]
    api.session.reset()
    since = api.begin()[0]
    before.end("complete")
    assert api.ask().status == 429
    since.end("complete")
    assert api.ask().status == 200


def test_threads_that_ask_at_once_get_no_more_than_there_is(limited):
    api = limited({"requests_per_minute": 25})
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.extend(api.ask().status for _ in range(10))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (statuses.count(200), statuses.count(429)) == (25, 55)


@settings(max_examples=50, deadline=None)
@given(
    gaps=st.lists(st.floats(0, 30), max_size=40),
    requests=st.integers(1, 10),
    tokens=st.integers(1, 400),
    most=st.integers(0, 60),
)
def test_never_more_than_the_rate_beyond_one_burst_is_let_through_over_any_window(gaps, requests, tokens, most):
    from tests.limits.conftest import Limited

    api = Limited({"requests_per_minute": requests, "tokens_per_minute": tokens})
    taken: list[float] = []
    for gap in gaps:
        api.now += gap
        if api.ask(max_tokens=most).status == 200:
            taken.append(api.now)
    for at, began in enumerate(taken):
        for number, ended in enumerate(taken[at:], 1):
            minutes = (ended - began) / 60
            assert number <= requests * (1 + minutes) + 0.01
            assert number * (most + 1) <= tokens * (1 + minutes) + 0.01


# ------------------------------------------------------------------------------------------ looked at, and reset


def test_what_was_used_is_shown_with_the_key_masked(limited):
    api = limited({"requests_per_minute": 3, "concurrent": 2, "total_tokens": 50})
    api.ask()
    api.begin(headers={"openai-project": "proj_b"})
    shown = api.engine.script.quotas.shown(api.session, api.now)
    rpm = {"limit": 3, "used": 1, "remaining": 2, "reset": 20.0}
    own = {"key": "Bearer sk-o…four", "model": "gpt-4o"}
    spent = {"limit": 50, "used": 1}
    idle, busy = {"limit": 2, "used": 0}, {"limit": 2, "used": 1}
    assert shown == [
        {"owner": own, "limits": {"requests_per_minute": rpm, "concurrent": idle, "total_tokens": spent}},
        {
            "owner": {**own, "project": "proj_b"},
            "limits": {"requests_per_minute": rpm, "concurrent": busy, "total_tokens": spent},
        },
    ]


def test_a_reset_forgets_what_was_used_and_not_what_is_running(limited):
    api = limited({"requests_per_minute": 2, "total_requests": 2, "concurrent": 1})
    running = api.begin()[0]
    api.engine.script.quotas.reset(api.session)
    assert "concurrent requests" in api.ask().message
    running.end("complete")
    assert [api.ask().status for _ in range(3)] == [200, 200, 429]


def test_without_limits_there_is_nothing_to_show(limited):
    api = limited(None)
    api.ask()
    assert api.engine.script.quotas.shown(api.session, api.now) == []


def test_files_loaded_again_bring_their_limits(limited):
    api = limited({"requests_per_minute": 1})
    assert [api.ask().status, api.ask().status] == [200, 429]
    api.engine.load(load_data({"limits": {"requests_per_minute": 5}, "rules": [{"reply": "Hi"}]}, "again.yaml"))
    assert api.ask().status == 200


def test_of_very_many_owners_the_first_are_forgotten(limited):
    api = limited({"requests_per_minute": 1})
    api.ask()
    for number in range(10_000):
        api.session.claim(lambda state, number=number: state.quotas.setdefault((str(number),), object()))
    assert api.ask(model="gpt-4o-mini").status == 200
    assert api.ask().status == 200


def test_settings_go_before_files():
    from mockai.scenario.schema import LimitsSpec
    from mockai.settings import Settings

    loaded = load_data({"limits": "tier1", "rules": [{"reply": "Hi"}]}, "file")
    assert Engine(loaded).script.quotas.spec == LimitsSpec(tier="tier1")
    assert Engine(loaded, Settings(limits=LimitsSpec(concurrent=1))).script.quotas.spec == LimitsSpec(concurrent=1)
