"""What Copy link opens, and what the browser does for it."""

import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
import segno

from dpn.address.table import LONGEST
from dpn.ui.address import script, share
from dpn.ui.server.middleware import MAX_QUERY, policy

HERE = "https://lab.example/base/Train?epochs=7"


class Elements(HTMLParser):
    """The elements of a page: names, attributes, and the text right in them."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append([tag, dict(attrs), ""])

    def handle_data(self, data):
        self.found[-1][2] += data

    def of(self, tag):
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


def test_the_panel_has_the_address_as_text_its_code_and_what_stays_here():
    address = HERE + "&x='\"<b>&amp"
    found = Elements(share.panel(address, ["It's <here>."]))
    assert {tag for tag, *_ in found.found} == {"div", "p", "span", "input", "small", "img"}
    ((box, _),) = found.of("input")
    assert box["value"] == address
    assert "readonly" in box
    assert found.of("small") == [({}, "It's <here>.")]
    ((image, _),) = found.of("img")
    assert image["alt"] == "QR code of this address"
    assert image["src"].startswith("data:image/svg+xml")


def test_the_code_is_that_of_the_address_with_a_white_edge():
    svg = ET.fromstring(unquote(share.qr_code(HERE).partition(",")[2]))
    side = segno.make(HERE, error="l", micro=False, boost_error=False).symbol_size(1, 4)[0]
    assert int(float(svg.get("width"))) == 4 * side
    assert share.qr_code(HERE) != share.qr_code(HERE + "1")


@pytest.mark.parametrize("length", [0, share.MOST_IN_CODE + 1, 10_000])
def test_an_address_that_is_too_long_for_a_code_gets_none_and_that_is_said(length):
    assert share.qr_code("x" * length) is None
    assert "too long for a QR code" in share.panel("x" * length, [])
    assert share.qr_code("x" * share.MOST_IN_CODE)


def test_the_script_may_run_by_its_hash_alone_and_an_address_of_ours_is_served():
    page = f"<body><script>{script.SCRIPT}</script></body>"
    assert policy(page).count("'sha256-") == 1
    assert "</script" not in script.SCRIPT
    assert LONGEST < MAX_QUERY
