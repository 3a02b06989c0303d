"""What limits leave of items, and how texts become pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockai.endpoints.parts import Cutter, Limits, Part, with_pieces
from mockai.replies.answer import Annotation, Audio, CustomEvent, Hold, Reasoning, Refusal, Text, ToolCall
from mockai.scenario.schema import Chunking
from mockai.tokens import split


def sent(limits: Limits, *items) -> list[Part]:
    return [*(part for item in items for part in limits.parts(item)), *limits.flush()]


def texts(parts: list[Part]) -> list[str]:
    return [part.text for part in parts if part.text]


def test_without_limits_every_item_is_sent_as_it_is():
    items = [
        Reasoning("Hm, well."),
        Text("Hello world."),
        Refusal("No."),
        ToolCall("weather", '{"city":"Paris"}', "call_1"),
        Audio("audio_1", "AAAA", "Hello there", 0),
        CustomEvent(b"{}"),
        Hold("gate"),
    ]
    limits = Limits()
    assert sent(limits, *items) == [
        Part(items[0], "Hm, well.", ("Hm", ",", " well", ".")),
        Part(items[1], "Hello world.", ("Hello", " world", ".")),
        Part(items[2], "No.", ("No", ".")),
        Part(items[3], '{"city":"Paris"}', ('{"', "city", '":"', "Paris", '"}')),
        Part(items[4], "Hello there", ("Hello", " there")),
        Part(items[5]),
        Part(items[6]),
    ]
    assert (limits.reason, limits.reasoning_tokens) == (None, 4)
    assert limits.tokens == 4 + 3 + 2 + (1 + 7 + 5) + 2


STOPS = [
    (["END"], ["Hello END of it"], ["Hello "], "stop"),
    (["of", "END"], ["Hello END of it"], ["Hello "], "stop"),
    (["END"], ["Hello E", "ND of it"], ["Hello "], "stop"),
    (["END"], ["Hello E", "N", "D of it"], ["Hello "], "stop"),
    (["END"], ["Hello E", "N", "d"], ["Hello ", "ENd"], None),
    (["END"], ["Hello EN"], ["Hello ", "EN"], None),
    (["END"], ["END"], [], "stop"),
    (["\n\n", "\nX"], ["a\n", "b"], ["a", "\nb"], None),
    (["aab"], ["aaab"], ["a"], "stop"),
    ([""], ["Hello"], ["Hello"], None),
    (["END"], ["a END", "after"], ["a "], "stop"),
]


@pytest.mark.parametrize(("stop", "given_texts", "expected", "reason"), STOPS, ids=range(len(STOPS)))
def test_text_ends_before_the_first_stop_sequence_however_it_arrives(stop, given_texts, expected, reason):
    limits = Limits(stop)
    assert texts(sent(limits, *map(Text, given_texts))) == expected
    assert limits.reason == reason


def test_held_text_is_sent_before_what_follows_it_but_events_pass():
    limits, hold, call = Limits(["END"]), Hold("gate"), ToolCall("f", "{}", "call_1")
    parts = sent(limits, Text("Hello E"), hold, call)
    assert [part.item for part in parts] == [Text("Hello "), hold, Text("E"), call]


def test_a_stop_sequence_ends_text_only():
    limits = Limits(["END"])
    refusal, call = Refusal("the END"), ToolCall("f", '{"a":"END"}', "call_1")
    assert texts(sent(limits, refusal, call)) == ["the END", '{"a":"END"}']


LENGTHS = [
    (3, [Text("Hello world.")], ["Hello world."], None, 3),
    (2, [Text("Hello world.")], ["Hello world"], "length", 2),
    (4, [Text("Hello world."), Text(" More text")], ["Hello world.", " More"], "length", 4),
    (3, [Text("Hello world."), Text(" More")], ["Hello world."], "length", 3),
    (3, [Text("Hello world."), Text("")], ["Hello world."], None, 3),
    (3, [Text("Hello world."), Refusal("No")], ["Hello world."], "length", 3),
    (2, [Reasoning("a b c"), Text("never")], ["a b"], "length", 2),
    (2, [Refusal("I can not")], ["I can"], "length", 2),
    (1 + 7 + 2, [ToolCall("f", '{"a":1}', "c")], ['{"a'], "length", 1 + 7 + 2),
    (2, [ToolCall("f", '{"a":1}', "c"), ToolCall("g", "{}", "d")], [], "length", 2),
    (1 + 7, [ToolCall("f", "", "c")], [], None, 1 + 7),
    (1, [Audio("audio_1", "AAAA", "Hello there", 0)], ["Hello there"], None, 1),
]


@pytest.mark.parametrize(("most", "items", "expected", "reason", "tokens"), LENGTHS, ids=range(len(LENGTHS)))
def test_what_goes_past_the_most_tokens_is_cut(most, items, expected, reason, tokens):
    limits = Limits(tokens=most)
    assert texts(sent(limits, *items)) == expected
    assert (limits.reason, limits.tokens) == (reason, tokens)


def test_the_name_of_a_call_is_sent_even_where_its_arguments_are_not():
    first, second = ToolCall("f", '{"a":1}', "c"), ToolCall("g", "{}", "d")
    assert sent(Limits(tokens=2), first, second) == [Part(first)]


@pytest.mark.parametrize(("most", "reason"), [(2, "length"), (1, "length"), (3, "stop")])
def test_the_limit_met_first_is_the_reason(most, reason):
    limits = Limits(["END"], most)
    sent(limits, Text("a b c END"))
    assert limits.reason == ("length" if most < len(split("a b c ")) else reason)


def test_text_held_back_is_not_sent_once_the_limit_is_met():
    limits = Limits(["END"], 1)
    assert texts(sent(limits, Text("Hello world E"))) == ["Hello"]
    assert limits.reason == "length"


def test_annotations_count_from_the_beginning_of_the_message_and_go_with_their_text():
    limits = Limits(["END"])
    sent(
        limits,
        Text("One. ", (Annotation("a", "A", 0, 4),)),
        Text("Two. E", (Annotation("b", "B", 0, 6),)),
        Text("ND", (Annotation("c", "C", 0, 2),)),
    )
    assert limits.annotations == (Annotation("a", "A", 0, 4),)
    whole = Limits(["END"])
    sent(whole, Text("One. E", (Annotation("a", "A", 0, 6),)), Text("Two.", (Annotation("b", "B", 0, 4),)))
    assert whole.annotations == (Annotation("a", "A", 0, 6), Annotation("b", "B", 6, 10))


def test_an_annotation_of_an_empty_text_lies_before_it_as_live_replies_send_it():
    limits = Limits()
    sent(limits, Text("One. "), Text("Two."), Text("", (Annotation("a", "A", -4, -1),)))
    assert limits.annotations == (Annotation("a", "A", 5, 8),)


@pytest.mark.parametrize("pieces", [["aEE"], ["aE", "E"], ["a", "E", "E"]])
def test_of_several_sequences_the_one_that_is_whole_first_stops(pieces):
    assert texts(sent(Limits(["E", "aEE"]), *map(Text, pieces))) == ["a"]
    assert "".join(texts(sent(Limits(["E", "EE"]), Text("aEE")))) == "a"
    assert texts(sent(Limits(["bc", "abc"]), Text("xabc"))) == ["x"]


@given(st.lists(st.text("abE \n", max_size=6)), st.lists(st.text("abE", min_size=1, max_size=3), max_size=3))
def test_where_text_is_divided_makes_no_difference_to_what_is_sent(pieces, stop):
    divided, whole = Limits(stop), Limits(stop)
    assert "".join(texts(sent(divided, *map(Text, pieces)))) == "".join(texts(sent(whole, Text("".join(pieces)))))
    assert divided.reason == whole.reason


# ------------------------------------------------------------------------------------------- pieces

CALL = ToolCall("f", "{}", "call_1")

TARGETS = [
    ((Reasoning("r"), CALL, Refusal("n"), Text("t"), Text("u")), 3, Text("XY")),
    ((Reasoning("r"), CALL, Refusal("n")), 2, Refusal("XY")),
    ((Reasoning("r"), CALL, CALL), 1, ToolCall("f", "XY", "call_1")),
    ((Hold("g"), Reasoning("r")), 1, Reasoning("XY")),
]


@pytest.mark.parametrize(("items", "at", "expected"), TARGETS, ids=range(len(TARGETS)))
def test_explicit_pieces_are_the_text_of_the_item_that_matters_most(items, at, expected):
    assert with_pieces(items, ("X", "Y")) == (*items[:at], expected, *items[at + 1 :])


def test_explicit_pieces_without_an_item_to_cut_change_nothing():
    assert with_pieces((Hold("g"),), ("X",)) == (Hold("g"),)
    assert pieces(Cutter(Chunking(pieces=("X",)), (Hold("g"),)), Text("Hi"), "Hi") == [("Hi", 1)]


def pieces(cutter: Cutter, item, text: str) -> list[tuple[str, int]]:
    return [(piece, len(tokens)) for piece, tokens in cutter.cut(Part(item, text, split(text)))]


def test_texts_are_cut_as_the_chunking_says():
    text = "Hello world,  12345 "
    tokens = [(token, 1) for token in split(text)]
    assert pieces(Cutter(None), Text(text), text) == tokens
    assert pieces(Cutter(Chunking(by="token")), Text(text), text) == tokens
    assert [piece for piece, _ in pieces(Cutter(Chunking(by="word")), Text(text), text)] == [
        "Hello",
        " world,",
        "  12345",
        " ",
    ]
    assert pieces(Cutter(Chunking(size=8)), Text(text), text) == [("Hello wo", 1), ("rld,  12", 4), ("345 ", 3)]
    assert [piece for piece, _ in pieces(Cutter(Chunking(by="character")), Text(text), text)] == list(text)


def test_each_token_is_counted_with_the_piece_it_ends_in():
    assert pieces(Cutter(Chunking(by="character")), Text("Hi you"), "Hi you") == [
        ("H", 0),
        ("i", 1),
        (" ", 0),
        ("y", 0),
        ("o", 0),
        ("u", 1),
    ]


EXPLICIT = [
    (("Hel", "lo"), "Hello", ["Hel", "lo"]),
    (("", "Hel", "", "lo", ""), "Hello", ["", "Hel", "", "lo", ""]),
    (("Hel", "lo"), "Hell", ["Hel", "l"]),
    (("Hel", "lo"), "Hel", ["Hel"]),
    (("Hel", "lo"), "Hello and more", ["Hel", "lo", " and", " more"]),
]


@pytest.mark.parametrize(("written", "text", "expected"), EXPLICIT, ids=range(len(EXPLICIT)))
def test_explicit_pieces_are_sent_as_written_as_far_as_the_text_goes(written, text, expected):
    cutter = Cutter(Chunking(pieces=written), (Text("".join(written)),))
    assert [piece for piece, _ in pieces(cutter, Text(text), text)] == expected


def test_explicit_pieces_go_on_over_several_parts_and_leave_other_items_alone():
    cutter = Cutter(Chunking(pieces=("Hel", "lo you")), (Reasoning("a b"), Text("Hello you")))
    assert pieces(cutter, Reasoning("a b"), "a b") == [("a", 1), (" b", 1)]
    assert pieces(cutter, Text("Hello"), "Hello") == [("Hel", 0), ("lo", 1)]
    assert pieces(cutter, Text(" you"), " you") == [(" you", 1)]
    assert pieces(cutter, Text("and on"), "and on") == [("and", 1), (" on", 1)]


@given(
    st.text(),
    st.one_of(
        st.none(),
        st.sampled_from([Chunking(by="token"), Chunking(by="word"), Chunking(by="character")]),
        st.integers(1, 9).map(lambda size: Chunking(size=size)),
    ),
)
def test_pieces_are_the_text_and_hold_every_token_once(text, chunking):
    found = list(Cutter(chunking).cut(Part(Text(text), text, split(text))))
    assert "".join(piece for piece, _ in found) == text
    assert tuple(token for _, tokens in found for token in tokens) == split(text)
