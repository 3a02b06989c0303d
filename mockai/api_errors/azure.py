"""Errors of Azure OpenAI, most of which have neither type nor param."""

from __future__ import annotations

from mockai.api_errors.base import OPENAI, NamedError, Slot

__all__ = ["ERRORS"]

_CODE_AND_MESSAGE = {"error": {"code": Slot.CODE, "message": Slot.MESSAGE}}
_SAFE = {"filtered": False, "severity": "safe"}

ERRORS = (
    NamedError(
        "azure_content_filter",
        400,
        "Azure's content filter stops the prompt.",
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please "
        "modify your prompt and retry. To learn more about our content filtering policies please read our "
        "documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
        type=None,
        param="prompt",
        code="content_filter",
        pretty=False,
        layout={
            "error": {
                **OPENAI,
                "status": 400,
                "innererror": {
                    "code": "ResponsibleAIPolicyViolation",
                    "content_filter_result": {
                        "hate": _SAFE,
                        "jailbreak": {"filtered": True, "detected": True},
                        "self_harm": _SAFE,
                        "sexual": _SAFE,
                        "violence": _SAFE,
                    },
                },
            }
        },
    ),
    NamedError(
        "azure_deployment_not_found",
        404,
        "Azure has no deployment of this name; the body has neither type nor param.",
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 "
        "minutes, please wait a moment and try again.",
        type=None,
        code="DeploymentNotFound",
        layout=_CODE_AND_MESSAGE,
        pretty=False,
    ),
    NamedError(
        "azure_not_found",
        404,
        "Azure has nothing at this path.",
        "Resource not found",
        type=None,
        code="404",
        layout=_CODE_AND_MESSAGE,
        pretty=False,
    ),
    NamedError(
        "azure_unauthorized",
        401,
        "Azure does not know the key, or not at this address.",
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for "
        "an active subscription and use a correct regional API endpoint for your resource.",
        type=None,
        code="401",
        layout=_CODE_AND_MESSAGE,
        pretty=False,
        evidence="unverified",
    ),
    NamedError(
        "azure_operation_not_supported",
        400,
        "Azure's deployment is of a model that cannot do this.",
        "The {operation} operation does not work with the specified model, {model}. Please choose different model "
        "and try again. You can learn more about which models can be used with each operation here: "
        "https://go.microsoft.com/fwlink/?linkid=2197993.",
        type=None,
        code="OperationNotSupported",
        layout=_CODE_AND_MESSAGE,
        pretty=False,
        defaults={"operation": "chatCompletion"},
    ),
    NamedError(
        "azure_429",
        429,
        "Azure's rate limit; the usual wait of a day is longer than the SDK is ready to wait, so it does not retry.",
        "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded "
        "token rate limit of your current OpenAI S0 pricing tier. Please retry after {wait:seconds} seconds. Please "
        "go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.",
        type=None,
        code="429",
        headers=(("retry-after", "{wait:seconds}"),),
        layout=_CODE_AND_MESSAGE,
        pretty=False,
        defaults={"wait": 86400},
    ),
)
