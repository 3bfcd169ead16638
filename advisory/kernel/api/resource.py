"""One resource of the API: who may, what is seen, how it reads, and the verbs that write it.

A room's `api.py` subclasses `Resource`, names gates, row, filters, bodies and orders, and writes one short method for
each verb. Everything else happens here, in this order: who asks (401), how often (429), whether he may (403, 404),
then reading, or a write in one transaction with its idempotency key and its If-Match.
"""

from __future__ import annotations

import hashlib
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, ClassVar

from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from advisory.kernel import idempotency
from advisory.kernel.access import STAFF, Gate, mark
from advisory.kernel.api import limits
from advisory.kernel.api.filters import Filters, NamedFilters, require_known
from advisory.kernel.api.paging import CursorPages
from advisory.kernel.api.reading import as_json
from advisory.kernel.api.refusals import BadText, ChangedSince, KeyUsedOtherwise
from advisory.kernel.api.shapes import Body, Row
from advisory.kernel.api_tokens import ApiToken, Scope
from advisory.kernel.errors import DomainError
from advisory.kernel.users import User

SAFE = ("GET", "HEAD")
Answer = Callable[..., Response]


class Resource(GenericViewSet[Any], ABC):
    """A kind of thing with its addresses. Address by address: `as_view({"get": "list", "post": "create"})`."""

    #: What the documentation files it under.
    tag: ClassVar[StrOrPromise] = ""
    #: What each action does, in a line; the usual four have words of their own.
    says: ClassVar[Mapping[str, StrOrPromise]] = {}
    model: ClassVar[type[models.Model]]
    readers: ClassVar[Gate] = STAFF
    writers: ClassVar[Gate] = STAFF
    #: Gates of single actions that differ from these two.
    gates: ClassVar[Mapping[str, Gate]] = {}
    row: ClassVar[type[Row]]
    filterset_class: ClassVar[type[Filters] | None] = None
    #: What `?ordering=` takes, with the column of the model behind it (never null), and the usual order.
    orderings: ClassVar[Mapping[str, str]] = {"id": "pk"}
    ordering: ClassVar[str] = "id"
    #: Which column each parameter of the path is compared with.
    lookups: ClassVar[Mapping[str, str]] = {}
    #: What each writing action takes.
    bodies: ClassVar[Mapping[str, type[Body]]] = {}
    #: Refusals of reading beyond the usual ones.
    refuses_to_read: ClassVar[tuple[int, ...]] = ()
    #: The field of the body that a mistake of the domain is about.
    named: ClassVar[Mapping[type[DomainError], str]] = {}

    filter_backends = (NamedFilters,)
    pagination_class = CursorPages
    http_method_names = ["get", "post", "patch", "delete", "head"]
    now: datetime
    use: limits.Use | None = None

    # --- What the rooms write

    @abstractmethod
    def visible(self, user: User) -> models.QuerySet[Any]:
        """What the person may see, as the pages show it; everything below starts here."""

    # --- What the rooms use

    @property
    def person(self) -> User:
        """Who asks; the gate has let him in."""
        assert isinstance(self.request.user, User)
        return self.request.user

    @property
    def today(self) -> date:
        """The day in Oslo."""
        return timezone.localdate(self.now)

    def read(self) -> dict[str, Any]:
        """The facts of the request's body. Of a change, only those that were sent."""
        body = self.bodies[self.action](data=self.request.data, partial=self.request.method == "PATCH")
        body.is_valid(raise_exception=True)
        facts: dict[str, Any] = body.validated_data
        # Said to the fields that asked; no verb takes it.
        facts.pop("no_identity_number", None)
        return facts

    def find(self) -> Any:
        """The thing in the path, if the person may see it (else 404) and, with If-Match, if it is as he read it (412).

        In a write the row is held until the transaction ends: what a change leaves out stays as it is now.
        """
        found = self.visible(self.person).filter(**self.where())
        seen = self.request.headers.get("If-Match", "")
        if self.request.method not in SAFE:
            found = found.select_for_update(of=("self",), no_key=True)
        thing = found.first()
        if thing is None:
            raise Http404
        if seen and "*" not in parse_etags(seen) and _etag(as_json(self.facts_of(thing.pk))) not in parse_etags(seen):
            raise ChangedSince
        return thing

    def facts_of(self, pk: int) -> dict[str, Any]:
        """One thing as it reads now."""
        rows = self.row.of(self.visible(self.person).filter(pk=pk), user=self.person)
        if pk not in rows:
            raise Http404
        return rows[pk]

    def made(self, thing: models.Model, address: str) -> Response:
        """The answer to a write that made something: 201, where it is, and how it reads."""
        return Response(self.facts_of(thing.pk), status=HTTPStatus.CREATED, headers={"Location": address})

    def done(self, thing: models.Model) -> Response:
        """The answer to a write that changed something: how it reads now."""
        return Response(self.facts_of(thing.pk))

    def gone(self) -> Response:
        """The answer to a write after which there is nothing to read."""
        return Response(status=HTTPStatus.NO_CONTENT)

    def where(self) -> dict[str, Any]:
        """The parameters of the path as a filter."""
        return {self.lookups[name]: value for name, value in self.kwargs.items()}

    # --- Reading

    def list(self, request: Request, **kwargs: Any) -> Response:
        """A page of what the person may see."""
        found = self.filter_queryset(self.visible(self.person).filter(**self.where()))
        pages = CursorPages()
        page, limit = pages.page(found, request, self)
        rows = self.row.of(page, user=self.person)
        following = None
        if len(rows) > limit:
            rows.popitem()
            following = pages.after(next(reversed(rows)), request, self)
        return Response({"next": following, "results": list(rows.values())})

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One thing."""
        require_known(request, set())
        rows = self.row.of(self.visible(self.person).filter(**self.where())[:1], user=self.person)
        if not rows:
            raise Http404
        return Response(next(iter(rows.values())))

    # --- The frame around every request

    @classmethod
    def gate_of(cls, action: str, method: str) -> Gate:
        """Whom an action is for."""
        return cls.gates.get(action) or (cls.readers if method in SAFE else cls.writers)

    @classmethod
    def as_view(cls, actions: Any = None, **initkwargs: Any) -> Any:
        """The view, with the marks that the access walk reads: `gates` by method, and those of the pages."""
        view: Any = super().as_view(actions, **initkwargs)
        by_method = {method.upper(): cls.gate_of(action, method.upper()) for method, action in (actions or {}).items()}
        mark(view, next(iter(by_method.values())).audience, tuple(by_method))
        view.gates = by_method
        return view

    def get_queryset(self) -> models.QuerySet[Any]:
        """Nothing: for the schema, which only asks for the model."""
        return self.model._default_manager.none()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The framework's own, with writes in one transaction."""
        self.args, self.kwargs = args, kwargs
        self.headers = self.default_response_headers
        self.request = asked = self.initialize_request(request, *args, **kwargs)
        try:
            self.initial(asked, *args, **kwargs)
            handler: Answer = getattr(self, (asked.method or "").lower())
            response = handler(asked, **kwargs) if asked.method in SAFE else self._written(handler)
        except Exception as error:
            response = self.handle_exception(error)
        self.response = self.finalize_response(asked, response, *args, **kwargs)
        return self.response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks, how often, and whether he may."""
        self.now = timezone.now()
        if request.method not in SAFE:
            # Read whole before anything is done: too large is refused here, and an idempotency key is compared with it.
            _body = request._request.body
        super().initial(request, *args, **kwargs)
        if not self.action:
            raise exceptions.MethodNotAllowed(request.method or "")
        self.gate_of(self.action, request.method or "").admit(self.person)
        if request.method not in SAFE:
            require_known(request, set())

    def perform_authentication(self, request: Request) -> None:
        """Count the request: for the person, or for the address where nobody is known."""
        try:
            person = request.user
        except exceptions.APIException:
            self._count("address", limits.address_of(request._request))
            raise
        if person.is_authenticated:
            self._count("person", person.pk)
        else:
            self._count("address", limits.address_of(request._request))

    def check_permissions(self, request: Request) -> None:
        """Somebody must be known, and a token that reads does not write."""
        super().check_permissions(request)
        if isinstance(request.auth, ApiToken) and request.auth.scope != Scope.WRITE and request.method not in SAFE:
            said = _("This token may only read. Make one that may write on your page.")
            raise exceptions.PermissionDenied(said, "read_only_token")

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """The headers of every answer: its mark (ETag), the limit, and that it is for this person only."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(response, Response) and response.data is not None and response.status_code in (200, 201):
            response.add_post_render_callback(lambda rendered: _marked(rendered, request))
        elif type(response) is HttpResponse:
            # A file.
            _marked(response, request)
        for name, value in (self.use.headers if self.use else {}).items():
            response[name] = value
        response["Cache-Control"] = "private, no-store" if request.method not in SAFE else "private, no-cache"
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response

    def _count(self, policy: str, who: object) -> None:
        self.use = limits.count(policy, who, now=self.now)
        if self.use is not None and self.use.left < 0:
            raise exceptions.Throttled(self.use.seconds)

    def _written(self, handler: Answer) -> Response:
        """The write in one transaction; with an idempotency key once, and its answer again afterwards."""
        with transaction.atomic():
            key = self.request.headers.get("Idempotency-Key")
            if key is None:
                return handler(self.request, **self.kwargs)
            row = idempotency.claim(user=self.person, key=_key(key), request=self._fingerprint(), now=self.now)
            if row.request != self._fingerprint():
                raise KeyUsedOtherwise
            if row.is_answered:
                kept = json.loads(row.body)
                return Response(
                    kept["data"], status=row.status, headers={**kept["headers"], "Idempotency-Replayed": "true"}
                )
            response: Response = handler(self.request, **self.kwargs)
            headers = {name: response[name] for name in ("Location",) if response.has_header(name)}
            body = as_json({"data": response.data, "headers": headers}).decode()
            idempotency.keep(row, status=response.status_code, body=body)
            return response

    def _fingerprint(self) -> str:
        asked = self.request._request
        head = f"{asked.method} {asked.get_full_path()}\n".encode()
        return hashlib.sha256(head + asked.body).hexdigest()


def _key(text: str) -> str:
    if not re.fullmatch(r"[!-~]{1,100}", text):
        raise BadText(_("Write the Idempotency-Key with at most 100 letters, digits and signs."))
    return text


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _marked(response: Any, request: Request) -> Any:
    """The answer with its ETag; 304 without a body where the reader has it already."""
    etag = _etag(response.content)
    response["ETag"] = etag
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if request.method in SAFE and ("*" in known or etag in [mark.removeprefix("W/") for mark in known]):
        response.status_code = HTTPStatus.NOT_MODIFIED
        response.content = b""
    return response
