"""Who may do what: the actions of the product, and the roles that have them."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What pages and API ask for; the value is the Django permission, which the admin asks for too."""

    LOOK = "tracks.view_track"
    REVIEW = "tracks.change_track"
    ORDER = "tracks.add_task"
    RESOLVE = "tracks.change_task"
    ARCHIVE = "tracks.change_asset"


IN_WORDS = {
    Action.LOOK: "look at songs and tasks, listen and download",
    Action.REVIEW: "review songs, or change titles, notes, lyrics, tags, playlists and saved searches",
    Action.ORDER: "order anything from a provider",
    Action.RESOLVE: "poll or resolve tasks",
    Action.ARCHIVE: "archive songs again",
}


class Role(StrEnum):
    """The name of the role's group. Each role may also do all that those before it may."""

    VIEWER = "viewer"
    CURATOR = "curator"
    OPERATOR = "operator"
    ADMIN = "admin"


def _all(verbs: str, *models: str) -> list[str]:
    """``app.verb_model`` for each verb and each ``app.model``."""
    pairs = [model.split(".") for model in models]
    return [f"{app}.{verb}_{name}" for app, name in pairs for verb in verbs.split()]


_ADDED: dict[Role, list[str]] = {
    Role.VIEWER: [
        Action.LOOK,
        *_all("view", "tracks.task", "tracks.asset", "tracks.lyricline", "tracks.event", "tracks.tracknote"),
        *_all("view", "tracks.account", "tracks.catalogueentry"),
        *_all("view", "tracks.playlist", "tracks.playlistentry", "tracks.tag", "tracks.tracktag"),
        *_all("view", "tracks.savedsearch"),
    ],
    Role.CURATOR: [Action.REVIEW],
    Role.OPERATOR: [
        Action.ORDER,
        Action.RESOLVE,
        Action.ARCHIVE,
        "tracks.change_account",
        *_all("add change delete", "tracks.catalogueentry"),
        *_all("view", "tracks.statement", "tracks.worker"),
        *_all("view change", "callbacks.callbackevent"),
    ],
    Role.ADMIN: [
        *_all("view add change delete", "auth.user"),
        *_all("view", "auth.group"),
        *_all("view add delete", "tracks.apitoken"),
        *_all("view", "django_q.schedule", "django_q.success", "django_q.failure", "django_q.ormq"),
        *_all("view", "axes.accesslog", "axes.accessfailurelog"),
        *_all("view delete", "axes.accessattempt"),
    ],
}


def permissions_of(role: Role) -> frozenset[str]:
    """All permissions of a role, as ``app.verb_model``."""
    order = list(Role)
    return frozenset(name for lower in order[: order.index(role) + 1] for name in _ADDED[lower])


def refusal_of(action: Action) -> str:
    """What is told to a person whose role lacks the action."""
    allowed = [role for role in Role if action in permissions_of(role)]
    roles = f"the role {allowed[0]}" if len(allowed) == 1 else f"one of the roles {', '.join(allowed)}"
    return (
        f"You may not {IN_WORDS[action]}. Nothing was changed. People with {roles} can do it; "
        "somebody with the role admin can give you one."
    )


def standing_of(own: Role | None) -> str:
    return f"Your role is {own}." if own else "Your account has no role yet."


def denial_of(own: Role | None, *, is_superuser: bool) -> str:
    """What is told to a person where no action of ours was asked for, as in the admin."""
    if is_superuser:
        return "Nobody may do this here, so nothing was changed."
    whom = "a superuser" if own is Role.ADMIN else "somebody with the role admin"
    return f"This is not open to you. Nothing was changed. {standing_of(own)} Ask {whom}, who may do more."
