"""Click's own words in Chinese.

Click asks gettext, which looks for a compiled catalogue by the machine's language. We have one language and commit no
compiled files, so its modules are given this table instead.
"""

from __future__ import annotations

import importlib
from typing import Any

import click

WORDS = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Show this message and exit.": "显示这段说明",
    "Show the version and exit.": "显示版本号",
    "default: {default}": "默认：{default}",
    "Error: {message}": "用法不对：{message}",
    "Try '{command} {option}' for help.": "看用法：{command} {option}",
    "Missing command.": "没有写要做什么。",
    "Missing argument": "没有写",
    "Missing option": "没有写选项",
    "Missing parameter": "没有写",
    "Missing parameter: {param_name}": "没有写 {param_name}",
    "Missing {param_type}": "没有写 {param_type}",
    "No such command {name!r}.": "没有 {name!r} 这个命令。",
    "No such option {name!r}.": "没有 {name!r} 这个选项。",
    "Did you mean {possibility}?": "是不是 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "（是不是：{possibilities}？）",
    "Got unexpected extra argument ({args})": "多写了 {args}",
    "Invalid value: {message}": "写得不对：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 写得不对：{message}",
    "Option {name!r} requires an argument.": "选项 {name!r} 后面要写内容。",
    "Option {name!r} does not take a value.": "选项 {name!r} 后面不写内容。",
    "{value!r} is not a valid {number_type}.": "{value!r} 不是数字。",
    "{value!r} is not a valid UUID.": "{value!r} 不是编号。",
    "{value} is not in the range {range}.": "{value} 不在范围 {range} 内。",
    "{value!r} is not {choice}.": "{value!r} 不是 {choice}。",
    "{value!r} is not one of {choices}.": "{value!r} 不在可选之列：{choices}。",
    "Choose from:\n\t{choices}": "可选：\n\t{choices}",
    "Error: The two entered values do not match.": "两次输入的不一样，请重来。",
    "Error: invalid input": "请输入 y 或 n。",
    "Aborted!": "已中断。",
}
_MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")


def say(text: str) -> str:
    """Click's words in Chinese; what is not in the table stays as it is."""
    return WORDS.get(text, text)


def say_many(one: str, many: str, count: int) -> str:
    """Chinese has one form for one and for many, unless the table has a form of its own for many."""
    return say(many) if count != 1 and many in WORDS else say(one)


def speak_chinese() -> None:
    """From here on Click speaks Chinese."""
    for name in _MODULES:
        module = importlib.import_module(f"click.{name}")
        for function, ours in (("_", say), ("ngettext", say_many)):
            if hasattr(module, function):
                setattr(module, function, ours)


def in_chinese(command: click.Command) -> click.Command:
    """A command and all below it, with the words that Click does not translate."""
    command.options_metavar = "[选项]" if command.params else ""
    for option in command.params:
        if isinstance(option, click.Option):
            _name_value(option)
    for below in getattr(command, "commands", {}).values():
        in_chinese(below)
    if isinstance(command, click.Group):
        command.subcommand_metavar = "命令 …"
    return command


def _name_value(option: click.Option) -> None:
    if option.required and option.help and not option.help.startswith("必填"):
        option.help = f"必填。{option.help}"
    if not option.metavar and not option.is_flag and not isinstance(option.type, click.Choice):
        kind: Any = option.type
        option.metavar = "整数" if isinstance(kind, click.types.IntParamType) else "文件" if isinstance(kind, click.Path) else "文字"
    option.get_help_extra = lambda ctx: {"default": extra} if (extra := _default(option)) else {}  # type: ignore[method-assign]


def _default(option: click.Option) -> str:
    return str(option.default) if option.show_default else ""
