"""The gate before the parser: only words of the language and names of columns get through.

Names come out quoted, so that a column called ``index`` or ``date`` reads like any other.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from sqlglot import tokenize
from sqlglot.errors import TokenError
from sqlglot.tokens import Token, TokenType

from zhenwu.lib.expressions.types import DEEPEST, Columns
from zhenwu.lib.problems import Problem

LONGEST = 2000
FUNCTIONS = ("YEAR", "MONTH", "COALESCE", "STARTS_WITH")
_KEYWORDS = {
    TokenType[word]
    for word in ("AND", "OR", "NOT", "IN", "BETWEEN", "IS", "NULL", "TRUE", "FALSE")
    + ("CASE", "WHEN", "THEN", "ELSE", "END")
    + ("EQ", "NEQ", "LT", "LTE", "GT", "GTE", "PLUS", "DASH", "STAR", "L_PAREN", "R_PAREN", "COMMA", "STRING")
}
_OPENING, _CLOSING = (TokenType.L_PAREN, TokenType.CASE), (TokenType.R_PAREN, TokenType.END)
_NUMBER = re.compile(r"\d{1,16}(\.\d{1,12})?")
_FULL_WIDTH = re.compile("[（）＝＜＞，；‘’“”＋－＊　。：]")
_FORBIDDEN = {
    TokenType.SLASH: "除法（比率请用 ratio 指标）",
    TokenType.DIV: "除法（比率请用 ratio 指标）",
    TokenType.MOD: "取余",
    TokenType.LIKE: "LIKE（按开头查找用 STARTS_WITH）",
    TokenType.ILIKE: "LIKE（按开头查找用 STARTS_WITH）",
    TokenType.SELECT: "子查询",
    TokenType.DCOLON: "类型转换",
    TokenType.DPIPE: "文字拼接",
    TokenType.SEMICOLON: "分号",
}


def sift(text: str, columns: Columns) -> str:
    """The text with its names quoted; raises ``Problem('expression.*')`` for a word not of the language."""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise Problem("expression.long", f"表达式超过 {LONGEST} 个字", "拆成几个指标或条件。")
    if not text.strip():
        raise Problem("expression.empty", "表达式是空的", "写一个条件，例如 state = 'done'。")
    return _Gate(text, columns).sifted()


@dataclass(frozen=True)
class _Gate:
    text: str
    columns: Columns

    def sifted(self) -> str:
        tokens = self._tokens()
        nesting, pieces = 0, []
        for token, after in zip(tokens, [*tokens[1:], None], strict=True):
            nesting += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
            if nesting > DEEPEST:
                raise too_deep()
            pieces.append(self._piece(token, after))
        return " ".join(pieces)

    def _tokens(self) -> list[Token]:
        try:
            tokens = tokenize(self.text)
        except TokenError as error:
            raise Problem("expression.syntax", "表达式里有没有写完的文字", "检查单引号是否成对。") from error
        if any(token.comments for token in tokens) or not tokens:
            raise Problem("expression.comment", "表达式里有注释", "把说明写到“口径”里。")
        return tokens

    def _piece(self, token: Token, after: Token | None) -> str:
        kind, written = token.token_type, self.text[token.start : token.end + 1]
        following = after.token_type if after else None
        if kind in _KEYWORDS or (kind == TokenType.DATE and following == TokenType.STRING):
            return written
        if kind == TokenType.NUMBER:
            return self._number(written)
        if kind in _FORBIDDEN:
            raise Problem("expression.forbidden", f"不能用“{written}”：{_FORBIDDEN[kind]}", _ALLOWED)
        if following == TokenType.L_PAREN and kind != TokenType.IDENTIFIER:
            return self._function(written)
        return self._column(token.text, written)

    def _number(self, written: str) -> str:
        if not _NUMBER.fullmatch(written):
            remedy = "写成 12 或 12.5，最多 16 位。"
            raise Problem("expression.number", f"数字“{_short(written)}”的写法不认识", remedy)
        return written

    def _function(self, written: str) -> str:
        if written.upper() not in FUNCTIONS:
            remedy = f"可用的函数：{'、'.join(FUNCTIONS)}。"
            raise Problem("expression.function", f"不能用函数“{_short(written)}”", remedy)
        return written

    def _column(self, name: str, written: str) -> str:
        if name in self.columns:
            return '"' + name.replace('"', '""') + '"'
        if _FULL_WIDTH.search(written):
            remedy = "括号、引号、逗号、等号都改用英文半角。"
            raise Problem("expression.full_width", f"“{_short(written)}”里有全角符号", remedy)
        if not re.match(r"[\w\"]", written):
            raise Problem("expression.forbidden", f"不能用“{_short(written)}”", _ALLOWED)
        raise Problem("expression.column", f"没有字段“{_short(name)}”", self._remedy(name, written))

    def _remedy(self, name: str, written: str) -> str:
        quotes = "文字要用单引号；" if written.startswith('"') else ""
        near = difflib.get_close_matches(name[:60], list(self.columns), 1)
        guess = f"是不是“{near[0]}”？" if near else ""
        known = sorted(self.columns)
        more = f" 等 {len(known)} 个" if len(known) > 30 else ""
        return f"{quotes}{guess}可用的字段：{'、'.join(known[:30])}{more}。"


_ALLOWED = f"可用：AND OR NOT、= <> < <= > >=、IN、BETWEEN、IS NULL、+ - *、CASE、{'、'.join(FUNCTIONS)}。"


def too_deep() -> Problem:
    """The problem of a tree that nests too deep."""
    return Problem("expression.deep", f"表达式嵌套超过 {DEEPEST} 层", "拆成几个条件，或用 IN 代替一长串 OR。")


def _short(written: str) -> str:
    return written if len(written) <= 30 else written[:30] + "…"
