"""``python -m demo --year 2025``: build the demonstration under ``ZHENWU_HOME``, for development."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date

import django


def main() -> int:
    """Migrate, build, print who may sign in; 1 when a problem stopped it."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="装入演示数据")
    parser.add_argument("--year", type=int, default=date.today().year - 1, help="最近一个完整的年份")
    parser.add_argument("--seed", type=int, default=1, help="随机种子，相同的种子得到相同的镇")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenwu.site.settings")
    django.setup()

    from django.core.management import call_command

    from demo import accounts, build
    from zhenwu.lib.problems import Problem, Problems

    call_command("migrate", verbosity=0)
    try:
        summary = build(chosen.year, chosen.seed, print)
    except (Problem, Problems) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(summary)
    for account in accounts():
        print(f"  {account.username:<14}{account.password}  {account.name}（{account.post_label}）")
    return 0


if __name__ == "__main__":
    sys.exit(main())
