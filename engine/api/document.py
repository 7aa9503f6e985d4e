"""The OpenAPI document of the local API, made from the same declarations that check the requests."""

from typing import Any

from pydantic.json_schema import models_json_schema

from engine import __version__
from engine.api.requests import ChatRequest, CompletionRequest, EmbeddingRequest

_REFUSALS = {
    "400": "The request cannot be understood or carried out.",
    "401": "The token is missing or wrong.",
    "403": "The request comes from a page of another origin.",
    "404": "There is no such route or model.",
    "405": "The route takes another method.",
    "408": "The request did not arrive in time.",
    "413": "The request is too large.",
    "415": "The body is no JSON.",
    "421": "The request was meant for another server.",
    "429": "Too many requests wait.",
    "503": "The server is about to end.",
}
_POSTS = (
    ("/v1/chat/completions", "chat", "Answer a conversation", ChatRequest, True),
    ("/v1/completions", "complete", "Go on with texts", CompletionRequest, True),
    ("/v1/embeddings", "embed", "Vectors of texts", EmbeddingRequest, False),
)


def document(address: str, name: str) -> dict[str, Any]:
    """What is served at ``/openapi.json``."""
    kinds = [(kind, "validation") for _, _, _, kind, _ in _POSTS]
    _, schemas = models_json_schema(kinds, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    only = {"type": "string", "enum": [name]}  # a document of this server, which has one model
    for kind, _ in kinds:
        schemas["$defs"][kind.__name__]["properties"]["model"] = only
    named = {"name": "model", "in": "path", "required": True, "schema": only}
    paths: dict[str, Any] = {
        "/v1/models": {"get": _operation("models", "The model that is loaded")},
        "/v1/models/{model}": {"get": {**_operation("model", "One model"), "parameters": [named]}},
        "/openapi.json": {"get": _operation("document", "This document")},
    }
    for path, operation, summary, kind, streams in _POSTS:
        schema = {"$ref": f"#/components/schemas/{kind.__name__}"}
        body = {"required": True, "content": {"application/json": {"schema": schema}}}
        paths[path] = {"post": {**_operation(operation, summary, streams=streams), "requestBody": body}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Luthier's local API", "version": __version__},
        "servers": [{"url": address.removesuffix("/v1")}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(name: str, summary: str, *, streams: bool = False) -> dict[str, Any]:
    content: dict[str, Any] = {"application/json": {"schema": {"type": "object"}}}
    if streams:
        content["text/event-stream"] = {}
    error = {"application/json": {"schema": {"type": "object", "required": ["error"]}}}
    refusals = {status: {"description": words, "content": error} for status, words in _REFUSALS.items()}
    return {
        "operationId": name,
        "summary": summary,
        "responses": {"200": {"description": summary, "content": content}, **refusals},
    }
