"""Does what the user of the demo does, each thing as soon as it can be done."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db.models import Q

from musicgen.demo.songs import (
    FIRST_ORDERS,
    FOLLOW_UPS,
    LATER_ORDERS,
    REVIEWS,
    SEARCHES,
    FollowUp,
    Order,
    StagedReview,
)
from tracks import providers
from tracks.domain.statuses import FINISHED, ArchiveStatus, TrackStatus
from tracks.models import Playlist, Task, Track
from tracks.services.playlists import NameTaken, add_to_playlist, create_playlist
from tracks.services.review import edit
from tracks.services.searches import save_search
from tracks.services.submission.sources import prepare as prepare_from
from tracks.services.submission.submit import create_task
from tracks.services.tags import set_tags

MAX_RUNNING = 2


@dataclass
class Session:
    """What is still to be done; `begin` once, then `advance` again and again."""

    user: User
    tasks: dict[str, Task] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=lambda: list(LATER_ORDERS))
    follow_ups: list[FollowUp] = field(default_factory=lambda: list(FOLLOW_UPS))
    reviews: list[StagedReview] = field(default_factory=lambda: list(REVIEWS))

    def begin(self) -> None:
        """Order the first songs; where an earlier run of the demo did it all, there is nothing to do."""
        if self._was_done():
            self.orders, self.follow_ups, self.reviews = [], [], []
            return
        for order in FIRST_ORDERS:
            self._order(order)
        for name, query in SEARCHES:
            with suppress(NameTaken):  # by an earlier run that was ended before it was done
                save_search(name, query, self.user)

    def advance(self) -> None:
        """Do what can be done now."""
        if self.orders and self._running() < MAX_RUNNING:
            self._order(self.orders.pop(0))
        self.follow_ups = [follow_up for follow_up in self.follow_ups if not self._follow(follow_up)]
        self.reviews = [review for review in self.reviews if not self._review(review)]

    def is_done(self) -> bool:
        return not (self.orders or self.follow_ups or self.reviews) and not self._running()

    def _was_done(self) -> bool:
        last = LATER_ORDERS[-1]
        done = Task.objects.filter(provider=last.provider, operation=last.operation, params=last.params)
        return done.filter(status__in=FINISHED).exists()

    def _order(self, order: Order) -> None:
        self.tasks[order.name], _ = create_task(order.provider, order.operation, order.params, self.user)

    def _running(self) -> int:
        """How many orders are not made and archived yet: a slow machine is given no more than it can do."""
        patient = {order.name for order in (*FIRST_ORDERS, *LATER_ORDERS) if order.is_patient}
        waited_for = [task.pk for name, task in self.tasks.items() if name not in patient]
        tasks = Task.objects.filter(pk__in=waited_for)
        is_made = Q(status__in=FINISHED) & ~Q(tracks__archive=ArchiveStatus.PENDING)
        return tasks.exclude(is_made).count()

    def _ready(self, source: str, take: int) -> Track | None:
        """The take of an order, where it is archived: what follows shall not hold up the first songs."""
        if source not in self.tasks:
            return None
        songs = Track.objects.filter(task_id=self.tasks[source].pk, position=take)
        return songs.filter(status=TrackStatus.READY, archive=ArchiveStatus.COMPLETE).first()

    def _follow(self, wanted: FollowUp) -> bool:
        """Create the task if its source song is ready; returns whether it was."""
        song = self._ready(wanted.source, wanted.take)
        if song is None:
            return False
        provider = self.tasks[wanted.source].provider
        declared = providers.get(provider).operations[wanted.operation]
        prepared = prepare_from(provider, declared, wanted.params, song)
        if prepared.problems:
            return False
        create_task(provider, wanted.operation, prepared.params, self.user, source=prepared.source)
        return True

    def _review(self, review: StagedReview) -> bool:
        """Say of a take what there is to say, if it is ready; returns whether it was."""
        song = self._ready(review.source, review.take)
        if song is None:
            return False
        edit(song.pk, review.changes, self.user.get_username())
        set_tags(song.pk, review.tags, self.user)
        for name in review.playlists:
            playlist = Playlist.objects.filter(name=name).first() or create_playlist(name, "", self.user)
            add_to_playlist(playlist.pk, [song.pk], self.user)
        return True
