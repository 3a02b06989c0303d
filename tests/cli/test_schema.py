"""`mockai schema`."""

import json

from mockai.scenario.json_schema import json_schema


def test_the_schema_is_printed_as_json(mockai):
    result = mockai("schema")
    assert (result.exit_code, json.loads(result.stdout)) == (0, json_schema())
