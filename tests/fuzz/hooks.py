"""An answer of lines: each line is JSON, and the schema is of a line. schemathesis itself skips it."""

import json

import jsonschema_rs
import schemathesis

LINES = "application/x-ndjson"


@schemathesis.check
def every_line_conforms(ctx, response, case):
    if not response.headers.get("content-type", [""])[0].startswith(LINES):
        return
    document = case.operation.schema.raw_schema
    described = document["paths"][case.operation.path]["get"]["responses"]["200"]["content"][LINES]
    validator = jsonschema_rs.validator_for({**document, **described["schema"]})
    for line in response.content.decode("utf-8").splitlines():
        for error in validator.iter_errors(json.loads(line)):
            raise AssertionError(f"a line does not fit its schema: {error.message}")
