"""Runs MiniStack so that it enforces what AWS enforces and never outlives its parent.

MiniStack's own command has six gaps for us. Loopback has no TLS, so a bucket policy that asks for TLS
would refuse everyone: here loopback counts as TLS. It asks roles for rights to SQS's batch calls, which do
not exist on AWS: there, and here, the right to the single call covers its batch. Its queues are not fair
(`fair_queues.py`). It does not tell a bucket's policy which writes are conditional. It lacks two types that
a stage for AWS has (`stack_types.py`). And a parent that is killed would leave it and its functions running:
here the whole process group ends as soon as the parent's end of stdin closes.

Its time may be set (`set-clock.ts`), which has to happen before it is imported. Clients sign by this
machine's time all the same, so a signature may then be of any time.
"""

import os

from end_with_parent import end_with_parent
from set_clock import set_clock

CLOCK_FILE = os.environ.get("MGB_CLOCK_FILE")
if CLOCK_FILE:
    set_clock(CLOCK_FILE)

from ministack.core import sigv4  # noqa: E402

if CLOCK_FILE:
    # Before the services take these by name.
    sigv4.request_time_failure = lambda _signature: None
    sigv4.presigned_request_is_expired = lambda _signed_at, _expires, **_named: False

import stack_types  # noqa: E402
from fair_queues import fair  # noqa: E402
from ministack import app as ministack  # noqa: E402
from ministack.core import iam_actions, iam_evaluator  # noqa: E402
from ministack.services import sqs  # noqa: E402
from ministack.services.cloudformation import provisioners  # noqa: E402
from rights import Authorizes, CallRecord, recorded, with_conditional_writes  # noqa: E402


class LoopbackIsTls:
    """An ASGI application that says of every HTTP request that it came by TLS."""

    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            scope = {**scope, "headers": [*scope["headers"], (b"x-forwarded-proto", b"https")]}
        await self.inner(scope, receive, send)


def as_single_action(extract):
    """Wrap how MiniStack names a request's IAM action: `sqs:SendMessageBatch` becomes `sqs:SendMessage`."""

    def extract_single(service, *request):
        action = extract(service, *request)
        return action.removesuffix("Batch") if service == "sqs" and action else action

    return extract_single


if __name__ == "__main__":
    end_with_parent()
    record = CallRecord(os.environ.get("MGB_CALL_RECORD"))
    iam_evaluator.enforce = recorded(iam_evaluator.enforce, record)
    ministack.app = LoopbackIsTls(Authorizes(ministack.app, record))
    iam_actions.extract_iam_action = as_single_action(iam_actions.extract_iam_action)
    iam_actions.s3_service_context = with_conditional_writes(iam_actions.s3_service_context)
    provisioners._RESOURCE_HANDLERS["AWS::Budgets::Budget"] = stack_types.BUDGET
    provisioners._cw_metric_alarm_record = stack_types.with_first_metric(provisioners._cw_metric_alarm_record)
    sqs._collect_msgs = fair(sqs._collect_msgs)
    ministack.main()
