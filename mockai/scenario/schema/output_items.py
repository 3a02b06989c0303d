"""Items only the Responses API has: calls of its own tools, what came of them, and failures on the way.

Keys are the API's own; what is left out is filled up. `fields` are those of the item on the wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from mockai.records import After, Field, Listed
from mockai.scenario.schema.written import TEXT, Number, Short, Whole, Written

__all__ = ["FailureSpec", "OutputItemKeys"]

_TEXTS = Short("queries", (str, list), {"anyOf": [TEXT, {"type": "array", "items": TEXT}]})
_COMMANDS = Short("commands", (str, list), _TEXTS.form)
_PATCHES = ("create_file", "update_file", "delete_file")

Texts = Annotated[tuple[str, ...], Listed]


class _ToolItem(Written):
    """Base of the items; `kind` is the `type` on the wire."""

    kind: ClassVar[str]

    def fields(self) -> dict[str, Any]:
        """What is written, as the item has it on the wire."""
        return self.model_dump(exclude_unset=True)


class FindInPage(Written):
    """A pattern looked for in a page."""

    url: str
    pattern: str


class WebSearchSpec(_ToolItem):
    """A search of the web: a query and, if asked for, its sources; or a page opened, or searched."""

    kind = "web_search_call"
    short = Short("query")

    query: str | None = None
    queries: Texts | None = None
    sources: Annotated[Texts | None, Field(description="URLs; sent to clients that include them.")] = None
    open_page: Annotated[str | None, Field(description="The URL of a page opened instead.")] = None
    find_in_page: FindInPage | None = None
    status: Literal["completed", "failed"] | None = None

    def fields(self) -> dict[str, Any]:
        """One action, whichever is written."""
        status = {} if self.status is None else {"status": self.status}
        if self.open_page is not None:
            return {**status, "action": {"type": "open_page", "url": self.open_page}}
        if self.find_in_page is not None:
            return {**status, "action": {"type": "find_in_page", **self.find_in_page.model_dump()}}
        search = {"type": "search", "query": self.query or "", "queries": list(self.queries or (self.query or "",))}
        sources = [{"type": "url", "url": url} for url in self.sources or ()]
        return {**status, "action": {**search, "sources": sources}}


class FileSearchResult(Written):
    """A part of a file that a search found."""

    text: str = ""
    filename: str = ""
    file_id: str = ""
    score: Number = 1.0
    attributes: dict[str, Any] = Field(default_factory=dict)


class FileSearchSpec(_ToolItem):
    """A search in files; the results are sent to clients that include them."""

    kind = "file_search_call"
    short = _TEXTS

    queries: Texts = ()
    results: tuple[FileSearchResult, ...] | None = None
    status: Literal["completed", "failed", "incomplete"] | None = None

    def fields(self) -> dict[str, Any]:
        """Results with all their keys."""
        written = super().fields()
        if self.results is not None:
            written["results"] = [result.model_dump() for result in self.results]
        return written


class CodeInterpreterSpec(_ToolItem):
    """Code that is run; what it prints (`logs`) and draws (`images`) is sent to clients that include it."""

    kind = "code_interpreter_call"
    short = Short("code")

    code: str = ""
    logs: str | None = None
    images: Annotated[Texts, Field(description="URLs of images.")] = ()
    container_id: str | None = None
    status: Literal["completed", "failed", "incomplete"] | None = None

    def fields(self) -> dict[str, Any]:
        """Logs and images as outputs."""
        logs = [] if self.logs is None else [{"type": "logs", "logs": self.logs}]
        images = [{"type": "image", "url": url} for url in self.images]
        others = {key: value for key, value in super().fields().items() if key not in ("logs", "images")}
        return {**others, "outputs": [*logs, *images]}


class ImageGenerationSpec(_ToolItem):
    """An image: `result` is base64 (of one pixel, where it is left out), and so are the partial images before it."""

    kind = "image_generation_call"
    short = Short("revised_prompt")

    revised_prompt: str | None = None
    result: str | None = None
    partial_images: Texts = ()
    action: Literal["generate", "edit", "auto"] | None = None
    size: str | None = None
    quality: str | None = None
    background: str | None = None
    output_format: str | None = None
    status: Literal["completed", "failed"] | None = None


class MCPToolSpec(Written):
    """A tool of an MCP server."""

    short = Short("name")

    name: str
    description: str | None = None
    input_schema: dict[str, Any] = Field(default_factory=lambda: {"type": "object", "properties": {}})
    annotations: dict[str, Any] | None = None


class MCPListToolsSpec(_ToolItem):
    """The tools of an MCP server, or why they could not be listed."""

    kind = "mcp_list_tools"

    server_label: str
    tools: tuple[MCPToolSpec, ...] = ()
    error: str | None = None

    def fields(self) -> dict[str, Any]:
        """Tools with all their keys."""
        return {**super().fields(), "tools": [tool.model_dump() for tool in self.tools]}


class MCPCallSpec(_ToolItem):
    """A call of a tool of an MCP server, and its output or the text of its error."""

    kind = "mcp_call"

    server_label: str
    name: str
    arguments: dict[str, Any] | str = "{}"
    output: str | None = None
    error: str | dict[str, Any] | None = None
    approval_request_id: str | None = None

    def fields(self) -> dict[str, Any]:
        """A failed call has a status of its own."""
        written = super().fields()
        if self.error is not None:
            written["status"] = "failed"
        if isinstance(self.error, str):
            content = [{"type": "text", "text": self.error}]
            written["error"] = {"type": "mcp_tool_execution_error", "content": content}
        return written


class MCPApprovalRequestSpec(_ToolItem):
    """A call of a tool of an MCP server that waits to be approved."""

    kind = "mcp_approval_request"

    server_label: str
    name: str
    arguments: dict[str, Any] | str = "{}"
    id: str | None = None


class ComputerSpec(_ToolItem):
    """What to do on a computer: `{type: click, x: 1, y: 2, button: left}` and the like."""

    kind = "computer_call"
    short = Short("actions", (list, tuple), {"type": "array", "items": {"type": "object"}})

    actions: tuple[dict[str, Any], ...] = ()
    pending_safety_checks: tuple[dict[str, Any], ...] = ()
    call_id: str | None = None


class ShellSpec(_ToolItem):
    """Commands for a shell."""

    kind = "shell_call"
    short = _COMMANDS

    commands: Texts = ()
    timeout_ms: Whole | None = None
    max_output_length: Whole | None = None
    call_id: str | None = None

    def fields(self) -> dict[str, Any]:
        """The commands and their limits are the action."""
        limits = {"max_output_length": self.max_output_length, "timeout_ms": self.timeout_ms}
        return {"action": {"commands": list(self.commands), **limits}, **_given(call_id=self.call_id)}


class ShellOutputSpec(_ToolItem):
    """What the commands of the shell call before it printed; no `exit_code` means that they took too long."""

    kind = "shell_call_output"
    short = Short("stdout")

    stdout: str = ""
    stderr: str = ""
    exit_code: Whole | None = 0
    call_id: str | None = None

    def fields(self) -> dict[str, Any]:
        """One output with its outcome."""
        code = self.exit_code
        outcome: dict[str, Any] = {"type": "timeout"} if code is None else {"type": "exit", "exit_code": code}
        output = {"outcome": outcome, "stderr": self.stderr, "stdout": self.stdout}
        return {"output": [output], **_given(call_id=self.call_id)}


class LocalShellSpec(_ToolItem):
    """A command for the client's own shell, as a list of words."""

    kind = "local_shell_call"
    short = Short("command", (list, tuple), {"type": "array", "items": TEXT})

    command: tuple[str, ...] = ()
    env: dict[str, str] = Field(default_factory=dict)
    timeout_ms: Whole | None = None
    user: str | None = None
    working_directory: str | None = None
    call_id: str | None = None

    def fields(self) -> dict[str, Any]:
        """The command and its surroundings are the action."""
        action = self.model_dump(exclude={"call_id"})
        return {"action": {"type": "exec", **action}, **_given(call_id=self.call_id)}


class ApplyPatchSpec(_ToolItem):
    """A change of one file, named by what is done to it: `{update_file: main.py, diff: "@@ ..."}`."""

    kind = "apply_patch_call"

    create_file: str | None = None
    update_file: str | None = None
    delete_file: str | None = None
    diff: str | None = None
    call_id: str | None = None

    def _check(self) -> None:
        given = self.given(*_PATCHES)
        if len(given) != 1:
            raise ValueError(f"a patch is one of {', '.join(_PATCHES)}; seen {' and '.join(given) or 'none of them'}")
        if (self.diff is None) is not (given == ["delete_file"]):
            raise ValueError("a patch has a `diff`, unless it deletes the file")

    def fields(self) -> dict[str, Any]:
        """The operation on the file."""
        kind = self.given(*_PATCHES)[0]
        operation = {"type": kind, **_given(diff=self.diff), "path": getattr(self, kind)}
        return {"operation": operation, **_given(call_id=self.call_id)}


def _with_type(item: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(item.get("type"), str):
        raise ValueError("an output item has a `type`, such as web_search_call, and the keys it has on the wire")
    return item


class FailureSpec(Written):
    """The response fails here, after its status line: in a stream an `error` event comes (its error `nested` in a
    key of its own, which makes the SDK raise, or `flat`, or `none` at all), then `response.failed`."""

    short = Short("message")

    message: str = "The server had an error while processing your request. Sorry about that!"
    code: str = "server_error"
    type: str = "server_error"
    param: str | None = None
    event: Literal["nested", "flat", "none"] = "nested"


def _given(**values: str | None) -> Mapping[str, str]:
    return {key: value for key, value in values.items() if value is not None}


class OutputItemKeys(Written):
    """The keys of an item that only the Responses API sends; chat leaves them out."""

    web_search: WebSearchSpec | None = None
    file_search: FileSearchSpec | None = None
    code_interpreter: CodeInterpreterSpec | None = None
    image_generation: ImageGenerationSpec | None = None
    mcp_list_tools: MCPListToolsSpec | None = None
    mcp_call: MCPCallSpec | None = None
    mcp_approval_request: MCPApprovalRequestSpec | None = None
    computer: ComputerSpec | None = None
    shell: ShellSpec | None = None
    shell_output: ShellOutputSpec | None = None
    local_shell: LocalShellSpec | None = None
    apply_patch: ApplyPatchSpec | None = None
    output_item: Annotated[dict[str, Any], After(_with_type)] | None = Field(
        default=None,
        description="An item of any type, as on the wire; its `id` and what the known types need is filled up.",
    )
    failure: FailureSpec | None = None

    @property
    def output(self) -> tuple[str, dict[str, Any]] | None:
        """The type and the fields of the item, if it is one of these."""
        if self.output_item is not None:
            return self.output_item["type"], {key: value for key, value in self.output_item.items() if key != "type"}
        written = (getattr(self, name) for name in OutputItemKeys.model_fields)
        spec = next((spec for spec in written if isinstance(spec, _ToolItem)), None)
        return None if spec is None else (spec.kind, spec.fields())
