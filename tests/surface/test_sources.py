"""The requests that the methods of a resource class send, read from its source."""

import importlib.util
import sys

import pytest

from mockai.surface.sources import Sent, methods_of

SOURCE = """
class Base:
    def inherited(self):
        return self._get("/base", cast_to=Thing)

    def replaced(self):
        return self._get("/old", cast_to=Thing)


class Things(Base):
    @overload
    def create(self, *, name):
        ...

    def create(self, *, name):
        return self._post(
            "/things",
            body=maybe_transform({"name": name}),
            options=make_request_options(security={"bearer_auth": True}),
            cast_to=Thing,
        )

    def replaced(self):
        return self._patch("/new", body={}, cast_to=Thing)

    def retrieve(self, thing_id):
        extra_headers = {"OpenAI-Beta": "things=v1", "Accept": "image/png", "Key": key, **(extra_headers or {})}
        return self._get(path_template("/things/{thing_id}", thing_id=thing_id), cast_to=Thing)

    def older(self, thing_id):
        return self._put(f"/things/{thing_id}/older", cast_to=Thing)

    def list(self, *, limit):
        return self._get_api_list(
            "/things",
            page=SyncPage[Thing],
            options=make_request_options(query=maybe_transform({"limit": limit}, ThingListParams)),
            model=Thing,
        )

    def search(self):
        return self._get_api_list("/things/search?deep=true", page=SyncPage[Thing], body={}, method="post")

    def upload(self, file):
        return self._post("/things/upload", body=body, files=files, cast_to=Thing)

    def call(self, sdp):
        return self._post("/things/call", content=sdp, cast_to=Thing)

    def delete(self, thing_id):
        return self._delete(path_template("/things/{thing_id}", thing_id=thing_id), cast_to=NoneType)

    def create_and_poll(self):
        return self.poll(self.create().id)

    def _hidden(self):
        return self._get("/hidden", cast_to=Thing)
"""

EXPECTED = {
    "inherited": Sent("GET", "/base"),
    "replaced": Sent("PATCH", "/new", sends="json"),
    "create": Sent("POST", "/things", sends="json", security=("bearer_auth",)),
    "retrieve": Sent("GET", "/things/{thing_id}", headers={"openai-beta": "things=v1", "accept": "image/png"}),
    "older": Sent("PUT", "/things/{thing_id}/older"),
    "list": Sent("GET", "/things", asked=("limit",), asked_types=("ThingListParams",)),
    "search": Sent("POST", "/things/search", query={"deep": "true"}, sends="json"),
    "upload": Sent("POST", "/things/upload", sends="multipart"),
    "call": Sent("POST", "/things/call", sends="content"),
    "delete": Sent("DELETE", "/things/{thing_id}"),
}


@pytest.fixture
def load(tmp_path, monkeypatch):
    def build(source: str):
        path = tmp_path / "things.py"
        path.write_text(f"from typing import overload\n{source}")
        spec = importlib.util.spec_from_file_location("things", path)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "things", module)
        spec.loader.exec_module(module)
        return module.Things

    return build


def test_each_public_method_that_sends_a_request_is_found(load):
    assert dict(methods_of(load(SOURCE))) == EXPECTED


def test_a_path_that_is_worked_out_otherwise_is_an_error(load):
    things = load("class Things:\n    def get(self):\n        return self._get(self.path, cast_to=str)\n")
    with pytest.raises(ValueError, match=r"^no path: self\.path$"):
        dict(methods_of(things))
