"""A service receives the core copies of cancel requests and never answers their publisher."""

from lodestone import subjects
from lodestone.events import JobCancelRequested
from support.backends import NatsServer
from support.worker_bench import worker_bench


async def test_service_that_hears_of_a_cancel_leaves_the_answer_to_the_stream(own_nats: NatsServer) -> None:
    async with worker_bench(own_nats) as bench:
        await bench.worker()
        requested = await bench.request()
        cancel = JobCancelRequested(**requested.of_job(1), requested_by=requested.user_id)
        inbox = bench.client.new_inbox()
        answers = await bench.client.subscribe(inbox)

        subject = subjects.event_subject(cancel.name, cancel.job_type, cancel.job_id)
        await bench.client.publish(subject, b"{}", reply=inbox)
        await bench.until_ended(requested)

        assert b'"stream"' in (await answers.next_msg(timeout=5)).data
        assert answers.pending_msgs == 0
