"""What schemathesis must know of our envelope: HTTP says little, `code` says all (docs/wire.md)."""

import json

import schemathesis


@schemathesis.check
def envelope(ctx, response, case):
    """Every answer is the envelope, members in order, with a code that the document lists, and never 500."""
    if response.status_code == 404:
        return
    assert response.status_code == 200, f"HTTP {response.status_code}"
    assert response.headers["content-type"] == ["application/json; charset=utf-8"], "content type"
    pairs = json.loads(response.content, object_pairs_hook=lambda pairs: pairs)
    names = [name for name, _ in pairs]
    answer = dict(pairs)
    assert names[:2] == ["msg", "code"] and set(names[2:]) <= {"data"}, f"members {names}"
    code = answer["code"]
    assert type(code) is int and code != 500, f"code {code}: {answer['msg']}"
    if code == 0:
        assert answer["msg"] == "success", answer["msg"]
        return
    assert "data" not in answer, "a failure carries data"
    listed = case.operation.definition.raw.get("description", "") + case.operation.schema.raw_schema["info"]["description"]
    assert str(code) in listed, f"code {code} is not documented: {answer['msg']}"
