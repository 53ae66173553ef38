"""Photos of a telephone are made smaller on the phone before they are kept; what cannot be opened there goes as it is."""

from __future__ import annotations

import base64
import struct

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.photos import png, with_exif
from tests.web.conftest import tell
from tests.web.phones import hang_up, phone
from tests.web.test_matters import an_event_tree
from tests.web.test_report_offline import CHOOSE, LAMP, LINE, fill
from zhenwu.kernel.files.api import take_file
from zhenwu.kernel.matters.models import Attachment
from zhenwu.lib.paper.pictures import read_picture

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
# A photo as a telephone takes it: noise, so that it is large, with a corner of its own colour.
_TAKEN = """([wide, high, type]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: wide, height: high }), page = canvas.getContext("2d");
  const noise = page.createImageData(wide, high);
  for (let n = 0; n < noise.data.length; n += 4) { noise.data[n] = noise.data[n + 1] = noise.data[n + 2] = Math.random() * 255; noise.data[n + 3] = 255; }
  page.putImageData(noise, 0, 0);
  page.fillStyle = "#f00"; page.fillRect(0, 0, wide / 2, high / 2);
  return canvas.toDataURL(type, 0.9).split(",")[1];
}"""
_CORNERS = """async (told) => {
  const drawn = await createImageBitmap(new Blob([Uint8Array.from(atob(told), (sign) => sign.charCodeAt(0))], { type: "image/jpeg" }));
  const canvas = Object.assign(document.createElement("canvas"), { width: drawn.width, height: drawn.height }), page = canvas.getContext("2d");
  page.drawImage(drawn, 0, 0);
  const red = (x, y) => { const [r, g] = page.getImageData(x, y, 1, 1).data; return r > 200 && g < 60; };
  const [w, h] = [drawn.width - 20, drawn.height - 20];
  return [red(20, 20), red(w, 20), red(w, h), red(20, h)];
}"""


def taken(page: Page, wide: int, high: int, kind: str = "image/jpeg") -> bytes:
    return base64.b64decode(page.evaluate(_TAKEN, [wide, high, kind]))


def test_a_large_photo_arrives_small_upright_and_without_its_place_and_others_as_they_are(chrome: Browser, live_server: LiveServer) -> None:
    story = tell()
    an_event_tree(story)
    context, page = phone(chrome, live_server, "alian", CHOOSE, [LAMP, LINE])
    page.goto(LAMP)
    lying = with_exif(taken(page, 2400, 1800), 6)  # held upright: 90 degrees clockwise until it stands
    bomb = png(4, 3)[:16] + struct.pack(">II", 60_000, 60_000) + png(4, 3)[24:] + b"\0" * 400_000  # says that it is enormous
    broken, little, seen_through = lying[: len(lying) // 3][:3] + b"\0" * 400_000, taken(page, 320, 240), taken(page, 2000, 900, "image/png")
    sent = {"lying.jpg": lying, "broken.jpg": broken, "little.jpg": little, "shot.png": seen_through, "bomb.png": bomb}
    fill(page, "路灯不亮", *({"name": name, "mimeType": "image/png" if name.endswith("png") else "image/jpeg", "buffer": body} for name, body in sent.items()))
    page.wait_for_url("**/matter/*", timeout=60_000)
    there = {one.name: take_file(one.digest)[2] for one in Attachment.objects.all()}
    assert list(there) == ["lying.jpg", "broken.jpg", "little.jpg", "shot.jpg", "bomb.png"]
    assert there["little.jpg"] == little and there["broken.jpg"] == broken and there["bomb.png"] == bomb
    stands, shot = read_picture(there["lying.jpg"]), read_picture(there["shot.jpg"])
    assert stands is not None and (stands.width, stands.height, stands.turn) == (1200, 1600, 0) and len(there["lying.jpg"]) < len(lying)
    assert b"GPS" in lying and b"GPS" not in there["lying.jpg"]
    # The red quarter lay in the upper left of the file; turned clockwise it is in the upper right.
    assert page.evaluate(_CORNERS, base64.b64encode(there["lying.jpg"]).decode()) == [False, True, False, False]
    assert shot is not None and (shot.width, shot.height) == (1600, 720)
    expect(page.locator("main")).to_contain_text("路灯不亮")
    hang_up(context)
