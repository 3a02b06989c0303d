"""Webhooks: signed as the SDK verifies, retried, kept for the report, and only sent to this machine."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import openai
import pytest

from mockai import MockOpenAI
from mockai.delivery import Attempt, Delivery
from mockai.endpoints.life_cycles import begun, unfinished
from mockai.endpoints.webhook_events import announce
from mockai.engine import Engine
from mockai.errors import ScenarioError, UsageError
from mockai.ids import Mint
from mockai.journal import Journal
from mockai.scenario.loading import load_data
from mockai.transports.webhooks import Deliveries, signed_headers
from mockai.wire import HTTPRequest

SECRET = "whsec_c2VjcmV0"


class Receiver:
    """A server that keeps what it got and answers with the statuses given, then with 200."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?from=mock"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.stop()


@pytest.fixture
def ended() -> Iterator[Callable[..., Engine]]:
    """End something in a session of an engine, with a request after which webhooks are told."""

    def end(engine: Engine, kind: str = "batch.completed", session: str = "", number: int = 1) -> None:
        announce(engine.store.session(session).resources, Mint(0, number), kind, f"batch_{number}")
        exchange = engine.handle(HTTPRequest("GET", "/v1/models", (), (("x-mockai-session", session),)))
        tuple(exchange.plan)
        exchange.end("complete")

    return end


def engine_with(*webhooks: dict[str, Any]) -> Engine:
    return Engine(load_data({"webhooks": list(webhooks)}, "test"))


def test_a_batch_that_ends_is_told_and_unwrapped(make_mock, receiver):
    mock = make_mock(time_scale=0)
    mock.webhook(receiver.url, SECRET, events=["batch.*"])
    mock.reply("Hi")
    line = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions"}
    line["body"] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
    with mock.client(webhook_secret=SECRET) as client:
        file = client.files.create(file=("in.jsonl", json.dumps(line).encode()), purpose="batch")
        batch = client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
        for _ in range(3):
            client.batches.retrieve(batch.id)
        assert mock.deliveries.wait(1)
        ((path, headers, body),) = receiver.got
        event = client.webhooks.unwrap(body, headers)
    assert (path, event.type, event.data.id) == ("/hook?from=mock", "batch.completed", batch.id)
    assert headers["webhook-id"] == event.id
    (delivery,) = mock.deliveries.kept
    assert delivery.as_json() == {
        "session": "",
        "url": receiver.url,
        "event": json.loads(body),
        "delivered": True,
        "ended": True,
        "attempts": [{"status": 200, "error": None}],
    }


def test_a_failed_attempt_is_made_again_until_one_succeeds(receiver, ended):
    receiver.statuses = [500, 302]
    engine = engine_with({"url": receiver.url, "secret": "plain"})
    deliveries = Deliveries(engine, time_scale=0.001)
    ended(engine)
    assert deliveries.wait(1)
    deliveries.close()
    assert [attempt.status for attempt in deliveries.kept[0].attempts] == [500, 302, 200]
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 1


def test_a_receiver_that_is_not_there_is_given_up(receiver, ended):
    receiver.stop()
    engine = engine_with({"url": receiver.url, "secret": "plain"})
    deliveries = Deliveries(engine, delays=(0.001,))
    ended(engine)
    assert deliveries.wait(1)
    deliveries.close()
    (delivery,) = deliveries.kept
    assert not delivery.delivered
    assert [attempt.status for attempt in delivery.attempts] == [None, None]
    assert delivery.attempts[0].error.startswith("ConnectionRefusedError")


def test_only_events_asked_for_go_to_a_webhook_and_each_once(receiver, ended):
    engine = engine_with({"url": receiver.url, "secret": "s", "events": "batch.failed"})
    deliveries = Deliveries(engine)
    ended(engine, "batch.completed", number=1)
    ended(engine, "batch.failed", number=2)
    ended(engine, "batch.failed", number=3)
    assert deliveries.wait(2)
    deliveries.close()
    assert [json.loads(body)["data"]["id"] for _, _, body in receiver.got] == ["batch_2", "batch_3"]


def test_a_webhook_of_a_session_hears_of_nothing_else(receiver, ended):
    engine = Engine()
    deliveries = Deliveries(engine)
    session = engine.store.session("mine")
    announce(session.resources, Mint(0, "before"), "batch.completed", "too_early")
    deliveries.add(session, engine_with({"url": receiver.url, "secret": "s"}).script.webhooks[0])
    ended(engine, session="other", number=1)
    ended(engine, session="mine", number=2)
    assert deliveries.wait(1)
    assert [json.loads(body)["data"]["id"] for _, _, body in receiver.got] == ["batch_2"]
    deliveries.clear()
    ended(engine, session="mine", number=3)
    deliveries.close()
    assert (len(receiver.got), deliveries.wait(1, timeout=0)) == (1, False)
    assert [len(each.journal.deliveries()) for each in (session, engine.store.session("other"))] == [1, 0]


def test_the_journal_keeps_the_last_thousand_events_that_were_sent():
    journal = Journal()
    for number in range(1005):
        journal.deliver(Delivery("", "", {"id": number}))
    assert [each.event["id"] for each in journal.deliveries()] == list(range(5, 1005))
    journal.clear()
    assert journal.deliveries() == ()


MADE = {
    "batch.completed": lambda client, file: client.batches.create(
        input_file_id=file, endpoint="/v1/chat/completions", completion_window="24h"
    ),
    "response.completed": lambda client, file: client.responses.create(model="gpt-4o", input="Hello", background=True),
    "video.completed": lambda client, file: client.videos.create(prompt="a cat"),
    "fine_tuning.job.failed": lambda client, file: client.fine_tuning.jobs.create(
        model="gpt-4o", training_file=client.files.create(file=("a.jsonl", b"{}"), purpose="fine-tune").id
    ),
    "eval.run.succeeded": lambda client, file: client.evals.runs.create(
        client.evals.create(data_source_config={"type": "logs"}, testing_criteria=[]).id,
        data_source={"type": "jsonl", "source": {"type": "file_content", "content": []}},
    ),
}


@pytest.mark.filterwarnings("ignore:The Sora API:DeprecationWarning")
@pytest.mark.parametrize("kind", MADE)
def test_with_step_seconds_everything_ends_by_itself_and_is_told(make_mock, receiver, kind):
    mock = make_mock({"step_seconds": 0.01}, time_scale=0)
    mock.webhook(receiver.url, SECRET)

    async def answer(request):
        return f"You said {request.last('user').text}."

    mock.reply(answer)
    line = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions"}
    line["body"] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
    with mock.client(webhook_secret=SECRET) as client:
        file = client.files.create(file=("in.jsonl", json.dumps(line).encode()), purpose="batch")
        made = MADE[kind](client, file.id)
        calls = len(mock.calls)
        assert mock.deliveries.wait(1)
        ((_, headers, body),) = receiver.got
        event = client.webhooks.unwrap(body, headers)
        assert (event.type, event.data.id) == (kind, made.id)
        looked = [call.endpoint for call in mock.calls[calls:]]
    assert set(looked) <= {"chat.completions.create"}  # the lines of the batch


def test_a_line_whose_reply_fails_does_not_keep_a_batch_from_its_end(make_mock, receiver):
    def broken(request):
        raise ValueError("no")

    mock = make_mock({"step_seconds": 0.01}, time_scale=0, strict=False)
    mock.webhook(receiver.url, SECRET)
    mock.reply(broken)
    line = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions"}
    line["body"] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
    with mock.client() as client:
        file = client.files.create(file=("in.jsonl", json.dumps(line).encode()), purpose="batch")
        made = MADE["batch.completed"](client, file.id)
        assert mock.deliveries.wait(1)
        assert client.batches.retrieve(made.id).request_counts.failed == 1


def test_what_is_deleted_on_its_way_is_not_looked_at_any_more(receiver):
    engine = Engine(load_data({"step_seconds": 0.001, "webhooks": [{"url": receiver.url, "secret": "s"}]}, "test"))
    deliveries = Deliveries(engine)
    resources = engine.store.session("").resources
    begun(resources, "video_x", "/videos/video_x")
    exchange = engine.handle(HTTPRequest("GET", "/v1/models"))
    tuple(exchange.plan)
    exchange.end("complete")
    while unfinished(resources):
        threading.Event().wait(0.005)
    deliveries.close()
    assert receiver.got == []


def test_closing_ends_the_looking_at_what_is_unfinished(receiver):
    engine = Engine(load_data({"step_seconds": 3600, "webhooks": [{"url": receiver.url, "secret": "s"}]}, "test"))
    deliveries = Deliveries(engine)
    begun(engine.store.session("").resources, "video_x", "/videos/video_x")
    exchange = engine.handle(HTTPRequest("GET", "/v1/models"))
    tuple(exchange.plan)
    exchange.end("complete")
    (looking,) = [each for each in threading.enumerate() if each.name == "mockai-lifetimes"]
    deliveries.close()
    assert not looking.is_alive()


def test_what_is_sent_is_told_to_whoever_made_the_deliveries(receiver, ended):
    heard = []
    engine = engine_with({"url": receiver.url, "secret": "s"})
    deliveries = Deliveries(engine, told=heard.append)
    ended(engine)
    assert deliveries.wait(1)
    deliveries.close()
    assert [each.delivered for each in heard] == [True]


def test_an_endpoint_made_through_the_api_is_told_with_the_secret_it_was_given(make_mock, receiver):
    mock = make_mock({"rules": [{"reply": "Hi"}]}, time_scale=0)
    with mock.client() as client:
        asked = {"name": "far", "url": "https://example.com/x", "event_types": ["response.completed"]}
        client.webhooks.create(**asked)  # which leads off this machine, and is left alone
        made = client.webhooks.create(**{**asked, "name": "near", "url": receiver.url})
        rotated = client.webhooks.rotate_secret(made.id, keep_old_secret_active_for_24_hours=True)
        response = client.responses.create(model="gpt-4o", input="Hello", background=True)
        for _ in range(2):
            client.responses.retrieve(response.id)
        assert mock.deliveries.wait(1)
        ((_, headers, body),) = receiver.got
        for secret in (made.signing_secret, rotated.signing_secret):
            assert client.webhooks.unwrap(body, headers, secret=secret).data.id == response.id
    assert [delivery.url for delivery in mock.deliveries.kept] == [receiver.url]


def test_a_sample_goes_to_the_endpoint_that_is_tested_and_nowhere_else(make_mock, receiver):
    webhooks = [{"url": f"{receiver.url}/file", "secret": "whsec_c2VjcmV0"}]
    mock = make_mock({"rules": [{"reply": "Hi"}], "webhooks": webhooks}, time_scale=0)
    with mock.client() as client:
        first, other = (
            client.webhooks.create(name=name, url=f"{receiver.url}/{name}", event_types=["batch.completed"])
            for name in ("first", "other")
        )
        assert client.webhooks.test(first.id, event_type="response.failed").status_code == 200
        assert mock.deliveries.wait(1)
        ((_, headers, body),) = receiver.got
        told = client.webhooks.unwrap(body, headers, secret=first.signing_secret)
        assert (told.type, told.data.id.split("_")[0]) == ("response.failed", "response")
        with pytest.raises(openai.InvalidWebhookSignatureError):
            client.webhooks.unwrap(body, headers, secret=other.signing_secret)
    assert [delivery.url for delivery in mock.deliveries.kept] == [f"{receiver.url}/first"]
    assert "_only" not in mock.deliveries.kept[0].event


def test_closing_gives_up_what_waits_for_another_attempt(receiver, ended):
    receiver.statuses = [500]
    engine = engine_with({"url": receiver.url, "secret": "s"})
    deliveries = Deliveries(engine, delays=(3600,))
    ended(engine)
    while not receiver.got:  # the first attempt is under way
        threading.Event().wait(0.01)
    deliveries.close()
    deliveries.close()
    assert len(deliveries.kept[0].attempts) == 1
    assert engine.observers == [engine.let_through.add]


def test_a_signature_is_what_the_sdk_expects():
    client = openai.OpenAI(api_key="x", webhook_secret=SECRET)
    body = b'{"id":"evt_1"}'
    for secret in (SECRET, "plain text"):
        headers = signed_headers(secret, "evt_1", 1_700_000_000, body)
        client.webhooks.verify_signature(body, headers, secret=secret, tolerance=10**10)
        with pytest.raises(openai.InvalidWebhookSignatureError):
            client.webhooks.verify_signature(body + b" ", headers, secret=secret, tolerance=10**10)


def test_an_attempt_succeeds_with_any_status_of_200_to_299():
    statuses = {status: Attempt(status=status).succeeded for status in (199, 200, 204, 299, 300, 404)}
    assert statuses == {199: False, 200: True, 204: True, 299: True, 300: False, 404: False}
    assert Delivery("", "", {}, [Attempt(error="x")]).delivered is False


BAD = [
    ({"url": "https://example.com/x", "secret": "s"}, "url leads off this machine, to 'example.com'"),
    ({"url": "ftp://127.0.0.1", "secret": "s"}, "url is http://… or https://…"),
    ({"url": "http://127.0.0.1:x", "secret": "s"}, "url is not a URL"),
    ({"url": "http://[::1", "secret": "s"}, "url is not a URL"),
    ({"url": "http://127.0.0.1/", "secret": "whsec_!"}, "base64 must follow"),
]


@pytest.mark.parametrize(("webhook", "reason"), BAD)
def test_a_webhook_that_cannot_be_used_is_refused_when_it_is_written(webhook, reason):
    with pytest.raises(ScenarioError, match=reason.replace("[", "\\[")):
        engine_with(webhook)
    with pytest.raises(UsageError, match=reason):
        MockOpenAI().webhook(**webhook)


@pytest.mark.parametrize("url", ["http://localhost:1/x", "http://a.localhost/", "http://[::1]:9/", "http://127.1.2.3/"])
def test_a_url_on_this_machine_is_taken(url):
    assert engine_with({"url": url, "secret": "s"}).script.webhooks[0].url == url


def test_another_machine_is_reached_where_that_is_written():
    webhook = {"url": "https://example.com/x", "secret": "s", "remote": True}
    assert engine_with(webhook).script.webhooks[0].remote is True


def test_a_scenario_with_webhooks_is_told_without_more(receiver, ended):
    with MockOpenAI({"webhooks": [{"url": receiver.url, "secret": "s"}]}, mode="patch") as mock:
        ended(mock.engine)
        assert mock.deliveries.wait(1)
        mock.reset()
        assert tuple(mock.deliveries.kept) == ()
    assert len(receiver.got) == 1
