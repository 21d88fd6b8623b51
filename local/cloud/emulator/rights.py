"""What roles may do: MiniStack's own judgement, for our local EC2 as well, and a record of it.

`POST /_mgb/authorize` takes `{"access_key", "region", "checks": [{"action", "resource", "context"}]}` and
answers the first check that the key's policies do not allow, or null. The record has a line for each check of
a role: the role, the action, the resource and whether it was allowed.
"""

import json
from pathlib import Path

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id

AUTHORIZE_PATH = "/_mgb/authorize"


class CallRecord:
    """Appends what roles ask for to a file; nothing without one."""

    def __init__(self, path):
        self._path = Path(path) if path else None

    def add(self, access_key, action, resource, allowed):
        if self._path is None:
            return
        credential = iam_evaluator.resolve_credential(access_key)
        if getattr(credential, "principal_type", None) == "AssumedRole":
            role = credential.principal_arn.split("/")[1]
            line = {"role": role, "action": action, "resource": resource, "allowed": allowed}
            with self._path.open("a") as record:
                record.write(json.dumps(line) + "\n")


def recorded(enforce, record):
    """Wrap MiniStack's check of a request: it answers the same, and the record has it."""

    def enforce_recorded(access_key, action, *details, resource_arn="*", **context):
        denied = enforce(access_key, action, *details, resource_arn=resource_arn, **context)
        record.add(access_key, action, resource_arn, denied is None)
        return denied

    return enforce_recorded


def with_conditional_writes(s3_context):
    """Wrap MiniStack's condition keys of an S3 request: it leaves out `s3:if-none-match`."""

    def context_of(iam_action, query_params, path="", headers=None):
        context = s3_context(iam_action, query_params, path, headers)
        condition = (headers or {}).get("if-none-match")
        return context if condition is None else {**context, "s3:if-none-match": condition}

    return context_of


class Authorizes:
    """An ASGI application that answers `AUTHORIZE_PATH` itself and hands on the rest."""

    def __init__(self, inner, record):
        self.inner = inner
        self._record = record

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or scope["path"] != AUTHORIZE_PATH:
            await self.inner(scope, receive, send)
            return
        request = json.loads(await _body(receive))
        answer = json.dumps(self._first_denied(request)).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _first_denied(self, request):
        for check in request["checks"]:
            allowed = _is_allowed(request["access_key"], request["region"], check)
            self._record.add(request["access_key"], check["action"], check["resource"], allowed)
            if not allowed:
                return check
        return None


def _is_allowed(access_key, region, check):
    principal = iam_evaluator.resolve_principal(access_key, get_account_id())
    if isinstance(principal, iam_evaluator.AuthError):
        return False
    if principal.policies is None:  # the account's root
        return True
    context = iam_evaluator.EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=principal.account,
        action=check["action"],
        resource_arn=check["resource"],
        region=region,
        service_context={key.lower(): value for key, value in check["context"].items()},
        principal_keys=principal.keys,
    )
    return iam_evaluator.evaluate(context, principal.policies, *principal.limits).decision == "Allow"


async def _body(receive):
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body
