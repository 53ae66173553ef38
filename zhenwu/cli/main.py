"""The `zhenwu` command: which commands there are, and what becomes of a problem.

Exit status: 0 done · 1 a problem (told on stderr) · 2 wrong usage · 130 interrupted. A command's module is imported only when
that command is used, after Django was set up: ``zhenwu --help`` needs neither.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

import click

from zhenwu.cli.chinese import in_chinese, speak_chinese
from zhenwu.lib.problems import Problem, Problems

speak_chinese()

# name → (module, what it does)
COMMANDS = {
    "demo": ("demonstration", "演示：生成一个虚构的乡镇，打开网页就能用"),
    "serve": ("serving", "运行：网页和后台一起启动"),
    "work": ("serving", "只运行后台（编号、封签、计算）"),
    "init": ("setting_up", "建库：第一次使用或程序更新后执行"),
    "report": ("reporting", "报告：填写、定稿、核验、追查影响"),
    "table": ("foreign_tables", "报表：上级发来的 .xlsx，按表头关联、填写"),
    "plan": ("planning", "任务督办：看任务、采纳计划、导出任务分解表"),
    "matters": ("timing", "事项：一件事会提醒谁、什么时候；重算到期时间"),
    "explain": ("explaining", "看一个数是怎么来的"),
    "metric": ("explaining", "指标：查看、重算"),
    "exchange": ("exchanging", "来往表：导入别的部门发来的来单，回填结果"),
    "ledger": ("keeping", "台账：导入、导出、空白表"),
    "journal": ("proving", "操作留痕：核验、查看"),
    "subject": ("proving", "个人信息：依申请删除"),
    "calendar": ("calendars", "日历：放假、调休、本地假日"),
    "outbox": ("pushing", "对外推送：把动态推给别的系统，看积压，重试"),
    "year": ("proving", "年度：关账"),
    "backup": ("safekeeping", "备份：一个文件带走全部数据"),
    "restore": ("safekeeping", "恢复：从备份文件恢复到空目录"),
    "pack": ("packing", "业务模块：检查、新建、安装、停用"),
    "user": ("setting_up", "人员：开通账号并任职"),
    "token": ("tokens", "令牌：别的系统凭它使用接口"),
    "unit": ("setting_up", "机构：查看、设立村和网格"),
    "catchup": ("explaining", "把已登记的内容全部计入指标"),
}
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


class Zhenwu(click.Group):
    """The group of all commands, each from its own module."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        guarded(_open_site)
        module = guarded(lambda: importlib.import_module(f"zhenwu.cli.{COMMANDS[name][0]}"))
        return in_chinese(getattr(module, name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl([(name, told) for name, (_, told) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        return guarded(lambda: super(Zhenwu, self).invoke(ctx))


def guarded(work: Callable[[], Any]) -> Any:
    """Run something; a problem is told and ends the command with 1, an interruption with 130."""
    try:
        return work()
    except (click.ClickException, click.exceptions.Exit, click.Abort, SystemExit):
        raise
    except KeyboardInterrupt:
        click.echo("已中断。", err=True)
        raise SystemExit(130) from None
    except (Problem, Problems) as problem:
        click.echo(_told(problem), err=True)
    except BrokenPipeError:
        _close_output()
    except Exception as error:
        if os.environ.get("ZHENWU_DEBUG") == "1":
            raise
        click.echo(_unexpected(error), err=True)
    raise SystemExit(1)


def _told(problem: Problem | Problems) -> str:
    if isinstance(problem, Problems) and len(problem.found) > 20:
        shown = "\n".join(str(one) for one in problem.found[:20])
        return f"{shown}\n……还有 {len(problem.found) - 20} 处。改好上面的再试。"
    return str(problem)


def _unexpected(error: Exception) -> str:
    """One line for a fault of ours, with the place where the whole story was written."""
    from zhenwu.cli.store import database_trouble, write_log

    trouble = database_trouble(error)
    if trouble is not None:
        return str(trouble)
    where = write_log(error)
    return f"程序出错：{type(error).__name__}。详情已写入 {where}，请把它交给系统管理员。" if where else f"程序出错：{type(error).__name__}。"


def _open_site() -> None:
    from zhenwu.cli.store import open_site

    open_site()


def _close_output() -> None:
    """Whoever read our output has gone; say nothing more, not even while Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=Zhenwu, context_settings=SETTINGS, invoke_without_command=True, subcommand_metavar="命令 …", options_metavar="")
@click.version_option(package_name=None, version="0.1.0", prog_name="zhenwu", message="镇务 %(version)s", help="版本号")
@click.pass_context
def zhenwu(ctx: click.Context) -> None:
    """镇务：每件事只登记一次，年底报告里的每个数都找得到来处。

    先试一试：./zw demo　　正式使用：./zw init
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> None:
    """Entry of the installed script."""
    try:
        status = zhenwu.main(prog_name="zhenwu", standalone_mode=False)
    except click.Abort:
        click.echo("已中断。", err=True)
        status = 130
    except click.ClickException as wrong:
        wrong.show()
        status = wrong.exit_code
    except KeyboardInterrupt:
        status = 130
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
