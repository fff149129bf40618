"""Secrecy that cannot be forgotten: a query of a scoped model refuses to run until it says for whom it runs.

`Model.objects.visible_to(actor)` is the ordinary door. `unscoped(reason=…)` is for the few places that keep the
system itself (listed in tests/test_house_rules.py). Rows that hang on an object already let through its door
(`case.notes.all()`) follow that object, when the model names it as its `scope_parent`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self, cast

from django.apps import apps
from django.core import checks
from django.db import models
from django.db.models import Expression, sql

from hjulet.core import net
from hjulet.core.actor import Actor, Anyone
from hjulet.core.prepared import Given, Prepared, Several


class ScopeMissing(RuntimeError):
    """A query of case data that does not say who is asking."""


class ScopedQuery(sql.Query):
    scope: tuple[str, object] | None = None  # travels with every clone, since clone() copies __dict__
    asks: net.Claims | None = None  # the same for the database; None: whoever asks around it
    whole = False  # the model's own rule may leave out what only helps the database to find a few rows among many
    few = False  # what is asked for is little: each row's parent is looked up, not all parents gathered first

    def require_scope(self) -> None:
        if self.scope is None and not net.writes_own_row():
            name = self.model.__name__ if self.model else "?"
            raise ScopeMissing(f"{name}: say visible_to(actor) or unscoped(reason=…)")

    def get_compiler(self, using: Any = None, connection: Any = None, elide_empty: bool = True) -> Any:
        self.require_scope()
        return super().get_compiler(using, connection, elide_empty)

    def chain(self, klass: Any = None) -> Any:
        if klass is not None:
            self.require_scope()
        return super().chain(klass)


class ScopedQuerySet(models.QuerySet):
    model: Any
    query: Any
    _chain: Any

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or ScopedQuery(model), using, hints)
        if hints:
            self._follow(hints.get("instance"))

    def visible_to(self, actor: Actor) -> Self:
        """Rows the actor may see. The same rule serves list, detail, count, search and export."""
        return self.model.scope_rule(self._asked_by(actor), actor)

    def few(self) -> Self:
        """Before `visible_to`, for children of which other conditions leave few: the same rows, by another way."""
        queryset = self._chain()
        queryset.query.few = True
        return queryset

    def unscoped(self, *, reason: str) -> Self:
        """Every row, for work that no person reads directly. The caller's file must be on the house's list."""
        if not reason:
            raise ScopeMissing("unscoped() needs a reason")
        return self._marked(("unscoped", reason), net.of_system(reason))

    def delete(self) -> Any:
        self.query.require_scope()
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _raw_delete(self, using: Any) -> Any:
        self.query.require_scope()
        return super()._raw_delete(using)

    _raw_delete.alters_data = True  # type: ignore[attr-defined]

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        raise ScopeMissing(f"{self.model.__name__}: raw SQL on case data lives in stats, through its own door")

    def _asked_by(self, actor: Actor, mode: net.Mode = net.Mode.REACH) -> Self:
        return self._marked((mode.name.lower(), actor.person_id), net.of(actor, mode))

    def _marked(self, scope: tuple[str, object], asks: net.Claims | None) -> Self:
        queryset = self._chain()
        queryset.query.scope, queryset.query.asks = scope, asks
        return queryset

    def _add_hints(self, **hints: Any) -> None:
        super()._add_hints(**hints)  # type: ignore[misc]
        self._follow(hints.get("instance"))

    def _follow(self, instance: Any) -> None:
        if instance is None or self.query.scope is not None:
            return
        parent_of_mine = getattr(self.model, "scope_parent", None)
        parent_of_its = getattr(instance, "scope_parent", None)
        same = isinstance(instance, self.model)
        below = parent_of_mine is not None and isinstance(instance, _target(self.model, parent_of_mine))
        above = parent_of_its is not None and self.model is _target(type(instance), parent_of_its)
        if same or below or above:
            self.query.scope = ("via", instance.pk)


class Children(Prepared):
    """Rows that hang on an object let through its door, as `parent.name.all()` gives them, prepared.

    `make` builds the queryset of all such rows; the key to the parent is the model's `scope_parent`.
    """

    def __init__(self, make: Callable[[], ScopedQuerySet]) -> None:
        super().__init__(lambda: self._of_one(make()))

    def of(self, parent: models.Model) -> list[Any]:
        """Raises ScopeMissing for an object that is not their parent."""
        key = self.queryset.model._meta.get_field(self.queryset.model.scope_parent)
        if not isinstance(parent, key.related_model):
            raise ScopeMissing(f"{type(parent).__name__} is not what {key} points at")
        rows = self.rows({"parent": parent.pk})
        rows._known_related_objects = {key: {parent.pk: parent}}
        return list(rows)

    @staticmethod
    def _of_one(rows: ScopedQuerySet) -> ScopedQuerySet:
        return rows._marked(("via", "parent"), None).filter(**{rows.model.scope_parent: Given("parent")})


class Sight(Expression):
    """A condition, or a list of keys, that follows from what an actor may see, put together as text: building it of the
    ORM's own conditions takes longer than to answer it (docs/performance.md).
    """

    COLUMNS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, actor: Actor) -> None:
        super().__init__()
        self.actor = actor
        self.columns: list[Any] = [models.F(name) for name in self.COLUMNS]

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Any) -> None:
        self.columns = list(exprs)

    @classmethod
    def said(cls, actor: Actor, named: dict[str, str]) -> tuple[str, list[Any]]:
        """SQL with its values; `named`: what each column is called there."""
        raise NotImplementedError(cls.__name__)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        named = dict(zip(self.COLUMNS, (compiler.compile(column)[0] for column in self.columns), strict=True))
        if isinstance(self.actor, Anyone):
            return self.said(cast("Actor", self.actor.like), named)[0], [Several(type(self).__name__)]
        return self.said(self.actor, named)


class ForActor:
    """What `make(actor, *shape)` gives, prepared. It is worded once for all actors with the same duties whose `sights`
    are said with the same words, and for each `shape`; numbers and places are filled in for each who asks.

    `make` is handed an Anyone, and `shape` holds whatever else its words depend on. Other values are Given. It must
    make a question that can have an answer: Django refuses to word any other (EmptyResultSet).
    """

    MOST = 500

    def __init__(self, make: Callable[..., Any], *sights: type[Sight], mode: net.Mode = net.Mode.REACH) -> None:
        self.make, self.sights, self.mode = make, sights, mode
        self.prepared: dict[Any, Prepared] = {}

    def __call__(self, actor: Actor, *shape: Any, **values: Any) -> list[Any]:
        """The rows that this actor may see. Raises ScopeMissing when `make` did not say for whom."""
        if not actor.grants:
            return []
        said = {sight.__name__: sight.said(actor, {name: name for name in sight.COLUMNS}) for sight in self.sights}
        words = (shape, actor.duties, *(sql for sql, _ in said.values()))
        if words not in self.prepared:
            if len(self.prepared) >= self.MOST:
                self.prepared.clear()
            self.prepared[words] = self._prepare(actor, shape)
        given = {name: found for name, (_, found) in said.items()}
        rows = self.prepared[words].rows(
            {"person": actor.person_id, "principal": actor.principal_id, **given, **values}
        )
        rows.query.asks = net.of(actor, self.mode)
        return list(rows)

    def _prepare(self, actor: Actor, shape: tuple[Any, ...]) -> Prepared:
        person: Any = Given("person")
        principal: Any = Given("principal")
        anyone = Anyone(person, "", "", principal, grants=actor.grants[:1], like=actor)
        queryset = self.make(anyone, *shape)
        queryset.query.require_scope()
        return Prepared(lambda: queryset)


def _target(model: Any, field: str) -> Any:
    return model._meta.get_field(field).related_model


class ScopedModel(models.Model):
    """A row that only some may see. `scope_parent` names the foreign key through which a child row is scoped.

    `net_besides`, for one with a parent: what must hold besides, in SQL, as its `scope_rule` says it.
    `net`, for a row with no parent: the same in SQL, for the database's own policy (core.policies). `net_opens` names
    keys to scoped rows that are shown together with this one.
    """

    scope_parent: str | None = None
    net: ClassVar[str] = ""
    net_besides: ClassVar[str] = ""
    net_opens: ClassVar[tuple[str, ...]] = ()
    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        with net.own_row():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with net.own_row():
            return super().delete(*args, **kwargs)

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        """Narrows `queryset` to what the actor may see. Children go through their parent."""
        if cls.scope_parent is None:
            raise NotImplementedError(cls.__name__)
        parent = _target(cls, cls.scope_parent)
        seen = parent.objects.visible_to(actor)
        if queryset.query.few:
            seen = seen.filter(pk=models.OuterRef(f"{cls.scope_parent}_id"))
        return queryset.filter(**{f"{cls.scope_parent}__in": seen.values("pk")})


@checks.register(checks.Tags.models)
def no_way_around(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """No foreign key opens a side door: none into a scoped model from outside, none back out by name."""
    problems: list[checks.CheckMessage] = []
    for model in apps.get_models():
        scoped = issubclass(model, ScopedModel)
        if scoped and model._meta.base_manager_name != "objects":
            problems.append(checks.Error("scoped model without the scoped base manager", obj=model, id="hjulet.E001"))
        for field in model._meta.get_fields():
            problems += _check_relation(model, field, scoped)
    return problems


def _check_relation(model: type[models.Model], field: Any, scoped: bool) -> list[checks.CheckMessage]:
    if not isinstance(field, models.ForeignKey):
        return []
    target = field.related_model
    to_scoped = isinstance(target, type) and issubclass(target, ScopedModel)
    if to_scoped and not scoped:
        return [checks.Error(f"{field.name}: an open model points at a scoped one", obj=model, id="hjulet.E002")]
    parent = getattr(model, "scope_parent", None)
    named = not field.remote_field.hidden
    if scoped and named and field.name != parent:
        return [checks.Error(f"{field.name}: related_name must be '+'", obj=model, id="hjulet.E003")]
    return []
