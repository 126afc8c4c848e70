"""A service that predicts nothing: it reads the JSON of a request and answers the same each time.

It stands on what `mlops serve` stands on, and shows what is left below it.
"""

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ANSWER = b'{"id":"1","version":null,"predictions":[{"probability":0.25,"label":false}]}'


async def predict(request: Request) -> Response:
    """Read and forget."""
    msgspec.json.decode(await request.body())
    return Response(ANSWER, media_type="application/json")


app = Starlette(routes=[Route("/predict", predict, methods=["POST"])])
