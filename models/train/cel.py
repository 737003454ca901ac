"""Translates the small part of CEL that the feature catalogue uses into DuckDB SQL.

Anything outside that part is refused with a clear error: a feature computed differently here and in the engine would
spoil the model without anyone noticing. Types are checked as in CEL, which never mixes int and double.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

TOKEN = re.compile(
    r"\s*(?:(?P<double>\d+\.\d+(?:[eE][+-]?\d+)?)|(?P<integer>\d+)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<operator>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:().,]))"
)
# CEL's accessors (always UTC) and DuckDB's functions that agree with them: hours 0-23, days 0 = Sunday.
TIMESTAMP_METHODS = {"getHours": "hour", "getMinutes": "minute", "getDayOfWeek": "dayofweek"}
NUMBERS = ("double", "integer")


class CelError(ValueError):
    """An expression that is not CEL, or not in the part of CEL that is translated."""


@dataclass(frozen=True)
class Sql:
    text: str
    type: str


def translate(expression: str, types: Mapping[str, str]) -> Sql:
    """SQL for a CEL expression over features of the given types; NULL stands for a missing value."""
    parser = _Parser(expression, types)
    body = parser.parse()
    if not parser.names:
        return body
    # The engine does not evaluate an expression with a missing input, whichever branch would use it.
    missing = " OR ".join(f'"{name}" IS NULL' for name in sorted(parser.names))
    return Sql(f"CASE WHEN {missing} THEN NULL ELSE {body.text} END", body.type)


def names_in(expression: str) -> set[str]:
    """The features an expression reads."""
    tokens = _tokens(expression)
    called = {i for i, (_, text) in enumerate(tokens) if text == "("}
    return {
        text
        for i, (kind, text) in enumerate(tokens)
        if kind == "name" and i + 1 not in called and text not in ("true", "false")
    }


def _tokens(expression: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = expression.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise CelError(f"cannot translate {text[at:]!r} in {expression!r}")
        found.append((str(match.lastgroup), match.group(match.lastgroup or 0)))
        at = match.end()
    return found


class _Parser:
    """Recursive descent, one method a level of precedence."""

    def __init__(self, expression: str, types: Mapping[str, str]) -> None:
        self.expression = expression
        self.types = types
        self.tokens = _tokens(expression)
        self.at = 0
        self.names: set[str] = set()

    def parse(self) -> Sql:
        result = self.ternary()
        if self.at < len(self.tokens):
            raise self.error(f"unexpected {self.tokens[self.at][1]!r}")
        return result

    def error(self, message: str) -> CelError:
        return CelError(f"{message} in {self.expression!r}")

    def take(self, *operators: str) -> str | None:
        if self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind == "operator" and text in operators:
                self.at += 1
                return text
        return None

    def expect(self, operator: str) -> None:
        if self.take(operator) is None:
            raise self.error(f"expected {operator!r}")

    def ternary(self) -> Sql:
        condition = self.either()
        if self.take("?") is None:
            return condition
        then = self.ternary()
        self.expect(":")
        otherwise = self.ternary()
        if condition.type != "boolean" or then.type != otherwise.type:
            raise self.error("a ternary needs a boolean and two values of one type")
        test = condition.text
        return Sql(
            f"(CASE WHEN {test} THEN {then.text} WHEN NOT {test} THEN {otherwise.text} END)",
            then.type,
        )

    def either(self) -> Sql:
        return self.logical(self.both, "||", "OR")

    def both(self) -> Sql:
        return self.logical(self.relation, "&&", "AND")

    def logical(self, operand: Callable[[], Sql], operator: str, sql: str) -> Sql:
        left = operand()
        while self.take(operator):
            right = operand()
            if (left.type, right.type) != ("boolean", "boolean"):
                raise self.error(f"{operator} needs two booleans")
            left = Sql(f"({left.text} {sql} {right.text})", "boolean")
        return left

    def relation(self) -> Sql:
        left = self.arithmetic()
        while operator := self.take("==", "!=", "<=", ">=", "<", ">"):
            right = self.arithmetic()
            if left.type != right.type or (operator not in ("==", "!=") and left.type not in NUMBERS):
                raise self.error(f"cannot compare {left.type} {operator} {right.type}")
            sql = {"==": "=", "!=": "<>"}.get(operator, operator)
            left = Sql(f"({left.text} {sql} {right.text})", "boolean")
        return left

    def arithmetic(self) -> Sql:
        left = self.term()
        while operator := self.take("+", "-"):
            left = self.numeric(left, operator, self.term())
        return left

    def term(self) -> Sql:
        left = self.unary()
        while operator := self.take("*", "/", "%"):
            left = self.numeric(left, operator, self.unary())
        return left

    def numeric(self, left: Sql, operator: str, right: Sql) -> Sql:
        if left.type != right.type or left.type not in NUMBERS:
            raise self.error(f"cannot compute {left.type} {operator} {right.type}")
        if operator in "/%":
            if operator == "%" or left.type == "integer":
                raise self.error("only doubles are divided; use double(x)")
            return Sql(f"({left.text} / nullif({right.text}, 0))", left.type)  # by zero: missing
        return Sql(f"({left.text} {operator} {right.text})", left.type)

    def unary(self) -> Sql:
        if self.take("!"):
            operand = self.unary()
            if operand.type != "boolean":
                raise self.error("! needs a boolean")
            return Sql(f"(NOT {operand.text})", "boolean")
        if self.take("-"):
            operand = self.unary()
            if operand.type not in NUMBERS:
                raise self.error("- needs a number")
            return Sql(f"(-{operand.text})", operand.type)
        return self.postfix()

    def postfix(self) -> Sql:
        value = self.primary()
        while self.take("."):
            method = self.name()
            self.expect("(")
            self.expect(")")
            if value.type != "timestamp" or method not in TIMESTAMP_METHODS:
                raise self.error(f"cannot translate .{method}() of a {value.type}")
            value = Sql(f"{TIMESTAMP_METHODS[method]}({value.text})", "integer")
        return value

    def name(self) -> str:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] != "name":
            raise self.error("expected a name")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def primary(self) -> Sql:
        if self.take("("):
            inner = self.ternary()
            self.expect(")")
            return inner
        if self.at >= len(self.tokens):
            raise self.error("unexpected end")
        kind, text = self.tokens[self.at]
        if kind in NUMBERS:
            self.at += 1
            return Sql(f"CAST({text} AS {'DOUBLE' if kind == 'double' else 'BIGINT'})", kind)
        name = self.name()
        if name in ("true", "false"):
            return Sql(name, "boolean")
        if self.take("("):
            return self.conversion(name)
        if name not in self.types:
            raise self.error(f"unknown feature {name!r}")
        self.names.add(name)
        return Sql(f'"{name}"', self.types[name])

    def conversion(self, function: str) -> Sql:
        argument = self.ternary()
        self.expect(")")
        if function != "double" or argument.type not in NUMBERS:
            raise self.error(f"cannot translate {function}({argument.type})")
        return Sql(f"CAST({argument.text} AS DOUBLE)", "double")
