"""The sandbox that templates run in: text and numbers put in places, and a bound on how long that may take.

A school's own templates are files that anybody may have edited. So a template can reach no Python: not an
attribute, not a method, not a function of the language. What it can do is counted, step by step and letter by
letter, because a loop in a loop would hang the command on any machine; the count is the same everywhere, and
a clock stands behind it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from time import monotonic
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

PAGE_STEPS = 50_000_000
"""Values printed, turns of loops and letters of text that a page of a whole school may take."""

LETTER_STEPS = 1_000_000
"""And that one letter may take, which is a fifth of a second."""

_SECONDS = 60.0
_EVERY = 4096  # steps between looks at the clock
_LONGEST = 1_000_000
_CALL = 20  # steps: a macro or another template takes as long as so many values

_FILTERS = (
    *("abs", "capitalize", "count", "d", "default", "first", "int", "items", "join", "last", "length"),
    *("list", "lower", "reverse", "trim", "upper"),
)
_SUMS: Mapping[str, Callable[[int, int], int]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "//": lambda left, right: left // right,
    "%": lambda left, right: left % right,
}


class TooLongError(TemplateError):
    """A template took more steps than a page or a letter can need."""


class _Meter:
    """What is left of the steps, and when time is up."""

    def __init__(self, steps: int) -> None:
        self.left = steps
        self.look = steps - _EVERY
        self.until = monotonic() + _SECONDS

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left > self.look:
            return
        self.look = self.left - _EVERY
        if self.left < 0 or monotonic() > self.until:
            raise TooLongError("the template takes too long: is there a loop in a loop?")


_METER: ContextVar[_Meter | None] = ContextVar("meter", default=None)


@contextmanager
def metered(steps: int) -> Iterator[None]:
    """Let the templates filled in meanwhile take so many steps together."""
    token = _METER.set(_Meter(steps))
    try:
        yield
    finally:
        _METER.reset(token)


def _spend(steps: int) -> None:
    meter = _METER.get()
    if meter is not None:
        meter.spend(steps)


class MissingError(TemplateError):
    """A template asks for a `name` that nobody gave, `among` others or at the top."""

    def __init__(self, name: str, among: tuple[str, ...] | None) -> None:
        super().__init__("a template asks for a name that nobody gave")
        self.name = name
        self.among = among


class _Missing(StrictUndefined):
    """What stands for a name that nobody gave, until it is used."""

    def __init__(
        self, hint: str | None = None, obj: Any = None, name: str | None = None, exc: Any = None
    ) -> None:
        among = tuple(map(str, obj)) if isinstance(obj, Mapping) else None
        refuse: Any = exc if hint else lambda _: MissingError(str(name), among)
        super().__init__(hint, obj, name, refuse)


class Sandbox(ImmutableSandboxedEnvironment):
    """A Jinja in which a template can neither call Python nor take for ever.

    `quoted` makes a value safe to stand in the template's text, which is HTML or Markdown.
    """

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, quoted: Callable[[str], str], **settings: Any) -> None:
        super().__init__(
            undefined=_Missing,
            autoescape=True,
            finalize=_printed(quoted),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            **settings,
        )
        self.filters = {name: _counting(self.filters[name]) for name in _FILTERS}
        self.filters |= {"join": _join, "listed": _listed, "_turns": _turns, "_joined": _joined}
        self.globals.clear()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Read a template, refuse what it has no need of, and have its loops and joined texts counted."""
        tree = super()._parse(source, name, filename)
        for node in tree.find_all((nodes.EvalContextModifier, nodes.List, nodes.Tuple, nodes.Dict)):
            _refuse_unless_plain(node, name, filename)
        _Counting().visit(tree)  # a template's root is never replaced
        tree.set_environment(self)
        return tree

    def _load_template(self, *given: Any, **named: Any) -> Any:
        _spend(_CALL)
        return super()._load_template(*given, **named)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Do sums with small whole numbers only: `"a" * 10 ** 9` would fill the memory."""
        small = all(isinstance(v, int) and abs(v) < _LONGEST for v in (left, right))
        if not small or operator not in _SUMS or (operator in "//%" and not right):
            _ask(left, right)
            raise TemplateError("a template may reckon with small whole numbers only")
        return _SUMS[operator](left, right)

    def is_safe_callable(self, obj: Any) -> bool:
        """Whether it is the template's own: a macro, a block, or a loop and what it can do."""
        return isinstance(getattr(obj, "__self__", obj), Macro | BlockReference | LoopContext)

    def call(self, context: Any, obj: Any, *given: Any, **named: Any) -> Any:
        """Call what the template itself has made."""
        _ask(obj)
        _spend(_CALL)
        if not self.is_safe_callable(obj):
            raise SecurityError("a template may call its own macros only")
        return super().call(context, obj, *given, **named)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What `obj.attribute` is: a value of that name, and never a method of Python's."""
        if isinstance(obj, LoopContext | TemplateReference):
            return super().getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """What `obj[argument]` is, and nothing that is not in it."""
        _ask(obj)
        try:
            return obj[argument]
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=str(argument))


class _Counting(NodeTransformer):
    """Has every turn of a loop, and every text joined by `~`, counted."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802  (Jinja's name for it)
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "_turns", [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(parts, "_joined", [], [], None, None, lineno=node.lineno)


def _refuse_unless_plain(node: nodes.Node, name: str | None, filename: str | None) -> None:
    if isinstance(node, nodes.EvalContextModifier):
        raise TemplateSyntaxError("quoting cannot be turned off", node.lineno, name, filename)
    if isinstance(node, nodes.Tuple) and node.ctx != "load":
        return
    if any(not isinstance(one, nodes.Const) for one in node.iter_child_nodes()):
        raise TemplateSyntaxError("a list may be made of plain words only", node.lineno, name, filename)


def _printed(quoted: Callable[[str], str]) -> Callable[[Any], Markup]:
    def printed(value: Any) -> Markup:
        if isinstance(value, Undefined):
            return Markup(value)  # noqa: S704 - nothing, of an `if` without `else`; or an error
        if isinstance(value, Markup):
            _spend(1 + len(value))
            return value
        if not isinstance(value, str | int):
            raise TemplateError("only text and whole numbers can be printed, not a list of them")
        text = str(value)
        _spend(1 + len(text))
        return Markup(quoted(text))  # noqa: S704 - quoted just now

    return printed


def _counting(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def counting(*given: Any, **named: Any) -> Any:
        made = function(*given, **named)
        _spend(1 + (len(made) if isinstance(made, str | list) else 0))
        return made

    return counting


def _turns(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        _spend(1)
        yield value


def _joined(parts: list[Any]) -> str:
    return _join(parts)


def _join(parts: Iterable[Any], between: str = "") -> str:
    """Texts as one text."""
    texts = [_text(part) for part in parts]
    _spend(sum(map(len, texts)) + len(texts) * (1 + len(between)))
    return between.join(texts)


def _listed(parts: Iterable[Any]) -> str:
    """Texts as a person lists them: `Monday, Tuesday and Friday`."""
    *most, last = [_text(part) for part in parts] or [""]
    return _join([_join(most, ", "), " and ", last]) if most else last


def _text(part: Any) -> str:
    if isinstance(part, Undefined):
        return str(part)
    if isinstance(part, Markup) or not isinstance(part, str | int):
        raise TemplateError("only text and whole numbers can be joined")
    return str(part)


def _ask(*values: Any) -> None:
    """Let a name that nobody gave say so."""
    for value in values:
        if isinstance(value, _Missing):
            str(value)
