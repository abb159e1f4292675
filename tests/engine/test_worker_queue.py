"""Order, replacement, cancelling and putting back of the worker's jobs."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from medsam.engine import worker_queue
from medsam.engine.jobs import Encode, LoadModel, Predict, Priority, SetVolume, SliceKey
from medsam.engine.worker_queue import Job, JobQueue, is_urgent
from medsam.prompts import Box, Prompts


def key(index: int = 0, volume: int = 1) -> SliceKey:
    return SliceKey(volume, 2, index, None)


def encode(token: int, priority: Priority = Priority.VIEW, index: int = 0, volume: int = 1) -> Encode:
    return Encode(token, key(index, volume), priority)


def predict(token: int, priority: Priority = Priority.VIEW, channel: str = "", volume: int = 1) -> Predict:
    return Predict(token, key(volume=volume), Prompts(Box(0, 0, 2, 2)), priority, channel)


def filled(*requests: Encode | Predict | LoadModel | SetVolume) -> JobQueue:
    queue = JobQueue()
    for request in requests:
        queue.put(request)
    return queue


def tokens(queue: JobQueue) -> list[int]:
    """Tokens in the order in which the jobs would be taken."""
    return [job.request.token for job in queue.waiting()]  # type: ignore[union-attr]


def take(queue: JobQueue) -> Job:
    job = queue.take()
    assert job is not None
    return job


def test_sooner_priorities_first_then_predictions_then_arrival() -> None:
    queue = filled(
        encode(1, Priority.REST),
        encode(2, Priority.VIEW),
        predict(3, Priority.NEIGHBOUR),
        encode(4, Priority.NEIGHBOUR),
        predict(5, Priority.VIEW),
        predict(6, Priority.VIEW),
        encode(7, Priority.HOVERED),
    )
    assert tokens(queue) == [5, 6, 2, 7, 3, 4, 1]
    assert [take(queue).request.token for _ in range(7)] == [5, 6, 2, 7, 3, 4, 1]  # type: ignore[union-attr]


def test_volume_and_model_go_first_in_their_own_order() -> None:
    queue = filled(predict(1), LoadModel(2, "a"), SetVolume(1, None))
    kinds = [type(job.request) for job in queue.waiting()]
    assert kinds == [LoadModel, SetVolume, Predict]


def test_a_channel_keeps_only_its_latest_waiting_request() -> None:
    queue = filled(
        predict(1, channel="drag"), predict(2, channel="other"), predict(3, channel="drag"), predict(4)
    )
    assert tokens(queue) == [2, 3, 4]


def test_a_request_that_runs_is_not_replaced() -> None:
    queue = filled(predict(1, channel="drag"))
    running = take(queue)
    queue.put(predict(2, channel="drag"))
    assert not running.cancelled
    assert tokens(queue) == [2]


def test_an_interrupted_job_returns_to_its_place() -> None:
    queue = filled(encode(1), encode(2))
    job = take(queue)
    queue.put_back(job)
    assert tokens(queue) == [1, 2]


def test_an_interrupted_job_that_was_replaced_or_cancelled_does_not_return() -> None:
    queue = filled(predict(1, channel="drag"))
    job = take(queue)
    queue.put(predict(2, channel="drag"))
    queue.put_back(job)
    assert tokens(queue) == [2]
    other = take(queue)
    other.cancelled = True
    queue.put_back(other)
    assert tokens(queue) == []


def test_cancel_by_token_removes_the_waiting_and_marks_the_running() -> None:
    queue = filled(encode(1), encode(2), encode(3))
    running = take(queue)
    removed = queue.cancel((1, 3))
    assert [job.request.token for job in removed] == [3]  # type: ignore[union-attr]
    assert running.cancelled
    assert tokens(queue) == [2]


def test_what_a_drag_came_to_replaces_its_waiting_request_but_is_replaced_by_none() -> None:
    queue = filled(predict(1, channel="drag"), predict(2, channel="other"))
    queue.put(replace(predict(3), settles="drag"))
    queue.put(predict(4, channel="drag"))
    assert tokens(queue) == [2, 3, 4]


def test_a_drag_holds_encodings_back_but_no_prediction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_queue, "DRAG_SECONDS", 600.0)
    queue = filled(encode(1))
    queue.drag_on()
    threading.Timer(0.01, queue.put, (predict(2, channel="drag"),)).start()
    assert take(queue).request.token == 2  # type: ignore[union-attr]
    threading.Timer(0.01, queue.put, (replace(predict(3), settles="drag"),)).start()
    assert [take(queue).request.token for _ in range(2)] == [3, 1]  # type: ignore[union-attr]


def test_encodings_go_on_by_themselves_once_a_drag_rests() -> None:
    queue = filled(encode(1))
    queue.drag_on()
    assert take(queue).request.token == 1  # type: ignore[union-attr]


def test_the_wait_for_a_drag_ends_with_a_change_and_with_what_the_drag_came_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker_queue, "DRAG_SECONDS", 600.0)
    queue = filled(encode(1))
    assert not queue.wait_for_drag(queue.changes), "there is none"
    queue.drag_on()
    seen = queue.changes
    queue.put(predict(2, channel="drag"))
    assert queue.wait_for_drag(seen)
    assert queue.changes != seen
    queue.put(replace(predict(3), settles="drag"))
    assert not queue.wait_for_drag(queue.changes)


def test_looking_around_holds_encodings_back_but_none_that_a_prompt_waits_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker_queue, "LOOK_SECONDS", 600.0)
    queue = filled(encode(1))
    queue.look_on()
    threading.Timer(0.01, queue.put, (predict(2),)).start()
    assert take(queue).request.token == 2  # type: ignore[union-attr]
    assert not queue.wait_for_drag(queue.changes), "the prompt's slice is encoded at once"


def test_a_running_encoding_stands_aside_until_something_changes_or_nobody_looks_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue = filled(encode(1))
    assert take(queue).request.token == 1  # type: ignore[union-attr]
    queue.look_on()
    assert queue.wait_for_drag(queue.changes), "it waited for the moment to pass"
    assert not queue.wait_for_drag(queue.changes)
    monkeypatch.setattr(worker_queue, "LOOK_SECONDS", 600.0)
    queue.look_on()
    seen = queue.changes
    queue.put(encode(2))
    assert queue.wait_for_drag(seen)
    assert queue.changes != seen


def test_another_volume_voids_the_jobs_of_the_last() -> None:
    queue = filled(encode(1), SetVolume(1, None), LoadModel(2, "a"), predict(3))
    queue.put(SetVolume(2, None))
    queue.put(predict(4, volume=2))
    assert [type(job.request) for job in queue.waiting()] == [LoadModel, SetVolume, Predict]
    running = filled(encode(1))
    job = take(running)
    running.put(SetVolume(2, None))
    assert job.cancelled


def test_every_change_is_counted_so_that_a_running_job_looks_up() -> None:
    queue = JobQueue()
    counts = [queue.changes]
    queue.put(encode(1))
    counts.append(queue.changes)
    queue.cancel((1,))
    counts.append(queue.changes)
    assert counts[0] < counts[1] < counts[2]


def test_wants_knows_of_waiting_and_running_jobs() -> None:
    queue = filled(encode(1, index=3))
    assert queue.wants(key(3))
    running = take(queue)
    assert queue.wants(key(3))
    running.cancelled = True
    assert not queue.wants(key(3))


def test_comes_tells_whether_somebody_asks_soon() -> None:
    queue = filled(encode(1, index=3))
    assert queue.comes(key(3), 0)
    assert not queue.comes(key(4), 0.001)
    later = threading.Timer(0.01, lambda: queue.put(encode(2, index=4)))
    later.start()
    assert queue.comes(key(4), 60)
    later.join()


def test_remove_takes_a_job_once() -> None:
    queue = filled(encode(1))
    (job,) = queue.waiting()
    assert queue.remove(job)
    assert not queue.remove(job)


def test_take_waits_for_work_and_ends_when_stopped() -> None:
    queue = JobQueue()
    taken: list[Job | None] = []
    thread = threading.Thread(target=lambda: taken.extend([queue.take(), queue.take()]))
    thread.start()
    queue.put(encode(1))
    queue.put(encode(2))
    queue.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert taken[-1] is None or queue.take() is None


def test_urgent_is_what_somebody_looks_at() -> None:
    assert [is_urgent(Job(encode(1, p), 1)) for p in Priority] == [True, True, False, False]


def test_nothing_to_do_is_told_once() -> None:
    queue = JobQueue()
    told: list[int] = []

    def idle() -> None:
        told.append(1)
        threading.Timer(0.05, lambda: queue.put(encode(1))).start()

    job = queue.take(idle, 0.01)
    assert job is not None and job.request.token == 1 and told == [1]
    queue.stop()
    assert queue.take(idle, 0.01) is None and told == [1]


def test_the_rest_goes_along_with_one_that_runs() -> None:
    rest = [encode(n, Priority.REST, index=n) for n in (2, 3, 4)]
    queue = filled(encode(1, Priority.REST, index=1), *rest, encode(5, Priority.NEIGHBOUR, index=5))
    assert take(queue).request.token == 5  # type: ignore[union-attr]
    assert take(queue).request.token == 1  # type: ignore[union-attr]
    along = queue.take_along(2)
    assert [job.request.token for job in along] == [2, 3]  # type: ignore[union-attr]
    assert tokens(queue) == [4]
    assert queue.wants(key(2)) and queue.wants(key(1))
    queue.cancel((3, 4))
    assert [job.cancelled for job in along] == [False, True] and tokens(queue) == []
    assert queue.take_along(5) == [] and not queue.wants(key(2))


def test_what_goes_along_ends_with_its_volume() -> None:
    queue = filled(*(encode(n, Priority.REST, index=n) for n in (1, 2)))
    take(queue)
    (other,) = queue.take_along(4)
    queue.put(SetVolume(2, None))
    assert other.cancelled
    queue.leave_along()
    queue.put_back(other)
    assert [type(job.request) for job in queue.waiting()] == [SetVolume]


def test_nothing_goes_along_where_one_is_enough() -> None:
    queue = filled(*(encode(n, Priority.REST, index=n) for n in (1, 2)))
    take(queue)
    assert queue.take_along(0) == [] and queue.take_along(-1) == [] and tokens(queue) == [2]
