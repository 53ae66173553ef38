"""小微权力运行: what one village resolved goes its way to the result on the board; the rules open it, the village and who watches it step."""

from __future__ import annotations

from demo.counting import own_cases
from demo.life import Life

LIFE = Life(
    "powers", "nongban",
    counted={
        "powers.runs": own_cases("reported", "powers"),
        "powers.refused": own_cases("reported", "powers", measure="reworked"),
        "powers.closed": own_cases("closed", "powers"),
    },
)  # fmt: skip
