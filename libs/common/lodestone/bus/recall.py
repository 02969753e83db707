"""Takes deliveries back from a worker that is gone, so that the stream delivers them again at once."""

from collections.abc import Iterable

from nats.aio.client import Client

from lodestone import subjects

NAK = b"-NAK"


async def recall(client: Client, consumer: str, sequences: Iterable[int]) -> None:
    """Hands these requests back as the worker that has them would; ignored for those that nobody has.

    Sequences never come again, so one that is out of date means nothing. Raises NotFoundError when the
    consumer is lost.
    """
    info = await client.jetstream().consumer_info(subjects.STREAM, consumer)
    newest = info.delivered.consumer_seq if info.delivered else 0
    for sequence in sequences:
        await client.publish(subjects.answer_to(consumer, sequence, newest), NAK)
