"""What a person opens in a browser: the form and the documentation, and the OpenAPI behind it."""

from functools import cached_property

from mlops.serve.model import Model
from mlops.serve.published import Published
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HEADERS = {
    "cache-control": "no-cache",  # the next model has other pages
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class Pages:
    """The pages of one model; each is made once, when it is first asked for."""

    def __init__(self, published: Published) -> None:
        self._published = published

    @cached_property
    def form(self) -> Response:
        """The form."""
        from mlops.serve.pages.form import form

        return Response(form(self._published), media_type="text/html", headers=HEADERS)

    @cached_property
    def docs(self) -> Response:
        """The documentation."""
        from mlops.serve.pages.docs import docs

        return Response(docs(self._published), media_type="text/html", headers=HEADERS)

    @cached_property
    def openapi(self) -> Response:
        """The OpenAPI document."""
        import msgspec
        from mlops.serve.openapi import document

        text = msgspec.json.encode(document(self._published))
        return Response(text, media_type="application/json", headers=HEADERS)


class Site:
    """The pages of the model that answers; `rows` in a request at most, `secured` by a token."""

    def __init__(self, rows: int, secured: bool) -> None:
        self._rows, self._secured = rows, secured

    def show(self, model: Model) -> None:
        """From now on, give the pages of this model."""
        self.pages = Pages(Published(model, self._rows, self._secured))

    def routes(self) -> list[Route]:
        """Where the pages are."""
        return [
            Route("/", self._form),
            Route("/docs", self._docs),
            Route("/openapi.json", self._openapi),
        ]

    async def _form(self, request: Request) -> Response:
        return self.pages.form

    async def _docs(self, request: Request) -> Response:
        return self.pages.docs

    async def _openapi(self, request: Request) -> Response:
        return self.pages.openapi
