"""One address that speaks the OpenAI protocol of chat completions, hosted or on this machine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import aiohttp
import httpx

from watcher.errors import EndpointFailed, SecondReaderError

_PATH = "/chat/completions"
_MOST_BYTES = 500_000
"""An answer lists some dozens of claims with their quotes: a tenth of this."""

_MOST_TOKENS = 8_000


class Endpoint:
    """Asks the model called `model` at `url` (its base, such as `https://host/v1`, or the address of its completions).

    `client` makes the connections and must follow no redirect. `key` goes with each request, if there is one;
    `deadline` is seconds for a whole request.
    """

    def __init__(
        self, client: httpx.AsyncClient, url: str, model: str, key: str | None, deadline: float
    ) -> None:
        self._client = client
        self._url = url if url.endswith(_PATH) else url.rstrip("/") + _PATH
        self._model = model
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._deadline = deadline

    async def ask(self, messages: Sequence[dict[str, str]]) -> str:
        """Give the text that the model answers.

        Raises EndpointFailed when there is no answer in time or the endpoint refuses, SecondReaderError when what came
        is no answer of the protocol.
        """
        try:
            async with asyncio.timeout(self._deadline):
                content = await self._post(self._request(messages))
        except TimeoutError:
            raise EndpointFailed(f"no answer within {self._deadline:g} s") from None
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
            told = str(error) or type(error).__name__
            raise EndpointFailed(f"the answer broke off: {told[:200]}") from error
        return _content(content)

    def _request(self, messages: Sequence[dict[str, str]]) -> bytes:
        asked = {
            "model": self._model,
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": _MOST_TOKENS,
            "response_format": {"type": "json_object"},
            "stream": False,
        }
        # In ASCII: half a surrogate pair, which a hostile page may hold, has no other encoding.
        return json.dumps(asked).encode("ascii")

    async def _post(self, content: bytes) -> bytes:
        async with self._client.stream(
            "POST", self._url, content=content, headers=self._headers
        ) as response:
            if response.status_code != httpx.codes.OK:
                raise EndpointFailed(f"the endpoint answered {response.status_code}")
            received = bytearray()
            async for part in response.aiter_bytes():
                received += part
                if len(received) > _MOST_BYTES:
                    raise SecondReaderError(f"the answer is larger than {_MOST_BYTES:,} bytes")
        return bytes(received)


def _content(received: bytes) -> str:
    try:
        answer: Any = json.loads(received)
        content = answer["choices"][0]["message"]["content"]
    except (ValueError, RecursionError, LookupError, TypeError):
        raise SecondReaderError("what came is no answer of the protocol") from None
    if not isinstance(content, str):
        raise SecondReaderError("the answer has no text")
    return content
