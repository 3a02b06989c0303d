"""`mockai verdict`: a running server or an exported journal judged, with an exit code for CI."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from xml.etree import ElementTree as Tree

import httpx
import openai
import pytest

from mockai import MockOpenAI

REPLIES = {"rules": [{"replies": [{"error": 400}], "then": "repeat_last"}]}


@pytest.fixture
def misbehaving(shared_server):
    """A mock over a socket whose client has asked for a 400 three times."""
    with MockOpenAI(REPLIES, server=shared_server) as mock:
        with mock.client(max_retries=0) as client:
            for _ in range(3):
                with pytest.raises(openai.BadRequestError):
                    client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
        yield mock


@pytest.fixture
def exported(misbehaving, tmp_path):
    """The journal of that mock, in a file."""
    file = tmp_path / "journal.json"
    file.write_text(httpx.get(f"{misbehaving.url}/_mockai/journal", trust_env=False).text)
    return file


def test_a_running_server_is_judged(mockai, misbehaving):
    for url in (misbehaving.url, misbehaving.base_url):
        result = mockai("verdict", url)
        assert result.exit_code == 1
        assert result.stdout == f"{misbehaving.verdict}\n"
        assert "error: Retried what must not be retried (retried_in_vain)" in result.stdout


def test_an_exported_journal_is_judged_alike(mockai, misbehaving, exported):
    result = mockai("verdict", str(exported))
    assert (result.exit_code, result.stdout) == (1, f"{misbehaving.verdict}\n")
    assert mockai("verdict", "-", input=exported.read_text()).stdout == result.stdout


@pytest.mark.parametrize("where", ["server", "file"])
def test_findings_can_be_left_out(mockai, misbehaving, exported, where):
    source = misbehaving.url if where == "server" else str(exported)
    result = mockai("verdict", source, "--ignore", "retried_in_vain", "--ignore", "no_backoff")
    assert (result.exit_code, result.stdout) == (0, "1 call, 3 attempts: nothing to object to\n")
    wrong = mockai("verdict", source, "--ignore", "retried_in_vian")
    assert wrong.exit_code == 2
    assert "did you mean 'retried_in_vain'?" in wrong.stderr
    assert mockai("verdict", source, "--session", "nobody").exit_code == 0


@pytest.mark.parametrize("where", ["server", "file"])
def test_each_format(mockai, misbehaving, exported, where, tmp_path):
    source = misbehaving.url if where == "server" else str(exported)
    data = json.loads(mockai("verdict", source, "--format", "json").stdout)
    assert "retried_in_vain" in [found["kind"] for found in data["findings"]]
    assert (data["clean"], data["calls"], data["attempts"]) == (False, 1, 3)
    (suite,) = Tree.fromstring(mockai("verdict", source, "--format", "junit").stdout)
    assert "retried_in_vain" in [
        case.get("name").partition(":")[0] for case in suite if case.find("failure") is not None
    ]
    output = tmp_path / "verdict.html"
    result = mockai("verdict", source, "--format", "html", "--output", str(output))
    assert (result.exit_code, result.stdout) == (1, "")
    assert output.read_text().startswith("<!doctype html>")


def test_warnings_fail_only_if_strict(mockai, shared_server):
    with MockOpenAI({"rules": [{"reply": {"error": 503}}]}, server=shared_server) as mock:
        with mock.client(max_retries=0) as client, pytest.raises(openai.InternalServerError):
            client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
        assert [mockai("verdict", mock.url, *more).exit_code for more in ([], ["--strict"])] == [0, 1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not JSON"),
        ("{}", 'is no journal: expected {"entries": [...]}'),
        ('{"entries": [1]}', "not the journal of this version of MockAI"),
        ('{"entries": [{"evidence": {"number": 1}}]}', "not the journal of this version of MockAI"),
    ],
)
def test_what_is_no_journal_is_a_clear_error(mockai, tmp_path, content, message):
    file = tmp_path / "journal.json"
    file.write_text(content)
    result = mockai("verdict", str(file))
    assert result.exit_code == 2
    assert message in result.stderr


def test_what_cannot_be_reached_or_read_is_a_clear_error(mockai, tmp_path, misbehaving):
    result = mockai("verdict", "http://127.0.0.1:1")
    assert (result.exit_code, "is `mockai serve` running?" in result.stderr) == (2, True)
    result = mockai("verdict", str(tmp_path / "nowhere.json"))
    assert (result.exit_code, "cannot be read: No such file" in result.stderr) == (2, True)
    result = mockai("verdict", f"{misbehaving.url}/nothing/here")
    assert (result.exit_code, "does not give a verdict" in result.stderr) == (2, True)
    result = mockai("verdict", misbehaving.url, "--output", str(tmp_path / "no" / "such.html"))
    assert (result.exit_code, "cannot be written" in result.stderr) == (2, True)


def test_what_answers_and_is_not_mockai_gives_no_verdict_but_is_shown_the_token(mockai, monkeypatch):
    monkeypatch.setenv("MOCKAI_TOKEN", "let-me-in")
    tokens = []

    class Other(BaseHTTPRequestHandler):
        def do_GET(self):
            tokens.append(self.headers["x-mockai-token"])
            self.send_response(200 if self.path.startswith("/well") else 500)
            self.end_headers()
            self.wfile.write(b"Hello")

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        said = [mockai("verdict", f"{url}/{path}").stderr for path in ("well", "ill")]
        server.shutdown()
        thread.join()
    assert tokens == ["let-me-in"] * 2
    assert "what answers there is not MockAI" in said[0]
    assert "it answers 500; is that MockAI?" in said[1]
