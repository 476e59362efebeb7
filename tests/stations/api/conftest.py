import json

import pytest


@pytest.fixture
def send():
    """`send(client, "patch", path, {...}, if_match="*")`: JSON, with the header where a test gives one."""

    def sending(client, method, path, body=None, if_match=None):
        headers = {"If-Match": if_match} if if_match else {}
        content = "" if body is None else json.dumps(body)
        return getattr(client, method)(path, content, content_type="application/json", headers=headers)

    return sending
