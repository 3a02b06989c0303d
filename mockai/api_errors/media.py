"""Errors of completions, embeddings, audio and images."""

from __future__ import annotations

from mockai.api_errors.base import OPENAI, NamedError

__all__ = ["ERRORS"]

_TOO_LONG = (
    "This model's maximum context length is {limit} tokens, however you requested {requested} tokens ({prompt} in "
    "your prompt; {completion} for the completion). Please reduce your prompt; or completion length."
)
_IMAGE_USER = "image_generation_user_error"

_TEXT = (
    NamedError(
        "completion_context_length",
        400,
        "/completions: prompt and `max_tokens` together are longer than the model's context.",
        _TOO_LONG,
        defaults={"limit": 4097, "requested": 4231, "prompt": 3975, "completion": 256},
    ),
    NamedError(
        "embedding_context_length",
        400,
        "/embeddings: an input is longer than the model's context.",
        _TOO_LONG,
        defaults={"limit": 8192, "requested": 51435, "prompt": 51435, "completion": 0},
    ),
    NamedError(
        "embedding_empty_array",
        400,
        "/embeddings: the list of inputs is empty.",
        "Invalid 'input': input cannot be an empty array.",
        evidence="unverified",  # the text is seen, the code is not known
    ),
    NamedError(
        "embedding_invalid_input",
        400,
        "/embeddings: more than 2048 inputs, or an empty text.",
        "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
    ),
    NamedError(
        "dimensions_unsupported",
        400,
        "/embeddings: `dimensions` for a model of one size.",
        "This model does not support specifying dimensions.",
        evidence="unverified",
    ),
    NamedError(
        "max_tokens_per_request",
        400,
        "/embeddings: all inputs together are too long.",
        "Invalid 'input': maximum request size is {limit} tokens per request.",
        code="max_tokens_per_request",
        defaults={"limit": 300000},
        evidence="unverified",
    ),
)

_AUDIO = (
    NamedError(
        "invalid_audio_format",
        400,
        "/audio/transcriptions: the file is none of the formats known.",
        "Invalid file format. Supported formats: "
        "['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm']",
        param="file",
    ),
    NamedError(
        "audio_too_short",
        400,
        "/audio/transcriptions: the file holds less than a tenth of a second.",
        "Audio file is too short. Minimum audio length is 0.1 seconds.",
        param="file",
        code="audio_too_short",
        evidence="unverified",  # the text is seen, the code is not certain
    ),
    NamedError(
        "audio_too_large",
        413,
        "/audio/transcriptions: the file is larger than 25 MB.",
        "413: Maximum content size limit ({limit}) exceeded ({used} bytes read)",
        type="server_error",
        defaults={"limit": 26214400, "used": 26294972},
        layout={"error": OPENAI, "usage": {"type": "duration", "seconds": 0}},
    ),
    NamedError(
        "speech_input_too_long",
        400,
        "/audio/speech: the text is longer than 4096 characters.",
        "Invalid 'input': string too long. Expected a string with maximum length {maximum}, but got a string with "
        "length {length} instead.",
        param="input",
        code="string_above_max_length",
        defaults={"maximum": 4096, "length": 4097},
        evidence="documented",
    ),
)


def _image_choice(param: str, *supported: str) -> NamedError:
    return NamedError(
        f"invalid_image_{param}",
        400,
        f"/images: `{param}` is none of the choices.",
        "Invalid value: '{value:echo}'. Supported values are: {supported:listed}.",
        param=param,
        code="invalid_value",
        defaults={"value": "bogus", "supported": supported},
    )


def _image_range(param: str, minimum: int, maximum: int) -> tuple[NamedError, NamedError]:
    below = NamedError(
        f"image_{param}_too_small",
        400,
        f"/images: `{param}` is below {minimum}.",
        f"Invalid '{param}': integer below minimum value. Expected a value >= {minimum}, but got {{value}} instead.",
        param=param,
        code="integer_below_min_value",
        defaults={"value": minimum - 1},
    )
    above = NamedError(
        f"image_{param}_too_large",
        400,
        f"/images: `{param}` is above {maximum}.",
        f"Invalid '{param}': integer above maximum value. Expected a value <= {maximum}, but got {{value}} instead.",
        param=param,
        code="integer_above_max_value",
        defaults={"value": maximum + 1},
    )
    return below, above


_IMAGE_PARAMETERS = (
    NamedError(
        "image_missing_model",
        400,
        "/images: no `model` is given.",
        "Missing required parameter: 'model'.",
        param="model",
        code="missing_required_parameter",
    ),
    NamedError(
        "image_invalid_model",
        400,
        "/images: `model` is not a text.",
        "Invalid type for 'model': expected a string, but got {got} instead.",
        param="model",
        code="invalid_type",
        defaults={"got": "an integer"},
    ),
    NamedError(
        "image_model_not_found",
        400,
        "/images: an unknown model, or one that is gone (dall-e-2, dall-e-3).",
        "The model '{model}' does not exist.",
        type=_IMAGE_USER,
        param="model",
        code="invalid_value",
        defaults={"model": "dall-e-3"},
    ),
    NamedError(
        "image_unknown_parameter",
        400,
        "/images: a parameter gpt-image models do not take (`response_format`, `style`).",
        "Unknown parameter: '{param}'.",
        param="{param}",
        code="unknown_parameter",
        defaults={"param": "response_format"},
    ),
    *_image_range("n", 1, 10),
    *_image_range("output_compression", 0, 100),
    *_image_range("partial_images", 0, 3),
    _image_choice("quality", "low", "medium", "high", "auto"),
    _image_choice("output_format", "png", "webp", "jpeg"),
    _image_choice("moderation", "auto", "low"),
    _image_choice("background", "transparent", "opaque", "auto"),
    NamedError(
        "invalid_image_size",
        400,
        "/images: `size` is not WIDTHxHEIGHT.",
        "Invalid size '{value:echo}'. Expected WIDTHxHEIGHT, for example '1824x1024'.",
        type=_IMAGE_USER,
        param="size",
        code="invalid_value",
        defaults={"value": "bogus"},
    ),
    NamedError(
        "image_size_not_divisible",
        400,
        "/images: width or height is no multiple of 16.",
        "Width and height must both be divisible by 16.",
        type=_IMAGE_USER,
        param="size",
        code="invalid_value",
    ),
    NamedError(
        "empty_image_prompt",
        400,
        "/images: the prompt is empty.",
        "Invalid 'prompt': empty string. Expected a string with minimum length 1, but got an empty string instead.",
        param="prompt",
        code="empty_string",
    ),
    NamedError(
        "transparent_background_unsupported",
        400,
        "/images: a transparent background from a model that paints none.",
        "Transparent background is not supported for this model.",
        type=_IMAGE_USER,
        param="background",
        code="invalid_value",
    ),
    NamedError(
        "invalid_input_fidelity_model",
        400,
        "/images/edits: `input_fidelity` for a model without it.",
        "The model '{model}' does not support the 'input_fidelity' parameter.",
        type=_IMAGE_USER,
        param="input_fidelity",
        code="invalid_input_fidelity_model",
        defaults={"model": "gpt-image-2"},
    ),
)

_IMAGE_EDITS = (
    NamedError(
        "image_in_json_edit",
        400,
        "/images/edits: `image` in a JSON body.",
        "Unknown parameter: 'image'. For application/json on /v1/images/edits, use 'images' (array).",
        param="image",
        code="invalid_value",
    ),
    NamedError(
        "images_in_form_edit",
        400,
        "/images/edits: `images` in a form.",
        "Unknown parameter: 'images'. For multipart/form-data use 'image' or 'image[]'.",
        param="images",
        code="invalid_value",
    ),
    NamedError(
        "unsupported_file_mimetype",
        400,
        "/images/edits: the file is no image the API reads.",
        "Invalid file 'image': unsupported mimetype ('{mimetype}'). Supported file formats are 'image/jpeg', "
        "'image/png', and 'image/webp'.",
        param="image",
        code="unsupported_file_mimetype",
        defaults={"mimetype": "application/octet-stream"},
    ),
)

_IMAGE_SAFETY = (
    NamedError(
        "moderation_blocked",
        400,
        "/images: the safety system refuses the picture (gpt-image).",
        "Your request was rejected by the safety system. If you believe this is an error, contact us at "
        "help.openai.com and include the request ID {request_id}. safety_violations=[{category}].",
        type=_IMAGE_USER,
        code="moderation_blocked",
        defaults={"category": "sexual"},
        layout={
            "error": {**OPENAI, "moderation_details": {"moderation_stage": "output", "categories": ["{category}"]}}
        },
    ),
    NamedError(
        "content_policy_violation",
        400,
        "/images: the safety system refuses the prompt (dall-e).",
        "Your request was rejected as a result of our safety system. Your prompt may contain text that is not "
        "allowed by our safety system.",
        code="content_policy_violation",
    ),
    NamedError(
        "image_billing_hard_limit_reached",
        400,
        "/images: the organization's spending cap is reached.",
        "Billing hard limit has been reached",
        type=_IMAGE_USER,
        code="billing_hard_limit_reached",
    ),
)

ERRORS = (*_TEXT, *_AUDIO, *_IMAGE_PARAMETERS, *_IMAGE_EDITS, *_IMAGE_SAFETY)
