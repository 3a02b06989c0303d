"""What is wrong with a scenario, in words that help."""

import pytest

from mockai.errors import ScenarioError
from mockai.scenario.loading import load_rule, load_text

REPLY = "text or a mapping with keys such as text, json, tool_calls, refusal"
WHEN = "a mapping with keys such as endpoint, model, user, system"
TEXT = "text or a mapping with keys such as contains, equals, starts_with, ends_with"
COUNT = "a number or a mapping with keys such as one_of, at_least, at_most"
LATENCY = "a number or a mapping with keys such as headers, first_token, per_token, tokens_per_second"
TOP = "a mapping with keys such as name, description, include, models"
THEN = "one of repeat_last, fail, cycle, fall_through"


def only(text):
    """The only problem of a rule with this reply (or these other lines), without its file."""
    with pytest.raises(ScenarioError) as caught:
        load_text(f"rules:\n  - {text}\n", "f")
    (problem,) = caught.value.problems
    return f"{problem.where.removeprefix('f:2:')}: {problem.message}", problem.hint


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        # unknown keys
        ("{reply: {text: x, latncy: 1}}", "23: `reply` has no key `latncy`", "Did you mean `latency`?"),
        (
            "{reply: {text: x, latency: {firsttoken: 1}}}",
            "33: `latency` has no key `firsttoken`",
            "Did you mean `first_token`?",
        ),
        (
            "{reply: {text: x, Finish-Reason: stop}}",
            "23: `reply` has no key `Finish-Reason`",
            "Did you mean `finish_reason`?",
        ),
        ("{reply: x, when: {user: {containz: y}}}", "30: `user` has no key `containz`", "Did you mean `contains`?"),
        ("{reply: x, when: {any: [{usr: y}]}}", "30: `any[0]` has no key `usr`", "Did you mean `user`?"),
        (
            "{reply: {text: x, usage: {zzz: 1}}}",
            "31: `usage` has no key `zzz`",
            "Known keys: prompt_tokens, completion_tokens, total_tokens, cached_tokens, cache_write_tokens, "
            "reasoning_tokens, audio_tokens, accepted_prediction_tokens, rejected_prediction_tokens.",
        ),
        (
            "{reply: x, when: {headers: {contains: {zzz: 1}}}}",
            "44: `contains` has no key `zzz`",
            "Known keys: contains, equals, starts_with, ends_with, regex, ignore_case.",
        ),
        # keys in the wrong place
        (
            "{reply: x, latency: 2}",
            "16: `rules[0]` has no key `latency`",
            "`latency` belongs in the reply, beside its content: reply: {text: …, latency: …}",
        ),
        (
            "{reply: x, first_token: 2}",
            "16: `rules[0]` has no key `first_token`",
            "`first_token` belongs in `latency`: latency: {first_token: …}",
        ),
        (
            "{reply: x, user: y}",
            "16: `rules[0]` has no key `user`",
            "`user` belongs in the rule's `when`: when: {user: …}",
        ),
        (
            "{reply: x, when: {regex: y}}",
            "23: `when` has no key `regex`",
            "`regex` belongs under the text it looks at: user: {regex: …}",
        ),
        (
            "{reply: x, when: {at_least: 2}}",
            "23: `when` has no key `at_least`",
            "`at_least` belongs under the number it looks at: turn: {at_least: …}",
        ),
        (
            "{reply: {text: x, then: cycle}}",
            "23: `reply` has no key `then`",
            "`then` belongs in a rule: rules: [{then: …}]",
        ),
        (
            "{reply: {text: x, status: 429}}",
            "23: `reply` has no key `status`",
            "`status` belongs in the reply's `error`: error: {name: …, status: …}",
        ),
        (
            "{reply: {error: {status: 429, retry_after: 1}}}",
            "35: `error` has no key `retry_after`",
            "`retry_after` belongs in the reply, beside its content: reply: {text: …, retry_after: …}",
        ),
        # keys under other names
        ("{response: x, reply: y}", "6: `rules[0]` has no key `response`", "Here it is called `reply`."),
        ("{reply: {content: x, text: y}}", "14: `reply` has no key `content`", "Here it is called `text`."),
        # kinds of values
        ("{reply: 5}", f"13: `reply` must be {REPLY}; seen the number 5", 'Quote it to make it text: "5".'),
        (
            "{reply: {items: [5]}}",
            "22: `items[0]` must be text or a mapping with keys such as text, reasoning, refusal, tool_calls; "
            "seen the number 5",
            'Quote it to make it text: "5".',
        ),
        ("{reply: {text: true}}", "20: `text` must be text; seen true", 'Quote it to make it text: "true".'),
        ("{reply: [a]}", f"13: `reply` must be {REPLY}; seen a list of 1", "Several replies go under `replies:`."),
        ("{replies: x}", '15: `replies` must be a list; seen the text "x"', ""),
        ("{replies: []}", "15: `replies` must be a list of at least 1; seen a list of 0", ""),
        ("{reply: {text: [x]}}", "20: `text` must be text; seen a list of 1", ""),
        ("{reply: x, when: y}", f'22: `when` must be {WHEN}; seen the text "y"', ""),
        ("{reply: x, when: }", f"22: `when` must be {WHEN}; seen nothing", ""),
        ("{reply: x, when: {body: 1}}", "29: `body` must be a mapping; seen the number 1", ""),
        (
            "{reply: x, when: {stream: no}}",
            '31: `stream` must be true or false; seen the text "no"',
            "Write true or false: in YAML 1.2 yes, no, on and off are text.",
        ),
        ("{reply: x, when: {stream: 1}}", "31: `stream` must be true or false; seen the number 1", ""),
        ("{reply: x, when: {turn: [1, x]}}", '33: `turn[1]` must be a whole number; seen the text "x"', ""),
        ("{reply: x, when: {turn: true}}", f"29: `turn` must be {COUNT}; seen true", ""),
        ("{reply: x, when: {headers: {a: [1]}}}", f"36: `a` must be {TEXT}; seen a list of 1", ""),
        ("{reply: x, priority: high}", '26: `priority` must be a whole number; seen the text "high"', ""),
        ("{reply: x, priority: 1.5}", "26: `priority` must be a whole number; seen the number 1.5", ""),
        (
            "{reply: x, then: repeat}",
            f'22: `then` must be {THEN}; seen the text "repeat"',
            "Did you mean `repeat_last`?",
        ),
        ("{reply: x, then: 1}", f"22: `then` must be {THEN}; seen the number 1", ""),
        ("{reply: {auto: false}}", "20: `auto` must be true; seen false", ""),
        (
            "{reply: {text: x, set: {a: [1]}}}",
            "32: `a` must be text, a number, true, false or null; seen a list of 1",
            "",
        ),
        ("{reply: {text: x, headers: {a: {}}}}", "36: `a` must be text; seen an empty mapping", ""),
        ("{reply: {text: x, latency: fast}}", f'32: `latency` must be {LATENCY}; seen the text "fast"', ""),
        ("{reply: {text: x, latency: -1}}", "32: `latency` must be at least 0; seen the number -1", ""),
        ("{reply: {text: x, latency: 100000}}", "32: `latency` must be at most 86400; seen the number 100000", ""),
        ("{reply: {text: x, latency: {jitter: 2}}}", "41: `jitter` must be at most 1; seen the number 2", ""),
        (
            "{reply: {text: x, latency: {total: {lognormal: [0, 1]}}}}",
            "53: `lognormal[0]` must be more than 0; seen the number 0",
            "",
        ),
        (
            "{reply: {text: x, latency: {total: {uniform: [1]}}}}",
            "50: `uniform` must be a list of 2; seen a list of 1",
            "",
        ),
        (
            "{reply: {text: x, latency: {total: {uniform: [1, 2, 3]}}}}",
            "50: `uniform` must be a list of 2; seen a list of 3",
            "",
        ),
        (
            "{reply: {tool_calls: {f: 1}}}",
            "30: `f` must be a mapping, a list, or the text to send; seen the number 1",
            "",
        ),
        (
            "{reply: {error: {status: 429, code: [1]}}}",
            "41: `code` must be text or a whole number; seen a list of 1",
            "",
        ),
        ("{reply: {text: x, faults: {stall: {on: 0}}}}", "44: `on` must be at least 1; seen the number 0", ""),
        (
            "{reply: {text: x, faults: {stall: {probability: 2}}}}",
            "53: `probability` must be at most 1; seen the number 2",
            "",
        ),
        (
            "{reply: {tool_calls: {arguments: [1, 2]}}}",
            "26: `tool_calls` needs the key `name`",
            "",
        ),
        # keys that are missing
        ("{when: {}}", "5: `rules[0]` needs the key `reply`", ""),
        ("{reply: x, when: {tools: {parameters: {}}}}", "30: `tools` needs the key `name`", ""),
        # what the schema says in its own words
        (
            "{reply: x, when: {user: {regex: '('}}}",
            "37: `regex`: not a regular expression: missing ), unterminated subpattern at position 0",
            "",
        ),
        ("{reply: x, replies: [y]}", "5: `rules[0]`: a rule has `reply` or `replies`, not both", ""),
        ('{reply: {text: x, headers: {a: "1\\r\\n2"}}}', "36: `a`: a header value cannot hold a line break", ""),
        ("{reply: {error: rate_limit}}", "21: `error`: no error is called rate_limit; ", None),
        # Python
        (
            "{reply: {python: 'os.system'}}",
            "14: `python` works in Python only, never in a scenario file",
            "A file holds data. Write `mock.when(...).reply(function)`, or `Reply(python=function)`, in a test.",
        ),
    ],
)
def test_a_mistake_says_where_what_was_seen_what_was_expected_and_what_to_do(text, message, hint):
    found, advice = only(text)
    if hint is None:
        assert found.startswith(message)
    else:
        assert (found, advice) == (message, hint)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("- reply: x\n", f"f:1:1: the top level must be {TOP}; seen a list of 1", "Write the list under `rules:`."),
        ("hello\n", f'f:1:1: the top level must be {TOP}; seen the text "hello"', ""),
        (
            "limits: 5\n",
            "f:1:9: `limits` must be text or a mapping with keys such as requests_per_minute, requests_per_day, "
            "tokens_per_minute, tokens_per_day; seen the number 5",
            "Did you mean `tier5`?",
        ),
        (
            "limits: true\n",
            "f:1:9: `limits` must be text or a mapping with keys such as requests_per_minute, requests_per_day, "
            "tokens_per_minute, tokens_per_day; seen true",
            "The words there: free, tier1, tier2, tier3, tier4, tier5.",
        ),
        ("rules: {reply: x}\n", "f:1:8: `rules` must be a list; seen a mapping with the keys reply", ""),
        ("reply: x\n", "f:1:1: the top level has no key `reply`", "`reply` belongs in a rule: rules: [{reply: …}]"),
        (
            "latency: 1\n",
            "f:1:1: the top level has no key `latency`",
            "`latency` belongs in `defaults` at the top of the file: defaults: {latency: …}",
        ),
        (
            "initial: {a: 1}\n",
            "f:1:1: the top level has no key `initial`",
            "`initial` belongs in `state` at the top of the file: state: {initial: …}",
        ),
        ("scenarios: []\n", "f:1:1: the top level has no key `scenarios`", "Here it is called `rules`."),
        (
            "state: {per: 'a['}\n",
            "f:1:8: `state`: per is not a JMESPath expression: "
            'Invalid jmespath expression: Incomplete expression: "a[" ^',
            "",
        ),
        ("defaults: {faults: stal}\n", "f:1:20: `faults`: no fault is called 'stal'; did you mean stall?", None),
    ],
)
def test_a_mistake_at_the_top_is_explained_too(text, message, hint):
    with pytest.raises(ScenarioError) as caught:
        load_text(text, "f")
    (problem,) = caught.value.problems
    found = f"{problem.where}: {problem.message}"
    if hint is None:
        assert found.startswith(message)
    else:
        assert (found, problem.hint) == (message, hint)


def test_a_place_is_one_of_those_of_faults():
    with pytest.raises(ScenarioError) as caught:
        load_rule({"reply": {"text": "x", "faults": {"name": "stall", "place": 5}}})
    assert [str(problem) for problem in caught.value.problems] == [
        "rule at reply.faults.place: `place` must be a mapping with one of before, after_headers, after, after_events, "
        "at, at_end; seen the number 5"
    ]
